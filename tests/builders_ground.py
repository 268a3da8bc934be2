"""The records that actions are tried on: the sandbox's own, or fresh ones in a real Odoo, and what a real one shows."""

import os
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from html import unescape
from types import SimpleNamespace
from typing import Any

from agent.actions.model import OpenActivity
from agent.adapters.odoo.connection import Connection
from agent.evidence.records import Model, RecordRef
from agent.kit.ids import new_id
from tests.builders_actions import Ground

BILLS = 40
NOTE = "mail.mt_note"


def a_ground(place: Any) -> Iterator[Ground]:
    """An open purchase order, an open sale order and a draft bill of this Odoo."""
    if place.kind == "odoo":
        yield _fresh(place)
        return
    odoo = place.odoo
    picture = place.everything()
    drafts = [bill.ref for bill in odoo.bills([f"BILL/{place.today.year}/{n:04d}" for n in range(1, BILLS)])]
    purchase = next(
        order for order in place.purchases() if order.supplier.emails and order.lines[0].product_code and order.lines
    )
    sale = next(item.order.name for item in picture.commitments)
    used = {line.product_code for line in (*purchase.lines, *odoo.sale_orders([sale])[0].lines)}
    yield Ground(
        odoo=odoo,
        today=place.today,
        effects=odoo,
        purchase_name=purchase.ref.name,
        sale_name=sale,
        bill=next(ref for ref in drafts if odoo.bills([ref.name])[0].state == "draft"),
        other_code=next(line.product_code for line in picture.late if line.product_code not in used),
    )


@cache
def administrator() -> Connection:
    """An administrator's connection to the real Odoo under test."""
    names = ("ODOO_TEST_URL", "ODOO_TEST_DB", "ODOO_TEST_USER", "ODOO_TEST_PASSWORD")
    url, database, user, password = (os.environ[name] for name in names)
    return Connection(url, database, user, password, timeout=30)


def _fresh(place: Any) -> Ground:
    odoo = administrator()
    goods = odoo.call(
        "product.product",
        "search_read",
        kwargs={
            "domain": [("default_code", "!=", False), ("purchase_ok", "=", True), ("sale_ok", "=", True),
                       ("type", "in", ("product", "consu"))],
            "fields": ["default_code", "name"],
            "limit": 3,
        },
    )  # fmt: skip
    partner = _create(
        "res.partner", name="Quillan Fittings", email=f"orders-{new_id()[-8:]}@quillan.example", company_type="company"
    )
    day = datetime.combine(place.today + timedelta(days=20), time(22, 30), UTC).strftime("%Y-%m-%d %H:%M:%S")
    line = {"product_id": goods[0]["id"], "product_qty": 12, "price_unit": 7.25, "date_planned": day}
    purchase = _create("purchase.order", partner_id=partner, order_line=[(0, 0, line)])
    odoo.call("purchase.order", "button_confirm", [purchase])
    sold = [(0, 0, {"product_id": goods[1]["id"], "product_uom_qty": 4, "price_unit": 30})]
    sale = _create("sale.order", partner_id=partner, order_line=sold)
    odoo.call("sale.order", "action_confirm", [sale])
    billed = [(0, 0, {"product_id": goods[0]["id"], "quantity": 12, "price_unit": 7.25})]
    bill = _create(
        "account.move",
        move_type="in_invoice",
        partner_id=partner,
        ref=new_id(),
        invoice_date=place.today.isoformat(),
        invoice_line_ids=billed,
    )
    return Ground(
        odoo=place.odoo,
        today=place.today,
        effects=RealEffects(),
        purchase_name=_one("purchase.order", purchase, "name"),
        sale_name=_one("sale.order", sale, "name"),
        bill=RecordRef(model=Model.BILL, id=bill, name=f"draft bill {bill}"),
        other_code=goods[2]["default_code"],
    )


def _create(model: str, **values: Any) -> int:
    found = administrator().call(model, "create", kwargs={"vals_list": [values]})
    return found[0] if isinstance(found, list) else found


def _one(model: str, number: int, field: str) -> Any:
    return administrator().call(model, "read", [number], kwargs={"fields": [field]})[0][field]


def _rows(model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
    return administrator().call(model, "search_read", kwargs={"domain": domain, "fields": fields, "order": "id"})


class RealEffects:
    """What actions brought about in a real Odoo, told as the sandbox tells it."""

    def notes(self, record: RecordRef) -> list[SimpleNamespace]:
        domain = [("model", "=", record.model), ("res_id", "=", record.id), ("message_type", "=", "comment")]
        return [SimpleNamespace(text=plain(row["body"])) for row in _rows("mail.message", domain, ["body"])]

    def activities(self, record: RecordRef) -> list[OpenActivity]:
        domain = [("res_model", "=", record.model), ("res_id", "=", record.id)]
        return [
            OpenActivity(
                record=record,
                summary=row["summary"],
                note=plain(row["note"] or ""),
                due=date.fromisoformat(row["date_deadline"]),
            )
            for row in _rows("mail.activity", domain, ["summary", "note", "date_deadline"])
        ]

    def tags(self, record: RecordRef) -> list[str]:
        field, model = {
            Model.SALE_ORDER: ("tag_ids", "crm.tag"),
            Model.PARTNER: ("category_id", "res.partner.category"),
            Model.PRODUCT: ("additional_product_tag_ids", "product.tag"),
        }[record.model]
        return [row["name"] for row in _rows(model, [("id", "in", _one(record.model, record.id, field))], ["name"])]

    def held(self, record: RecordRef) -> bool:
        return bool(_one(record.model, record.id, "x_gatehouse_hold"))

    def substitute(self, record: RecordRef, line_id: int) -> str:
        return _one(f"{record.model}.line", line_id, "x_gatehouse_substitute") or ""

    def replies(self, record: RecordRef) -> list[SimpleNamespace]:
        domain = [("model", "=", record.model), ("res_id", "=", record.id), ("message_type", "=", "email_outgoing")]
        rows = _rows("mail.mail", domain, ["subject", "body_html", "recipient_ids", "email_to", "state", "headers"])
        return [_reply(row) for row in rows]

    def approvals(self, record: RecordRef) -> list[SimpleNamespace]:
        names = ("scenario", "consent", "roles", "login", "asked_by", "reason_code", "via")
        domain = [("x_record", "=", f"{record.model},{record.id}"), ("x_consent", "!=", "request")]
        rows = _rows("x_gatehouse_approval", domain, [f"x_{name}" for name in names])
        return [SimpleNamespace(**{name: row[f"x_{name}"] or "" for name in names}) for row in rows]


def _reply(row: dict[str, Any]) -> SimpleNamespace:
    assert row["state"] == "outgoing"
    assert not row["recipient_ids"]
    parent = re.search(r"<mail-[^>]*>", str(row["headers"]))
    return SimpleNamespace(
        to=row["email_to"],
        subject=row["subject"],
        text=plain(row["body_html"]),
        in_reply_to=parent.group() if parent else "",
    )


def plain(html: str) -> str:
    """The text that such a body shows: line breaks are breaks, and no other mark-up is there."""
    return unescape(re.sub(r"</?(p|div|span)[^>]*>", "", re.sub(r"<br\s*/?>", "\n", html)))
