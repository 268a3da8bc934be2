"""What the second prompt may see of a mail: typed values and our own names, never words of the mail."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from agent.evidence.collect import OUR_PURCHASE
from agent.suggestions.mail_changes import Change, Unclear
from agent.suggestions.model import Fact, FactField
from agent.suggestions.reader import MailSummaryInput

TYPED = {FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE}
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/#-]{0,31}")
UNIT = re.compile(r"[A-Za-z\u00b2\u00b3\u00b5%./-]{1,12}")


def typed_only(asked: MailSummaryInput) -> MailSummaryInput:
    """The same facts without their words: text values, odd units and references of another form become empty."""
    return asked.model_copy(
        update={
            "facts": tuple(_typed(fact) for fact in asked.facts),
            "purchases": tuple(name for name in asked.purchases if REFERENCE.fullmatch(name)),
            "changes": tuple(_changed(one) for one in asked.changes),
            "unclear": tuple(_open(one) for one in asked.unclear),
        }
    )


def _typed(fact: Fact) -> Fact:
    typed = fact.field in TYPED
    return fact.model_copy(
        update={
            "value": fact.value if typed and _is_value(fact.value) else "",
            "unit": fact.unit if UNIT.fullmatch(fact.unit) else "",
            "po": fact.po if fact.po and REFERENCE.fullmatch(fact.po) else None,
            "now_in_odoo": fact.now_in_odoo if typed and _is_value(fact.now_in_odoo) else "",
        }
    )


def _changed(one: Change) -> Change:
    return one.model_copy(
        update={
            "value": one.value if _is_value(one.value) else "",
            "before": one.before if _is_value(one.before) else "",
            "unit": one.unit if UNIT.fullmatch(one.unit) else "",
            "po": one.po if one.po and REFERENCE.fullmatch(one.po) else None,
        }
    )


def _open(one: Unclear) -> Unclear:
    known = tuple(value for value in one.values if _is_value(value) or OUR_PURCHASE.fullmatch(value))
    return one.model_copy(update={"values": known, "po": one.po if one.po and REFERENCE.fullmatch(one.po) else None})


def _is_value(text: str) -> bool:
    """Whether it is an ISO date or a plain number."""
    try:
        date.fromisoformat(text)
    except ValueError:
        try:
            return Decimal(text).is_finite()
        except InvalidOperation:
            return False
    return True
