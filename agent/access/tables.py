"""The tables of who may sign in, who is signed in, and who tried to. Of tokens only digests are stored."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text

from agent.kit.db import Moment, metadata

person = Table(
    "person",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("roles", Text, nullable=False),
    Column("companies", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("password_hash", Text),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("source", String(8), nullable=False, server_default="local"),
    Column("odoo_number", Integer, unique=True),
    Column("checked_at", Moment),
)
session = Table(
    "session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
ticket = Table(
    "ticket",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("person_id", String(36), nullable=False),
    Column("expires_at", Moment, nullable=False),
)
used_ticket = Table(
    "used_ticket",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("used_at", Moment, nullable=False),
)
stranger = Table(
    "stranger",
    metadata,
    Column("id", String(64), primary_key=True),  # digest of a login that nobody here has
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("tried_at", Moment, nullable=False),
)
