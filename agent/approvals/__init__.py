"""Approvals: consent that policy demands from roles, by people who neither asked for it nor decided it before."""
