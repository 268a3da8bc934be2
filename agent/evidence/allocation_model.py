"""Who gets goods that several orders claim: the policy that ranks claims, and the proposal with its effects."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from agent.evidence.records import Rated, RecordRef
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Money, Value

ZERO = Decimal(0)


class Criterion(StrEnum):
    """What decides who comes first."""

    CUSTOMER_CLASS = "customer_class"
    PROMISE_DATE = "promise_date"
    MARGIN = "margin"


class AllocationPolicy(Value):
    """How claims on the same goods are ranked: the first criterion that differs decides."""

    order: tuple[Criterion, ...] = Field(default=tuple(Criterion), min_length=1)
    same_margin: Decimal = Field(
        default=Decimal(5), gt=0, le=100, description="margins are compared in steps of so many percent"
    )
    may_take_held: bool = Field(default=True, description="whether goods held for one order may be given to another")
    least_quantity: Decimal = Field(default=ZERO, ge=0, description="smaller moves are not worth it")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.order)) != len(self.order):
            raise ValueError("a criterion is named twice")
        return self

    @property
    def version(self) -> str:
        """Name of this policy: allocation@ and ten characters of its digest."""
        return f"allocation@{digest(canonical_json(self.model_dump(mode='json')))[:10]}"


class Standing(Value):
    """How a claim stands: what is held for it, when the last of it comes, and what of it is late."""

    held: Decimal
    arrives: date | None = Field(description="the day the last of it is there; None when that is not known")
    days_late: int = Field(ge=0, description="to today, at least 1, where something has no known supply")
    value_at_risk: Money
    in_company: Rated | None = Field(default=None, description="the value at risk; None where Odoo states no rate")


class ClaimEffect(Value):
    """One order's claim, before and after the proposal."""

    order: RecordRef
    line_id: int
    customer: str
    tier: int
    promised: date
    margin_percent: Decimal | None
    rank: int = Field(ge=1, description="1 comes first; claims that rank alike share one")
    open_quantity: Decimal
    before: Standing
    after: Standing

    @property
    def touched(self) -> bool:
        """Whether anything changes for it."""
        return self.before != self.after


class GoodsMove(Value):
    """Goods held for one order that another shall have."""

    from_order: RecordRef
    to_order: RecordRef
    quantity: Decimal = Field(gt=0)
    value: Money = Field(description="at the giver's price, in the company's currency where Odoo states a rate")
    decided_by: Criterion = Field(description="the first criterion in which the two differ")


class AllocationProposal(Value):
    """Who shall get what of one product. Nobody moves anything before operations consented."""

    version: str = Field(description="of the allocation policy")
    company: str
    product_code: str
    unit: str
    on_hand: Decimal
    claims: tuple[ClaimEffect, ...] = Field(description="by rank")
    moves: tuple[GoodsMove, ...]

    @property
    def touched(self) -> tuple[ClaimEffect, ...]:
        """The claims for which something changes."""
        return tuple(claim for claim in self.claims if claim.touched)

    @property
    def gifts(self) -> tuple["Gift", ...]:
        """What each order gives in all, in the order of the moves."""
        customers = {claim.order.id: claim.customer for claim in self.claims}
        found: list[Gift] = []
        for giver in dict.fromkeys(move.from_order for move in self.moves):
            moves = [move for move in self.moves if move.from_order == giver]
            takers = ", ".join(
                f"{move.quantity.normalize():f} to {move.to_order.name} ({customers[move.to_order.id]})"
                for move in moves
            )
            amount = sum((move.value.amount for move in moves), Decimal(0))
            found.append(
                Gift(
                    giver=giver,
                    quantity=sum((move.quantity for move in moves), Decimal(0)),
                    value=Money(amount=amount, currency=moves[0].value.currency),
                    why=f"{giver.name} ({customers[giver.id]}): give reserved {self.product_code}, {takers}",
                )
            )
        return tuple(found)


class Gift(Value):
    """What one order gives to others by a proposal."""

    giver: RecordRef
    quantity: Decimal
    value: Money
    why: str
