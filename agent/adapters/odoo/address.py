"""Where an Odoo answers: the parts of GATEHOUSE_ODOO_URL, or a refusal that says what is wrong with it."""

from urllib.parse import urlsplit

from agent.errors import ConfigurationError
from agent.kit.values import Value

DEFAULT_PORTS = {"http": 80, "https": 443}
_REMEDY = "Set GATEHOUSE_ODOO_URL to the address alone, for example https://odoo.example.com or http://127.0.0.1:8069."


class Address(Value):
    """Scheme, host and port of an Odoo."""

    secure: bool
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}"


def parse(url: str) -> Address:
    """The address in `url`. Raises ConfigurationError, without repeating what may be a password."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"GATEHOUSE_ODOO_URL is not an address: {error}.", remedy=_REMEDY) from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise ConfigurationError("GATEHOUSE_ODOO_URL must begin with http:// or https:// and a host.", remedy=_REMEDY)
    if parts.username or parts.password:
        raise ConfigurationError("GATEHOUSE_ODOO_URL must not carry a user or password.", remedy=_REMEDY)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigurationError(
            f"GATEHOUSE_ODOO_URL carries the path {parts.path or '?'!r}; Odoo answers at the root of its host.",
            remedy=_REMEDY,
        )
    return Address(secure=parts.scheme == "https", host=parts.hostname, port=port or DEFAULT_PORTS[parts.scheme])
