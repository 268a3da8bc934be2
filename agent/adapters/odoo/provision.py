"""Set-up: one small engine that makes Odoo hold what is declared, by external ids; a second run changes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from agent.adapters.odoo.connection import Connection, Row
from agent.adapters.odoo.declarations import FIELDS, declarations
from agent.adapters.odoo.difference import (
    PENDING,
    Change,
    differing,
    field_changes,
    field_values,
    for_creation,
    resolved,
    unknown_refs,
)
from agent.adapters.odoo.names import MODULE, Declared, Field
from agent.errors import ActionRefused, OdooDenied

PATIENCE = 120.0  # seconds: making a model lets Odoo load its registry anew


class Gateway(Protocol):
    """What set-up needs of the gateway."""

    connection: Connection

    def forget(self) -> None:
        """Drop what is kept about the set-up."""
        ...


def setup(gateway: Gateway, dry_run: bool = False) -> list[Change]:
    """Make everything declared be there; returns what was changed, or with `dry_run` would be.

    Raises ActionRefused when Odoo lacks Automation Rules, OdooDenied when the user is no administrator.
    """
    engine = _Engine(gateway.connection.patient(PATIENCE), dry_run=dry_run)
    try:
        changes = engine.run()
    except OdooDenied as error:
        remedy = "Run the set-up with a user who has Odoo's right Administration / Settings."
        raise OdooDenied(error.detail, remedy=remedy) from error
    gateway.forget()
    return changes


class _Engine:
    """One run: knows the external ids, goes through the declarations in order."""

    def __init__(self, connection: Connection, *, dry_run: bool) -> None:
        self.connection = connection
        self.dry_run = dry_run
        self.named: dict[str, int] = {}  # external ids, of records that may be gone
        self.known: dict[str, int] = {}
        self.changes: list[Change] = []

    def run(self) -> list[Change]:
        """Apply all declarations."""
        if not self.connection.fields("base.automation"):
            raise ActionRefused(
                "Odoo lacks Automation Rules, which keep the log append-only.",
                remedy="Install the module base_automation (Automation Rules) in Odoo, then run this again.",
            )
        declared = declarations(self.connection.major(), self.connection.user_id())
        self._learn(declared)
        for group in _batches(declared):
            self._settle(group)
        return self.changes

    def _learn(self, declared: Sequence[Declared]) -> None:
        """Our external ids as they stand, and the ids behind Odoo's own that are referred to."""
        ours = {item.name: item.model for item in declared}
        rows = self._rows("ir.model.data", [("module", "=", MODULE)], ["name", "model", "res_id"])
        self.named = {row["name"]: row["res_id"] for row in rows if ours.get(row["name"]) == row["model"]}
        for name in sorted({name for item in declared for name in unknown_refs(item, ours)}):
            module, _, short = name.partition(".")
            asked = {"module": module, "xml_id": short}
            self.known[name] = self.connection.call("ir.model.data", "check_object_reference", kwargs=asked)[1]

    def _find(self, group: Sequence[Declared]) -> None:
        """Know the records of a group that still exist."""
        ids = {self.named[item.name]: item.name for item in group if item.name in self.named}
        if ids and self.connection.fields(group[0].model):
            alive = self._rows(group[0].model, [("id", "in", list(ids))], [])
            self.known |= {ids[row["id"]]: row["id"] for row in alive}

    def _settle(self, group: Sequence[Declared]) -> None:
        """Declarations of one model: write what differs, adopt what lost its external id, create the rest at once."""
        self._find(group)
        self._adopt([item for item in group if item.name not in self.known])
        absent = [item for item in group if item.name not in self.known]
        here = [item for item in group if item not in absent]
        self._write(here)
        if not absent:
            return
        self.changes += [Change(action="create", model=item.model, name=item.name) for item in absent]
        made = [PENDING] * len(absent) if self.dry_run else self._create(absent)
        self.known |= {item.name: number for item, number in zip(absent, made, strict=True)}
        if absent[0].model == "ir.model.access" and not self.dry_run:
            self.connection.call("ir.model.access", "call_cache_clearing_methods")

    def _create(self, absent: Sequence[Declared]) -> list[int]:
        model = absent[0].model
        values = [for_creation(resolved(item, self.known)) for item in absent]
        for item, row in zip(absent, values, strict=True):
            if item.fields:
                row["field_id"] = [(0, 0, field_values(field)) for field in self._possible(item.fields)]
        made: list[int] = self.connection.call(model, "create", kwargs={"vals_list": values})
        if model == "ir.model":
            self.connection.forget_fields()
        self._name(absent, made)
        return made

    def _name(self, items: Sequence[Declared], ids: Sequence[int]) -> None:
        """Give the records their external ids; one left over from a deleted record is pointed anew."""
        names = [item.name for item in items]
        left = self._rows("ir.model.data", [("module", "=", MODULE), ("name", "in", names)], ["name"])
        stale = {row["name"]: row["id"] for row in left}
        rows = {
            item.name: {"module": MODULE, "name": item.name, "model": item.model, "res_id": number, "noupdate": True}
            for item, number in zip(items, ids, strict=True)
        }
        for name, number in stale.items():
            self.connection.call("ir.model.data", "write", [number], {"vals": rows.pop(name)})
        if rows:
            self.connection.call("ir.model.data", "create", kwargs={"vals_list": list(rows.values())})

    def _adopt(self, absent: Sequence[Declared]) -> None:
        """Name the records that an interrupted set-up made without an external id."""
        certain = [item for item in absent if PENDING not in (self.known.get(name) for name in _needs(item))]
        if not certain or not self.connection.fields(certain[0].model):
            return
        values = {item.name: resolved(item, self.known) for item in certain}
        fields = certain[0].identity
        domain = [(fields[0], "in", [values[item.name].get(fields[0], False) for item in certain])]
        rows = self._rows(certain[0].model, domain, fields)
        for item in certain:
            alike = [
                row["id"] for row in rows if not differing(item, {f: values[item.name].get(f) for f in fields}, row)
            ]
            if free := [number for number in alike if number not in self.named.values()]:
                self.known[item.name] = self.named[item.name] = free[0]
                if not self.dry_run:
                    self._name([item], free[:1])

    def _write(self, here: Sequence[Declared]) -> None:
        ids = {self.known[item.name]: item for item in here}
        if not ids:
            return
        names = sorted({field for item in here for field in item.values})
        for row in self._rows(here[0].model, [("id", "in", list(ids))], names):
            item = ids[row["id"]]
            if changed := differing(item, resolved(item, self.known), row):
                self._change(item.model, item.name, row["id"], changed)
            if item.fields:
                self._fields(item, row["id"])

    def _fields(self, item: Declared, model: int) -> None:
        """Fields of a model that is there already: later ones are made one by one."""
        names = ["name", "field_description", "help", "index", "ttype"]
        current = self._rows("ir.model.fields", [("model_id", "=", model)], names)
        lacking, writes = field_changes(self._possible(item.fields), current)
        for number, values in writes.items():
            self._change("ir.model.fields", item.name, number, values)
        for field in lacking:
            self.changes.append(Change(action="create", model="ir.model.fields", name=f"{item.name}.{field.name}"))
            if not self.dry_run:
                values = {**field_values(field), "model_id": model}
                self.connection.call("ir.model.fields", "create", kwargs={"vals_list": [values]})
                self.connection.forget_fields()

    def _possible(self, fields: Iterable[Field]) -> list[Field]:
        """A link can only name models that this Odoo has."""
        return [
            field.model_copy(
                update={"selection": tuple(pair for pair in field.selection if self.connection.fields(pair[0]))}
            )
            for field in fields
        ]

    def _change(self, model: str, name: str, number: int, values: dict[str, Any]) -> None:
        self.changes.append(Change(action="write", model=model, name=name, fields=tuple(sorted(values))))
        if not self.dry_run:
            self.connection.call(model, "write", [number], {"vals": values})

    def _rows(self, model: str, domain: Sequence[Any], names: Sequence[str]) -> list[Row]:
        """Archived records and all menus included."""
        asked = {"domain": list(domain), "fields": ["id", *names], "order": "id"}
        every = {"active_test": False, "ir.ui.menu.full_list": True, "lang": "en_US"}
        try:
            return self.connection.call(model, "search_read", kwargs=asked, context=every)
        except OdooDenied:
            if self.dry_run and model in FIELDS:
                return []  # the right to see our own rows is among what a dry run does not give
            raise


def _needs(item: Declared) -> set[str]:
    return unknown_refs(item, {})


def _batches(declared: Sequence[Declared]) -> Iterator[list[Declared]]:
    """Runs of one model, found in the same way, in which nothing refers to another of the same run."""
    group: list[Declared] = []
    for item in declared:
        names = {other.name for other in group}
        alike = not group or (item.model, item.identity) == (group[0].model, group[0].identity)
        if not alike or _needs(item) & names:
            yield group
            group = []
        group.append(item)
    if group:
        yield group
