"""The gold stream: a keyed hash of the case's id, taken before anything is read, says who is reviewed blind."""

import hashlib
import hmac

HEX_DIGITS = 8


def is_gold(key: bytes, item_id: str, rho: float) -> bool:
    """True for a share `rho` of items: int(HMAC-SHA256(key, id)[:8 hex], 16) / 16^8 < rho."""
    drawn = hmac.new(key, item_id.encode(), hashlib.sha256).hexdigest()[:HEX_DIGITS]
    return int(drawn, 16) / 16**HEX_DIGITS < rho
