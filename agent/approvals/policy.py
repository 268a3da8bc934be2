"""What the approval matrix goes by: limits, hours and deputies, as one document versioned by hash."""

from datetime import timedelta
from decimal import Decimal

from pydantic import Field

from agent.access.model import Role
from agent.approvals.model import Scenario
from agent.evidence.allocation import AllocationPolicy
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value

DEFAULT_HOURS = 24
PRESSING = (Scenario.SHIPMENT_UPGRADE, Scenario.INVENTORY_REALLOCATION)


class ApprovalPolicy(Value):
    """The limits of the matrix, in the company's currency, and how long is waited. Versioned by hash."""

    price_change_percent: Decimal = Field(default=Decimal(2), ge=0, description="a purchase price may move so far")
    margin_percent: Decimal = Field(default=Decimal(15), description="below it a discount needs consent")
    freight_percent: Decimal = Field(
        default=Decimal(5), ge=0, description="of the order's value, where no standard is known"
    )
    return_days: int = Field(default=30, ge=0, description="after delivery; later returns need consent")
    return_value: Decimal = Field(default=Decimal(500), ge=0, description="returns above it need consent")
    four_eyes_above: Decimal = Field(default=Decimal(10_000), ge=0, description="above it a second role consents")
    allocation: AllocationPolicy = Field(
        default_factory=AllocationPolicy, description="who gets goods that several orders claim"
    )
    hours: dict[Scenario, int] = Field(
        default_factory=lambda: {**dict.fromkeys(Scenario, DEFAULT_HOURS), **dict.fromkeys(PRESSING, 4)},
        description="after so many hours without an answer deputies are asked as well; time never approves",
    )
    deputies: dict[Role, tuple[Role, ...]] = Field(
        default_factory=lambda: {
            Role.OPERATIONS: (Role.LOGISTICS, Role.MANAGER),
            Role.LOGISTICS: (Role.OPERATIONS, Role.MANAGER),
            Role.SALES_MANAGER: (Role.MANAGER,),
            Role.FINANCE: (Role.MANAGER,),
            Role.PROCUREMENT_LEAD: (Role.MANAGER,),
            Role.CUSTOMER_SERVICE_LEAD: (Role.SALES_MANAGER, Role.MANAGER),
        },
        description="who may answer in place of a role once an approval is overdue",
    )

    @property
    def version(self) -> str:
        """Name of this policy: approvals@ and ten characters of its digest."""
        return f"approvals@{digest(canonical_json(self.model_dump(mode='json')))[:10]}"

    def wait(self, scenario: Scenario) -> timedelta:
        """How long is waited before deputies are asked."""
        return timedelta(hours=self.hours.get(scenario, DEFAULT_HOURS))
