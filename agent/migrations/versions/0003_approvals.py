"""Approvals with their answers; undone decisions; stale actions."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("approval_answer", "decision_fate", "odoo_answer")


def upgrade() -> None:
    """Make the tables, let a suggestion be asked about again, and let an action wait, be stale or taken back."""
    op.create_table(
        "approval",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_id", sa.String(length=36), nullable=True),
        sa.Column("decision_id", sa.String(length=36), nullable=True),
        sa.Column("scenario", sa.String(length=32), nullable=False),
        sa.Column("company", sa.String(length=128), nullable=False),
        sa.Column("record_model", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("record_name", sa.String(length=200), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("why", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("barred", sa.Text(), nullable=False),
        sa.Column("roles", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_case_id", "approval", ["case_id"], unique=False)
    op.create_index("ix_approval_decision_id", "approval", ["decision_id"], unique=False)
    op.create_index("ix_approval_record_id_scenario", "approval", ["record_id", "scenario"], unique=False)
    op.create_index("ix_approval_state_due_at", "approval", ["state", "due_at"], unique=False)
    op.create_table(
        "approval_answer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("approval_id", sa.String(length=36), nullable=False),
        sa.Column("consent", sa.String(length=8), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("by_whom", sa.String(length=200), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_answer")),
        sa.UniqueConstraint("approval_id", "by_whom", name=op.f("uq_approval_answer_approval_id_by_whom")),
    )
    op.create_table(
        "odoo_answer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_odoo_answer")),
    )
    op.create_table(
        "decision_fate",
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("fate", sa.String(length=12), nullable=False),
        sa.Column("by_whom", sa.String(length=200), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_fate")),
    )
    _widen_actions_and_reviews()
    _refuse_changes()


def _widen_actions_and_reviews() -> None:
    with op.batch_alter_table("action") as action:
        action.add_column(sa.Column("approval_id", sa.String(length=36), nullable=True))
        action.add_column(sa.Column("takes_back", sa.String(length=36), nullable=True))
        action.add_column(sa.Column("differences", sa.LargeBinary(), nullable=True))
        action.create_unique_constraint(op.f("uq_action_takes_back"), ["takes_back"])
    op.create_index("ix_action_approval_id", "action", ["approval_id"], unique=False)
    with op.batch_alter_table("review") as review:
        review.add_column(sa.Column("nth", sa.Integer(), server_default="1", nullable=False))
        review.drop_constraint(op.f("uq_review_suggestion_id_level"), type_="unique")
        review.create_unique_constraint(op.f("uq_review_suggestion_id_level_nth"), ["suggestion_id", "level", "nth"])


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION gatehouse_append_only()"
        )
