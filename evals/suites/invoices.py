"""Suite `invoice`: labelled bills matched as in production and explained by the reader."""

from collections import Counter

import numpy as np
from rich.console import Console
from rich.table import Table

from agent.evidence.model import Evidence
from agent.intake.model import Event, EventType, InvoiceData
from agent.kit.clock import EPOCH
from agent.kit.values import Value
from agent.suggestions.model import InvoiceLabel
from agent.suggestions.reader import Reader
from agent.suggestions.tasks import invoice_discrepancy
from agent.suggestions.tasks.assembled import Assembled
from evals import scorers
from evals.invoices import InvoiceItem, bills

LABELS = tuple(InvoiceLabel)


class InvoicesReport(Value):
    """How the bills were matched: the kind, the amount to the cent, and the words that the figures carry."""

    suite: str = "invoice"
    reader: str
    n: int
    accuracy: float
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float
    amounts_exact: int
    sentences_dropped: int
    reader_agrees: int
    labels: dict[str, tuple[int, int]]
    wrong: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every amount is exact; the labels are shown, and judged by people."""
        return self.amounts_exact == self.n


def run(reader: Reader) -> InvoicesReport:
    """Match and explain every bill."""
    items = bills()
    made = [invoice_discrepancy.run(evidence(item), reader, None) for item in items]
    truth = np.array([LABELS.index(item.label) for item in items], dtype=np.int64)
    said = np.array([LABELS.index(InvoiceLabel(one.label)) for one in made], dtype=np.int64)
    scored = scorers.Scored(truth=truth, predicted=said, probabilities=np.eye(len(LABELS))[said])
    low, high = scorers.macro_f1_interval(scored)
    wanted = Counter(item.label for item in items)
    right = Counter(item.label for item, one in zip(items, made, strict=True) if one.label == item.label)
    return InvoicesReport(
        reader=made[0].provenance.model_id,
        n=len(items),
        accuracy=scorers.accuracy(scored),
        macro_f1=float(scorers.macro_f1(scorers.confusion(scored))),
        macro_f1_low=low,
        macro_f1_high=high,
        amounts_exact=sum(_exact(item, one) for item, one in zip(items, made, strict=True)),
        sentences_dropped=sum(one.dropped_sentences for one in made),
        reader_agrees=sum(not _disagrees(one) for one in made),
        labels={label.value: (wanted[label], right[label]) for label in LABELS if wanted[label]},
        wrong=tuple(_wrong(items, made)),
    )


def evidence(item: InvoiceItem) -> Evidence:
    """The evidence of a case about this bill."""
    bill = item.record
    event = Event(
        id=item.id, source="evals", type=EventType.INVOICE_DISPUTED, subject=bill.ref.name, time=EPOCH,
        data=InvoiceData(bill=bill.ref.name),
    )  # fmt: skip
    return Evidence(
        id=item.id, case_id=item.id, round=1, read_at=EPOCH, events=(event,), bills=(bill,), purchases=item.purchases
    )


def _exact(item: InvoiceItem, made: Assembled) -> bool:
    return made.match is not None and made.match.amount.amount == item.amount


def _disagrees(made: Assembled) -> bool:
    return any(finding.gate.value == "readers_disagree" for finding in made.findings)


def _wrong(items: list[InvoiceItem], made: list[Assembled]) -> list[str]:
    return [
        f"{item.id}: {item.label.value} {item.amount}, said {one.label} {one.match.amount if one.match else ''}"
        for item, one in zip(items, made, strict=True)
        if one.label != item.label or not _exact(item, one)
    ]


def show(report: InvoicesReport, console: Console) -> None:
    """Print the report as tables."""
    console.print(f"Suite {report.suite}: {report.n} bills, explained by {report.reader}")
    console.print(
        f"Macro-F1 {report.macro_f1:.3f} ({report.macro_f1_low:.3f} to {report.macro_f1_high:.3f}), "
        f"amounts exact {report.amounts_exact} of {report.n}, sentences dropped {report.sentences_dropped}, "
        f"the reader would call it the same {report.reader_agrees} of {report.n}"
    )
    table = Table("Kind", "Bills", "Right")
    for label, (n, right) in report.labels.items():
        table.add_row(label, str(n), str(right))
    console.print(table)
    for line in report.wrong:
        console.print(line)
