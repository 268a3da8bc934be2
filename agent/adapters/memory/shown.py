"""What actions brought about in memory, as a person would see it on the records."""

from datetime import datetime

from agent.actions.model import AnyAction, OpenActivity, PostNote, SendReply
from agent.adapters.memory.kept import Kept, place_of
from agent.evidence.records import RecordRef
from agent.kit.values import Value


class ConsentRow(Value):
    """One row of consent on a record; `roles` and `login` are separated by blanks."""

    id: int
    scenario: str
    record: RecordRef
    consent: str
    roles: str
    login: str
    asked_by: str
    reason_code: str
    note: str
    figures: dict[str, str]
    via: str
    at: datetime
    ended: bool  # it ended a hold


class Shown:
    """Shows what stands on a record, oldest first."""

    kept: Kept

    def __init__(self) -> None:
        self.done: list[AnyAction] = []  # every action carried out
        self._notes: list[PostNote] = []
        self._activities: dict[int, OpenActivity] = {}
        self._replies: list[SendReply] = []
        self._consents: list[ConsentRow] = []

    def notes(self, record: RecordRef) -> tuple[PostNote, ...]:
        """The notes on a record."""
        return tuple(note for note in self._notes if place_of(note.record) == place_of(record))

    def activities(self, record: RecordRef) -> tuple[OpenActivity, ...]:
        """The open to-dos on a record."""
        return tuple(item for item in self._activities.values() if place_of(item.record) == place_of(record))

    def replies(self, record: RecordRef) -> tuple[SendReply, ...]:
        """The replies sent from a record."""
        return tuple(sent for sent in self._replies if place_of(sent.record) == place_of(record))

    def approvals(self, record: RecordRef) -> tuple[ConsentRow, ...]:
        """Who consented to what on a record, and who refused."""
        return tuple(row for row in self._consents if place_of(row.record) == place_of(record))

    def tags(self, record: RecordRef) -> tuple[str, ...]:
        """The tags of a record, by name."""
        return tuple(sorted(self.kept.tags[place_of(record)].values()))

    def held(self, record: RecordRef) -> bool:
        """Whether an order is held, or a bill disputed."""
        return place_of(record) in self.kept.held

    def substitute(self, record: RecordRef, line_id: int) -> str:
        """The code of the product that comes instead of a line's; empty when none does."""
        return self.kept.substitutes.get((place_of(record), line_id), "")
