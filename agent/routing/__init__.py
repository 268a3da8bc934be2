"""Routing: who acts next, the machine or a person. Pure, deny by default, every reason listed."""
