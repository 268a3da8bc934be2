"""Task read_supplier_email: a quarantined reading, grounded and compared by code, worded from typed facts only."""

from collections.abc import Sequence

from pydantic import Field

from agent.evidence.match_model import BillMatch
from agent.evidence.match_policy import MatchPolicy
from agent.evidence.matching import match
from agent.evidence.model import Evidence
from agent.evidence.records import PurchaseOrder
from agent.intake.model import AttachmentKind, Mail
from agent.kit.values import Value
from agent.suggestions.agreement import on_reading
from agent.suggestions.grounding import check_fact, injection_signs
from agent.suggestions.mail_changes import changes, unclear
from agent.suggestions.mail_model import MailFindings
from agent.suggestions.model import (
    Fact,
    FactField,
    Finding,
    Gate,
    Intent,
    LabelScore,
    NextStep,
    Provenance,
    Reply,
    Severity,
    Team,
)
from agent.suggestions.reader import KnownLine, MailInput, MailReading, MailSummaryInput, MailText, Reader
from agent.suggestions.tasks.assembled import Assembled, Worded, joined, repaired, total, word_or_say_plainly
from agent.suggestions.tasks.catalogue import INTENTS, words
from agent.suggestions.tasks.compare import beside_odoo, in_our_units, with_implied
from agent.suggestions.tasks.invoice_discrepancy import disputed, plain, route
from agent.suggestions.tasks.mail_conflicts import Against
from agent.suggestions.tasks.mail_findings import examine, gates
from agent.suggestions.tasks.mail_reply import Draft, draft_reply, language_for
from agent.suggestions.tasks.mail_sender import sender_doubts
from agent.suggestions.tasks.mail_summary import MOST_SENTENCES, allowed, musts, plainly
from agent.suggestions.tasks.stated_bill import from_mail
from agent.suggestions.values import normal_value
from agent.suggestions.writer import day_first

VALUED = frozenset({FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE})
MOST_LINES = 200
MATCHING = MatchPolicy()
NOTHING = Against()


def mail_texts(mail: Mail) -> tuple[MailText, ...]:
    """The readable parts of a mail: subject, body, attachments; quotes point into these texts."""
    parts = [MailText(source="subject", text=mail.subject), MailText(source="body", text=mail.body)]
    for index, part in enumerate(mail.attachments, start=1):
        if part.kind is AttachmentKind.TEXT:
            parts.append(MailText(source=f"attachment:{index}", text=part.text))
    return tuple(part for part in parts if part.text)


def mail_input(found: Evidence, mail: Mail) -> MailInput:
    """What the quarantined reader sees: this mail, its own date, and the identities of the lines it may be about."""
    known = [
        KnownLine(
            po=order.ref.name,
            line=line.position,
            product_code=line.product_code,
            supplier_code=line.supplier_code,
            product_name=line.product_name,
            unit=line.unit,
        )
        for order in found.purchases
        for line in order.lines
    ]
    supplier = found.sender.supplier
    return MailInput(
        texts=mail_texts(mail),
        sent_on=mail.sent_on or (mail.sent_at.date() if mail.sent_at else None),
        sender_country=supplier.country if supplier else "",
        sender_language=supplier.language if supplier else "",
        known_lines=tuple(known[:MOST_LINES]),
    )


BESIDE = frozenset({Intent.REQUEST, Intent.OTHER})  # what says nothing new of an order


