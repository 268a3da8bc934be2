"""Working days relative to the demo's day: records, samples and their truth all use this one function."""

from datetime import date, timedelta

SATURDAY = 5


def workday(today: date, offset: int) -> date:
    """The day `offset` calendar days from today; a weekend moves on to Monday, or back to Friday in the past."""
    day = today + timedelta(days=offset)
    if day.weekday() < SATURDAY:
        return day
    return day + timedelta(days=7 - day.weekday()) if offset >= 0 else day - timedelta(days=day.weekday() - 4)
