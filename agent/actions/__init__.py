"""Actions: allow-listed, typed changes in Odoo, each carried out exactly once."""
