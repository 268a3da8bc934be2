"""Importing this module registers every table of ours on the one metadata."""

import agent.adapters.llm.places
import agent.engine.store
import agent.work

__all__ = ["agent"]
