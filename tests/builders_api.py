"""The doors of machines to test: the real application over a real database, with its tokens."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from agent.pipeline import App
from agent.settings import Settings
from review_ui.main import create_app
from tests.builders_engine import an_app

TOKEN = "a-token-of-the-integrator"
HOOK = "a-token-of-odoo"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def an_event(number: int | str = 1, **given: Any) -> dict[str, Any]:
    """An event as another system sends it."""
    data = {"order": f"S{str(number).zfill(5)}", "note": "The customer wants more.", **given.pop("data", {})}
    return {
        "specversion": "1.0", "id": str(number), "source": "/shop", "type": "order.changed",
        "time": "2026-11-23T10:00:00Z", "data": data, **given,
    }  # fmt: skip


@contextmanager
def doors(url: str, home: Path, *, token: str = TOKEN, **changes: Any) -> Iterator[tuple[App, TestClient]]:
    """The app and a client that carries the bearer token."""
    app = an_app(url, home, **changes)
    settings = Settings(home=home, api_token=token, hook_token=HOOK, _env_file=None)
    with TestClient(create_app(app, settings, tuple), headers=BEARER, raise_server_exceptions=False) as client:
        yield app, client
    app.db.close()


def posted(client: TestClient, document: object, **headers: str) -> Any:
    """POST this document as JSON."""
    kind = {"Content-Type": "application/cloudevents+json"}
    return client.post("/events", content=json.dumps(document), headers={**kind, **headers})
