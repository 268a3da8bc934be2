"""The composition root: the only place that knows which implementation serves which port. Launches nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import SecretStr

from agent.access.model import OdooPeople
from agent.actions.log import OdooLog
from agent.actions.model import OdooWriter
from agent.errors import ConfigurationError, Sealed
from agent.evidence.model import OdooReader
from agent.evidence.precedents import Precedents
from agent.evidence.records import Baseline
from agent.intake.changes import OdooChanges
from agent.intake.hook import hook_url
from agent.kit.clock import Clock, utc_now
from agent.kit.db import Database
from agent.kit.notebook import Notebook
from agent.kit.seal import check_key, holds_sealed, master_key, parse_key
from agent.migrations import check, upgrade
from agent.pipeline import App, nobody_waits
from agent.policies import Policies, read_policies
from agent.settings import MEBIBYTE, Settings
from agent.suggestions.reader import Price, Reader
from agent.suggestions.service import Readers

if TYPE_CHECKING:
    from agent.adapters.llm.endpoint import Endpoint
    from agent.adapters.llm.probe import ModelState
    from agent.adapters.mail import ImapMailbox
    from agent.adapters.odoo.check import Finding
    from agent.adapters.odoo.compose import Given
    from agent.adapters.odoo.installer import Installer


class OdooPorts(OdooReader, OdooWriter, OdooLog, OdooChanges, Protocol):
    """One object that serves all ports to records, log and changes."""


def _people(settings: Settings, odoo: object) -> OdooPeople | None:
    """Who signs people in by Odoo; nobody in the sandbox company, or when the settings say so."""
    if not (settings.odoo_url and settings.odoo_sign_in):
        return None
    from agent.adapters.odoo.gateway import OdooGateway

    return odoo if isinstance(odoo, OdooGateway) else None


def build(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, poke: Callable[[], None] = nobody_waits
) -> App:
    """The app of these settings, its database at the right schema.

    Raises ConfigurationError, WrongSchema or StorageError. Odoo and the model are not asked yet.
    """
    policies = policies_of(settings)
    make_home(settings)
    db = open_database(settings)
    odoo = odoo_ports(settings, clock)
    return App(
        db=db,
        master=installation_key(settings, db),
        clock=clock,
        odoo=odoo,
        writer=odoo,
        log=odoo,
        changes=odoo,
        mailbox=mailbox(settings),
        precedents=precedents(settings),
        watch=policies.watch,
        people=_people(settings, odoo),
        readers=Readers(embedded=embedded_reader(), model=model_reader(settings, db, clock)),
        policy=policies.routing,
        approvals=policies.approvals,
        matching=policies.matching,
        home=settings.home,
        desk_url=settings.desk_url,
        zone=settings.zone,
        mail_relay=settings.mail_relay.strip().casefold(),
        mail_max_bytes=settings.mail_max_mb * MEBIBYTE,
        event_max_bytes=settings.event_max_mb * MEBIBYTE,
        grace=timedelta(seconds=settings.grace_seconds),
        poke=poke,
    )


def policies_of(settings: Settings) -> Policies:
    """The policy file's rules, with what the settings say over it; the users that the settings name are ours.

    Raises ConfigurationError.
    """
    found = read_policies(settings.policy)
    ours = {settings.odoo_log_user, settings.odoo_apply_user} - {"", settings.odoo_user}
    watch = found.watch.model_copy(update={"own_logins": found.watch.own_logins | ours})
    share = found.routing.gold_share if settings.gold_share is None else settings.gold_share
    routing = found.routing.model_copy(update={"gold_share": share})
    return found.model_copy(update={"watch": watch, "routing": routing})


def mailbox(settings: Settings) -> "ImapMailbox | None":
    """The mailbox that is read, when one is configured. Raises ConfigurationError."""
    from agent.adapters.mail import mailbox_of

    return mailbox_of(settings)


def open_database(settings: Settings) -> Database:
    """The state's database. SQLite is migrated here (after a copy); PostgreSQL is only checked."""
    db = Database(settings.state_url)
    if db.is_sqlite and settings.migrate_on_start:
        upgrade(db)
    else:
        check(db)
    return db


def migrate_all(settings: Settings) -> list[str]:
    """Bring our tables and the engine's to this version; answers the steps that were taken with ours."""
    from agent.engine.durable import migrate

    make_home(settings)
    steps = upgrade(Database(settings.state_url))
    migrate(settings.engine_url)
    return steps


def installation_key(settings: Settings, db: Database) -> bytes:
    """The key that everything personal is sealed with: from the setting, else from the data folder.

    It is made at the first start only. Raises Sealed when the database was sealed with another key, or with one
    that is gone; nothing is written then.
    """
    given, folder = settings.master_key, settings.home / "keys"
    with db.read() as connection:
        if given is not None:
            key = parse_key(given.get_secret_value(), "GATEHOUSE_MASTER_KEY")
        elif (folder / "master.key").exists() or not holds_sealed(connection):
            key = master_key(folder)
        else:
            raise Sealed(f"The key file {folder / 'master.key'} is gone, and this database was sealed with it.")
        check_key(connection, key)
    return key


def make_home(settings: Settings) -> None:
    """Make the data folder, readable by its owner alone. Raises ConfigurationError."""
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The data folder {settings.home} cannot be made: {error.strerror}.",
            remedy="Name a folder that can be written in GATEHOUSE_HOME.",
        ) from error


