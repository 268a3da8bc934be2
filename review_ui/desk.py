"""The desk itself: the application it shows, its templates, and how a page is made from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.access.model import Person, Right
from agent.pipeline import App
from review_ui.speech import Speech

HERE = Path(__file__).parent
STATIC = HERE / "static"


@dataclass(frozen=True)
class Desk:
    """What every page needs. One a process, kept in the application's state."""

    app: App
    healthy: Callable[[], tuple[str, ...]]
    odoo_url: str = ""
    language: str = "en"
    secure: bool = False
    environments: dict[str, Environment] = field(default_factory=dict)

    def speech(self, person: Person | None) -> Speech:
        """The language and zone of this person; the site's before sign-in."""
        language, zone = (person.language, person.zone) if person else (self.language, self.app.zone)
        return Speech(language, zone, self.app.clock())

    def environment(self, say: Speech) -> Environment:
        """The templates in this language, compiled once."""
        found = self.environments.get(say.language)
        if found is None:
            found = self.environments[say.language] = _environment(say)
        return found


def desk_of(request: Request) -> Desk:
    """The desk that answers this request."""
    found = request.app.state.desk
    assert isinstance(found, Desk)
    return found


def is_fragment(request: Request) -> bool:
    """True when HTMX asks for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """A page (or fragment) from a template. The visitor, when there is one, is on the request."""
    desk, visit = desk_of(request), getattr(request.state, "visit", None)
    person: Person | None = visit.person if visit else None
    say = desk.speech(person)
    known = {
        "say": say,
        "me": person,
        "csrf": visit.csrf if visit else "",
        "Right": Right,
        "path": request.url.path,
        "odoo_url": desk.odoo_url,
        "asset": asset,
    }
    text = desk.environment(say).get_template(template).render({**known, **values})
    return HTMLResponse(text, status_code=status, headers={"Vary": "HX-Request", **(headers or {})})


@lru_cache(maxsize=16)
def asset(name: str) -> str:
    """The address of a static file, with its digest, so that it may be cached for ever."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _environment(say: Speech) -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.loopcontrols"],
    )
    made.install_gettext_callables(say.gettext, say.ngettext, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue] - added by the extension
    return made
