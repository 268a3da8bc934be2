"""A desk to test: the real application over a real database, cases filled in through the stores, people signed in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import select
from starlette.testclient import TestClient

from agent import commands
from agent.access.model import Person, Role
from agent.adapters.memory import MemoryOdoo, ScriptedReader
from agent.audit.model import CaseOpened, ReviewOpened, SuggestionMade, SuggestionRouted
from agent.cases.model import Case, CaseKind, Status
from agent.confidence.model import Features
from agent.evidence.records import Model, Party, RecordRef, SaleLine, SaleOrder, StockLevel
from agent.intake.model import Attachment, AttachmentKind, Event, LineChange, Mail, OrderData
from agent.kit.canonical import digest
from agent.kit.db import Database, metadata
from agent.kit.ids import new_id
from agent.kit.values import Money
from agent.pipeline import App
from agent.reviews.model import Decision, Review
from agent.routing.model import Lane, Policy, Reason, ReasonCode, Route
from agent.settings import Settings
from agent.suggestions.model import (
    ExceptionLabel,
    Fact,
    FactField,
    Finding,
    Gate,
    Intent,
    LabelScore,
    NextStep,
    Quote,
    Severity,
    Suggestion,
    Task,
    Team,
)
from agent.suggestions.service import Readers
from agent.work import Work
from review_ui.auth import cookie_name
from review_ui.desk import Desk
from review_ui.main import create_app
from tests.builders import (
    MASTER,
    NOON,
    a_case,
    a_confidence,
    a_database,
    a_person,
    a_purchase,
    a_review,
    a_suggestion,
    an_evidence,
)

PASSWORD = "correct horse battery"
BODY = (
    "Dear Ms Example,\n\nthe bearings of your order P00012 leave us late:\n"
    "new delivery date 12 December 2026, and only 80 pieces.\n\nKind regards\nKugel GmbH"
)


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


@dataclass
class TestDesk:
    """The desk under test."""

    __test__ = False
    app: App
    web: FastAPI
    time: Time
    troubles: list[str] = field(default_factory=list)

    def client(self, person: Person | None = None) -> TestClient:
        """A browser without script; signed in when a person is given."""
        client = TestClient(self.web, follow_redirects=False)
        if person is not None:
            client.cookies.set(self.cookie, self.token(person), domain="testserver.local")
        return client

    @property
    def cookie(self) -> str:
        found: Desk = self.web.state.desk
        return cookie_name(found)

    def token(self, person: Person) -> str:
        """The token of a fresh session; the person is added when unknown."""
        with self.app.work() as work:
            if person.login not in {known.login for known in work.access.people()}:
                work.access.add_person(person, None)
            token, _ = work.access.start_session(person, work.now)
        return token

    def close(self) -> None:
        self.app.db.close()

    def digest(self) -> str:
        """A digest of everything that is stored, but for when a session was last seen."""
        rows = []
        with self.app.db.read() as connection:
            for table in sorted(metadata.tables.values(), key=lambda table: table.name):
                columns = [column for column in table.c if column.name != "seen_at"]
                rows += [f"{table.name} {row!r}" for row in connection.execute(select(*columns).order_by(*columns))]
        return digest("\n".join(rows).encode())

    def review_of(self, case: Case) -> Review:
        with self.app.look() as work:
            return work.reviews.open_of([case.id])[case.id]

    def decisions_of(self, case: Case) -> list[Decision]:
        with self.app.look() as work:
            return work.reviews.decisions_of(case.id)

    def post(self, client: TestClient, page: str, path: str, **form: str) -> Response:
        """Post a form of this page, with the token that the page carries."""
        return client.post(path, data={"csrf": csrf_of(client.get(page).text), **form})

    def add(self, fill: Callable[..., Case] | None = None, **given: Any) -> Case:
        """A case in review."""
        with self.app.work() as work:
            return (fill or an_email_case)(work, **given)


def a_test_desk(folder: Path, **settings: Any) -> TestDesk:
    """A desk over an empty SQLite database."""
    path = folder / "gatehouse.db"
    path.write_bytes(empty_database())
    time, odoo, troubles = Time(), MemoryOdoo(), []
    chosen = Settings(home=folder, _env_file=None, **settings)
    app = App(
        db=Database(f"sqlite:///{path}"), master=MASTER, clock=time, odoo=odoo, writer=odoo, log=odoo,
        readers=Readers(embedded=ScriptedReader()), policy=Policy(), home=folder, desk_url=chosen.desk_url,
    )  # fmt: skip
    web = create_app(app, chosen, lambda: tuple(troubles))
    return TestDesk(app=app, web=web, time=time, troubles=troubles)


@cache
def empty_database() -> bytes:
    """A SQLite file at the right schema, made once a run."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        db = a_database(f"sqlite:///{path}")
        db.close()
        return path.read_bytes()


