"""The desk as an ASGI application: every screen behind its door, one shield around all. Nothing happens at import."""

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from agent.access.model import Right
from agent.api.doors import Refusals, TokenDoor
from agent.api.events import PATH as EVENTS
from agent.api.events import events_router
from agent.api.health import health_router
from agent.api.hooks import hooks_router
from agent.errors import ConfigurationError
from agent.intake.hook import hook_token
from agent.pipeline import App
from agent.settings import Settings
from review_ui import approvals, audit, case, digest, errors, failed, queue, sign_in, status, trust
from review_ui.auth import Door, anybody, visit_of
from review_ui.desk import STATIC, Desk, desk_of
from review_ui.shield import Shield

SCREENS = (sign_in, queue, case, approvals, audit, status, trust, failed, digest)


def create_app(
    app: App,
    settings: Settings,
    healthy: Callable[[], tuple[str, ...]],
    lifespan: Callable[[FastAPI], Any] | None = None,
) -> FastAPI:
    """The desk over this app. `healthy` names the parts of the service that do not run.

    Raises ConfigurationError when a route names no door: what nobody opened stays shut.
    """
    desk = Desk(
        app=app,
        healthy=healthy,
        odoo_url=(settings.odoo_url or "").rstrip("/"),
        language=settings.language,
        secure=settings.desk_url.startswith("https://"),
    )
    made = FastAPI(title="Gatehouse", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    made.state.desk = desk
    refusals = Refusals()
    by_bearer = TokenDoor("POST /events", settings.api_token.get_secret_value(), refusals)
    by_path = TokenDoor("POST /hooks/odoo", hook_token(settings, app.master), refusals, in_path=True)
    routers = [events_router(app, by_bearer), hooks_router(app, by_path), *(screen.router for screen in SCREENS)]
    routers.append(health_router(app, healthy, refusals, anybody=anybody, may_see_metrics=_may_see_metrics))
    for router in routers:
        _must_name_doors(router)
        made.include_router(router)
    made.mount("/static", StaticFiles(directory=STATIC))
    errors.install(made)
    made.add_middleware(Shield, secure=desk.secure, own_limits={EVENTS: app.event_max_bytes * 2})
    return made


def doors(router: APIRouter) -> Iterator[tuple[APIRoute, Door | TokenDoor | None]]:
    """Every route with the door it names; None when it names none."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            named = [part.call for part in route.dependant.dependencies if isinstance(part.call, Door | TokenDoor)]
            yield route, named[0] if named else None


def _must_name_doors(router: APIRouter) -> None:
    if shut := [route.path for route, door in doors(router) if door is None]:
        raise ConfigurationError(
            f"These routes name no door: {', '.join(shut)}.", remedy="Give each a right or `anybody`."
        )


def _may_see_metrics(request: Request) -> bool:
    visit = visit_of(request, desk_of(request))
    return visit is not None and visit.person.may(Right.SEE_FAILED_WORK)
