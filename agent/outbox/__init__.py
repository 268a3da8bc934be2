"""What is owed: work for the engine, and rows of the AI log for Odoo."""
