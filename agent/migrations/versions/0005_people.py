"""Sign-in with Odoo: where a person comes from, and tickets that were used."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Nothing yet."""
