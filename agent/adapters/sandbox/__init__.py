"""The sandbox company: a small SQLite file that behaves like an Odoo, for `gatehouse demo` and for tests."""

from agent.adapters.sandbox.company.fill import fill
from agent.adapters.sandbox.gateway import SandboxOdoo
from agent.adapters.sandbox.ledger import Ledger, ledger

__all__ = ["Ledger", "SandboxOdoo", "fill", "ledger"]
