"""Every Odoo that the contract suites run on: the twin, the sandbox, and a real one where the environment names it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.actions.log import RiskIndicator
from agent.evidence.records import PurchaseOrder, RecordRef, SupplyPicture
from agent.intake.changes import Cursor, Watched
from agent.kit.clock import EPOCH, utc_now
from agent.kit.ids import new_id
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

    def sale(self) -> RecordRef:
        """A confirmed sale order."""
        found = self.everything().commitments
        if not found:
            pytest.skip("this Odoo has no open sale order of a product that is bought")
        return found[0].order

    def risk(self, record: RecordRef) -> RiskIndicator:
        """What the record's risk fields show."""
        if self.kind != "odoo":
            return self.odoo.risk(record)
        from tests.builders_ground import administrator

        names = ("level", "score", "reason", "link")
        asked = {"fields": [f"x_gatehouse_risk_{name}" for name in names]}
        (row,) = administrator().call(record.model, "read", [record.id], kwargs=asked)
        shown = {name: row[f"x_gatehouse_risk_{name}"] or (0 if name == "score" else "") for name in names}
        return RiskIndicator(record=record, **shown | {"level": shown["level"] or "none"})

    def changed_at(self, record: RecordRef) -> datetime:
        """When the record was changed last."""
        page = self.odoo.changed(Watched(record.model), Cursor(at=EPOCH, id=record.id - 1), 1)
        return page.records[0].changed_at

    def file_mail(self, purchase: RecordRef, raw: bytes) -> int:
        """A supplier's mail arrives on a purchase order; its id."""
        if self.kind != "odoo":
            return self.odoo.file_mail(purchase.name, raw)
        from tests.builders_ground import administrator

        values = {
            "model": purchase.model, "res_id": purchase.id, "message_type": "email", "body": "<p>Later.</p>",
            "author_id": False,
            "email_from": "sales@supplier.example", "subject": "Your order",
            "message_id": f"<{new_id()}@supplier.example>",
        }  # fmt: skip
        found = administrator().call("mail.message", "create", kwargs={"vals_list": [values]})
        return found[0] if isinstance(found, list) else found


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_filled_file(tmp_path_factory.mktemp("company"))


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, company_file: Path, tmp_path: Path) -> Iterator[Place]:
    match request.param:
        case "odoo":
            yield real_place(request.getfixturevalue("monkeypatch"))
        case kind:
            statements: list[str] = []
            sandbox = a_sandbox(a_copy(company_file, tmp_path), trace=statements.append)
            odoo = sandbox if kind == "sandbox" else a_twin(sandbox)
            yield Place(kind, odoo, TODAY, lambda: len(statements))
            sandbox.close()


def real_place(monkeypatch: pytest.MonkeyPatch) -> Place:
    """The real Odoo, over the service users that set-up keeps in the folder ODOO_TEST_KEYS, else one user for all."""
    from agent.adapters.odoo.compose import Given, Login, gateway
    from agent.adapters.odoo.connection import Connection

    url, database, user, password = (os.environ[name] for name in REAL)
    calls: list[str] = []
    call = Connection.call

    def counted(self: Connection, model: str, *args: Any, **kwargs: Any) -> Any:
        calls.append(model)
        return call(self, model, *args, **kwargs)

    monkeypatch.setattr(Connection, "call", counted)
    keys, main = (
        Path(os.environ.get("ODOO_TEST_KEYS", "no-such-folder")),
        Login(user=user, password=SecretStr(password)),
    )
    odoo = gateway(Given(url=url, database=database, timeout=30, keys=keys, main=main), utc_now)
    return Place("odoo", odoo, utc_now().date(), lambda: len(calls))
