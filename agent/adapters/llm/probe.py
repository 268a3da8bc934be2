"""Try a language model out, for `gatehouse doctor`: reachable, served, in which way it answers, how long it took."""

from time import monotonic

from pydantic import Field

from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.ladder import DialectMemory
from agent.adapters.llm.reader import ModelReader
from agent.errors import GatehouseError
from agent.kit.values import Value
from agent.suggestions.model import Usage
from agent.suggestions.reader import ExceptionInput

QUESTION = ExceptionInput(
    event_type=None, note="Supplier: the 40 valves you ordered will arrive two weeks later than confirmed."
)


class ModelState(Value):
    """What was found out; `problem` is empty when the model can be used."""

    base_url: str
    model: str
    reachable: bool = False
    served: bool | None = Field(default=None, description="None when the server lists no models")
    answered_as: str = Field(default="", description="the model id that the server answered with")
    method: str = Field(default="", description="how structured output is had")
    dropped: tuple[str, ...] = Field(default=(), description="parameters that this server does not take")
    milliseconds: int = 0
    usage: Usage = Usage()
    problem: str = ""
    remedy: str = ""


def probe(endpoint: Endpoint, memory: DialectMemory | None = None) -> ModelState:
    """Ask one small question in the best way that works, found out anew and written to the memory; never raises."""
    started = monotonic()
    state = ModelState(base_url=endpoint.base_url, model=endpoint.model)
    try:
        reader = ModelReader(endpoint, memory=_Forgetful(memory))
    except GatehouseError as error:
        return state.model_copy(update={"problem": str(error), "remedy": error.next_step})
    try:
        found = _ask(reader, endpoint.model)
    finally:
        reader.close()
    return state.model_copy(update={**found, "milliseconds": round((monotonic() - started) * 1000)})


class _Forgetful:
    """A memory that is only written to."""

    def __init__(self, inner: DialectMemory | None) -> None:
        self._inner = inner

    def get(self, key: str) -> str | None:  # noqa: ARG002 - the port's signature
        return None

    def set(self, key: str, value: str) -> None:
        if self._inner is not None:
            self._inner.set(key, value)


def _ask(reader: ModelReader, model: str) -> dict[str, object]:
    found: dict[str, object] = {}
    try:
        listed = reader.models()
        found = {"reachable": True, "served": (model in listed) if listed else None}
    except GatehouseError as error:
        found = {"problem": str(error), "remedy": error.next_step}
    try:
        answered = reader.classify(QUESTION)
    except GatehouseError as error:
        return {**found, "problem": str(error), "remedy": error.next_step}
    dialect = reader.dialect()
    assert dialect is not None
    return found | {
        "reachable": True,
        "answered_as": answered.provenance.model_id,
        "method": dialect.rung.value,
        "dropped": tuple(sorted(dialect.dropped)),
        "usage": answered.usage,
        "problem": "",
        "remedy": "",
    }
