"""What odoorpc and urllib raise, translated into our error tree; pure but for reading an HTTP answer's code."""

import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import wraps
from http.client import HTTPException
from ssl import SSLError
from typing import Any, ParamSpec, TypeVar
from urllib.error import HTTPError

from pydantic import ValidationError

from agent.errors import ActionRefused, GatehouseError, OdooDenied, OdooError, OdooUnavailable, StaleRecord

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

STALE = "stale:"  # then what a guarded action found: JSON of [field, value seen, value now]
OWN_REFUSAL = "refused:"  # then what a guarded action says: JSON with `said` and `remedy`
LONGEST = 600
NOT_AN_ODOO = (
    "Check GATEHOUSE_ODOO_URL: it must be the address of Odoo itself, not of a page before it or of another service."
)
REFUSAL = "Read what Odoo says, put it right there, and decide again."
ODD_VALUE = "Correct this value in Odoo; until then the record cannot be read."
_GONE = re.compile(r"Invalid field '?([\w.]+)'?|Unknown field|has no attribute|column \S+ does not exist")
NO_TLS = "Check whether GATEHOUSE_ODOO_URL begins with https:// rightly, and the certificate of the server."
DENIED = frozenset({"AccessError", "AccessDenied", "SessionExpiredException"})
REFUSED = frozenset({"UserError", "ValidationError", "MissingError", "RedirectWarning"})
FIELD_FAULTS = frozenset({"ValueError", "KeyError", "AttributeError", "UndefinedColumn"})
# What a database under load or going down says; Odoo rolled back, so the same call may work later.
PASSING = frozenset({
    "SerializationFailure", "TransactionRollbackError", "DeadlockDetected", "LockNotAvailable", "PoolError",
    "InterfaceError", "OperationalError", "AdminShutdown", "ConcurrencyError", "InFailedSqlTransaction",
})  # fmt: skip
_NO_DATABASE = re.compile(r'database "[^"]*" does not exist|Database not found.*')


class BadLogin(OdooDenied):
    """Odoo refused the sign-in or the right."""


class UnknownField(OdooError):
    """Odoo could not do what we asked."""


@contextmanager
def translated(where: str, doing: str) -> Generator[None]:
    """Raise from the error tree whatever goes wrong inside; `where` and `doing` name address and call in the detail."""
    from odoorpc.error import InternalError, RPCError

    try:
        yield
    except RPCError as error:
        info: Any = error.info
        raise from_rpc(info or None, str(error), doing) from error
    except HTTPError as error:
        error.close()
        raise from_http(error.code, error.headers.get("Location", ""), where) from error
    except TimeoutError as error:
        raise OdooUnavailable(f"{where} gave no answer in time to {doing}.") from error
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, SSLError):
            raise OdooUnavailable(f"{where}: {_short(str(reason))}.", remedy=NO_TLS) from error
        if isinstance(reason, TimeoutError):
            raise OdooUnavailable(f"{where} gave no answer in time to {doing}.") from error
        raise OdooUnavailable(f"{where}: {_short(str(reason) or type(reason).__name__)}.") from error
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, InternalError) as error:
        raise OdooUnavailable(f"{where} answers, but not as Odoo does.", remedy=NOT_AN_ODOO) from error


def reading(read: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """For a method that only reads: a record that vanishes under it is no refusal; the same call works later."""

    @wraps(read)
    def guarded(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        try:
            return read(*args, **kwargs)
        except ActionRefused as error:
            raise OdooUnavailable(error.detail) from error

    return guarded


@contextmanager
def about(record: str) -> Generator[None]:
    """Name the record in the error when one of its values is none that we can hold."""
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise OdooError(f"{record}: {where}: {_short(str(first['msg']))}.", remedy=ODD_VALUE) from error


def from_http(code: int, location: str, where: str) -> GatehouseError:
    """The error for an HTTP status that is no answer of Odoo's RPC."""
    if code in {401, 403}:
        return OdooDenied(f"{where} answered {code}: something before Odoo refuses the access.")
    if 300 <= code < 400:  # noqa: PLR2004 - redirections
        return OdooUnavailable(f"{where} redirects to {location or 'another address'}.", remedy=NOT_AN_ODOO)
    if code in {404, 405, 410, 415}:
        return OdooUnavailable(f"{where} answered {code}: no Odoo there.", remedy=NOT_AN_ODOO)
    return OdooUnavailable(f"{where} answered {code}.")


def from_rpc(info: Mapping[str, Any] | None, message: str, doing: str) -> GatehouseError:
    """The error for what Odoo itself says; `info` is absent for a bad login."""
    if info is None:
        return BadLogin("The login or password is wrong.")
    data: Mapping[str, Any] = info.get("data") or {}
    name = str(data.get("name", ""))
    kind = name.rpartition(".")[2]
    whole = str(data.get("message") or message)
    said = _short(whole)
    if found := _NO_DATABASE.search(said):
        return OdooDenied(f"{found.group()}.", remedy="Set GATEHOUSE_ODOO_DB to the name of a database on this Odoo.")
    if kind in REFUSED:
        return _refused(whole)
    if kind in FIELD_FAULTS and _GONE.search(said):
        return UnknownField(
            f"{doing}: {said}", remedy="Run `gatehouse odoo check`: it says which feature lacks a field."
        )
    known = _by_kind(kind)
    return known(said) if known else OdooError(f"{doing}: {name or 'error'}: {said}")


def _by_kind(kind: str) -> Callable[[str], GatehouseError] | None:
    if kind in DENIED:
        return OdooDenied
    return OdooUnavailable if kind in PASSING else None


def _refused(whole: str) -> GatehouseError:
    if whole.startswith(STALE):
        found = _json(whole.removeprefix(STALE))
        if not isinstance(found, list):
            return StaleRecord(_short(whole.removeprefix(STALE)))
        rows: list[Any] = found
        differences = tuple((str(field), str(seen), str(now)) for field, seen, now in rows)
        told = [f"{field}: {seen or 'nothing'} seen, {now or 'nothing'} now" for field, seen, now in differences]
        return StaleRecord(_short(f"{'; '.join(told)}."), differences=differences)
    said: Any = _json(whole.removeprefix(OWN_REFUSAL)) if whole.startswith(OWN_REFUSAL) else None
    if said:
        return ActionRefused(_short(str(said["said"])), remedy=str(said["remedy"]))
    return ActionRefused(_short(whole), remedy=REFUSAL)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return None


def _short(text: str) -> str:
    """One line of bounded length: server texts can be pages long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
