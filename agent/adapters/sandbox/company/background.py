"""The everyday business around the stories: seeded, so the same on every machine; only the dates move with the day."""

import random
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from agent.adapters.sandbox.company.partners import CUSTOMERS, SUPPLIERS
from agent.adapters.sandbox.company.products import PRODUCTS
from agent.adapters.sandbox.company.records import Buy, BuyLine, Charge, Invoice, Sell, SellLine
from agent.adapters.sandbox.company.stories import BUYS, MISTYPED_COST, ON_HAND, SELLS

SEED = 40_117
PURCHASES = 50
SALES = 60
BILLS = 27
USUAL = {"Units": (4, 60), "Boxes": (3, 40), "m": (50, 400), "kg": (25, 300)}
LATE_SHARE = 0.25
HALF = 0.5
AMERICAN = frozenset({"lakeshore", "tamarack", "maple"})
IN_STORIES = {line.code for buy in BUYS for line in buy.lines} | {line.code for sell in SELLS for line in sell.lines}


class Background:
    """All background records: `buys`, `sells`, `invoices` and `on_hand` per company and product."""

    def __init__(self) -> None:
        self._random = random.Random(SEED)  # noqa: S311 - sample data, not a secret
        self.on_hand: dict[tuple[int, str], Decimal] = {key: Decimal(amount) for key, amount in ON_HAND.items()}
        self.buys = tuple(self._buy(number) for number in range(1, PURCHASES + 1))
        self.sells = tuple(self._sell(number) for number in range(1, SALES + 1))
        self.invoices = tuple(self._invoices())
        for product in PRODUCTS:
            self.on_hand.setdefault((0, product.code), Decimal(self._quantity(product.unit)))

    def _quantity(self, unit: str) -> int:
        low, high = USUAL[unit]
        return self._random.randint(low, high)

    def _buy(self, number: int) -> Buy:
        supplier = self._random.choice(SUPPLIERS)
        ordered = -self._random.randint(20, 95)
        planned = ordered + self._random.randint(10, 30)
        waiting = planned >= 0
        products = [
            item for item in PRODUCTS if item.supplier == supplier.key and not (waiting and item.code in IN_STORIES)
        ]
        if not products:  # this supplier's open orders are all in the stories: an older one then
            ordered, planned, waiting = ordered - 30, planned - 40, False
            products = [item for item in PRODUCTS if item.supplier == supplier.key]
        chosen = self._random.sample(products, min(len(products), self._random.randint(1, 3)))
        late = self._random.randint(1, 9) if self._random.random() < LATE_SHARE else 0
        arrived = None if waiting else min(planned + late, 0)
        state = "cancel" if self._random.random() < 0.06 else "purchase"  # noqa: PLR2004 - one in sixteen
        lines: list[BuyLine] = []
        for item in chosen:
            amount = self._quantity(item.unit)
            came = amount if arrived is not None and state == "purchase" else 0
            lines.append(BuyLine(item.code, amount, planned, came, 0, None, arrived if came else None))
        company = int(supplier.key in AMERICAN and self._random.random() < HALF)
        return Buy(f"P{number:05d}", supplier.key, ordered, tuple(lines), self._reference(), state, company)

    def _reference(self) -> str:
        return f"{self._random.choice('ABDEKLMRSV')}{self._random.randint(10_000, 99_999)}"

    def _sell(self, number: int) -> Sell:
        customer = self._random.choice(CUSTOMERS)
        ordered = -self._random.randint(1, 85)
        promised = ordered + self._random.randint(5, 24)
        shipped = promised < 0
        state = self._random.choices(("sale", "draft", "sent", "cancel"), (88, 5, 4, 3))[0]
        products = [item for item in PRODUCTS if item.code not in (MISTYPED_COST if shipped else IN_STORIES)]
        lines: list[SellLine] = []
        for item in self._random.sample(products, self._random.randint(1, 4)):
            amount = self._quantity(item.unit)
            held = amount if state == "sale" and not shipped else 0
            if held:
                spare = self._quantity(item.unit)
                place = (customer.company, item.code)
                self.on_hand[place] = self.on_hand.get(place, Decimal(spare)) + held
            cheap = self._random.random() < 0.04  # noqa: PLR2004 - one in twenty-five is sold near cost
            price = str(round(Decimal(item.cost) * Decimal("1.09"), 2)) if cheap else None
            lines.append(SellLine(item.code, amount, held, amount if state == "sale" and shipped else 0, price))
        late = self._random.randint(1, 6) if self._random.random() < LATE_SHARE else -1
        done = min(promised + late, 0) if state == "sale" and shipped else None
        return Sell(f"S{number:05d}", customer.key, ordered, promised, tuple(lines), state, delivered_on=done)

    def _invoices(self) -> Iterable[Invoice]:
        """Bills for received background purchases; a few with a price that is not the order's."""
        prices = {item.code: item.cost for item in PRODUCTS}
        received = [buy for buy in self.buys if all(line.received for line in buy.lines)]
        for number, buy in enumerate(self._random.sample(received, min(BILLS, len(received))), start=1):
            off = Decimal("1.04") if self._random.random() < 0.12 else Decimal(1)  # noqa: PLR2004 - one in eight
            lines = tuple(
                Charge(line.code, line.received, str(round(Decimal(prices[line.code]) * off, 2))) for line in buy.lines
            )
            arrived = max(line.received_on or 0 for line in buy.lines)
            billed = min(arrived + self._random.randint(1, 8), 0)
            reference = f"{buy.ref}-{number}"
            yield Invoice(number, buy.supplier, reference, billed, buy.name, lines, company=buy.company)


def invoiced(invoices: Iterable[Invoice]) -> dict[tuple[str, str], Decimal]:
    """Billed quantity per purchase order and product."""
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        for line in invoice.lines:
            totals[invoice.purchase, line.code] += Decimal(line.quantity)
    return totals
