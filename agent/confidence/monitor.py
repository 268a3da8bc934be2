"""Watching audited automatic items: the e-CUSUM and the "promise broken" e-process, small states that fit in JSON."""

import math
from typing import Self

from pydantic import Field

from agent.confidence.bounds import ALPHA, DELTA
from agent.kit.values import Value

TIMES = (1.5, 2.0, 3.0, 5.0)  # error rates bet on, in multiples of alpha
ALARM_AT = 1_000.0  # mean evidence; also the least average run to a false alarm, in audited items
CERTAIN = 0.99


class ErrorWatch(Value):
    """e-CUSUM over audited automatic items (section 2.7): has the error rate risen above alpha at some moment?

    While the rate is at most alpha, at least `ALARM_AT` audited items pass on average before a false alarm. An alarm
    stays until a new certificate starts a new watch.
    """

    alpha: float = Field(default=ALPHA, gt=0, lt=1)
    logs: tuple[float, ...] = Field(default=(0.0,) * len(TIMES), description="ln of the evidence for each rate bet on")
    audited: int = Field(default=0, ge=0)
    errors: int = Field(default=0, ge=0)
    alarm_after: int | None = Field(default=None, description="audited items seen when the alarm came")

    @property
    def evidence(self) -> float:
        """Mean evidence against "at most alpha"; 1,000 is the alarm."""
        return sum(math.exp(min(log, 700.0)) for log in self.logs) / len(self.logs)

    def seen(self, *, wrong: bool) -> Self:
        """The watch after one more audited item."""
        logs = tuple(
            max(log, 0.0) + _bet(min(times * self.alpha, CERTAIN), self.alpha, wrong=wrong)
            for log, times in zip(self.logs, TIMES, strict=True)
        )
        after = self.model_copy(update={"logs": logs, "audited": self.audited + 1, "errors": self.errors + int(wrong)})
        if self.alarm_after is None and after.evidence >= ALARM_AT:
            return after.model_copy(update={"alarm_after": after.audited})
        return after


def _bet(rate: float, alpha: float, *, wrong: bool) -> float:
    """Ln of the likelihood ratio of one item."""
    return math.log(rate / alpha) if wrong else math.log1p(-rate) - math.log1p(-alpha)


class PromiseWatch(Value):
    """Truncated-beta mixture e-process since certification (section 2.7): is the promise broken since then?

    May be looked at after every item: P(ever an alarm) <= delta while the error rate is at most alpha.
    """

    alpha: float = Field(default=ALPHA, gt=0, lt=0.5)
    delta: float = Field(default=DELTA, gt=0, lt=1)
    audited: int = Field(default=0, ge=0)
    errors: int = Field(default=0, ge=0)
    alarm_after: int | None = Field(default=None, description="audited items seen when the alarm came")

    @property
    def log_evidence(self) -> float:
        """Ln of the evidence that the error rate is above alpha; minus infinity when there is none left to measure."""
        from scipy.special import betainc, betaincc, betaln

        a, b = 8 * self.alpha / 2, 4 * (1 - 2 * self.alpha)
        more, less = a + self.errors, b + self.audited - self.errors
        tail = float(betaincc(more, less, self.alpha))
        if tail == 0.0:
            return -math.inf
        prior = float(betaln(a, b)) + math.log1p(-float(betainc(a, b, self.alpha)))
        null = self.errors * math.log(self.alpha) + (self.audited - self.errors) * math.log1p(-self.alpha)
        return float(betaln(more, less)) + math.log(tail) - prior - null

    def seen(self, *, wrong: bool) -> Self:
        """The watch after one more audited item."""
        after = self.model_copy(update={"audited": self.audited + 1, "errors": self.errors + int(wrong)})
        if self.alarm_after is None and after.log_evidence >= -math.log(self.delta):
            return after.model_copy(update={"alarm_after": after.audited})
        return after
