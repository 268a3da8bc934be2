"""A loopback server that speaks just enough of Odoo's JSON-RPC to fail in the ways that a real one does."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


def result(handler: BaseHTTPRequestHandler, value: object) -> None:
    send(handler, 200, json.dumps({"jsonrpc": "2.0", "id": 1, "result": value}), "application/json")


def send(handler: BaseHTTPRequestHandler, code: int, body: str, kind: str = "text/html", **headers: str) -> None:
    raw = body.encode()
    handler.send_response(code)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(raw)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(raw)


def refusing(name: str, message: str) -> Answer:
    """Answers a call of a model as Odoo does when this exception is raised."""

    def answer(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        data = {"name": name, "message": message, "debug": "Traceback", "arguments": [message], "context": {}}
        error = {"code": 200, "message": "Odoo Server Error", "data": data}
        send(handler, 200, json.dumps({"jsonrpc": "2.0", "id": 1, "error": error}), "application/json")

    return answer


def by_method(**answers: Any) -> Answer:
    """Answers each method of any model with its own value, or its own answer."""

    def answer(handler: BaseHTTPRequestHandler, params: dict[str, Any]) -> None:
        found = answers[params["args"][4]]
        if callable(found):
            found(handler, params)
        else:
            result(handler, found)

    return answer


@contextmanager
def an_odoo(on_call: Answer, *, on_login: Answer | None = None, on_hello: Answer | None = None) -> Iterator[str]:
    """The address of a server that greets and signs in as Odoo does, then answers calls with `on_call`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            params = asked["params"]
            if self.path.endswith("version_info"):
                (on_hello or (lambda h, _: result(h, {"server_version": "18.0"})))(self, params)
            elif params["service"] == "common":
                (on_login or (lambda h, _: result(h, 2)))(self, params)
            elif params["args"][4] == "context_get":
                result(self, {"lang": "en_US", "tz": "UTC"})
            else:
                on_call(self, params)

        def log_message(self, *_: object) -> None:
            """Nothing on the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