def csrf_of(html: str) -> str:
    """The token of the first form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, html
    return found.group(1)


# --- people ---------------------------------------------------------------------------------------
PLANNER = a_person(Role.PLANNER, login="pia")
MANAGER = a_person(Role.MANAGER, login="mara")
ADMINISTRATOR = a_person(Role.ADMINISTRATOR, login="adam")
AUDITOR = a_person(Role.AUDITOR, login="aude")


# --- cases ----------------------------------------------------------------------------------------
def a_mail(body: str = BODY, **given: Any) -> Mail:
    values: dict[str, Any] = {
        "message_id": f"{new_id()}@kugel.example", "has_own_id": True, "sender": "sales@kugel.example",
        "sender_name": "Kugel Sales", "recipients": ("buying@acme.example",), "subject": "Your order P00012",
        "sent_at": NOON - timedelta(hours=3), "body": body, "quoted": "On Monday you wrote:\n> When does it come?",
        "content_digest": digest(body.encode()),
        "attachments": (
            Attachment(
                name="confirmation.csv", media_type="text/csv", size=2048, digest="0" * 64, kind=AttachmentKind.TEXT,
                text="line;product;quantity\n1;BRG-6204;80\n",
            ),
        ),
    }  # fmt: skip
    return Mail(**{**values, **given})


def a_quoted(text: str, field: FactField, value: str, words: str, **given: Any) -> Fact:
    start = text.index(words)
    quote = Quote(text=words, source="body", start=start, end=start + len(words))
    return Fact(**{"field": field, "value": value, "quote": quote, "po": "P00012", "line": 1, **given})


def email_facts() -> tuple[Fact, ...]:
    return (
        a_quoted(BODY, FactField.ETA, "2026-12-12", "12 December 2026", now_in_odoo="2026-11-30", ambiguous=True,
                 alternatives=("2026-12-12", "2027-12-12")),
        a_quoted(BODY, FactField.QUANTITY, "80", "80 pieces", unit="Units", now_in_odoo="100"),
    )  # fmt: skip


def a_route(*reasons: Reason) -> Route:
    found = reasons or (
        Reason(code=ReasonCode.NO_CERTIFICATE, detail="no certificate for delay"),
        Reason(code=ReasonCode.NEEDS_A_PERSON, detail="it would change dates, quantities or prices"),
    )
    return Route(to=Lane.REVIEW, would=Lane.REVIEW, reasons=found, policy_version="policy@0123456789")


def an_email_case(work: Work, *, mail: Mail | None = None, blind: bool = False, n: int = 0, **given: Any) -> Case:
    """A supplier's mail, read and waiting for a person."""
    mail = mail or a_mail()
    made = {"facts": email_facts(), **given.pop("made", {})}
    case = _case(work, n, kind=CaseKind.SUPPLIER_EMAIL, subject=mail.sender, title=mail.subject, gold=blind, **given)
    work.intake.add_mail(mail, case.thread, work.now)
    work.intake.assign(mail.key, case.id)
    found = an_evidence(case, mail=mail, purchases=(a_purchase(planned=NOON.date()),), stock=(_stock(),))
    suggestion = a_suggestion(
        case_id=case.id, evidence_id=found.id, task=Task.READ_SUPPLIER_EMAIL, **{
            "label": Intent.DELAY, "intents": (Intent.DELAY, Intent.QUANTITY_CHANGE), "severity": Severity.HIGH,
            "team": Team.PURCHASING, "next_step": NextStep.UPDATE_PURCHASE,
            "summary": "Kugel GmbH delays line 1 of P00012 to 12 December 2026 and cuts it to 80.",
            "scores": tuple(LabelScore(label=label, probability=0.4) for label in (Intent.DELAY, Intent.REQUEST)),
            "findings": (Finding(gate=Gate.AMBIGUOUS_DATE, detail="12 December"),), **made,
        },
    )  # fmt: skip
    return _waiting(work, case, found, suggestion, blind=blind)


