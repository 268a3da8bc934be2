"""Answering an approval: the one guard that every door passes, and what an answer brings about. Pure."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from agent.access.model import Person, Right, Role
from agent.approvals.matrix import Need
from agent.approvals.model import (
    REASONS,
    REFUSALS,
    WAITING,
    Answer,
    Approval,
    ApprovalState,
    Consent,
    Figure,
    Scenario,
    Via,
)
from agent.approvals.policy import ApprovalPolicy
from agent.audit.model import ApprovalGiven, ApprovalRefused, ApprovalSettled, AuditEvent
from agent.errors import AlreadyDecided, InputError, NotAllowed, NotFound
from agent.kit.ids import new_id

OTHER = "other"


def ask(
    need: Need, case_id: str, decision_id: str, by: str, barred: Iterable[str], policy: ApprovalPolicy, now: datetime
) -> Approval:
    """The approval that a need of the matrix asks for."""
    return Approval(
        id=new_id(),
        case_id=case_id,
        decision_id=decision_id,
        scenario=need.scenario,
        company=need.company,
        record=need.record,
        figures=need.figures,
        amount=need.amount,
        why=need.why,
        asked_by=by,
        barred=tuple(dict.fromkeys([by, *barred])),
        roles=need.roles,
        state=ApprovalState.ASKED,
        asked_at=now,
        due_at=now + policy.wait(need.scenario),
    )


def open_roles(approval: Approval) -> tuple[Role, ...]:
    """The roles whose consent is still awaited."""
    given = {answer.role for answer in approval.answers if answer.consent is Consent.APPROVE}
    return tuple(role for role in approval.roles if role not in given)


def overdue(approval: Approval, now: datetime) -> bool:
    """Whether nobody answered in time, so that deputies may answer; that is all that time does."""
    return approval.state is ApprovalState.PARKED or (approval.state in WAITING and now >= approval.due_at)


def may_answer(approval: Approval, who: Person, policy: ApprovalPolicy, now: datetime) -> tuple[Role, ...]:
    """The roles in which this person may answer now, the person's own before those that they stand in for.

    The one guard that every door passes. Raises NotFound for another company's approval, AlreadyDecided when it is
    open no more, NotAllowed for whoever asked for it, had an earlier part in it or answered before, whatever their
    roles, and for whoever has none of the roles awaited.
    """
    if not who.sees(approval.company):
        raise NotFound(f"There is no approval {approval.id}.")
    who.must(Right.ANSWER_APPROVALS)
    if approval.state not in WAITING:
        raise AlreadyDecided(f"It is {approval.state}.", remedy="Nothing is left to answer.")
    if is_barred(approval, who.login, who.name):
        raise NotAllowed("You asked for it or had an earlier part in it.", remedy="Somebody else must answer.")
    if any(_same(answer.by, who.login) for answer in approval.answers):
        raise NotAllowed("You have answered already.", remedy="Another person must answer for the other role.")
    awaited = open_roles(approval)
    own = [role for role in awaited if role in who.roles]
    if overdue(approval, now):
        own += [r for r in awaited if r not in own and who.roles.intersection(policy.deputies.get(r, ()))]
    if not own:
        names = ", ".join(role.replace("_", " ") for role in awaited)
        raise NotAllowed(f"It needs the consent of: {names}.")
    return tuple(own)


def waits_for(approval: Approval, who: Person, policy: ApprovalPolicy, now: datetime) -> bool:
    """Whether this person may answer now."""
    try:
        return bool(may_answer(approval, who, policy, now))
    except (NotAllowed, NotFound, AlreadyDecided):
        return False


def whom_to_ask(approval: Approval, role: Role, people: Iterable[Person], policy: ApprovalPolicy, now: datetime) -> str:
    """The login of somebody who may answer in this role; empty when nobody is known. Deputies once it is overdue."""
    wanted = frozenset(policy.deputies.get(role, ())) if overdue(approval, now) else frozenset({role})
    for person in people:
        could = person.active and person.sees(approval.company) and person.roles & wanted
        if could and not is_barred(approval, person.login, person.name):
            return person.login
    return ""


def is_barred(approval: Approval, *names: str) -> bool:
    """Whether somebody by this login or name asked for it, drafted it or decided about it before."""
    return any(_same(known, name) for known in (approval.asked_by, *approval.barred) for name in names)


def answered(approval: Approval, given: Answer) -> tuple[Approval, tuple[AuditEvent, ...]]:
    """The approval with one more answer, and what is to be told of it. A refusal ends it; consent of all roles too.

    Raises InputError for a reason that the scenario does not have, or `other` without a note.
    """
    if given.via is Via.DESK:
        _must_have_reason(approval.scenario, given)
    more = approval.model_copy(update={"answers": (*approval.answers, given)})
    common = {
        "actor": given.by, "case_id": approval.case_id, "approval_id": approval.id, "role": given.role,
        "reason_code": given.reason_code, "via": given.via,
    }  # fmt: skip
    if given.consent is Consent.REFUSE:
        return _ended(more, ApprovalState.REFUSED, given.at, ApprovalRefused.model_validate(common))
    told = ApprovalGiven.model_validate(common)
    if open_roles(more):
        return more, (told,)
    return _ended(more, ApprovalState.APPROVED, given.at, told)


def _ended(
    approval: Approval, state: ApprovalState, at: datetime, *told: AuditEvent
) -> tuple[Approval, tuple[AuditEvent, ...]]:
    settled = ApprovalSettled(case_id=approval.case_id, approval_id=approval.id, state=state)
    return approval.model_copy(update={"state": state, "ended_at": at}), (*told, settled)


def withdrawn(approval: Approval, now: datetime) -> tuple[Approval, tuple[AuditEvent, ...]]:
    """The approval as nobody needs it any more."""
    return _ended(approval, ApprovalState.WITHDRAWN, now)


def reasons_for(scenario: Scenario, consent: Consent) -> tuple[str, ...]:
    """The reason codes to choose from."""
    return (*(REASONS[scenario] if consent is Consent.APPROVE else REFUSALS), OTHER)


def _must_have_reason(scenario: Scenario, given: Answer) -> None:
    known = reasons_for(scenario, given.consent)
    if given.reason_code not in known:
        raise InputError(f"{given.reason_code!r} is no reason to {given.consent}.", remedy=f"Use: {', '.join(known)}.")
    if given.reason_code == OTHER and not given.note.strip():
        raise InputError("The reason 'other' needs a note.", remedy="Say in the note what the reason is.")


def desk_answers(approval: Approval) -> tuple[Answer, ...]:
    """What Odoo does not know yet: the answers that were not given there."""
    return tuple(answer for answer in approval.answers if answer.via is Via.DESK)


def same_figures(ours: Iterable[Figure], theirs: Iterable[tuple[str, str]]) -> bool:
    """Whether no value that both name differs."""
    known = dict(theirs)
    return all(_equal(figure.value, known[figure.field]) for figure in ours if figure.field in known)


def _equal(left: str, right: str) -> bool:
    try:
        return Decimal(left) == Decimal(right)
    except InvalidOperation:
        return left.strip() == right.strip()


def _same(left: str, right: str) -> bool:
    """One human by two names: somebody on this machine's command line may well sign in at the desk."""
    mine, theirs = (name.strip().casefold().removeprefix("cli:") for name in (left, right))
    return bool(mine) and mine == theirs
