"""Commands that read one mail or classify one note and keep nothing: read-mail, classify."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent.cli import out, start
from agent.errors import GatehouseError, InputError

if TYPE_CHECKING:
    from agent.evidence.model import OdooReader
    from agent.intake.model import Mail
    from agent.reporting.one_shot import Asked
    from agent.suggestions.reader import ExceptionInput

STDIN = "-"
BATCH = 128  # items that are read in one go
AsLines = Annotated[bool, typer.Option("--json", help="Print one JSON object a line, for machines.")]
NoOdoo = Annotated[bool, typer.Option("--no-odoo", help="Do not ask the configured Odoo.")]
WANTED = (
    "Give a mail saved as .eml, an event as JSON (CloudEvents), an object with note and figures as JSON, one of these "
    "a line as .jsonl, or plain text."
)


def read_mail(
    files: Annotated[list[Path], typer.Argument(help="Mails saved as .eml (a .txt is read as a body); - reads one.")],
    no_odoo: NoOdoo = False,
    as_json: AsLines = False,
) -> None:
    """Read supplier mails into facts with their quotes and say how each would be routed. Keeps and changes nothing.

    Asks the configured Odoo for the orders when there is one, and the configured model. Exit code 1 when a file
    could not be read; the others are read all the same.
    """
    desk = _Desk(no_odoo=no_odoo)
    _each([str(path) for path in files], lambda name: [desk.mail(name)], _mail_lines, as_json=as_json)


def classify(
    file: Annotated[str, typer.Argument(help="An event or note (JSON, .jsonl), a mail (.eml) or text; - reads stdin.")],
    no_odoo: NoOdoo = False,
    as_json: AsLines = False,
) -> None:
    """Say what kind of order exception an event or a text reports, with the next step. Keeps and changes nothing.

    Of a file with several items each is answered in its order. Exit code 1 when one could not be read.
    """
    desk = _Desk(no_odoo=no_odoo)
    _each([file], desk.exceptions, _label_lines, as_json=as_json)


def _each(
    names: Sequence[str],
    answer: Callable[[str], Iterable[dict[str, Any]]],
    words: Callable[[dict[str, Any]], list[str]],
    *,
    as_json: bool,
) -> None:
    """Answer every file in its order, a broken one never stopping the rest."""
    broken = False
    quiet = as_json or len(names) == 1 or sys.stdout.isatty()
    with out.bar("Reading", len(names), quiet=quiet) if not quiet else nullcontext(lambda: None) as advance:
        for name in names:
            try:
                documents = [{"file": name} | document for document in answer(name)]
            except GatehouseError as error:
                documents = [{"file": name} | _broken(error)]
            for document in documents:
                broken |= "error" in document
                out.record(document) if as_json else out.line("\n".join(_said(document, words)))
            advance()
    if broken:
        raise typer.Exit(1)


def _broken(error: GatehouseError) -> dict[str, Any]:
    return {"error": type(error).__name__, "message": str(error), "next_step": error.next_step}


def _said(document: dict[str, Any], words: Callable[[dict[str, Any]], list[str]]) -> list[str]:
    if "error" in document:
        return [f"{document['file']}: {document['message']}", f"  Next: {document['next_step']}"]
    return words(document)


class _Desk:
    """What is needed to answer, made once: readers, Odoo when one is configured, the policy, the present moment."""

    def __init__(self, *, no_odoo: bool) -> None:
        from agent.bootstrap import embedded_reader, model_reader, odoo_ports, policies_of
        from agent.kit.clock import utc_now
        from agent.routing.model import Policy
        from agent.suggestions.service import Readers

        settings = start.settings()
        self._readers: Readers = Readers(embedded=embedded_reader(), model=model_reader(settings))
        self._odoo: OdooReader | None = odoo_ports(settings, utc_now) if settings.odoo_url and not no_odoo else None
        self._policy: Policy = policies_of(settings).routing
        self._now: datetime = utc_now()
        self._event_max = settings.event_max_mb * 1024 * 1024

    def mail(self, name: str) -> dict[str, Any]:
        """The document of one mail. Raises InputError for bytes that are none."""
        from agent.reporting.one_shot import read_mail

        return read_mail(_mail(name, _bytes(name)), self._readers, self._odoo, self._policy, self._now)

    def exceptions(self, name: str) -> Iterator[dict[str, Any]]:
        """The document of each item of a file; an item that cannot be read gives its error. Raises InputError."""
        raw = _bytes(name)
        text = raw.decode("utf-8", "replace").lstrip("\ufeff")
        if not text.strip():
            raise InputError("It is empty.", remedy=WANTED)
        if name.endswith(".jsonl") or _is_lines(text):
            rows = [(number, row) for number, row in enumerate(text.splitlines(), start=1) if row.strip()]
            for first in range(0, len(rows), BATCH):
                yield from self._lines(rows[first : first + BATCH])
        elif text.lstrip()[0] in "[{":
            yield from self._answers(self._of_json(raw))
        else:
            yield from self._answers([_of_words(_words(name, raw, text), self._now)])

    def _lines(self, rows: list[tuple[int, str]]) -> Iterator[dict[str, Any]]:
        """The documents of some lines, read in one go; a line that cannot be read gives its error."""
        made = [(number, self._guarded(row.encode())) for number, row in rows]
        answers = self._answers([item for _, item in made if not isinstance(item, dict)])
        for number, item in made:
            yield {"line": number} | (item if isinstance(item, dict) else next(answers))

    def _answers(self, items: "list[Asked]") -> Iterator[dict[str, Any]]:
        from agent.reporting.one_shot import classify

        return classify(items, self._readers, self._policy, self._now)

    def _guarded(self, row: bytes) -> "Asked | dict[str, Any]":
        try:
            return self._of_json(row)[0]
        except GatehouseError as error:
            return _broken(error)

    def _of_json(self, raw: bytes) -> "list[Asked]":
        from agent.intake.events import parse_events
        from agent.reporting.one_shot import of_event

        note = _note(raw)
        if note is not None:
            return [_of_words(note, self._now)]
        events = parse_events(raw, max_bytes=self._event_max)
        return [of_event(event, self._odoo, self._now) for event in events]


def _of_words(asked: "ExceptionInput", now: "datetime") -> "Asked":
    from agent.reporting.one_shot import of_words

    return of_words(asked, now)


def _bytes(name: str) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror}.", remedy="Check the path.") from error


def _mail(name: str, raw: bytes) -> "Mail":
    from agent.intake.mail import parse_mail

    if name.lower().endswith(".txt"):
        raw = b"Content-Type: text/plain; charset=utf-8\nSubject:\n\n" + raw
    return parse_mail(raw, max_bytes=start.settings().mail_max_mb * 1024 * 1024)


def _words(name: str, raw: bytes, text: str) -> "ExceptionInput":
    """Free text as what a reader is asked: a mail's subject and newest text, else the whole."""
    from agent.errors import BadMail
    from agent.suggestions.reader import ExceptionInput

    if not name.lower().endswith(".txt"):
        try:
            mail = _mail(name, raw)
        except BadMail:
            if name.lower().endswith(".eml"):
                raise
        else:
            text = "\n\n".join(part for part in (mail.subject, mail.body) if part)
    return ExceptionInput(event_type=None, note=text[:20_000])


