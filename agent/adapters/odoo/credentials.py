"""The file in which the service users' credentials are kept: made by set-up, read by nobody but their owner."""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError

from agent.adapters.odoo.address import parse
from agent.errors import ConfigurationError
from agent.kit.values import Value

FILE_NAME = "odoo-users.json"


class Credential(Value):
    """What one service user signs in with."""

    login: str
    secret: SecretStr
    kind: Literal["api_key", "password"]


class Kept(Value):
    """The credentials for one Odoo database; `users` is 3 or 1."""

    users: int
    by_name: dict[str, Credential] = Field(default_factory=dict[str, Credential])


class Vault:
    """Reads and writes the file. Raises ConfigurationError when it cannot."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE_NAME

    def get(self, url: str, database: str) -> Kept | None:
        """What is kept for this database of this Odoo."""
        return self._read().get(_place(url, database))

    def put(self, url: str, database: str, kept: Kept | None) -> None:
        """Keep the credentials, or with None keep them no more. On the disk when this returns."""
        held = {name: value for name, value in self._read().items() if name != _place(url, database)}
        if kept is not None:
            held[_place(url, database)] = kept
        try:
            self._write(held)
        except OSError as error:
            raise ConfigurationError(
                f"The file {self.path} cannot be written: {error.strerror}.",
                remedy="Make the folder writable for this user; then run `gatehouse odoo setup --renew-users`.",
            ) from error

    def _write(self, held: Mapping[str, Kept]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=FILE_NAME)  # readable by its owner alone
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({place: _plain(kept) for place, kept in held.items()}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _read(self) -> dict[str, Kept]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            return {place: Kept.model_validate(kept) for place, kept in found.items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError, ValidationError) as error:
            reason = getattr(error, "strerror", None) or "it is not the JSON that set-up wrote"
            raise ConfigurationError(
                f"The file {self.path} cannot be read: {reason}.",
                remedy="Restore it from a backup, or delete it and run `gatehouse odoo setup --renew-users`.",
            ) from error


def _place(url: str, database: str) -> str:
    """One name for one database, however its address is written."""
    return f"{parse(url)} {database}"


def _plain(kept: Kept) -> dict[str, object]:
    users = {
        name: {"login": one.login, "secret": one.secret.get_secret_value(), "kind": one.kind}
        for name, one in kept.by_name.items()
    }
    return {"users": kept.users, "by_name": users}
