"""The one place that talks to Odoo: `call(model, method, ids, kwargs, context)` over odoorpc, a session per thread."""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.request import HTTPRedirectHandler, build_opener

from agent.adapters.odoo.address import Address, parse
from agent.adapters.odoo.faults import translated
from agent.errors import ActionRefused, ConfigurationError, OdooDenied

OLDEST = 17
HAS_ACCESS_SINCE = 18
# Odoo looks at the first positional argument of `create`, and its models name that of the others differently.
UNNAMED = {"create": "vals_list", "write": "vals", "default_get": "fields_list"}
Row = dict[str, Any]


class Connection:
    """A lazy connection: nothing is sent before the first call; every thread signs in for itself.

    Raises from every method: OdooUnavailable, OdooDenied, ActionRefused (StaleRecord), OdooError for what Odoo
    says without a class of ours.
    """

    def __init__(self, url: str, database: str, user: str, password: str, timeout: float = 10.0) -> None:
        if not database or not user or not password:
            raise ConfigurationError(
                "The connection to Odoo needs a database, a user and a password.",
                remedy="Set GATEHOUSE_ODOO_DB, GATEHOUSE_ODOO_USER and GATEHOUSE_ODOO_PASSWORD.",
            )
        self.address: Address = parse(url)
        self.database = database
        self.user = user
        self.calls = 0  # remote calls made, for measuring; approximate across threads
        self._password = password
        self._timeout = timeout
        self._here = threading.local()
        self._fields: dict[str, dict[str, Row]] = {}
        self._denied: set[str] = set()
        # odoorpc's DEBUG log prints the password of every call
        logging.getLogger("odoorpc").setLevel(logging.INFO)

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a method by named arguments; `ids` are the records it acts on, absent for a method of the model."""
        session = self._session()
        named = dict(kwargs or {})
        positional: list[Any] = [] if ids is None else [list(ids)]
        if method in UNNAMED:
            positional.append(named.pop(UNNAMED[method]))
        named["context"] = {"lang": session.env.context.get("lang") or "en_US", **(context or {})}
        self.calls += 1
        try:
            with translated(str(self.address), f"{model}.{method}"):
                return session.execute_kw(model, method, positional, named)
        except OdooDenied:
            self._here.session = None  # the password may have been changed: sign in again next time
            raise

    def version(self) -> str:
        """Odoo's version as it states it, for example 18.0."""
        return str(self._session().version)

    def major(self) -> int:
        """The major version as a number; Odoo Online's `saas~18.2` counts as 18."""
        digits = "".join(c if c.isdigit() else " " for c in self.version()).split()
        return int(digits[0]) if digits else OLDEST

    def language(self) -> str:
        """The signed-in user's language code."""
        return str(self._session().env.context.get("lang") or "en_US")

    def user_id(self) -> int:
        """The signed-in user's id."""
        return int(self._session().env.uid)

    def patient(self, timeout: float) -> "Connection":
        """A connection of its own with a longer time-out, for what is known to take long."""
        return Connection(str(self.address), self.database, self.user, self._password, timeout)

    def signed_in_as(self, user: str, password: str) -> "Connection":
        """A connection of another user to the same database."""
        return Connection(str(self.address), self.database, user, password, self._timeout)

    def fields(self, model: str) -> dict[str, Row]:
        """What `fields_get` says of a model (type, store), kept; empty when Odoo has no such model or denies it."""
        if model not in self._fields:
            readable = self._readable(model)
            wanted = {"attributes": ["type", "store"]}
            self._fields[model] = self.call(model, "fields_get", kwargs=wanted) if readable else {}
        return self._fields[model]

    def need(self, model: str) -> None:
        """Raise OdooDenied when Odoo has the model but our user may not read it; what is not there is no error."""
        if not self.fields(model) and model in self._denied:
            raise OdooDenied(f"The user {self.user!r} may not read {model}.")

    def _readable(self, model: str) -> bool:
        """Whether Odoo has the model and our user may read it; remembers a model that is only denied."""
        try:
            if self.major() >= HAS_ACCESS_SINCE:
                allowed = self.call(model, "has_access", [], {"operation": "read"})
            else:
                asked = {"operation": "read", "raise_exception": False}
                allowed = self.call(model, "check_access_rights", kwargs=asked)
        except ActionRefused:
            return False  # "Object … doesn't exist": its app is not installed
        if not allowed:
            self._denied.add(model)
        return bool(allowed)

    def forget_fields(self) -> None:
        """Drop what is kept about fields, after a change of them."""
        self._fields.clear()
        self._denied.clear()

    def _session(self) -> Any:
        """This thread's signed-in session; opened when there is none."""
        session = getattr(self._here, "session", None)
        if session is None:
            session = self._here.session = self._sign_in()
        return session

    def _sign_in(self) -> Any:
        import odoorpc

        where = self.address
        with translated(str(where), "the sign-in"):
            open_session: Any = odoorpc.ODOO  # its time-out is typed by its default, a whole number
            session = open_session(
                f"[{where.host}]" if ":" in where.host else where.host,
                protocol="jsonrpc+ssl" if where.secure else "jsonrpc",
                port=where.port,
                timeout=self._timeout,
                opener=build_opener(_StayHere),
            )
            session.login(self.database, self.user, self._password)
        self.calls += 3  # version, login, context
        return session


class _StayHere(HTTPRedirectHandler):
    """Follows no redirection: urllib would turn the POST into a GET and lose the call."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the base class's signature
        return None
