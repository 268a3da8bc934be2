"""Whether a bill repeats another: suppliers' invoice numbers, however they are punctuated. Pure."""

import re
from collections.abc import Iterable
from datetime import timedelta

from agent.evidence.records import Bill, OtherBill

SAME_SERIES = timedelta(days=180)  # some suppliers begin at 1 again each year
_RUN = re.compile(r"[^\W\d_]+|\d+")
_STATED = re.compile(
    r"(?<!\w)(?:invoice|rechnung|facture|factuur|factura|fattura|bill)s?[ -]*"
    r"(?:number|nummer|num[eé]ro|n[úu]mero|no|nr|n[°º]|id|ref(?:erence)?)?\.?[ ]*[:#.]?[ ]*"
    r"([A-Z]{0,6}[-/ ]?\d[A-Z0-9/._-]{1,24})",
    re.IGNORECASE,
)
POSTED = frozenset({"posted"})
GONE = frozenset({"cancel"})


def number_key(number: str) -> str:
    """The number without case, punctuation, blanks and leading zeros: RE-0403377 and `re 403377` have one key."""
    runs = _RUN.findall(number.casefold())
    return "".join(run.lstrip("0") if run.isdigit() else run for run in runs)


def plain_key(number: str) -> str:
    """The letters and digits alone, without leading zeros of the whole: 2026/0012 and 20260012 have one key."""
    return "".join(_RUN.findall(number.casefold())).lstrip("0")


def same_number(one: str, other: str) -> bool:
    """Whether two invoice numbers are the same but for the way they are written; empty ones never are."""
    keys = (number_key(one), number_key(other))
    plain = (plain_key(one), plain_key(other))
    return (bool(keys[0]) and keys[0] == keys[1]) or (bool(plain[0]) and plain[0] == plain[1])


def twins(bill: Bill) -> tuple[OtherBill, ...]:
    """The other bills that carry this one's number and mean the same: of one kind, not cancelled, of one time.

    What a credit note of the same number has taken back is no twin.
    """
    alike = [one for one in bill.alike if one.state not in GONE and same_number(one.supplier_invoice, _number(bill))]
    credited = [one.total.amount for one in alike if one.refund != bill.refund]
    found: list[OtherBill] = []
    for one in alike:
        if one.refund != bill.refund or one.ref.id == bill.ref.id:
            continue
        if one.total.amount in credited:
            credited.remove(one.total.amount)
        elif one.total == bill.total or _near(one, bill):
            found.append(one)
    return tuple(found)


def repeats(bill: Bill) -> tuple[OtherBill, ...]:
    """The twins that were there before this bill: a posted one comes before a draft, else the one entered first."""
    return tuple(one for one in twins(bill) if _turn(one.state, one.ref.id) < _turn(bill.state, bill.ref.id))


def _number(bill: Bill) -> str:
    return bill.supplier_invoice


def _near(one: OtherBill, bill: Bill) -> bool:
    return one.billed is None or bill.billed is None or abs(one.billed - bill.billed) <= SAME_SERIES


def _turn(state: str, number: int) -> tuple[bool, bool, int]:
    """A bill that only a mail states (number 0) comes after all that are entered."""
    return number == 0, state not in POSTED, number


def alike_of(bill: Bill, others: Iterable[Bill]) -> tuple[OtherBill, ...]:
    """Those of these bills that are of the same supplier and company and carry the same number, in their order."""
    return tuple(
        OtherBill(
            ref=one.ref, supplier_invoice=one.supplier_invoice, state=one.state, total=one.total, billed=one.billed,
            refund=one.refund,
        )
        for one in others
        if one.supplier.id == bill.supplier.id and one.company == bill.company and one.ref.id != bill.ref.id
        and one.state not in GONE and same_number(one.supplier_invoice, bill.supplier_invoice)
    )  # fmt: skip


def stated_number(texts: Iterable[str]) -> str:
    """The first number in the texts that is called an invoice's; empty when none is."""
    hits = (hit for text in texts if (hit := _STATED.search(text)))
    return next((hit[1].strip(" .-/_") for hit in hits), "")
