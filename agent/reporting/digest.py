"""The manager's daily summary as a preview: a few risks that need a decision, what changed, how far to trust it."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from agent.cases.model import Case, CaseKind, Status
from agent.confidence.store import TrustStore
from agent.evidence.impact import AtRisk, impact
from agent.kit.values import Money, Value
from agent.outbox.store import OutboxStore
from agent.reporting.trust import automatic_share, certified
from agent.reporting.views import Stores
from agent.reviews.model import Verb
from agent.routing.model import Policy

MOST_RISKS = 5
NEWEST_CASES = 200
ROUTING = Policy()


class DigestStores(Stores, Protocol):
    """What a digest reads from."""

    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def trust(self) -> TrustStore: ...
    @property
    def now(self) -> datetime: ...


class DigestRisk(Value):
    """One customer order at risk, with what rests on what."""

    order: str
    customer: str
    value: Money
    promised: date
    days_late: int
    cause: str
    case_number: str
    link: str


class Digest(Value):
    """The content of one day's digest; every figure comes from the state at `as_of`."""

    as_of: datetime
    risks: tuple[DigestRisk, ...]
    summaries_read: int
    summaries_unread: int
    newest_summary: datetime | None
    risks_not_listed: int
    totals: tuple[Money, ...]
    waiting: int
    oldest_hours: int | None
    opened_since_yesterday: int
    decided_since_yesterday: dict[str, int]
    overruled: int
    automatic_share: float
    certified: int = 0
    suspended: tuple[str, ...] = ()
    dead_work: int
    dropped_sentences: int
    desk_url: str

    @property
    def subject(self) -> str:
        """The subject line of the mail."""
        total = ", ".join(str(money) for money in self.totals) or "nothing at stake"
        orders = len(self.risks) + self.risks_not_listed
        return f"{orders} orders at risk, {total}, {self.waiting} wait for a decision - {self.as_of:%a %d %b}"


def build_digest(work: DigestStores, now: datetime, desk_url: str, policy: Policy = ROUTING) -> Digest:
    """Today's digest from the state: the newest risk summaries, the queue, yesterday's decisions."""
    since = now - timedelta(days=1)
    summaries = _newest_summaries(work)
    read = [(case, found) for case in summaries if (found := _at_risk(work, case)) is not None]
    risks = [(item, case) for case, found in read for item in found]
    risks = _worst_of_each(risks)
    waiting = work.cases.page(statuses=(Status.IN_REVIEW,), limit=NEWEST_CASES)
    counts, decided = work.cases.counts(), work.reviews.decided_since(since)
    owed = work.outbox.counts()
    made = work.suggestions.newest_of([case.id for case in waiting])
    oldest, lanes = work.cases.oldest_waiting(), certified(work, policy)
    return Digest(
        as_of=now,
        risks=tuple(_risk(item, case, desk_url) for item, case in _one_an_order(risks)[:MOST_RISKS]),
        summaries_read=len(read),
        summaries_unread=len(summaries) - len(read),
        newest_summary=max((case.opened_at for case, _ in read), default=None),
        risks_not_listed=max(0, len(_one_an_order(risks)) - MOST_RISKS),
        totals=_totals([item for item, _ in risks]),
        waiting=counts[Status.IN_REVIEW],
        oldest_hours=int((now - oldest).total_seconds() // 3600) if oldest else None,
        opened_since_yesterday=work.cases.opened_since(since),
        decided_since_yesterday={verb.value: count for verb, count in sorted(decided.items())},
        overruled=decided.get(Verb.EDIT, 0) + decided.get(Verb.REJECT, 0),
        automatic_share=automatic_share(work, since),
        certified=len(lanes),
        suspended=tuple(f"{one.task}, {one.label}: {'; '.join(one.why)}" for one in lanes if not one.automatic),
        dead_work=owed["dead"] + owed["log_dead"] + work.intake.rejected_count(),
        dropped_sentences=sum(item.dropped_sentences for item in made.values()),
        desk_url=desk_url,
    )


def _newest_summaries(work: DigestStores) -> list[Case]:
    """The newest risk summary of each company."""
    newest: dict[str, Case] = {}
    for case in work.cases.newest(CaseKind.RISK_SUMMARY, NEWEST_CASES):
        newest.setdefault(case.company, case)
    return list(newest.values())


def _at_risk(work: DigestStores, case: Case) -> tuple[AtRisk, ...] | None:
    """What the summary found; None when it has not been read yet."""
    evidence_id = work.evidence.id_of(case.id, case.round)
    found = work.evidence.get(evidence_id) if evidence_id else None
    return impact(found.supply, found.read_at.date()).at_risk if found and found.supply else None


def _worst_of_each(risks: list[tuple[AtRisk, Case]]) -> list[tuple[AtRisk, Case]]:
    """The worst of each currency first, then the second worst of each: amounts of two currencies are not compared."""
    ranked = sorted(risks, key=lambda pair: (pair[0].rank, pair[0].order.name))
    places: dict[tuple[bool, str], int] = defaultdict(int)
    placed: list[tuple[int, tuple[AtRisk, Case]]] = []
    for pair in ranked:
        places[pair[0].rank[:2]] += 1
        placed.append((places[pair[0].rank[:2]], pair))
    return [pair for _, pair in sorted(placed, key=lambda item: item[0])]


def _one_an_order(risks: list[tuple[AtRisk, Case]]) -> list[tuple[AtRisk, Case]]:
    """The worst risk of each order."""
    return list({item.order.name: (item, case) for item, case in reversed(risks)}.values())[::-1]


def _risk(item: AtRisk, case: Case, desk_url: str) -> DigestRisk:
    cause = f"{item.purchase.name} of {item.supplier} is late" if item.purchase else "no supply is on its way"
    return DigestRisk(
        order=item.order.name,
        customer=item.customer,
        value=item.value,
        promised=item.promised,
        days_late=item.days_late,
        cause=cause,
        case_number=case.number,
        link=f"{desk_url}/cases/{case.number}",
    )


def _totals(risks: list[AtRisk]) -> tuple[Money, ...]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in risks:
        sums[item.value.currency] += item.value.amount
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(sums.items()))


