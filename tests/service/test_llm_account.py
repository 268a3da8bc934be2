"""What the model uses is accounted for by case, task and day, by all processes together, and has ceilings."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Event

import pytest

from agent.adapters.embedded.reader import EmbeddedReader
from agent.adapters.llm.metering import Meter
from agent.adapters.llm.places import OwnPlaces, SharedPlaces
from agent.errors import ModelAnswerInvalid, ModelCeiling, ModelUnavailable
from agent.intake.model import EventType
from agent.kit.clock import utc_now
from agent.kit.db import Database
from agent.suggestions.model import Gate
from agent.suggestions.reader import Price
from agent.suggestions.service import Readers, suggest
from agent.suggestions.spend import Ceilings, SpendStore
from tests.builders import a_case, an_event, an_evidence
from tests.builders_llm import CLASSIFICATION, DRAFT, READING, a_mail, an_exception, reading, says, serving

GOOD = says(json.dumps(CLASSIFICATION))
PRICE = Price(per_million_in=Decimal(1), per_million_out=Decimal(10))
LATE = an_event(kind=EventType.PURCHASE_DELAYED, purchase="P00012", note="The supplier ships two weeks late.")
A_CALL = Decimal("0.002")  # 1000 tokens in, 100 out


@pytest.fixture
def db(state_url: str) -> Iterator[Database]:
    database = Database(state_url)
    yield database
    database.close()


def a_meter(db: Database, **ceilings: object) -> Meter:
    return Meter(db, utc_now, Ceilings(**ceilings), PRICE)


def used(db: Database, case_id: str | None = None):
    with db.read() as connection:
        store = SpendStore(connection)
        return store.of_day(utc_now().date()) if case_id is None else store.by_task(case_id)


def test_calls_are_counted_by_case_and_task_and_for_the_day(db: Database):
    with serving(lambda _: GOOD) as server, reading(server.url, meter=a_meter(db)) as reader:
        reader.for_case("case-1").classify(an_exception())
        reader.for_case("case-1").classify(an_exception())
        server.behave = lambda _: says(json.dumps(READING))
        reader.for_case("case-2").read_mail(a_mail())
        reader.read_mail(a_mail())

    (spent,) = used(db, "case-1").values()
    assert list(used(db, "case-1")) == ["classify_exception"]
    assert (spent.calls, spent.tokens_in, spent.tokens_out, spent.cost) == (2, 2000, 200, 2 * A_CALL)
    assert list(used(db, "case-2")) == ["read_supplier_email"]
    assert (used(db).calls, used(db).cost) == (4, 4 * A_CALL)


def test_an_answer_that_could_not_be_used_was_paid_for(db: Database):
    with (
        serving(lambda _: says("no")) as server,
        reading(server.url, meter=a_meter(db)) as reader,
        pytest.raises(ModelAnswerInvalid),
    ):
        reader.for_case("case-1").classify(an_exception())

    assert used(db).calls == len(server.asked)
    assert used(db).tokens_in == 1000 * len(server.asked)


def test_a_server_that_gives_no_figures_is_reckoned_by_length(db: Database):
    with (
        serving(lambda _: says(json.dumps(DRAFT), usage=None)) as server,
        reading(server.url, meter=a_meter(db)) as reader,
    ):
        server.behave = lambda _: says(json.dumps(CLASSIFICATION), usage=None)
        answered = reader.classify(an_exception())

    assert answered.usage.cost is None
    assert used(db).tokens_in > 500
    assert used(db).cost > 0


@pytest.mark.parametrize(
    ("ceilings", "words"),
    [
        ({"tokens_per_case": 1100}, "1100 of 1100 tokens used for this case"),
        ({"tokens_per_day": 1100}, "1100 of 1100 tokens used for today"),
        ({"money_per_case": A_CALL}, "0.0020 of 0.002 used for this case"),
        ({"money_per_day": A_CALL}, "0.0020 of 0.002 used for today"),
    ],
)
def test_over_a_ceiling_nothing_is_sent(db: Database, ceilings: dict[str, object], words: str):
    with serving(lambda _: GOOD) as server, reading(server.url, meter=a_meter(db, **ceilings)) as reader:
        reader.for_case("case-1").classify(an_exception())
        with pytest.raises(ModelCeiling, match=words):
            reader.for_case("case-1").classify(an_exception())

    assert len(server.asked) == 1


def test_one_case_at_its_ceiling_does_not_stop_another(db: Database):
    with serving(lambda _: GOOD) as server, reading(server.url, meter=a_meter(db, tokens_per_case=1)) as reader:
        reader.for_case("case-1").classify(an_exception())
        reader.for_case("case-2").classify(an_exception())

    assert len(server.asked) == 2


def test_two_processes_share_one_ceiling(db: Database):
    with (
        serving(lambda _: GOOD) as server,
        reading(server.url, meter=a_meter(db, tokens_per_day=1100)) as one,
        reading(server.url, meter=a_meter(db, tokens_per_day=1100)) as other,
    ):
        one.classify(an_exception())
        with pytest.raises(ModelCeiling):
            other.classify(an_exception())


def test_calls_that_run_at_once_do_not_pass_the_ceiling_together(db: Database):
    with (
        serving(lambda _: says(json.dumps(CLASSIFICATION))) as server,
        reading(server.url, meter=a_meter(db, tokens_per_day=3000), concurrency=8) as reader,
    ):
        reader.classify(an_exception())

        def ask(number: int) -> bool:
            try:
                reader.for_case(f"case-{number}").classify(an_exception())
            except ModelCeiling:
                return False
            return True

        slow = says(json.dumps(CLASSIFICATION))
        slow.before = 0.2
        server.behave = lambda _: slow
        with ThreadPoolExecutor(8) as pool:
            done = sum(pool.map(ask, range(8)))

    assert 1 <= done < 8


def test_an_account_that_cannot_be_written_does_not_lose_the_answer(db: Database):
    meter = a_meter(db)
    with serving(lambda _: GOOD) as server, reading(server.url, meter=meter) as reader:
        whole, meter._db = meter._db, Broken()
        assert reader.classify(an_exception()).answer.label == "supplier_delay"
        meter._db = whole
        reader.classify(an_exception())

    assert used(db).calls == 2


class Broken:
    """A database that is away."""

    def write(self):
        from agent.errors import StorageBusy

        raise StorageBusy


def test_a_case_over_the_ceiling_goes_to_a_person_with_the_embedded_readers_answer(db: Database):
    case = a_case()
    found = an_evidence(
        case,
        events=(
            an_event(kind=EventType.PURCHASE_DELAYED, purchase="P00012", note="The supplier ships two weeks late."),
        ),
    )
    with serving(lambda _: GOOD) as server, reading(server.url, meter=a_meter(db, tokens_per_day=1)) as model:
        model.classify(an_exception())
        made = suggest(case, found, Readers(embedded=EmbeddedReader(neural=False), model=model), utc_now())

    assert len(server.asked) == 1
    assert made.fell_back == "ModelCeiling"
    assert made.suggestion.provenance.reader == "embedded"
    assert Gate.MODEL_CEILING in {finding.gate for finding in made.suggestion.findings}


def test_what_an_unusable_answer_cost_stands_in_the_suggestion_and_on_the_cases_account(db: Database):
    case = a_case()
    found = an_evidence(
        case,
        events=(
            an_event(kind=EventType.PURCHASE_DELAYED, purchase="P00012", note="The supplier ships two weeks late."),
        ),
    )
    with (
        serving(lambda _: says(None, message={"refusal": "No."})) as server,
        reading(server.url, meter=a_meter(db)) as model,
    ):
        made = suggest(case, found, Readers(embedded=EmbeddedReader(neural=False), model=model), utc_now())

    assert made.fell_back == "AnswerRefused"
    assert made.suggestion.usage.tokens_in == 1000
    assert used(db, case.id)["classify_exception"].calls == 1


# --- places -----------------------------------------------------------------------------------------
def test_processes_on_one_postgresql_share_the_places(postgres_url: str):
    from agent.migrations import upgrade

    db = Database(postgres_url)
    upgrade(db)
    one, other = (SharedPlaces(db, utc_now, "http://model", 2, 0.2, Event().wait) for _ in range(2))
    with one.place(), other.place(), pytest.raises(ModelUnavailable, match="all 2 places"), one.place():
        pass
    with other.place(), other.place():
        pass
    db.close()


def test_a_place_whose_holder_died_is_free_again(postgres_url: str):
    from agent.migrations import upgrade

    db = Database(postgres_url)
    upgrade(db)
    dead = SharedPlaces(db, utc_now, "http://model", 1, 0.2, Event().wait)
    assert dead._take("somebody who dies")
    late = SharedPlaces(db, lambda: utc_now() + timedelta(minutes=5), "http://model", 1, 0.2, Event().wait)
    with late.place():
        pass
    db.close()


def test_places_of_one_process_run_out():
    places = OwnPlaces(1, 0.01)
    with places.place(), pytest.raises(ModelUnavailable, match="all 1 places"), places.place():
        pass
