from decimal import Decimal

from agent.suggestions.model import Gate, Intent
from agent.suggestions.tasks.mail_findings import gates
from tests.builders_findings_of_mail import a_line, an_order, eta, examined, price, quantity, status

TWO_LINES = an_order(a_line(), a_line(id=2, position=2, product_code="SEAL-40"))


def details(found):
    return [one.detail for one in found]


def test_cartons_of_unknown_content_are_a_doubt_with_both_units():
    found = examined(quantity("4", "4 cartons", unit="cartons"))

    assert [(one.kind, one.readings) for one in found.doubts] == [("unit_unknown", ("cartons", "Units"))]
    assert Gate.CONFLICT_WITH_ODOO in {finding.gate for finding in gates(found)}


def test_a_word_that_is_no_unit_is_no_doubt():
    assert examined(quantity("40", "40 bearings", unit="bearings")).doubts == ()


def test_a_figure_for_no_line_of_several_is_a_doubt_and_a_date_is_not():
    found = examined(price("2.50", line=None), eta("2026-12-01", line=None), order=TWO_LINES)

    assert [(one.kind, one.readings) for one in found.doubts] == [("line_unclear", ("BRG-6204", "SEAL-40"))]


def test_an_ambiguous_date_is_a_doubt_with_its_readings():
    (one,) = examined(eta("2026-12-03", "03/12", ambiguous=True, alternatives=("2027-03-12",))).doubts

    assert one.readings == ("2026-12-03", "2027-03-12")


def test_a_delay_without_a_date_leaves_a_date_to_ask_for():
    found = examined(status("delayed"), intents=(Intent.DELAY,))

    assert details(found.missing) == ["P00012 line 1: late, and no new date is named"]
    assert examined(status("delayed"), eta("2026-12-01", line=None), intents=(Intent.DELAY,)).missing == ()


def test_a_part_leaves_the_date_of_the_rest_to_ask_for():
    parts = (Intent.PARTIAL_SHIPMENT,)

    (one,) = examined(quantity("60"), eta("2026-12-01"), intents=parts).missing

    assert (one.kind, one.quantity, one.unit) == ("date_of_rest", "40", "Units")
    assert examined(quantity("60"), eta("2026-12-01"), eta("2026-12-08"), intents=parts).missing == ()
    assert examined(quantity("60"), intents=(*parts, Intent.CANCELLATION)).missing == ()


def test_a_discontinued_product_is_a_to_do_for_the_buyer_and_no_change():
    (task,) = examined(status("discontinued", "has been superseded by BRG-6204X")).tasks

    assert (task.kind, task.substitute, task.record.name, task.line) == (
        "discontinued", "BRG-6204X", "P00012", 1,
    )  # fmt: skip
    assert task.summary == (
        "Supplier discontinues BRG-6204 on P00012 line 1: approve its successor BRG-6204X, or find another"
    )


def test_a_substitute_without_a_code_is_asked_for():
    found = examined(status("substituted", "a different brand"), intents=(Intent.SUBSTITUTION,))

    assert details(found.missing) == ["P00012 line 1: which product comes instead"]
    assert found.tasks[0].substitute == ""


def test_neither_our_own_codes_nor_dates_nor_numbers_are_a_substitute():
    line = a_line(supplier_code="KG-77", ordered=Decimal(10))

    for words in ("KG-77 ends on 31.12.2026", "BRG-6204, 1,250.00 left", "2026-12-31"):
        assert examined(status("discontinued", words), order=an_order(line)).tasks[0].substitute == ""