def _note(raw: bytes) -> "ExceptionInput | None":
    """The object as a note with figures; None when it is something else, such as an event."""
    from pydantic import ValidationError

    from agent.suggestions.reader import ExceptionInput

    try:
        document: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"It is not JSON: {error}.", remedy=WANTED) from error
    if not isinstance(document, dict) or "note" not in document or "specversion" in document:
        return None
    given: dict[str, Any] = {"event_type": document.get("event_type"), "note": document["note"]}
    figures: Any = document.get("figures") or {}
    try:
        plain = {str(key): str(value) for key, value in figures.items()}
        return ExceptionInput(**given, figures=plain)
    except (ValidationError, AttributeError) as error:
        detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else "figures is no object"
        raise InputError(f"The note cannot be read: {detail}.", remedy=WANTED) from error


def _is_lines(text: str) -> bool:
    """Whether the text is one JSON object a line."""
    rows = [row for row in text.splitlines() if row.strip()]
    return len(rows) > 1 and all(row.lstrip().startswith("{") and row.rstrip().endswith("}") for row in rows)


def _mail_lines(document: dict[str, Any]) -> list[str]:
    intents = ", ".join(one.replace("_", " ") for one in document["intents"])
    lines = [f"{document['file']}: {intents}", f"  {document['summary']}"]
    for fact in document["facts"]:
        about = " ".join(part for part in (fact["po"] or "", f"line {fact['line']}" if fact["line"] else "") if part)
        unsure = f" (or {', '.join(fact['alternatives'])})" if fact["ambiguous"] else ""
        lines.append(f'  {fact["field"]:<10} {fact["value"]}{unsure}  {about}  "{fact["quote"]}" ({fact["source"]})')
    return [*lines, *_route_lines(document)]


def _label_lines(document: dict[str, Any]) -> list[str]:
    scores = ", ".join(f"{one['label'].replace('_', ' ')} {one['probability']:.2f}" for one in document["scores"])
    where = document["file"] + (f" line {document['line']}" if "line" in document else "")
    step = str(document["next_step"]).replace("_", " ")
    return [
        f"{where}: {scores}",
        f"  {document['severity']}, {document['team']}: {step}. {document['summary']}",
        *_route_lines(document),
    ]


def _route_lines(document: dict[str, Any]) -> list[str]:
    return [f"  route: {document['route']}", *(f"    {reason}" for reason in document["reasons"])]
