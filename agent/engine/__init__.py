"""The engine makes stories durable: it claims what is owed, runs it step by step, and survives kill -9."""
