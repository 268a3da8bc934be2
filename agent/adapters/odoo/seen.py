"""What all watched records share: the reading of a page, who changed what when, and the logins of people."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import link_id, link_name, moment, text
from agent.adapters.odoo.lookup import Lookup
from agent.intake.changes import Snapshot, Watched

STAMPS = ("write_date", "write_uid")
HEAD = ("name", "company_id", "state", "partner_id", "create_date", *STAMPS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reading(NamedTuple):
    """Which fields of the heads are asked for, and how a page of them becomes snapshots."""

    fields: tuple[str, ...]
    read: Callable[[Lookup, Sequence[Row]], tuple[Snapshot, ...]]


class Stamp(NamedTuple):
    """When something was changed last, and by which user."""

    at: datetime
    user: int


def stamp(*parts: Row) -> Stamp:
    """The latest of these changes."""
    found = [Stamp(moment(row["write_date"]) or EPOCH, link_id(row["write_uid"])) for row in parts]
    return max(found, key=lambda item: item.at)


def logins(look: Lookup, rows: Iterable[Row]) -> dict[int, str]:
    """The logins of those who changed these rows; one call, archived people too. A hidden one has the name."""
    named = {link_id(row["write_uid"]): link_name(row["write_uid"]) for row in rows if row["write_uid"]}
    people = look.read_by_ids("res.users", sorted(named), ("login",))
    return named | {number: text(row["login"]) for number, row in people.items() if text(row["login"])}


def common(model: Watched, look: Lookup, row: Row, last: Stamp, who: dict[int, str]) -> dict[str, Any]:
    """What every snapshot holds."""
    return {
        "model": model,
        "id": row["id"],
        "name": text(row["name"]),
        "company": look.tables().company(row),
        "state": text(row["state"]),
        "partner": link_name(row["partner_id"]),
        "partner_id": link_id(row["partner_id"]) or None,
        "made_at": moment(row["create_date"]),
        "changed_at": last.at,
        "changed_by": who.get(last.user, ""),
    }


def by(rows: Iterable[Row], field: str) -> dict[int, list[Row]]:
    """The rows under what their many2one names."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[link_id(row[field])].append(row)
    return found
