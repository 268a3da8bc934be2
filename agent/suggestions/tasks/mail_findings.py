"""All that code finds about a mail besides its facts, and the gates that it raises. Pure."""

from collections.abc import Iterator, Sequence

from agent.evidence.records import PurchaseOrder
from agent.suggestions.fact_model import Fact, Finding, Gate
from agent.suggestions.mail_model import (
    Contradiction,
    ContradictionKind,
    DoubtKind,
    MailFindings,
    SenderDoubt,
    SenderSign,
)
from agent.suggestions.model import Intent
from agent.suggestions.reader import MailText
from agent.suggestions.tasks.mail_conflicts import Against, against_odoo
from agent.suggestions.tasks.mail_contradictions import within
from agent.suggestions.tasks.mail_gaps import doubts, missing, tasks
from agent.suggestions.tasks.mail_lines import placed

WITHIN = frozenset(
    {
        ContradictionKind.TWO_DATES,
        ContradictionKind.TWO_QUANTITIES,
        ContradictionKind.TWO_PRICES,
        ContradictionKind.TWO_STATES,
        ContradictionKind.PARTS_AGAINST_TOTAL,
        ContradictionKind.SHIPS_AFTER_ARRIVAL,
        ContradictionKind.ORDER_IN_SUBJECT,
    }
)
STRANGERS = frozenset({SenderSign.UNKNOWN, SenderSign.OTHER_SUPPLIER})


def examine(
    facts: Sequence[Fact],
    intents: tuple[Sequence[Intent], Sequence[Intent]],
    texts: Sequence[MailText],
    purchases: Sequence[PurchaseOrder],
    not_known: Sequence[str],
    against: Against,
) -> MailFindings:
    """Contradictions, doubts, gaps and to-dos of grounded facts; who sent the mail is another question.

    `intents` are those that were read, and those with what the comparison with Odoo implies.
    """
    items = placed(facts, purchases)
    today = against.today or against.sent_on
    return MailFindings(
        contradictions=(*within(items, intents[0], texts), *against_odoo(items, not_known, texts, against)),
        doubts=tuple(doubts(items)),
        missing=tuple(missing(items, intents[1], purchases)),
        tasks=tuple(tasks(items, today)) if today else (),
    )


def gates(found: MailFindings) -> Iterator[Finding]:
    """Each contradiction, each unit that nothing can turn into ours and each odd thing of the sender as a gate."""
    for one in found.contradictions:
        yield Finding(gate=_gate(one), detail=one.detail)
    for doubt in found.doubts:
        if doubt.kind is DoubtKind.UNIT_UNKNOWN:
            yield Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=doubt.detail)
    for sender in found.sender:
        yield Finding(gate=_sender_gate(sender), detail=sender.detail)


def _gate(one: Contradiction) -> Gate:
    if one.kind in WITHIN:
        return Gate.CONTRADICTION
    return Gate.PURCHASE_UNKNOWN if one.kind is ContradictionKind.ORDER_UNKNOWN else Gate.CONFLICT_WITH_ODOO


def _sender_gate(one: SenderDoubt) -> Gate:
    return Gate.SENDER_NOT_SUPPLIER if one.sign in STRANGERS else Gate.SENDER_SUSPECT
