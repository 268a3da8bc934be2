"""The names that a value holds: of customers, suppliers and people, and their addresses. Pure."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from pydantic import BaseModel

from agent.kit.values import Value


class NameKind(StrEnum):
    """Whose name it is."""

    PARTY = "party"
    PERSON = "person"
    EMAIL = "email"


class Name(Value):
    """A name as it is written somewhere."""

    kind: NameKind
    text: str


FIELDS: dict[str, NameKind] = {
    "supplier": NameKind.PARTY,
    "customer": NameKind.PARTY,
    "party": NameKind.PARTY,
    "partner": NameKind.PARTY,
    "sender_name": NameKind.PERSON,
    "reported_by": NameKind.PERSON,
    "salesperson": NameKind.PERSON,
    "buyer": NameKind.PERSON,
    "rep": NameKind.PERSON,
    "sender": NameKind.EMAIL,
    "recipients": NameKind.EMAIL,
    "emails": NameKind.EMAIL,
}
"""What a field of such a name holds, when it is text (or several texts)."""


def names_in(value: object) -> tuple[Name, ...]:
    """Every name in a value, once each, wherever it stands: by the names of the fields, and of every Party."""
    return tuple(dict.fromkeys(name for name in _walk(value, None) if name.text.strip()))


def _walk(value: object, kind: NameKind | None) -> Iterator[Name]:
    match value:
        case BaseModel():
            party = type(value).__name__ == "Party"
            for field in type(value).model_fields:
                own = NameKind.PARTY if party and field == "name" else FIELDS.get(field)
                yield from _walk(getattr(value, field), own)
        case str() if kind is not None and not isinstance(value, StrEnum):
            yield Name(kind=kind, text=value)
        case Mapping():
            for key, item in value.items():
                yield from _walk(item, FIELDS.get(str(key)))
        case list() | tuple():
            for item in value:
                yield from _walk(item, kind)
        case _:
            return
