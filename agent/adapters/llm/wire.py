"""What the model is asked to send: small flat schemas that grammar-constrained servers can hold."""

from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, WithJsonSchema

from agent.kit.canonical import canonical_json, digest
from agent.suggestions.model import ExceptionLabel, Intent, InvoiceLabel, Severity

NONE = "none"
OtherLabel = StrEnum("OtherLabel", {label.name: label.value for label in ExceptionLabel} | {"NONE": NONE})
OtherIntent = StrEnum("OtherIntent", {intent.name: intent.value for intent in Intent} | {"NONE": NONE})


class StateKind(StrEnum):
    """What a supplier says is the matter with a line; the last two are no status, only an intent."""

    CONFIRMED = "confirmed"
    IN_PRODUCTION = "in_production"
    READY = "ready"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    BACK_ORDERED = "back_ordered"
    ON_HOLD = "on_hold"
    CANCELLED = "cancelled"
    DISCONTINUED = "discontinued"
    SUBSTITUTED = "substituted"
    QUALITY = "quality"
    REQUEST = "request"


IMPLIED: dict[StateKind, Intent] = {
    StateKind.CANCELLED: Intent.CANCELLATION,
    StateKind.SUBSTITUTED: Intent.SUBSTITUTION,
    StateKind.QUALITY: Intent.QUALITY,
    StateKind.REQUEST: Intent.REQUEST,
}
NO_STATUS = frozenset({StateKind.QUALITY, StateKind.REQUEST})


class Wire(BaseModel):
    """Base of the answers: all fields required, none besides; numbers for text are taken as written."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class ClassificationWire(Wire):
    """The answer to classify_exception."""

    reason: str
    label: ExceptionLabel
    label_percent: int
    second_label: OtherLabel
    second_percent: int
    third_label: OtherLabel
    third_percent: int
    severity: Severity


class FactWire(Wire):
    """What every fact has; the quote comes first so that the value follows from it."""

    quote: str
    stated_ref: str
    order_line: str


IsoDay = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]
Number = Annotated[str, WithJsonSchema({"type": "number"})]


class DateWire(FactWire):
    """A date."""

    kind: Literal["eta", "ship_date"]
    date: IsoDay
    other_date: str


class AmountWire(FactWire):
    """A quantity or a price, exactly as many digits as sent."""

    kind: Literal["quantity", "price"]
    number: Number
    unit: str


class PartWire(FactWire):
    """One of several deliveries of a line: how much, and when."""

    kind: Literal["eta", "ship_date"]
    number: Number
    unit: str
    date: str
    other_date: str


class StateWire(FactWire):
    """What is the matter with a line or an order, in a closed list of words."""

    kind: StateKind


class WordsWire(FactWire):
    """A tracking number or a reason."""

    kind: Literal["tracking", "reason"]
    words: str


class MailReadingWire(Wire):
    """The answer to read_supplier_email."""

    intent: Intent
    intent_percent: int
    second_intent: OtherIntent
    second_percent: int
    third_intent: OtherIntent
    third_percent: int
    more_intents: list[Intent]
    dates: list[DateWire]
    amounts: list[AmountWire]
    parts: list[PartWire]
    states: list[StateWire]
    words: list[WordsWire]


class DraftWire(Wire):
    """The answer to the summarising prompts."""

    sentences: list[str]


class ExplanationWire(DraftWire):
    """The answer to explain_invoice."""

    kind: InvoiceLabel
    next_step: Literal["dispute_bill", "await_receipt", "check_price", "ask_supplier", "look_into_it", "none_needed"]


WIRES: dict[str, type[Wire]] = {
    "classification": ClassificationWire,
    "mail_reading": MailReadingWire,
    "draft": DraftWire,
    "explanation": ExplanationWire,
}


@lru_cache
def schema_of(wire: type[Wire], name: str) -> dict[str, Any]:
    """The JSON schema without references, titles and prose: types, enums, required fields, nothing else."""
    full = wire.model_json_schema()
    return {"title": name, **_inlined(full, full.get("$defs", {}), {"title", "description", "$defs"})}


@lru_cache
def form_of(name: str) -> str:
    """Eight digits of the hash of an output's schema."""
    return digest(canonical_json(schema_of(WIRES[name], name)))[:8]


def without_formats(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema for a server that does not know formats of strings."""
    return {**_inlined(schema, {}, {"format"}), "title": schema["title"]}


def _inlined(node: Any, definitions: dict[str, Any], left_out: set[str]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions, left_out) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions, left_out)
    kept = {key: _inlined(value, definitions, left_out) for key, value in node.items() if key not in left_out}
    if "properties" in node:  # the names of fields are no keywords
        fields = node["properties"].items()
        kept["properties"] = {name: _inlined(value, definitions, left_out) for name, value in fields}
    return kept
