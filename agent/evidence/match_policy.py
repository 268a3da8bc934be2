"""How far a bill may differ from its order and receipts before somebody must look: one document, versioned by hash."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from pydantic import Field

from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value

PREFIX = "gatehouse.invoice_discrepancy."
PARAMETERS = {f"{PREFIX}price_percent": "price_percent", f"{PREFIX}quantity_percent": "quantity_percent"}


class Tolerance(Value):
    """What is let pass. Percent of what the order says; amounts in the company's currency, net of tax.

    A price difference of a line passes up to the greater of its two bounds. What passes on single lines must, added
    up over the bill, stay within the greater of the bill's two bounds: many small overcharges are no small one.
    """

    price_percent: Decimal = Field(default=Decimal(2), ge=0, description="of the line's value at the ordered price")
    price_amount: Decimal = Field(default=Decimal(5), ge=0, description="of one line")
    accept_lower_price: bool = Field(default=False, description="a price below the order's passes whatever it is")
    quantity_percent: Decimal = Field(default=Decimal(0), ge=0, description="over what was received, of it")
    charge_amount: Decimal = Field(default=Decimal(0), ge=0, description="a line that nobody ordered, freight say")
    tax_points: Decimal = Field(default=Decimal(0), ge=0, description="percentage points between the two tax rates")
    bill_percent: Decimal = Field(default=Decimal(2), ge=0, description="of the bill's value at ordered prices")
    bill_amount: Decimal = Field(default=Decimal(25), ge=0, description="of the whole bill")


class MatchPolicy(Value):
    """Tolerances: the product category's where one is named, else the supplier tier's, else the default."""

    default: Tolerance = Tolerance()
    by_tier: dict[int, Tolerance] = Field(default_factory=dict, description="1 key supplier, 2 preferred, 3 standard")
    by_category: dict[str, Tolerance] = Field(default_factory=dict, description="by the product category's name")

    @property
    def version(self) -> str:
        """Name of this policy: matching@ and ten characters of its digest."""
        return f"matching@{digest(canonical_json(self.model_dump(mode='json')))[:10]}"

    def with_parameters(self, given: Mapping[str, str]) -> "MatchPolicy":
        """The policy with the tolerances that an administrator set in Odoo as its default, as the controls there use
        them; what is no number is left as it is.
        """
        found = {field: value for key, field in PARAMETERS.items() if (value := _number(given.get(key))) is not None}
        return self.model_copy(update={"default": self.default.model_copy(update=found)}) if found else self

    def of(self, tier: int, category: str = "") -> Tolerance:
        """What holds for a line of this category from a supplier of this tier."""
        return self.by_category.get(category) or self.by_tier.get(tier) or self.default


def _number(text: str | None) -> Decimal | None:
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and value >= 0 else None
