"""Verification of the log: every event whole, every link in place, nothing linked twice or left out."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from agent.audit.chain import GENESIS, event_digest, link_hash
from agent.audit.model import Link, StoredEvent


class Damage(BaseModel):
    """One thing that is wrong, and where."""

    model_config = ConfigDict(frozen=True)
    place: str
    what: str


class Report(BaseModel):
    """What was found: how much is stored, sealed, anchored, and every damage with its place."""

    model_config = ConfigDict(frozen=True)
    stored: int
    sealed: int
    anchored: int
    head: str
    sealed_until: datetime | None
    damages: tuple[Damage, ...]

    @property
    def whole(self) -> bool:
        """True when nothing is wrong. An unsealed or unanchored tail is no damage, and is counted apart."""
        return not self.damages


def check_chain(pairs: Iterable[tuple[Link, StoredEvent | None]], unsealed: Iterable[StoredEvent]) -> Report:
    """Walk the chain in order. `pairs` are the links with their events; `unsealed` the events not linked yet."""
    walk = _Walk()
    for link, event in pairs:
        walk.step(link, event)
    waiting = 0
    for event in unsealed:
        waiting += 1
        walk.damages.extend(_check_event(event))
    return Report(
        stored=walk.events + waiting,
        sealed=walk.count,
        anchored=0,
        head=walk.head,
        sealed_until=walk.sealed_until,
        damages=tuple(walk.damages),
    )


class _Walk:
    """The state of one walk along the chain."""

    def __init__(self) -> None:
        self.count = 0
        self.events = 0
        self.head = GENESIS
        self.sealed_until: datetime | None = None
        self.damages: list[Damage] = []

    def step(self, link: Link, event: StoredEvent | None) -> None:
        place = f"link {link.n}"
        if link.n != self.count + 1:
            self.damages.append(Damage(place=place, what=f"link {self.count + 1} is missing before it"))
        if link.previous != self.head:
            self.damages.append(Damage(place=place, what="it does not follow the link before it"))
        if link.hash != link_hash(link.n, link.previous, link.event_digest):
            self.damages.append(Damage(place=place, what="its hash does not fit its content"))
        if event is None:
            self.damages.append(Damage(place=place, what=f"its event {link.event_id} is missing"))
        else:
            self.events += 1
            self.damages.extend(_check_event(event))
            if event.digest != link.event_digest:
                self.damages.append(Damage(place=place, what=f"event {event.id} was changed after it was sealed"))
        self.count, self.head, self.sealed_until = link.n, link.hash, link.sealed_at


def _check_event(event: StoredEvent) -> Iterator[Damage]:
    if event.digest != event_digest(event.id, event.at, event.name, event.body):
        yield Damage(place=f"event {event.id}", what="its digest does not fit its content")
        return
    body = json.loads(event.body)
    if (event.actor, event.case_id) != (body["actor"], body["case_id"]):
        yield Damage(place=f"event {event.id}", what="its actor or case differs from what was signed")
