"""Changes in Odoo as people see them: what is offered beside a decision, what became of it, what differed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from agent.actions.compensation import take_back
from agent.actions.model import (
    AnyAction,
    DisputeBill,
    HoldOrder,
    OpenActivity,
    RecordApproval,
    RecordSubstitution,
    SendReply,
    SetCommitmentDate,
    SetLineDate,
    SetLinePrice,
    SetLineQuantity,
)
from agent.actions.proposals import Proposal, proposals
from agent.actions.service import matter_of
from agent.actions.store import NOT_ASKED, ActionState, StoredAction
from agent.approvals.matrix import Need, needs
from agent.approvals.model import Scenario
from agent.approvals.policy import ApprovalPolicy
from agent.kit.values import Value
from agent.reporting.views import CaseView
from agent.reviews.model import Verb, Verdict, final_of
from review_ui.speech import Speech

TICK = "change-"


class Offer(Value):
    """A change that can be ticked."""

    name: str
    what: str
    where: str
    before: str
    after: str
    ticked: bool
    waits: bool


class Offers(Value):
    """All that can be ticked, and the consents that policy asks for before some of it happens."""

    changes: tuple[Offer, ...] = ()
    consents: tuple[str, ...] = ()


def offers(
    view: CaseView, say: Speech, policy: ApprovalPolicy, ticked: frozenset[str], verdict: Verdict | None
) -> Offers:
    """What is offered for the suggestion as it stands after the edits typed so far; nothing while it is hidden."""
    if view.review is None or view.suggestion is None or view.evidence is None:
        return Offers()
    accept = Verdict(verb=Verb.ACCEPT, reason_code="correct")
    final, _ = final_of(view.suggestion, verdict if verdict and verdict.verb is Verb.EDIT else accept)
    found = proposals(view.evidence, final, policy.allocation)
    asked = needs(matter_of(final, view.evidence, [item.change for item in found], say.now.date()), policy)
    waiting = {(need.record.id, line) for need in asked for line in need.lines}
    return Offers(
        changes=tuple(_offer(item, say, ticked, waiting) for item in found),
        consents=tuple(_consent(need, say) for need in asked if need.scenario is not Scenario.SENSITIVE_CHANGE),
    )


def _offer(item: Proposal, say: Speech, ticked: frozenset[str], waiting: set[tuple[int, int]]) -> Offer:
    before, after = then(item.change, say, item.unit)
    line = getattr(item.change, "line_id", 0)
    return Offer(
        name=f"{TICK}{item.digest}",
        what=say.word(item.change.kind, "action"),
        where=item.why or item.change.record.name,
        before=before,
        after=after,
        ticked=item.digest in ticked,
        waits=isinstance(item.change, SetLinePrice) and (item.change.record.id, line) in waiting,
    )


def _consent(need: Need, say: Speech) -> str:
    roles = ", ".join(say.word(role, "role") for role in need.roles)
    return f"{say.word(need.scenario, 'scenario')}: {roles}"


def ticked_in(form: Mapping[str, str]) -> tuple[str, ...]:
    """The digests ticked in a posted form."""
    return tuple(name.removeprefix(TICK) for name in form if name.startswith(TICK))


def then(change: AnyAction, say: Speech, unit: str = "") -> tuple[str, str]:
    """What a change makes of what: the value seen and the value then."""
    match change:
        case SetLineDate() | SetCommitmentDate():
            told = _day(change.seen, say), _day(change.value, say)
        case SetLineQuantity():
            told = f"{say.number(change.seen)} {unit}".strip(), f"{say.number(change.value)} {unit}".strip()
        case SetLinePrice():
            told = _price(change.seen, unit, say), _price(change.value, unit, say)
        case RecordSubstitution():
            told = change.seen, change.value or say.gettext("as ordered")
        case HoldOrder() | DisputeBill():
            texts = (say.gettext("open"), say.gettext("held"))
            told = texts[change.seen], texts[change.value]
        case SendReply():
            told = "", f"{change.to}: {change.subject}"
        case OpenActivity():
            told = "", f"{change.summary}, {say.day(change.due)}"
        case RecordApproval():
            told = "", f"{say.word(change.consent, 'consented')}: {', '.join(item.by for item in change.answers)}"
        case _:
            told = "", ""
    return told


def _day(value: date | None, say: Speech) -> str:
    return say.day(value) or say.gettext("none")


def _price(value: Decimal, currency: str, say: Speech) -> str:
    return say.price(value, currency) if currency else say.number(value)


class Done(Value):
    """An action with what can be said of it and done about it."""

    stored: StoredAction
    before: str
    after: str
    can_take_back: bool


def done_actions(view: CaseView, say: Speech, *, may: bool) -> tuple[Done, ...]:
    """The case's actions; those that can be taken back are marked for whoever may."""
    gone = {item.takes_back for item in view.actions}
    return tuple(
        Done(
            stored=item,
            before=(told := then(item.action, say))[0],
            after=told[1],
            can_take_back=may and item.id not in gone and _reversible(item, say),
        )
        for item in view.actions
    )


def _reversible(item: StoredAction, say: Speech) -> bool:
    if item.takes_back:
        return False
    if item.state in NOT_ASKED:
        return True
    receipt = item.receipt
    return receipt is not None and take_back(item.action, receipt, say.now) is not None


class Difference(Value):
    """What a person saw before deciding, and what stands in Odoo instead."""

    what: str
    field: str
    seen: str
    now: str


def differences(view: CaseView, say: Speech) -> tuple[Difference, ...]:
    """Why the case is here again: what had changed in Odoo when the last decision was to be carried out."""
    standing = [made for made in view.decisions if not made.undone_by]
    if view.review is None or not standing:
        return ()
    return tuple(
        Difference(
            what=f"{say.word(item.action.kind, 'action')}, {item.action.record.name}",
            field=say.word(field, "seen"),
            seen=_shown(seen, say),
            now=_shown(now, say),
        )
        for item in view.actions
        if item.state is ActionState.STALE and item.decision_id == standing[-1].id and not item.takes_back
        for field, seen, now in item.differences
    )


def _shown(value: str, say: Speech) -> str:
    return (
        say.value(value, "eta")
        if len(value) == len("2026-01-01") and value[4:5] == "-"
        else value or say.gettext("none")
    )
