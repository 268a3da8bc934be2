"""POST /hooks/odoo/<token>: Odoo says that something changes; a hint, acknowledged when it is durable, then a read."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from agent.api.bodies import BodyReader
from agent.api.doors import TokenDoor
from agent.api.problems import MachineRoute
from agent.intake.hook import PATH
from agent.kit.gather import Gatherer
from agent.pipeline import App
from agent.receiving import take_hint

MOST_BYTES = 64 * 1024
NOTHING_TO_SAY = 204


def hooks_router(app: App, door: TokenDoor) -> APIRouter:
    """The route. Whatever Odoo sends is no more than a poke: what changed is read from Odoo itself."""
    router = APIRouter(route_class=MachineRoute)
    reader = BodyReader(MOST_BYTES)

    def save(hints: Sequence[None]) -> Sequence[None]:
        take_hint(app)
        return hints

    writer: Gatherer[None, None] = Gatherer(save)

    @router.post(f"{PATH}/{{token}}", dependencies=[Depends(door)], status_code=NOTHING_TO_SAY)
    def poke(_body: Annotated[bytes, Depends(reader)]) -> Response:
        """Owe a reading of Odoo, once for a burst of hints."""
        writer.put(None)
        return Response(status_code=NOTHING_TO_SAY)

    _ = poke
    return router
