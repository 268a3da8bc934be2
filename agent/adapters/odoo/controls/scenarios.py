"""The scenarios as Odoo knows them: words, parameters with their first values, figures and when they are worse."""

from agent.approvals.model import APPROVER_ROLES, REASONS, REFUSALS, ControlMode, Scenario
from agent.kit.values import Value


class Terms(Value):
    """One control: its title, its thresholds with first values, and its figures with what makes each one worse."""

    title: str
    thresholds: dict[str, str]
    figures: dict[str, str]  # name: higher | lower | earlier | equal | flag


# the days for which a consent holds; 0 means without end
HOLDS = "valid_days"
SHARED = {"deputies": "", "deputy_after_hours": "24", "extra_roles": "", HOLDS: "0"}

TERMS: dict[Scenario, Terms] = {
    Scenario.DISCOUNT_EXCEPTION: Terms(
        title="Discount exception",
        thresholds={"margin_floor_percent": "15", "max_discount_percent": "20"},
        figures={"margin_percent": "lower", "max_discount": "higher", "amount": "higher"},
    ),
    Scenario.EMERGENCY_PROCUREMENT: Terms(
        title="Emergency procurement",
        thresholds={"urgent_limit": "5000", "urgent_days": "3", "without_agreement": "1"},
        figures={"amount": "higher", "supplier": "equal"},
    ),
    Scenario.INVENTORY_REALLOCATION: Terms(
        title="Inventory reallocation",
        thresholds={"min_quantity": "0", "min_value": "0"},
        figures={"products": "equal", "quantity": "higher", "value": "higher"},
    ),
    Scenario.CREDIT_RELEASE: Terms(
        title="Credit release",
        thresholds={"over_limit_percent": "0"},
        figures={"exposure": "higher", "limit": "lower", "held": "flag"},
    ),
    Scenario.SHIPMENT_UPGRADE: Terms(
        title="Shipment upgrade",
        thresholds={"over_standard": "50", "standard_carrier": ""},
        figures={"freight": "higher", "carrier": "equal"},
    ),
    Scenario.RETURN_AUTHORIZATION: Terms(
        title="Return authorization",
        thresholds={"return_days": "30", "return_value": "500", "finance_when_credit": "1"},
        figures={"value": "higher", "delivered": "earlier", "credit_due": "flag"},
    ),
    Scenario.SENSITIVE_CHANGE: Terms(
        title="Sensitive change", thresholds={HOLDS: "14"}, figures={"change": "equal"}
    ),
    Scenario.INVOICE_DISCREPANCY: Terms(
        title="Invoice discrepancy",
        thresholds={"price_percent": "2", "quantity_percent": "0", "check_unordered": "0"},
        figures={
            "amount": "higher", "price_off_percent": "higher", "quantity_over": "higher", "unordered": "higher",
            "repeated": "flag", "disputed": "flag",
        },
    ),
}  # fmt: skip


def parameters() -> dict[str, str]:
    """Every parameter by its key with its first value; all controls are installed off."""
    found: dict[str, str] = {}
    for scenario, terms in TERMS.items():
        values = {"mode": str(ControlMode.OFF), **SHARED, **terms.thresholds}
        found |= {f"gatehouse.{scenario}.{name}": value for name, value in values.items()}
    return found


def server_tables() -> str:
    """The tables that the code in Odoo reads, as its first lines."""
    tables = {
        "TITLES": {str(name): terms.title for name, terms in TERMS.items()},
        "WORSE": {str(name): terms.figures for name, terms in TERMS.items()},
        "ROLES": {str(name): [str(role) for role in roles] for name, roles in APPROVER_ROLES.items()},
        "REASONS": {str(name): [*codes, "other"] for name, codes in REASONS.items()},
        "REFUSALS": [*REFUSALS, "other"],
        "DEFAULTS": {key: value for key, value in parameters().items() if value},
    }
    return "\n".join(f"{name} = {value!r}" for name, value in tables.items())
