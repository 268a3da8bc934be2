"""An app over real stores and an Odoo in memory, a case that waits, and the people who decide and consent."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent import commands
from agent.access.model import Person, Role
from agent.actions.model import AnyAction, Receipt
from agent.actions.proposals import Proposal, proposals
from agent.actions.store import StoredAction
from agent.adapters.memory import MemoryOdoo, ScriptedReader
from agent.approvals.model import Approval
from agent.cases.model import Case
from agent.errors import Conflict, StaleRecord
from agent.evidence.records import Bill, Model, Party, RecordRef
from agent.inline import run_due
from agent.kit.db import Database
from agent.kit.values import Money
from agent.pipeline import App
from agent.reviews.model import Decision, Review, Verb, Verdict, final_of
from agent.routing.model import Policy
from agent.settings import Settings
from agent.steps import STEPS
from agent.suggestions.service import Readers
from agent.work import Work
from review_ui.main import create_app
from tests.builders import MASTER, NOON, a_person, a_purchase
from tests.builders_desk import TestDesk, a_sale, an_email_case

PIA = a_person(Role.PLANNER, login="pia")
MARA = a_person(Role.MANAGER, login="mara")
FINN = a_person(Role.FINANCE, login="finn")
LENA = a_person(Role.PROCUREMENT_LEAD, login="lena")
SAM = a_person(Role.SALES_MANAGER, login="sam")
ROOT = a_person(*Role, login="root")
PEOPLE = (PIA, MARA, FINN, LENA, SAM, ROOT)
GRACE = timedelta(seconds=10)


class Clock:
    """A clock that moves when it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **much: float) -> None:
        self.now += timedelta(**much)


class Changing:
    """A writer before an Odoo in which somebody else has changed what the next action of a kind would change."""

    def __init__(self, inner: MemoryOdoo) -> None:
        self._inner = inner
        self.stale: dict[str, tuple[tuple[str, str, str], ...]] = {}

    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        if found := self.stale.pop(action.kind, ()):
            raise StaleRecord(f"{action.record.name} was changed.", differences=found)
        return self._inner.apply(action, key=key)


class Everything:
    """All that a test of decisions and consents needs."""

    def __init__(self, url: str, folder: Path, *, grace: timedelta = timedelta(0)) -> None:
        self.odoo = MemoryOdoo(purchases=[a_purchase()], sales=[a_sale()], bills=[a_bill()], clock=lambda: NOON)
        self.writer = Changing(self.odoo)
        self.clock = Clock()
        self.app = App(
            db=Database(url), master=MASTER, clock=self.clock, odoo=self.odoo, writer=self.writer, log=self.odoo,
            readers=Readers(embedded=ScriptedReader()), policy=Policy(), home=folder, desk_url="http://desk",
            grace=grace,
        )  # fmt: skip
        with self.app.work() as work:
            for person in PEOPLE:
                work.access.add_person(person, None)

    def add(self, fill: Callable[..., Case] = an_email_case, **given: Any) -> Case:
        with self.app.work() as work:
            return fill(work, **given)

    def work_off(self) -> int:
        return run_due(self.app, STEPS)

    # --- looking ----------------------------------------------------------------------------------
    def case(self, case: Case) -> Case:
        with self.app.look() as look:
            return look.cases.get(case.id)

    def review(self, case: Case) -> Review:
        with self.app.look() as look:
            return look.reviews.open_of([case.id])[case.id]

    def actions(self, case: Case) -> dict[str, str]:
        """The state of each action of the case by its kind."""
        return {item.action.kind: item.state.value for item in self.stored(case)}

    def stored(self, case: Case) -> list[StoredAction]:
        with self.app.look() as look:
            return look.actions.of_case(case.id)

    def approval(self, case: Case) -> Approval:
        with self.app.look() as look:
            return look.approvals.of_case(case.id)[-1]

    def audited(self, name: str) -> int:
        with self.app.look() as look:
            return look.audit.counts().get(name, 0)

    def done(self) -> list[str]:
        return [item.kind for item in self.odoo.done]

    def offered(self, case: Case, verdict: Verdict | None = None) -> tuple[Proposal, ...]:
        """What could be ticked, as the desk computes it."""
        with self.app.look() as look:
            return offered(look, case, verdict)

    # --- doing ------------------------------------------------------------------------------------
    def accept(self, case: Case, *ticked: str, by: Person = PIA) -> Decision:
        """Accept the suggestion; with it the offered changes of these kinds."""
        digests = tuple(item.digest for item in self.offered(case) if item.change.kind in ticked)
        verdict = Verdict(verb=Verb.ACCEPT, reason_code="correct", changes=digests)
        return commands.decide(self.app, self.review(case).id, verdict, by)

    def decided(self, case: Case, *ticked: str) -> Decision:
        """Accepted and carried out as far as it goes."""
        made = self.accept(case, *ticked)
        self.work_off()
        return made


def offered(work: Work, case: Case, verdict: Verdict | None = None) -> tuple[Proposal, ...]:
    made = work.suggestions.newest_of([case.id])[case.id]
    final, _ = final_of(made, verdict or Verdict(verb=Verb.ACCEPT, reason_code="correct"))
    return proposals(work.evidence.get(made.evidence_id), final)


def a_bill(**given: Any) -> Bill:
    values = {
        "ref": RecordRef(model=Model.BILL, id=31, name="BILL/2026/0031"), "company": "Acme", "state": "draft",
        "supplier": Party(id=5, name="Kugel GmbH"), "total": Money(amount=Decimal("312.50"), currency="EUR"),
    }  # fmt: skip
    return Bill(**{**values, **given})


def undo_if_in_time(app: App, decision_id: str, by: Person = PIA) -> bool:
    """Whether the undoing came first."""
    with suppress(Conflict):
        commands.undo(app, decision_id, by)
        return True
    return False


def at_the_desk(all_: Everything) -> TestDesk:
    """The desk over the same app."""
    settings = Settings(home=all_.app.home, _env_file=None)
    web = create_app(all_.app, settings, lambda: ())
    return TestDesk(app=all_.app, web=web, time=all_.clock)
