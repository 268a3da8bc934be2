"""What is missing until a label can be certified, and when it comes at today's rate. Counts only, no errors of these
labels: so looking at it spends nothing of delta.
"""

import math
from datetime import date, timedelta
from functools import cache

from pydantic import Field

from agent.confidence.bounds import MOST_NEEDED, least_accepted, p_value
from agent.confidence.certify import START_SHARE, Terms
from agent.kit.values import Value

LIKELY = 0.8
FARTHEST_DAYS = 3_650


class Expected(Value):
    """What earlier epochs say about a subject; guesses of the order of the score, not of these labels."""

    error_rate: float | None = Field(default=None, ge=0, le=1, description="among what would be accepted")
    accept_share: float = Field(default=1.0, gt=0, le=1, description="of ungated items at the expected threshold")


class Outlook(Value):
    """How far a subject is from its certificate. `least` assumes no error at all, `likely` the expected rate."""

    have: int = Field(description="countable gold labels now")
    least: int = Field(description="labels needed when not one of them is wrong")
    likely: int | None = Field(description="labels at which it passes with probability 0.8; None: out of reach")
    least_day: date | None = Field(description="None: no labels come in, or beyond ten years")
    likely_day: date | None
    per_day: float = Field(description="countable gold labels a day")
    why: str = Field(default="", description="why there is no likely number or day")


def outlook(have: int, per_day: float, terms: Terms, today: date, expected: Expected | None = None) -> Outlook:
    """Labels missing and the days on which they will be there at `per_day` countable gold labels a day."""
    told = expected or Expected()
    share = max(told.accept_share, START_SHARE)
    least = math.ceil(least_accepted(terms.alpha, terms.delta_used) / share)
    accepted = None if told.error_rate is None else likely_accepted(told.error_rate, terms.alpha, terms.delta_used)
    likely = None if accepted is None else math.ceil(accepted / share)
    why = ""
    if told.error_rate is None:
        why = "no earlier labels tell its error rate"
    elif likely is None:
        why = f"an error rate of {told.error_rate:.1%} is too near to the {terms.alpha:.0%} that is promised"
    elif per_day <= 0:
        why = "no gold labels come in"
    return Outlook(
        have=have,
        least=least,
        likely=likely,
        least_day=_day(least - have, per_day, today),
        likely_day=None if likely is None else _day(likely - have, per_day, today),
        per_day=max(per_day, 0.0),
        why=why,
    )


def _day(missing: int, per_day: float, today: date) -> date | None:
    if missing <= 0:
        return today
    if not per_day > 0 or missing / per_day > FARTHEST_DAYS:
        return None
    return today + timedelta(days=math.ceil(missing / per_day))


@cache
def likely_accepted(error_rate: float, alpha: float, delta: float) -> int | None:
    """Fewest accepted labels that pass with probability 0.8 when so many are wrong; None above `MOST_NEEDED`."""
    from scipy.special import bdtr

    if error_rate >= alpha:
        return None
    accepted, most = least_accepted(alpha, delta), 0
    while accepted <= MOST_NEEDED:
        while p_value(most + 1, accepted, alpha) <= delta:
            most += 1
        if float(bdtr(most, accepted, error_rate)) >= LIKELY:
            return accepted
        accepted += max(1, accepted // 200)
    return None
