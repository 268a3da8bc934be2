"""The engine makes stories durable: it claims what is owed, runs it step by step, and survives kill -9."""

from agent.engine.schedules import Schedule
from agent.engine.service import Engine, EnginePlan

__all__ = ["Engine", "EnginePlan", "Schedule"]
