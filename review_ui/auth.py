"""Who is at the desk, and the one door of every route: the right it needs, the session, and the CSRF token.

Every route names a door, `needs(right)` or `anybody`; `main` refuses to start with a route that names none.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from agent import commands
from agent.access.model import Person, Right, Session
from agent.access.store import ABSOLUTE
from agent.errors import AccessError, NotSignedIn
from review_ui.desk import Desk, desk_of

FORM_FIELDS = 2000
TOUCH_AFTER = timedelta(minutes=5)
SAFE_METHODS = frozenset({"GET", "HEAD"})
Form = Mapping[str, str]


class ForgedForm(AccessError):
    """The form was not sent by this desk, or it is too old."""

    remedy = "Nothing was changed. Reload the page and send it again."


@dataclass(frozen=True)
class Visit:
    """A signed-in person and their session."""

    person: Person
    session: Session

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        return self.session.csrf


async def read_form(request: Request) -> Form:
    """The fields of a posted form, first values only. Files are refused: the desk takes none."""
    if request.method in SAFE_METHODS:
        return {}
    form = await request.form(max_files=0, max_fields=FORM_FIELDS)
    fields = {name: value for name, value in reversed(form.multi_items()) if not isinstance(value, UploadFile)}
    request.state.form = fields
    return fields


class Door:
    """Who may pass. `right` None: everybody, signed in or not. A quiet door does not keep the session awake."""

    def __init__(self, right: Right | None, *, quiet: bool = False) -> None:
        self.right = right
        self.quiet = quiet

    def __call__(self, request: Request, form: Annotated[Form, Depends(read_form)]) -> Visit | None:
        """The visit. Raises NotSignedIn, NotAllowed or ForgedForm, in this order."""
        desk = desk_of(request)
        visit = visit_of(request, desk)
        request.state.visit = visit
        if self.right is not None:
            if visit is None:
                raise NotSignedIn
            visit.person.must(self.right)
        if request.method not in SAFE_METHODS:
            _must_be_ours(request, desk, form, visit)
        if visit is not None and not self.quiet:
            _keep_awake(desk, visit)
        return visit


def needs(right: Right, *, quiet: bool = False) -> Door:
    """The door of a route that takes a signed-in person with this right."""
    return Door(right, quiet=quiet)


anybody = Door(None, quiet=True)


def visit_of(request: Request, desk: Desk) -> Visit | None:
    """The session that the browser's cookie names, when it lives."""
    token = request.cookies.get(cookie_name(desk))
    found = commands.visitor(desk.app, token) if token else None
    return Visit(*found) if found else None


def _keep_awake(desk: Desk, visit: Visit) -> None:
    if desk.app.clock() - visit.session.seen_at >= TOUCH_AFTER:
        with desk.app.work() as work:
            work.access.seen(visit.session.id, work.now)


def _must_be_ours(request: Request, desk: Desk, form: Form, visit: Visit | None) -> None:
    """Raises ForgedForm unless the form carries the token of its session, or before sign-in of its browser."""
    given = form.get("csrf", "")
    wanted = visit.csrf if visit else form_token(desk, request.cookies.get(NONCE, ""))
    same_site = request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
    if not (same_site and wanted and hmac.compare_digest(given.encode(), wanted.encode())):
        raise ForgedForm


# --- cookies --------------------------------------------------------------------------------------
NONCE = "gatehouse_form"


def cookie_name(desk: Desk) -> str:
    """The session cookie's name; over https the browser itself guards its host and path."""
    return "__Host-gatehouse" if desk.secure else "gatehouse"


def set_session(response: Response, desk: Desk, token: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        cookie_name(desk),
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=desk.secure,
    )


def drop_session(response: Response, desk: Desk) -> None:
    """Take the session from the browser."""
    response.delete_cookie(cookie_name(desk), httponly=True, samesite="lax", secure=desk.secure)


def form_token(desk: Desk, nonce: str) -> str:
    """The token of a form that is shown before sign-in, bound to the browser's nonce; empty without one."""
    key = hmac.digest(desk.app.master, b"a form before sign-in", "sha256")
    return hmac.new(key, nonce.encode(), sha256).hexdigest() if nonce else ""


def offer_nonce(request: Request, response: Response, desk: Desk, nonce: str) -> None:
    """Give the browser the nonce of its sign-in form, unless it has one."""
    if request.cookies.get(NONCE) != nonce:
        response.set_cookie(NONCE, nonce, httponly=True, samesite="lax", secure=desk.secure)


def nonce_of(request: Request) -> str:
    """The browser's nonce, or a new one."""
    return request.cookies.get(NONCE) or secrets.token_urlsafe(32)


def local_path(text: str) -> str:
    """Where to go after sign-in: a path of this desk, else the start page."""
    safe = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if safe else "/"


# --- the doors in use -----------------------------------------------------------------------------
Reader = Annotated[Visit, Depends(needs(Right.SEE_CASES))]
QuietReader = Annotated[Visit, Depends(needs(Right.SEE_CASES, quiet=True))]
Decider = Annotated[Visit, Depends(needs(Right.DECIDE))]
Keeper = Annotated[Visit, Depends(needs(Right.SEE_FAILED_WORK))]
Redriver = Annotated[Visit, Depends(needs(Right.REDRIVE))]
Halter = Annotated[Visit, Depends(needs(Right.HALT))]
Auditor = Annotated[Visit, Depends(needs(Right.SEE_AUDIT))]
Proposer = Annotated[Visit, Depends(needs(Right.PROPOSE_CERTIFICATES))]
CertificateSigner = Annotated[Visit, Depends(needs(Right.SIGN_CERTIFICATES))]
DigestReader = Annotated[Visit, Depends(needs(Right.SEE_DIGEST))]
Anybody = Annotated[Visit | None, Depends(anybody)]
Posted = Annotated[Form, Depends(read_form)]
