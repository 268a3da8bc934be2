"""What people in purchasing and finance do in the sandbox; the native controls look at each of these changes."""

import sqlite3
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from agent.adapters.sandbox.acting import Acting
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.controls import check
from agent.adapters.sandbox.figures import yes
from agent.adapters.sandbox.records import line_of, named, ref_of, refit_purchase
from agent.adapters.sandbox.stock import open_moves, open_transfers, receive
from agent.approvals.model import Scenario
from agent.errors import ActionRefused
from agent.evidence.records import Model
from agent.kit.values import from_micro_units, to_micro_units

CONFIRMED = "purchase"


class ActsOfSupply(Acting):
    """Orders to suppliers, receipts and bills; orders are named as people name them, such as P00012."""

    def confirm_purchase(self, order: str, *, urgent: bool = False) -> None:
        """Confirm a request for quotation, marked urgent or not. Raises ControlRefused or ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.PURCHASE_ORDER, order)
            if row["state"] not in ("draft", "sent"):
                raise ActionRefused(f"{order} is {row['state']}, not a request for quotation.")
            change.put("purchase_order", row["id"], state=CONFIRMED, urgent=urgent)
            place = {"company_id": row["company_id"], "origin": order, "scheduled": row["planned"]}
            change.add("picking", name=f"WH/IN/{order[1:]}", kind="incoming", state="assigned", **place)
            refit_purchase(change, row["id"])
            self._check_urgent(change, order)

    def change_purchase_line(
        self, order: str, line_id: int, *, quantity: Decimal | None = None, price: Decimal | None = None
    ) -> None:
        """Another quantity or price of a purchase line. Raises ControlRefused or ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.PURCHASE_ORDER, order)
            line = line_of(change.db, ref_of(Model.PURCHASE_ORDER, row), line_id)
            if quantity is not None and quantity < from_micro_units(line["received"]):
                raise ActionRefused(f"More than that was received of {order} already.")
            for column, value in (("ordered", quantity), ("unit_price", price)):
                if value is not None:
                    change.put("purchase_line", line_id, **{column: to_micro_units(value)})
            refit_purchase(change, row["id"])
            self._check_urgent(change, order)

    def move_purchase_date(self, order: str, day: date, *, line_id: int | None = None) -> None:
        """Plan an order's open lines, or one of its lines, for another day."""
        with self._changing() as change:
            row = named(change.db, Model.PURCHASE_ORDER, order)
            asked = "SELECT id FROM purchase_line WHERE order_id = ? AND received < ordered AND ? IN (id, 0)"
            for line in change.db.execute(asked, (row["id"], line_id or 0)).fetchall():
                change.put("purchase_line", line["id"], planned=day.isoformat())
            refit_purchase(change, row["id"])
            self._check_urgent(change, order)

    def cancel_purchase(self, order: str) -> None:
        """Cancel an order. Raises ActionRefused when something was received."""
        with self._changing() as change:
            row = named(change.db, Model.PURCHASE_ORDER, order)
            came = "SELECT 1 FROM purchase_line WHERE order_id = ? AND received > 0"
            if change.db.execute(came, (row["id"],)).fetchone():
                raise ActionRefused(f"Something of {order} was received already.")
            change.put("purchase_order", row["id"], state="cancel")
            for picking in open_transfers(change.db, order, "incoming"):
                change.put("picking", picking["id"], state="cancel")
                for move in open_moves(change.db, picking["id"]):
                    change.put("move", move["id"], quantity=0, state="cancel")

    def receive(self, order: str, line_id: int, quantity: Decimal) -> None:
        """So much of a line comes in. Raises ActionRefused when that is more than is open."""
        with self._changing() as change:
            row = named(change.db, Model.PURCHASE_ORDER, order)
            today = change.at.date().isoformat()
            for picking in open_transfers(change.db, order, "incoming"):
                for move in open_moves(change.db, picking["id"]):
                    if move["purchase_line_id"] == line_id and move["demand"] >= to_micro_units(quantity) > 0:
                        receive(change, move, row["company_id"], to_micro_units(quantity))
                        if move["demand"] == to_micro_units(quantity):
                            change.put("purchase_line", line_id, received_on=today)
                        if not open_moves(change.db, picking["id"]):
                            change.put("picking", picking["id"], state="done", done_on=today)
                        return
            raise ActionRefused(f"{order} does not wait for {quantity:f} of that line.")

    def enter_bill(self, order: str, reference: str, lines: Mapping[str, tuple[Decimal, Decimal]]) -> str:
        """A draft bill for an order: quantity and price by product; its name. Raises ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.PURCHASE_ORDER, order)
            last = change.db.execute("SELECT max(id) FROM bill").fetchone()[0] or 0
            name = f"BILL/{change.at.year}/{last + 1001:04d}"
            same = {key: row[key] for key in ("company_id", "partner_id", "currency")}
            total = sum((quantity * price for quantity, price in lines.values()), Decimal())
            bill = change.add(
                "bill",
                **same,
                name=name,
                state="draft",
                ref=reference,
                billed=change.at.date().isoformat(),
                total=to_micro_units(total),
            )
            for code, (quantity, price) in lines.items():
                _bill_line(change, bill, row, code, to_micro_units(quantity), to_micro_units(price))
            return name

    def post_bill(self, bill: str) -> None:
        """Post a draft bill. Raises ControlRefused, or ActionRefused while it is disputed."""
        with self._changing() as change:
            row = named(change.db, Model.BILL, bill)
            if row["state"] != "draft":
                raise ActionRefused(f"{bill} is {row['state']}, not a draft.")
            if row["disputed"]:
                raise ActionRefused(f"{bill} is disputed: it is not posted until the dispute is settled.")
            change.put("bill", row["id"], state="posted")
            check(change, Scenario.INVOICE_DISCREPANCY, ref_of(Model.BILL, row))

    def change_bank_account(self, partner: str, account: str) -> None:
        """Pay a supplier to another account. Raises ControlRefused."""
        with self._changing() as change:
            row = named(change.db, Model.PARTNER, partner)
            change.put("partner", row["id"], bank_account=account)
            told = f"Bank account of {partner} from {row['bank_account'] or 'none'} to {account or 'none'}"
            check(change, Scenario.SENSITIVE_CHANGE, ref_of(Model.PARTNER, row), {"change": told})

    def _check_urgent(self, change: Change, order: str) -> None:
        row = named(change.db, Model.PURCHASE_ORDER, order)
        if row["state"] == CONFIRMED:
            asked = {"urgent": yes(row["urgent"])} | ({"planned": row["planned"]} if row["planned"] else {})
            check(change, Scenario.EMERGENCY_PROCUREMENT, ref_of(Model.PURCHASE_ORDER, row), asked)


def _bill_line(change: Change, bill: int, order: sqlite3.Row, code: str, quantity: int, price: int) -> None:
    """A line of a bill; what is billed, drafts included, is counted on the order's line, as an Odoo does."""
    product = change.db.execute("SELECT id FROM product WHERE code = ?", (code,)).fetchone()
    if product is None:
        raise ActionRefused(f"There is no product {code}.")
    values = {"bill_id": bill, "product_id": product["id"], "quantity": quantity, "unit_price": price}
    change.add("bill_line", **values, purchase_ref=order["name"])
    asked = "SELECT id, invoiced FROM purchase_line WHERE order_id = ? AND product_id = ? ORDER BY id LIMIT 1"
    line = change.db.execute(asked, (order["id"], product["id"])).fetchone()
    if line:
        change.put("purchase_line", line["id"], invoiced=line["invoiced"] + quantity)
