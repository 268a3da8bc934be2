"""Set-up: one small engine that makes Odoo hold what is declared, by external ids; a second run changes nothing."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from agent.adapters.odoo.connection import Connection, Row
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
from agent.adapters.odoo.references import References, every_row
from agent.errors import ActionRefused, OdooDenied
from agent.kit.values import Value

RULES_AND_ACTIONS = ("base.automation", "ir.actions.server")
RIGHTS = ("ir.model.access", "ir.rule")  # rights to what is not there are no loss, and no words
QUIETLY = {"no_reset_password": True, "mail_create_nosubscribe": True, "tracking_disable": True}


class Off(Value):
    """A record that cannot be there on this Odoo, and why."""

    name: str
    feature: str
    reason: str


class Engine:
    """One run: knows the external ids, goes through the declarations in order.

    A record whose Ref names what this Odoo lacks is left out, with all that refers to it, and said in `off`.
    """

    def __init__(self, connection: Connection, *, dry_run: bool, advance: Callable[[], None] = lambda: None) -> None:
        self.connection = connection
        self.dry_run = dry_run
        self.named: dict[str, int] = {}  # external ids, of records that may be gone
        self._taken: set[tuple[str, int]] = set()  # the records behind them
        self.known: dict[str, int] = {}
        self.changes: list[Change] = []
        self.off: list[Off] = []
        self.made: set[str] = set()
        self._advance = advance
        self._references = References(connection, pending=PENDING if dry_run else None)

    def run(self, declared: Sequence[Declared]) -> list[Change]:
        """Apply all declarations. Raises ActionRefused or OdooDenied where Odoo refuses one that is needed."""
        ours = {item.name: item.model for item in declared}
        if not self.dry_run:
            self._let_rights_count()  # a run that broke off may have made some that Odoo does not know of yet
        rows = self._rows("ir.model.data", [("module", "=", MODULE)], ["name", "model", "res_id"])
        self.named = {row["name"]: row["res_id"] for row in rows if ours.get(row["name"]) == row["model"]}
        self._taken = {(ours[name], number) for name, number in self.named.items()}
        self.known |= self._references.found(
            {name for item in declared for name in unknown_refs(item, ours, optional=True)}
        )
        for group in batches(rules_first(declared)):
            if there := [item for item in group if self._possible_here(item)]:
                self._settle(there)
            for _ in group:
                self._advance()
        return self.changes

    def _possible_here(self, item: Declared) -> bool:
        """Whether all that the declaration needs is there; looks again for fields that were made meanwhile."""
        lacking = unknown_refs(item, self.known)
        if lacking:
            self.known |= self._references.found(lacking)
            lacking = {name for name in lacking if name not in self.known}
        if lacking and item.model not in RIGHTS:
            reasons = {off.name: off.reason for off in self.off}
            why = sorted({reasons.get(name) or self._references.words(name) for name in lacking})
            self.off.append(Off(name=item.name, feature=item.feature or item.name, reason="; ".join(why)))
        return not lacking

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
        self._write([item for item in group if item not in absent])
        if absent and absent[0].optional:
            for item in absent:
                self._make_if_it_fits(item)
        elif absent:
            self._make(absent)

    def _make_if_it_fits(self, item: Declared) -> None:
        try:
            self._make([item])
        except ActionRefused as error:
            self.off.append(Off(name=item.name, feature=item.feature or item.name, reason=error.detail))

    def _make(self, absent: Sequence[Declared]) -> None:
        made = [PENDING] * len(absent) if self.dry_run else self._create(absent)
        self.changes += [Change(action="create", model=item.model, name=item.name) for item in absent]
        self.known |= {item.name: number for item, number in zip(absent, made, strict=True)}
        self.made |= {item.name for item in absent}
        if absent[0].model == "ir.model.access" and not self.dry_run:
            self._let_rights_count()

    def _let_rights_count(self) -> None:
        """Odoo keeps what it knows of access rows, and new ones are denied until it forgets that."""
        self.connection.call("ir.model.access", "call_cache_clearing_methods")

    def _create(self, absent: Sequence[Declared]) -> list[int]:
        model = absent[0].model
        values = [for_creation(item, resolved(item, self.known)) for item in absent]
        for item, row in zip(absent, values, strict=True):
            if item.fields:
                row["field_id"] = [(0, 0, field_values(field)) for field in self._possible(item.fields)]
        made: list[int] = self.connection.call(model, "create", kwargs={"vals_list": values}, context=QUIETLY)
        if model in {"ir.model", "ir.model.fields"}:
            self.connection.forget_fields()
        self._name(absent, made)
        return made

    def _name(self, items: Sequence[Declared], ids: Sequence[int], *, adopted: bool = False) -> None:
        """Give the records their external ids; one left over from a deleted record is pointed anew.

        An adopted record is marked by `noupdate` being off: removal leaves it when its name is not one of ours.
        """
        names = [item.name for item in items]
        left = self._rows("ir.model.data", [("module", "=", MODULE), ("name", "in", names)], ["name"])
        stale = {row["name"]: row["id"] for row in left}
        rows = {
            item.name: {"module": MODULE, "name": item.name, "model": item.model, "res_id": number}
            | {"noupdate": not adopted}
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
            wanted = {field: values[item.name].get(field) for field in fields}
            alike = [row["id"] for row in rows if not differing(item, wanted, row)]
            if free := [number for number in alike if (item.model, number) not in self._taken]:
                self.known[item.name] = self.named[item.name] = free[0]
                self._taken.add((item.model, free[0]))
                if not self.dry_run:
                    self._name([item], free[:1], adopted=True)

    def _write(self, here: Sequence[Declared]) -> None:
        ids = {self.known[item.name]: item for item in here}
        if not ids:
            return
        names = sorted({field for item in here for field in item.values if field not in item.computed})
        for row in self._rows(here[0].model, [("id", "in", list(ids))], names):
            item = ids[row["id"]]
            if changed := differing(item, resolved(item, self.known), row):
                self._change(item.model, item.name, row["id"], changed)
            if item.fields:
                self._fields(item, row["id"])

    def _fields(self, item: Declared, model: int) -> None:
        """Fields of a model that is there already: those that came later are made together."""
        names = ["name", "field_description", "help", "index", "ttype"]
        current = self._rows("ir.model.fields", [("model_id", "=", model)], names)
        lacking, writes = field_changes(self._possible(item.fields), current)
        for number, values in writes.items():
            self._change("ir.model.fields", item.name, number, values)
        self.changes += [
            Change(action="create", model="ir.model.fields", name=f"{item.name}.{field.name}") for field in lacking
        ]
        if lacking and not self.dry_run:
            rows = [{**field_values(field), "model_id": model} for field in lacking]
            self.connection.call("ir.model.fields", "create", kwargs={"vals_list": rows})
            self.connection.forget_fields()

    def _possible(self, fields: Iterable[Field]) -> list[Field]:
        """A link can only name models that this Odoo has."""
        return [
            field.model_copy(
                update={"selection": tuple(pair for pair in field.selection if self.connection.fields(pair[0]))}
            )
            if field.ttype == "reference"
            else field
            for field in fields
        ]

    def _change(self, model: str, name: str, number: int, values: dict[str, Any]) -> None:
        if not self.dry_run:
            self.connection.call(model, "write", [number], {"vals": values}, QUIETLY)
        self.changes.append(Change(action="write", model=model, name=name, fields=tuple(sorted(values))))

    def _rows(self, model: str, domain: Sequence[Any], names: Sequence[str]) -> list[Row]:
        try:
            return every_row(self.connection, model, domain, names)
        except OdooDenied:
            if self.dry_run and model.startswith("x_gatehouse_"):
                return []  # the right to see our own rows is among what a dry run does not give
            raise


def _needs(item: Declared) -> set[str]:
    return unknown_refs(item, {})


def rules_first(declared: Sequence[Declared]) -> list[Declared]:
    """The same, with the rules of a row of rules and actions before the actions, so that few calls make them all.

    Each call of that kind lets Odoo hook itself anew, which takes it about a second.
    """
    ordered: list[Declared] = []
    for together, run in groupby(declared, key=lambda item: item.model in RULES_AND_ACTIONS):
        items = list(run)
        rules = [item for item in items if item.model == RULES_AND_ACTIONS[0]]
        names = {item.name for item in items if item not in rules}
        if together and not any(_needs(rule) & names for rule in rules):
            items = rules + [item for item in items if item not in rules]
        ordered += items
    return ordered


def batches(declared: Sequence[Declared]) -> Iterator[list[Declared]]:
    """Runs of one model, found in the same way, in which nothing refers to another of the same run."""
    group: list[Declared] = []
    for item in declared:
        names = {other.name for other in group}
        alike = not group or _alike(item) == _alike(group[0])
        if not alike or _needs(item) & names:
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _alike(item: Declared) -> tuple[str, tuple[str, ...], bool]:
    return item.model, item.identity, item.optional
