"""One question to the model through LangChain: asked in the way of a rung, its answer or its trouble told apart."""

import json
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from agent.adapters.llm.asking import Asking, asking
from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.ladder import SCHEMA_IN_PROMPT, Dialect, Rung
from agent.adapters.llm.places import OwnPlaces, Places
from agent.adapters.llm.replies import Reply, cut_off, reply_of
from agent.adapters.llm.trouble import SLOW, Trouble, retry_after, safe_words, wait_before_retry
from agent.errors import ConfigurationError
from agent.kit.clock import utc_now
from agent.kit.values import Value
from agent.suggestions.prompt import ModelParameters

if TYPE_CHECKING:
    import httpx2
    import openai
    from langchain_openai import ChatOpenAI

Got = TypeVar("Got")
Turns = tuple[tuple[str, str], ...]  # role (system, user, assistant) and text


class Question(Value):
    """What is asked, in whichever way: the turns, the schema of the answer, the parameters."""

    turns: Turns
    schema_: dict[str, Any]
    model: str
    parameters: ModelParameters


class Chat:
    """Speaks with one endpoint; safe for threads. Retries what may pass, within the endpoint's limits."""

    def __init__(self, endpoint: Endpoint, wait: Callable[[float], None], places: Places | None = None) -> None:
        endpoint.check()
        self._endpoint = endpoint
        self._wait = wait
        self._places = places or OwnPlaces(endpoint.concurrency, endpoint.timeout)
        self._lock = threading.Lock()
        self._http: httpx2.Client | None = None
        self._models: dict[tuple[object, ...], ChatOpenAI] = {}
        self._ways: dict[tuple[object, ...], Asking] = {}

    def ask(self, question: Question, dialect: Dialect, *, patient: bool = True) -> Reply:
        """The reply. Raises Trouble once retrying does not help, ConfigurationError for a wrong key or address."""
        retries = self._endpoint.max_retries if patient else min(self._endpoint.max_retries, 1)
        done = 0
        while True:
            try:
                with self._places.place():
                    return self._once(question, dialect)
            except Trouble as trouble:
                self._refuse_misconfiguration(trouble)
                seconds = wait_before_retry(trouble, done, retries)
                if seconds is None:
                    raise
            self._wait(seconds)
            done += 1

    def models(self) -> tuple[str, ...]:
        """The model ids that the server lists. Raises Trouble, or ConfigurationError for a wrong key or address."""
        return self._plain(lambda client: tuple(str(model.id) for model in client.models.list().data or ()))

    def embeddings(self, texts: list[str]) -> list[list[float]]:
        """The rows of these texts in their order. Raises like `models`, after retrying what may pass."""
        done = 0
        while True:
            try:
                return self._plain(lambda client: _rows(client, self._endpoint.model, texts), "\n".join(texts))
            except Trouble as trouble:
                seconds = wait_before_retry(trouble, done, self._endpoint.max_retries)
                if seconds is None:
                    raise
            self._wait(seconds)
            done += 1

    def _plain(self, ask: "Callable[[openai.OpenAI], Got]", private: str = "") -> "Got":
        """One request without LangChain, told apart like the others."""
        import openai

        from agent.adapters.llm.transport import exchange

        client = openai.OpenAI(
            api_key=self._key or "none",
            base_url=self._endpoint.address,
            http_client=self._client(),
            max_retries=0,
            timeout=self._timeout(),
        )
        try:
            with exchange(self._endpoint.timeout):
                return ask(client)
        except Exception as error:  # noqa: BLE001 - told apart there; what is unknown is raised again
            trouble = self._trouble(error, private)
        self._refuse_misconfiguration(trouble)
        raise trouble

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._http is not None:
                self._http.close()
                self._http = None
                self._models.clear()
                self._ways.clear()

    @property
    def _key(self) -> str:
        return self._endpoint.api_key.get_secret_value()

    def _timeout(self) -> "httpx2.Timeout":
        import httpx2

        return httpx2.Timeout(self._endpoint.timeout, connect=self._endpoint.connect_timeout)

    def _client(self) -> "httpx2.Client":
        from agent.adapters.llm.transport import http_client

        with self._lock:
            if self._http is None:
                limits = self._endpoint
                self._http = http_client(limits.address, limits.connect_timeout, limits.timeout, limits.concurrency)
            return self._http

    def _once(self, question: Question, dialect: Dialect) -> Reply:
        from langsmith import tracing_context

        from agent.adapters.llm.transport import exchange

        turns = _turns(question, dialect.rung)
        asking = self._asking(question, dialect)
        with exchange(self._endpoint.timeout) as now, tracing_context(enabled=False):
            try:
                message = asking.model.invoke(list(turns))
            except Exception as error:  # noqa: BLE001 - told apart there; what is unknown is raised again
                cut = cut_off(error, now.sent)
                if cut is not None:
                    return cut
                trouble = self._trouble(error, "\n".join(text for _, text in question.turns[1:]))
            else:
                return reply_of(message, asking.reads(message), now.sent)
        raise trouble  # outside the handler: the library's error may carry the prompt or the key

    def _asking(self, question: Question, dialect: Dialect) -> Asking:
        """One client object per way of asking, which takes 50 ms to make, and one per schema on top of it."""
        asked = question.parameters
        key = (question.model, asked.temperature, asked.max_tokens, dialect.dropped)
        if key not in self._models:
            self._models[key] = self._made(question, dialect)
        whole = (*key, dialect.rung, json.dumps(question.schema_))
        if whole not in self._ways:
            plain = "format" in dialect.dropped
            self._ways[whole] = asking(self._models[key], dialect.rung, question.schema_, plain=plain)
        return self._ways[whole]

    def _made(self, question: Question, dialect: Dialect) -> "ChatOpenAI":
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        asked = question.parameters
        dropped = dialect.dropped
        return ChatOpenAI(
            model=question.model,
            base_url=self._endpoint.address,
            api_key=SecretStr(self._key or "none"),  # never the one of another service that the environment holds
            temperature=None if "temperature" in dropped else asked.temperature,
            max_completion_tokens=None if "max_completion_tokens" in dropped else asked.max_tokens,
            extra_body=None if "max_tokens" in dropped else {"max_tokens": asked.max_tokens},  # what local servers read
            timeout=self._timeout(),
            max_retries=0,
            http_client=self._client(),
            use_responses_api=False,
            streaming=False,
            cache=False,
            disabled_params={"parallel_tool_calls": None},
        )

    def _trouble(self, error: Exception, private: str) -> Trouble:
        """What the library's error means, in words that hold neither key nor prompt."""
        import openai

        if isinstance(error, openai.APIStatusError):
            body = error.body if isinstance(error.body, dict) else {}
            words = str(body.get("message") or body.get("detail") or error.message)
            return Trouble(
                safe_words(words, key=self._key, private=private),
                status=error.status_code,
                code=str(body.get("code") or body.get("type") or ""),
                param=str(body.get("param") or ""),
                retry_after=retry_after({k.lower(): v for k, v in error.response.headers.items()}, utc_now()),
            )
        if isinstance(error, openai.APITimeoutError):
            return self._too_late(error)
        if isinstance(error, openai.APIConnectionError):
            return Trouble(safe_words(str(error.__cause__ or error), key=self._key, private=private))
        if isinstance(error, openai.OpenAIError | ValueError | LookupError | TypeError | AttributeError):
            return Trouble(f"it sent something that is no chat completion ({type(error).__name__})")
        raise error

    def _too_late(self, error: Exception) -> Trouble:
        """A connection that took too long may be tried again; an answer that did would take as long again."""
        import httpx2

        if isinstance(error.__cause__, httpx2.ConnectTimeout):
            return Trouble(f"no connection within {self._endpoint.connect_timeout:g} s")
        return Trouble(f"no answer within {self._endpoint.timeout:g} s", code=SLOW)

    def _refuse_misconfiguration(self, trouble: Trouble) -> None:
        if trouble.wrong_key:
            raise ConfigurationError(
                f"the model server does not accept {self._endpoint.setting('API_KEY')} (HTTP {trouble.status})",
                remedy=f"Set {self._endpoint.setting('API_KEY')} to a key that may use this model.",
            )
        if trouble.status is not None and 300 <= trouble.status < 400:  # noqa: PLR2004 - HTTP
            raise ConfigurationError(
                f"{self._endpoint.setting('BASE_URL')} redirects to another address (HTTP {trouble.status}),"
                " which is not followed",
                remedy=f"Set {self._endpoint.setting('BASE_URL')} to the final address.",
            )


def _rows(client: "openai.OpenAI", model: str, texts: list[str]) -> list[list[float]]:
    found = client.embeddings.create(model=model, input=texts, encoding_format="float").data
    return [list(row.embedding) for row in sorted(found, key=lambda row: row.index)]


def _turns(question: Question, rung: Rung) -> Turns:
    if rung not in SCHEMA_IN_PROMPT:
        return question.turns
    (role, system), *rest = question.turns
    schema = json.dumps(question.schema_, ensure_ascii=False)
    return (
        (role, f"{system}\n\nAnswer with one JSON object, and nothing else, that fits this schema:\n{schema}"),
        *rest,
    )
