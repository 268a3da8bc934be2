"""The model explains bills and words patterns: it sees figures alone, and only what they carry is shown."""

import json

from agent.adapters.embedded.reader import EmbeddedReader
from agent.cases.model import CaseKind
from agent.evidence.matching import match
from agent.suggestions.model import Gate, InvoiceLabel, NextStep
from agent.suggestions.reader import InvoiceSummaryInput, PatternSummaryInput
from agent.suggestions.tasks import invoice_discrepancy
from tests.builders import a_case, an_evidence
from tests.builders_bills import a_line, a_pattern, the_bill, the_order
from tests.builders_llm import reading, says, serving

DEAR = the_bill(a_line(price="5.85"))
EXPLAINED = {
    "sentences": ["BOLT is billed at 5.85 EUR, ordered at 5.20 EUR.", "The supplier raised its list by 12 %."],
    "kind": "tax",
    "next_step": "check_price",
}


def test_a_bill_is_explained_with_a_kind_and_a_step_that_code_compares_with_its_own():
    with serving(lambda _: says(json.dumps(EXPLAINED))) as server, reading(server.url) as reader:
        found = an_evidence(a_case(kind=CaseKind.INVOICE), bills=(DEAR,), purchases=(the_order(),))
        made = invoice_discrepancy.run(found, reader, EmbeddedReader())

    assert (made.label, made.next_step) == (InvoiceLabel.PRICE, NextStep.DISPUTE_BILL)
    assert made.summary.startswith("BOLT is billed at 5.85 EUR, ordered at 5.20 EUR. BILL/2026/0004 of Brandt")
    assert made.dropped_sentences == 1
    assert made.provenance.prompt_version.startswith("explain_invoice@")
    assert Gate.READERS_DISAGREE in {finding.gate for finding in made.findings}
    assert [one.share for one in made.agreement] == [0.0, 0.0]
    schema = json.dumps(server.asked[0].body)
    assert '"duplicate"' in schema
    assert '"await_receipt"' in schema


def test_a_kind_that_does_not_exist_is_repaired_once():
    wrong = json.dumps({**EXPLAINED, "kind": "fraud"})
    with serving(lambda _: says(json.dumps(EXPLAINED))) as server, reading(server.url) as reader:
        reader.summarise(InvoiceSummaryInput(match=match(DEAR, [the_order()])))
        server.queue.append(says(wrong))
        answered = reader.summarise(InvoiceSummaryInput(match=match(DEAR, [the_order()])))

    assert answered.repaired
    assert answered.answer.label == "tax"


def test_a_pattern_is_worded_from_its_figures():
    words = json.dumps({"sentences": ["Brandt Fasteners now delivers 5.5 days later."]})
    with serving(lambda _: says(words)) as server, reading(server.url) as reader:
        answered = reader.summarise(PatternSummaryInput(pattern=a_pattern()))

    assert answered.answer.sentences == ("Brandt Fasteners now delivers 5.5 days later.",)
    assert "Mann-Whitney" in json.dumps(server.asked[0].body)
