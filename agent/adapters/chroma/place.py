"""Where Chroma keeps it: a folder that one process owns for as long as it lives, or a server."""

import fcntl
import os
import threading
from pathlib import Path
from shutil import rmtree
from typing import Any
from urllib.parse import urlsplit

from agent.errors import ConfigurationError, PrecedentsUnavailable

TIMEOUT = 5.0  # seconds a request to the server
TAKEN = "Stop that process first, or run `chroma run --path FOLDER` and set GATEHOUSE_CHROMA_URL, which serves several."


class _Held:
    """Folders that this process owns: everything in one process shares the lock, and the last to close releases it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[Path, tuple[int, int]] = {}  # descriptor, users

    def take(self, folder: Path) -> None:
        """Own it, or own it once more. Raises PrecedentsUnavailable when another process does."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._lock:
            handle, users = self._known.get(folder) or (_locked(folder), 0)
            self._known[folder] = (handle, users + 1)

    def release(self, folder: Path) -> None:
        """Let go once."""
        with self._lock:
            handle, users = self._known.pop(folder)
            if users > 1:
                self._known[folder] = (handle, users - 1)
            else:
                os.close(handle)


HELD = _Held()


class Folder:
    """A folder of this machine that one process owns while it is in use."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._client: Any = None

    def __str__(self) -> str:
        return f"folder {self._path}"

    def open(self) -> Any:
        """The client. Raises PrecedentsUnavailable when another process owns the folder."""
        import chromadb

        HELD.take(self._path)
        try:
            self._client = chromadb.PersistentClient(path=str(self._path / "data"), settings=_settings())
        except BaseException:
            HELD.release(self._path)
            raise
        return self._client

    def wipe(self) -> None:
        """Remove what is there, also what cannot be opened. Raises PrecedentsUnavailable when another owns it."""
        HELD.take(self._path)
        rmtree(self._path / "data", ignore_errors=True)
        HELD.release(self._path)

    def close(self) -> None:
        """Close the files, then let the next process have it."""
        if self._client is not None:
            self._client.close()
            self._client = None
            HELD.release(self._path)


class Server:
    """A Chroma server by its address."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError("GATEHOUSE_CHROMA_URL is not an http or https address.")
        if parts.username or parts.password or parts.query or parts.fragment or parts.path not in {"", "/"}:
            raise ConfigurationError(
                "GATEHOUSE_CHROMA_URL carries more than scheme, host and port.",
                remedy="Give the address alone, such as http://chroma:8000.",
            )
        self._host, self._ssl = parts.hostname, parts.scheme == "https"
        self._port = parts.port or (443 if self._ssl else 80)
        self._client: Any = None

    def __str__(self) -> str:
        return f"server {self._host}:{self._port}"

    def open(self) -> Any:
        """The client. Raises what Chroma raises when the server does not answer."""
        import chromadb
        import httpx

        # The client's first question has no time-out of its own: ask with one first whether anybody is there.
        scheme = "https" if self._ssl else "http"
        host = f"[{self._host}]" if ":" in self._host else self._host
        httpx.get(f"{scheme}://{host}:{self._port}/api/v2/heartbeat", timeout=TIMEOUT, trust_env=False)
        client = chromadb.HttpClient(host=self._host, port=self._port, ssl=self._ssl, settings=_settings())
        self._client = client
        for session in self._sessions():
            session.timeout = httpx.Timeout(TIMEOUT)  # Chroma sets none, and a silent server would hold a case up
        return client

    def _sessions(self) -> list[Any]:
        """The client's HTTP sessions, which it neither bounds nor closes itself."""
        clients = (self._client, getattr(self._client, "_admin_client", None))
        found = [getattr(getattr(client, "_server", None), "_session", None) for client in clients]
        return [session for session in found if session is not None]

    def wipe(self) -> None:
        """Nothing can be removed on a server that does not answer. Raises what `open` raises."""
        self.open()

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            sessions = self._sessions()
            self._client.close()
            for session in sessions:
                session.close()
        self._client = None


def _locked(folder: Path) -> int:
    """The lock file, locked until this process ends or closes it. Raises PrecedentsUnavailable when it is not free."""
    handle = os.open(folder / "owner.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.read(handle, 100).decode("utf-8", "replace").strip() or "another process"
        os.close(handle)
        raise PrecedentsUnavailable(f"{owner} owns {folder}.", remedy=TAKEN) from None
    os.ftruncate(handle, 0)
    os.write(handle, f"process {os.getpid()}".encode())
    return handle


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, allow_reset=False)
