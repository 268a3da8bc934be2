"""Nothing is decided without a person but through one door, and that door asks for a valid certificate."""

import ast
from datetime import timedelta

import pytest

from agent.confidence.records import Issued
from agent.confidence.version import version_of
from agent.errors import StateError
from agent.routing.model import Lane, Policy, Reason, ReasonCode, Route
from agent.steps.route import Weighed, _must_be_certified
from tests.architecture.sources import sources
from tests.builders import NOON, a_case, a_certificate, a_confidence, a_fact, a_suggestion, some_work
from tests.builders_desk import empty_database

DOOR = "agent/steps/route.py"


def makers(name: str) -> set[str]:
    """The files in which a value of this type is made."""
    return {
        source.name
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    }


def test_a_decision_is_made_by_a_person_s_verdict_or_at_the_one_door():
    assert makers("Decision") == {"agent/reviews/service.py", DOOR}


def test_a_route_is_made_by_the_pure_decision_alone():
    assert makers("Route") == {"agent/routing/policy.py"}


def test_only_the_door_says_that_something_settled_itself():
    assert makers("SettledAutomatically") == {DOOR}


def test_a_certificate_is_made_by_signing_alone_and_signing_is_one_command():
    assert makers("Certificate") == {"agent/confidence/certify.py"}
    assert makers("sign") == {"agent/commands/certifying.py"}
    assert makers("Issued") <= {"agent/commands/certifying.py", "agent/confidence/store.py"}


def a_weighed(**given):
    values = {
        "confidence": a_confidence(), "version_hash": "v",
        "issued": Issued(id="c", look_id="l", certificate=a_certificate()),
        "route": Route(to=Lane.AUTO, would=Lane.AUTO, reasons=(), policy_version=Policy().version),
    }  # fmt: skip
    return Weighed(**{**values, **given})


@pytest.fixture
def work(tmp_path):
    from agent.kit.db import Database

    (tmp_path / "x.db").write_bytes(empty_database())
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    with some_work(db) as made:
        yield made
    db.close()


def issued(**given):
    return Issued(id="c", look_id="l", certificate=a_certificate(**given))


REVIEW = Route(
    to=Lane.REVIEW, would=Lane.AUTO, reasons=(Reason(code=ReasonCode.GOLD_SAMPLE),), policy_version="policy@0"
)


@pytest.mark.parametrize(
    "given",
    [
        {"issued": None},
        {"issued": issued(label="stock_shortage")},
        {"issued": issued(version_hash="w")},
        {"issued": issued(valid_until=NOON)},
        {"issued": issued(certified_at=NOON + timedelta(days=1))},
        {"issued": issued(threshold=0.95)},
        {"route": REVIEW},
        {"route": REVIEW.model_copy(update={"to": Lane.AUTO})},
        {"confidence": a_confidence().model_copy(update={"score": float("nan")})},
    ],
)
def test_the_door_stays_shut_whatever_the_route_says(work, given):
    with pytest.raises(StateError, match="certificate"):
        _must_be_certified(work, a_case(), a_suggestion(), a_weighed(**given))


def test_the_door_opens_for_what_is_certified_and_never_for_the_floor(work):
    assert _must_be_certified(work, a_case(), a_suggestion(), a_weighed()).id == "c"
    mail = a_suggestion(task="read_supplier_email", label="delay", facts=(a_fact(now_in_odoo="2026-11-30"),))
    covered = a_weighed(issued=issued(task="read_supplier_email", label="delay"))
    with pytest.raises(StateError):
        _must_be_certified(work, a_case(), mail, covered)


def test_another_model_prompt_or_weights_make_another_version():
    made = a_suggestion()
    told = made.provenance
    others = [
        made.model_copy(update={"provenance": told.model_copy(update={name: "x"})})
        for name in ("model_id", "prompt_version")
    ]

    assert len({version_of(one).hash for one in (made, *others)}) == 3
