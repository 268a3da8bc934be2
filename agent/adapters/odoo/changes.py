"""What changed in a real Odoo: records in pages of few calls, supplier mail, what controls refused, answers."""

import json
from datetime import UTC, datetime
from typing import Any

from agent.adapters.odoo import seen_orders, seen_supply
from agent.adapters.odoo.connection import Connection, Row
from agent.adapters.odoo.convert import link_name, moment, text
from agent.adapters.odoo.filed_mail import mails_of
from agent.adapters.odoo.lookup import Lookup
from agent.adapters.odoo.names import APPROVAL
from agent.adapters.odoo.seen import Reading
from agent.errors import OdooError
from agent.intake.changes import Attempt, ChangePage, Cursor, Heads, OdooAnswer, OdooMail, Watched
from agent.kit.clock import utc_now

CONTROL = "gatehouse-control "
CLOCKS = (("sale.order", "date_order"), ("purchase.order", "date_order"), ("stock.picking", "scheduled_date"))
ANSWER_FIELDS = (
    "x_scenario", "x_record", "x_record_name", "x_company_id", "x_consent", "x_roles", "x_login", "x_reason_code",
    "x_note", "x_figures", "x_decided_at", "x_key", "create_date",
)  # fmt: skip
PATHS: dict[Watched, tuple[str, ...]] = {
    Watched.SALE_ORDER: ("order_line", "order_line.move_ids"),
    Watched.PURCHASE_ORDER: ("order_line", "order_line.move_ids"),
    Watched.PICKING: ("move_ids",),
    Watched.BILL: ("invoice_line_ids",),
}
LINE_MODELS = {
    Watched.SALE_ORDER: ("sale.order.line", "move_ids"),
    Watched.PURCHASE_ORDER: ("purchase.order.line", "move_ids"),
}
READINGS: dict[Watched, Reading] = {
    Watched.SALE_ORDER: seen_orders.sales,
    Watched.PURCHASE_ORDER: seen_orders.purchases,
    Watched.PICKING: seen_supply.pickings,
    Watched.BILL: seen_supply.bills,
}


class Changes:
    """`OdooChanges` over the reading user's connection. A model that this Odoo lacks has no changes."""

    connection: Connection
    look: Lookup

    def now(self) -> datetime:
        """See `OdooChanges.now`: what Odoo proposes as the present moment; ours where it proposes none. One call."""
        for model, field in CLOCKS:
            if self.look.has(model, field):
                proposed = self.connection.call(model, "default_get", kwargs={"fields_list": [field]})
                if found := moment(proposed.get(field)):
                    return found
        return utc_now().replace(microsecond=0)

    def heads(self) -> Heads:
        """See `OdooChanges.heads`. Three calls."""
        newest = {"message": "mail.message", "attempt": "ir.logging", "answer": APPROVAL}
        return Heads(**{name: self._newest(model) for name, model in newest.items()})

    def _newest(self, model: str) -> int:
        rows = self.look.rows(model, [], ("id",), newest="id desc", limit=1)
        return rows[0]["id"] if rows else 0

    def parameters(self) -> dict[str, str]:
        """See `OdooChanges.parameters`. One call."""
        rows = self.look.rows("ir.config_parameter", [("key", "=like", "gatehouse.%")], ("key", "value"))
        return {text(row["key"]): text(row["value"]) for row in rows}

    def changed(self, model: Watched, after: Cursor, limit: int) -> ChangePage:
        """See `OdooChanges.changed`. One call for the page's records, six at most for what belongs to them."""
        self.connection.need(model.value)
        reading = READINGS[model]
        domain = [("id", ">", after.id), *self._changed_since(model, after.at)]
        rows = self.look.rows(model.value, domain, reading.fields, newest="id", limit=limit)
        records = reading.read(self.look, rows) if rows else ()
        reached = after.model_copy(update={"id": rows[-1]["id"]}) if rows else after
        return ChangePage(records=records, cursor=reached, more=len(rows) == limit)

    def _changed_since(self, model: Watched, at: datetime) -> list[Any]:
        since = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        lines, moves = LINE_MODELS.get(model, ("", ""))
        paths = [path for path in PATHS[model] if "." not in path or self.look.has(lines, moves)]
        terms: list[Any] = [("write_date", ">=", since), *((f"{path}.write_date", ">=", since) for path in paths)]
        kinds = [("move_type", "in", seen_supply.KINDS)] if model is Watched.BILL else []
        return [*kinds, *["|"] * (len(terms) - 1), *terms]

    def mails(self, after_id: int, limit: int) -> tuple[OdooMail, ...]:
        """See `OdooChanges.mails`. Four calls at most."""
        return mails_of(self.look, after_id, limit)

    def attempts(self, after_id: int, limit: int) -> tuple[tuple[int, Attempt], ...]:
        """See `OdooChanges.attempts`. One call; a line that is none of ours is passed over."""
        domain = [("id", ">", after_id), ("message", "=like", f"{CONTROL}%")]
        rows = self.look.rows("ir.logging", domain, ("message", "create_date"), newest="id", limit=limit)
        return tuple((row["id"], found) for row in rows if (found := _attempt(row)))

    def answers(self, after_id: int, limit: int) -> tuple[OdooAnswer, ...]:
        """See `OdooChanges.answers`. One call."""
        domain = [("id", ">", after_id), ("x_via", "=", "odoo")]
        rows = self.look.rows(APPROVAL, domain, ANSWER_FIELDS, newest="id", limit=limit)
        return tuple(_answer(row) for row in rows)


def _attempt(row: Row) -> Attempt | None:
    """What a control wrote down; nothing when the line only looks like one."""
    try:
        said: Any = json.loads(text(row["message"]).removeprefix(CONTROL))
        at = moment(str(said["at"]).removesuffix("Z").replace("T", " ")) or moment(row["create_date"])
        return Attempt(
            id=f"log {row['id']}",
            scenario=str(said["scenario"]),
            mode=str(said["mode"]),
            model=str(said["model"]),
            record_id=int(said["id"]),
            record_name=str(said["name"]),
            company=str(said.get("company") or ""),
            figures=_figures(said.get("figures")),
            login=str(said.get("login") or ""),
            at=at or utc_now(),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _answer(row: Row) -> OdooAnswer:
    model, _, number = text(row["x_record"]).partition(",")
    try:
        figures = _figures(json.loads(text(row["x_figures"]) or "{}"))
    except ValueError as error:
        raise OdooError(f"The figures of approval {row['id']} in Odoo are no JSON.") from error
    return OdooAnswer(
        id=row["id"],
        scenario=text(row["x_scenario"]),
        model=model,
        record_id=int(number or 0),
        record_name=text(row["x_record_name"]),
        company=link_name(row["x_company_id"]),
        consent=text(row["x_consent"]),
        role=text(row["x_roles"]),
        login=text(row["x_login"]),
        reason_code=text(row["x_reason_code"]),
        note=text(row["x_note"]),
        figures=figures,
        at=moment(row["x_decided_at"]) or moment(row["create_date"]) or utc_now(),
        warned=text(row["x_key"]) == "warn",
    )


def _figures(given: object) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in given.items()) if isinstance(given, dict) else ()
