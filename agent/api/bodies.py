"""Reading what machines send: never more than the limits allow, for one caller and for all of them together."""

import asyncio
from collections.abc import AsyncGenerator

from fastapi import Request

from agent.errors import Crowded, InputError, TooLarge

PATIENCE = 20.0  # seconds that a body may take to arrive
AT_WORK = 32  # inputs that are worked on at a time; the other threads are the desk's
WAITING = 512
WAITING_BYTES = 64 * 1024 * 1024


class WrongMedia(InputError):
    """What was sent is of a kind that is not taken here."""


class TooSlow(InputError):
    """What was sent did not arrive in time."""

    remedy = "Send it again."


class BodyReader:
    """Reads a whole body, at most `limit` bytes of it, and lets few at a time go on to work.

    Raises, before it reads: TooLarge by the length that was announced; Crowded when too many or too many bytes wait.
    Raises, while it reads: TooLarge, TooSlow.
    """

    def __init__(self, limit: int, *, at_work: int = AT_WORK, waiting: int = WAITING) -> None:
        self._limit = limit
        self._most = waiting
        self._here = 0
        self._bytes = 0
        self._work = asyncio.Semaphore(at_work)

    async def __call__(self, request: Request) -> AsyncGenerator[bytes]:
        """The body, for as long as the request is worked on."""
        announced = request.headers.get("content-length", "")
        reserved = int(announced) if announced.isdecimal() else self._limit
        if reserved > self._limit:
            raise self._too_large()
        if self._here >= self._most or self._bytes + reserved > max(WAITING_BYTES, self._limit):
            raise Crowded(f"{self._here} inputs wait to be saved.")
        self._here += 1
        self._bytes += reserved
        try:
            body = await self._read(request)
            async with self._work:
                yield body
        finally:
            self._here -= 1
            self._bytes -= reserved

    async def _read(self, request: Request) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(PATIENCE):
                async for part in request.stream():
                    size += len(part)
                    if size > self._limit:
                        raise self._too_large()
                    parts.append(part)
        except TimeoutError as error:
            raise TooSlow(f"It took more than {PATIENCE:.0f} seconds.") from error
        return b"".join(parts)

    def _too_large(self) -> TooLarge:
        return TooLarge(f"At most {self._limit:,} bytes are taken at once.", remedy="Send less at once.")


def media_type(request: Request) -> str:
    """The media type of the body, in lower case, without parameters. Raises WrongMedia unless its text is UTF-8."""
    whole = request.headers.get("content-type", "")
    kind, *parameters = [part.strip().lower() for part in whole.split(";")]
    encoding = request.headers.get("content-encoding", "identity").lower()
    if encoding != "identity":
        raise WrongMedia(f"Its content encoding is {encoding}.", remedy="Send it as it is, not compressed.")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in {"utf-8", "utf8", "us-ascii"}:
            raise WrongMedia(f"Its charset is {value}.", remedy="Send UTF-8.")
    return kind
