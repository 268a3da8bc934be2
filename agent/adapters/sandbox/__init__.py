"""The sandbox company: a small SQLite file that behaves like an Odoo, for `gatehouse demo` and for tests."""

from agent.adapters.sandbox.company.fill import fill
from agent.adapters.sandbox.controls import ControlRefused
from agent.adapters.sandbox.gateway import SandboxOdoo
from agent.adapters.sandbox.ledger import Ledger, ledger
from agent.adapters.sandbox.people import SandboxPeople
from agent.adapters.sandbox.users import SandboxUser

__all__ = ["ControlRefused", "Ledger", "SandboxOdoo", "SandboxPeople", "SandboxUser", "fill", "ledger"]
