"""Commands about how far the automation can be trusted: propose and sign certificates, replay, fit anew, sprint."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import out, start

if TYPE_CHECKING:
    from agent.confidence.looking import Prospect
    from agent.confidence.records import Look
    from agent.pipeline import App
    from agent.steps.replay import Replayed

Task = Annotated[str | None, typer.Option("--task", help="Only this task, e.g. classify_exception.")]
RIGHT = frozenset({3, 4, 5, 6})


def certify(
    task: Task = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count labels; nothing is looked at, nothing spent.")
    ] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Run what answers today on the stored gold inputs first (needs --task).")
    ] = False,
    sign: Annotated[str | None, typer.Option("--sign", help="Sign the proposal of this id.")] = None,
    new_epoch: Annotated[
        bool, typer.Option("--new-epoch", help="Fit weights and calibration on the labels so far (needs --task).")
    ] = False,
    sprint_days: Annotated[
        int | None, typer.Option("--sprint-days", min=0, max=90, help="Draw 30 % for so many days; 0 ends it.")
    ] = None,
    as_json: out.AsJson = False,
) -> None:
    """Propose certificates from blind labels; a person signs them. Without one, everything goes to a person."""
    app = start.app()
    if sign:
        _sign(app, sign, as_json=as_json)
    elif new_epoch:
        _begin(app, _one(task), as_json=as_json)
    elif sprint_days is not None:
        _sprint(app, sprint_days, as_json=as_json)
    else:
        again = _replayed(app, _one(task), quiet=as_json) if replay else None
        if dry_run:
            _count(app, task, again, as_json=as_json)
        else:
            _propose(app, task, again, as_json=as_json)


def _one(task: str | None) -> str:
    from agent.errors import InputError

    if task is None:
        raise InputError("It is done task by task.", remedy="Name one: --task classify_exception.")
    return task


def _replayed(app: "App", task: str, *, quiet: bool) -> "Replayed":
    from agent.confidence.looking import tasks_of
    from agent.errors import NotFound
    from agent.steps.replay import replay

    (one,) = tasks_of(task)
    with out.bar("Replaying gold inputs", None, quiet=quiet) as done:
        found = replay(app, one, done)
    if found is None:
        raise NotFound(f"There are no gold inputs of {task} yet.", remedy="Wait for blind labels.")
    return found


def _count(app: "App", task: str | None, again: "Replayed | None", *, as_json: bool) -> None:
    from agent.commands import prospects

    found = prospects(app, task, again)
    if as_json:
        out.say({"looked_at": False, "subjects": [_prospect(one) for one in found]})
        return
    columns = ("Task", "Label", "Version", "Blind labels", "At least", "Likely", "A day", "First day")
    rows = [
        (
            one.subject.task, one.subject.label, one.version_hash or "-", one.have, one.outlook.least,
            one.outlook.likely or "?", f"{one.outlook.per_day:.1f}", one.outlook.least_day or "-",
        )
        for one in found
    ]  # fmt: skip
    out.table("Blind labels, counted only: nothing was looked at, nothing spent", columns, rows, right=RIGHT)


def _prospect(one: "Prospect") -> dict[str, Any]:
    return {
        "task": one.subject.task,
        "label": one.subject.label,
        "members": list(one.subject.members),
        "version": one.version_hash,
        "attempt": one.terms.attempt,
        "alpha": one.terms.alpha,
        "delta_used": one.terms.delta_used,
        "labels": one.have,
        "left_out": one.left_out,
        "reference": one.reference,
        "ready": one.ready,
        "outlook": one.outlook.model_dump(mode="json"),
    }


def _propose(app: "App", task: str | None, again: "Replayed | None", *, as_json: bool) -> None:
    from agent.commands import propose_certificates

    looks = propose_certificates(app, start.operator(), task, again)
    if as_json:
        out.say({"looked_at": True, "proposals": [_look(one) for one in looks]})
        return
    if not looks:
        out.line("No label has enough blind labels for a certificate; nothing was looked at and nothing spent.")
        out.line("`gatehouse certify --dry-run` says how many are missing and when they come.")
        return
    columns = ("Proposal", "Task", "Label", "Accepted", "Errors", "Bound", "Threshold", "Result")
    out.table("Proposals; delta was spent on each", columns, [_row(one) for one in looks], right=RIGHT)
    if any(one.passed for one in looks):
        out.line("A person with the right signs: gatehouse certify --sign PROPOSAL")


def _row(one: "Look") -> tuple[object, ...]:
    best = one.proposal.chosen
    if best is None:
        return one.id, one.task, one.label, "-", "-", "-", "-", "not certified: everything stays in review"
    return (
        one.id, one.task, one.label, best.accepted, best.errors, f"{one.proposal.bound:.3f}",
        f"{best.threshold:.3f}", "passed",
    )  # fmt: skip


def _look(one: "Look") -> dict[str, Any]:
    best = one.proposal.chosen
    return {
        "id": one.id,
        "task": one.task,
        "label": one.label,
        "version": one.version_hash,
        "passed": one.passed,
        "attempt": one.proposal.terms.attempt,
        "delta_used": one.proposal.terms.delta_used,
        "alpha": one.proposal.terms.alpha,
        "labels": one.proposal.labels,
        "threshold": best.threshold if best else None,
        "n": best.accepted if best else 0,
        "errors": best.errors if best else 0,
        "bound": one.proposal.bound,
        "left_out": one.proposal.left_out,
    }


def _sign(app: "App", look_id: str, *, as_json: bool) -> None:
    from agent.commands import sign_certificate

    issued = sign_certificate(app, look_id, start.operator())
    held = issued.certificate
    if as_json:
        out.say({"id": issued.id, **held.model_dump(mode="json")})
        return
    out.line(
        f"{held.task}, {held.label}: automatic at or above {held.threshold:.3f} until {held.valid_until:%Y-%m-%d}"
        f" ({held.errors} errors in {held.n}, at most {held.bound:.1%} with {1 - held.delta_used:.0%} confidence)."
    )


def _begin(app: "App", task: str, *, as_json: bool) -> None:
    from agent.commands import begin_epoch

    begun = begin_epoch(app, task, start.operator())
    calibrated = sorted(begun.scoring.platt)
    if as_json:
        out.say({"task": begun.task, "epoch": begun.number, "weights": begun.scoring.weights.version,
                 "calibrated": calibrated})  # fmt: skip
        return
    out.line(f"{task}: epoch {begun.number}, weights {begun.scoring.weights.version}.")
    out.line(f"Calibrated: {', '.join(calibrated) or 'nothing yet (50 labels with 5 errors are needed)'}.")
    out.line("Certificates now need labels of items that come in from now on.")


def _sprint(app: "App", days: int, *, as_json: bool) -> None:
    from agent.commands import set_sprint

    set_sprint(app, days, start.operator())
    if as_json:
        out.say({"sprint_days": days})
    else:
        out.line(f"30 % are drawn for {days} days." if days else "The labelling sprint is over.")
