"""The doctor: what is configured, reachable and missing."""

from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import SecretStr

from agent.bootstrap import (
    embedded_reader,
    embedded_state,
    installation_key,
    mailbox,
    odoo_ports,
    precedents,
    probe_model,
)
from agent.errors import GatehouseError, PrecedentsUnavailable
from agent.intake.hook import PATH as HOOK
from agent.kit.clock import utc_now
from agent.kit.db import Database
from agent.kit.values import Value
from agent.migrations import check
from agent.settings import PREFIX, Settings
from agent.suggestions.reader import ExceptionInput

SHORT_TOKEN = 16


class Finding(Value):
    """One line of the doctor's page."""

    what: str
    state: Literal["good", "missing", "wrong"]
    detail: str
    next_step: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at every part; a part that fails is one line, never the end of the page."""
    parts: dict[str, Callable[[Settings], Iterator[Finding]]] = {
        "Data folder": _home,
        "Database": _database,
        "Odoo": _odoo,
        "Embedded reader": _embedded,
        "Language model": _model,
        "Decided cases": _precedents,
        "Mailbox": _mailbox,
        "Events": _doors,
    }
    found: list[Finding] = []
    for what, look in parts.items():
        try:
            found += look(settings)
        except GatehouseError as error:
            found.append(Finding(what=what, state="wrong", detail=str(error), next_step=error.next_step))
    return found


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home.absolute()
    if not home.exists():
        yield Finding(what="Data folder", state="missing", detail=f"{home} is made at the first start")
        return
    open_to_others = home.stat().st_mode & 0o077
    detail = f"{home} can be read by others" if open_to_others else str(home)
    step = f"chmod 700 {home}" if open_to_others else ""
    yield Finding(what="Data folder", state="wrong" if open_to_others else "good", detail=detail, next_step=step)


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.database_url is None and not (settings.home / "gatehouse.db").exists():
        yield Finding(what="Database", state="missing", detail="SQLite, made at the first start")
        return
    db = Database(settings.state_url)
    check(db)
    if (settings.home / "keys" / "master.key").exists() or settings.master_key is not None:
        installation_key(settings, db)
    kind = "SQLite" if db.is_sqlite else f"PostgreSQL at {db.url.host}"
    yield Finding(what="Database", state="good", detail=f"{kind}, schema is this version's")


def _odoo(settings: Settings) -> Iterator[Finding]:
    if not settings.odoo_url:
        step = "Set GATEHOUSE_ODOO_URL, _DB, _USER and _PASSWORD to use yours."
        yield Finding(
            what="Odoo", state="missing", detail="none configured: the sandbox company serves", next_step=step
        )
        return
    info = odoo_ports(settings, utc_now).info()
    detail = f"{info.product} {info.version}, database {info.database}, user {info.user}, {', '.join(info.companies)}"
    yield Finding(what="Odoo", state="good", detail=detail)
    for text in info.missing:
        yield Finding(what="Odoo", state="missing", detail=text)


def _embedded(settings: Settings) -> Iterator[Finding]:
    _ = settings
    answered = embedded_reader().classify(ExceptionInput(event_type=None, note="The supplier is two weeks late."))
    yield Finding(what="Embedded reader", state="good", detail=f"{answered.provenance.model_id} answers")
    yield Finding(what="Embedded reader", state="good", detail=embedded_state())


def _model(settings: Settings) -> Iterator[Finding]:
    if not settings.llm_base_url:
        step = "Set GATEHOUSE_LLM_BASE_URL, GATEHOUSE_LLM_MODEL and GATEHOUSE_LLM_API_KEY to use one."
        yield Finding(
            what="Language model", state="missing", detail="none configured: the embedded reader serves", next_step=step
        )
        return
    found = probe_model(settings)
    if found.problem:
        yield Finding(what="Language model", state="wrong", detail=found.problem, next_step=found.remedy)
        return
    detail = f"{found.answered_as or found.model} answers by {found.method} in {found.milliseconds} ms"
    yield Finding(what="Language model", state="good", detail=detail)


def _precedents(settings: Settings) -> Iterator[Finding]:
    """Not opened here when a service may own the folder: then it is the service that tells (`/readyz`)."""
    memory = precedents(settings)
    if settings.chroma_url is None and not (settings.home / "precedents").exists():
        yield Finding(what="Decided cases", state="missing", detail=f"{memory.where()}: made when one is decided")
        return
    try:
        yield Finding(what="Decided cases", state="good", detail=f"{memory.count()} remembered in {memory.where()}")
    except PrecedentsUnavailable as error:
        owned = settings.chroma_url is None and "owns" in error.detail
        state = "good" if owned else "wrong"
        yield Finding(
            what="Decided cases", state=state, detail=error.detail, next_step="" if owned else error.next_step
        )
    finally:
        memory.close()


def _mailbox(settings: Settings) -> Iterator[Finding]:
    found = mailbox(settings)
    if found is None:
        step = "Set GATEHOUSE_IMAP_URL and GATEHOUSE_IMAP_PASSWORD to read one."
        yield Finding(what="Mailbox", state="missing", detail="none configured", next_step=step)
        return
    yield Finding(what="Mailbox", state="good", detail=f"{found.address} answers and holds {found.count()} mails")


def _doors(settings: Settings) -> Iterator[Finding]:
    token = settings.api_token.get_secret_value()
    if not token:
        step = "Set GATEHOUSE_API_TOKEN to let other systems send events."
        yield Finding(what="POST /events", state="missing", detail="shut: no token is set", next_step=step)
    elif len(token) < SHORT_TOKEN:
        step = "Use a long random one, such as `openssl rand -hex 32` makes."
        yield Finding(what="POST /events", state="wrong", detail="its token is short", next_step=step)
    else:
        yield Finding(
            what="POST /events", state="good", detail=f"{settings.desk_url}/events takes them by bearer token"
        )
    made = "" if settings.hook_token.get_secret_value() else ", its token made from the master key"
    local = settings.public_url is None and settings.odoo_url is not None
    detail = f"{settings.desk_url}{HOOK}/(token) takes hints{made}"
    step = "Set GATEHOUSE_PUBLIC_URL to an address that Odoo can reach." if local else ""
    yield Finding(what="Odoo's webhook", state="missing" if local else "good", detail=detail, next_step=step)


def list_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """Every setting: its name in the environment, its present value (secrets masked), its meaning."""
    rows = []
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ("(set)" if value.get_secret_value() else "") if isinstance(value, SecretStr) else value
        if name == "database_url" and value:
            shown = "(set)"
        rows.append((PREFIX + name.upper(), "" if shown is None else str(shown), field.description or ""))
    return rows
