"""The case page: the suggestion, the evidence it rests on, why it is here, and the form to decide it."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agent import commands
from agent.access.model import Right
from agent.confidence.judged import FIELDS
from agent.errors import Conflict, InputError, NotFound
from agent.reporting.views import CaseView, case_view
from agent.reviews.model import REASONS, Level, Review, Verb, Verdict
from agent.suggestions.labels import labels_of
from agent.suggestions.model import Fact, FactField
from agent.work import Work
from review_ui.auth import Decider, Form, Posted, Reader, Visit
from review_ui.blind import read_fields
from review_ui.changes import differences, done_actions, offers, ticked_in
from review_ui.decide import BLANK_FACTS, CHOICES, FormRefused, empty_form, read_verdict
from review_ui.desk import Desk, desk_of, is_fragment, page
from review_ui.exhibits import MOST_ROWS, exhibits
from review_ui.happened import change_name, change_value, timeline, what_happened
from review_ui.queue import Done, address, filters_of, just_decided, next_case, right_for, standing, undo_until
from review_ui.speech import Speech

router = APIRouter()


@router.get("/cases/{number}", response_class=HTMLResponse)
def show_case(request: Request, number: str, visit: Reader) -> HTMLResponse:
    """One case."""
    with desk_of(request).app.look() as work:
        view = case_view(work, number, visit.person)
        done = just_decided(work, visit.person, request.query_params.get("done", ""))
        around = standing(work, visit.person, desk_of(request).app.approvals)
    return _shown(request, view, visit, done=done, **around)


@router.post("/cases/{number}/label", response_class=HTMLResponse)
def label_blind(request: Request, number: str, visit: Decider, form: Posted) -> Response:
    """A person's own label for a gold sample, given before the suggestion is shown."""
    desk = desk_of(request)
    with desk.app.look() as work:
        view = case_view(work, number, visit.person)
        around = standing(work, visit.person, desk_of(request).app.approvals)
    label = form.get("label", "")
    if label not in labels_of(view.case.kind):
        message = desk.speech(visit.person).gettext("Choose the label that fits best.")
        return _shown(request, view, visit, status=422, typed=form, faults={"label": message}, **around)
    try:
        fields = read_fields(form, view.case.kind, desk.speech(visit.person))
    except FormRefused as refused:
        return _shown(request, view, visit, status=422, typed=form, faults=refused.faults, **around)
    commands.label_blind(desk.app, form.get("review", ""), label, visit.person, fields)
    return RedirectResponse(address(f"/cases/{view.case.number}", filters_of(request).query), status_code=303)


@router.post("/cases/{number}/decision", response_class=HTMLResponse)
def decide(request: Request, number: str, visit: Decider, form: Posted) -> Response:
    """Record the verdict and go on to the next case; else show the form again with all that was typed."""
    desk, filters = desk_of(request), filters_of(request)
    with desk.app.look() as work:
        view = case_view(work, number, visit.person)
        around = standing(work, visit.person, desk_of(request).app.approvals)
    if view.review is None or view.suggestion is None or view.review.id != form.get("review"):
        return _too_late(request, number, visit, form)
    verdict = None
    try:
        verdict = read_verdict(form, view.case.kind, view.suggestion, desk.speech(visit.person))
        commands.decide(desk.app, view.review.id, verdict, visit.person)
    except FormRefused as refused:
        return _shown(request, view, visit, status=422, typed=form, faults=refused.faults, **around)
    except InputError as error:
        fault = {"changes": f"{error.detail} {error.next_step}"}
        return _shown(request, view, visit, status=422, typed=form, faults=fault, verdict=verdict, **around)
    except Conflict:
        return _too_late(request, number, visit, form)
    with desk.app.look() as work:
        following = next_case(work, visit.person, filters, view.case)
    place = f"/cases/{following.number}" if following else "/queue"
    return RedirectResponse(address(place, filters.query, f"done={view.case.number}"), status_code=303)


@router.post("/cases/{number}/undo", response_class=HTMLResponse)
def undo(request: Request, number: str, visit: Decider, form: Posted) -> Response:
    """Undo a decision of this case before Odoo hears of it."""
    desk = desk_of(request)
    with desk.app.look() as work:
        view = case_view(work, number, visit.person)
    decision_id = form.get("decision", "")
    if decision_id not in {made.id for made in view.decisions}:
        raise NotFound("There is no such decision.", remedy="Reload the case.")
    commands.undo(desk.app, decision_id, visit.person)
    place = address(f"/cases/{view.case.number}", filters_of(request).query, "undone=1")
    return RedirectResponse(place, status_code=303)


@router.post("/cases/{number}/take-back", response_class=HTMLResponse)
def take_back(request: Request, number: str, visit: Decider, form: Posted) -> Response:
    """Have Odoo undo what an action of this case did."""
    desk = desk_of(request)
    with desk.app.look() as work:
        view = case_view(work, number, visit.person)
    action_id = form.get("action", "")
    if action_id not in {item.id for item in view.actions}:
        raise NotFound("There is no such action.", remedy="Reload the case.")
    commands.take_back(desk.app, action_id, visit.person)
    return RedirectResponse(address(f"/cases/{view.case.number}", filters_of(request).query), status_code=303)


