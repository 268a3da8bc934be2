"""Money and quantities: decimals with their currency or unit, exact to 10^-6."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MICRO = Decimal(1_000_000)
LARGEST = Decimal(9_000_000_000_000)  # what 10^-6 units in a 64-bit integer can hold
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Value(BaseModel):
    """Base of every domain value: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Value):
    """An amount in an ISO 4217 currency."""

    amount: Decimal = Field(allow_inf_nan=False, gt=-LARGEST, lt=LARGEST)
    currency: Currency

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {self.currency}"


def to_micro_units(value: Decimal) -> int:
    """Integer of 10^-6 for storage (SQLite's Numeric loses digits); half-even below that."""
    return int((value * MICRO).to_integral_value())


def from_micro_units(stored: int) -> Decimal:
    """The decimal of `to_micro_units`."""
    return Decimal(stored) / MICRO
