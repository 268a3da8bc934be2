"""Events that were stored and have no case yet are found at once, however much came in before."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the index of what waits."""
    received = sa.table("received", sa.column("case_id"), sa.column("suppressed", sa.Boolean()))
    waits = sa.and_(received.c.case_id.is_(None), received.c.suppressed.is_(sa.false()))
    op.create_index("ix_received_waits", "received", ["received_at"], sqlite_where=waits, postgresql_where=waits)