def run(
    found: Evidence, reader: Reader, second: Reader | None, matching: MatchPolicy = MATCHING, relay: str = ""
) -> Assembled:
    """Read, ground, compare, word. Raises what the reader raises.

    `relay` names our own mail server, whose notes on a sender's authenticity are trusted; without one nobody's are.
    """
    mail = _mail(found)
    asked = mail_input(found, mail)
    against = _against(found, asked, matching)
    answered = reader.read_mail(asked)
    read = check(answered.answer, asked, found.purchases, against, found.missing)
    other = check(second.read_mail(asked).answer, asked, found.purchases, against, found.missing) if second else None
    told = read.mail.model_copy(update={"sender": tuple(sender_doubts(found, mail, relay))})
    bill = _bill(found, asked, read, matching)
    findings = [*read.findings, *gates(told), *_about_mail(found, mail, asked), *_about_bill(bill)]
    said = _worded(reader, found, read, answered.provenance)
    team, step = _route(read.intents[0], bill)
    return Assembled(
        label=read.intents[0],
        scores=answered.answer.scores or (LabelScore(label=read.intents[0], probability=0.5),),
        intents=read.intents,
        severity=_severity(read.intents, found.purchases),
        team=team,
        next_step=step,
        facts=read.facts,
        summary=said.summary,
        dropped_sentences=said.dropped,
        added_sentences=said.added,
        findings=(*repaired(answered), *said.findings, *_once([*findings, *_disagreements(read, other)])),
        second_opinion=other.intents[0] if other else None,
        agreement=on_reading(read.intents, read.facts, other.intents, other.facts) if other else (),
        match=bill,
        mail=told,
        reply=_reply(found, asked, read, told),
        provenance=answered.provenance,
        usage=total(answered.usage, said.usage),
        prompt=joined(answered.prompt, said.prompt),
        output=joined(answered.output, said.output),
    )


def _mail(found: Evidence) -> Mail:
    if found.mail is None:
        raise ValueError(f"evidence {found.id} holds no mail")
    return found.mail


def _reply(found: Evidence, asked: MailInput, read: "Checked", told: MailFindings) -> Reply | None:
    """The drafted answer; none to what may be a fraud, or to a sender whom nothing ties to the supplier."""
    if read.intents[0] is Intent.SUSPICIOUS or found.sender.supplier is None:
        return None
    body = next((one.text for one in asked.texts if one.source == "body"), "")
    draft = Draft(
        language=language_for(asked.sender_language, body),
        sent_on=asked.sent_on,
        found=told,
        changes=changes(read.facts, found.purchases),
        purchases=found.purchases,
    )
    return draft_reply(draft)


def _worded(reader: Reader, found: Evidence, read: "Checked", by: Provenance) -> Worded:
    """The summary, from typed facts alone."""
    about = _about(found, read)
    return word_or_say_plainly(
        reader, about, allowed(about), lambda: plainly(about), by,
        musts=musts(about), most=MOST_SENTENCES, today=found.read_at.date(),
    )  # fmt: skip


def _route(label: Intent, bill: BillMatch | None) -> tuple[Team, NextStep]:
    """Who acts, and how; for a bill what its match says."""
    return route(bill) if label is Intent.INVOICE and bill else INTENTS[label][1:]


def _bill(found: Evidence, asked: MailInput, read: "Checked", matching: MatchPolicy) -> BillMatch | None:
    """The bill that the mail states, against the order that it names; None when it states none."""
    if Intent.INVOICE not in read.intents:
        return None
    bill = from_mail(asked.texts, read.facts, found.purchases, found.bills)
    return match(bill, found.purchases, matching) if bill else None


def _against(found: Evidence, asked: MailInput, matching: MatchPolicy) -> Against:
    """The day of the mail, today, and the tolerance for prices of the order's supplier."""
    tier = found.purchases[0].supplier.tier if found.purchases else 0
    tolerance = matching.with_parameters(found.parameters).of(tier)
    return Against(today=found.read_at.date(), sent_on=asked.sent_on, tolerance=tolerance)


def _about_bill(bill: BillMatch | None) -> list[Finding]:
    return [Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=plain(bill))] if bill and disputed(bill) else []


class Checked(Value):
    """A reading after code has grounded it and compared it with itself and with Odoo."""

    intents: tuple[Intent, ...]
    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...] = Field(description="of the grounding; those of `mail` are gates of their own")
    mail: MailFindings


