"""CloudEvents 1.0 JSON, structured and batched, into our typed events; unknown types and fields are refused."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from agent.errors import BadEvent, TooLarge
from agent.intake.model import DATA_TYPES, Event, EventType
from agent.kit.canonical import digest

ENVELOPE = frozenset({"specversion", "id", "source", "type", "subject", "time", "correlationid", "data"})
IGNORED = frozenset({"datacontenttype", "dataschema"})
MOST_IN_A_BATCH = 1000


def parse_events(raw: bytes, *, max_bytes: int) -> list[Event]:
    """One event or a batch (JSON array) as typed events. Raises BadEvent or TooLarge; all or none."""
    if len(raw) > max_bytes:
        raise TooLarge(f"It has {len(raw):,} bytes; the limit is {max_bytes:,}.", remedy="Send fewer events at once.")
    try:
        document = json.loads(raw, parse_constant=_no_constant, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise BadEvent(f"It is not JSON: {error}.") from error
    if isinstance(document, list):
        if not 0 < len(document) <= MOST_IN_A_BATCH:
            raise BadEvent(f"A batch holds 1 to {MOST_IN_A_BATCH} events; this one holds {len(document)}.")
        return [parse_event(item) for item in document]
    return [parse_event(document)]


def parse_event(document: Any) -> Event:
    """A decoded JSON object as a typed event. Raises BadEvent naming the field and what it should be."""
    if not isinstance(document, Mapping):
        raise BadEvent("An event is a JSON object.")
    attributes = _envelope(document)
    kind = _type(attributes.get("type"))
    known = {name: attributes[name] for name in ENVELOPE - {"data"} if name in attributes}
    extensions = {name: str(value) for name, value in attributes.items() if name not in ENVELOPE | IGNORED}
    data = document.get("data")
    if not isinstance(data, Mapping):
        raise BadEvent("It has no `data` object.")
    subject = (
        known.get("subject") or data.get("order") or data.get("purchase") or data.get("bill") or data.get("product")
    )
    try:
        typed = DATA_TYPES[kind].model_validate(dict(data))
        return Event.model_validate(
            {**known, "type": kind, "subject": subject, "data": typed, "extensions": extensions}
        )
    except ValidationError as error:
        raise BadEvent(f"{kind}: {_said(error)}.") from error


def event_digest(event: Event) -> str:
    """SHA-256 over the event as stored."""
    return digest(event.model_dump_json().encode())


def _envelope(document: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes, checked by the CloudEvents library. Raises BadEvent."""
    from cloudevents.core.exceptions import CloudEventValidationError
    from cloudevents.core.v1.event import CloudEvent
    from dateutil.parser import isoparse

    attributes = {name: value for name, value in document.items() if name not in {"data", "data_base64"}}
    try:
        if isinstance(attributes.get("time"), str):
            attributes["time"] = isoparse(attributes["time"])
        if isinstance(attributes.get("time"), datetime) and attributes["time"].tzinfo is not None:
            attributes["time"] = attributes["time"].astimezone(UTC)
        return dict(CloudEvent(attributes=attributes, data=None).get_attributes())
    except CloudEventValidationError as error:
        raise BadEvent(f"The envelope is not CloudEvents 1.0: {_envelope_said(error)}.") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise BadEvent(f"The envelope is not CloudEvents 1.0: {error}.") from error


def _envelope_said(error: Any) -> str:
    return "; ".join(str(item) for items in error.errors.values() for item in items)


def _type(given: object) -> EventType:
    try:
        return EventType(str(given))
    except ValueError as error:
        known = ", ".join(sorted(EventType))
        raise BadEvent(f"Its type {given!r} is none of ours.", remedy=f"Use one of: {known}.") from error


def _said(error: ValidationError) -> str:
    return "; ".join(_said_of(item) for item in error.errors()[:5])


def _said_of(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"unknown field {where!r}; take it out, or put the words into `note`"
    return f"{where}: {item['msg']}"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
