"""ADWIN: has the mean of the scores shifted? Needs no labels; a warning raises the gold share and stops nothing."""

import math
from typing import NamedTuple, Self

from pydantic import Field

from agent.kit.values import Value

DELTA = 0.002
CLOCK = 32  # scores between two looks
BUCKETS = 5  # of one size before two are joined
GRACE = 10  # scores before the first look
SHORTEST = 5  # least length of a part that is compared


class Bucket(NamedTuple):
    """Some neighbouring scores: their sum, and their sum of squared distances from their mean."""

    total: float
    spread: float


class DriftWatch(Value):
    """Adaptive window over scores in [0, 1] (Bifet and Gavalda; section 2.7 asks for delta 0.002).

    The window is kept as buckets of 1, 2, 4 … scores, oldest in the last row, so its size is logarithmic and an update
    is amortised constant work. The state is plain numbers, so it is stored as JSON and goes on after a restart.
    """

    delta: float = Field(default=DELTA, gt=0, lt=1)
    rows: tuple[tuple[Bucket, ...], ...] = ((),)
    seen_in_all: int = Field(default=0, ge=0)
    shifts: int = Field(default=0, ge=0, description="warnings so far")
    last_shift: int | None = Field(default=None, description="scores seen when the last warning came")

    @property
    def width(self) -> int:
        """Scores in the window."""
        return sum(len(row) << size for size, row in enumerate(self.rows))

    @property
    def mean(self) -> float | None:
        """Mean of the window."""
        width = self.width
        return sum(bucket.total for row in self.rows for bucket in row) / width if width else None

    def seen(self, score: float) -> Self:
        """The watch after one more score. A score that is no number changes nothing."""
        if not math.isfinite(score):
            return self
        count = self.seen_in_all + 1
        rows = _joined([[*self.rows[0], Bucket(score, 0.0)], *(list(row) for row in self.rows[1:])])
        shifted = False
        if count % CLOCK == 0:
            rows, shifted = _cut(rows, self.delta)
        update = {"rows": tuple(tuple(row) for row in rows), "seen_in_all": count}
        if shifted:
            update |= {"shifts": self.shifts + 1, "last_shift": count}
        return self.model_copy(update=update)


def _joined(rows: list[list[Bucket]]) -> list[list[Bucket]]:
    """Where a row has one bucket too many, its two oldest become one of the next row."""
    for size in range(len(rows)):
        if len(rows[size]) <= BUCKETS:
            break
        first, second = rows[size][0], rows[size][1]
        rows[size] = rows[size][2:]
        if size + 1 == len(rows):
            rows.append([])
        rows[size + 1].append(_sum(first, 1 << size, second, 1 << size))
    return rows


def _sum(one: Bucket, n_one: int, two: Bucket, n_two: int) -> Bucket:
    if not n_one or not n_two:
        return two if not n_one else one
    apart = one.total / n_one - two.total / n_two
    return Bucket(one.total + two.total, one.spread + two.spread + apart * apart * n_one * n_two / (n_one + n_two))


def _cut(rows: list[list[Bucket]], delta: float) -> tuple[list[list[Bucket]], bool]:
    """The window without its oldest buckets for as long as some older part differs from the rest."""
    shifted = False
    while _differs(rows, delta):
        shifted = True
        rows[-1] = rows[-1][1:]
        while len(rows) > 1 and not rows[-1]:
            rows.pop()
    return rows, shifted


def _differs(rows: list[list[Bucket]], delta: float) -> bool:
    """Whether the means of any older and newer part are further apart than chance lets them be."""
    oldest_first = [(1 << size, bucket) for size in range(len(rows) - 1, -1, -1) for bucket in rows[size]]
    width = sum(count for count, _ in oldest_first)
    if width <= GRACE:
        return False
    whole, n = Bucket(0.0, 0.0), 0
    for count, bucket in oldest_first:
        whole, n = _sum(whole, n, bucket, count), n + count
    variance = whole.spread / width
    logs = math.log(2 * math.log(width) / delta)
    older, total = 0, 0.0
    for count, bucket in oldest_first[:-1]:
        older, total = older + count, total + bucket.total
        newer = width - older
        if newer < SHORTEST or older < SHORTEST:
            continue
        share = 1 / (older - SHORTEST + 1) + 1 / (newer - SHORTEST + 1)
        limit = math.sqrt(2 * share * variance * logs) + 2 / 3 * logs * share
        if abs(total / older - (whole.total - total) / newer) > limit:
            return True
    return False
