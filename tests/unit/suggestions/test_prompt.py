"""Prompt files are strict: what does not fit together is an error, never a hole in the text."""

from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from importlib import resources

import pytest

from agent.errors import PromptMismatch
from agent.evidence.impact import AtRisk, Impact
from agent.evidence.matching import match
from agent.evidence.records import RecordRef
from agent.intake.model import EventType
from agent.kit.values import Money
from agent.suggestions.model import ExceptionLabel, Fact, FactField, Intent, Quote
from agent.suggestions.prompt import defused, load_prompt, marked, parse_prompt, prompt_names
from agent.suggestions.reader import (
    ExceptionInput,
    ExceptionSummaryInput,
    InvoiceSummaryInput,
    KnownLine,
    MailInput,
    MailSummaryInput,
    MailText,
    PatternSummaryInput,
    RiskSummaryInput,
)
from tests.builders_bills import a_charge, a_line, a_pattern, the_bill, the_order

FRONT = "---\nname: t\noutput: draft\nvariables:\n  a: plain\n  b: untrusted\nmodel:\n  max_tokens: 99\n---\n"
BODY = "=== system ===\nRules.\n=== user ===\n"
USER = '{{ a }} {{ b | untrusted("b") }}'


def a_prompt(user: str = USER, front: str = FRONT, body: str = BODY):
    return parse_prompt("t", front + body + user)


QUOTE = Quote(text="arrives on 3 May", source="body", start=0, end=16)
INPUTS = {
    "classify_exception": ExceptionInput(
        event_type=EventType.STOCK_SHORTAGE_DETECTED, note="Nine short.", figures={"stock_free": "3"}
    ),
    "read_supplier_email": MailInput(
        texts=(MailText(source="subject", text="P00012"), MailText(source="body", text="Late.")),
        sent_on=date(2026, 11, 20),
        sender_country="DE",
        known_lines=(KnownLine(po="P00012", line=2, product_code="B-2", product_name="Nut", unit="pcs"),),
    ),
    "summarise_mail": MailSummaryInput(
        supplier="Acme",
        intents=(Intent.DELAY,),
        facts=(Fact(field=FactField.ETA, value="2027-05-03", quote=QUOTE, po="P00012", now_in_odoo="2027-04-20"),),
    ),
    "summarise_exception": ExceptionSummaryInput(
        label=ExceptionLabel.CREDIT_HOLD, subject="S00012", party="Meyer", figures={"exposure": "12000"}
    ),
    "summarise_risk": RiskSummaryInput(
        as_of=datetime(2026, 11, 23, 8, tzinfo=UTC),
        impact=Impact(
            as_of=date(2026, 11, 23),
            late_lines=4,
            totals=(Money(amount=Decimal("1200.50"), currency="EUR"),),
            at_risk=(
                AtRisk(
                    order=RecordRef(model="sale.order", id=12, name="S00012"),
                    customer="Meyer",
                    tier=1,
                    product_code="B-2",
                    quantity=Decimal(40),
                    unit="pcs",
                    value=Money(amount=Decimal("1200.50"), currency="EUR"),
                    promised=date(2026, 11, 30),
                    arrives=None,
                    days_late=5,
                    purchase=None,
                ),
            ),
        ),
    ),
    "explain_invoice": InvoiceSummaryInput(match=match(the_bill(a_line(price="5.85"), a_charge(15)), [the_order()])),
    "summarise_pattern": PatternSummaryInput(pattern=a_pattern()),
}
SAID = {
    "explain_invoice": [
        "Bill BILL/2026/0004 of Brandt Fasteners, supplier's number RE-403377",
        "- line 1, BOLT of P00012: ordered 100, received 100, on other bills 0, billed 100 pcs; price billed 5.85",
        "differs in freight_or_charge by 15.00 EUR, more than let pass (up to 0.00)",
    ],
    "summarise_pattern": ["About (supplier): Brandt Fasteners", "1 days, 40 observations", "0.0123 among 12"],
    "classify_exception": ["Filed as: stock.shortage_detected", "- stock_free: 3", "| Nine short."],
    "read_supplier_email": ["Sent on: 2026-11-20, a Friday", "- P00012/2: B-2, Nut, in pcs", "| Late."],
    "summarise_mail": ["Supplier: Acme", "- eta: 2027-05-03, order P00012, so far 2027-04-20", "none matched"],
    "summarise_exception": ["Kind: credit_hold", "About: S00012", "- exposure: 12000"],
    "summarise_risk": [
        "Value at risk: 1200.50 EUR",
        "- order S00012 of Meyer (tier 1): 40 pcs of B-2",
        "arrives on no known date, 5 days late",
    ],
}


