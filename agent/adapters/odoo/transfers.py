"""Transfers of goods behind order lines, what they hold for each line, and how much of it is picked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import decimal, ids_of, link_id, link_name, money, site_date, text
from agent.adapters.odoo.lookup import Lookup
from agent.evidence.records import Model, RecordRef, Transfer

HELD = ("assigned", "partially_available")
MOVE_FIELDS = (
    "quantity", "product_uom", "state", "picked", "picking_id", "picking_type_id", "location_usage", "date",
)  # fmt: skip
PICKING_FIELDS = ("state", "scheduled_date", "date_done", "carrier_id", "carrier_price")
# The least advanced state of its moves is a transfer's own.
ORDER = ("draft", "waiting", "confirmed", "partially_available", "assigned", "done", "cancel")
SAID = {"partially_available": "assigned"}


class Moved(NamedTuple):
    """What the moves of some lines say: held and picked per line in the line's unit, and the lines' transfers."""

    held: dict[int, Decimal]
    picked: dict[int, Decimal]
    moves: dict[int, list[Row]]
    pickings: dict[int, Row]


def of_lines(look: Lookup, field: str, lines: Sequence[Row], *, freight: bool = False) -> Moved:
    """The moves behind these order lines; one call, and one more with `freight`.

    Goods are held at one step of a delivery at a time; what comes back from a customer is none of it.
    """
    unit_of = {line["id"]: link_id(line["product_uom"]) for line in lines}
    found = Moved(defaultdict(Decimal), defaultdict(Decimal), defaultdict(list), {})
    if not unit_of or not look.has("stock.move", field):
        return found
    rows = look.rows("stock.move", [(field, "in", list(unit_of))], (field, *MOVE_FIELDS))
    for move in rows:
        line = link_id(move[field])
        found.moves[line].append(move)
        if move["state"] in HELD and move["location_usage"] != "customer":
            ratio = look.tables().ratio(link_id(move["product_uom"]), unit_of[line])
            part = decimal(decimal(move["quantity"]) * ratio)
            found.held[line] += part
            found.picked[line] += part if move["picked"] else 0
    if freight:
        found.pickings.update(look.read_by_ids("stock.picking", ids_of(rows, "picking_id"), PICKING_FIELDS))
    return found


def transfers(
    look: Lookup, moved: Moved, lines: Sequence[Row], zone: ZoneInfo, currency: str = ""
) -> tuple[Transfer, ...]:
    """The transfers of one order, by id; freight in `currency`, where it was asked for."""
    of_picking: dict[int, list[Row]] = defaultdict(list)
    for line in lines:
        for move in moved.moves.get(line["id"], ()):
            if picking := link_id(move["picking_id"]):
                of_picking[picking].append(move)
    return tuple(
        _transfer(look, moves, moved.pickings.get(picking, {}), zone, currency)
        for picking, moves in sorted(of_picking.items())
    )


def _transfer(look: Lookup, moves: Sequence[Row], row: Mapping[str, Any], zone: ZoneInfo, currency: str) -> Transfer:
    link = moves[0]["picking_id"]
    state = text(row.get("state")) or _state(moves)
    price = decimal(row.get("carrier_price"))
    done = max((str(move["date"]) for move in moves if move["state"] == "done"), default="")
    planned = min((str(move["date"]) for move in moves if move["date"]), default="")
    return Transfer(
        ref=RecordRef(model=Model.PICKING, id=link_id(link), name=link_name(link)),
        kind=look.tables().kind_of.get(link_id(moves[0]["picking_type_id"]), ""),
        state=state,
        scheduled=site_date(row.get("scheduled_date") or planned, zone),
        done=site_date(row.get("date_done") or done, zone) if state == "done" else None,
        picked=any(bool(move["picked"]) for move in moves),
        carrier=link_name(row.get("carrier_id")),
        freight=money(price, currency) if price and currency else None,
    )


def _state(moves: Sequence[Row]) -> str:
    """As Odoo's own transfer has it: cancelled when all is, else done when the rest is, else the least advanced."""
    states = {str(move["state"]) for move in moves} - {"cancel"} or {"cancel"}
    least = min(states, key=lambda state: ORDER.index(state) if state in ORDER else 0)
    return SAID.get(least, least)
