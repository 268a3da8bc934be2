"""What a native control in Odoo refused or warned of, as its event. Pure; once a day for equal figures."""

from decimal import Decimal, InvalidOperation

from pydantic import TypeAdapter

from agent.intake.changes import Attempt, OdooAnswer
from agent.intake.model import DATA_TYPES, Event, EventData, EventType
from agent.intake.watch_policy import HUNDRED, reference
from agent.kit.canonical import short_digest
from agent.kit.values import Money

REQUEST = "request"
TYPES: dict[str, EventType] = {
    "discount_exception": EventType.MARGIN_BELOW_THRESHOLD,
    "emergency_procurement": EventType.PURCHASE_REQUESTED_URGENT,
    "inventory_reallocation": EventType.ALLOCATION_MOVED,
    "credit_release": EventType.ORDER_BLOCKED_ON_CREDIT,
    "shipment_upgrade": EventType.SHIPMENT_COST_EXCEEDED,
    "return_authorization": EventType.RETURN_REQUESTED,
    "sensitive_change": EventType.ORDER_CHANGED,
    "invoice_discrepancy": EventType.INVOICE_DISPUTED,
}
OF_RECORD: dict[EventType, str] = {
    EventType.PURCHASE_REQUESTED_URGENT: "purchase",
    EventType.INVOICE_DISPUTED: "bill",
}
NOTE_LENGTH = 2000
_DATA: TypeAdapter[EventData] = TypeAdapter(EventData)


def as_attempt(asked: OdooAnswer) -> Attempt:
    """A consent asked for in Odoo (a control in mode warn does so) as an attempt."""
    same = {"scenario", "model", "record_id", "record_name", "company", "figures", "login", "at"}
    return Attempt.model_validate({"id": f"request {asked.id}", "mode": "warn", **asked.model_dump(include=same)})


def event_of(attempt: Attempt, source: str) -> Event | None:
    """The event that it opens a case with; None for a scenario that is not known here."""
    kind = TYPES.get(attempt.scenario)
    if kind is None:
        return None
    record = reference(attempt.record_name, f"{attempt.model} {attempt.record_id}")
    figures = dict(attempt.figures)
    data: dict[str, object] = {
        OF_RECORD.get(kind, "order"): record,
        "company": reference(attempt.company) or None,
        "reported_by": reference(attempt.login) or None,
        "note": _note(attempt),
        **_figures(kind, figures, record),
    }
    same = f"{attempt.scenario}:{sorted(attempt.figures)}:{attempt.at.date()}"
    return Event(
        id=f"control:{attempt.model}:{attempt.record_id}:{short_digest(same, 24)}"[:128],
        source=reference(source, "odoo"), type=kind, subject=record, time=attempt.at,
        data=_DATA.validate_python(DATA_TYPES[kind].model_validate(data)),
        extensions={"scenario": attempt.scenario[:200], "controlmode": attempt.mode[:200]},
    )  # fmt: skip


def _note(attempt: Attempt) -> str:
    done = "refused" if attempt.mode == "block" else "warned of"
    stated = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in attempt.figures)
    what = attempt.scenario.replace("_", " ")
    return f"A control in Odoo {done} it ({what}){f': {stated}' if stated else ''}."[:NOTE_LENGTH]


def _figures(kind: EventType, figures: dict[str, str], record: str) -> dict[str, object]:
    """The figures that the event's type has a field for; the note holds them all."""
    amount = _money(figures, "amount")
    match kind:
        case EventType.MARGIN_BELOW_THRESHOLD:
            return {"margin_percent": _decimal(figures.get("margin_percent")), "amount": amount}
        case EventType.ORDER_BLOCKED_ON_CREDIT:
            return {"exposure": _money(figures, "exposure"), "amount": amount}
        case EventType.SHIPMENT_COST_EXCEEDED:
            return {"cost": _money(figures, "freight")}
        case EventType.ALLOCATION_MOVED:
            return {"product": reference(figures.get("product", ""), record)}
        case _:
            return {"amount": amount}


def _money(figures: dict[str, str], name: str) -> Money | None:
    amount, currency = _decimal(figures.get(name)), figures.get("currency", "")
    known = len(currency) == 3 and currency.isalpha() and currency.isupper()  # noqa: PLR2004 - ISO 4217
    return Money(amount=amount, currency=currency) if amount is not None and known else None


def _decimal(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return round(number, 6) if number.is_finite() and abs(number) < HUNDRED**5 else None
