"""The native controls of the sandbox: what a person's own change needs consent for, off, warned of or refused.

The thresholds, figures and words are those of the controls in a real Odoo.
"""

import json
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from agent.adapters.odoo.controls.scenarios import TERMS
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.consents import lacks_justification, missing_roles, parameter
from agent.adapters.sandbox.figures import Figures, figures_of
from agent.adapters.sandbox.records import company_of, row_of
from agent.approvals.model import ControlMode, Scenario
from agent.errors import ActionRefused, ConfigurationError
from agent.evidence.records import RecordRef
from agent.kit.values import Value


class Refused(Value):
    """An attempt that a control refused, to be kept although the change is rolled back."""

    scenario: str
    record: RecordRef
    company: str
    figures: Figures
    login: str


class ControlRefused(ActionRefused):
    """Odoo refused the change."""

    remedy = "Ask for consent on the record, then try again."

    def __init__(self, detail: str, attempt: Refused) -> None:
        self.attempt = attempt
        super().__init__(detail)


class Told:
    """What a rule may look at: thresholds, figures, what the change says of itself, and the day."""

    def __init__(self, db: sqlite3.Connection, scenario: Scenario, asked: Figures, today: date) -> None:
        self._db = db
        self._scenario = scenario
        self.asked = asked
        self.today = today

    def threshold(self, name: str) -> Decimal:
        """A number that an administrator may have set. Raises ConfigurationError when it is none."""
        text = parameter(self._db, f"gatehouse.{self._scenario}.{name}")
        try:
            return Decimal(text or "0")
        except InvalidOperation:
            raise ConfigurationError(f"gatehouse.{self._scenario}.{name} must be a number, not {text}.") from None


def mode_of(db: sqlite3.Connection, scenario: Scenario, company: str) -> ControlMode:
    """What the control does in this company."""
    number = db.execute("SELECT id FROM company WHERE name = ?", (company,)).fetchone()
    key = f"gatehouse.{scenario}.mode"
    own = parameter(db, f"{key}.{number['id']}") if number else ""
    found = own or parameter(db, key) or ControlMode.OFF
    if found not in set(ControlMode):
        raise ConfigurationError(f"{key} must be one of {', '.join(ControlMode)}, not {found}.")
    return ControlMode(found)


def check(change: Change, scenario: Scenario, about: RecordRef, asked: Figures | None = None) -> None:
    """Let a change pass, or open a request, or raise ControlRefused.

    `asked` are the figures of the change itself, where it is the change that needs consent.
    """
    company = company_of(change.db, about)
    mode = mode_of(change.db, scenario, company)
    if mode is ControlMode.OFF:
        return
    given = asked or {}
    figures = figures_of(change.db, scenario, about) or given
    problems = _PROBLEMS[scenario](figures, Told(change.db, scenario, given, change.at.date()))
    if not problems:
        return
    missing = missing_roles(change.db, scenario, about, figures, change.at)
    unjustified = lacks_justification(change.db, scenario, about)
    if not missing and not unjustified:
        return
    if mode is ControlMode.WARN:
        _ask_once(change, scenario, about, company, figures, problems)
        return
    if missing:
        problems.append(f"Consent is missing from: {', '.join(role.replace('_', ' ') for role in missing)}.")
    if unjustified:
        problems.append("A request with the justification in its note is missing.")
    attempt = Refused(scenario=scenario, record=about, company=company, figures=figures, login=change.by)
    title = TERMS[scenario].title
    raise ControlRefused(f"{about.name}: {title}. {' '.join(problems)}", attempt)


def keep_attempt(change: Change, attempt: Refused) -> None:
    """Write a refused attempt down."""
    change.add(
        "attempt",
        scenario=attempt.scenario,
        mode=ControlMode.BLOCK.value,
        model=attempt.record.model.value,
        record_id=attempt.record.id,
        record_name=attempt.record.name,
        company=attempt.company,
        figures=json.dumps(attempt.figures, sort_keys=True),
        login=attempt.login,
        at=change.micros,
    )


def _ask_once(
    change: Change, scenario: Scenario, about: RecordRef, company: str, figures: Figures, problems: list[str]
) -> None:
    text = json.dumps(figures, sort_keys=True)
    same = """SELECT 1 FROM approval WHERE (scenario, model, record_id) = (?, ?, ?) AND consent = 'request'
        AND figures = ?"""
    if change.db.execute(same, (scenario.value, about.model.value, about.id, text)).fetchone():
        return
    change.add(
        "approval",
        scenario=scenario.value,
        model=about.model.value,
        record_id=about.id,
        record_name=row_of(change.db, about)["name"],
        company=company,
        consent="request",
        warned=True,
        login=change.by,
        asked_by=change.by,
        note="\n".join(problems),
        figures=text,
        via="odoo",
        at=change.micros,
    )


