"""A small file of remembered facts that may be lost: found out once, remembered across processes."""

import json
import os
import tempfile
import threading
from pathlib import Path


class Notebook:
    """Text by key in one JSON file; written whole and at once, so that a reader never sees half of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def get(self, key: str) -> str | None:
        """What is remembered under the key."""
        return self._read().get(key)

    def set(self, key: str, value: str) -> None:
        """Remember; of two processes that write at once, one note may be lost and is found out again."""
        with self._lock:
            noted = {**self._read(), key: value}
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._path.name)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(noted, file)
            Path(name).replace(self._path)

    def _read(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
