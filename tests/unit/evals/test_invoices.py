"""The suite of bills: sound data, and every bill matched as its label says."""

from collections import Counter

from agent.adapters.embedded.reader import EmbeddedReader
from agent.suggestions.model import InvoiceLabel
from evals.invoices import bills
from evals.suites import invoices


def test_every_kind_has_bills_and_no_bill_stands_twice():
    items = bills()

    assert len({item.id for item in items}) == len(items) >= 40
    assert len({item.situation for item in items}) == len(items)
    assert {item.label for item in items} == set(InvoiceLabel)
    assert max(Counter(item.label for item in items).values()) < len(items) / 2


def test_the_embedded_reader_explains_every_bill_with_figures_that_are_backed():
    report = invoices.run(EmbeddedReader())

    assert report.macro_f1 >= 0.9
    assert report.passed
    assert (report.sentences_dropped, report.reader_agrees) == (0, report.n)
