"""A small server on loopback that speaks the OpenAI chat API and behaves as a test tells it to."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.reader import ModelReader
from agent.intake.model import EventType
from agent.suggestions.reader import ExceptionInput, KnownLine, MailInput, MailText

KEY = "sk-very-secret-0123456789"
CLASSIFICATION = {
    "reason": "The supplier ships late.",
    "label": "supplier_delay",
    "label_percent": 80,
    "second_label": "stock_shortage",
    "second_percent": 15,
    "third_label": "none",
    "third_percent": 0,
    "severity": "high",
}
DATE = {
    "quote": "arrives on 14 January 2027",
    "stated_ref": "P00012",
    "order_line": "P00012/2",
    "kind": "eta",
    "date": "2027-01-14",
    "other_date": "",
}
ABOUT = {"quote": "80 pcs at 1.250 EUR", "stated_ref": "", "order_line": ""}
AMOUNT = {**ABOUT, "kind": "price", "number": 1.250, "unit": "EUR"}
PART = {**ABOUT, "kind": "eta", "number": 40, "unit": "pcs", "date": "2027-01-14", "other_date": ""}
STATE = {"quote": "Line 2 is cancelled", "stated_ref": "", "order_line": "P00012/2", "kind": "cancelled"}
READING = {
    "intent": "delay",
    "intent_percent": 90,
    "second_intent": "none",
    "second_percent": 0,
    "third_intent": "none",
    "third_percent": 0,
    "more_intents": [],
    "dates": [DATE],
    "amounts": [],
    "parts": [],
    "states": [],
    "words": [],
}
DRAFT = {"sentences": ["Order S00012 is short."]}


@dataclass
class Answer:
    """What the server sends: a status, a body, headers; perhaps late, perhaps in drops."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    before: float = 0
    drop: float = 0


@dataclass
class Asked:
    """One request as the server got it."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def way(self) -> str:
        form = self.body.get("response_format") or {}
        if form.get("type") == "json_object":
            return "json_object_with_schema" if "schema" in form else "json_object"
        return form.get("type") or ("function_calling" if "tools" in self.body else "prompt")


Behaviour = Callable[[Asked], Answer]


def says(content: str | None, *, finish: str = "stop", model: str = "scripted-1", **more: Any) -> Answer:
    """An ordinary chat completion."""
    message = {"role": "assistant", "content": content, **more.pop("message", {})}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    return Answer(
        {"id": "c1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice], "usage": usage}
        | more
    )


def calls(name: str, arguments: str) -> Answer:
    """A completion that calls a function."""
    call = {"id": "t1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return says(None, finish="tool_calls", message={"tool_calls": [call]})


def fails(status: int, message: str = "no", *, headers: dict[str, str] | None = None, **more: Any) -> Answer:
    """An error as OpenAI words it."""
    return Answer({"error": {"message": message, "type": "error", **more}}, status, headers or {})


def holds(answer: dict[str, Any], *ways: str, refusal: int = 400) -> Behaviour:
    """A server that can do these ways of structured output alone and refuses the others."""

    def behave(asked: Asked) -> Answer:
        if asked.way not in ways:
            return fails(refusal, f"{asked.way} is not supported")
        if asked.way == "function_calling":
            return calls(asked.body["tools"][0]["function"]["name"], json.dumps(answer))
        return says(json.dumps(answer))

    return behave


class ScriptedServer:
    """Plays the queued answers first, then behaves; `asked` keeps the chat requests."""

    def __init__(self, behave: Behaviour) -> None:
        self.behave = behave
        self.queue: deque[Answer | Behaviour] = deque()
        self.asked: list[Asked] = []
        self.models = ["scripted-1"]
        self.at_once = self.most_at_once = 0
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def ways(self) -> list[str]:
        return [asked.way for asked in self.asked]

    def close(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def answer(self, asked: Asked) -> Answer:
        if asked.path.endswith("/models"):
            return Answer({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})
        with self._lock:
            self.asked.append(asked)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            step = self.queue.popleft() if self.queue else self.behave
        try:
            answer = step(asked) if callable(step) else step
            self.stopping.wait(answer.before)
        finally:
            with self._lock:
                self.at_once -= 1
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                size = int(self.headers.get("content-length") or 0)
                body = json.loads(self.rfile.read(size) or b"{}")
                self._send(server.answer(Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)))

            do_GET = do_POST  # noqa: N815 - http.server's name

            def _send(self, answer: Answer) -> None:
                raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                try:
                    self.send_response(answer.status)
                    for name, value in {"content-type": "application/json", **answer.headers}.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(raw)))
                    self.end_headers()
                    for at in range(0, len(raw), 1 if answer.drop else len(raw) or 1):
                        self.wfile.write(raw[at : at + (1 if answer.drop else len(raw))])
                        if answer.drop and server.stopping.wait(answer.drop):
                            break
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

        return Handler


@contextmanager
def serving(behave: Behaviour) -> Iterator[ScriptedServer]:
    """A server for the length of a test."""
    server = ScriptedServer(behave)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def reading(server_url: str, **given: Any) -> Iterator[ModelReader]:
    """A reader of it that notes its waits in `waits` instead of waiting."""
    waits: list[float] = given.pop("waits", [])
    parts = {name: given.pop(name) for name in ("memory", "meter", "places", "pseudonyms") if name in given}
    endpoint = Endpoint(**{"base_url": server_url, "model": "scripted-1", "api_key": KEY, "timeout": 10} | given)
    reader = ModelReader(endpoint, wait=waits.append, **parts)
    try:
        yield reader
    finally:
        reader.close()


class Shelf(dict[str, str]):
    """A memory of dialects shared between readers."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


def an_exception(note: str = "The supplier ships two weeks late.", **given: Any) -> ExceptionInput:
    return ExceptionInput(
        **{"event_type": EventType.PURCHASE_DELAYED, "note": note, "figures": {"days_late": "14"}} | given
    )


def a_mail(body: str = "Line 2 of P00012 arrives on 14 January 2027.", **given: Any) -> MailInput:
    known = (KnownLine(po="P00012", line=2, product_code="B-200", product_name="Nut", unit="pcs"),)
    texts = (MailText(source="subject", text="P00012"), MailText(source="body", text=body))
    return MailInput(**{"texts": texts, "sent_on": "2026-11-20", "sender_country": "GB", "known_lines": known} | given)
