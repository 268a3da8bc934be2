"""The gold stream: a keyed hash of the case's id, taken before anything is read, says who is reviewed blind."""

import hashlib
import hmac

HEX_DIGITS = 8
RHO = 0.10
RHO_WARNED = 0.30
RHO_LEAST = 0.05
DOUBLE_SHARE = 0.10
SECOND = b"second label\0"


def is_gold(key: bytes, item_id: str, rho: float) -> bool:
    """True for a share `rho` of items: int(HMAC-SHA256(key, id)[:8 hex], 16) / 16^8 < rho (confidence, section 2.5).

    The draws are nested: what is gold at a share is gold at any greater one.
    """
    return drawn(key, item_id.encode()) < rho


def is_double(key: bytes, item_id: str, share: float = DOUBLE_SHARE) -> bool:
    """True for a share of gold items that two people label, by a second hash that knows nothing of the first."""
    return drawn(key, SECOND + item_id.encode()) < share


def drawn(key: bytes, message: bytes) -> float:
    """The keyed hash as a number in [0, 1)."""
    found = hmac.new(key, message, hashlib.sha256).hexdigest()[:HEX_DIGITS]
    return int(found, 16) / 16**HEX_DIGITS


def gold_share(base: float = RHO, *, drift_warning: bool = False, sprint: bool = False) -> float:
    """The share to draw now: `base`, at least 0.30 after a drift warning or in a labelling sprint, never below 0.05.

    In cold start it is the same: everything is reviewed, but only the keyed share is blind and certifies.
    """
    raised = max(base, RHO_WARNED) if drift_warning or sprint else base
    return min(max(raised, RHO_LEAST), 1.0)