def check(
    reading: MailReading,
    asked: MailInput,
    purchases: tuple[PurchaseOrder, ...],
    against: Against = NOTHING,
    not_known: Sequence[str] = (),
) -> Checked:
    """Ground the facts, set Odoo's values beside them, add the intents that the comparison implies, and find what
    contradicts what. `not_known` says which references Odoo does not know.
    """
    grounded, findings = ground(reading, asked)
    stated = beside_odoo(grounded, purchases)
    facts = in_our_units(stated, purchases)
    intents = with_implied(reading.intents, facts)
    mail = examine(stated, (reading.intents, intents), asked.texts, purchases, not_known, against)
    return Checked(intents=intents, facts=tuple(facts), findings=tuple(findings), mail=mail)


def ground(reading: MailReading, asked: MailInput) -> tuple[list[Fact], list[Finding]]:
    """Facts whose quotes stand in the mail, with what was found wrong. A fact without a verbatim quote is left out
    and leaves its finding: nothing is shown that the mail does not say.
    """
    texts = {part.source: part.text for part in asked.texts}
    order = day_first(asked)
    facts: list[Fact] = []
    findings: list[Finding] = []
    for raw in reading.facts:
        fact, wrong = check_fact(raw, texts, asked.sent_on, day_first=order)
        findings += wrong
        if not any(finding.gate is Gate.QUOTE_ABSENT for finding in wrong):
            facts.append(fact)
    return facts, findings


def _about_mail(found: Evidence, mail: Mail, asked: MailInput) -> list[Finding]:
    findings = [Finding(gate=Gate.PURCHASE_UNKNOWN, detail=text) for text in found.missing]
    if not found.purchases:
        findings.append(Finding(gate=Gate.PURCHASE_UNKNOWN, detail="no purchase order was found for this mail"))
    for part in asked.texts:
        if signs := injection_signs(part.text):
            findings.append(Finding(gate=Gate.INJECTION_SUSPECTED, detail=f"{part.source}: {', '.join(signs)}"))
    for part in mail.attachments:
        if part.kind is AttachmentKind.UNREAD:
            findings.append(Finding(gate=Gate.ATTACHMENT_UNREAD, detail=f"{part.name}: {part.why_unread}"))
    findings += [Finding(gate=Gate.DEFECTIVE_MAIL, detail=text) for text in mail.defects]
    return findings


def _disagreements(mine: Checked, other: Checked | None) -> list[Finding]:
    """What the second reader read otherwise, when there is one: the label, or the values of a field."""
    findings: list[Finding] = []
    if other is None:
        return findings
    if other.intents[0] != mine.intents[0]:
        detail = f"label: the embedded reader says {words(other.intents[0]).lower()}"
        findings.append(Finding(gate=Gate.READERS_DISAGREE, detail=detail))
    for field in sorted(VALUED):
        here = {normal_value(fact) for fact in mine.facts if fact.field is field}
        there = {normal_value(fact) for fact in other.facts if fact.field is field}
        if here != there:
            detail = f"{field}: {', '.join(sorted(here)) or 'none'} against {', '.join(sorted(there)) or 'none'}"
            findings.append(Finding(gate=Gate.READERS_DISAGREE, detail=detail))
    return findings


def _once(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(findings))


def _severity(intents: tuple[Intent, ...], purchases: tuple[PurchaseOrder, ...]) -> Severity:
    """The worst severity of the intents; a question or small talk beside the news does not raise it, and what names no
    order of ours is at most medium.
    """
    ranks = list(Severity)
    news = [intents[0], *(intent for intent in intents[1:] if intent not in BESIDE)]
    worst = max((INTENTS[intent][0] for intent in news), key=ranks.index)
    return worst if purchases or worst is Severity.CRITICAL else min(worst, Severity.MEDIUM, key=ranks.index)


def _about(found: Evidence, read: Checked) -> MailSummaryInput:
    named = {fact.po for fact in read.facts if fact.po}
    only = len(found.purchases) == 1 and found.sender.matches_purchase
    purchases = tuple(order.ref.name for order in found.purchases if order.ref.name in named or only)
    return MailSummaryInput(
        supplier=found.sender.supplier.name if found.sender.supplier else "",
        intents=read.intents,
        facts=read.facts,
        purchases=purchases,
        changes=changes(read.facts, found.purchases),
        unclear=unclear(read.mail, found.purchases),
    )
