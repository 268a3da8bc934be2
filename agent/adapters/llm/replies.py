"""What came back from the model, taken out of the library's objects."""

import json
from typing import TYPE_CHECKING, Any

from agent.kit.values import Value

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage


class Reply(Value):
    """What came back with status 200, as it came."""

    text: str
    parsed: bool = True
    truncated: bool = False
    refused: bool = False
    model_id: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    sent: str = ""


def reply_of(raw: Any, parsed: bool, sent: str) -> Reply:
    """The reply of a call that went through; `parsed` is false when the library found no answer of the asked form."""
    from langchain_core.messages import AIMessage

    about = raw.response_metadata
    finish = about.get("finish_reason")
    reply = Reply(
        text=raw.text,
        parsed=parsed,
        truncated=finish == "length",
        refused=finish == "content_filter",
        model_id=str(about.get("model_name") or ""),
        sent=sent,
    )
    return _with_message(reply, raw) if isinstance(raw, AIMessage) else reply


def _with_message(reply: Reply, raw: "AIMessage") -> Reply:
    """The reply with the one tool call's arguments (several are no answer), the refusal, and what it used."""
    seen: dict[str, Any] = {}
    if raw.tool_calls:
        whole = raw.tool_calls[0]["args"] if len(raw.tool_calls) == 1 else [call["args"] for call in raw.tool_calls]
        seen |= {"text": json.dumps(whole, ensure_ascii=False), "parsed": reply.parsed and len(raw.tool_calls) == 1}
    elif raw.invalid_tool_calls:
        seen |= {"text": raw.invalid_tool_calls[0]["args"] or "", "parsed": False}
    if refusal := raw.additional_kwargs.get("refusal"):
        seen |= {"text": str(refusal), "refused": True}
    if usage := raw.usage_metadata:
        seen |= {"tokens_in": usage["input_tokens"] or None, "tokens_out": usage["output_tokens"] or None}
    return reply.model_copy(update=seen)


def cut_off(error: Exception, sent: str) -> Reply | None:
    """The SDK raises where an answer was cut off or filtered: that is an answer too, and it was paid for."""
    import openai

    if isinstance(error, openai.LengthFinishReasonError):
        whole = error.completion
        message = whole.choices[0].message
        return Reply(
            text=message.content or "",
            parsed=False,
            truncated=True,
            model_id=whole.model or "",
            tokens_in=whole.usage.prompt_tokens if whole.usage else None,
            tokens_out=whole.usage.completion_tokens if whole.usage else None,
            sent=sent,
        )
    if isinstance(error, openai.ContentFilterFinishReasonError):
        return Reply(text="", parsed=False, refused=True, sent=sent)
    return None
