"""`SandboxOdoo`: the sandbox company behind the reader, the writer and the log port of an Odoo."""
# ruff: noqa: S608 - table and column names are constants of this module; values are parameters

import json
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from agent.actions.log import ContentRow, DecisionRow, LogCounts
from agent.actions.model import AnyAction, OpenActivity, Outcome, PostNote, Receipt
from agent.adapters.odoo.public_domains import PUBLIC_DOMAINS
from agent.adapters.sandbox import baseline as window
from agent.adapters.sandbox import rows
from agent.adapters.sandbox.database import BUSY_SECONDS, Database, Trace
from agent.adapters.sandbox.ledger import counts
from agent.errors import ActionRefused
from agent.evidence.records import (
    Baseline,
    Bill,
    Model,
    OdooInfo,
    Party,
    PurchaseOrder,
    RecordRef,
    SaleOrder,
    StockLevel,
    SupplyPicture,
)
from agent.evidence.supply import assemble
from agent.kit.clock import Clock, from_micros, to_micros, utc_now
from agent.kit.values import Value

OPEN_PURCHASES = 20
TABLES: dict[Model, str] = {
    Model.PARTNER: "partner",
    Model.SALE_ORDER: "sale_order",
    Model.PURCHASE_ORDER: "purchase_order",
    Model.PICKING: "picking",
    Model.BILL: "bill",
    Model.PRODUCT: "product",
}


class Note(Value):
    """A note on a record, as it stands in the sandbox."""

    id: int
    text: str
    key: str
    at: datetime


class Activity(Value):
    """A to-do on a record, as it stands in the sandbox."""

    id: int
    summary: str
    note: str
    due: date
    key: str
    at: datetime


class SandboxOdoo:
    """A company in one SQLite file; `fill` gives it records. Every method raises OdooUnavailable in an outage."""

    def __init__(
        self, path: Path, *, clock: Clock = utc_now, busy_seconds: float = BUSY_SECONDS, trace: Trace | None = None
    ) -> None:
        self.path = path
        self._clock = clock
        self._db = Database(path, clock, busy_seconds=busy_seconds, trace=trace)

    # --- reading --------------------------------------------------------------------------------
    def info(self) -> OdooInfo:
        with self._db.reading() as db:
            companies = tuple(row["name"] for row in db.execute("SELECT name FROM company ORDER BY id"))
        return OdooInfo(
            product="Sandbox company", version="18.0", database=self.path.name, user="gatehouse", companies=companies
        )

    def purchase_orders(self, refs: Sequence[str]) -> tuple[PurchaseOrder, ...]:
        with self._db.reading() as db:
            wanted = f"fold(o.name) {rows.IN_LIST} OR fold(o.partner_ref) {rows.IN_LIST}"
            return rows.purchases(db, wanted, rows.folded(refs))

    def open_purchases_of(self, email: str) -> tuple[PurchaseOrder, ...]:
        with self._db.reading() as db:
            supplier = _supplier(db, email)
            if supplier is None:
                return ()
            newest = """o.id IN (SELECT n.id FROM purchase_order n WHERE n.partner_id = :supplier
                AND n.state = 'purchase' AND EXISTS
                    (SELECT 1 FROM purchase_line l WHERE l.order_id = n.id AND l.ordered > l.received)
                ORDER BY n.ordered_at DESC, n.id DESC LIMIT :limit)"""
            found = rows.purchases(db, newest, {"supplier": supplier, "limit": OPEN_PURCHASES})
            return tuple(
                sorted(
                    found,
                    key=lambda order: (order.ordered_at is not None, order.ordered_at, order.ref.id),
                    reverse=True,
                )
            )

    def supplier_by_email(self, email: str) -> Party | None:
        with self._db.reading() as db:
            supplier = _supplier(db, email)
            return rows.parties(db, [supplier])[supplier] if supplier is not None else None

    def sale_orders(self, refs: Sequence[str]) -> tuple[SaleOrder, ...]:
        with self._db.reading() as db:
            return rows.sales(db, f"fold(o.name) {rows.IN_LIST}", rows.folded(refs))

    def bills(self, refs: Sequence[str]) -> tuple[Bill, ...]:
        with self._db.reading() as db:
            wanted = f"fold(o.name) {rows.IN_LIST} OR fold(o.ref) {rows.IN_LIST}"
            return rows.bills(db, wanted, rows.folded(refs))

    def stock(self, product_codes: Sequence[str]) -> tuple[StockLevel, ...]:
        with self._db.reading() as db:
            return rows.stock(db, f"fold(p.code) {rows.IN_LIST}", rows.folded(product_codes))

    def supply_picture(self, today: date, horizon_days: int) -> SupplyPicture:
        with self._db.reading() as db:
            lines, commitments = rows.open_purchase_lines(db), rows.open_sale_lines(db)
            codes = sorted({line.product_code for line in lines})
            levels = rows.stock(db, f"p.code {rows.IN_LIST}", rows.as_list(codes))
        return assemble(lines, commitments, levels, today=today, horizon_days=horizon_days, read_at=self._clock())

    def baseline(self, since: date, until: date) -> Baseline:
        with self._db.reading() as db:
            return window.baseline(db, since, until)

    # --- changing -------------------------------------------------------------------------------
    def apply(self, action: AnyAction, *, key: str) -> Receipt:
        with self._db.writing() as db:
            known = db.execute("SELECT made_id, at FROM receipt WHERE key = ?", (key,)).fetchone()
            if known:
                return Receipt(
                    key=key, outcome=Outcome.ALREADY, record_id=known["made_id"], at=from_micros(known["at"])
                )
            _must_exist(db, action.record)
            now = self._clock()
            made = _carry_out(db, action, key, to_micros(now))
            place = (action.record.model.value, action.record.id)
            db.execute(
                "INSERT INTO receipt (key, kind, model, record_id, made_id, at) VALUES (?, ?, ?, ?, ?, ?)",
                (key, action.kind, *place, made, to_micros(now)),
            )
            return Receipt(key=key, outcome=Outcome.APPLIED, record_id=made, at=now)

    def append(self, rows: Sequence[DecisionRow | ContentRow]) -> int:
        with self._db.writing() as db:
            known = _known_keys(db, rows)
            before = len(known)
            for row in rows:
                if (row.kind, row.key) not in known:
                    _store(db, row)
                    known.add((row.kind, row.key))
            return len(known) - before

    def counts(self) -> LogCounts:
        with self._db.reading() as db:
            return counts(db)

    # --- for people and tests -------------------------------------------------------------------
    def notes(self, record: RecordRef) -> tuple[Note, ...]:
        """The notes on a record, oldest first."""
        found = "SELECT id, body, action_key, at FROM note WHERE model = ? AND record_id = ? ORDER BY id"
        with self._db.reading() as db:
            return tuple(
                Note(id=row["id"], text=row["body"], key=row["action_key"], at=from_micros(row["at"]))
                for row in db.execute(found, (record.model.value, record.id))
            )

    def activities(self, record: RecordRef) -> tuple[Activity, ...]:
        """The to-dos on a record, oldest first."""
        found = (
            "SELECT id, summary, note, due, action_key, at FROM activity WHERE model = ? AND record_id = ? ORDER BY id"
        )
        with self._db.reading() as db:
            return tuple(
                Activity(
                    id=row["id"],
                    summary=row["summary"],
                    note=row["note"],
                    due=date.fromisoformat(row["due"]),
                    key=row["action_key"],
                    at=from_micros(row["at"]),
                )
                for row in db.execute(found, (record.model.value, record.id))
            )

    def fail_until(self, until: datetime, *, after_commit: bool = False) -> None:
        """Simulate an outage for every process: nothing answers; or writes are done and their answer is lost."""
        with self._db.ungoverned() as db:
            db.execute("INSERT INTO outage (until, after_commit) VALUES (?, ?)", (to_micros(until), after_commit))

    def recover(self) -> None:
        """End every simulated outage."""
        with self._db.ungoverned() as db:
            db.execute("DELETE FROM outage")

    def close(self) -> None:
        """Close all connections; the next use opens them again."""
        self._db.close()


