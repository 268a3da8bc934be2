"""Reading the blind form of a mail: the new values by field, in the person's customs."""

from collections.abc import Mapping
from datetime import date

from agent.cases.model import CaseKind
from agent.confidence.judged import FIELDS
from agent.confidence.labelling import DATED
from review_ui.decide import FormRefused
from review_ui.speech import Speech

MOST_VALUES = 20


def read_fields(form: Mapping[str, str], kind: CaseKind, say: Speech) -> dict[str, tuple[str, ...]] | None:
    """The values of each judged field; None for a case that is no mail, and where the form holds no such fields.

    Raises FormRefused with what is wrong of each field.
    """
    if kind is not CaseKind.SUPPLIER_EMAIL or not any(f"field-{field}" in form for field in FIELDS):
        return None
    found: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    for field in FIELDS:
        read = _dates if field in DATED else _numbers
        try:
            found[field] = read(form.get(f"field-{field}", "").split()[:MOST_VALUES], say)
        except ValueError as error:
            faults[f"field-{field}"] = str(error)
    if faults:
        raise FormRefused(faults)
    return found


def _dates(given: list[str], say: Speech) -> tuple[str, ...]:
    try:
        return tuple(date.fromisoformat(text.strip(",;")).isoformat() for text in given)
    except ValueError:
        raise ValueError(say.gettext("Enter the date as year-month-day, such as 2026-03-31.")) from None


def _numbers(given: list[str], say: Speech) -> tuple[str, ...]:
    try:
        return tuple(f"{say.parse_number(text.strip(';')).normalize():f}" for text in given)
    except ValueError:
        raise ValueError(say.gettext("Enter numbers, with a space between them.")) from None
