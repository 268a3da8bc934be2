"""The HTTP client below the model's SDK: no redirects, a deadline for the whole request, a limit on its size."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

MOST_BYTES = 8_000_000


class Exchange:
    """One request: when it must be done, and what was sent."""

    def __init__(self, seconds: float) -> None:
        self.ends = monotonic() + seconds
        self.sent = ""


_CURRENT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


@contextmanager
def exchange(seconds: float) -> Generator[Exchange]:
    """Within it, requests end after so many seconds, and what was sent is kept."""
    now = Exchange(seconds)
    token = _CURRENT.set(now)
    try:
        yield now
    finally:
        _CURRENT.reset(token)


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, inner: httpx2.SyncByteStream, ends: float) -> None:
        self._inner, self._ends = inner, ends

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self._inner:
            size += len(chunk)
            if monotonic() > self._ends:
                raise httpx2.ReadTimeout("the answer took longer than the time-out in all")
            if size > MOST_BYTES:
                raise httpx2.ReadError("the answer is larger than any answer can be")
            yield chunk

    def close(self) -> None:
        self._inner.close()


class _Transport(httpx2.HTTPTransport):
    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        now = _CURRENT.get()
        if now is None:
            return super().handle_request(request)
        left = max(now.ends - monotonic(), 0.001)
        limits = request.extensions.get("timeout", {})
        request.extensions = {
            **request.extensions,
            "timeout": {name: min(given, left) if given else left for name, given in limits.items()},
        }
        now.sent = request.read().decode("utf-8", "replace")
        response = super().handle_request(request)
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Bounded(response.stream, now.ends)
        return response


def http_client(address: str, connect_timeout: float, timeout: float, concurrency: int) -> httpx2.Client:
    """A client for one endpoint. Redirects are never followed, so that the key goes nowhere else."""
    limits = httpx2.Limits(max_connections=concurrency + 2, max_keepalive_connections=concurrency, keepalive_expiry=30)
    return httpx2.Client(
        transport=_Transport(limits=limits, proxy=_proxy_for(address)),
        timeout=httpx2.Timeout(timeout, connect=connect_timeout),
        follow_redirects=False,
        headers={"accept-encoding": "identity"},
    )


def _proxy_for(address: str) -> str | None:
    """The proxy that the environment names for this address (HTTPS_PROXY, NO_PROXY); never for this machine."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host in {"localhost", "::1"} or host.startswith("127.") or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
