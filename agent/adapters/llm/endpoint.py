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
    settings: str = Field(default="LLM", description="which settings name it: GATEHOUSE_<this>_BASE_URL")

    def check(self) -> None:
        """Raise ConfigurationError when the endpoint cannot be right."""
        parts = urlsplit(self.base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ConfigurationError(f"{self.setting('BASE_URL')} is not an http or https address")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ConfigurationError(
                f"{self.setting('BASE_URL')} carries credentials or a query",
                remedy=f"Give the address alone; the key belongs into {self.setting('API_KEY')}.",
            )
        if not self.model.strip():
            raise ConfigurationError(f"{self.setting('MODEL')} is empty")
        if not self.api_key.get_secret_value().isascii():
            raise ConfigurationError(f"{self.setting('API_KEY')} has characters that no key has")

    def setting(self, name: str) -> str:
        """The name in the environment of one of its settings."""
        return f"GATEHOUSE_{self.settings}_{name}"

    @property
    def address(self) -> str:
        """The base address without a slash at its end."""
        return self.base_url.rstrip("/")
