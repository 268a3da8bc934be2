"""A service whose reader answers as told, cases that come in through the real door, and people who label them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from agent import commands
from agent.access.model import Person, Role
from agent.adapters.memory import MemoryOdoo, ScriptedReader
from agent.confidence.records import Issued
from agent.inline import run_due
from agent.intake.model import EventType
from agent.kit.db import Database
from agent.pipeline import App
from agent.receiving import receive_events
from agent.reporting.views import CaseView, case_view
from agent.reviews.model import Verb, Verdict
from agent.routing.model import Policy
from agent.steps import STEPS
from agent.suggestions.model import Intent, LabelScore, Severity
from agent.suggestions.reader import Classification, Draft, MailReading
from agent.suggestions.service import Readers
from tests.builders import MASTER, NOON, a_person, a_purchase, an_event_document
from tests.builders_desk import empty_database

PIA = a_person(Role.PLANNER, login="pia")
PAUL = a_person(Role.PLANNER, login="paul")
MARA = a_person(Role.MANAGER, login="mara")
EVA = a_person(Role.EVALUATOR, login="eva")
AUDE = a_person(Role.AUDITOR, login="aude")
TASK, FAMILY, LABEL, OTHER = "classify_exception", "routine", "supplier_delay", "stock_shortage"
ACCEPT = Verdict(verb=Verb.ACCEPT, reason_code="correct")


class SteadyReader(ScriptedReader):
    """Says the same of everything, as surely as it is told."""

    def __init__(self, probability: float = 0.95, label: str = LABEL) -> None:
        super().__init__()
        self.probability, self.label = probability, label

    def _say(self, asked, wanted):  # type: ignore[no-untyped-def]
        scores = (
            LabelScore(label=self.label, probability=self.probability),
            LabelScore(label="other", probability=0.01),
        )
        said = {
            Classification: Classification(scores=scores, severity=Severity.HIGH),
            Draft: Draft(sentences=("The supplier is late.",)),
            MailReading: MailReading(intents=(Intent.CONFIRMATION,)),
        }
        self.answers.append(said[wanted])
        return super()._say(asked, wanted)


@dataclass
class Place:
    """A service in memory of time: cases come in, people label, time passes."""

    app: App
    odoo: MemoryOdoo
    reader: SteadyReader
    moment: list[datetime] = field(default_factory=lambda: [NOON])
    count: int = 0

    @property
    def now(self) -> datetime:
        return self.moment[0]

    def passes(self, **much: float) -> None:
        self.moment[0] += timedelta(**much)

    def with_policy(self, **rules: object) -> None:
        self.app = replace(self.app, policy=Policy.model_validate(rules))

    def comes_in(self, note: str = "They are late again.") -> CaseView:
        """One more exception, read and routed."""
        self.count += 1
        given = {"purchase": "P00012", "note": f"{note} ({self.count})"}
        document = an_event_document(f"event-{self.count}", EventType.PURCHASE_DELAYED, **given)
        document["subject"] = f"matter-{self.count}"
        (taken,) = receive_events(self.app, json.dumps(document).encode())
        assert taken.case_id
        run_due(self.app, STEPS)
        return self.view(taken.case_id)

    def view(self, case_id: str) -> CaseView:
        with self.app.look() as look:
            return case_view(look, case_id, viewer=None)

    def decided(self, found: CaseView, *, label: str = LABEL, by: Person = PIA) -> None:
        """What a planner does with a case: label it blind where it is gold, then accept it or put it right."""
        assert found.review is not None
        if found.review.blind:
            commands.label_blind(self.app, found.review.id, label, by)
        verdict = (
            ACCEPT if label == self.reader.label else Verdict(verb=Verb.EDIT, reason_code="wrong_label", label=label)
        )
        commands.decide(self.app, found.review.id, verdict, by)
        run_due(self.app, STEPS)

    def days(self, count: int, a_day: int, *, wrong: Callable[[int], bool] = lambda _: False) -> list[CaseView]:
        """So many days of work; every case that waits for a person is decided."""
        found: list[CaseView] = []
        for _ in range(count):
            for _ in range(a_day):
                case = self.comes_in()
                found.append(case)
                if case.review is not None:
                    self.decided(case, label=OTHER if wrong(self.count) else LABEL)
            self.passes(days=1)
        return found

    def certified(self, by: Person = MARA) -> Issued:
        """The family of the exceptions, proposed and signed."""
        looks = commands.propose_certificates(self.app, by, TASK)
        (look,) = [one for one in looks if one.label == FAMILY and one.passed]
        return commands.sign_certificate(self.app, look.id, by)

    def told(self, name: str) -> int:
        """How often an event stands in the log."""
        with self.app.look() as look:
            return look.audit.counts().get(name, 0)


def a_place(url: str, home: Path, **rules: object) -> Place:
    """A service over an empty database. A gold share of one half and of other families is `rules`."""
    moment = [NOON]
    odoo = MemoryOdoo(purchases=[a_purchase()], clock=lambda: moment[0])
    reader = SteadyReader()
    app = App(
        db=Database(url), master=MASTER, clock=lambda: moment[0], odoo=odoo, writer=odoo, log=odoo,
        readers=Readers(embedded=reader), policy=Policy.model_validate({"gold_share": 0.5, **rules}), home=home,
        desk_url="http://desk",
    )  # fmt: skip
    return Place(app=app, odoo=odoo, reader=reader, moment=moment)


DAYS, A_DAY = 9, 10


@cache
def worked_state() -> bytes:
    """The database of a service after nine days of ten cases each, all decided by people; made once a run."""
    with TemporaryDirectory() as folder:
        made = place_over(Path(folder), empty_database(), gold_share=0.8)
        made.days(DAYS, A_DAY)
        made.app.db.close()
        return (Path(folder) / "state.db").read_bytes()


def a_worked_place(folder: Path) -> Place:
    """The service after those days, in this folder; from now on half of what comes in is drawn."""
    made = place_over(folder, worked_state())
    made.moment[0], made.count = NOON + timedelta(days=DAYS), DAYS * A_DAY
    return made


def place_over(folder: Path, state: bytes, **rules: object) -> Place:
    """A service over a SQLite file with this content."""
    (folder / "state.db").write_bytes(state)
    return a_place(f"sqlite:///{folder / 'state.db'}", folder, **rules)