@pytest.mark.parametrize("name", prompt_names())
def test_each_prompt_of_the_product_renders_what_its_input_says(name: str):
    rendered = load_prompt(name).render_from(INPUTS[name])

    assert [words for words in SAID[name] if words not in rendered.user] == []
    assert rendered.system == load_prompt(name).system


@pytest.mark.parametrize("name", ["classify_exception", "read_supplier_email"])
def test_the_labels_are_all_defined_in_the_prompt(name: str):
    labels = ExceptionLabel if name == "classify_exception" else Intent

    assert [label for label in labels if f"- {label.value}: " not in load_prompt(name).system] == []


def test_the_prompts_render_with_as_little_as_their_inputs_allow():
    bare = {
        "classify_exception": ExceptionInput(event_type=None, note=""),
        "read_supplier_email": MailInput(texts=(), sent_on=None),
        "summarise_mail": MailSummaryInput(supplier="", intents=(Intent.OTHER,), facts=()),
        "summarise_exception": ExceptionSummaryInput(label=ExceptionLabel.OTHER, subject="S1"),
        "summarise_risk": RiskSummaryInput(
            as_of=datetime(2026, 11, 23, tzinfo=UTC),
            impact=Impact(as_of=date(2026, 11, 23), late_lines=0, at_risk=(), totals=()),
        ),
        "explain_invoice": InvoiceSummaryInput(match=match(the_bill(), [])),
        "summarise_pattern": PatternSummaryInput(
            pattern=a_pattern(baseline=None, q_value=None, effect_low=None, effect_high=None, records=())
        ),
    }
    for name, asked in bare.items():
        assert "None" not in load_prompt(name).render_from(asked).user


def test_the_words_of_a_mail_are_not_among_what_the_summary_may_see():
    assert "arrives on 3 May" not in load_prompt("summarise_mail").render_from(INPUTS["summarise_mail"]).user


def test_the_version_is_the_hash_of_the_whole_file():
    content = resources.files("prompts").joinpath("summarise_mail.md").read_bytes()

    assert load_prompt("summarise_mail").version == f"summarise_mail@{sha256(content).hexdigest()[:10]}"
    assert a_prompt().version != a_prompt(front=FRONT.replace("99", "98")).version


def test_the_model_parameters_are_read():
    prompt = a_prompt(front=FRONT.replace("max_tokens: 99", "max_tokens: 99\n  temperature: 0.5\n  name: other"))

    assert (prompt.model.max_tokens, prompt.model.temperature, prompt.model.name) == (99, 0.5, "other")


@pytest.mark.parametrize(
    "front",
    [
        FRONT.replace("name: t", "name: other"),
        FRONT.replace("output: draft", "output: draft\nmood: good"),
        FRONT.replace("output: draft\n", ""),
        FRONT.replace("max_tokens: 99", "max_tokens: 99\n  seed: 1"),
        FRONT.replace("max_tokens: 99", "temperature: 1"),
        FRONT.replace("a: plain", "a: trusted"),
        FRONT.replace("a: plain", "a: {kind: plain, secret: true}"),
        FRONT.replace("name: t", "name: [t"),
        FRONT.replace("---\n", "", 1),
    ],
)
def test_a_front_matter_with_something_unknown_wrong_or_missing_is_refused(front: str):
    with pytest.raises(PromptMismatch):
        a_prompt(front=front)