def _discount(now: Figures, told: Told) -> list[str]:
    floor, most = told.threshold("margin_floor_percent"), told.threshold("max_discount_percent")
    found: list[str] = []
    if Decimal(now.get("margin_percent", "100")) < floor:
        found.append(f"The margin is {now['margin_percent']} %, below the floor of {floor} %.")
    if Decimal(now["max_discount"]) > most:
        found.append(f"A discount of {now['max_discount']} % is above the most allowed, {most} %.")
    return found


def _purchase(now: Figures, told: Told) -> list[str]:
    limit = told.threshold("urgent_limit")
    soon = str(told.today + timedelta(days=int(told.threshold("urgent_days"))))
    why = [words for true, words in (
        (told.asked.get("urgent") == "yes", "is marked urgent"),
        (told.asked.get("planned", "9999") <= soon, "is wanted at once"),
    ) if true]  # fmt: skip
    if Decimal(now["amount"]) <= limit or not why:
        return []
    return [f"{now['amount']} is above the limit for urgent purchases, {limit}, and it {' and '.join(why)}."]


def _reallocation(now: Figures, told: Told) -> list[str]:
    few = Decimal(now["quantity"]) <= told.threshold("min_quantity")
    least = told.threshold("min_value")
    if few or (least and Decimal(now["value"]) <= least):
        return []
    return [f"Reserved stock is taken away while its promise stands: {now['products']}, {now['quantity']}."]


def _credit(now: Figures, told: Told) -> list[str]:
    limit, exposure = Decimal(now["limit"]), Decimal(now["exposure"])
    found = ["The order is held for credit."] if now["held"] == "yes" else []
    if limit > 0 and exposure > limit * (1 + told.threshold("over_limit_percent") / 100):
        found.append(f"The customer would owe {exposure}; the credit limit is {limit}.")
    return found


def _shipment(now: Figures, told: Told) -> list[str]:
    standard, most = Decimal(told.asked.get("standard", "0")), told.threshold("over_standard")
    found: list[str] = []
    if told.asked.get("carrier_before", now["carrier"]) != now["carrier"]:
        found.append(f"The delivery method changed after confirmation, from {told.asked['carrier_before']}.")
    if Decimal(now["freight"]) - standard > most:
        found.append(f"Freight of {now['freight']} is more than {most} above the standard method ({standard}).")
    return found


def _return(now: Figures, told: Told) -> list[str]:
    days, most = told.threshold("return_days"), told.threshold("return_value")
    found: list[str] = []
    if now["delivered"] == "unknown":
        found.append("It is not known when the returned goods were delivered.")
    elif now["delivered"] < str(told.today - timedelta(days=int(days))):
        found.append(f"The goods were delivered on {now['delivered']}, more than {days} days ago.")
    if Decimal(now["value"]) > most:
        found.append(f"The returned goods are worth {now['value']}, above {most}.")
    return found


def _sensitive(now: Figures, _: Told) -> list[str]:
    return [f"{now['change']}."]


def _bill(now: Figures, told: Told) -> list[str]:
    rules = (
        (Decimal(now["price_off_percent"]) > told.threshold("price_percent"), "A price differs from the order's."),
        (Decimal(now["quantity_over"]) > 0, "More is billed than was received."),
        (Decimal(now["unordered"]) and told.threshold("check_unordered"), "Something is billed without an order."),
        (now["repeated"] == "yes", "A posted bill of this supplier has the same reference."),
        (now["disputed"] == "yes", "The bill is disputed."),
    )
    return [words for true, words in rules if true]


_PROBLEMS: dict[Scenario, Callable[[Figures, Told], list[str]]] = {
    Scenario.DISCOUNT_EXCEPTION: _discount,
    Scenario.EMERGENCY_PROCUREMENT: _purchase,
    Scenario.INVENTORY_REALLOCATION: _reallocation,
    Scenario.CREDIT_RELEASE: _credit,
    Scenario.SHIPMENT_UPGRADE: _shipment,
    Scenario.RETURN_AUTHORIZATION: _return,
    Scenario.SENSITIVE_CHANGE: _sensitive,
    Scenario.INVOICE_DISCREPANCY: _bill,
}
"""For each scenario what is wrong, in words; nothing when no consent is needed."""
