"""Errors at the border: the tree of `agent.errors` becomes statuses and pages here and nowhere else."""

from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from agent import errors
from agent.errors import GatehouseError
from agent.locale import mark as N_  # noqa: N812 - the customary name that text extraction looks for
from review_ui.auth import SAFE_METHODS, form_token, nonce_of, offer_nonce, visit_of
from review_ui.desk import desk_of, is_fragment, page
from review_ui.shield import HEADERS

STATUS: dict[type[GatehouseError], int] = {
    errors.InputError: 400,
    errors.TooLarge: 413,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.IllegalTransition: 409,
    errors.StorageBusy: 503,
    errors.StorageUnavailable: 503,
    errors.StorageFull: 507,
    errors.AccessError: 403,
    errors.NotSignedIn: 401,
    errors.Halted: 409,
    errors.OdooUnavailable: 503,
    errors.ActionRefused: 409,
    errors.ModelUnavailable: 503,
    GatehouseError: 500,
}
SERVER_FAULT = 500
UNAUTHORISED = 401
STOP_ASKING = 286  # HTMX asks no more for the live counts, so that nothing disturbs who signs in again
HIDDEN = frozenset({"csrf", "password", "ticket"})
_log = structlog.get_logger(__name__)


def status_of(error: GatehouseError) -> int:
    """The HTTP status of an error: its own, or that of its nearest ancestor."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(fastapi: FastAPI) -> None:
    """Let every error of the product, of the framework and every accident end in a page that says what to do."""
    fastapi.add_exception_handler(GatehouseError, _ours)
    fastapi.add_exception_handler(HTTPException, _framework)
    fastapi.add_exception_handler(RequestValidationError, _framework)
    fastapi.add_exception_handler(Exception, _accident)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, GatehouseError)
    if isinstance(error, errors.NotSignedIn) and not error.detail:
        return _to_sign_in(request)
    status = status_of(error)
    if status >= SERVER_FAULT:
        _log.error("request_failed", path=request.url.path, error=type(error).__name__, detail=error.detail)
    inside = isinstance(error, errors.StorageError)  # addresses and file names are for the log
    detail = "" if inside else error.detail
    return _shown(request, status, headline=error.headline, detail=detail, next_step=error.next_step)


def _framework(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    headline, next_step = {
        404: (N_("There is no such page."), N_("Check the address, or go back to the queue.")),
        405: (N_("This page cannot be used that way."), N_("Go back to the queue and start from there.")),
    }.get(status, (N_("The desk cannot read what was sent."), N_("Nothing was saved. Reload the page and try again.")))
    _look_who_it_is(request)
    return _shown(request, status, headline=headline, detail="", next_step=next_step)


def _look_who_it_is(request: Request) -> None:
    """No door was passed on the way here; the page is still for whoever is signed in, in their language."""
    try:
        request.state.visit = visit_of(request, desk_of(request))
    except GatehouseError as error:
        _log.warning("visitor_unknown", path=request.url.path, error=str(error))


def _accident(request: Request, error: Exception) -> Response:
    reference = uuid4().hex[:8]
    _log.error("request_crashed", path=request.url.path, reference=reference, exc_info=error)
    response = _shown(
        request,
        SERVER_FAULT,
        headline=N_("Something went wrong here; nothing was saved."),
        detail=f"Reference {reference}.",
        next_step=N_("Try again; if it comes back, tell an administrator the reference."),
    )
    response.headers.update({**HEADERS, "Cache-Control": "no-store"})  # this answer is made outside the shield
    return response


def _to_sign_in(request: Request) -> Response:
    """To the sign-in page; what was typed into a form stays where it is, or is shown again."""
    if request.method in SAFE_METHODS and not is_fragment(request):
        from urllib.parse import quote

        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?next={quote(there, safe='/')}", status_code=303)
    desk, nonce = desk_of(request), nonce_of(request)
    response = _shown(
        request,
        STOP_ASKING if request.url.path == "/live" else UNAUTHORISED,
        headline=N_("Your session has ended."),
        detail="",
        next_step=N_("Sign in again; what you typed is kept."),
        sign_in=form_token(desk, nonce),
    )
    offer_nonce(request, response, desk, nonce)
    return response


def _shown(request: Request, status: int, **values: Any) -> HTMLResponse:
    """The error as a page, or inside the page that asked, which keeps all that was typed."""
    shown: dict[str, Any] = {"sign_in": "", **values}
    if is_fragment(request):
        headers = {"HX-Retarget": "#notice", "HX-Reselect": "#notice-body", "HX-Reswap": "innerHTML show:window:top"}
        return page(request, "error/_notice.html", status=status, headers=headers, **shown)
    form: dict[str, str] = getattr(request.state, "form", {})
    typed = {name: text for name, text in form.items() if name not in HIDDEN and text.strip()}
    return page(request, "error/page.html", status=status, typed=typed, **shown)
