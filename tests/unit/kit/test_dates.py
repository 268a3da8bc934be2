from datetime import date

import pytest

from agent.kit.dates import find_dates, slashed_order

MONDAY = date(2026, 11, 23)


def days(text: str, base: date | None = MONDAY, day_first: bool | None = None) -> list[str]:
    return [mention.readings[0].isoformat() for mention in find_dates(text, base, day_first=day_first)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-12-12", "2026-12-12"),
        ("12 December", "2026-12-12"),
        ("Dec 12th", "2026-12-12"),
        ("December 12, 2026", "2026-12-12"),
        ("12.12.", "2026-12-12"),
        ("12.1.27", "2027-01-12"),
        ("15-Jan-27", "2027-01-15"),
        ("Friday 4 Dec", "2026-12-04"),
        ("Friday", "2026-11-27"),
        ("end of next week", "2026-12-04"),
        ("Tuesday next week", "2026-12-01"),
        ("week 49", "2026-12-04"),
        ("KW 3", "2027-01-22"),
        ("2026-W49", "2026-12-04"),
        ("end of month", "2026-11-30"),
        ("mid-January", "2027-01-15"),
        ("in 2 weeks", "2026-12-07"),
        ("in 10 working days", "2026-12-07"),
        ("between 5 and 8 December", "2026-12-08"),
        ("on the 15th", "2026-12-15"),
        ("mañana", "2026-11-24"),
        ("el viernes próximo", "2026-11-27"),
        ("12 de enero de 2027", "2027-01-12"),
        ("nächsten Dienstag", "2026-11-24"),
        ("Mitte nächster Woche", "2026-12-02"),
        ("1er décembre", "2026-12-01"),
        ("vendredi prochain", "2026-11-27"),
        ("volgende week dinsdag", "2026-12-01"),
        ("eind januari", "2027-01-31"),
        ("martedì prossimo", "2026-11-24"),
        ("14 dicembre", "2026-12-14"),
    ],
)
def test_a_date_is_read_relative_to_the_writers_day(written: str, meant: str):
    assert days(f"Lieferung {written} ok") == [meant]


@pytest.mark.parametrize(
    "text",
    [
        "24/7 support",
        '3/4" hose',
        "EUR 4.10.",
        "pos. 10",
        "May 40 pcs",
        "P00012 100 pcs",
        "sat down",
        "version 2.1.1.4",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text: str):
    assert days(text) == []


def test_slashed_dates_keep_both_readings_until_the_order_is_known():
    assert [day.isoformat() for day in find_dates("03/04/2027", MONDAY)[0].readings] == ["2027-04-03", "2027-03-04"]
    assert days("03/04/2027", day_first=False) == ["2027-03-04"]
    assert slashed_order("due 25/12/2026, then 03/04/2027") is True
    assert slashed_order("due 12/25/2026") is False
    assert slashed_order("due 03/04/2027") is None


def test_a_weekday_beside_a_slashed_date_settles_its_order():
    assert [str(day) for day in find_dates("Friday, 12/04/2026", MONDAY)[0].readings] == ["2026-12-04"]


def test_without_the_writers_day_only_full_dates_are_read():
    assert days("5 May, Friday, week 49, in 2 weeks, 2026-12-12", base=None) == ["2026-12-12"]


def test_a_date_without_year_is_the_nearest_rather_ahead():
    assert days("shipped 12 November") == ["2026-11-12"]
    assert days("due 5 May") == ["2027-05-05"]
