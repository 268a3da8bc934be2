"""Exact binomial arithmetic of a promise: p-values, upper bounds, smallest samples, and the spending of delta."""

import math

ALPHA = 0.05
ALPHA_MONEY = 0.02
DELTA = 0.10
MOST_NEEDED = 20_000  # labels beyond which nobody waits for a certificate


def p_value(errors: int, accepted: int, alpha: float) -> float:
    """P(at most `errors` in `accepted` when the error rate is alpha): small speaks for a rate below alpha.

    Section 2.3. Nothing accepted proves nothing: 1.
    """
    from scipy.special import bdtr

    _counts(errors, accepted)
    return float(bdtr(errors, accepted, _share(alpha))) if accepted else 1.0


def upper_bound(errors: int, accepted: int, delta: float = DELTA) -> float:
    """One-sided Clopper-Pearson upper bound of the error rate at confidence 1 - delta; 1 when nothing is known.

    Section 2.3: Beta.ppf(1 - delta, k + 1, m - k).
    """
    from scipy.special import betaincinv

    _counts(errors, accepted)
    if errors >= accepted:
        return 1.0
    return float(betaincinv(errors + 1, accepted - errors, 1 - _share(delta)))


def least_accepted(alpha: float = ALPHA, delta: float = DELTA) -> int:
    """Accepted labels without a single error below which nothing can be certified (section 2.3's n_min)."""
    needed = math.ceil(math.log(_share(delta)) / math.log1p(-_share(alpha)))
    while needed > 1 and (1 - alpha) ** (needed - 1) <= delta:  # rounding must not ask for one too many
        needed -= 1
    return needed


def accepted_needed(errors: int, alpha: float = ALPHA, delta: float = DELTA) -> int:
    """Accepted labels at which so many errors can still be certified (section 2.3's table: 45, 77, 105, 132 …).

    Raises ValueError where it takes more than `MOST_NEEDED`.
    """
    low, high = least_accepted(alpha, delta), MOST_NEEDED
    low = max(low, errors + 1)
    if p_value(errors, high, alpha) > delta:
        raise ValueError(f"{errors} errors at {alpha} take more than {MOST_NEEDED} labels")
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if p_value(errors, middle, alpha) <= delta else (middle + 1, high)
    return low


def spent(delta: float, attempt: int) -> float:
    """What the v-th look at overlapping labels may spend: delta / (v (v + 1)), which sums to delta (section 2.6).

    Attempts count from 1. Attempt 0 stands for a single look at labels that will never be looked at again: all of it.
    """
    if attempt < 0:
        raise ValueError(f"attempt {attempt} is below 0")
    return _share(delta) / (attempt * (attempt + 1)) if attempt else _share(delta)


def _share(value: float) -> float:
    if not 0 < value < 1:
        raise ValueError(f"{value} is not between 0 and 1")
    return value


def _counts(errors: int, accepted: int) -> None:
    if not 0 <= errors <= accepted:
        raise ValueError(f"{errors} errors of {accepted}")
