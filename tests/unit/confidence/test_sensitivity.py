import pytest

from agent.adapters.embedded.reader import EmbeddedReader
from agent.cases.model import CaseKind
from agent.confidence.sensitivity import swapped, swaps
from agent.suggestions.model import Agreement, Gate
from agent.suggestions.service import Readers, suggest
from agent.suggestions.values import normal_value
from evals.dataset import supplier_mails
from evals.evidence import evidence_of
from tests.builders import a_case


@pytest.fixture(scope="module")
def readings(scale):
    """Labelled mails of development that state several values, as the embedded reader reads them."""
    readers = Readers(embedded=EmbeddedReader())
    several = [mail for mail in supplier_mails("dev") if len({fact.value for fact in mail.facts}) > 3]
    found = []
    for mail in several[:: max(1, len(several) // scale(200))]:
        evidence = evidence_of(mail)
        made = suggest(a_case(kind=CaseKind.SUPPLIER_EMAIL), evidence, readers, evidence.read_at).suggestion
        found.append((made, mail.asked))
    return found


def test_a_value_swapped_for_a_wrong_one_of_the_same_mail_is_less_sure(readings):
    found = [swap for made, asked in readings for swap in swaps(made, asked) if not swap.quote_too]

    supported = [swap for swap in found if Gate.VALUE_NOT_IN_QUOTE not in swap.gated]  # else a person sees it anyway

    assert len(supported) >= 4
    assert [swap for swap in supported if not swap.fell] == []
    assert [swap for swap in found if swap.after > swap.before or swap.whole_after > swap.whole_before] == []


def test_a_misreading_with_a_quote_of_its_own_is_caught_by_the_second_reader(readings):
    found = []
    for made, asked in readings:
        fields = {fact.field for fact in made.facts}
        values = {
            field: tuple(dict.fromkeys(normal_value(f) for f in made.facts if f.field is field)) for field in fields
        }
        agreed = tuple(Agreement(field=field, mine=said, other=said) for field, said in values.items())
        second = made.model_copy(update={"agreement": agreed, "second_opinion": made.label})
        found += [
            swap
            for swap in swaps(second, asked)
            if swap.quote_too and swap.became not in values[swap.field]  # else the set of values stays within theirs
        ]

    assert found
    assert [swap for swap in found if not swap.fell] == []


def test_a_value_swapped_for_itself_changes_nothing(readings):
    made, asked = readings[0]
    same = swapped(made, asked, 0, made.facts[0], quote_too=False)

    assert same.facts[0].value == made.facts[0].value
    assert same.facts[0].quote == made.facts[0].quote
