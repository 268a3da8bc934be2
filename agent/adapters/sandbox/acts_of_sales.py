"""What people in sales and the warehouse do in the sandbox; the native controls look at each of these changes."""

import sqlite3
from datetime import date
from decimal import Decimal

from agent.adapters.sandbox.acting import Acting
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.controls import check
from agent.adapters.sandbox.figures import plain
from agent.adapters.sandbox.records import line_of, move_state, named, ref_of, refit_sale
from agent.adapters.sandbox.stock import open_moves, open_transfers, reserve, ship, take_back
from agent.approvals.model import Scenario
from agent.errors import ActionRefused
from agent.evidence.records import Model
from agent.kit.values import from_micro_units, to_micro_units

CONFIRMED = "sale"


class ActsOfSales(Acting):
    """Orders, deliveries and returns of customers; orders are named as people name them, such as S00012."""

    def confirm_sale(self, order: str) -> None:
        """Confirm a quotation and reserve what is in stock. Raises ControlRefused or ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            if row["state"] not in ("draft", "sent"):
                raise ActionRefused(f"{order} is {row['state']}, not a quotation.")
            change.put("sale_order", row["id"], state=CONFIRMED)
            place = {"company_id": row["company_id"], "origin": order, "scheduled": row["promised"]}
            picking = change.add("picking", name=f"WH/OUT/{order[1:]}", kind="outgoing", state="assigned", **place)
            refit_sale(change, row["id"])
            for move in open_moves(change.db, picking):
                reserve(change, move, row["company_id"])
            _check_sale(change, order)

    def change_sale_line(
        self, order: str, line_id: int, *, quantity: Decimal | None = None, price: Decimal | None = None
    ) -> None:
        """Another quantity or price of an order's line, reserved or not. Raises ControlRefused or ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            line = line_of(change.db, ref_of(Model.SALE_ORDER, row), line_id)
            if quantity is not None and quantity < from_micro_units(line["delivered"]):
                raise ActionRefused(f"More than that was delivered of {order} already.")
            values = {"ordered": quantity, "unit_price": price}
            for column, value in values.items():
                if value is not None:
                    change.put("sale_line", line_id, **{column: to_micro_units(value)})
            refit_sale(change, row["id"])
            _check_sale(change, order)

    def move_promise(self, order: str, day: date) -> None:
        """Promise another day to the customer."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            change.put("sale_order", row["id"], promised=day.isoformat())

    def cancel_sale(self, order: str) -> None:
        """Cancel an order and give its stock back."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            change.put("sale_order", row["id"], state="cancel")
            for picking in open_transfers(change.db, order, "outgoing"):
                change.put("picking", picking["id"], state="cancel")
                for move in open_moves(change.db, picking["id"]):
                    change.put("move", move["id"], quantity=0, state="cancel")

    def set_freight(self, order: str, carrier: str, freight: Decimal) -> None:
        """Ship an order with this method at this cost. Raises ControlRefused."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            change.put("sale_order", row["id"], carrier=carrier, freight=to_micro_units(freight))
            asked = {"standard": plain(from_micro_units(row["standard_freight"] or 0))}
            if row["state"] == CONFIRMED:
                asked["carrier_before"] = row["carrier"]
            check(change, Scenario.SHIPMENT_UPGRADE, ref_of(Model.SALE_ORDER, row), asked)

    def move_reservation(self, from_order: str, to_order: str, product: str, quantity: Decimal) -> None:
        """Give stock that is reserved for one order to another. Raises ControlRefused or ActionRefused."""
        with self._changing() as change:
            giver, taker = (named(change.db, Model.SALE_ORDER, name) for name in (from_order, to_order))
            given, taken = (_move_of(change.db, order, product) for order in (giver, taker))
            amount = to_micro_units(quantity)
            if given["quantity"] < amount or taken["demand"] - taken["quantity"] < amount:
                raise ActionRefused(f"{quantity:f} of {product} cannot go from {from_order} to {to_order}.")
            for move, held in ((given, given["quantity"] - amount), (taken, taken["quantity"] + amount)):
                change.put("move", move["id"], quantity=held, state=move_state(move["demand"], held))
            worth = quantity * from_micro_units(given["unit_price"])
            figures = {"products": product, "quantity": plain(quantity), "value": plain(worth)}
            check(change, Scenario.INVENTORY_REALLOCATION, ref_of(Model.SALE_ORDER, giver), figures)

    def pick(self, order: str) -> None:
        """Take what is reserved for an order from its place."""
        with self._changing() as change:
            for picking in open_transfers(change.db, order, "outgoing"):
                for move in open_moves(change.db, picking["id"]):
                    change.put("move", move["id"], picked=bool(move["quantity"]))

    def deliver(self, order: str) -> None:
        """Ship all that is reserved for an order. Raises ActionRefused while it is held for credit."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            if row["held"]:
                raise ActionRefused(f"{order} is held for credit: nothing of it is delivered until it is released.")
            today = change.at.date().isoformat()
            for picking in open_transfers(change.db, order, "outgoing"):
                for move in open_moves(change.db, picking["id"]):
                    ship(change, move, row["company_id"])
                if not open_moves(change.db, picking["id"]):
                    change.put("picking", picking["id"], state="done", done_on=today)
                    change.put("sale_order", row["id"], delivered_on=today)

    def ask_return(self, order: str, line_id: int, quantity: Decimal) -> str:
        """A transfer that takes goods back from the customer; its name. Raises ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.SALE_ORDER, order)
            line = line_of(change.db, ref_of(Model.SALE_ORDER, row), line_id)
            if quantity > from_micro_units(line["delivered"]):
                raise ActionRefused(f"Fewer than {quantity:f} were delivered of {order}.")
            number = change.db.execute("SELECT count(*) FROM picking WHERE returns").fetchone()[0] + 1
            name, today = f"WH/RET/{number:05d}", change.at.date().isoformat()
            place = {"company_id": row["company_id"], "origin": order, "scheduled": today}
            picking = change.add("picking", name=name, kind="incoming", state="assigned", returns=1, **place)
            goods = {"picking_id": picking, "product_id": line["product_id"], "sale_line_id": line_id}
            change.add("move", **goods, demand=to_micro_units(quantity), quantity=0, state="assigned")
            return name

    def validate_return(self, transfer: str) -> None:
        """Take the goods in. Raises ControlRefused or ActionRefused."""
        with self._changing() as change:
            row = named(change.db, Model.PICKING, transfer)
            if not row["returns"] or row["state"] == "done":
                raise ActionRefused(f"{transfer} takes nothing back.")
            check(change, Scenario.RETURN_AUTHORIZATION, ref_of(Model.PICKING, row))
            for move in open_moves(change.db, row["id"]):
                take_back(change, move, row["company_id"])
            change.put("picking", row["id"], state="done", done_on=change.at.date().isoformat())


def _check_sale(change: Change, order: str) -> None:
    row = named(change.db, Model.SALE_ORDER, order)
    if row["state"] == CONFIRMED:
        for scenario in (Scenario.DISCOUNT_EXCEPTION, Scenario.CREDIT_RELEASE):
            check(change, scenario, ref_of(Model.SALE_ORDER, row))


def _move_of(db: sqlite3.Connection, order: sqlite3.Row, product: str) -> sqlite3.Row:
    """The open move of an order's product, with its price."""
    found = db.execute(
        """SELECT m.*, l.unit_price FROM move m JOIN sale_line l ON l.id = m.sale_line_id
           JOIN product p ON p.id = m.product_id JOIN picking k ON k.id = m.picking_id
           WHERE l.order_id = ? AND p.code = ? AND m.state NOT IN ('done', 'cancel') AND NOT k.returns
           ORDER BY m.id LIMIT 1""",
        (order["id"], product),
    ).fetchone()
    if found is None:
        raise ActionRefused(f"{order['name']} waits for no {product}.")
    return found
