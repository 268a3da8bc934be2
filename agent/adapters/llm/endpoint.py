"""The endpoint of an OpenAI-compatible model, and how it is to be treated."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from agent.errors import ConfigurationError
from agent.kit.values import Value
from agent.suggestions.reader import Price


class Endpoint(Value):
    """Where the model is, the key, and the limits of asking it."""

    base_url: str = Field(description="up to and including /v1")
    model: str
    api_key: SecretStr = SecretStr("")
    connect_timeout: float = Field(default=5, gt=0, description="seconds")
    timeout: float = Field(default=60, gt=0, description="seconds for one request in all")
    max_retries: int = Field(default=2, ge=0, le=10, description="after the first try, for troubles that may pass")
    concurrency: int = Field(default=2, ge=1, description="requests at the same time")
    price: Price | None = None

    def check(self) -> None:
        """Raise ConfigurationError when the endpoint cannot be right."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError("GATEHOUSE_LLM_BASE_URL is not an http or https address")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ConfigurationError(
                "GATEHOUSE_LLM_BASE_URL carries credentials or a query",
                remedy="Give the address alone; the key belongs into GATEHOUSE_LLM_API_KEY.",
            )
        if not self.model.strip():
            raise ConfigurationError("GATEHOUSE_LLM_MODEL is empty")
        if not self.api_key.get_secret_value().isascii():
            raise ConfigurationError("GATEHOUSE_LLM_API_KEY has characters that no key has")

    @property
    def address(self) -> str:
        """The base address without a slash at its end."""
        return self.base_url.rstrip("/")
