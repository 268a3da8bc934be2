"""Cases about goods that several orders claim, and about late supply, read and waiting for a person at the desk."""

from decimal import Decimal

from agent.adapters.embedded.reader import EmbeddedReader
from agent.cases.model import Case, CaseKind
from agent.evidence.model import Evidence
from agent.evidence.records import Rated
from agent.intake.model import Event, StockData
from agent.kit.ids import new_id
from agent.kit.values import Money
from agent.suggestions.service import Readers, suggest
from agent.work import Work
from tests import builders_desk
from tests.builders import NOON, an_evidence
from tests.builders_supply import a_picture, a_promise, a_stock, a_supply

FIVE = Money(amount=Decimal(5), currency="EUR")
RATED = {"price_in_company": Rated(value=FIVE, rate=Decimal(1)), "company": "Acme"}
PLACE = {"company": "Acme"}


def the_claims():
    """A key account that lacks what a better supplied order of a lower class holds."""
    key = a_promise(1, days=4, quantity=3, tier=1, customer="Stadtwerke", **RATED)
    holder = a_promise(2, days=5, quantity=4, tier=2, reserved=Decimal(4), customer="Tunnelbau", **RATED)
    return a_picture([key, holder], [a_supply(days=8, **PLACE)], [a_stock(4, **PLACE)])


def the_conflict(case: Case) -> Evidence:
    """The evidence of an event that the goods were moved."""
    event = Event(
        id=new_id(), source="/odoo/acme", type="allocation.moved", subject="S00001", time=NOON,
        data=StockData(product="PUMP", order="S00001", to_order="S00002", note="Both orders claim the same pumps."),
    )  # fmt: skip
    return an_evidence(case, events=(event,), claims=the_claims())


def a_claims_case(work: Work) -> Case:
    """Two orders claim the same goods."""
    case = builders_desk._case(work, 0, subject="S00001", title="S00001: allocation moved")
    return _read(work, case, the_conflict(case))


def a_risk_case(work: Work) -> Case:
    """Late supply endangers three orders, one of them in a currency without a rate."""
    case = builders_desk._case(work, 0, kind=CaseKind.RISK_SUMMARY, subject="Acme", title="Supply risk: Acme")
    lira = {"unit_price": Money(amount=Decimal(90), currency="TRY"), **PLACE}
    promises = [a_promise(1, days=2, tier=1, **RATED), a_promise(2, days=5, **RATED), a_promise(3, days=3, **lira)]
    late = [a_supply(1, days=8, quantity=20, **PLACE), a_supply(2, days=-6, quantity=20, **PLACE)]
    return _read(work, case, an_evidence(case, supply=a_picture(promises, late)))


def _read(work: Work, case: Case, found: Evidence) -> Case:
    made = suggest(case, found, Readers(embedded=EmbeddedReader()), NOON).suggestion
    return builders_desk._waiting(work, case, found, made, blind=case.gold)
