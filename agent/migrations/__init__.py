"""The schema's versions, and how a database is brought to the newest one."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from agent.errors import WrongSchema
from agent.kit.db import Database

FOLDER = Path(__file__).parent
KEPT_COPIES = 5


def upgrade(db: Database) -> list[str]:
    """Bring the database to this version's schema; a SQLite file is copied first. Answers the steps that were taken."""
    from alembic import command

    with _alembic(db) as (config, connection):
        before = _present(connection)
        steps = _missing(config, before)
        if not steps:
            return []
        if db.is_sqlite and before is not None and db.url.database:
            _copy(Path(db.url.database), before)
        command.upgrade(config, "head")
    return steps


def check(db: Database) -> None:
    """Raises WrongSchema unless the database has exactly this version's schema."""
    with _alembic(db) as (config, connection):
        present, newest = _present(connection), _newest(config)
    if present != newest:
        raise WrongSchema(f"It has {present or 'no schema'}; this version needs {newest}.")


@contextmanager
def _alembic(db: Database) -> Generator[tuple[Any, Connection]]:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with db.write() as connection:
        config.attributes["connection"] = connection
        yield config, connection


def _present(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _newest(config: Any) -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config).get_current_head()


def _missing(config: Any, present: str | None) -> list[str]:
    from alembic.script import ScriptDirectory
    from alembic.script.revision import RevisionError
    from alembic.util import CommandError

    try:
        scripts = ScriptDirectory.from_config(config).iterate_revisions("head", present or "base")
        return [f"{script.revision}: {script.doc}" for script in scripts][::-1]
    except (CommandError, RevisionError) as error:
        raise WrongSchema(
            f"It was written by another version ({present}).", remedy="Install that version, or restore a backup."
        ) from error


def _copy(path: Path, version: str) -> None:
    """A consistent copy beside the file, before it is changed; the newest KEPT_COPIES are kept."""
    folder = path.parent / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"before-{version}-{path.stat().st_mtime_ns}.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    for old in sorted(folder.glob("before-*.db"), key=lambda item: item.stat().st_mtime)[:-KEPT_COPIES]:
        old.unlink()