def an_exception_case(work: Work, *, note: str = "Customer wants ten more.", n: int = 0, **given: Any) -> Case:
    """An event about a sale order, read and waiting for a person."""
    case = _case(work, n, **{"subject": "S00001", "title": "S00001: order changed", **given})
    line = LineChange(product="BRG-6204", quantity_before=Decimal(10), quantity_after=Decimal(20), unit="Units")
    event = Event(
        id=new_id(), source="/odoo/acme", type="order.changed", subject="S00001", time=NOON,
        data=OrderData(order="S00001", customer="Nordwind AG", note=note, lines=(line,),
                       amount=Money(amount=Decimal("1200.50"), currency="EUR"), promised=NOON.date()),
    )  # fmt: skip
    work.intake.add_event(event, case.thread, "0" * 64, work.now)
    work.intake.assign(event.key, case.id)
    found = an_evidence(case, events=(event,), sales=(a_sale(),), stock=(_stock(),), missing=("S00099 is not in Odoo",))
    suggestion = a_suggestion(
        case_id=case.id, evidence_id=found.id, label=ExceptionLabel.ORDER_CHANGE_AFTER_RESERVATION,
        severity=Severity.MEDIUM, team=Team.SALES, next_step=NextStep.CONFIRM_CHANGE_WITH_CUSTOMER,
        summary="S00001 of Nordwind AG was changed after stock was reserved.",
    )  # fmt: skip
    return _waiting(work, case, found, suggestion, blind=case.gold)


def a_credit_case(work: Work, **given: Any) -> Case:
    """A sale order that is blocked on credit, waiting for a planner."""
    case = _case(work, 0, **{"subject": "S00001", "title": "S00001: blocked on credit", **given})
    found = an_evidence(case, sales=(a_sale(),))
    made = a_suggestion(
        case_id=case.id, evidence_id=found.id, label=ExceptionLabel.CREDIT_HOLD, severity=Severity.HIGH,
        team=Team.FINANCE, next_step=NextStep.REQUEST_CREDIT_RELEASE, summary="S00001 is blocked on credit.",
    )  # fmt: skip
    return _waiting(work, case, found, made, blind=False)


def a_sale() -> SaleOrder:
    line = SaleLine(
        id=1, product_code="BRG-6204", product_name="Bearing 6204", ordered=Decimal(20), delivered=Decimal(0),
        reserved=Decimal(10), unit="Units", unit_price=Decimal("60.025"), margin_percent=Decimal("21.5"),
    )  # fmt: skip
    return SaleOrder(
        ref=RecordRef(model=Model.SALE_ORDER, id=1, name="S00001"), company="Acme", state="sale",
        customer=Party(id=9, name="Nordwind AG", tier=1), ordered_at=NOON, promised=NOON.date(),
        total=Money(amount=Decimal("1200.50"), currency="EUR"), margin_percent=Decimal("21.5"), lines=(line,),
    )  # fmt: skip


def _stock() -> StockLevel:
    return StockLevel(
        product_code="BRG-6204", product_name="Bearing 6204", on_hand=Decimal(12), reserved=Decimal(10),
        incoming=Decimal(100), outgoing=Decimal(20), unit="Units",
    )  # fmt: skip


def _case(work: Work, n: int, **given: Any) -> Case:
    number = n or int(work.cases.next_number(work.now)[-6:])
    values = {
        "n": number, "status": Status.IN_REVIEW, "thread": f"thread:{number}", "opened_at": work.now,
        "changed_at": work.now, "value_at_risk": Money(amount=Decimal("18500.00"), currency="EUR"),
    }  # fmt: skip
    case = a_case(**{**values, **given})
    work.cases.add(case, f"matter:{case.id}", [case.subject, case.number, "P00012"])
    opened = CaseOpened(case_id=case.id, number=case.number, kind=case.kind, correlation_id="c", gold=case.gold)
    work.audit.append([opened], work.now)
    return case


def _waiting(work: Work, case: Case, found: Any, suggestion: Suggestion, *, blind: bool) -> Case:
    work.evidence.add(found, case.thread)
    work.suggestions.add(suggestion, case.thread)
    features = Features(stated=0.8, margin=0.7, second_reader=1.0, validators=1.0, evidence=1.0)
    confidence = a_confidence(0.8).model_copy(update={"features": features})
    work.routing.add(suggestion.id, "t", a_route(), confidence, work.now)
    review = a_review(case, suggestion, blind=blind, opened_at=work.now)
    work.reviews.open(review)
    made = SuggestionMade(
        case_id=case.id, suggestion_id=suggestion.id, task=suggestion.task, label=suggestion.label, reader="embedded",
        model_id="embedded@x", prompt_version="embedded@y", prompt_digest="0" * 64, output_digest="0" * 64,
        tokens_in=0, tokens_out=0,
    )  # fmt: skip
    routed = SuggestionRouted(
        case_id=case.id, suggestion_id=suggestion.id, to="review", would="review", reasons=("no_certificate",),
        policy_version="policy@0123456789", confidence_state="not_calibrated",
    )  # fmt: skip
    opened = ReviewOpened(case_id=case.id, review_id=review.id, role=review.level, blind=blind)
    work.audit.append([made, routed, opened], work.now)
    return case


def with_password(desk: TestDesk, person: Person) -> Person:
    """The person, with PASSWORD to sign in."""
    commands.add_person(desk.app, person, PASSWORD, "test")
    return person
