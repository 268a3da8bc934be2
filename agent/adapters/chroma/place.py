"""Where Chroma keeps it: a folder that one process owns for as long as it lives, or a server."""

import fcntl
import os
from pathlib import Path
from shutil import rmtree
from typing import IO, Any
from urllib.parse import urlsplit

from agent.errors import ConfigurationError, PrecedentsUnavailable

TIMEOUT = 5.0  # seconds a request to the server
TAKEN = "Stop that process first, or run `chroma run --path FOLDER` and set GATEHOUSE_CHROMA_URL, which serves several."


class Folder:
    """A folder of this machine, locked while it is in use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: IO[str] | None = None
        self._client: Any = None

    def __str__(self) -> str:
        return f"folder {self._path}"

    def open(self) -> Any:
        """The client. Raises PrecedentsUnavailable when another process owns the folder."""
        import chromadb

        self._lock = self._locked()
        try:
            self._client = chromadb.PersistentClient(path=str(self._path / "data"), settings=_settings())
        except BaseException:
            self.close()
            raise
        return self._client

    def wipe(self) -> None:
        """Remove what is there, also what cannot be opened. Raises PrecedentsUnavailable when another owns it."""
        with self._locked():
            rmtree(self._path / "data", ignore_errors=True)

    def _locked(self) -> IO[str]:
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (self._path / "owner.lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "another process"
            file.close()
            raise PrecedentsUnavailable(f"{owner} owns {self._path}.", remedy=TAKEN) from None
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}")
        file.flush()
        return file

    def close(self) -> None:
        """Close the files, then let the next process have it."""
        if self._client is not None:
            self._client.close()
        self._client = None
        if self._lock is not None:
            self._lock.close()
        self._lock = None


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


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False, allow_reset=False)
