"""Backup and restore of a data folder on SQLite: one tar file, consistent, checked when it is read back."""

import io
import json
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from agent.access.model import Person
from agent.audit.model import BackupMade, BackupRestored
from agent.bootstrap import build
from agent.errors import ConfigurationError, InputError
from agent.kit.canonical import digest
from agent.settings import Settings

DATABASES = ("gatehouse.db", "sandbox.db")
KEY = "keys/master.key"
MANIFEST = "manifest.json"


def make_backup(settings: Settings, target: Path, by: Person) -> dict[str, Any]:
    """Write the backup; while the service runs is fine. The engine's file holds only work in flight and stays out:
    what is owed stands in the database. Raises ConfigurationError on PostgreSQL, InputError when `target` exists.
    """
    _sqlite_only(settings)
    if target.exists():
        raise InputError(f"{target} exists.", remedy="Name a file that does not exist yet.")
    app = build(settings)
    with tempfile.TemporaryDirectory() as scratch:
        files = {name: _snapshot(settings.home / name, Path(scratch) / name) for name in DATABASES}
        content = {name: path.read_bytes() for name, path in files.items() if path is not None}
    key = settings.home / KEY
    if key.exists():
        content[KEY] = key.read_bytes()
    manifest = {name: digest(data) for name, data in content.items()}
    with tarfile.open(target, "x") as tar:
        for name, data in {MANIFEST: json.dumps(manifest, indent=1).encode(), **content}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o600
            tar.addfile(member, io.BytesIO(data))
    target.chmod(0o600)
    whole = digest(target.read_bytes())
    with app.work() as work:
        work.audit.append([BackupMade(actor=by.login, digest=whole)], work.now)
    return {"file": str(target), "bytes": target.stat().st_size, "digest": whole, "files": sorted(content)}


def restore_backup(settings: Settings, source: Path, by: Person) -> dict[str, Any]:
    """Restore into an empty data folder; every file is checked against the manifest before the first is written.
    Raises ConfigurationError, InputError.
    """
    _sqlite_only(settings)
    if any((settings.home / name).exists() for name in (*DATABASES, KEY)):
        raise InputError(f"{settings.home} is not empty.", remedy="Move it away, or name another GATEHOUSE_HOME.")
    content = _read(source)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in content.items():
        path = settings.home / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(data)
    app = build(settings)
    with app.work() as work:
        event = BackupRestored(actor=by.login, digest=digest(source.read_bytes()))
        work.audit.append([event], work.now)
    return {"home": str(settings.home), "files": sorted(content)}


def _read(source: Path) -> dict[str, bytes]:
    try:
        with tarfile.open(source, "r:") as tar:
            found = {name: _member(tar, name) for name in (MANIFEST, *DATABASES, KEY)}
    except (OSError, tarfile.TarError) as error:
        raise InputError(f"{source} is not a backup: {error}.", remedy="Name a file that `backup` wrote.") from error
    manifest = found.pop(MANIFEST)
    if manifest is None:
        raise InputError(f"{source} has no manifest.", remedy="Name a file that `backup` wrote.")
    wanted: dict[str, str] = json.loads(manifest)
    content = {name: data for name, data in found.items() if data is not None}
    if damaged := sorted(name for name, expected in wanted.items() if digest(content.get(name, b"")) != expected):
        raise InputError(f"{source} is damaged: {', '.join(damaged)}.", remedy="Use another backup.")
    return {name: content[name] for name in wanted}


def _member(tar: tarfile.TarFile, name: str) -> bytes | None:
    try:
        file = tar.extractfile(name)
    except KeyError:
        return None
    return file.read() if file else None


def _snapshot(path: Path, target: Path) -> Path | None:
    """A consistent copy of a SQLite file, also while it is written."""
    if not path.exists():
        return None
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _sqlite_only(settings: Settings) -> None:
    if settings.database_url:
        raise ConfigurationError(
            "The state lies in PostgreSQL.", remedy="Use pg_dump and pg_restore, and keep a copy of the master key."
        )
