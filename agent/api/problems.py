"""Errors for machines: every error of the tree as RFC 9457 problem details with its status, here and nowhere else."""

import json
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from agent import errors
from agent.api.bodies import TooSlow, WrongMedia
from agent.errors import GatehouseError

LOG = logging.getLogger("gatehouse.api")
RETRY_AFTER = "1"
STATUS: dict[type[GatehouseError], int] = {
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    TooSlow: 408,
    errors.IdTaken: 409,
    errors.TooLarge: 413,
    WrongMedia: 415,
    errors.Crowded: 429,
    errors.InputError: 400,
    errors.Conflict: 503,  # two writers met: the same again will do
    errors.StorageError: 503,
    GatehouseError: 500,
}
LATER = frozenset({429, 503})
SERVER_FAULT = 500
GONE = 499  # nobody is there to read it


class MachineRoute(APIRoute):
    """A route whose errors are answered to a machine."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except ClientDisconnect:
                return Response(status_code=GONE)
            except GatehouseError as error:
                return problem(error)
            except Exception as error:
                reference = uuid4().hex[:8]
                LOG.exception("%s failed (reference %s)", self.path, reference)
                detail = f"Reference {reference}: {type(error).__name__}."
                return problem(GatehouseError(detail, remedy="Send it again; if it fails again, report the reference."))

        return guarded


def problem(error: GatehouseError) -> Response:
    """The answer to a request that ended in this error. What a database said stays in the log."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    inside = isinstance(error, errors.StorageError)
    if inside:
        LOG.error("%s %s", error.headline, error.detail)
    told: dict[str, object] = {
        "type": "about:blank",
        "title": error.headline,
        "status": status,
        "detail": "" if inside else error.detail,
        "next_step": error.next_step,
    }
    if isinstance(error, errors.BadEvent) and error.faults:
        told["faults"] = error.faults
    headers = {"Retry-After": RETRY_AFTER} if status in LATER else {}
    headers |= {"WWW-Authenticate": "Bearer"} if isinstance(error, errors.NotSignedIn) else {}
    return Response(json.dumps(told), status, headers, "application/problem+json")
