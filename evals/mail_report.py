"""The report of a suite of supplier mails: each field's precision and recall with their bounds, intents, quotes."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from agent.kit.values import Value

LEAST_PRECISION, LEAST_RECALL = 0.95, 0.85


class Share(Value):
    """A share of a count, and what it is at least with 90 % certainty (Clopper and Pearson, one-sided)."""

    right: int
    of: int
    share: float | None
    at_least: float


class FieldReport(Value):
    """How one field was read: of what was said how much is right, and of what is true how much was said."""

    field: str
    precision: Share
    recall: Share
    with_line: Share

    @property
    def reaches_the_bar(self) -> bool:
        """Whether precision and recall are surely (90 %) above their bars."""
        return self.precision.at_least >= LEAST_PRECISION and self.recall.at_least >= LEAST_RECALL


class MailsReport(Value):
    """The outcome of a suite of supplier mails."""

    suite: str
    reader: str
    n: int
    fields: tuple[FieldReport, ...]
    first_intent: Share
    intents_precision: Share
    intents_recall: Share
    quotes_verbatim: Share
    slices: dict[str, tuple[Share, Share]]
    wrong: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every quote is verbatim; the bars of the fields are shown, and judged by people."""
        return self.quotes_verbatim.right == self.quotes_verbatim.of


def show(report: MailsReport, console: Console) -> None:
    """Print the report as tables."""
    console.print(f"Suite {report.suite}: {report.n} mails, read by {report.reader}")
    rows = [(f.field, *map(_words, (f.precision, f.recall, f.with_line)), _bar(f)) for f in report.fields]
    console.print(_table("Field", "Precision", "Recall", "Right line", "Bar .95 / .85", rows=rows))
    figures = (
        ("First intent right", report.first_intent),
        ("Intents: precision", report.intents_precision),
        ("Intents: recall", report.intents_recall),
        ("Quotes verbatim", report.quotes_verbatim),
    )
    console.print(_table("Figure", "Value", rows=((name, _words(share)) for name, share in figures)))
    slices = ((name, _words(precision), _words(recall)) for name, (precision, recall) in report.slices.items())
    console.print(_table("Slice", "Precision", "Recall", rows=slices))
    for line in report.wrong:
        console.print(f"  {line}", markup=False, highlight=False)


def _bar(found: FieldReport) -> str:
    return "reached" if found.reaches_the_bar else "not reached"


def _words(share: Share) -> str:
    if share.share is None:
        return "-"
    return f"{share.share:.3f} (at least {share.at_least:.3f}; {share.right} of {share.of})"


def _table(*columns: str, rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    return table
