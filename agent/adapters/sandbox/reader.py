"""The port `OdooReader` on the sandbox company."""
# ruff: noqa: S608 - the conditions are put together from constants; values are parameters

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from agent.adapters.sandbox import baseline as window
from agent.adapters.sandbox import past, rows, supply_rows
from agent.adapters.sandbox.part import Part
from agent.evidence.history import History, ReorderPoint
from agent.evidence.public_domains import PUBLIC_DOMAINS
from agent.evidence.records import Baseline, Bill, OdooInfo, Party, PurchaseOrder, SaleOrder, StockLevel, SupplyPicture
from agent.evidence.supply import assemble

OPEN_PURCHASES = 20


class Reader(Part):
    """Reads the records, each call at one moment."""

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

    def stock(self, product_codes: Sequence[str], companies: Sequence[str] = ()) -> tuple[StockLevel, ...]:
        wanted = f"fold(p.code) {rows.IN_LIST} AND (:anywhere OR c.name IN (SELECT value FROM json_each(:companies)))"
        given = {"companies": json.dumps(list(companies)), "anywhere": not companies}
        with self._db.reading() as db:
            return supply_rows.stock(db, wanted, rows.folded(product_codes) | given)

    def supply_picture(self, today: date, horizon_days: int, products: Sequence[str] = ()) -> SupplyPicture:
        with self._db.reading() as db:
            lines, commitments = supply_rows.open_purchase_lines(db), supply_rows.open_sale_lines(db)
            codes = sorted({line.product_code for line in lines} | {item.product_code for item in commitments})
            levels = supply_rows.stock(db, f"p.code {rows.IN_LIST}", rows.as_list(codes))
        now = self._clock()
        return assemble(
            lines, commitments, levels, today=today, horizon_days=horizon_days, read_at=now, products=products
        )

    def baseline(self, since: date, until: date) -> Baseline:
        with self._db.reading() as db:
            return window.baseline(db, since, until)

    def history(self, since: date, until: date) -> History:
        with self._db.reading() as db:
            return past.history(db, since, until)

    def replenishment(self) -> tuple[ReorderPoint, ...]:
        with self._db.reading() as db:
            return past.replenishment(db, self._clock().date())


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
