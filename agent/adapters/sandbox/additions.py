"""What later versions added to the sandbox's tables: new tables and columns only, so that older files go on working."""
# ruff: noqa: S608 - table and column names are constants of this module

import sqlite3

from agent.adapters.sandbox.schema import APPEND_ONLY, REFUSED, SCHEMA

VERSION = 4

TABLES = """
CREATE TABLE IF NOT EXISTS tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS record_tag (
    model TEXT NOT NULL, record_id INTEGER NOT NULL, tag_id INTEGER NOT NULL REFERENCES tag,
    PRIMARY KEY (model, record_id, tag_id));
CREATE TABLE IF NOT EXISTS outgoing (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, record_id INTEGER NOT NULL, recipient TEXT NOT NULL,
    subject TEXT NOT NULL, body TEXT NOT NULL, in_reply_to TEXT NOT NULL, action_key TEXT NOT NULL,
    at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, purchase TEXT NOT NULL, raw BLOB NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS parameter (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS approval (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT UNIQUE, scenario TEXT NOT NULL, model TEXT NOT NULL,
    record_id INTEGER NOT NULL, record_name TEXT NOT NULL, company TEXT NOT NULL, consent TEXT NOT NULL,
    roles TEXT NOT NULL DEFAULT '', login TEXT NOT NULL DEFAULT '', asked_by TEXT NOT NULL DEFAULT '',
    reason_code TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT '', figures TEXT NOT NULL DEFAULT '{}',
    via TEXT NOT NULL, at INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS approval_record ON approval (scenario, model, record_id);
CREATE TABLE IF NOT EXISTS attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, scenario TEXT NOT NULL, mode TEXT NOT NULL, model TEXT NOT NULL,
    record_id INTEGER NOT NULL, record_name TEXT NOT NULL, company TEXT NOT NULL, figures TEXT NOT NULL,
    login TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY AUTOINCREMENT, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, password TEXT NOT NULL,
    roles TEXT NOT NULL, companies TEXT NOT NULL, language TEXT NOT NULL, zone TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS ticket (
    digest TEXT PRIMARY KEY, login TEXT NOT NULL REFERENCES person (login), at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS orderpoint (
    id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES company,
    product_id INTEGER NOT NULL REFERENCES product, warehouse TEXT NOT NULL, minimum INTEGER NOT NULL,
    maximum INTEGER NOT NULL, automatic INTEGER NOT NULL DEFAULT 1, lead_days INTEGER NOT NULL DEFAULT 0);
"""

_STAMPED = ("changed_at INTEGER NOT NULL DEFAULT 0", "changed_by TEXT NOT NULL DEFAULT ''")
_OWNED = (*_STAMPED, "created_at INTEGER", "created_by TEXT NOT NULL DEFAULT ''")
_RISK = (
    "risk_level TEXT NOT NULL DEFAULT 'none'",
    "risk_score INTEGER NOT NULL DEFAULT 0",
    "risk_reason TEXT NOT NULL DEFAULT ''",
    "risk_link TEXT NOT NULL DEFAULT ''",
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "sale_order": (
        *_OWNED,
        *_RISK,
        "held INTEGER NOT NULL DEFAULT 0",
        "hold_reason TEXT NOT NULL DEFAULT ''",
        "standard_freight INTEGER",
    ),
    "sale_line": ("substitute TEXT NOT NULL DEFAULT ''",),
    "purchase_order": (*_OWNED, *_RISK, "urgent INTEGER NOT NULL DEFAULT 0"),
    "purchase_line": ("substitute TEXT NOT NULL DEFAULT ''", "tax_percent INTEGER"),
    "bill_line": ("tax_percent INTEGER",),
    "picking": (*_OWNED, *_RISK, "returns INTEGER NOT NULL DEFAULT 0", "done_on TEXT"),
    "move": ("picked INTEGER NOT NULL DEFAULT 0",),
    "bill": (*_OWNED, "disputed INTEGER NOT NULL DEFAULT 0", "dispute_reason TEXT NOT NULL DEFAULT ''"),
    "partner": ("bank_account TEXT NOT NULL DEFAULT ''", "standard_carrier TEXT NOT NULL DEFAULT ''"),
    "activity": ("login TEXT NOT NULL DEFAULT ''", "closed_at INTEGER"),
    "receipt": ("before TEXT NOT NULL DEFAULT '{}'", "after TEXT NOT NULL DEFAULT '{}'"),
    "approval": ("warned INTEGER NOT NULL DEFAULT 0",),
    "content": ("erased_at INTEGER", "erase_reason TEXT"),
}

INDEXES = "".join(
    f"CREATE INDEX IF NOT EXISTS {table}_changed ON {table} (changed_at, id);"
    for table in ("sale_order", "purchase_order", "picking", "bill")
) + (
    "CREATE INDEX IF NOT EXISTS move_picking ON move (picking_id);"
    "CREATE INDEX IF NOT EXISTS move_purchase_line ON move (purchase_line_id);"
)

ERASING = """OLD.id = NEW.id AND OLD.key = NEW.key AND OLD.case_number = NEW.case_number AND OLD.content = NEW.content
    AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.erase_reason IS NOT NULL
    AND NEW.row = json_set(OLD.row, '$.text', '')"""
"""The one change that the log allows: the text goes, all else stays as it was, and only once."""


def _refusing(table: str) -> str:
    """Refuse change, removal, and replacement through INSERT OR REPLACE; the triggers are made anew."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSED}: {table}'); END;"
    taken = f"EXISTS (SELECT 1 FROM {table} WHERE key = NEW.key OR id = NEW.id)"
    spared = f"WHEN NOT ({ERASING})" if table == "content" else ""
    return (
        f"DROP TRIGGER IF EXISTS {table}_no_update;"
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {spared} {refuse}"
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} {refuse}"
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} {refuse}"
    )


def is_current(connection: sqlite3.Connection) -> bool:
    """True when the file has this version's schema."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0]) >= VERSION


def bring_up(connection: sqlite3.Connection) -> None:
    """Make the schema, or add what an older file lacks, in one transaction however many ask at the same time."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not is_current(connection):
            for statement in _statements(SCHEMA + TABLES):
                connection.execute(statement)
            for table, columns in COLUMNS.items():
                _add(connection, table, columns)
            for statement in _statements(INDEXES + "".join(_refusing(name) for name in (*APPEND_ONLY, "approval"))):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _add(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
    for column in columns:
        if column.partition(" ")[0] not in there:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column}")


def _statements(script: str) -> list[str]:
    """A script's statements; a trigger's body holds semicolons of its own."""
    found, kept = [], ""
    for part in script.split(";"):
        kept = f"{kept}{part};"
        if sqlite3.complete_statement(kept):
            found.append(kept)
            kept = ""
    return found
