"""What talking to a real Odoo costs: the log against one create a record, calls for a case, memory of a long poll.

Runs where ODOO_TEST_URL, _DB, _USER (an administrator) and _PASSWORD name an Odoo that was set up; ODOO_TEST_KEYS is
the folder in which set-up keeps the service users' keys. Makes and deletes drafts there; log rows stay.
"""

import os
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from agent.actions.log import ContentKind, ContentRow
from agent.adapters.odoo.compose import Given, Login, gateway
from agent.adapters.odoo.connection import Connection
from agent.adapters.odoo.gateway import OdooGateway
from agent.adapters.odoo.names import CONTENT
from agent.cases.model import CaseKind
from agent.evidence.collect import collect
from agent.intake.changes import Cursor, Watched
from agent.intake.model import EventType
from agent.kit.clock import utc_now
from agent.kit.ids import new_id
from tests.builders import a_case, an_event
from tests.builders_desk import a_mail

REAL = tuple(
    os.environ.get(name, "") for name in ("ODOO_TEST_URL", "ODOO_TEST_DB", "ODOO_TEST_USER", "ODOO_TEST_PASSWORD")
)
pytestmark = pytest.mark.skipif(not all(REAL), reason="no real Odoo is named")
MOST_CALLS = 12
LINES = 50
PAGE = 200
MEBIBYTE = 1024 * 1024


def say(text: str) -> None:
    """A figure, for who runs this."""
    sys.stdout.write(f"{text}\n")


@pytest.fixture(scope="module")
def administrator() -> Connection:
    return Connection(*REAL, timeout=300)


@pytest.fixture(scope="module")
def odoo() -> OdooGateway:
    url, database, user, password = REAL
    keys = Path(os.environ.get("ODOO_TEST_KEYS", "no-such-folder"))
    given = Given(
        url=url, database=database, timeout=60, keys=keys, main=Login(user=user, password=SecretStr(password))
    )
    return gateway(given, utc_now)


# --- the log --------------------------------------------------------------------------------------
def test_log_delivery_against_one_create_a_record(
    odoo: OdooGateway, administrator: Connection, scale: Callable[[int], int]
):
    singles, many = scale(10_000) * 2, 500
    odoo.append(some_rows(2))
    with allowed_to_create(administrator):
        values = [
            {"x_key": row.key, "x_name": row.case_number, "x_text": row.text, "x_content": "prompt"}
            for row in some_rows(min(singles, 200))
        ]
        began = time.perf_counter()
        for row in values:
            administrator.call(CONTENT, "create", kwargs={"vals_list": row})
        one_by_one = len(values) / (time.perf_counter() - began)
    rows = [some_rows(many) for _ in range(3)]
    began = time.perf_counter()
    for batch in rows:
        assert odoo.append(batch) == many
    together = 3 * many / (time.perf_counter() - began)

    say(f"\nlog: {one_by_one:.0f} rows/s one by one, {together:.0f} in batches of {many}: {together / one_by_one:.1f}x")
    assert together > 20 * one_by_one


def some_rows(count: int) -> list[ContentRow]:
    return [
        ContentRow(
            key=new_id(), case_number="C-2026-000001", content=ContentKind.PROMPT, text="word " * 400, digest="0" * 64,
            written_at=utc_now(),
        )
        for _ in range(count)
    ]  # fmt: skip


@contextmanager
def allowed_to_create(administrator: Connection) -> Iterator[None]:
    """The right that nobody has: to write a row of the log directly."""
    (model,) = administrator.call("ir.model", "search", kwargs={"domain": [("model", "=", CONTENT)]})
    group = administrator.call(
        "ir.model.data", "check_object_reference", kwargs={"module": "base", "xml_id": "group_system"}
    )[1]
    values = {"name": "bench", "model_id": model, "group_id": group, "perm_read": True, "perm_create": True}
    values |= {"perm_write": False, "perm_unlink": False}
    made = administrator.call("ir.model.access", "create", kwargs={"vals_list": values})
    administrator.call("ir.model.access", "call_cache_clearing_methods")
    try:
        yield
    finally:
        administrator.call("ir.model.access", "unlink", [made])
        administrator.call("ir.model.access", "call_cache_clearing_methods")


