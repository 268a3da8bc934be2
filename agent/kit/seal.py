"""Sealed text: personal words are stored encrypted under a key of their thread, which can be thrown away.

ChaCha20-Poly1305; each thread's key is itself sealed under the installation's master key. A sealed
value names its key, so that it can be opened without knowing the thread.
"""

import os
import zlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import Column, Connection, LargeBinary, String, Table, select

from agent.errors import ConfigurationError, Sealed
from agent.kit.db import Moment, insert_all_once, insert_once, metadata
from agent.kit.ids import new_id

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
HEADER_BYTES = len(VERSION) + 16 + NONCE_BYTES

thread_key = Table(
    "thread_key",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("thread", String(300), nullable=False, unique=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
)


def master_key(folder: Path) -> bytes:
    """The installation's key from `folder/master.key`; made at the first call, readable by its owner alone.

    Raises ConfigurationError when the file is there but is not a key.
    """
    path = folder / "master.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return read_key(path)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = os.urandom(KEY_BYTES)
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def read_key(path: Path) -> bytes:
    """The key in a file. Raises ConfigurationError when it cannot be read or is none."""
    try:
        return parse_key(path.read_text(encoding="ascii").strip(), str(path))
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read as a key.", remedy="Restore the key file of this installation from its backup."
        ) from error


def holds_sealed(connection: Connection) -> bool:
    """Whether anything was sealed in this database before."""
    return connection.execute(select(thread_key.c.id).limit(1)).first() is not None


def check_key(connection: Connection, master: bytes) -> None:
    """Raises Sealed when what this database holds was sealed with another master key."""
    row = connection.execute(select(thread_key.c.id, thread_key.c.wrapped).limit(1)).first()
    if row is not None:
        unwrap(ChaCha20Poly1305(master), row.id, row.wrapped)


def unwrap(master: ChaCha20Poly1305, key_id: str, wrapped: bytes) -> bytes:
    """A thread's key. Raises Sealed for another master key."""
    try:
        return master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], key_id.encode())
    except InvalidTag as error:
        raise Sealed("The master key is not the one that this database was sealed with.") from error


def parse_key(text: str, where: str) -> bytes:
    """64 hexadecimal digits as a key. Raises ConfigurationError naming `where`."""
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigurationError(f"{where} does not hold a key of 64 hexadecimal digits.")
    return key


class Vault:
    """Seals and opens text inside one transaction; thread keys are read once per transaction."""

    def __init__(self, connection: Connection, master: bytes, now: datetime) -> None:
        self._db = connection
        self._master = ChaCha20Poly1305(master)
        self._now = now
        self._by_id: dict[str, ChaCha20Poly1305] = {}
        self._by_thread: dict[str, str] = {}

    def prepare(self, threads: Iterable[str]) -> None:
        """Have the keys of these threads at hand, with a few queries for all of them, so that sealing asks no more."""
        wanted = sorted(set(threads) - self._by_thread.keys())
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            self._recall(part)
            if fresh := [self._fresh_key(thread) for thread in part if thread not in self._by_thread]:
                insert_all_once(self._db, thread_key, fresh, key=["thread"])
                self._recall([thread for thread in part if thread not in self._by_thread])

    def seal(self, thread: str, text: str) -> bytes:
        """The text, sealed under the key of its thread (made when it is the thread's first)."""
        key_id = self._key_of(thread)
        nonce = os.urandom(NONCE_BYTES)
        packed = zlib.compress(text.encode("utf-8", "surrogatepass"), level=1)
        return VERSION + UUID(key_id).bytes + nonce + self._by_id[key_id].encrypt(nonce, packed, key_id.encode())

    def open(self, sealed: bytes) -> str:
        """The text of a sealed value. Raises Sealed when its key is gone or is another installation's."""
        return self.open_many([sealed])[0]

    def open_many(self, sealed: Iterable[bytes]) -> list[str]:
        """The texts of many sealed values, with one query for all their keys."""
        values = [bytes(value) for value in sealed]
        self._load({self._key_id(value) for value in values} - self._by_id.keys())
        return [self._open_one(value) for value in values]

    def _open_one(self, value: bytes) -> str:
        key_id = self._key_id(value)
        if key_id not in self._by_id:
            raise Sealed("Its key has been erased.", remedy="Nothing to do: the text was erased on purpose.")
        nonce = value[HEADER_BYTES - NONCE_BYTES : HEADER_BYTES]
        packed = self._by_id[key_id].decrypt(nonce, value[HEADER_BYTES:], key_id.encode())
        return zlib.decompress(packed).decode("utf-8", "surrogatepass")

    @staticmethod
    def _key_id(value: bytes) -> str:
        if value[:1] != VERSION:
            raise Sealed(f"It was sealed by a version that this one does not know ({value[:1]!r}).")
        return str(UUID(bytes=value[1:17]))

    def _key_of(self, thread: str) -> str:
        if thread in self._by_thread:
            return self._by_thread[thread]
        row = self._db.execute(
            select(thread_key.c.id, thread_key.c.wrapped).where(thread_key.c.thread == thread)
        ).first()
        if row is None:
            insert_once(self._db, thread_key, self._fresh_key(thread), key=["thread"])
            return self._key_of(thread)
        self._remember(row.id, row.wrapped)
        self._by_thread[thread] = row.id
        return row.id

    def _fresh_key(self, thread: str) -> dict[str, object]:
        key_id, nonce = new_id(), os.urandom(NONCE_BYTES)
        wrapped = nonce + self._master.encrypt(nonce, os.urandom(KEY_BYTES), key_id.encode())
        return {"id": key_id, "thread": thread, "wrapped": wrapped, "made_at": self._now}

    def _recall(self, threads: list[str]) -> None:
        query = select(thread_key.c.id, thread_key.c.thread, thread_key.c.wrapped)
        for row in self._db.execute(query.where(thread_key.c.thread.in_(threads))):
            self._remember(row.id, row.wrapped)
            self._by_thread[row.thread] = row.id

    def _load(self, missing: set[str]) -> None:
        wanted = sorted(missing)
        for start in range(0, len(wanted), 500):
            part = wanted[start : start + 500]
            for row in self._db.execute(select(thread_key.c.id, thread_key.c.wrapped).where(thread_key.c.id.in_(part))):
                self._remember(row.id, row.wrapped)

    def _remember(self, key_id: str, wrapped: bytes) -> None:
        self._by_id[key_id] = ChaCha20Poly1305(unwrap(self._master, key_id, wrapped))
