"""Customers and suppliers: by id with credit and addresses, and the supplier behind an e-mail address."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from agent.adapters.odoo.connection import Row
from agent.adapters.odoo.convert import addresses, decimal, link_id, link_name, money, same_text, text
from agent.adapters.odoo.lookup import Lookup
from agent.evidence.public_domains import PUBLIC_DOMAINS
from agent.evidence.records import Party

STANDARD_TIER = 3
FIELDS = (
    "name", "email", "commercial_partner_id", "country_id", "lang", "category_id", "credit", "credit_limit",
    "supplier_rank", "credit_to_invoice", "property_delivery_carrier_id",
)  # fmt: skip


class Parties(dict[int, Party]):
    """Parties under the id of each partner asked for: the company that a contact belongs to."""

    def __init__(self, known: dict[int, Party]) -> None:
        super().__init__(known)
        self.heads: dict[int, int] = {}  # the company of every partner of these families
        self.supplying: set[int] = set()  # the companies that are marked as suppliers
        self.carriers: dict[int, str] = {}  # the delivery method that each partner asked for has by default

    def __missing__(self, partner: int) -> Party:
        """A partner that was deleted, or is hidden from our user, still has its number."""
        return Party(id=partner, name=f"#{partner}")


def parties(look: Lookup, partners: Sequence[int], company: int) -> Parties:
    """The parties of these partners with their contacts' addresses, seen from one company; one call."""
    if not partners:
        return Parties({})
    domain = [
        "|", "|", ("id", "in", list(partners)), ("commercial_partner_id", "in", list(partners)),
        ("commercial_partner_id.child_ids", "in", list(partners)),
    ]  # fmt: skip
    seen = {"active_test": False, "allowed_company_ids": [company]} if company else {"active_test": False}
    rows = look.rows("res.partner", domain, FIELDS, context=seen)
    head_of = {row["id"]: link_id(row["commercial_partner_id"]) or row["id"] for row in rows}
    family: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        family[head_of[row["id"]]].append(row)
    found = Parties(
        {
            partner: _party(look, head_of[partner], family[head_of[partner]], company)
            for partner in partners
            if partner in head_of
        }
    )
    found.heads = head_of
    found.supplying = {row["id"] for row in rows if row["supplier_rank"]}
    default = {row["id"]: link_name(row["property_delivery_carrier_id"]) for row in rows}
    found.carriers = {partner: default[partner] or default.get(head_of[partner], "") for partner in found}
    return found


def parties_of(look: Lookup, rows: Iterable[Row], field: str = "partner_id") -> dict[int, Parties]:
    """Parties per company of the rows; one call for each company that occurs."""
    asked: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        asked[link_id(row["company_id"])].add(link_id(row[field]))
    return {company: parties(look, sorted(wanted - {0}), company) for company, wanted in asked.items()}


def supplier_by_email(look: Lookup, email: str) -> Party | None:
    """Exact address first; else the only supplier of that mail domain, unless it is a public one. Up to six calls."""
    address = next(iter(addresses(email)), "")
    if not address:
        return None
    found = _partners(look, [("email", "=ilike", f"%{same_text(address)}%")])
    exact = [row for row in found if address in addresses(row["email"])]
    suppliers = _suppliers(look, exact)
    if not suppliers and (domain := address.rpartition("@")[2]) not in PUBLIC_DOMAINS:
        alike = _partners(look, [("email", "=ilike", f"%@{same_text(domain)}%")])
        alike = [row for row in alike if any(one.rpartition("@")[2] == domain for one in addresses(row["email"]))]
        suppliers = _suppliers(look, alike)
        suppliers = suppliers if len(suppliers) == 1 else []
    return suppliers[0] if suppliers else None


def _partners(look: Lookup, domain: Sequence[Any]) -> list[Row]:
    return look.rows("res.partner", domain, ("email", "commercial_partner_id"), limit=200)


def _suppliers(look: Lookup, rows: Sequence[Row]) -> list[Party]:
    """The companies among these contacts that supply us, the one ordered from last in front. Up to two calls."""
    heads = sorted({link_id(row["commercial_partner_id"]) or row["id"] for row in rows})
    known = parties(look, heads, 0)
    if len(known) == 1 and known.supplying >= set(known):
        return list(known.values())
    bought = look.rows(
        "purchase.order",
        [("partner_id.commercial_partner_id", "in", heads), ("state", "!=", "cancel")],
        ["partner_id"],
        newest="id desc",
        limit=200,
    )
    last = [known.heads.get(link_id(row["partner_id"]), 0) for row in bought]
    ranked = [head for head in heads if head in known.supplying]
    return [known[head] for head in dict.fromkeys([*last, *ranked]) if head in known]


def _party(look: Lookup, head: int, family: Sequence[Row], company: int) -> Party:
    tables = look.tables()
    own = next((row for row in family if row["id"] == head), family[0])
    mails = addresses(own["email"]) + [found for row in family for found in addresses(row["email"])]
    known = tables.companies.get(company) or next(iter(tables.companies.values()), None)
    currency = known.currency if known else ""
    limit = decimal(own["credit_limit"])
    ordered = own["credit_to_invoice"] if known and known.limits_credit else False
    tags: Iterable[int] = own["category_id"] or ()
    return Party(
        id=head,
        name=text(own["name"]),
        emails=tuple(dict.fromkeys(mails)),
        country=tables.countries.get(link_id(own["country_id"]), ""),
        language=text(own["lang"]),
        tier=min((tables.tiers[tag] for tag in tags if tag in tables.tiers), default=STANDARD_TIER),
        credit_limit=money(limit, currency) if limit > 0 and currency else None,
        credit_used=money(own["credit"], currency) if currency and look.has("res.partner", "credit") else None,
        credit_ordered=money(ordered, currency) if currency and ordered is not False else None,
    )
