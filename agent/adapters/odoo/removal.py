"""Taking Gatehouse out of Odoo: exactly what set-up made, by external ids, the last first; the log stays if wanted."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from agent.adapters.odoo.connection import Connection, Row
from agent.adapters.odoo.difference import Change
from agent.adapters.odoo.names import LOG_MODELS, MODULE, short
from agent.adapters.odoo.references import every_row
from agent.adapters.odoo.service_users import DROP_KEYS, run_once
from agent.errors import ActionRefused, OdooDenied, OdooError
from agent.kit.values import Value

# What goes before what: a record goes before those that it refers to.
ORDER = (
    "ir.ui.menu", "ir.actions.act_window", "ir.actions.act_url", "ir.ui.view", "ir.cron", "base.automation",
    "ir.actions.server", "ir.rule", "ir.model.access", "ir.config_parameter", "ir.model.fields", "ir.model",
    "", "res.groups", "res.users", "ir.module.category",
)  # fmt: skip
LAST_RIGHT = "access_ir_module_category_settings"  # without it no category can be deleted
MAY_BE_OTHERS = ("res.groups", "res.users", "ir.config_parameter", "ir.module.category")
KEEPERS = frozenset(
    name
    for log in map(short, LOG_MODELS)
    for name in (
        f"model_{log}", f"access_{log}_settings", f"rule_{log}_no_change", f"rule_{log}_no_change_action",
        f"rule_{log}_no_delete", f"rule_{log}_no_delete_action",
    )
)  # fmt: skip
"""What is left while the log is kept: its models, what makes them append-only, the administrator's right to read."""


class Removal(Value):
    """What was taken away, and what Odoo would not let go."""

    changes: tuple[Change, ...]
    problems: tuple[str, ...] = ()


class _Remover:
    def __init__(self, connection: Connection, *, dry_run: bool, advance: Callable[[], None]) -> None:
        self.connection = connection
        self.dry_run = dry_run
        self.changes: list[Change] = []
        self.problems: list[str] = []
        self._advance = advance

    def take(self, rows: Iterable[Row]) -> None:
        """Delete the records behind these external ids, and then the ids."""
        groups = [(model, list(group)) for model, group in groupby(sorted(rows, key=_place), key=_model)]
        plan = [(model, found, self._ours(model, found)) for model, found in groups]
        self.changes += [
            Change(action="delete", model=model, name=row["name"]) for model, _, ours in plan for row in ours
        ]
        for model, found, ours in plan:
            if not self.dry_run:
                self._delete(model, found, ours)
            for _ in found:
                self._advance()

    def _ours(self, model: str, rows: Sequence[Row]) -> list[Row]:
        """Those that are there and were made by set-up; rows of our own models go with their tables."""
        if model.startswith("x_gatehouse_") or not self.connection.fields(model):
            return []
        here = {row["id"]: row["display_name"] for row in self._there(model, rows)}
        return [row for row in rows if row["res_id"] in here and not _of_others(model, row, here[row["res_id"]])]

    def _delete(self, model: str, rows: Sequence[Row], ours: Sequence[Row]) -> None:
        left = {row["id"] for row in self._there(model, ours)} if ours else set[int]()
        going = [row for row in ours if row["res_id"] in left]  # a rule takes its actions with it
        if going and self._refusal(model, going) is not None:
            for row in going:
                if self._there(model, [row]) and (said := self._refusal(model, [row])):
                    self.problems.append(f"{model} {row['name']} stays: {said}")
        staying = {row["id"] for row in self._there(model, going)} if going else set[int]()
        self._forget([row for row in rows if row not in going or row["res_id"] not in staying])
        if model == "ir.model":
            self.connection.forget_fields()

    def _refusal(self, model: str, rows: Sequence[Row]) -> str | None:
        """Why Odoo does not delete them; None when it did."""
        try:
            self.connection.call(model, "unlink", [row["res_id"] for row in rows])
        except OdooDenied:
            raise
        except (ActionRefused, OdooError) as error:
            return error.detail
        return None

    def _there(self, model: str, rows: Sequence[Row]) -> list[Row]:
        return every_row(self.connection, model, [("id", "in", [row["res_id"] for row in rows])], ["display_name"])

    def _forget(self, rows: Sequence[Row]) -> None:
        ids = [row["id"] for row in rows]
        left = every_row(self.connection, "ir.model.data", [("id", "in", ids)], [])
        if left:
            self.connection.call("ir.model.data", "unlink", [row["id"] for row in left])


