"""Every Odoo that the contract suites run on: the twin, the sandbox, and a real one where the environment names it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.evidence.records import PurchaseOrder, RecordRef, SupplyPicture
from agent.kit.clock import utc_now
from tests.builders_company import TODAY, a_copy, a_filled_file, a_sandbox, a_twin

REAL = ("ODOO_TEST_URL", "ODOO_TEST_DB", "ODOO_TEST_USER", "ODOO_TEST_PASSWORD")
KINDS = ("memory", "sandbox", *(("odoo",) if all(os.environ.get(name) for name in REAL) else ()))
SOME_YEARS = timedelta(days=3650)


@dataclass(frozen=True)
class Place:
    """An Odoo under test: its gateway, the day there, and how many requests or statements it has run."""

    kind: str
    odoo: Any
    today: date
    asked: Callable[[], int]

    def everything(self) -> SupplyPicture:
        """All open purchase lines: on a day this far ahead every one of them is late."""
        return self.odoo.supply_picture(self.today + SOME_YEARS, 0)

    def purchases(self) -> tuple[PurchaseOrder, ...]:
        """Confirmed purchase orders with something still to receive, whatever they are called here."""
        names = sorted({line.purchase.name for line in self.everything().late})
        if not names:
            pytest.skip("this Odoo has no open purchase order")
        return self.odoo.purchase_orders(names)

    def record(self) -> RecordRef:
        """A record that notes may be posted on."""
        return self.purchases()[0].ref


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("company"))


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, company_file: Path, tmp_path: Path) -> Iterator[Place]:
    match request.param:
        case "odoo":
            yield _real(request.getfixturevalue("monkeypatch"))
        case kind:
            statements: list[str] = []
            sandbox = a_sandbox(a_copy(company_file, tmp_path), trace=statements.append)
            odoo = sandbox if kind == "sandbox" else a_twin(sandbox)
            yield Place(kind, odoo, TODAY, lambda: len(statements))
            sandbox.close()


def _real(monkeypatch: pytest.MonkeyPatch) -> Place:
    from agent.adapters.odoo.connection import Connection
    from agent.adapters.odoo.gateway import OdooGateway

    url, database, user, password = (os.environ[name] for name in REAL)
    calls: list[str] = []
    call = Connection.call

    def counted(self: Connection, model: str, *args: Any, **kwargs: Any) -> Any:
        calls.append(model)
        return call(self, model, *args, **kwargs)

    monkeypatch.setattr(Connection, "call", counted)
    odoo = OdooGateway.connect(url=url, database=database, user=user, password=password, timeout=20)
    return Place("odoo", odoo, utc_now().date(), lambda: len(calls))
