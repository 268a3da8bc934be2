"""What the model is asked to send: small flat schemas that grammar-constrained servers can hold."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from agent.suggestions.model import ExceptionLabel, FactField, Intent, Severity

NONE = "none"
OtherLabel = StrEnum("OtherLabel", {label.name: label.value for label in ExceptionLabel} | {"NONE": NONE})


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


class IntentWire(Wire):
    """One intent of a mail."""

    intent: Intent
    percent: int


class FactWire(Wire):
    """One fact of a mail, the quote first so that the value follows from it."""

    quote: str
    source: str
    field: FactField
    value: str
    alternative: str
    unit: str
    stated_ref: str
    po: str
    line: int


class MailReadingWire(Wire):
    """The answer to read_supplier_email."""

    intents: list[IntentWire]
    facts: list[FactWire]


class DraftWire(Wire):
    """The answer to the summarising prompts."""

    sentences: list[str]


WIRES: dict[str, type[Wire]] = {
    "classification": ClassificationWire,
    "mail_reading": MailReadingWire,
    "draft": DraftWire,
}


def schema_of(wire: type[Wire], name: str) -> dict[str, Any]:
    """The JSON schema without references, titles and prose: types, enums, required fields, nothing else."""
    full = wire.model_json_schema()
    return {"title": name, **_inlined(full, full.get("$defs", {}))}


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _inlined(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    kept = {key: value for key, value in node.items() if key not in {"title", "description", "$defs"}}
    if "properties" in kept:
        named = {name: _inlined(value, definitions) for name, value in node["properties"].items()}
        return {**{key: _inlined(value, definitions) for key, value in kept.items()}, "properties": named}
    return {key: _inlined(value, definitions) for key, value in kept.items()}
