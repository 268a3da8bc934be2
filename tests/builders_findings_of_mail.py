"""Facts with quotes, mails with senders and orders, for what code finds about a mail."""

from datetime import date
from typing import Any

from agent.evidence.model import Evidence, SenderStatus
from agent.evidence.records import Party, PurchaseLine
from agent.intake.model import Mail
from agent.suggestions.model import Fact, FactField, Intent, Quote
from agent.suggestions.reader import MailText
from agent.suggestions.tasks.compare import beside_odoo
from agent.suggestions.tasks.mail_conflicts import Against
from agent.suggestions.tasks.mail_findings import examine
from tests.builders import a_case, a_purchase, an_evidence

TODAY = date(2026, 11, 24)
KUGEL = Party(id=5, name="Kugel GmbH", emails=("sales@kugel.example", "anna@kugel.example"))


def said(field: FactField, value: str, words: str, source: str = "body", **given: Any) -> Fact:
    quote = Quote(text=words, source=source, start=0, end=len(words))
    return Fact(field=field, value=value, quote=quote, **{"po": "P00012", "line": 1, **given})


def eta(value: str, words: str = "then", **given: Any) -> Fact:
    return said(FactField.ETA, value, words, **given)


def quantity(value: str, words: str = "", **given: Any) -> Fact:
    return said(FactField.QUANTITY, value, words or f"{value} pcs", **given)


def price(value: str, words: str = "", **given: Any) -> Fact:
    return said(FactField.PRICE, value, words or f"{value} EUR", **{"unit": "EUR", **given})


def status(value: str, words: str = "so it is", **given: Any) -> Fact:
    return said(FactField.STATUS, value, words, **given)


def a_line(**given: Any) -> PurchaseLine:
    """100 Units of BRG-6204 at 2.50 EUR, nothing received."""
    return a_purchase().lines[0].model_copy(update=given)


def an_order(*lines: PurchaseLine, **given: Any):
    return a_purchase(supplier=KUGEL, **({"lines": lines} if lines else {}), **given)


def examined(*facts: Fact, order=None, intents=(Intent.OTHER,), texts: dict[str, str] | None = None, missing=()):
    """What code finds about these facts, held against one order."""
    orders = (order or an_order(),)
    parts = tuple(MailText(source=source, text=text) for source, text in (texts or {}).items())
    against = Against(today=TODAY, sent_on=TODAY)
    return examine(beside_odoo(facts, orders), (intents, intents), parts, orders, missing, against)


def kinds(*facts: Fact, **given: Any) -> list[str]:
    return [str(one.kind) for one in examined(*facts, **given).contradictions]


def a_mail(sender: str = "sales@kugel.example", **given: Any) -> Mail:
    values = {
        "message_id": "1@kugel.example", "has_own_id": True, "sender": sender, "subject": "P00012", "sent_on": TODAY,
        "body": "Late.", "content_digest": "0" * 64, "recipients": ("buying@acme-trading.example",),
    }  # fmt: skip
    return Mail(**{**values, **given})


def an_evidence_of(mail: Mail, supplier: Party | None = KUGEL, **given: Any) -> Evidence:
    orders = given.pop("purchases", (an_order(company="Acme Trading"),))
    status_ = SenderStatus(supplier=supplier, matches_purchase=bool(supplier) and supplier == KUGEL)
    return an_evidence(a_case(), mail=mail, sender=status_, purchases=orders, **given)
