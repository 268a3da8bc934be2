import pytest

from agent.cases.model import NEXT, Status, move
from agent.errors import IllegalTransition
from tests.builders import NOON, a_case


@pytest.mark.parametrize("start", Status)
@pytest.mark.parametrize("to", Status)
def test_a_case_moves_exactly_as_the_table_says(start, to):
    case = a_case(status=start)

    if to in NEXT[start]:
        assert move(case, to, NOON).status is to
    else:
        with pytest.raises(IllegalTransition, match=case.number):
            move(case, to, NOON)


def test_a_closed_case_can_only_be_opened_again():
    assert NEXT[Status.CLOSED] == {Status.OPEN}
