"""CloudEvents 1.0 JSON, structured and batched, into our typed events; unknown types and fields are refused."""

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from agent.errors import BadEvent, TooLarge
from agent.intake.model import DATA_TYPES, Event, EventData, EventType
from agent.kit.canonical import digest

ENVELOPE = frozenset({"specversion", "id", "source", "type", "subject", "time", "correlationid", "data"})
IGNORED = frozenset({"datacontenttype", "dataschema"})
PAYLOAD = frozenset({"data", "data_base64"})
MOST_IN_A_BATCH = 1000
MOST_SAID = 5  # faults in one sentence
MOST_FAULTS = 100


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
        return _parse_batch(document)
    return [parse_event(document)]


def _parse_batch(documents: Sequence[Any]) -> list[Event]:
    events: list[Event] = []
    found: list[BadEvent] = []
    for number, document in enumerate(documents, start=1):
        with _noting(found, f"Event {number}: "):
            events.append(parse_event(document))
    if found:
        raise _joined(found)
    return events


def parse_event(document: Any) -> Event:
    """A decoded JSON object as a typed event. Raises BadEvent naming every wrong field and what it should be."""
    if not isinstance(document, Mapping):
        raise _fault("An event is a JSON object.")
    found: list[BadEvent] = []
    attributes: dict[str, Any] = {name: value for name, value in document.items() if name not in PAYLOAD}
    data, kind, typed, event = document.get("data"), None, None, None
    with _noting(found):
        attributes = _envelope(attributes)
    if "type" in attributes:
        with _noting(found):
            kind = _type(attributes["type"])
    with _noting(found):
        typed = _data(kind, data)
    if kind is not None:
        with _noting(found):
            event = _event(kind, attributes, typed, data if isinstance(data, Mapping) else {})
    if event is None or found:
        raise _joined(found)
    return event


def _data(kind: EventType | None, data: Any) -> EventData | None:
    if not isinstance(data, Mapping):
        raise _fault("It has no `data` object.")
    try:
        return DATA_TYPES[kind].model_validate(dict(data)) if kind else None  # type: ignore[return-value]  # every type of the table is one of the union's
    except ValidationError as error:
        raise _invalid(kind, error) from error


def _event(kind: EventType, attributes: Mapping[str, Any], typed: EventData | None, data: Mapping[str, Any]) -> Event:
    known = {name: attributes[name] for name in ENVELOPE - {"data"} if name in attributes}
    extensions = {name: str(value) for name, value in attributes.items() if name not in ENVELOPE | IGNORED}
    subject = (
        known.get("subject") or data.get("order") or data.get("purchase") or data.get("bill") or data.get("product")
    )
    values = {**known, "type": kind, "subject": subject, "data": typed, "extensions": extensions}
    try:
        return Event.model_validate(values)
    except ValidationError as error:
        raise _invalid(kind, error) from error


def event_digest(event: Event) -> str:
    """SHA-256 over the event as stored."""
    return digest(event.model_dump_json().encode())


def _envelope(given: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes, checked by the CloudEvents library and their times in UTC. Raises BadEvent."""
    from cloudevents.core.exceptions import CloudEventValidationError
    from cloudevents.core.v1.event import CloudEvent
    from dateutil.parser import isoparse

    attributes = dict(given)
    try:
        if isinstance(attributes.get("time"), str):
            attributes["time"] = isoparse(attributes["time"])
        if isinstance(attributes.get("time"), datetime) and attributes["time"].tzinfo is not None:
            attributes["time"] = attributes["time"].astimezone(UTC)
        return dict(CloudEvent(attributes=attributes, data=None).get_attributes())
    except CloudEventValidationError as error:
        said = [str(item) for items in error.errors.values() for item in items]
        raise _fault(f"The envelope is not CloudEvents 1.0: {'; '.join(said)}.") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise _fault(f"The envelope is not CloudEvents 1.0: {error}.") from error


def _type(given: object) -> EventType:
    try:
        return EventType(str(given))
    except ValueError as error:
        known = ", ".join(sorted(EventType))
        raise _fault(f"Its type {given!r} is none of ours.", remedy=f"Use one of: {known}.") from error


# --- faults ---------------------------------------------------------------------------------------
def _fault(text: str, *, remedy: str | None = None, faults: Sequence[str] | None = None) -> BadEvent:
    error = BadEvent(text, remedy=remedy)
    error.faults = (text,) if faults is None else tuple(faults)
    return error


@contextmanager
def _noting(found: list[BadEvent], where: str = "") -> Generator[None]:
    try:
        yield
    except BadEvent as error:
        faults = [where + fault for fault in error.faults]
        if faults:
            found.append(_fault(where + error.detail, remedy=error.next_step, faults=faults))


def _joined(found: Sequence[BadEvent]) -> BadEvent:
    """All that was found as one error."""
    faults = [fault for error in found for fault in error.faults]
    said = " ".join(faults[:MOST_SAID]) + (f" And {len(faults) - MOST_SAID} more." if len(faults) > MOST_SAID else "")
    remedy = next((error.next_step for error in found if error.next_step != BadEvent.remedy), None)
    return _fault(said, remedy=remedy, faults=faults[:MOST_FAULTS])


def _invalid(kind: EventType | None, error: ValidationError) -> BadEvent:
    items = [_said_of(item) for item in error.errors() if item["loc"][:1] != ("data",)]  # said before, by its own type
    return _fault(f"{kind}: {'; '.join(items[:MOST_SAID])}.", faults=[f"{kind}: {item}." for item in items])


def _said_of(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return f"unknown field {where!r}; take it out, or put the words into `note`"
    return f"{where}: {item['msg']}"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
