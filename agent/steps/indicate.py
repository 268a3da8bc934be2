"""Showing the fulfilment risk of orders and transfers in Odoo's own lists, and taking back what is past."""

from collections.abc import Sequence

from agent.actions.log import RiskIndicator
from agent.cases.model import CaseKind, Status
from agent.evidence.impact import Impact, impact
from agent.evidence.records import SupplierRecord, Transfer
from agent.pipeline import App
from agent.reporting.indicators import Waiting, cleared, indicators
from agent.work import Work

HORIZON_DAYS = 30
BATCH = 200
MOST_CASES = 500
MOST_SUMMARIES = 10
NOT_CLOSED = (Status.OPEN, Status.IN_REVIEW, Status.DECIDED)


def indicate_risk(app: App, sink: str) -> list[str]:  # noqa: ARG001 - there is one Odoo
    """Set the risk fields where they differ from what was set before. Raises OdooUnavailable, OdooDenied."""
    today = app.site_now().date()
    picture = app.odoo.supply_picture(today, HORIZON_DAYS).model_copy(update={"suppliers": _suppliers(app)})
    found = impact(picture, today)
    transfers = _transfers(app, found)
    with app.look() as look:
        made = indicators(picture, found, transfers, _waiting(look), app.desk_url)
        now = {_place(one): one for one in made}
        shown = {place: RiskIndicator.model_validate_json(text) for place, text in look.sources.risks_shown().items()}
    changed = [one for place, one in now.items() if shown.get(place) != one]
    changed += [cleared(one.record) for place, one in shown.items() if place not in now]
    for start in range(0, len(changed), BATCH):
        _indicate(app, changed[start : start + BATCH])
    return []


def _indicate(app: App, batch: Sequence[RiskIndicator]) -> None:
    """Set them in Odoo, then remember what is shown: between the two, setting them again changes nothing."""
    app.log.indicate(batch)
    with app.work() as work:
        work.sources.show_risks((*_place(one), one.model_dump_json()) for one in batch if one.score > 0)
        work.sources.forget_risks(_place(one) for one in batch if one.score == 0)


def _suppliers(app: App) -> tuple[SupplierRecord, ...]:
    """How punctual the suppliers were, as the newest risk summary of each company read it."""
    found: dict[tuple[str, str], SupplierRecord] = {}
    with app.look() as look:
        for case in look.cases.newest(CaseKind.RISK_SUMMARY, MOST_SUMMARIES):
            evidence_id = look.evidence.id_of(case.id, case.round)
            supply = look.evidence.get(evidence_id).supply if evidence_id else None
            for record in supply.suppliers if supply else ():
                found.setdefault((record.company, record.supplier), record)
    return tuple(found.values())


def _waiting(look: Work) -> list[Waiting]:
    """The most pressing open cases about an order; a case whose evidence is not read yet shows next time."""
    found: list[Waiting] = []
    for kind in (CaseKind.EXCEPTION, CaseKind.INVOICE):
        for case in look.cases.page(statuses=NOT_CLOSED, kind=kind, limit=MOST_CASES):
            evidence_id = look.evidence.id_of(case.id, case.round)
            record = look.evidence.get(evidence_id).source_record if evidence_id else None
            if record is not None:
                about = case.title.partition(": ")[2] or case.title
                found.append(Waiting(record=record, number=case.number, about=about, priority=case.priority))
    return found


def _transfers(app: App, found: Impact) -> dict[str, tuple[Transfer, ...]]:
    """The transfers of the orders at risk, by the order's name; a call or few for each batch of orders."""
    sales = sorted({item.order.name for item in found.at_risk})
    purchases = sorted({item.purchase.name for item in found.at_risk if item.purchase})
    moving: dict[str, tuple[Transfer, ...]] = {}
    for start in range(0, len(sales), BATCH):
        moving |= {order.ref.name: order.transfers for order in app.odoo.sale_orders(sales[start : start + BATCH])}
    for start in range(0, len(purchases), BATCH):
        part = app.odoo.purchase_orders(purchases[start : start + BATCH])
        moving |= {order.ref.name: order.transfers for order in part}
    return moving


def _place(one: RiskIndicator) -> tuple[str, int]:
    return one.record.model.value, one.record.id
