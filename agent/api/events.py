"""POST /events: CloudEvents 1.0, structured, batched or binary; acknowledged when it is durable."""

import json
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response

from agent.api.bodies import BodyReader, WrongMedia, media_type
from agent.api.doors import TokenDoor
from agent.api.problems import MachineRoute
from agent.errors import BadEvent, InputError
from agent.kit.gather import Gatherer
from agent.pipeline import App
from agent.receiving import Parcel, Taken, read_inputs, reject, store

PATH = "/events"
ACCEPTED = 202
NAME = "POST /events"
PREFIX = "ce-"
WHOLE = frozenset({"application/cloudevents+json", "application/cloudevents-batch+json", "application/json"})
REMEDY = "Send application/cloudevents+json, application/cloudevents-batch+json, or application/json with ce- headers."


def events_router(app: App, door: TokenDoor) -> APIRouter:
    """The route. One writer for all who send: what waits is stored in one transaction."""
    router = APIRouter(route_class=MachineRoute)
    reader = BodyReader(app.event_max_bytes)
    writer: Gatherer[Parcel, tuple[Taken, ...]] = Gatherer(lambda parcels: store(app, parcels))

    @router.post(PATH, dependencies=[Depends(door)], status_code=ACCEPTED)
    def take_events(request: Request, body: Annotated[bytes, Depends(reader)]) -> Response:
        """Take in one event or a batch, all or nothing. The same again is no fault."""
        raw = _document(request, body)
        try:
            taken = writer.put(read_inputs(app, raw))
        except InputError as error:
            reject(app, raw, name=NAME, kind="event", error=error)
            raise
        return Response(_answer(taken), ACCEPTED, media_type="application/json")

    _ = take_events
    return router


def _answer(taken: Sequence[Taken]) -> str:
    return json.dumps({"events": [{"key": item.key, "new": item.new} for item in taken]}, ensure_ascii=False)


def _document(request: Request, body: bytes) -> bytes:
    """What was sent, in structured form. Raises WrongMedia, BadEvent."""
    kind = media_type(request)
    binary = any(name.startswith(PREFIX) for name in request.headers)
    if kind not in WHOLE or (binary and kind != "application/json"):
        raise WrongMedia(f"Its content type is {kind or 'not given'}.", remedy=REMEDY)
    return _from_headers(request, body) if binary else body


def _from_headers(request: Request, body: bytes) -> bytes:
    """Binary mode: the attributes stand in the headers, percent-encoded, and the body is the data alone."""
    names = [name for name in request.headers if name.startswith(PREFIX)]
    if twice := sorted({name for name in names if len(request.headers.getlist(name)) > 1}):
        raise BadEvent(f"Given twice: {', '.join(twice)}.")
    try:
        json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadEvent(f"Its data is not JSON: {error}.") from error
    attributes = {name.removeprefix(PREFIX): unquote(request.headers[name]) for name in names}
    return f'{json.dumps(attributes)[:-1]}, "data": '.encode() + body + b"}"