@pytest.mark.parametrize(
    ("user", "body"),
    [
        ("{{ a }}", BODY),
        (USER + "{{ c }}", BODY),
        (USER + "{{ a", BODY),
        (USER, BODY.replace("Rules.", "Rules for {{ a }}.")),
        (USER, BODY.replace("=== user ===\n", "")),
    ],
)
def test_a_text_that_does_not_fit_its_variables_is_refused(user: str, body: str):
    with pytest.raises(PromptMismatch):
        a_prompt(user, body=body)


@pytest.mark.parametrize("given", [{}, {"a": "1"}, {"a": "1", "b": "2", "c": "3"}, {"a": None, "b": "2"}])
def test_a_value_missing_or_too_many_is_refused(given: dict[str, str]):
    with pytest.raises(PromptMismatch):
        a_prompt().render(**given)


@pytest.mark.parametrize(
    "misuse", ["{{ b }}", "{{ b | upper }}", "{{ b ~ '' }}", "{{ [b] | join }}", "{{ b | string }}", "{{ '%s' % b }}"]
)
def test_an_untrusted_text_gets_in_through_its_filter_alone(misuse: str):
    prompt = a_prompt(USER + misuse)

    with pytest.raises(PromptMismatch, match="untrusted"):
        prompt.render(a="1", b="2")


def test_a_field_that_was_not_declared_is_not_there():
    front = FRONT.replace("a: plain", "a: {kind: plain, fields: [po]}")
    known = KnownLine(po="P1", line=1, product_code="secret", product_name="")

    assert a_prompt(USER.replace("{{ a }}", "{{ a.po }}"), front).render(a=known, b="").user.startswith("P1")
    with pytest.raises(PromptMismatch, match="product_code"):
        a_prompt(USER.replace("{{ a }}", "{{ a.product_code }}"), front).render(a=known, b="")


def test_an_object_without_declared_fields_is_refused():
    with pytest.raises(PromptMismatch, match="KnownLine needs its fields declared"):
        a_prompt().render(a=KnownLine(po="P1", line=1, product_code="", product_name=""), b="")


def test_a_declared_field_that_does_not_exist_is_refused():
    front = FRONT.replace("a: plain", "a: {kind: plain, fields: [po, colour]}")

    with pytest.raises(PromptMismatch, match="colour"):
        a_prompt(front=front).render(a=KnownLine(po="P1", line=1, product_code="", product_name=""), b="")


def test_a_variable_that_the_input_does_not_have_is_refused():
    with pytest.raises(PromptMismatch, match="MailText has no a, b"):
        a_prompt().render_from(MailText(source="body", text="x"))


def test_values_are_not_templates():
    assert "{{ a }}" in a_prompt().render(a="{{ a }}", b="{{ a }}").user


def test_a_plain_text_is_one_short_line():
    shown = a_prompt().render(a="one\n\ttwo\u2028" + "x" * 300, b="").user.splitlines()[0]

    assert shown.startswith("one two xxx")
    assert len(shown) < 240


def test_numbers_and_dates_are_written_as_people_write_them():
    assert a_prompt().render(a=[Decimal("1E+3"), date(2027, 5, 3)], b="").user.startswith("('1000', '2027-05-03')")


def test_an_unknown_prompt_is_said():
    with pytest.raises(PromptMismatch, match="no such prompt file"):
        load_prompt("absent")


def test_untrusted_text_stands_between_delimiters_with_every_line_marked():
    first, *lines, last = marked("Hello\r\n\nworld\u2028again", "note").splitlines()

    assert lines == ["| Hello", "| ", "| world", "| again"]
    assert first.startswith("<<<note ")
    assert last == f"{first.split()[1]} note>>>"
    assert marked("Hello", "note").splitlines()[0] != first


@pytest.mark.parametrize(
    "markup",
    ["<|im_end|>", "<|eot_id|>", "</s>", "[/INST]", "<<SYS>>", "<end_of_turn>", "<\uff5cUser\uff5c>", "<think>"],
)
def test_the_markup_of_chat_templates_is_made_harmless(markup: str):
    assert markup not in defused(f"a {markup} b")


def test_the_words_of_a_usual_mail_stay_as_they_are():
    text = 'Price <b>5</b> > 4 & "P-1" [2] {x} | a||b \u20ac <jo@example.org> https://x.example/?a=1|2'

    assert defused(text) == text
