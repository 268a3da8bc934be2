"""The doors of machines: a bearer token or a token in the path, before anything of the body is read."""

import hmac
import logging
import time
from collections.abc import Callable
from threading import Lock

from fastapi import Request

from agent.errors import Crowded, NotAllowed, NotFound, NotSignedIn

LOG = logging.getLogger("gatehouse.api")
WRONG_A_MINUTE = 30
MINUTE = 60.0


class Refusals:
    """Counts wrong tokens; too many in a minute are answered as such, and said in the log once a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._since = clock()
        self._lately = 0
        self.total = 0

    def add(self, door: str) -> None:
        """One more. Raises Crowded when there are too many."""
        with self._lock:
            now = self._clock()
            if now - self._since >= MINUTE:
                self._since, self._lately = now, 0
            self._lately += 1
            self.total += 1
            lately = self._lately
        if lately == 1 or lately == WRONG_A_MINUTE + 1:
            LOG.warning("%s was called with a wrong token (%d times since the start)", door, self.total)
        if lately > WRONG_A_MINUTE:
            raise Crowded("Too many calls with a wrong token.", remedy="Correct the token and wait a minute.")


class TokenDoor:
    """Lets a holder of a token pass. It is looked at before the body; whoever has the right one always passes."""

    def __init__(self, name: str, token: str, refusals: Refusals, *, in_path: bool = False) -> None:
        self.name = name
        self._token = token.encode()
        self._refusals = refusals
        self._in_path = in_path

    async def __call__(self, request: Request) -> None:
        """Raises NotAllowed when no token is configured; NotSignedIn or (in the path) NotFound for a wrong one."""
        if not self._token:
            raise NotAllowed(f"{self.name} is shut.", remedy="Set GATEHOUSE_API_TOKEN to open it.")
        given = request.path_params.get("token", "") if self._in_path else _bearer(request)
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._token):
            self._refusals.add(self.name)
            if self._in_path:
                raise NotFound("There is nothing at this address.", remedy="Check the address.")
            raise NotSignedIn("The bearer token is missing or wrong.", remedy="Send GATEHOUSE_API_TOKEN as bearer.")


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
