"""The ladder of ways to get structured output: which one an endpoint can do is found once and remembered."""

import json
from enum import StrEnum
from threading import Lock
from typing import Protocol

from pydantic import ValidationError

from agent.kit.values import Value

MOST_STRIKES = 3


class Rung(StrEnum):
    """A way to ask for structured output, the strictest first."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT_WITH_SCHEMA = "json_object_with_schema"
    JSON_OBJECT = "json_object"
    FUNCTION_CALLING = "function_calling"
    PROMPT = "prompt"


SCHEMA_IN_PROMPT = {Rung.JSON_OBJECT_WITH_SCHEMA, Rung.JSON_OBJECT, Rung.PROMPT}


class Dialect(Value):
    """How an endpoint is spoken to: the rung, and the optional parameters that it does not take."""

    rung: Rung
    dropped: frozenset[str] = frozenset()


class DialectMemory(Protocol):
    """A small store across processes; what it holds is a cache and may be lost, so neither method raises."""

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...


class DialectBook:
    """What was found out about each model of one endpoint. Safe for threads."""

    def __init__(self, address: str, memory: DialectMemory | None = None) -> None:
        self._address = address
        self._memory = memory
        self._known: dict[str, Dialect | None] = {}
        self._strikes: dict[str, int] = {}
        self._lock = Lock()

    def known(self, model: str) -> Dialect | None:
        """The remembered dialect; None when it has to be found out."""
        with self._lock:
            if model not in self._known:
                self._known[model] = self._recall(model)
            return self._known[model]

    def learn(self, model: str, dialect: Dialect, *, proven: bool) -> None:
        """Remember it; beyond this process only when a valid answer proved it."""
        with self._lock:
            self._known[model] = dialect
            self._strikes[model] = 0
        if proven and self._memory is not None:
            stored = {"rung": dialect.rung.value, "dropped": sorted(dialect.dropped)}
            self._memory.set(self._key(model), json.dumps(stored))

    def forget(self, model: str) -> None:
        """Find out anew at the next call."""
        with self._lock:
            self._known[model] = None

    def struck(self, model: str) -> None:
        """An answer of the wrong form: after three in a row the way of asking is found out anew."""
        with self._lock:
            self._strikes[model] = self._strikes.get(model, 0) + 1
            if self._strikes[model] >= MOST_STRIKES:
                self._known[model] = None

    def worked(self, model: str) -> None:
        """An answer of the right form."""
        with self._lock:
            self._strikes[model] = 0

    def _recall(self, model: str) -> Dialect | None:
        stored = self._memory.get(self._key(model)) if self._memory is not None else None
        if stored is None:
            return None
        try:
            return Dialect.model_validate_json(stored)
        except ValidationError:
            return None  # written by another version: found out anew

    def _key(self, model: str) -> str:
        return f"llm-dialect:{self._address}|{model}"


def rungs_for(model: str) -> tuple[Rung, ...]:
    """The ladder for a model: LangChain silently changes the first rung for these old ones, so it is left out."""
    old = model == "gpt-4" or model.startswith(("gpt-3", "gpt-4-"))
    return tuple(rung for rung in Rung if not (old and rung is Rung.JSON_SCHEMA))
