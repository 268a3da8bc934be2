"""Twin and sandbox hold the same records, so they must give the same answers."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.adapters.memory import MemoryOdoo
from agent.adapters.sandbox import SandboxOdoo
from agent.adapters.sandbox.company.partners import SUPPLIERS
from tests.builders_company import TODAY, a_sandbox, a_twin


@pytest.fixture(scope="module")
def sandbox(company_file: Path) -> SandboxOdoo:
    return a_sandbox(company_file)


@pytest.fixture(scope="module")
def twin(sandbox: SandboxOdoo) -> MemoryOdoo:
    return a_twin(sandbox)


@pytest.mark.parametrize("days", [-20, 0, 9, 45])
@pytest.mark.parametrize("horizon", [0, 14, 60])
def test_the_same_supply_picture(sandbox, twin, days, horizon):
    day = TODAY + timedelta(days=days)

    assert twin.supply_picture(day, horizon) == sandbox.supply_picture(day, horizon)


def test_the_same_supplier_and_open_orders_behind_every_address(sandbox, twin):
    for supplier in SUPPLIERS:
        for address in (supplier.email, f"somebody.else@{supplier.email.partition('@')[2]}"):
            assert twin.supplier_by_email(address) == sandbox.supplier_by_email(address)
            assert twin.open_purchases_of(address) == sandbox.open_purchases_of(address)


def test_the_same_bills_by_number_and_by_the_suppliers_invoice(sandbox, twin):
    for asked in ("bill/2026/0033", "2024-f-7731", "re-403377"):
        assert twin.bills([asked]) == sandbox.bills([asked]) != ()


def test_the_same_past_and_the_same_shortages(sandbox, twin):
    since = TODAY - timedelta(days=90)

    assert twin.history(since, TODAY) == sandbox.history(since, TODAY)
    assert twin.history(since, TODAY).sold
    assert twin.history(since, TODAY).arrived
    assert twin.replenishment() == sandbox.replenishment() != ()
