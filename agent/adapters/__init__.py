"""The outside world: each port's real implementation and its twin; only `agent.bootstrap` chooses among them."""