def digest_text(digest: Digest) -> str:
    """The digest as plain text."""
    lines = [digest.subject, f"Data as of {digest.as_of:%Y-%m-%d %H:%M} UTC.", ""]
    for risk in digest.risks:
        lines.append(
            f"* {risk.order} for {risk.customer}: {risk.value}, promised {risk.promised}, {risk.days_late} days late"
        )
        lines.append(f"  {risk.cause}. {risk.link}")
    if digest.risks_not_listed:
        more = digest.risks_not_listed
        lines.append(f"  and {more} more order{'' if more == 1 else 's'}: {digest.desk_url}")
    if digest.summaries_unread or not digest.summaries_read:
        lines.append(
            "Not known: supply risk has not been read for every company yet (gatehouse risk, and Odoo reachable)."
        )
    elif not digest.risks:
        lines.append("All clear: no order is known to be at risk.")
    if digest.newest_summary is not None:
        lines.append(f"Supply risk as of {digest.newest_summary:%Y-%m-%d %H:%M} UTC.")
    decided = ", ".join(f"{count} {verb}" for verb, count in digest.decided_since_yesterday.items()) or "none"
    lines += [
        "",
        f"Since yesterday: {digest.opened_since_yesterday} cases opened; decisions: {decided}; "
        f"people overruled the AI {digest.overruled} times.",
        f"Trust: {digest.automatic_share:.0%} was handled without a person ({_certified(digest)}); "
        + (
            f"the oldest case waits for {digest.oldest_hours} h."
            if digest.oldest_hours is not None
            else "nothing waits."
        ),
        f"Not done: {digest.dead_work} failed inputs or jobs; {digest.dropped_sentences} unbacked sentences dropped.",
    ]
    lines += [f"Suspended: {one}." for one in digest.suspended]
    return "\n".join(lines)


def _certified(digest: Digest) -> str:
    if not digest.certified:
        return "no label is certified yet"
    certified = f"{digest.certified} label{'' if digest.certified == 1 else 's'} certified"
    return f"{certified}, {len(digest.suspended)} suspended" if digest.suspended else certified
