"""Task invoice_discrepancy: code matches the bill and decides kind, team and next step; the reader only explains."""

from collections.abc import Iterator
from decimal import Decimal

from agent.evidence.match_model import BillMatch, LineMatch, MatchKind
from agent.evidence.match_policy import MatchPolicy
from agent.evidence.matching import match
from agent.evidence.model import Evidence
from agent.evidence.records import Bill, Model, Party, RecordRef
from agent.intake.model import InvoiceData
from agent.kit.values import Money
from agent.suggestions.grounding import injection_signs
from agent.suggestions.model import (
    Agreement,
    Finding,
    Gate,
    InvoiceLabel,
    LabelScore,
    NextStep,
    Severity,
    Team,
)
from agent.suggestions.omission import Must
from agent.suggestions.reader import Draft, InvoiceSummaryInput, Reader
from agent.suggestions.tasks.assembled import Assembled, Worded, word
from agent.suggestions.tasks.catalogue import BILLS, words
from agent.suggestions.tasks.stated_bill import UNKNOWN, from_event

GREAT = {Severity.CRITICAL: Decimal(10_000), Severity.HIGH: Decimal(1_000), Severity.MEDIUM: Decimal(50)}
"""From which amount on, in the company's currency."""
WHOLE_BILL = frozenset({InvoiceLabel.DUPLICATE, InvoiceLabel.UNKNOWN_PO})
DEFAULT = MatchPolicy()
MOST_SENTENCES = 3


def bill_of(found: Evidence) -> Bill | None:
    """The bill in question: the one that the newest event names, else a draft, else the newest; as Odoo has it."""
    named = {getattr(event.data, "bill", "").casefold() for event in found.events[-1:]}
    mine = [bill for bill in found.bills if bill.ref.name.casefold() in named] or list(found.bills)
    mine.sort(key=lambda bill: (bill.state == "draft", bill.ref.id), reverse=True)
    return mine[0] if mine else None


def matched(found: Evidence, policy: MatchPolicy = DEFAULT) -> BillMatch:
    """The match of the bill that Odoo has, else of what the event states; of nothing where neither tells."""
    policy = policy.with_parameters(found.parameters)
    bill = bill_of(found) or from_event(found)
    if bill is not None:
        return match(bill, found.purchases, policy)
    data = next((event.data for event in reversed(found.events) if isinstance(event.data, InvoiceData)), None)
    blank = Bill(
        ref=RecordRef(model=Model.BILL, id=0, name=data.bill if data else "a bill"), company="", state="draft",
        supplier=Party(id=0, name=(data.supplier if data else "") or ""),
        total=Money(amount=Decimal(0), currency=UNKNOWN),
        purchase_refs=tuple(order.ref.name for order in found.purchases),
    )  # fmt: skip
    return match(blank, found.purchases, policy).model_copy(update={"kind": MatchKind.OTHER})


def run(found: Evidence, reader: Reader, second: Reader | None, policy: MatchPolicy = DEFAULT) -> Assembled:
    """Match, decide by code, have it explained, and compare what the readers would call it."""
    made = matched(found, policy)
    label = InvoiceLabel(made.kind)
    team, step = route(made)
    asked = InvoiceSummaryInput(match=made)
    today = found.read_at.date()
    said = word(reader, asked, allowed(made), lambda: plain(made), musts=musts(made), most=MOST_SENTENCES, today=today)
    other = second.summarise(asked).answer if second else None
    return Assembled(
        label=label,
        scores=(LabelScore(label=label, probability=0.5 if made.kind is MatchKind.OTHER else 1.0),),
        severity=severity(found, made),
        team=team,
        next_step=step,
        summary=said.summary,
        dropped_sentences=said.dropped,
        added_sentences=said.added,
        findings=(*said.findings, *_findings(found, made), *_told_otherwise(label, said)),
        second_opinion=said.label or None if second else None,
        agreement=_agreement(said, other),
        match=made,
        provenance=said.provenance,
        usage=said.usage,
        prompt=said.prompt,
        output=said.output,
    )


def route(made: BillMatch) -> tuple[Team, NextStep]:
    """Who acts, and how. Too little billed or credited to us is a question, no dispute."""
    label = InvoiceLabel(made.kind)
    team, step = BILLS[label]
    if label not in WHOLE_BILL and step is NextStep.DISPUTE_BILL and made.amount.amount < 0:
        return team, NextStep.CHECK_PRICE if label is InvoiceLabel.PRICE else NextStep.LOOK_INTO_IT
    return team, step


