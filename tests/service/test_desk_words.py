"""Words: every code of the product has some, every text can be translated, and the pages stay light."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from bs4 import BeautifulSoup

from agent import locale
from agent.access.model import Role
from agent.actions.model import Outcome
from agent.actions.store import ActionState
from agent.audit.model import AuditEvent
from agent.cases.model import CaseKind, Status
from agent.confidence.fallback import Why
from agent.confidence.model import Features
from agent.evidence.match_model import MatchKind
from agent.evidence.pattern_model import Dimension
from agent.locale.extract import messages, pot
from agent.outbox.model import WorkKind
from agent.reviews.model import Verb
from agent.routing.model import FAMILIES, Lane, Mode, ReasonCode
from agent.suggestions.model import (
    ExceptionLabel,
    FactField,
    Gate,
    Intent,
    InvoiceLabel,
    NextStep,
    PatternLabel,
    RiskLabel,
    Severity,
    Task,
    Team,
)
from review_ui import words
from review_ui.desk import STATIC
from tests.builders import a_person
from tests.builders_desk import TestDesk, a_test_desk, an_exception_case

CODES = {
    "kind": CaseKind,
    "status": Status,
    "label": [
        *ExceptionLabel,
        *Intent,
        *RiskLabel,
        *InvoiceLabel,
        *PatternLabel,
        *(name for one in FAMILIES.values() for name in one),
    ],
    "match": MatchKind,
    "dimension": Dimension,
    "severity": Severity,
    "team": Team,
    "next_step": NextStep,
    "field": FactField,
    "verb": Verb,
    "done": Verb,
    "route_reason": ReasonCode,
    "lane": Lane,
    "task": Task,
    "mode": Mode,
    "fallback": Why,
    "share": ["drift", "sprint", "volume"],
    "gate": Gate,
    "feature": Features.model_fields,
    "role": Role,
    "action": [*ActionState, *Outcome],
    "work": WorkKind,
    "event": AuditEvent.kinds,
}
SAID = "h1, h2, h3, th[scope=col], dt, legend, summary, button, .statuses a, nav[aria-label] a, dialog td, caption"
OWN_WORDS = ("Gatehouse", "Your order", "S00001", "C-2026", "confirmation.csv", "Product", "Quantity", "Unit")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("group", CODES)
def test_every_code_that_people_see_has_words(group: str):
    assert [code for code in CODES[group] if words.find(str(code), group) is None] == []


def test_the_template_of_texts_is_up_to_date():
    assert (locale.FOLDER / "gatehouse.po").read_bytes() == pot(), "run: python -m agent.locale.extract"


def test_every_text_of_a_page_can_be_translated(desk: TestDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In a language in which each text stands in brackets, what stands outside of them was forgotten."""
    bracketed = messages()
    for message in bracketed:
        plural = isinstance(message.id, tuple)
        message.string = tuple(f"[{text}]" for text in message.id) if plural else f"[{message.id}]"
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "gatehouse.mo").open("wb") as file:
        write_mo(file, bracketed)
    monkeypatch.setattr(locale, "FOLDER", tmp_path)
    locale.catalogue.cache_clear()
    person = a_person(Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, login="zam").model_copy(update={"language": "eo"})
    client = desk.client(person)
    paths = [
        f"/cases/{desk.add().number}",
        f"/cases/{desk.add(an_exception_case).number}",
        "/queue",
        "/status",
        "/digest",
        "/trust",
        "/trust/classify_exception/routine",
    ]

    plain = {
        f"{path}: {' '.join(tag.text.split())}"
        for path in (*paths, "/failed", "/nothing", f"{paths[0]}/audit")
        for tag in BeautifulSoup(client.get(path).text, "html.parser").select(SAID)
        if tag.text.strip() and "[" not in tag.text and not tag.text.strip().startswith(OWN_WORDS)
    }
    locale.catalogue.cache_clear()

    assert plain == set()


def test_pages_and_files_stay_light(desk: TestDesk):
    for _ in range(50):
        desk.add(an_exception_case)
    case = desk.add()
    client = desk.client(a_person(Role.PLANNER))

    weights = {path: len(client.get(path).content) for path in ("/queue", f"/cases/{case.number}", "/live")}

    assert weights["/queue"] < 80_000
    assert weights[f"/cases/{case.number}"] < 40_000
    assert weights["/live"] < 2_000
    assert (STATIC / "keys.js").stat().st_size < 6_000
    assert sum(len(gzip.compress(file.read_bytes())) for file in STATIC.glob("*.[jc]s*")) < 32_000


def test_the_foreign_script_lies_here_with_its_licence():
    assert b'version:"2.0.' in (STATIC / "htmx.min.js").read_bytes()
    assert "Zero-Clause BSD" in (STATIC / "LICENSE.htmx").read_text()
