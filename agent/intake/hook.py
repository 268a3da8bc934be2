"""The address that Odoo's own webhooks call: it can carry no secret but in the path, so a token stands there."""

import base64
import hmac

from agent.settings import Settings

PATH = "/hooks/odoo"
PURPOSE = b"the token of Odoo's webhooks"


def hook_token(settings: Settings, master: bytes) -> str:
    """The token in the path: GATEHOUSE_HOOK_TOKEN, else made from the installation's key, always the same."""
    given = settings.hook_token.get_secret_value()
    made = base64.urlsafe_b64encode(hmac.digest(master, PURPOSE, "sha256")).rstrip(b"=").decode()
    return given or made


def hook_url(settings: Settings, master: bytes) -> str:
    """The whole address for set-up; it is a secret. Its host is GATEHOUSE_PUBLIC_URL's, else where the desk listens."""
    return f"{settings.desk_url}{PATH}/{hook_token(settings, master)}"
