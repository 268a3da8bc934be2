"""Group commit: what many threads bring at once is saved in one transaction, and each is told of its own."""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from agent.errors import Crowded, GatehouseError, StorageError

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Save = Callable[[Sequence[Item]], Sequence[Answer | GatehouseError]]


class _Ticket(Generic[Item, Answer]):
    """What one thread brought, and what became of it."""

    def __init__(self, item: Item) -> None:
        self.item = item
        self.called = threading.Event()
        self.leads = False
        self.answer: Answer | None = None
        self.error: BaseException | None = None


class Gatherer(Generic[Item, Answer]):
    """Saves what waits in groups. There is no thread of its own that could die: the first who waits saves for all.

    `save` takes a group in one transaction and answers for each item in its order: the answer, or an error of
    our tree that is this item's alone. When it raises, nothing of the group was saved: an error of the storage is
    everybody's; after any other each item is saved by itself, so that one bad item spoils nobody else's.
    """

    def __init__(self, save: "Save[Item, Answer]", *, most: int = 256, waiting: int = 1024) -> None:
        self._save = save
        self._most = most
        self._limit = waiting
        self._waiting: deque[_Ticket[Item, Answer]] = deque()
        self._saving = False
        self._change = threading.Lock()

    def put(self, item: Item) -> Answer:
        """Save the item and answer when it is durable.

        Raises Crowded when too much waits already, and whatever `save` raised or answered for this item.
        """
        ticket: _Ticket[Item, Answer] = _Ticket(item)
        with self._change:
            if len(self._waiting) >= self._limit:
                raise Crowded(f"{self._limit} inputs wait to be saved.")
            self._waiting.append(ticket)
            ticket.leads = not self._saving
            self._saving = True
        if not ticket.leads:
            ticket.called.wait()
        if ticket.leads:
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        return ticket.answer  # type: ignore[return-value]  # an answer that is None is one of the type's own

    def waiting(self) -> int:
        """How many items wait to be saved."""
        return len(self._waiting)

    def _lead(self) -> None:
        """Save the next group, one's own item first in it; then the next in the queue leads."""
        with self._change:
            group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        try:
            self._settle(group)
        finally:
            with self._change:
                heir = self._waiting[0] if self._waiting else None
                self._saving = heir is not None
            if heir is not None:
                heir.leads = True
                heir.called.set()
            for ticket in group:
                ticket.called.set()

    def _settle(self, group: "list[_Ticket[Item, Answer]]") -> None:
        try:
            outcomes = self._save([ticket.item for ticket in group])
        except StorageError as error:
            _blame(group, error)
        except Exception as error:  # noqa: BLE001 - it is raised again in the thread whose item it concerns
            if len(group) == 1:
                _blame(group, error)
            else:
                for ticket in group:
                    self._settle([ticket])
        else:
            for ticket, outcome in zip(group, outcomes, strict=True):
                if isinstance(outcome, GatehouseError):
                    ticket.error = outcome
                else:
                    ticket.answer = outcome


def _blame(group: "list[_Ticket[Item, Answer]]", error: Exception) -> None:
    for ticket in group:
        ticket.error = error