def disputed(made: BillMatch) -> bool:
    """Whether something stands against paying it as it is."""
    return made.kind not in {MatchKind.MATCHES, MatchKind.OTHER}


def severity(found: Evidence, made: BillMatch) -> Severity:
    """By the amount at issue in the company's currency; what was posted already is one step worse."""
    if made.kind is MatchKind.MATCHES:
        return Severity.LOW
    bill = bill_of(found)
    rate = bill.in_company.rate if bill and bill.in_company else Decimal(1)
    amount = abs(made.amount.amount) / rate
    ranks = list(Severity)
    reached = next((level for level, least in GREAT.items() if amount >= least), Severity.LOW)
    posted = bill is not None and bill.state == "posted" and made.amount.amount > 0
    return ranks[min(ranks.index(reached) + posted, len(ranks) - 1)]


def allowed(made: BillMatch) -> list[str]:
    """Every figure, date, id and name that the explanation may speak of."""
    found = [made.bill.name, made.supplier, made.supplier_invoice, str(made.amount), str(len(made.lines))]
    found += [f"{abs(made.amount.amount)}", words(made.kind), *made.purchases, *made.unclear]
    found += [str(sum(1 for line in made.lines if line.found))]
    for one in made.repeats:
        found += [one.ref.name, one.supplier_invoice, str(one.total), *([one.billed.isoformat()] if one.billed else [])]
    for line in made.lines:
        found += _of_line(line)
    found += [f"{called} {number}" for number in _bare_numbers(made) for called in ("number", "invoice", "bill", "no.")]
    return [text for text in found if text]


def _bare_numbers(made: BillMatch) -> list[str]:
    """Invoice numbers without a letter, which nothing but the word before them tells from amounts and dates."""
    stated = [made.supplier_invoice, *(one.supplier_invoice for one in made.repeats)]
    return [number for number in stated if number and not any(letter.isalpha() for letter in number)]


def _of_line(line: LineMatch) -> Iterator[str]:
    yield from (line.product_code, line.product_name, line.purchase, line.unit, str(line.position))
    known = (
        line.ordered, line.received, line.billed_before, line.billed, line.ordered_price, line.billed_price,
        line.tax_percent, line.ordered_tax_percent,
    )  # fmt: skip
    yield from (str(value) for value in known if value is not None)
    for item in line.differences:
        yield from (str(item.amount), str(abs(item.amount.amount)), str(item.tolerance), words(item.kind))


def musts(made: BillMatch) -> list[Must]:
    """What no explanation may leave out: the kind with the amount at issue, and which bill another one repeats."""
    amount = f"{abs(made.amount.amount):f} {made.amount.currency}"
    found = [Must(facts=(amount,), sentence=plain(made))] if made.amount.amount else []
    repeated = made.repeats[:1] if made.kind is MatchKind.DUPLICATE else ()
    return [*found, *(Must(facts=(one.ref.name,), sentence=f"It repeats {one.ref.name}.") for one in repeated)]


def plain(made: BillMatch) -> str:
    """The finding in one sentence, by code alone."""
    about = f"{made.bill.name} of {made.supplier}" if made.supplier else made.bill.name
    worth = f", {made.amount} at issue" if made.amount.amount else ""
    return f"{about}: {words(made.kind).lower()}{worth}."


def _findings(found: Evidence, made: BillMatch) -> Iterator[Finding]:
    yield from (Finding(gate=Gate.RECORD_UNKNOWN, detail=text) for text in found.missing)
    yield from (Finding(gate=Gate.CONFLICT_WITH_ODOO, detail=text) for text in made.unclear)
    for event in found.events:
        if signs := injection_signs(event.data.note):
            yield Finding(gate=Gate.INJECTION_SUSPECTED, detail=", ".join(signs))


def _told_otherwise(label: InvoiceLabel, said: Worded) -> Iterator[Finding]:
    if said.label and said.label != label:
        detail = f"the reader says {words(said.label).lower()}, the figures say {words(label).lower()}"
        yield Finding(gate=Gate.READERS_DISAGREE, detail=detail)


def _agreement(mine: Worded, other: Draft | None) -> tuple[Agreement, ...]:
    """What the two readers would call it and do, where both spoke."""
    if other is None:
        return ()
    steps = ((mine.next_step,) if mine.next_step else (), (other.next_step,) if other.next_step else ())
    return (
        Agreement(field="label", mine=(mine.label,) if mine.label else (), other=(other.label,) if other.label else ()),
        Agreement(field="next_step", mine=steps[0], other=steps[1]),
    )
