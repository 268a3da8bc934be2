"""What the automatic lane rests on: scores, gold draws, labels, looks, certificates, epochs and monitors."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables; everything is added, nothing changed."""
    _items()
    _labels()
    _certificates()


def _items() -> None:
    op.create_table(
        "scored_item",
        sa.Column("suggestion_id", sa.String(length=36), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("company", sa.String(length=128), nullable=False),
        sa.Column("thread", sa.String(length=300), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("predicted", sa.String(length=40), nullable=False),
        sa.Column("model_id", sa.String(length=200), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("gated", sa.Boolean(), nullable=False),
        sa.Column("gold", sa.Boolean(), nullable=False),
        sa.Column("audited", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("replayed", sa.Boolean(), nullable=False),
        sa.Column("certificate_id", sa.String(length=36)),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Boolean()),
        sa.Column("labelled_at", sa.BigInteger()),
        sa.Column("shown_wrong", sa.Boolean()),
        sa.PrimaryKeyConstraint("suggestion_id", "version_hash", name=op.f("pk_scored_item")),
    )
    op.create_index("ix_scored_item_task_version_hash", "scored_item", ["task", "version_hash", "predicted"])
    op.create_index("ix_scored_item_drawn_at", "scored_item", ["drawn_at"])
    op.create_index("ix_scored_item_case_id", "scored_item", ["case_id"])


def _labels() -> None:
    op.create_table(
        "gold_draw",
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("company", sa.String(length=128), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("rho", sa.Float(), nullable=False),
        sa.Column("double", sa.Boolean(), nullable=False),
        sa.Column("drawn_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_gold_draw")),
    )
    op.create_index("ix_gold_draw_drawn_at", "gold_draw", ["drawn_at"])
    op.create_table(
        "gold_label",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("suggestion_id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=False),
        sa.Column("company", sa.String(length=128), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.LargeBinary()),
        sa.Column("by_whom", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gold_label")),
        sa.UniqueConstraint("suggestion_id", "kind", name=op.f("uq_gold_label_suggestion_id_kind")),
    )
    op.create_index("ix_gold_label_case_id", "gold_label", ["case_id"])


def _certificates() -> None:
    op.create_table(
        "epoch",
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.String(length=200), nullable=False),
        sa.Column("scoring", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("task", "number", name=op.f("pk_epoch")),
    )
    op.create_table(
        "certification_look",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("model_id", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_whom", sa.String(length=200), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certification_look")),
        sa.UniqueConstraint(
            "task", "label", "epoch", "attempt", name=op.f("uq_certification_look_task_label_epoch_attempt")
        ),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("look_id", sa.String(length=36), nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("version_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("certified_at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("look_id", name=op.f("uq_certificate_look_id")),
    )
    op.create_index("ix_certificate_task_label", "certificate", ["task", "label"])
    op.create_table(
        "monitor_state",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_monitor_state")),
    )
