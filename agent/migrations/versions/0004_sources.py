"""How far each source was read; the watched records as last seen; cases settled in Odoo."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""
