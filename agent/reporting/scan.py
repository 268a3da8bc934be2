"""The read-only scan: what is at risk in an Odoo now, and baseline figures to compare with later."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.errors import InputError
from agent.evidence.collect import HORIZON_DAYS, of_company
from agent.evidence.impact import Impact, impact
from agent.evidence.model import Evidence, OdooReader
from agent.evidence.records import Baseline, OdooInfo
from agent.intake.mail import parse_mail
from agent.intake.model import Mail
from agent.kit.ids import new_id
from agent.kit.values import Value
from agent.suggestions.reader import Reader
from agent.suggestions.tasks.catalogue import words
from agent.suggestions.tasks.read_supplier_email import mail_input

MOST_SHOWN = 10
SPAN_DAYS = 90


class MailFigures(Value):
    """What a folder of mails holds."""

    mails: int
    auto_replies: int
    unreadable: int
    intents: dict[str, int]
    facts: int


class CompanyRisk(Value):
    """One company's commitments at risk."""

    company: str
    impact: Impact


class ScanReport(Value):
    """The page that a scan says."""

    odoo: OdooInfo
    as_of: datetime
    risks: tuple[CompanyRisk, ...]
    baseline: Baseline
    mails: MailFigures | None = None


def scan_odoo(
    odoo: OdooReader, now: datetime, *, days: int = SPAN_DAYS, mails: Path | None = None, reader: Reader | None = None
) -> ScanReport:
    """Read what is at risk and the baseline of the past days. Writes nothing anywhere. Raises what the port raises."""
    today = now.date()
    picture = odoo.supply_picture(today, HORIZON_DAYS)
    companies = sorted({line.company for line in picture.late} | {item.company for item in picture.commitments})
    return ScanReport(
        odoo=odoo.info(),
        as_of=now,
        risks=tuple(CompanyRisk(company=name, impact=impact(of_company(picture, name), today)) for name in companies),
        baseline=odoo.baseline(today - timedelta(days=days), today),
        mails=_mail_figures(mails, reader) if mails and reader else None,
    )


def _mail_figures(folder: Path, reader: Reader) -> MailFigures:
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder.", remedy="Name a folder that holds .eml files.")
    mails: list[Mail] = []
    unreadable = 0
    for path in sorted(folder.rglob("*.eml")):
        try:
            mails.append(parse_mail(path.read_bytes()))
        except InputError:
            unreadable += 1
    counts: dict[str, int] = {}
    facts = 0
    for mail in mails:
        if mail.auto_reply:
            continue
        blank = Evidence(
            id=new_id(), case_id="", round=1, read_at=mail.sent_at or datetime.fromtimestamp(0, UTC), mail=mail
        )
        reading = reader.read_mail(mail_input(blank, mail)).answer
        facts += len(reading.facts)
        counts[reading.intents[0]] = counts.get(reading.intents[0], 0) + 1
    auto = sum(bool(mail.auto_reply) for mail in mails)
    return MailFigures(mails=len(mails), auto_replies=auto, unreadable=unreadable, intents=counts, facts=facts)


def scan_text(report: ScanReport) -> str:
    """The scan as one page of plain text."""
    lines = [
        f"{report.odoo.product} {report.odoo.version}, database {report.odoo.database}",
        f"As of {report.as_of:%Y-%m-%d %H:%M} UTC.",
        "Nothing was installed or written.",
        "",
        "At risk now",
    ]
    for risk in report.risks:
        lines += _risk_lines(risk)
    if not report.risks:
        lines.append("  No late purchase line endangers an open commitment.")
    lines += ["", *baseline_lines(report.baseline)]
    if report.mails:
        found = ", ".join(f"{count} {words(name).lower()}" for name, count in sorted(report.mails.intents.items()))
        lines += [
            "",
            f"Mails: {report.mails.mails} read, {report.mails.auto_replies} auto-replies, "
            f"{report.mails.unreadable} unreadable; {report.mails.facts} facts; {found or 'nothing'}.",
        ]
    lines += [f"Not available: {text}" for text in report.odoo.missing]
    return "\n".join(lines)


def _risk_lines(risk: CompanyRisk) -> list[str]:
    found = risk.impact
    totals = ", ".join(str(total) for total in found.totals) or "nothing"
    if not found.at_risk:
        return [f"  {risk.company}: no open commitment is at risk."]
    lines = [f"  {risk.company}: {found.sentence}, {totals}."]
    for item in found.at_risk[:MOST_SHOWN]:
        behind = f"waits for {item.purchase.name} of {item.supplier}" if item.purchase else "no supply known"
        lines.append(f"    {item.order.name} {item.customer}: {item.value}, {item.days_late} days late, {behind}")
    return lines


def baseline_lines(found: Baseline) -> list[str]:
    """The figures in words."""
    return [
        f"Baseline {found.since} to {found.until}",
        f"  Purchase lines due: {found.purchase_lines_due}, late: {found.purchase_lines_late}"
        f"{_share(found.purchase_lines_late, found.purchase_lines_due)}"
        + (f", on average {found.mean_days_late:.1f} days" if found.mean_days_late is not None else ""),
        f"  Sale orders promised: {found.sale_orders_promised}, late: {found.sale_orders_late}"
        f"{_share(found.sale_orders_late, found.sale_orders_promised)}",
        f"  Sale orders below margin: {found.sale_orders_below_margin}",
        f"  Bills: {found.bills}, off their order: {found.bills_off_order}{_share(found.bills_off_order, found.bills)}",
    ]


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.0%})" if whole else ""
