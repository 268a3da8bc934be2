"""In-memory twins of the ports, for unit tests: an Odoo made of values, its people, and (from `scripted`) a reader."""

from agent.adapters.memory.odoo import MemoryOdoo
from agent.adapters.memory.people import MemoryPeople
from agent.adapters.scripted import ScriptedReader

__all__ = ["MemoryOdoo", "MemoryPeople", "ScriptedReader"]
