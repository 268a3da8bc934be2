"""The report of a suite: a value for JSON, and tables for people."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from agent.kit.values import Value

FEWEST = 20  # labels with fewer items are shown as counts only


class LabelReport(Value):
    """One label: how many are true and predicted; precision and recall only from 20 true items on."""

    label: str
    n: int
    predicted: int
    right: int
    precision: float | None
    recall: float | None


class CalibrationBin(Value):
    """An equal-mass bin of confidence."""

    n: int
    confidence: float
    accuracy: float


class CoveragePoint(Value):
    """The error among the most confident share of the items."""

    coverage: float
    error: float


class MailReport(Value):
    """How the fixed mails were read: intents, and facts found, missed and invented."""

    n: int
    intents_right: int
    facts_wanted: int
    facts_found: int
    facts_invented: int
    wrong: tuple[str, ...] = ()


class Report(Value):
    """The outcome of a suite. Shares lie in 0..1; the interval is a 95 % bootstrap by item."""

    suite: str
    reader: str
    n: int
    accuracy: float
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float
    log_loss: float
    brier: float
    ece: float
    ece_debiased: float
    ece_bins: int
    aurc: float
    excess_aurc: float
    severity_accuracy: float
    labels: tuple[LabelReport, ...]
    confusion: dict[str, dict[str, int]]
    bins: tuple[CalibrationBin, ...]
    coverage: tuple[CoveragePoint, ...]
    slices: dict[str, tuple[int, int]]
    mails: MailReport | None = None

    @property
    def passed(self) -> bool:
        """Whether the mails, if there are any, were read without inventing a fact."""
        return self.mails is None or self.mails.facts_invented == 0


def show(report: Report, console: Console) -> None:
    """Print the report as tables."""
    console.print(f"Suite {report.suite}: {report.n} items, read by {report.reader}")
    console.print(_table("Figure", "Value", rows=_figures(report)))
    console.print(_table("Label", "n", "Predicted", "Right", "Precision", "Recall", rows=map(_label, report.labels)))
    console.print(_table("Slice", "n", "Right", rows=((k, str(n), str(r)) for k, (n, r) in report.slices.items())))
    wrong = [(t, p, str(n)) for t, row in report.confusion.items() for p, n in row.items() if t != p]
    if wrong:
        console.print(_table("Truth", "Taken for", "Times", rows=sorted(wrong, key=lambda row: -int(row[2]))))
    if report.mails:
        console.print(
            f"Mails: {report.mails.intents_right} of {report.mails.n} intents right; "
            f"{report.mails.facts_found} of {report.mails.facts_wanted} facts found, "
            f"{report.mails.facts_invented} invented"
        )
        for line in report.mails.wrong:
            console.print(f"  {line}", markup=False, highlight=False)


def _figures(report: Report) -> Iterable[tuple[str, str]]:
    yield "Accuracy", f"{report.accuracy:.3f}"
    yield "Macro-F1 (95 %)", f"{report.macro_f1:.3f} ({report.macro_f1_low:.3f} to {report.macro_f1_high:.3f})"
    yield "Log loss", f"{report.log_loss:.3f}"
    yield "Brier", f"{report.brier:.3f}"
    yield f"ECE, {report.ece_bins} equal-mass bins", f"{report.ece:.3f} (debiased {report.ece_debiased:.3f})"
    yield "AURC (excess)", f"{report.aurc:.3f} ({report.excess_aurc:.3f})"
    yield "Severity right", f"{report.severity_accuracy:.3f}"
    for point in report.coverage:
        yield f"Error at coverage {point.coverage:.0%}", f"{point.error:.3f}"


def _label(found: LabelReport) -> tuple[str, ...]:
    shares = ("-" if share is None else f"{share:.2f}" for share in (found.precision, found.recall))
    return (found.label, str(found.n), str(found.predicted), str(found.right), *shares)


def _table(*columns: str, rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    return table
