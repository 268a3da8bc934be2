"""The ways of asking for an answer of a form, made by LangChain once per model and schema and then used again.

LangChain's own way to have both the raw message and what was parsed starts three threads a call; asking and parsing one
after the other gives the same for a tenth of the time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agent.adapters.llm.ladder import Rung
from agent.adapters.llm.wire import without_formats

if TYPE_CHECKING:
    from langchain_openai import ChatOpenAI


@dataclass(frozen=True)
class Asking:
    """What is invoked with the turns, and whether its message holds an answer of the asked form."""

    model: Any
    reads: Callable[[Any], bool]


def asking(model: "ChatOpenAI", rung: Rung, schema: dict[str, Any], *, plain: bool) -> Asking:
    """The way of a rung; `plain` leaves out the formats of strings, which some servers do not know."""
    form = without_formats(schema) if plain else schema
    match rung:
        case Rung.JSON_SCHEMA:
            structured = model.with_structured_output(form, method="json_schema", strict=True)
        case Rung.JSON_OBJECT_WITH_SCHEMA:
            given = {"type": "json_object", "schema": form}
            structured = model.with_structured_output(form, method="json_mode", response_format=given)
        case Rung.JSON_OBJECT:
            structured = model.with_structured_output(form, method="json_mode")
        case Rung.FUNCTION_CALLING:
            structured = model.with_structured_output(form, method="function_calling")
        case Rung.PROMPT:
            return Asking(model=model, reads=lambda _: True)
    steps: Any = structured
    return Asking(model=_as_body(model, steps.first), reads=lambda message: _is_read(steps.last, message))


def _as_body(model: "ChatOpenAI", bound: Any) -> Any:
    """The bound model, its form sent as a plain part of the body: the SDK would walk through it in each call."""
    kwargs = dict(bound.kwargs)
    form = kwargs.pop("response_format", None)
    if form is None:
        return bound
    return bound.bound.bind(**kwargs, extra_body={**(model.extra_body or {}), "response_format": form})


def _is_read(parser: Any, message: Any) -> bool:
    """Whether the library's parser finds an answer; nothing found is a failure, and so is one it cannot read."""
    from langchain_core.exceptions import OutputParserException
    from langchain_core.outputs import ChatGeneration

    try:
        return parser.parse_result([ChatGeneration(message=message)]) is not None
    except (OutputParserException, ValueError, LookupError, TypeError, RecursionError):
        return False