def _too_late(request: Request, number: str, visit: Visit, form: Form) -> HTMLResponse:
    """The case as it stands now, what happened meanwhile, and what was typed."""
    desk = desk_of(request)
    with desk.app.look() as work:
        view = case_view(work, number, visit.person)
        around = standing(work, visit.person, desk_of(request).app.approvals)
        late_for = _review_of(work, view, form.get("review", ""))
    happened = what_happened(view, late_for, desk.speech(visit.person))
    kept = {"note": form.get("note", "")} if view.review else {}
    return _shown(request, view, visit, status=409, happened=happened, lost=_typed(form), typed=kept, **around)


def _review_of(work: Work, view: CaseView, review_id: str) -> Review | None:
    try:
        found = work.reviews.get(review_id)
    except NotFound:
        return None
    return found if found.case_id == view.case.id else None


def _typed(form: Form) -> dict[str, str]:
    """What a person typed into the form, without what the form itself carries."""
    own = {"csrf", "review", "label", "severity", "team", "next_step"}
    return {name: text for name, text in form.items() if name not in own and text.strip()}


def _shown(
    request: Request,
    view: CaseView,
    visit: Visit,
    *,
    status: int = 200,
    typed: Form | None = None,
    faults: dict[str, str] | None = None,
    verdict: Verdict | None = None,
    happened: str = "",
    lost: dict[str, str] | None = None,
    done: Done | None = None,
    **around: Any,
) -> HTMLResponse:
    desk, filters = desk_of(request), filters_of(request)
    say, person = desk.speech(visit.person), visit.person
    form = empty_form(view.suggestion, say) if view.suggestion else {}
    values = {
        "view": view,
        "case": view.case,
        "made": view.suggestion,
        "hidden": view.review is not None and not view.review.reveals,
        "shown": exhibits(view, say),
        "most_rows": MOST_ROWS,
        "timeline": timeline(view, say),
        **_telling(view, say),
        **_changes(desk, view, visit, say, frozenset(ticked_in(typed or {})), verdict),
        "undone": request.query_params.get("undone") == "1" and view.review is not None,
        "may_decide": view.review is not None and person.may(right_for(view.review.level)),
        "form": {**form, **(typed or {})},
        "faults": faults or {},
        "happened": happened,
        "lost": lost or {},
        "done": done,
        "filters": filters,
        **_choices(view),
        **around,
    }
    headers = {"HX-Push-Url": address(f"/cases/{view.case.number}", filters.query)} if is_fragment(request) else {}
    return page(request, "case/page.html", status=status, headers=headers, **values)


def _changes(
    desk: Desk, view: CaseView, visit: Visit, say: Speech, ticked: frozenset[str], verdict: Verdict | None
) -> dict[str, Any]:
    """What can be written to Odoo, what was, what waits for consent, and what can still be undone or taken back."""
    person = visit.person
    with desk.app.look() as work:
        approvals = work.approvals.of_case(view.case.id)
        undoable = {made.id: until for made in view.decisions if (until := undo_until(work, made, person))}
    mine = bool(view.decisions) and (
        view.decisions[-1].decided_by == person.login or person.may(Right.DECIDE_ESCALATED)
    )
    return {
        "offered": offers(view, say, desk.app.approvals, ticked, verdict),
        "approvals": approvals,
        "undoable": undoable,
        "done_actions": done_actions(view, say, may=mine and person.may(Right.DECIDE)),
        "differences": differences(view, say),
    }


def _telling(view: CaseView, say: Speech) -> dict[str, Any]:
    """Small helpers that put parts of the suggestion and of decisions into words."""

    def readings(fact: Fact) -> str:
        return ", ".join(say.value(other, fact.field, fact.unit) for other in fact.alternatives if other != fact.value)

    return {
        "readings": readings,
        "intent_words": [say.word(intent, "label") for intent in view.suggestion.intents[1:]]
        if view.suggestion
        else [],
        "change_name": partial(change_name, say=say),
        "change_value": partial(change_value, say=say),
    }


def _choices(view: CaseView) -> dict[str, Any]:
    """What can be chosen in the form."""
    escalated = view.review is not None and view.review.level is Level.MANAGER
    labels = labels_of(view.case.kind)
    hidden = view.review is not None and not view.review.reveals
    old = (view.suggestion.label,) if view.suggestion and not hidden else ()  # perhaps an earlier version's
    return {
        "verbs": [verb for verb in Verb if not (escalated and verb is Verb.ESCALATE)],
        "reasons": REASONS,
        "labels": tuple(dict.fromkeys((*labels, *old))),
        "choices": CHOICES,
        "fields": tuple(FactField),
        "blind_fields": FIELDS,
        "blank_facts": range(BLANK_FACTS),
    }
