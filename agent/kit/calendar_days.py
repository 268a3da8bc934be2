"""Days of months, and days later: weeks, months, working days."""

import calendar
from datetime import date, timedelta

LAST_MONTH, SATURDAY = 12, 5


def month_span(year: int, month: int) -> tuple[date, date]:
    """First and last day of a month; month 13 is January of the next year."""
    year, month = (year + 1, month - LAST_MONTH) if month > LAST_MONTH else (year, month)
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def later(base: date, count: int, unit: str) -> date:
    """So many days, weeks, months or working days (without week-ends) after a day."""
    if unit == "month":
        first, last = month_span(base.year + (base.month - 1 + count) // 12, (base.month - 1 + count) % 12 + 1)
        return first + timedelta(days=min(base.day, last.day) - 1)
    if unit != "working":
        return base + timedelta(days=count * (7 if unit == "week" else 1))
    while count > 0:
        base += timedelta(days=1)
        count -= base.weekday() < SATURDAY
    return base
