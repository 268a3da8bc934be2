"""Time: always aware UTC inside; stored as whole microseconds since the epoch."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00Z; exact. Raises ValueError for a naive time."""
    if moment.tzinfo is None:
        raise ValueError(f"naive time {moment!r}: times are aware")
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC time of `to_micros`."""
    return EPOCH + timedelta(microseconds=micros)