# --- evidence -------------------------------------------------------------------------------------
@pytest.mark.parametrize("what", ["sale", "purchase", "mail"])
def test_evidence_for_fifty_lines_takes_few_calls(odoo: OdooGateway, administrator: Connection, what: str):
    model = "sale.order" if what == "sale" else "purchase.order"
    with an_order(administrator, model, LINES) as name:
        seen = odoo.sale_orders([name]) if what == "sale" else odoo.purchase_orders([name])  # sign-in, fields, tables
        assert len(seen[0].lines) == LINES
        odoo.stock([seen[0].lines[0].product_code], [seen[0].company])
        odoo.supplier_by_email("nobody@nowhere.invalid")
        before = odoo.connection.calls

        found = evidence(what, name, odoo)

        used = odoo.connection.calls - before
        say(f"\nevidence for a {what} of {LINES} lines: {used} calls")
        assert len((*found.sales, *found.purchases)[0].lines) == LINES
        assert used <= MOST_CALLS


def evidence(what: str, name: str, odoo: OdooGateway) -> Any:
    now = utc_now()
    if what == "mail":
        mail = a_mail(f"Your order {name} will be late.")
        return collect(a_case(kind=CaseKind.SUPPLIER_EMAIL, company=""), [], [mail], odoo, now)
    kind, data = ("order.changed", {"order": name}) if what == "sale" else ("purchase.delayed", {"purchase": name})
    return collect(a_case(kind=CaseKind.EXCEPTION, company=""), [an_event(kind=EventType(kind), **data)], [], odoo, now)


@contextmanager
def an_order(administrator: Connection, model: str, lines: int) -> Iterator[str]:
    """A draft with this many lines, and its name; deleted afterwards."""
    products = administrator.call(
        "product.product", "search",
        kwargs={"domain": [("sale_ok", "=", True), ("purchase_ok", "=", True)], "limit": lines},
    )  # fmt: skip
    partner = administrator.call("res.partner", "search", kwargs={"domain": [("is_company", "=", True)], "limit": 1})[0]
    made = administrator.call(
        model, "create", kwargs={"vals_list": [a_draft(partner, [products[n % len(products)] for n in range(lines)])]}
    )
    try:
        yield administrator.call(model, "read", made, {"fields": ["name"]})[0]["name"]
    finally:
        give_up(administrator, model, made)


def a_draft(partner: int, products: Sequence[int]) -> dict[str, Any]:
    return {"partner_id": partner, "order_line": [(0, 0, {"product_id": product}) for product in products]}


def give_up(administrator: Connection, model: str, ids: list[int]) -> None:
    administrator.call(model, "button_cancel" if model == "purchase.order" else "action_cancel", ids)
    administrator.call(model, "unlink", ids)


# --- polling --------------------------------------------------------------------------------------
def test_a_poll_of_many_changed_records_needs_bounded_memory(
    odoo: OdooGateway, administrator: Connection, scale: Callable[[int], int]
):
    many = scale(10_000)
    began = odoo.now() - timedelta(seconds=1)
    partner = administrator.call("res.partner", "search", kwargs={"domain": [("is_company", "=", True)], "limit": 1})[0]
    product = administrator.call("product.product", "search", kwargs={"domain": [], "limit": 1})
    made: list[int] = []
    for start in range(0, many, 500):
        drafts = [a_draft(partner, product) for _ in range(min(500, many - start))]
        made += administrator.call("sale.order", "create", kwargs={"vals_list": drafts})
    odoo.changed(Watched.SALE_ORDER, Cursor(at=began), 1)
    tracemalloc.start()
    try:
        after, seen, pages, started = Cursor(at=began), set[int](), 0, time.perf_counter()
        while True:
            page = odoo.changed(Watched.SALE_ORDER, after, PAGE)
            seen |= {record.id for record in page.records}
            pages, after = pages + 1, page.cursor
            if not page.more:
                break
        took, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        for start in range(0, many, 500):
            give_up(administrator, "sale.order", made[start : start + 500])

    say(f"\npoll: {len(seen)} changed records in {pages} pages, {took:.1f} s, at most {peak / MEBIBYTE:.1f} MiB held")
    assert seen >= set(made)
    assert peak < 32 * MEBIBYTE
