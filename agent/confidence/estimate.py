"""What is estimated from labels: accuracy over all items, agreement of two reviewers, and what automation is worth."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from pydantic import Field

from agent.kit.values import Value

FEWEST_PAIRS = 30  # below this the agreement of reviewers is unknown
NORMAL_95 = 1.959963984540054


class Estimate(Value):
    """A share with its standard deviation and 95 % interval."""

    value: float
    sd: float
    low: float
    high: float
    n: int = Field(description="labels it rests on")


def accuracy(reviewed: Sequence[bool], audited: Iterable[tuple[bool, float]], accepted: int) -> Estimate | None:
    """Share of items that are right, over all that came in (section 2.5, Horvitz-Thompson).

    `reviewed`: whether each item that went to a person was wrong. `audited`: the same for automatic items of the gold
    stream, with the share rho at which each was drawn. `accepted`: automatic items in all, audited or not. None
    without items, or where automatic items were never audited. The sd holds the drawing and the chance of the items
    themselves. Raises ValueError for a share outside (0, 1].
    """
    drawn = list(audited)
    total = len(reviewed) + accepted
    if not total or (accepted and not drawn):
        return None
    if any(not 0 < rho <= 1 for _, rho in drawn):
        raise ValueError("a share of the gold stream is not within (0, 1]")
    wrong = sum(reviewed) + sum(1 / rho for is_wrong, rho in drawn if is_wrong)
    error = min(wrong / total, 1.0)
    drawing = sum((1 - rho) / rho**2 for is_wrong, rho in drawn if is_wrong) / total**2
    sd = math.sqrt(drawing + error * (1 - error) / total)
    value = 1 - error
    low, high = max(value - NORMAL_95 * sd, 0.0), min(value + NORMAL_95 * sd, 1.0)
    return Estimate(value=value, sd=sd, low=low, high=high, n=len(reviewed) + len(drawn))


class Agreement(Value):
    """Cohen's kappa of two reviewers. `value` is None, and `why` says why, where it cannot be told."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    why: str = ""


def kappa(pairs: Sequence[tuple[Hashable, Hashable]], fewest: int = FEWEST_PAIRS) -> Agreement:
    """Unweighted kappa of double-labelled items with its large-sample 95 % interval (Fleiss, Cohen and Everitt).

    Unknown below `fewest` pairs, and where both used one and the same label for all.
    """
    n = len(pairs)
    if n < fewest:
        return Agreement(value=None, n=n, why=f"{n} of {fewest} double-labelled items")
    first = {label: count / n for label, count in Counter(one for one, _ in pairs).items()}
    second = {label: count / n for label, count in Counter(two for _, two in pairs).items()}
    cells = {pair: count / n for pair, count in Counter(pairs).items()}
    agreed = sum(share for (one, two), share in cells.items() if one == two)
    chance = sum(share * second.get(label, 0.0) for label, share in first.items())
    if chance >= 1 - 1e-12:
        return Agreement(value=None, n=n, why="only one label was given")
    value = (agreed - chance) / (1 - chance)
    sd = math.sqrt(max(_variance(cells, first, second, value, chance) / n, 0.0))
    return Agreement(value=value, low=max(value - NORMAL_95 * sd, -1.0), high=min(value + NORMAL_95 * sd, 1.0), n=n)


def _variance(
    cells: dict[tuple[Hashable, Hashable], float],
    first: dict[Hashable, float],
    second: dict[Hashable, float],
    value: float,
    chance: float,
) -> float:
    """The items' number times the large-sample variance of kappa."""
    same = apart = 0.0
    for (one, two), share in cells.items():
        if one == two:
            same += share * (1 - (first[one] + second[one]) * (1 - value)) ** 2
        else:
            apart += share * (second.get(one, 0.0) + first.get(two, 0.0)) ** 2
    return (same + (1 - value) ** 2 * apart - (value - chance * (1 - value)) ** 2) / (1 - chance) ** 2


class Costs(Value):
    """What a review and an undetected error cost, in one currency; only their ratio matters."""

    review: float = Field(gt=0, allow_inf_nan=False)
    error: float = Field(gt=0, allow_inf_nan=False)

    @property
    def bar(self) -> float:
        """Probability above which automation is the cheaper (section 2.9): 1 - c_rev / c_err, and never below 0."""
        return max(1 - self.review / self.error, 0.0)


def worth_it(probability: float | None, costs: Costs, bound: float) -> bool:
    """Whether an automatic item is cheaper than its review: (1 - p) c_err < c_rev (section 2.9).

    Without a calibrated p the certificate's upper bound stands for the error. What is no number is not worth it.
    """
    error = bound if probability is None else 1 - probability
    return math.isfinite(error) and error * costs.error < costs.review
