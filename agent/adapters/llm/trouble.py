"""What can go wrong with one request, told apart, and when it is worth trying again."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT = 0.5
LONGEST_WAIT = 20.0
MAY_PASS = frozenset({408, 409, 425, 429})
OPTIONAL = ("max_completion_tokens", "max_tokens", "temperature", "format")
TOO_LONG = re.compile(
    r"context.{0,12}(?:length|size|window)|prompt is too long|too many (?:input )?tokens", re.IGNORECASE
)
NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?")
SLOW = "slow"
SHORTEST_PRIVATE = 12


class Trouble(Exception):
    """The server did not answer, or refused: its status (None: no answer) and its words, safe to show."""

    def __init__(
        self,
        words: str,
        *,
        status: int | None = None,
        code: str = "",
        retry_after: float | None = None,
        param: str = "",
    ) -> None:
        super().__init__(words)
        self.words, self.status, self.code, self.retry_after, self.param = words, status, code, retry_after, param

    @property
    def may_pass(self) -> bool:
        """Whether the same request may work later."""
        if self.code == "insufficient_quota":
            return False
        return self.status is None or self.status in MAY_PASS or self.status >= 500  # noqa: PLR2004 - HTTP

    @property
    def wrong_key(self) -> bool:
        """Whether the server does not accept the key."""
        return self.status in {401, 403}

    @property
    def filtered(self) -> bool:
        """Whether the server's content filter refused the prompt."""
        return "content_filter" in self.code or "content_policy" in self.code

    @property
    def too_long(self) -> bool:
        """Whether the prompt is longer than the model can take."""
        return self.status == 413 or (  # noqa: PLR2004 - HTTP
            self.status in {400, 422, 500} and bool(TOO_LONG.search(f"{self.code.replace('_', ' ')} {self.words}"))
        )

    @property
    def lasts_on_every_rung(self) -> bool:
        """Whether another way of asking cannot help; a plain 500 may be about the way of asking."""
        return (
            self.too_long
            or self.filtered
            or self.code == "insufficient_quota"
            or (self.may_pass and self.status not in {500, 501})
        )

    @property
    def unwanted(self) -> str:
        """The optional parameter or schema keyword that the server does not take; empty when it is something else."""
        if self.status not in {400, 422}:
            return ""
        if self.param in OPTIONAL:
            return self.param
        places = {name: at.start() for name in OPTIONAL if (at := re.search(rf"\b{name}\b", self.words))}
        return min(places, key=lambda name: places[name]) if places else ""


def wait_before_retry(trouble: Trouble, retries_done: int, max_retries: int) -> float | None:
    """Seconds to wait before the next try; None means to give up."""
    if not trouble.may_pass or trouble.code == SLOW or retries_done >= max_retries:
        return None
    wanted = max(FIRST_WAIT * 2**retries_done, trouble.retry_after or 0)
    if trouble.retry_after is not None and trouble.retry_after > LONGEST_WAIT:
        return None
    return min(wanted, LONGEST_WAIT)


def retry_after(headers: dict[str, str], now: datetime) -> float | None:
    """Seconds that the server asks to wait: `retry-after-ms`, or `retry-after` in seconds or as a date."""
    try:
        if NUMBER.fullmatch(milliseconds := headers.get("retry-after-ms", "")):
            return float(milliseconds) / 1000
        if NUMBER.fullmatch(given := headers.get("retry-after", "")):
            return float(given)
        moment = parsedate_to_datetime(given)
    except ValueError:
        return None
    return max(((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds(), 0)


def safe_words(words: str, *, key: str, private: str) -> str:
    """A server's words without the key, shortened; left out when they repeat a line of the prompt's private part."""
    if key:
        words = words.replace(key, "[key]")
    lines = (line.removeprefix("| ").strip() for line in private.splitlines())
    if any(len(line) >= SHORTEST_PRIVATE and line in words for line in lines):
        return "(its words repeat the prompt and are left out)"
    words = " ".join(words.split())
    return words if len(words) <= 200 else words[:199] + "\u2026"  # noqa: PLR2004 - a line or two
