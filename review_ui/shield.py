"""What surrounds every answer: security headers, no caching of pages, and a limit on what may be sent."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 256 * 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
FOR_EVER = "public, max-age=31536000, immutable"


class _TooMuch(Exception):
    """More bytes came than the limit allows."""


class Shield:
    """Wraps the application. `body_limit` in bytes; paths in `own_limits` have another one."""

    def __init__(
        self, app: ASGIApp, *, secure: bool, body_limit: int = BODY_LIMIT, own_limits: dict[str, int] | None = None
    ) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})
        self._limit = body_limit
        self._own_limits = own_limits or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._own_limits.get(scope["path"], self._limit)
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._dress(scope, message)
            await send(message)

        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > limit:
            await _refuse(scope, receive, guarded_send, limit)
            return
        try:
            await self._app(scope, _limited(receive, limit), guarded_send)
        except _TooMuch:
            if started:
                raise
            await _refuse(scope, receive, guarded_send, limit)

    def _dress(self, scope: Scope, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        static = scope["path"].startswith("/static/") and message["status"] in {200, 304}
        headers.setdefault("Cache-Control", FOR_EVER if static and scope["query_string"] else "no-store")


def _limited(receive: Receive, limit: int) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _TooMuch
        return message

    return counted


async def _refuse(scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    text = f"What you sent is larger than {limit // 1024} kB. Nothing was saved; shorten it and send it again.\n"
    await PlainTextResponse(text, status_code=413)(scope, receive, send)
