"""Sign-in with Odoo: where a person comes from, tickets that were used, and logins that nobody has."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Everybody so far is a person of our own."""
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("source", sa.String(length=8), nullable=False, server_default="local"))
        person.add_column(sa.Column("odoo_number", sa.Integer(), nullable=True))
        person.add_column(sa.Column("checked_at", sa.BigInteger(), nullable=True))
        person.create_unique_constraint("uq_person_odoo_number", ["odoo_number"])
    op.create_table(
        "used_ticket",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_ticket")),
    )
    op.create_table(
        "stranger",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger")),
    )
