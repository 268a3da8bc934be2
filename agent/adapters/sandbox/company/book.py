"""Writes the company's records into the sandbox's tables, with totals, margins, pickings and moves."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from agent.adapters.sandbox.company.days import workday
from agent.adapters.sandbox.company.partners import COMPANIES, CUSTOMERS, SUPPLIERS
from agent.adapters.sandbox.company.products import PRODUCTS
from agent.adapters.sandbox.company.records import Buy, Invoice, Number, Rule, Sell, SellLine
from agent.adapters.sandbox.company.stories import MISTYPED_COST
from agent.kit.clock import to_micros
from agent.kit.values import to_micro_units

HUNDRED = Decimal(100)
USUAL_CARRIER = "Standard road"


class Book:
    """One writing of the whole company, within the caller's transaction."""

    def __init__(self, db: sqlite3.Connection, today: date) -> None:
        self._db = db
        self._today = today
        self._partners: dict[str, int] = {}
        self._products: dict[str, int] = {}
        self._product = {item.code: item for item in PRODUCTS}
        self._customers = {item.key: item for item in CUSTOMERS}

    def parties(self) -> None:
        """Companies, suppliers with their contacts, customers."""
        for company in COMPANIES:
            self._insert("company", name=company.name, currency=company.currency)
        for item in SUPPLIERS:
            head = self._insert(
                "partner", name=item.name, email=item.email, country=item.country, lang=item.lang, supplier=1
            )
            self._partners[item.key] = head
            for name, email in item.people:
                self._insert("partner", name=name, parent_id=head, email=email, lang=item.lang)
        for item in CUSTOMERS:
            self._partners[item.key] = self._insert(
                "partner",
                name=item.name,
                email=f"einkauf@{item.key}.example" if item.lang == "de_DE" else f"purchasing@{item.key}.example",
                country=item.country,
                lang=item.lang,
                tier=item.tier,
                customer=1,
                standard_carrier=USUAL_CARRIER,
                credit_limit=_micro(item.limit) if item.limit else None,
                credit_used=_micro(item.used),
                credit_currency=COMPANIES[item.company].currency,
            )

    def catalogue(self) -> None:
        """Products and what their suppliers call them."""
        for item in PRODUCTS:
            made = self._insert(
                "product",
                code=item.code,
                name=item.name,
                unit=item.unit,
                cost=_micro(MISTYPED_COST.get(item.code, item.cost)),
                price=_micro(item.price),
            )
            self._products[item.code] = made
            self._insert(
                "supplier_info",
                partner_id=self._partners[item.supplier],
                product_id=made,
                code=item.supplier_code,
                price=_micro(item.cost),
                lead_days=14,
            )

    def buy(self, order: Buy, billed: Mapping[tuple[str, str], Decimal]) -> None:
        """A purchase order with lines, receipt and moves."""
        prices = [Decimal(line.price or self._product[line.code].cost) for line in order.lines]
        made = self._insert(
            "purchase_order",
            name=order.name,
            company_id=order.company + 1,
            partner_id=self._partners[order.supplier],
            state=order.state,
            partner_ref=order.ref,
            currency=COMPANIES[order.company].currency,
            ordered_at=self._moment(order.ordered),
            **self._made(order.ordered),
            planned=self._day(min(line.planned for line in order.lines)),
            total=_micro(
                sum((Decimal(line.ordered) * price for line, price in zip(order.lines, prices, strict=True)), Decimal())
            ),
        )
        picking = self._picking("incoming", order, order.company, order.lines[0].planned)
        for position, (line, price) in enumerate(zip(order.lines, prices, strict=True), start=1):
            kept = self._insert(
                "purchase_line",
                order_id=made,
                position=position,
                product_id=self._products[line.code],
                supplier_code=self._product[line.code].supplier_code,
                ordered=_micro(line.ordered),
                received=_micro(line.received),
                invoiced=_micro(billed.get((order.name, line.code), line.invoiced)),
                unit_price=_micro(price),
                planned=self._day(line.planned),
                received_on=self._day(line.received_on) if line.received_on is not None else None,
            )
            if picking:
                self._move(picking, line.code, line.ordered, line.received, 0, purchase_line_id=kept)

    def sell(self, order: Sell) -> None:
        """A sale order with lines, margins, delivery, reservations."""
        company = self._customers[order.customer].company
        prices = [Decimal(line.price or self._product[line.code].price) for line in order.lines]
        worth = sum((Decimal(line.ordered) * price for line, price in zip(order.lines, prices, strict=True)), Decimal())
        costs = sum((Decimal(line.ordered) * self._cost(line.code) for line in order.lines), Decimal())
        made = self._insert(
            "sale_order",
            name=order.name,
            company_id=company + 1,
            partner_id=self._partners[order.customer],
            state=order.state,
            client_ref=order.client_ref,
            currency=COMPANIES[company].currency,
            ordered_at=self._moment(order.ordered),
            **self._made(order.ordered),
            promised=self._day(order.promised),
            delivered_on=self._day(order.delivered_on) if order.delivered_on is not None else None,
            total=_micro(worth),
            margin_percent=_percent(worth - costs, worth),
            carrier=order.carrier,
            freight=_micro(order.freight) if order.freight else None,
        )
        picking = self._picking("outgoing", order, company, order.promised)
        for line, price in zip(order.lines, prices, strict=True):
            self._sell_line(made, line, price, picking)

    def invoice(self, bill: Invoice) -> None:
        """A supplier's bill."""
        made = self._insert(
            "bill",
            name=f"BILL/{self._today.year}/{bill.number:04d}",
            company_id=bill.company + 1,
            partner_id=self._partners[bill.supplier],
            state=bill.state,
            ref=bill.ref,
            currency=COMPANIES[bill.company].currency,
            billed=self._day(bill.billed),
            **self._made(bill.billed),
            total=_micro(sum((Decimal(line.quantity) * Decimal(line.price) for line in bill.lines), Decimal())),
        )
        for line in bill.lines:
            self._insert(
                "bill_line",
                bill_id=made,
                product_id=self._products.get(line.code),
                quantity=_micro(line.quantity),
                unit_price=_micro(line.price),
                purchase_ref=bill.purchase,
            )

    def stock(self, on_hand: Mapping[tuple[int, str], Decimal]) -> None:
        """Stock per company and product."""
        for (company, code), amount in sorted(on_hand.items()):
            warehouse = ("Bremen", "Duluth")[company]
            self._insert(
                "quant",
                company_id=company + 1,
                product_id=self._products[code],
                warehouse=warehouse,
                on_hand=_micro(amount),
            )

    def rules(self, rules: Iterable[Rule]) -> None:
        """What is ordered anew when little is left."""
        for rule in rules:
            self._insert(
                "orderpoint",
                company_id=rule.company + 1,
                product_id=self._products[rule.code],
                warehouse=("Bremen", "Duluth")[rule.company],
                minimum=_micro(rule.minimum),
                maximum=_micro(rule.maximum),
                lead_days=rule.lead_days,
            )

    def _sell_line(self, order: int, line: SellLine, price: Decimal, picking: int | None) -> None:
        kept = self._insert(
            "sale_line",
            order_id=order,
            product_id=self._products[line.code],
            ordered=_micro(line.ordered),
            delivered=_micro(line.delivered),
            unit_price=_micro(price),
            margin_percent=_percent(price - self._cost(line.code), price),
        )
        if picking:
            self._move(picking, line.code, line.ordered, line.delivered, line.reserved, sale_line_id=kept)

    def _picking(self, kind: str, order: Buy | Sell, company: int, scheduled: int) -> int | None:
        """The delivery or receipt of a confirmed order."""
        if order.state not in ("sale", "purchase"):
            return None
        prefix = "OUT" if kind == "outgoing" else "IN"
        return self._insert(
            "picking",
            name=f"WH/{prefix}/{order.name[1:]}",
            company_id=company + 1,
            kind=kind,
            origin=order.name,
            state="assigned",
            scheduled=self._day(scheduled),
            **self._made(order.ordered),
        )

    def _move(self, picking: int, code: str, demand: Number, done: Number, held: Number, **line: int) -> None:
        """What was moved, and what is still to move with the stock held for it."""
        rest = Decimal(demand) - Decimal(done)
        parts = [(Decimal(done), Decimal(done), "done")] if Decimal(done) else []
        if rest > 0:
            state = "assigned" if Decimal(held) >= rest else "partially_available" if Decimal(held) else "confirmed"
            parts.append((rest, Decimal(held), state))
        for wanted, quantity, state in parts:
            self._insert(
                "move",
                picking_id=picking,
                product_id=self._products[code],
                demand=_micro(wanted),
                quantity=_micro(quantity),
                state=state,
                **line,
            )

    def _cost(self, code: str) -> Decimal:
        return Decimal(MISTYPED_COST.get(code, self._product[code].cost))

    def _day(self, offset: int) -> str:
        return workday(self._today, offset).isoformat()

    def _made(self, offset: int) -> dict[str, int]:
        """When a record was made, and not changed since."""
        return {"created_at": self._moment(offset), "changed_at": self._moment(offset)}

    def _moment(self, offset: int) -> int:
        return to_micros(
            datetime.combine(workday(self._today, offset), time(8, 15), UTC) + timedelta(minutes=7 * -offset)
        )

    def _insert(self, table: str, **values: object) -> int:
        columns = ", ".join(values)
        marks = ", ".join("?" * len(values))
        made = self._db.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608 - own names
        assert made.lastrowid is not None
        return made.lastrowid


def _micro(amount: Number) -> int:
    return to_micro_units(Decimal(amount))


def _percent(part: Decimal, whole: Decimal) -> int | None:
    return _micro(round(HUNDRED * part / whole, 2)) if whole else None
