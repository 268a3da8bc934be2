"""Taking files in: mails and events from files and folders, a broken one never stopping the rest."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.cli import out
from agent.errors import InputError, StorageError, TooLarge
from agent.outbox.model import WorkItem
from agent.pipeline import App
from agent.receiving import Taken, receive_events, receive_mail, reject

SUFFIXES = frozenset({".eml", ".jsonl", ".json"})


@dataclass
class Tally:
    """What became of the inputs."""

    taken: list[Taken] = field(default_factory=list)
    rejected: list[tuple[str, str, str]] = field(default_factory=list)
    worked_off: int | None = None
    waiting: list[WorkItem] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "new": sum(item.new and not item.suppressed for item in self.taken),
            "known": sum(not item.new for item in self.taken),
            "suppressed": sum(bool(item.suppressed) for item in self.taken),
            "rejected": [{"input": name, "why": why, "next_step": step} for name, why, step in self.rejected],
            "cases": sorted({item.number for item in self.taken if item.number}),
            "worked_off": self.worked_off,
            "waiting": [{"work": f"{item.kind}:{item.key}", "why": item.last_error} for item in self.waiting],
        }

    def words(self) -> str:
        """For people."""
        found = self.document()
        lines = [
            f"{found['new']} new, {found['known']} known already, {found['suppressed']} auto-replies stored only, "
            f"{len(self.rejected)} rejected; {len(found['cases'])} cases."
        ]
        lines += [f"Rejected {name}: {why}\n  Next: {step}" for name, why, step in self.rejected]
        lines += [f"Not done yet: {item.kind}:{item.key}: {item.last_error}" for item in self.waiting]
        if self.worked_off is None and found["cases"]:
            lines.append("The service (gatehouse serve) works them off; or run again with --now.")
        return "\n".join(lines)


def take_in(app: App, paths: list[Path], *, quiet: bool) -> Tally:
    """Take in every input of these files and folders. A storage error stops it: what was taken in stays.

    Raises InputError for a path that is not there, StorageError.
    """
    tally = Tally()
    files = list(_files(paths))
    with out.bar("Taking in", len(files), quiet=quiet) as advance:
        for path in files:
            try:
                for name, kind, raw in _inputs(path):
                    _take(app, name, kind, raw, tally)
            except OSError as error:
                tally.rejected.append((path.name, f"It cannot be read: {error.strerror}.", "Check the file's rights."))
            advance()
    return tally


def _take(app: App, name: str, kind: str, raw: bytes, tally: Tally) -> None:
    try:
        tally.taken += [receive_mail(app, raw)] if kind == "mail" else receive_events(app, raw)
    except StorageError:
        raise
    except InputError as error:
        kept = reject(app, raw, name=name, kind=kind, error=error)
        then = f" Then: gatehouse jobs redrive {kept.digest[:12]}" if isinstance(error, TooLarge) else ""
        tally.rejected.append((name, kept.why, f"{kept.next_step}{then}"))


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(item for item in path.rglob("*") if item.is_file() and item.suffix.lower() in SUFFIXES)
        elif path.is_file():
            yield path
        else:
            raise InputError(f"There is no file or folder {path}.", remedy="Check the path.")


def _inputs(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """The inputs of a file: (name, kind, bytes). Lines of .jsonl are inputs of their own. Raises OSError."""
    if path.suffix.lower() == ".jsonl":
        with path.open("rb") as file:
            for number, text in enumerate(file, start=1):
                if text.strip():
                    yield f"{path.name} line {number}", "event", text.strip()
    else:
        yield path.name, "event" if path.suffix.lower() == ".json" else "mail", path.read_bytes()
