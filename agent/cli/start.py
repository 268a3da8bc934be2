"""What every command needs: the settings, the app, and who is asking."""

import os
import pwd
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.access.model import Person
    from agent.pipeline import App
    from agent.settings import Settings


def settings(**overrides: Any) -> "Settings":
    """The settings, with the command line's on top. Raises ConfigurationError."""
    from agent.settings import load_settings

    return load_settings(**overrides)


def app(**overrides: Any) -> "App":
    """The app of these settings. Raises ConfigurationError, WrongSchema, StorageError."""
    from agent.bootstrap import build

    return build(settings(**overrides))


def operator() -> "Person":
    """Whoever runs commands on this machine: an administrator and manager by the right of its file system."""
    from agent.access.model import Role
    from agent.access.store import new_person

    try:
        name = pwd.getpwuid(os.getuid()).pw_name  # not the environment's word, which anybody can set
    except KeyError:
        name = "unknown"
    return new_person(f"cli:{name}", name, frozenset({Role.ADMINISTRATOR, Role.MANAGER}))