def remove(
    connection: Connection,
    *,
    with_log: bool,
    dry_run: bool,
    started: Callable[[int], Callable[[], None]] = lambda _: lambda: None,
) -> Removal:
    """Take away what set-up made. Without `with_log` the log, its append-only rules and its writers stay (archived).

    Raises OdooDenied when the user is no administrator. What Odoo does not let go is said, and the rest goes.
    """
    rows = every_row(connection, "ir.model.data", [("module", "=", MODULE)], ["name", "model", "res_id", "noupdate"])
    users = [row for row in rows if row["model"] == "res.users"]
    going = [row for row in rows if row not in users and (with_log or row["name"] not in KEEPERS)]
    remover = _Remover(connection, dry_run=dry_run, advance=started(len(going) + len(users)))
    last = [row for row in going if row["model"] == "ir.module.category" or row["name"] == LAST_RIGHT]
    _sign_out(connection, users, remover, archive=not with_log)
    remover.take(row for row in going if row not in last)
    if with_log:
        _unlink_users(connection, users, remover)
    remover.take(row for row in last if row["name"] != LAST_RIGHT)
    remover.take(row for row in last if row["name"] == LAST_RIGHT)
    if not dry_run and going:
        connection.call("ir.model.access", "call_cache_clearing_methods")
    return Removal(changes=tuple(remover.changes), problems=tuple(remover.problems))


def retire(connection: Connection, declared: Iterable[str], *, dry_run: bool) -> Removal:
    """Take away what an older set-up made and this one declares no more; models, fields and users stay."""
    names = set(declared)
    rows = every_row(connection, "ir.model.data", [("module", "=", MODULE)], ["name", "model", "res_id", "noupdate"])
    kinds = {"ir.model", "ir.model.fields", "res.users"}
    remover = _Remover(connection, dry_run=dry_run, advance=lambda: None)
    remover.take(row for row in rows if row["name"] not in names and row["model"] not in kinds)
    return Removal(changes=tuple(remover.changes), problems=tuple(remover.problems))


def _sign_out(connection: Connection, users: Sequence[Row], remover: _Remover, *, archive: bool) -> None:
    """Make the service users' keys void; archive them, since the log names them as its writers."""
    ids = [row["res_id"] for row in users]
    domain = [("id", "in", ids), ("active", "=", True)]
    active = {row["id"] for row in every_row(connection, "res.users", domain, [])} if ids else set[int]()
    if archive:
        names = [row["name"] for row in users if row["res_id"] in active]
        remover.changes += [Change(action="write", model="res.users", name=name, fields=("active",)) for name in names]
    if active and not remover.dry_run:
        run_once(connection, DROP_KEYS, sorted(active))
        connection.call("res.users", "write", sorted(active), {"vals": {"active": False}})


def _unlink_users(connection: Connection, users: Sequence[Row], remover: _Remover) -> None:
    """Delete the service users and their contacts, which a user's deletion leaves behind."""
    asked = [("id", "in", [row["res_id"] for row in users])]
    contacts = [row["partner_id"][0] for row in every_row(connection, "res.users", asked, ["partner_id"])]
    remover.take(users)
    for contact in [] if remover.dry_run else contacts:
        try:
            connection.call("res.partner", "unlink", [contact])
        except (ActionRefused, OdooError):  # named as the author of messages: there it stays, out of sight
            connection.call("res.partner", "write", [contact], {"vals": {"active": False}})


def _model(row: Row) -> str:
    return str(row["model"])


def _place(row: Row) -> tuple[int, int]:
    model = _model(row)
    return ORDER.index(model) if model in ORDER else ORDER.index(""), -row["id"]


def _of_others(model: str, row: Row, title: str) -> bool:
    """Whether it was there before us: adopted by its name (see `Engine._name`), and not called after us."""
    adopted = not row["noupdate"]
    return model in MAY_BE_OTHERS and adopted and "gatehouse" not in title.lower()
