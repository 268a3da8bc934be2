"""How far each source was read; the watched records as last seen; cases settled in Odoo."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of sources and of shown risks; say on a case who settled it in Odoo."""
    op.create_table(
        "source_cursor",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_cursor")),
    )
    op.create_table(
        "seen_record",
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("model", "id", name=op.f("pk_seen_record")),
    )
    op.create_table(
        "source_item",
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", name=op.f("pk_source_item")),
    )
    op.create_index("ix_source_item_at", "source_item", ["at"])
    op.create_table(
        "reservation_shift",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=128), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reservation_shift")),
    )
    op.create_index("ix_reservation_shift_product_at", "reservation_shift", ["product", "at"])
    op.create_table(
        "risk_shown",
        sa.Column("model", sa.String(length=32), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model", "id", name=op.f("pk_risk_shown")),
    )
    op.add_column("case_file", sa.Column("settled", sa.String(length=300), server_default="", nullable=False))
    op.add_column("case_file", sa.Column("settled_by", sa.String(length=200), server_default="", nullable=False))
    op.add_column("case_file", sa.Column("settled_at", sa.BigInteger(), nullable=True))
