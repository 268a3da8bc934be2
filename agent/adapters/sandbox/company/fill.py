"""Fill the sandbox with the company as it stands on a given day: the same records every time, dates relative."""

from datetime import date
from pathlib import Path

from agent.adapters.sandbox.company.background import Background, invoiced
from agent.adapters.sandbox.company.book import Book
from agent.adapters.sandbox.company.stories import BUYS, INVOICES, RULES, SELLS
from agent.adapters.sandbox.database import Database
from agent.kit.clock import utc_now

COUNTED = ("partner", "product", "quant", "sale_order", "purchase_order", "picking", "move", "bill")


def fill(path: Path, today: date) -> dict[str, int]:
    """Fill the file at `path` in one transaction, unless it is filled already; the record counts by table.

    Raises OdooUnavailable when the file cannot be written.
    """
    database = Database(path, utc_now)
    try:
        with database.ungoverned() as db:
            if not db.execute("SELECT 1 FROM company").fetchone():
                _write(Book(db, today))
            return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}  # noqa: S608 - own names
    finally:
        database.close()


def _write(book: Book) -> None:
    background = Background()
    book.parties()
    book.catalogue()
    billed = invoiced((*background.invoices, *INVOICES))
    for buy in (*background.buys, *BUYS):
        book.buy(buy, billed)
    for sell in (*background.sells, *SELLS):
        book.sell(sell)
    for invoice in (*background.invoices, *INVOICES):
        book.invoice(invoice)
    book.stock(background.on_hand)
    book.rules(RULES)
