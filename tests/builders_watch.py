"""Builders for what is watched in Odoo: snapshots, and a service on the sandbox company with people at work in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from agent.adapters.sandbox import SandboxOdoo
from agent.audit.model import parse
from agent.audit.store import audit_event
from agent.inline import run_due
from agent.intake.changes import SeenLine, Snapshot, Watched
from agent.intake.watch_policy import WatchPolicy
from agent.kit.db import Database
from agent.kit.values import Money
from agent.outbox.model import WorkKind
from agent.pipeline import App
from agent.routing.model import Policy
from agent.steps import STEPS
from tests.builders import MASTER
from tests.builders_company import NOW
from tests.faults.plain_reader import readers

CHANGED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SOURCE = "odoo:acme"
OWN = frozenset({"gatehouse"})


def a_line(**given: Any) -> SeenLine:
    values = {"id": 1, "product": "BRG-6204", "quantity": Decimal(10), "price": Decimal(100)}
    return SeenLine(**{**values, **given})


def a_snapshot(model: Watched = Watched.SALE_ORDER, **given: Any) -> Snapshot:
    state = {Watched.PURCHASE_ORDER: "purchase", Watched.PICKING: "assigned", Watched.BILL: "draft"}.get(model, "sale")
    values = {
        "model": model, "id": 7, "name": "S00007", "company": "Acme", "state": state, "partner": "Kunde GmbH",
        "amount": Money(amount=Decimal(1000), currency="EUR"), "lines": (a_line(),), "changed_at": CHANGED,
        "changed_by": "olga",
    }  # fmt: skip
    return Snapshot(**{**values, **given})


def later(seen: Snapshot, seconds: int = 60, **given: Any) -> Snapshot:
    """The same record after a change."""
    return seen.model_copy(update={"changed_at": seen.changed_at + timedelta(seconds=seconds), **given})


class Hands:
    """A clock that is moved by hand."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def on(self, **given: float) -> None:
        self.now += timedelta(**given)


class Place:
    """A service on a sandbox company, its clock and its catching up, all in this process."""

    def __init__(self, state_url: str, company: Path, home: Path) -> None:
        from agent.migrations import upgrade

        self.clock = Hands()
        self.odoo = SandboxOdoo(company, clock=self.clock)
        self.db = Database(state_url)
        upgrade(self.db)
        self.app = App(
            db=self.db, master=MASTER, clock=self.clock, odoo=self.odoo, writer=self.odoo, log=self.odoo,
            readers=readers(), policy=Policy(gold_share=0.05), home=home, desk_url="http://desk.example",
            changes=self.odoo, watch=WatchPolicy(own_logins=OWN),
        )  # fmt: skip

    def catch_up(self) -> None:
        """A minute later, Odoo is asked what changed, and all that follows is done."""
        self.clock.on(minutes=1)
        with self.app.work() as work:
            work.outbox.owe(WorkKind.CATCH_UP, "odoo", work.now)
        self.run()

    def run(self) -> None:
        run_due(self.app, STEPS)
        with self.app.look() as look:
            failed = [(item.kind, item.key, item.last_error) for item in look.outbox.listed() if item.last_error]
        assert not failed, failed

    def cases(self) -> list[tuple[str, str]]:
        """Subject and status of every case, the oldest first."""
        return [(case.subject, case.status.value) for case in self.listed()]

    def listed(self) -> list[Any]:
        with self.app.look() as look:
            return sorted(look.cases.page(limit=10_000), key=lambda case: case.id)

    def audited(self, name: str) -> list[Any]:
        with self.db.read() as connection:
            rows = connection.execute(select(audit_event).where(audit_event.c.name == name)).all()
        return [parse(name, row.body) for row in rows]

    def user(self, login: str = "olga"):
        return self.odoo.as_user(login)


@contextmanager
def a_place(state_url: str, company: Path, home: Path) -> Iterator[Place]:
    place = Place(state_url, company, home)
    yield place
    place.odoo.close()
    place.db.close()


def day(number: int) -> date:
    return date(2026, 12, number)
