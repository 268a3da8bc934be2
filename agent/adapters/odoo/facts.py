"""Gathers what `check` judges: asks Odoo as each of its service users, and changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from agent.adapters.odoo.check import (
    ControlFacts,
    Facts,
    Finding,
    HookFacts,
    SetUpFacts,
    State,
    UserFacts,
    judge,
)
from agent.adapters.odoo.compose import Given, gateway
from agent.adapters.odoo.connection import HAS_ACCESS_SINCE, OLDEST, Connection, Row
from agent.adapters.odoo.credentials import Vault
from agent.adapters.odoo.declarations import declarations
from agent.adapters.odoo.difference import PENDING
from agent.adapters.odoo.names import (
    APPLIERS,
    DECISION,
    LOGGERS,
    MODULE,
    READERS,
    RECEIPT,
    Declared,
    Ref,
    Service,
    Site,
)
from agent.adapters.odoo.provision import Engine
from agent.adapters.odoo.reader import FEATURES, Reader
from agent.adapters.odoo.references import FIELD, MODEL, References
from agent.errors import ActionRefused, OdooDenied, OdooError, OdooUnavailable
from agent.kit.clock import Clock

GROUPS = {Service.READ: READERS, Service.LOG: LOGGERS, Service.APPLY: APPLIERS}
NEEDED = (
    "sale.order", "sale.order.line", "purchase.order", "purchase.order.line", "stock.move", "stock.picking",
    "product.product", "res.partner", "account.move", "account.move.line", "res.company",
)  # fmt: skip
# What no service user may change by itself: business data, and what keeps the log as it is.
KEPT = (
    "sale.order", "purchase.order", "purchase.order.line", "stock.picking", "stock.move", "account.move", "res.partner",
    "product.product", "product.supplierinfo", "res.partner.bank", "base.automation", "ir.actions.server", "ir.cron",
    "ir.config_parameter", "ir.model.access", "ir.rule", "res.users", "res.groups", DECISION, RECEIPT,
)  # fmt: skip
ADMINISTRATORS = ("ir.model.access", "res.users", "ir.config_parameter")
HIDDEN = ("ir.actions.server",)  # of the rules' actions, which Odoo names by itself, the reading user sees nothing
CHANGES = ("create", "write", "unlink")
PATIENCE = 5.0


def check(given: Given, clock: Clock, *, hook_url: str = "", desk_url: str = "") -> tuple[Finding, ...]:
    """The findings about this Odoo; that it cannot be reached is one of them. Raises ConfigurationError."""
    found = gateway(given, clock)
    kept = Vault(given.keys).get(given.url, given.database)
    site = Site(major=0, user=0, users=kept.users if kept else 0, hook_url=hook_url, desk_url=desk_url)
    return look_at(found.users(), site, clock)


def look_at(users: Mapping[Service, Connection], site: Site, clock: Clock) -> tuple[Finding, ...]:
    """The findings about the Odoo that these connections lead to; its version and user are put into `site`."""
    reader = users[Service.READ]
    try:
        version, major = reader.version(), reader.major()
        site = site.model_copy(update={"major": major, "user": reader.user_id()})
    except OdooError as error:
        return (Finding(part="connection", state=State.PROBLEM, what=error.detail, remedy=error.next_step),)
    if major < OLDEST:
        return judge(Facts(version=version, major=major, database=reader.database))
    members = _members(reader)
    there = [model for model in NEEDED if _is_there(reader, model)]
    facts = Facts(
        version=version,
        major=major,
        database=reader.database,
        lacking=tuple(Reader(reader, clock).look.lacking(FEATURES)),
        users=tuple(_user(connection, services, there, members) for connection, services in _by_login(users)),
        needed=frozenset(there),
        set_up=_set_up(reader, declarations(site)),
        controls=_controls(reader),
        hooks=_hooks(reader, site),
        clock=_clock(reader, clock),
    )
    return judge(facts)


def _by_login(users: Mapping[Service, Connection]) -> list[tuple[Connection, tuple[Service, ...]]]:
    serves: dict[str, list[Service]] = {}
    first: dict[str, Connection] = {}
    for service, connection in users.items():
        serves.setdefault(connection.user, []).append(service)
        first.setdefault(connection.user, connection)
    return [(first[login], tuple(services)) for login, services in serves.items()]


# --- users ----------------------------------------------------------------------------------------
def _user(
    connection: Connection,
    serves: tuple[Service, ...],
    models: Sequence[str],
    members: Mapping[Service, frozenset[int]],
) -> UserFacts:
    try:
        number = connection.user_id()
        changes = frozenset(model for model in KEPT if any(_may(connection, model, operation) for operation in CHANGES))
        return UserFacts(
            login=connection.user,
            serves=serves,
            groups=frozenset(service for service, ids in members.items() if number in ids),
            reads=frozenset(model for model in models if _may(connection, model, "read")),
            changes=changes,
            administers=any(model in changes for model in ADMINISTRATORS),
        )
    except OdooError as error:
        return UserFacts(login=connection.user, serves=serves, failed=error.detail, remedy=error.next_step)


def _members(reader: Connection) -> dict[Service, frozenset[int]]:
    """Who is in the service groups; nobody where the reading user may not see that."""
    domain = [("module", "=", MODULE), ("name", "in", list(GROUPS.values())), ("model", "=", "res.groups")]
    ids = {row["name"]: row["res_id"] for row in _readable(reader, "ir.model.data", domain, ["name", "res_id"])}
    field = "users" if "users" in reader.fields("res.groups") else "user_ids"
    rows = _readable(reader, "res.groups", [("id", "in", list(ids.values()))], [field])
    users = {row["id"]: frozenset(row[field]) for row in rows}
    return {service: users.get(ids.get(name, 0), frozenset()) for service, name in GROUPS.items()}


def _may(connection: Connection, model: str, operation: str) -> bool:
    """Whether Odoo's rights let the user do it; a model that is not there nobody may touch."""
    try:
        if connection.major() >= HAS_ACCESS_SINCE:
            return bool(connection.call(model, "has_access", [], {"operation": operation}))
        asked = {"operation": operation, "raise_exception": False}
        return bool(connection.call(model, "check_access_rights", kwargs=asked))
    except ActionRefused:
        return False


