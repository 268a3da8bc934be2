"""What set-up has to change: declarations against what Odoo holds; pure functions."""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, Literal

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import link_id
from agent.adapters.odoo.names import Arch, Declared, Field, Ref
from agent.kit.values import Value

PENDING = -1  # the id of a record that a dry run would have made
_INSIDE = re.compile(r"%\(([\w.]+)\)d")


class Change(Value):
    """One thing that set-up did, or would do."""

    action: Literal["create", "write", "delete"]
    model: str
    name: str
    fields: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = f" ({', '.join(self.fields)})" if self.fields else ""
        return f"{self.action} {self.model} {self.name}{what}"


def resolved(declared: Declared, known: Mapping[str, int]) -> dict[str, Any]:
    """The declared values with every Ref as an id. Raises KeyError for a Ref that is not known and not optional."""
    return {field: _plain(value, known) for field, value in declared.values.items()}


def unknown_refs(declared: Declared, known: Container[str], *, optional: bool = False) -> set[str]:
    """The external ids that the declaration needs (or with `optional`, would also use) and that are not known yet."""
    refs = [ref for value in declared.values.values() for ref in _refs(value)]
    asked = {ref.name for ref in refs if optional or not ref.optional} | set(declared.needs)
    return {name for name in asked if name not in known}


def for_creation(declared: Declared, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as `create` takes them: linked records as commands."""
    return {
        field: _linked(value, exact=field in declared.exact) if isinstance(value, tuple) else value
        for field, value in values.items()
    }


def differing(declared: Declared, values: Mapping[str, Any], current: Row) -> dict[str, Any]:
    """What `write` has to set so that the record is as declared; empty when it is."""
    found: dict[str, Any] = {}
    for field, value in values.items():
        if field in declared.computed:
            continue
        now = current.get(field)
        if isinstance(value, tuple):
            have = set(now or ())
            if field in declared.exact and set(value) != have:
                found[field] = _linked(value, exact=True)
            elif lacking := tuple(one for one in value if one not in have):
                found[field] = _linked(lacking, exact=False)
        elif _same(value, now):
            continue
        else:
            found[field] = value
    return found


def _linked(ids: tuple[int, ...], *, exact: bool) -> list[tuple[Any, ...]]:
    return [(6, 0, list(ids))] if exact else [(4, one) for one in ids]


def field_changes(wanted: Sequence[Field], current: Iterable[Row]) -> tuple[list[Field], dict[int, dict[str, Any]]]:
    """The fields that a model lacks, and what to write to those that look different. A field's type never changes."""
    have = {row["name"]: row for row in current}
    lacking = [field for field in wanted if field.name not in have]
    writes: dict[int, dict[str, Any]] = {}
    for field in wanted:
        if row := have.get(field.name):
            values = {"field_description": field.label, "help": field.help or False, "index": field.index}
            if changed := {name: value for name, value in values.items() if not _same(value, row.get(name))}:
                writes[row["id"]] = changed
    return lacking, writes


def field_values(field: Field) -> dict[str, Any]:
    """A field as `ir.model.fields` takes it."""
    values: dict[str, Any] = {
        "name": field.name,
        "ttype": field.ttype,
        "field_description": field.label,
        "help": field.help or False,
        "index": field.index,
        "state": "manual",
        "copied": False,
    }
    if field.relation:
        values["relation"] = field.relation
    if field.on_delete:
        values["on_delete"] = field.on_delete
    if field.selection:
        values["selection_ids"] = [
            (0, 0, {"value": value, "name": label, "sequence": place})
            for place, (value, label) in enumerate(field.selection)
        ]
    return values


def _refs(value: Any) -> list[Ref]:
    if isinstance(value, Arch):
        return [Ref(name=name) for name in _INSIDE.findall(value.text)]
    items: Sequence[Any] = value if isinstance(value, tuple) else (value,)
    return [item for item in items if isinstance(item, Ref)]


def _plain(value: Any, known: Mapping[str, int]) -> Any:
    if isinstance(value, Ref):
        return f"{value.model},{known[value.name]}" if value.model else known[value.name]
    if isinstance(value, Arch):
        return _INSIDE.sub(lambda found: str(known[found.group(1)]), value.text)
    if isinstance(value, tuple):
        there = (item for item in value if not (isinstance(item, Ref) and item.optional and item.name not in known))
        return tuple(_plain(item, known) for item in there)
    return value


def _same(value: Any, now: Any) -> bool:
    """Equal as Odoo sends it: a link as its id, an empty text as False, white space at the ends apart."""
    if isinstance(now, list):
        now = link_id(now)
    if isinstance(value, str) or isinstance(now, str):
        return str(value or "").strip() == str(now or "").strip()
    return (value or False) == (now or False)
