"""Odoo 17 and later, over RPC alone: reading, guarded actions, the append-only log, and the set-up."""
