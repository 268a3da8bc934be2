"""Rejecting: an input that could not be used is kept with its reason, until somebody mends it."""

from agent.audit.model import InputRejected
from agent.errors import GatehouseError
from agent.intake.store import Rejected
from agent.kit.canonical import digest
from agent.kit.text import clean
from agent.pipeline import App

KEPT_BYTES = 64 * 1024 * 1024


def reject(app: App, raw: bytes, *, name: str, kind: str, error: GatehouseError, keep: bool = True) -> Rejected:
    """Keep an input that could not be used in the dead-letter list, with its reason.

    `keep` False: `raw` only tells it from others, the input itself was not fetched.
    """
    now = app.clock()
    item = Rejected(
        digest=digest(raw), name=clean(name)[0], kind=kind, why=clean(str(error))[0],
        next_step=clean(error.next_step)[0],
        kept=keep and len(raw) <= KEPT_BYTES, received_at=now,
    )  # fmt: skip
    with app.work() as work:
        if work.intake.reject(item, raw if item.kept else None):
            work.audit.append([InputRejected(digest=item.digest, why=error.headline)], work.now)
    return item
