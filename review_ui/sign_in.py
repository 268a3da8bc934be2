"""Signing in and out: login and password, or a single-use ticket of ours or Odoo's that only a button uses up."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from agent import commands
from agent.errors import NotSignedIn
from review_ui.auth import (
    Anybody,
    Posted,
    Visit,
    drop_session,
    form_token,
    local_path,
    nonce_of,
    offer_nonce,
    set_session,
)
from review_ui.desk import desk_of, is_fragment, page

router = APIRouter()


@router.get("/sign-in", response_class=HTMLResponse)
def show_sign_in(request: Request, visit: Anybody) -> Response:
    """The form; whoever is signed in already goes on."""
    there = local_path(request.query_params.get("next", "/"))
    return RedirectResponse(there, status_code=303) if visit else _form(request, there=there)


@router.post("/sign-in", response_class=HTMLResponse)
def sign_in(request: Request, visit: Anybody, form: Posted) -> Response:
    """Check login and password; a new session takes the place of an old one."""
    there, login = local_path(form.get("next", "/")), form.get("login", "")[:200]
    try:
        token, session = commands.sign_in(desk_of(request).app, login, form.get("password", "")[:1000])
    except NotSignedIn as refused:
        return _form(request, there=there, login=login, refused=refused, status=401)
    if is_fragment(request):
        return _welcome(request, page(request, "sign_in/_again.html", csrf=session.csrf), visit, token)
    return _welcome(request, RedirectResponse(there, status_code=303), visit, token)


@router.get("/sign-in/ticket/{ticket}", response_class=HTMLResponse)
def show_ticket(request: Request, ticket: str, _: Anybody) -> HTMLResponse:
    """A page with one button. Opening the link uses nothing up, so that a mail scanner cannot sign in with it."""
    return _form(request, there="/", ticket=ticket)


@router.post("/sign-in/ticket", response_class=HTMLResponse)
def use_ticket(request: Request, visit: Anybody, form: Posted) -> Response:
    """Use the ticket up."""
    try:
        token, _ = commands.sign_in_by_ticket(desk_of(request).app, form.get("ticket", "")[:200])
    except NotSignedIn as refused:
        return _form(request, there="/", refused=refused, status=401)
    return _welcome(request, RedirectResponse("/", status_code=303), visit, token)


@router.get("/sign-in/odoo", response_class=HTMLResponse)
def show_odoo_ticket(request: Request, _: Anybody) -> HTMLResponse:
    """A page with one button for a ticket that Odoo's menu gave. Opening it uses nothing up."""
    return _form(request, there="/", ticket=request.query_params.get("ticket", "")[:200], door="/sign-in/odoo")


@router.post("/sign-in/odoo", response_class=HTMLResponse)
def use_odoo_ticket(request: Request, visit: Anybody, form: Posted) -> Response:
    """Use up the ticket that Odoo's menu gave."""
    try:
        token, _ = commands.sign_in_by_odoo_ticket(desk_of(request).app, form.get("ticket", "")[:200])
    except NotSignedIn as refused:
        return _form(request, there="/", refused=refused, status=401)
    return _welcome(request, RedirectResponse("/", status_code=303), visit, token)


@router.post("/sign-out", response_class=HTMLResponse)
def sign_out(request: Request, visit: Anybody) -> Response:
    """End the session."""
    desk = desk_of(request)
    if visit is not None:
        with desk.app.work() as work:
            work.access.end_session(visit.session.id)
    response = RedirectResponse("/sign-in", status_code=303)
    drop_session(response, desk)
    return response


def _welcome(request: Request, response: Response, before: Visit | None, token: str) -> Response:
    """Give the browser its new session and end the one it had."""
    desk = desk_of(request)
    if before is not None:
        with desk.app.work() as work:
            work.access.end_session(before.session.id)
    set_session(response, desk, token)
    return response


def _form(
    request: Request,
    *,
    there: str,
    login: str = "",
    ticket: str = "",
    door: str = "/sign-in/ticket",
    refused: NotSignedIn | None = None,
    status: int = 200,
) -> HTMLResponse:
    desk, nonce = desk_of(request), nonce_of(request)
    visit: Visit | None = getattr(request.state, "visit", None)
    token = visit.csrf if visit else form_token(desk, nonce)
    template = "error/_notice.html" if is_fragment(request) else "sign_in/page.html"
    values: dict[str, Any] = {"there": there, "login": login, "ticket": ticket, "refused": refused, "form_csrf": token}
    values |= {"door": door, "by_odoo": desk.app.people is not None}
    if is_fragment(request) and refused is not None:
        values |= {"headline": refused.detail, "detail": "", "next_step": refused.next_step, "sign_in": token}
    response = page(request, template, status=status, **values)
    offer_nonce(request, response, desk, nonce)
    return response