def _supplier(db: sqlite3.Connection, email: str) -> int | None:
    """The supplier with exactly this address, else the only one of its mail domain, unless that is a public one."""
    address = email.strip().casefold()
    domain = address.rpartition("@")[2]
    if not domain or domain == address:
        return None
    found = "SELECT DISTINCT coalesce(parent_id, id) AS head FROM partner WHERE"
    buys = "AND coalesce(parent_id, id) IN (SELECT id FROM partner WHERE supplier) ORDER BY head LIMIT 2"
    exact = db.execute(f"{found} fold(email) = ? {buys}", (address,)).fetchone()
    if exact:
        return int(exact["head"])
    if domain in PUBLIC_DOMAINS:
        return None
    heads = db.execute(f"{found} substr(fold(email), -length(?1)) = ?1 {buys}", (f"@{domain}",)).fetchall()
    return int(heads[0]["head"]) if len(heads) == 1 else None


def _must_exist(db: sqlite3.Connection, record: RecordRef) -> None:
    if not db.execute(f"SELECT 1 FROM {TABLES[record.model]} WHERE id = ?", (record.id,)).fetchone():
        raise ActionRefused(
            f"There is no {record.model} with id {record.id} ({record.name}).",
            remedy="Open the case again: it reads the record anew.",
        )


def _carry_out(db: sqlite3.Connection, action: AnyAction, key: str, at: int) -> int:
    place = (action.record.model.value, action.record.id)
    match action:
        case PostNote():
            made = db.execute(
                "INSERT INTO note (model, record_id, body, action_key, at) VALUES (?, ?, ?, ?, ?)",
                (*place, action.text, key, at),
            )
        case OpenActivity():
            made = db.execute(
                "INSERT INTO activity (model, record_id, summary, note, due, action_key, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*place, action.summary, action.note, action.due.isoformat(), key, at),
            )
        case _:
            raise ActionRefused(f"The sandbox company does not know the action {action.kind}.")
    assert made.lastrowid is not None
    return made.lastrowid


def _known_keys(db: sqlite3.Connection, wanted: Sequence[DecisionRow | ContentRow]) -> set[tuple[str, str]]:
    found = db.execute(
        """SELECT 'decision' AS kind, key FROM decision WHERE key IN (SELECT value FROM json_each(:list))
           UNION ALL SELECT 'content', key FROM content WHERE key IN (SELECT value FROM json_each(:list))""",
        {"list": json.dumps([row.key for row in wanted])},
    )
    return {(row["kind"], row["key"]) for row in found}


def _store(db: sqlite3.Connection, row: DecisionRow | ContentRow) -> None:
    match row:
        case DecisionRow():
            db.execute(
                "INSERT INTO decision (key, case_number, final_action, row) VALUES (?, ?, ?, ?)",
                (row.key, row.case_number, row.final_action, row.model_dump_json()),
            )
        case ContentRow():
            db.execute(
                "INSERT INTO content (key, case_number, content, row) VALUES (?, ?, ?, ?)",
                (row.key, row.case_number, row.content.value, row.model_dump_json()),
            )
