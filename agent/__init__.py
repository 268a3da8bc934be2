"""Gatehouse: a governed AI agent service for distribution companies that run Odoo."""
