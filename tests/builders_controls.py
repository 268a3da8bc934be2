"""A distribution company inside a real Odoo, and its people with one role each, for what native controls are about."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.credentials import Vault
from agent.adapters.odoo.names import APPROVAL, MODULE, ROLE_GROUPS
from agent.adapters.odoo.setup import set_up
from agent.approvals.model import REASONS, REFUSALS, Scenario
from agent.kit.ids import new_id

PASSWORD = "a-long-enough-password"
WORKER = (
    "base.group_user", "sales_team.group_sale_manager", "purchase.group_purchase_manager", "stock.group_stock_manager",
    "account.group_account_manager", "base.group_partner_manager", "account.group_validate_bank_account",
)  # fmt: skip
SHOWN = ("x_figures", "x_summary", "x_needed")
ASKED = ("x_scenario", "x_record", "x_consent", "x_via")


def put_in_place(admin: Connection) -> None:
    """Set up with as many service users as the kept keys are for, and renew those that another set-up made void."""
    keys = os.environ.get("ODOO_TEST_KEYS")
    kept = Vault(Path(keys)).get(os.environ["ODOO_TEST_URL"], os.environ["ODOO_TEST_DB"]) if keys else None
    if not keys or not kept:
        set_up(admin)
    elif set_up(admin, Vault(Path(keys)), users=kept.users).problems:
        set_up(admin, Vault(Path(keys)), users=kept.users, renew=True)


class Company:
    """A set-up Odoo, and what the tests do there."""

    def __init__(self) -> None:
        self.admin = self.signed_in(os.environ["ODOO_TEST_USER"], os.environ["ODOO_TEST_PASSWORD"])
        put_in_place(self.admin)

    def signed_in(self, login: str, password: str = PASSWORD) -> Connection:
        return Connection(os.environ["ODOO_TEST_URL"], os.environ["ODOO_TEST_DB"], login, password, timeout=60)

    # --- records
    def make(self, model: str, by: Connection | None = None, **values: Any) -> int:
        made = (by or self.admin).call(model, "create", kwargs={"vals_list": [values]})
        return made[0] if isinstance(made, list) else made

    def read(self, model: str, number: int, *fields: str) -> dict[str, Any]:
        return self.admin.call(model, "read", [number], {"fields": list(fields)})[0]

    def find(self, model: str, *domain: tuple[str, str, Any], limit: int = 0, order: str = "id") -> list[int]:
        asked = {"domain": list(domain), "order": order} | ({"limit": limit} if limit else {})
        return self.admin.call(model, "search", kwargs=asked)

    def write(self, model: str, number: int, by: Connection | None = None, **values: Any) -> None:
        (by or self.admin).call(model, "write", [number], {"vals": values})

    def ref(self, name: str) -> int:
        module, _, short = name.rpartition(".")
        found = self.find_named(module or MODULE, short)
        assert found, f"no {name}"
        return found

    def find_named(self, module: str, name: str) -> int:
        domain = [("module", "=", module), ("name", "=", name)]
        rows = self.admin.call("ir.model.data", "search_read", kwargs={"domain": domain, "fields": ["res_id"]})
        return rows[0]["res_id"] if rows else 0

    # --- people
    def person(self, login: str, *groups: str) -> Connection:
        there = [number for name in groups if (number := self.find_named(*_parted(name)))]
        if known := self.find("res.users", ("login", "=", login)):
            self.write("res.users", known[0], groups_id=[(4, number) for number in there])  # a removal took ours away
        else:
            self.make("res.users", name=login.replace("_", " "), login=login, password=PASSWORD,
                      groups_id=[(6, 0, there)])  # fmt: skip
        return self.signed_in(login)

    @cached_property
    def worker(self) -> Connection:
        found = self.person("gh_worker", *WORKER)
        self.write("res.users", found.user_id(), email="worker@example.invalid")  # Odoo posts nothing without one
        return found

    @cached_property
    def stranger(self) -> Connection:
        return self.person("gh_stranger", "base.group_user")

    def of_role(self, role: str, number: int = 1) -> Connection:
        groups = {str(each): name for each, name in ROLE_GROUPS.items()}
        return self.person(f"gh_{role}_{number}", "base.group_user", f"{MODULE}.{groups[role]}")

    # --- parameters
    def set(self, scenario: str, name: str, value: str) -> None:
        self.admin.call("ir.config_parameter", "set_param",
                        kwargs={"key": f"gatehouse.{scenario}.{name}", "value": value})  # fmt: skip

    # --- the approval form
    def form(self, by: Connection, scenario: Scenario, record: tuple[str, int], consent: str) -> dict[str, Any]:
        """What the form shows when it is opened for a record."""
        defaults = {"x_scenario": str(scenario), "x_record": f"{record[0]},{record[1]}", "x_consent": consent}
        context = {f"default_{name}": value for name, value in defaults.items()}
        spec = {name: {} for name in (*ASKED, *SHOWN)}
        asked = {"values": {}, "field_names": [], "fields_spec": spec}
        shown = by.call(APPROVAL, "onchange", [], asked, context)["value"]
        return defaults | {"x_figures": shown.get("x_figures") or False, "x_summary": shown.get("x_summary")}

    def answer(
        self, by: Connection, scenario: Scenario, record: tuple[str, int], consent: str = "approve", **more: Any
    ) -> int:
        """Fill the form in and save it, as the web client does."""
        values = self.form(by, scenario, record, consent)
        if consent == "approve":
            values[f"x_why_{scenario}"] = REASONS[scenario][0]
        elif consent == "refuse":
            values["x_why_refuse"] = REFUSALS[0]
        return self.make(APPROVAL, by, **values | more)

    def requests(self, scenario: Scenario, record: tuple[str, int]) -> list[int]:
        return self.find(APPROVAL, ("x_scenario", "=", str(scenario)), ("x_consent", "=", "request"),
                         ("x_record", "=", f"{record[0]},{record[1]}"))  # fmt: skip

    def attempts(self, scenario: Scenario, record: tuple[str, int]) -> list[str]:
        start = f'gatehouse-control {{"scenario": "{scenario}", "model": "{record[0]}", "id": {record[1]},'
        asked = {"domain": [("message", "=like", start + "%")], "fields": ["message"], "order": "id"}
        rows = self.admin.call("ir.logging", "search_read", kwargs=asked)
        return [row["message"] for row in rows]

    # --- goods and parties
    def partner(self, **values: Any) -> int:
        return self.make("res.partner", name=f"Party {new_id()[-6:]}", is_company=True, **values)

    def product(self, stock: float = 0, **values: Any) -> int:
        newer = self.admin.major() >= 18
        storable = {"type": "consu", "is_storable": True} if newer else {"detailed_type": "product"}
        number = self.make(
            "product.product", name=f"Good {new_id()[-6:]}", **{"list_price": 100.0, **storable, **values}
        )
        if stock:
            place = self.read("stock.warehouse", self.find("stock.warehouse", limit=1)[0], "lot_stock_id")
            quant = self.make("stock.quant", product_id=number, inventory_quantity=stock,
                              location_id=place["lot_stock_id"][0])  # fmt: skip
            self.admin.call("stock.quant", "action_apply_inventory", [quant])
        return number

    def sale(self, product: int, quantity: float = 1, price: float = 100, partner: int = 0, **more: Any) -> int:
        line = {"product_id": product, "product_uom_qty": quantity, "price_unit": price}
        lines = [(0, 0, line), *more.pop("lines", [])]
        return self.make("sale.order", self.worker, partner_id=partner or self.partner(), order_line=lines, **more)

    def purchase(self, product: int, quantity: float, price: float, partner: int = 0, **more: Any) -> int:
        line = {"product_id": product, "product_qty": quantity, "price_unit": price, **more}
        return self.make("purchase.order", self.worker, partner_id=partner or self.partner(),
                         order_line=[(0, 0, line)])  # fmt: skip

    def lines(self, model: str, order: int) -> list[int]:
        return self.find(model, ("order_id", "=", order))


def _parted(name: str) -> tuple[str, str]:
    module, _, short = name.rpartition(".")
    return module, short


@dataclass(frozen=True)
class Matter:
    """Something that a control is about: its record, the change that wants consent, and a worse one."""

    record: tuple[str, int]
    attempt: Callable[[], Any]
    happened: Callable[[], bool]
    worsen: Callable[[], Any]