def odoo_ports(settings: Settings, clock: Callable[[], datetime]) -> OdooPorts:
    """The real Odoo when one is configured, else the sandbox company of the data folder."""
    if settings.odoo_url:
        from agent.adapters.odoo.compose import gateway

        return gateway(_odoo(settings), clock)
    from agent.adapters.sandbox import SandboxOdoo, fill

    make_home(settings)
    fill(settings.sandbox_path, clock().date())  # once; a company that is there stays as it is
    return SandboxOdoo(settings.sandbox_path, clock=clock)


def odoo_installer(settings: Settings, admin_user: str = "", admin_password: str = "") -> "Installer":
    """Who sets the configured Odoo up, as the administrator named or else as the settings' user.

    Raises ConfigurationError when no Odoo is configured, or nobody can sign in.
    """
    if not settings.odoo_url:
        raise ConfigurationError("No Odoo is configured.", remedy="Set GATEHOUSE_ODOO_URL and GATEHOUSE_ODOO_DB.")
    from agent.adapters.odoo.compose import Login
    from agent.adapters.odoo.installer import Installer

    make_home(settings)
    admin = Login(user=admin_user, password=SecretStr(admin_password))
    # Hints only where Odoo can reach us: a webhook to nowhere would hold up everybody who writes in Odoo.
    hints = hook_url(settings, installation_key(settings, open_database(settings))) if settings.public_url else ""
    return Installer(_odoo(settings), admin, settings.home, hook_url=hints, desk_url=settings.desk_url)


def check_odoo(settings: Settings) -> "tuple[Finding, ...]":
    """What is right and what is wrong about the configured Odoo. Raises ConfigurationError when there is none."""
    if not settings.odoo_url:
        raise ConfigurationError("No Odoo is configured.", remedy="Set GATEHOUSE_ODOO_URL and GATEHOUSE_ODOO_DB.")
    from agent.adapters.odoo.facts import check as check_facts

    make_home(settings)
    hints = hook_url(settings, installation_key(settings, open_database(settings))) if settings.public_url else ""
    return check_facts(_odoo(settings), utc_now, hook_url=hints, desk_url=settings.desk_url)


def baseline_at_set_up(settings: Settings) -> Baseline | None:
    """The figures of before Gatehouse, kept when the configured Odoo was set up first."""
    if not settings.odoo_url:
        return None
    from agent.adapters.odoo.installer import BASELINES, kept_baseline

    return kept_baseline(_odoo(settings), Notebook(settings.home / BASELINES))


def _odoo(settings: Settings) -> "Given":
    from agent.adapters.odoo.compose import Given, Login

    return Given(
        url=settings.odoo_url or "",
        database=settings.odoo_db,
        timeout=settings.odoo_timeout,
        keys=settings.home / "keys",
        main=Login(user=settings.odoo_user, password=settings.odoo_password),
        log=Login(user=settings.odoo_log_user, password=settings.odoo_log_password),
        apply=Login(user=settings.odoo_apply_user, password=settings.odoo_apply_password),
    )


def embedded_reader() -> Reader:
    """The local reader; it loads its weights at its first use."""
    from agent.adapters.embedded.reader import EmbeddedReader

    return EmbeddedReader()


def embedded_state() -> str:
    """What the embedded reader works with, in words."""
    from agent.adapters.embedded.minilm import state

    return state()


def precedents(settings: Settings) -> Precedents:
    """Where decided cases are remembered; it is opened at its first use. Raises ConfigurationError."""
    from agent.adapters.chroma.compose import store

    return store(settings)


def samples(now: datetime) -> tuple[list[tuple[str, bytes]], list[dict[str, Any]]]:
    """The demo's sample mails (name, raw) and events, dated around now."""
    from agent.adapters.samples import sample_events, sample_mails

    return sample_mails(now.date()), sample_events(now)


def model_reader(settings: Settings, db: Database | None = None, clock: Clock = utc_now) -> Reader | None:
    """The language model's reader when one is configured; what it uses is accounted for in the database, if given.

    Raises ConfigurationError for an unusable address.
    """
    if not settings.llm_base_url:
        return None
    from agent.adapters.llm.compose import reader

    return reader(settings, _endpoint(settings), _dialects(settings), db, clock)


def probe_model(settings: Settings) -> "ModelState":
    """Ask the configured model one small question, and find out anew in which way it answers."""
    from agent.adapters.llm.probe import probe

    return probe(_endpoint(settings), memory=_dialects(settings))


def _endpoint(settings: Settings) -> "Endpoint":
    from agent.adapters.llm.endpoint import Endpoint

    price = Price(
        per_million_in=Decimal(str(settings.llm_price_in)),
        per_million_out=Decimal(str(settings.llm_price_out)),
        currency=settings.llm_currency,
    )
    endpoint = Endpoint(
        base_url=settings.llm_base_url or "",
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        timeout=settings.llm_timeout,
        max_retries=settings.llm_max_retries,
        concurrency=settings.llm_concurrency,
        price=price if price.per_million_in or price.per_million_out else None,
    )
    endpoint.check()
    return endpoint


def _dialects(settings: Settings) -> Notebook:
    make_home(settings)
    return Notebook(settings.home / "model-dialects.json")
