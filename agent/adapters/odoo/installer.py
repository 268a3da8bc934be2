"""Sets one Odoo up and takes Gatehouse out of it again, and keeps the figures of before."""

from datetime import timedelta
from pathlib import Path

from agent.adapters.odoo.compose import Given, Login, administrator, gateway
from agent.adapters.odoo.credentials import Vault
from agent.adapters.odoo.removal import Removal
from agent.adapters.odoo.setup import PATIENCE, SetUp, Started, nobody_looks, set_up, take_away
from agent.evidence.records import Baseline
from agent.kit.clock import Clock, utc_now
from agent.kit.notebook import Notebook

BASELINE_DAYS = 90
BASELINES = "odoo-baseline.json"  # in the data folder: figures of before Gatehouse, by database, taken once
DEFAULT_USERS = 3


class Installer:
    """What `gatehouse odoo setup` and `remove` do. `admin` is needed for these two alone and is kept nowhere."""

    def __init__(
        self, given: Given, admin: Login, home: Path, *, hook_url: str = "", desk_url: str = "", clock: Clock = utc_now
    ) -> None:
        self.given = given
        self.vault = Vault(given.keys)
        self.hook_url = hook_url
        self.desk_url = desk_url
        self._admin = administrator(given, admin)
        self._notebook = Notebook(home / BASELINES)
        self._clock = clock

    @property
    def database(self) -> str:
        """The name of the database that would be changed."""
        return self.given.database

    def users(self) -> int:
        """How many service users there are: what the last set-up was told, else three."""
        kept = self.vault.get(self.given.url, self.given.database)
        return kept.users if kept else DEFAULT_USERS

    def set_up(
        self, *, users: int | None = None, dry_run: bool = False, renew: bool = False, started: Started = nobody_looks
    ) -> SetUp:
        """See `setup.set_up`. Raises what it raises, and ConfigurationError for an unusable credentials file."""
        return set_up(
            self._admin,
            self.vault,
            users=self.users() if users is None else users,
            dry_run=dry_run,
            renew=renew,
            hook_url=self.hook_url,
            desk_url=self.desk_url,
            started=started,
        )

    def remove(self, *, with_log: bool, dry_run: bool, started: Started = nobody_looks) -> Removal:
        """See `setup.take_away`."""
        return take_away(self._admin, self.vault, with_log=with_log, dry_run=dry_run, started=started)

    def baseline(self) -> Baseline:
        """The figures of the 90 days before the first set-up; read now, by the reading user, when none are kept."""
        kept = kept_baseline(self.given, self._notebook)
        if kept is None:
            today = self._clock().date()
            patient = self.given.model_copy(update={"timeout": PATIENCE})
            kept = gateway(patient, self._clock).baseline(today - timedelta(days=BASELINE_DAYS), today)
            self._notebook.set(_place(self.given), kept.model_dump_json())
        return kept


def kept_baseline(given: Given, notebook: Notebook) -> Baseline | None:
    """The figures kept at set-up, or None."""
    found = notebook.get(_place(given))
    return Baseline.model_validate_json(found) if found else None


def _place(given: Given) -> str:
    return f"{given.url.rstrip('/')} {given.database}"
