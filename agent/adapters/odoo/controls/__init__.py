"""Native controls: what Odoo itself refuses until the right people consent, whether Gatehouse runs or not."""
