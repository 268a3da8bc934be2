"""Who talks to Odoo as whom: the gateway and the administrator's connection, from settings and kept credentials."""

from pathlib import Path

from pydantic import SecretStr

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.credentials import Vault
from agent.adapters.odoo.gateway import OdooGateway
from agent.errors import ConfigurationError
from agent.kit.clock import Clock
from agent.kit.values import Value

NOBODY = (
    "Run `gatehouse odoo setup --admin-user LOGIN` once, which makes the service users, or set GATEHOUSE_ODOO_USER and"
    " GATEHOUSE_ODOO_PASSWORD."
)


class Login(Value):
    """A user of Odoo and the password or API key; empty where none is given."""

    user: str = ""
    password: SecretStr = SecretStr("")

    @property
    def given(self) -> bool:
        """Whether there is somebody to sign in as."""
        return bool(self.user and self.password.get_secret_value())


class Given(Value):
    """Where Odoo is, and the logins that the settings name."""

    url: str
    database: str
    timeout: float
    keys: Path
    main: Login = Login()
    log: Login = Login()
    apply: Login = Login()


def gateway(given: Given, clock: Clock) -> OdooGateway:
    """The gateway: what the settings name comes first, then what set-up kept, then the one user for all.

    Reading is by the kept reading user too, unless both other users are named in the settings. Nothing is sent yet.
    Raises ConfigurationError when nobody can sign in.
    """
    kept = Vault(given.keys).get(given.url, given.database)
    held = kept.by_name if kept else {}

    def of(named: Login, *names: str) -> Connection:
        found = next((held[name] for name in names if name in held), None)
        if named.given:
            return _connect(given, named)
        if found:
            return _connect(given, Login(user=found.login, password=found.secret))
        return _connect(given, given.main)

    all_named = given.main.given and given.log.given and given.apply.given
    read = _connect(given, given.main) if all_named else of(Login(), "user_read", "user_all")
    log = of(given.log, "user_log", "user_all")
    apply = of(given.apply, "user_apply", "user_all")
    return OdooGateway(read, clock, log=log, apply=apply)


def administrator(given: Given, admin: Login) -> Connection:
    """The connection of whoever sets up: the administrator named, else the user of the settings."""
    return _connect(given, admin if admin.given else given.main)


def _connect(given: Given, login: Login) -> Connection:
    if not login.given:
        raise ConfigurationError("There is no user to sign in to Odoo with.", remedy=NOBODY)
    return Connection(given.url, given.database, login.user, login.password.get_secret_value(), given.timeout)
