"""What a call may use and has used: checked against the ceilings before it, written down after it."""

import logging
import threading
from collections import defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from time import monotonic

from agent.adapters.llm.replies import Reply
from agent.errors import GatehouseError, ModelCeiling, StorageError
from agent.kit.clock import Clock
from agent.kit.db import Database
from agent.kit.gather import Gatherer
from agent.suggestions.model import Usage
from agent.suggestions.reader import Price
from agent.suggestions.spend import Ceilings, Entry, SpendStore, Spent

LOG = logging.getLogger("gatehouse.model")
MILLION = Decimal(1_000_000)
LETTERS_A_TOKEN = 3  # where a server gives no figures; rather too many tokens than too few


@dataclass
class Bill:
    """What a call has used so far, over all its requests; a request without figures makes the cost unknown."""

    started: float = field(default_factory=monotonic)
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    guessed_in: int = 0
    guessed_out: int = 0
    complete: bool = True

    def add(self, reply: Reply) -> None:
        """Count a reply; without figures its length is counted for the ceilings."""
        self.calls += 1
        self.tokens_in += reply.tokens_in or 0
        self.tokens_out += reply.tokens_out or 0
        if reply.tokens_in is None or reply.tokens_out is None:
            self.complete = False
            self.guessed_in += 0 if reply.tokens_in else len(reply.sent) // LETTERS_A_TOKEN
            self.guessed_out += 0 if reply.tokens_out else len(reply.text) // LETTERS_A_TOKEN

    def usage(self, price: Price | None) -> Usage:
        """Tokens, money and milliseconds."""
        known = price is not None and self.complete
        return Usage(
            tokens_in=self.tokens_in,
            tokens_out=self.tokens_out,
            cost=_cost(self.tokens_in, self.tokens_out, price) if known else None,
            currency=price.currency if price is not None else "USD",
            milliseconds=round((monotonic() - self.started) * 1000),
        )

    def spent(self, price: Price | None) -> Spent:
        """What counts for the ceilings."""
        sent, received = self.tokens_in + self.guessed_in, self.tokens_out + self.guessed_out
        return Spent(calls=self.calls, tokens_in=sent, tokens_out=received, cost=_cost(sent, received, price))


def _cost(tokens_in: int, tokens_out: int, price: Price | None) -> Decimal:
    if price is None:
        return Decimal(0)
    return (tokens_in * price.per_million_in + tokens_out * price.per_million_out) / MILLION


class Meter:
    """The ceilings of one installation, kept by all its processes together. Safe for threads.

    What runs in this process is reckoned in while it runs; what another process has running is not, so that it may
    go over by as many calls as that process makes at a time. An account that cannot be written now is written with
    the next one.
    """

    def __init__(self, db: Database, clock: Clock, ceilings: Ceilings, price: Price | None = None) -> None:
        self._db = db
        self._clock = clock
        self._ceilings = ceilings
        self._price = price
        self._running: dict[str, Spent] = defaultdict(Spent)  # by case; under "" all of them
        self._late: list[Entry] = []
        self._lock = threading.Lock()
        self._book: Gatherer[Entry, None] = Gatherer(self._write, waiting=100_000)

    @contextmanager
    def watching(self, case_id: str, task: str, expected: int, bill: Bill) -> Generator[None]:
        """Let a call run that is expected to use so many tokens. Raises ModelCeiling when there is no room."""
        day = self._clock().date()
        likely = Spent(calls=1, tokens_in=expected, cost=_cost(expected, 0, self._price))
        self._enter(case_id, likely)
        try:
            yield
        finally:
            with self._lock:
                self._leave(case_id, likely)
            if bill.calls:
                self._record(Entry(day=day, case_id=case_id, task=task, spent=bill.spent(self._price)))

    def today(self) -> Spent:
        """What was used today. Raises StorageError."""
        with self._db.read() as connection:
            return SpendStore(connection).of_day(self._clock().date())

    def _enter(self, case_id: str, likely: Spent) -> None:
        if self._ceilings == Ceilings():
            by_case = by_day = Spent()
        else:
            with self._db.read() as connection:
                store = SpendStore(connection)
                by_day = store.of_day(self._clock().date())
                by_case = store.of_case(case_id) if case_id else Spent()
        with self._lock:
            mine = self._running[case_id] if case_id else Spent()
            if said := self._ceilings.reached(by_case.plus(mine), by_day.plus(self._running[""])):
                raise ModelCeiling(said)
            self._running[""] = self._running[""].plus(likely)
            if case_id:
                self._running[case_id] = mine.plus(likely)

    def _leave(self, case_id: str, likely: Spent) -> None:
        for name in {"", case_id}:
            left = self._running[name].minus(likely)
            if left.calls:
                self._running[name] = left
            else:
                self._running.pop(name)

    def _record(self, entry: Entry) -> None:
        """Never lets a call fail that went well: the money is spent either way."""
        try:
            self._book.put(entry)
        except (StorageError, GatehouseError) as error:
            with self._lock:
                self._late.append(entry)
            LOG.warning("what a call to the model used is written down later: %s", error)

    def _write(self, entries: Sequence[Entry]) -> list[None]:
        with self._lock:
            late, self._late = self._late, []
        try:
            with self._db.write() as connection:
                SpendStore(connection).add([*late, *entries])
        except BaseException:
            with self._lock:
                self._late = [*late, *self._late]
            raise
        return [None] * len(entries)
