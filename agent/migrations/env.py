"""Alembic's entry: runs on the connection that it is given, inside its transaction."""

from alembic import context

import agent.migrations.tables  # registers every table
from agent.kit.db import metadata

_ = agent.migrations.tables
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
    render_as_batch=True,
)
context.run_migrations()
