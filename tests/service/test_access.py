"""People, passwords, sessions and tickets, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from agent.access.model import Person, Role
from agent.access.store import ABSOLUTE, FREE_TRIES, IDLE
from agent.errors import ConfigurationError, NotSignedIn
from agent.kit.db import Database
from tests.builders import NOON, a_database, a_person, signed_in, some_work

PASSWORD = "correct horse battery"


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    made = a_database(database_url)
    yield made
    made.close()


@pytest.fixture
def ada(db: Database) -> Person:
    person = a_person(Role.PLANNER, companies=("Acme", "Byte"), login="Ada")
    with some_work(db) as work:
        work.access.add_person(person, PASSWORD)
    return person


def test_login_and_password_that_fit_give_the_person_whatever_the_case_of_the_login(db: Database, ada: Person):
    with some_work(db) as work:
        assert signed_in(work, " ADA ", PASSWORD, NOON) == ada


def test_a_wrong_password_and_an_unknown_login_give_nobody(db: Database, ada: Person):
    with some_work(db) as work:
        assert signed_in(work, "ada", "wrong", NOON) is None
        assert signed_in(work, "nobody", PASSWORD, NOON) is None


def test_too_many_failures_lock_the_account_even_for_the_right_password_and_longer_each_time(db: Database, ada: Person):
    with some_work(db) as work:
        checked = work.access.credentials("ada", NOON)
        for _ in range(FREE_TRIES):
            work.access.record_attempt(checked, good=False, now=NOON)

        with pytest.raises(NotSignedIn, match="try again in 31 seconds"):
            signed_in(work, "ada", PASSWORD, NOON)

        later = NOON + timedelta(seconds=30)
        work.access.record_attempt(work.access.credentials("ada", later), good=False, now=later)
        with pytest.raises(NotSignedIn, match="try again in 61 seconds"):
            work.access.credentials("ada", later)


def test_a_good_password_clears_the_count_of_failures(db: Database, ada: Person):
    with some_work(db) as work:
        checked = work.access.credentials("ada", NOON)
        for _ in range(FREE_TRIES - 1):
            work.access.record_attempt(checked, good=False, now=NOON)
        work.access.record_attempt(checked, good=True, now=NOON)
        work.access.record_attempt(checked, good=False, now=NOON)

        assert work.access.credentials("ada", NOON).person_id == ada.id


def test_the_hash_is_checked_for_a_person_there_is_not_too(db: Database):
    with some_work(db) as work:
        found = work.access.credentials("nobody", NOON)

    assert not found.fit(PASSWORD)
    assert found.password_hash is None


def test_a_session_lives_while_it_is_used_and_no_longer_than_the_limit(db: Database, ada: Person):
    with some_work(db) as work:
        token, session = work.access.start_session(ada, NOON)
        almost = NOON + IDLE - timedelta(seconds=1)

        assert work.access.session_of(token, almost) == (ada, session)
        assert work.access.session_of(token, NOON + IDLE) is None

        for hour in range(1, 12):
            work.access.seen(session.id, NOON + timedelta(hours=hour))
        assert work.access.session_of(token, NOON + ABSOLUTE - timedelta(seconds=1)) is not None
        assert work.access.session_of(token, NOON + ABSOLUTE) is None


def test_of_a_session_only_the_digest_of_its_token_is_stored(db: Database, ada: Person):
    with some_work(db) as work:
        token, session = work.access.start_session(ada, NOON)

    assert token not in session.model_dump_json()


def test_a_session_that_was_ended_is_gone(db: Database, ada: Person):
    with some_work(db) as work:
        token, session = work.access.start_session(ada, NOON)
        work.access.end_session(session.id)

        assert work.access.session_of(token, NOON) is None


def test_a_ticket_signs_in_once_and_not_after_its_time(db: Database, ada: Person):
    with some_work(db) as work:
        ticket = work.access.make_ticket("ada", NOON, timedelta(minutes=10))
        late = work.access.make_ticket("ada", NOON, timedelta(minutes=10))

        assert work.access.use_ticket(ticket, NOON) == ada
        assert work.access.use_ticket(ticket, NOON) is None
        assert work.access.use_ticket(late, NOON + timedelta(minutes=10)) is None


def test_a_taken_login_and_a_short_password_are_refused(db: Database, ada: Person):
    with some_work(db) as work:
        with pytest.raises(ConfigurationError, match="already"):
            work.access.add_person(a_person(login="ADA"), PASSWORD)
        with pytest.raises(ConfigurationError, match="shorter"):
            work.access.add_person(a_person(login="bob"), "short")


def test_a_new_password_ends_every_session_and_ticket_and_the_old_one_is_worth_nothing(db: Database, ada: Person):
    with some_work(db) as work:
        token, _ = work.access.start_session(ada, NOON)
        ticket = work.access.make_ticket("ada", NOON, timedelta(minutes=10))
        work.access.change_person(ada, "another horse battery")
        assert work.access.session_of(token, NOON) is None
        assert work.access.use_ticket(ticket, NOON) is None
        assert signed_in(work, "ada", PASSWORD, NOON) is None
        assert signed_in(work, "ada", "another horse battery", NOON) == ada


def test_other_roles_hold_at_once_in_a_session_that_goes_on(db: Database, ada: Person):
    with some_work(db) as work:
        token, _ = work.access.start_session(ada, NOON)
        work.access.change_person(ada.model_copy(update={"roles": frozenset({Role.AUDITOR})}))
        found = work.access.session_of(token, NOON)
        assert found is not None
        assert found[0].roles == {Role.AUDITOR}


def test_who_left_is_signed_out_and_cannot_come_back(db: Database, ada: Person):
    with some_work(db) as work:
        token, _ = work.access.start_session(ada, NOON)
        work.access.change_person(ada.model_copy(update={"active": False}))
        assert work.access.session_of(token, NOON) is None
        assert signed_in(work, "ada", PASSWORD, NOON) is None