def _is_there(connection: Connection, model: str) -> bool:
    """Whether Odoo has the model, even when our user may not read it."""
    try:
        connection.call(model, "fields_get", kwargs={"allfields": ["id"], "attributes": ["type"]})
    except OdooDenied:
        return True
    except ActionRefused:
        return False
    return True


# --- set-up ---------------------------------------------------------------------------------------
class _Known(References):
    """Also finds external ids of Odoo's own that the reading user may not look up in a list."""

    def found(self, names: Iterable[str]) -> dict[str, int]:
        names = sorted(set(names))
        found = super().found(names)
        for name in names:
            if name not in found and "." in name and not name.startswith((MODEL, FIELD)):
                module, _, xml_id = name.rpartition(".")
                asked = {"module": module, "xml_id": xml_id}
                try:
                    answer = self.connection.call("ir.model.data", "check_object_reference", kwargs=asked)
                    found[name] = int(answer[1] or PENDING)
                except OdooDenied:
                    found[name] = PENDING  # it is there, and hidden from us
                except (OdooUnavailable, ActionRefused):
                    raise
                except OdooError:
                    continue  # "External ID not found"
        return found


class _Look(Engine):
    """A dry run of set-up with a user who may not see everything: what is hidden counts as it should be.

    A record's external id goes with the record, so it tells that a hidden one is there.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, dry_run=True)
        self.unseen: set[str] = set()
        self._references = _Known(connection, pending=PENDING)

    def _find(self, group: Sequence[Declared]) -> None:
        super()._find(group)
        model = group[0].model
        if model in HIDDEN or not self.connection.fields(model):
            self.known |= {item.name: self.named[item.name] for item in group if item.name in self.named}

    def _rows(self, model: str, domain: Sequence[Any], names: Sequence[str]) -> list[Row]:
        try:
            return super()._rows(model, domain, names)
        except OdooDenied:
            self.unseen.add(model)
            return [] if names else [{"id": number} for number in domain[0][2]]

    def _write(self, here: Sequence[Declared]) -> None:
        """A link to something hidden cannot be compared, nor can a field that only administrators see."""
        super()._write([item.model_copy(update={"computed": (*item.computed, *self._hidden(item))}) for item in here])

    def _hidden(self, item: Declared) -> list[str]:
        shown = self.connection.fields(item.model)
        unshown = [field for field in item.values if shown and field not in shown]
        if unshown:
            self.unseen.add(item.model)
        return unshown + [
            field
            for field, value in item.values.items()
            for ref in (value if isinstance(value, tuple) else (value,))
            if isinstance(ref, Ref) and self.known.get(ref.name) == PENDING
        ]


def _set_up(connection: Connection, declared: Sequence[Declared]) -> SetUpFacts:
    look = _Look(connection)
    try:
        changes = look.run(declared)
    except OdooError as error:
        return SetUpFacts(failed=f"What set-up made could not be looked at: {error.detail}", remedy=error.next_step)
    missing = [change.name for change in changes if change.action == "create"]
    if PENDING in look.known.values() and len(missing) == len(declared) - len(look.off):
        return SetUpFacts(failed="Nothing of Gatehouse stands in this database.")
    written = [change for change in changes if change.action == "write"]
    return SetUpFacts(
        count=len(declared) - len(look.off),
        missing=tuple(missing),
        inactive=tuple(change.name for change in written if "active" in change.fields),
        different=tuple(str(change) for change in written if "active" not in change.fields),
        unseen=tuple(sorted(look.unseen)),
        off=tuple(dict.fromkeys(f"{off.feature} ({off.reason})" for off in look.off)),
    )


# --- controls, webhooks, clock --------------------------------------------------------------------
def _controls(connection: Connection) -> tuple[ControlFacts, ...]:
    domain = [("key", "=like", "gatehouse.%.mode%")]
    rows = _readable(connection, "ir.config_parameter", domain, ["key", "value"])
    companies = {str(row["id"]): str(row["name"]) for row in _readable(connection, "res.company", [], ["name"])}
    found: list[ControlFacts] = []
    for row in sorted(rows, key=lambda row: str(row["key"])):
        _, scenario, *rest = str(row["key"]).split(".")
        if not rest or rest[0] != "mode":
            continue
        company = companies.get(rest[1], f"company {rest[1]}") if len(rest) > 1 else ""
        found.append(ControlFacts(scenario=scenario, mode=str(row["value"] or "off").strip().lower(), company=company))
    return tuple(found)


def _hooks(connection: Connection, site: Site) -> HookFacts:
    if not site.hook_url:
        return HookFacts(wanted=False)
    domain = [("state", "=", "webhook"), ("name", "=like", "Gatehouse%")]
    rows = _readable(connection, "ir.actions.server", domain, ["webhook_url"])
    urls = tuple(sorted({str(row["webhook_url"]) for row in rows if row["webhook_url"]}))
    answers = _asked(f"{site.desk_url}/livez") if urls else ""
    return HookFacts(set_to=urls, expected=set(urls) <= {site.hook_url}, answers=answers)


def _asked(url: str) -> str:
    """What went wrong when this address was asked; empty when it answered."""
    try:
        with urlopen(Request(url, method="GET"), timeout=PATIENCE) as answer:  # noqa: S310 - our own desk's address
            return "" if answer.status < 400 else f"status {answer.status}"  # noqa: PLR2004
    except HTTPError as error:
        error.close()
        return f"status {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))[:200]


def _clock(connection: Connection, clock: Clock) -> timedelta | None:
    """Odoo's clock minus ours, by the Date of an answer; nothing when the answer carries none."""
    url = f"{connection.address}/web/webclient/version_info"
    head = {"Content-Type": "application/json"}
    try:
        before = clock()
        with urlopen(Request(url, data=b"{}", headers=head), timeout=PATIENCE) as answer:  # noqa: S310 - Odoo's address
            said = parsedate_to_datetime(str(answer.headers["Date"]))
        middle = before + (clock() - before) / 2
    except (OSError, ValueError, TypeError):
        return None
    return said.replace(tzinfo=said.tzinfo or UTC) - middle.replace(microsecond=0)


def _readable(connection: Connection, model: str, domain: Iterable[Any], names: Sequence[str]) -> list[Row]:
    """Rows that our user may see; none where it may not."""
    try:
        return connection.call(model, "search_read", kwargs={"domain": list(domain), "fields": list(names)})
    except (OdooDenied, ActionRefused):
        return []
