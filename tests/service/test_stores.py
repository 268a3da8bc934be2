"""Every store, on SQLite and on PostgreSQL."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from agent.access.model import Role
from agent.actions.model import Outcome, PostNote
from agent.actions.store import ActionState, Planned, action_key
from agent.audit.model import CaseClosed
from agent.cases.model import Status
from agent.errors import AlreadyDecided, Conflict, NotFound, NotSignedIn, Sealed, StorageError, WrongSchema
from agent.evidence.records import Model, RecordRef
from agent.intake.store import Rejected
from agent.kit.db import Database, metadata
from agent.kit.values import Money
from agent.migrations import check, upgrade
from agent.reviews.model import Verb, Verdict
from agent.reviews.service import decide
from agent.work import unit_of_work
from tests.builders import (
    NOON,
    a_case,
    a_confidence,
    a_database,
    a_fact,
    a_person,
    a_question,
    a_review,
    a_suggestion,
    an_event,
    an_evidence,
    signed_in,
    some_work,
)


@pytest.fixture
def db(database_url):
    database = a_database(database_url)
    yield database
    database.close()


def stored(work, **given):
    case = a_case(**given)
    work.cases.add(case, f"matter:{case.id}", [case.subject])
    return case


# --- schema ---------------------------------------------------------------------------------------
def test_the_migrations_make_exactly_the_tables_that_the_code_declares(db):
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    import agent.migrations.tables  # noqa: F401 - registers every table

    with db.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(db):
    assert upgrade(db) == []


def test_a_database_of_another_version_is_refused_with_the_command(database_url):
    database = Database(database_url)

    with pytest.raises(WrongSchema) as caught:
        check(database)

    assert "gatehouse migrate" in caught.value.next_step
    database.close()


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_the_log_refuses_every_change(db, statement):
    with some_work(db) as work:
        work.audit.append([CaseClosed(case_id="c")], NOON)

    with pytest.raises((DBAPIError, StorageError), match="append-only"), db.write() as connection:
        connection.execute(text(statement))


def test_sqlite_is_as_durable_as_promised(tmp_path):
    database = a_database(f"sqlite:///{tmp_path / 'x.db'}")

    with database.read() as connection:
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert found == ["wal", 2, 1]


# --- unit of work ---------------------------------------------------------------------------------
def test_a_unit_of_work_that_fails_saves_nothing(db):
    with some_work(db) as work:
        stored(work, n=1)
    with pytest.raises(Conflict), some_work(db) as work:  # noqa: PT012 - what came before the failure is the point
        case = stored(work, n=2)
        work.cases.save(case.model_copy(update={"version": 9}))

    with some_work(db) as work:
        assert [case.number for case in work.cases.page()] == ["C-2026-000001"]


def test_many_threads_write_without_losing_anything(db):
    def write(n):
        with some_work(db) as work:
            work.audit.append([CaseClosed(case_id=str(n))], NOON)
            stored(work, n=n)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with some_work(db) as work:
        assert len(work.cases.page()) == 20


# --- sealed text ----------------------------------------------------------------------------------
def test_personal_text_never_lies_open_in_the_database(db):
    secret = "Kugel GmbH cannot deliver before Christmas"
    with some_work(db) as work:
        case = stored(work, title=secret)
        made = a_suggestion(case_id=case.id, summary=secret, prompt=secret, output=secret)
        work.suggestions.add(made, case.thread)
        work.intake.add_event(an_event(order="S1", note=secret), "t", "d", NOON)

    with db.read() as connection:
        for table in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                assert secret not in " ".join(
                    bytes(v).decode("latin-1") if isinstance(v, bytes | memoryview) else str(v) for v in row
                )
    with some_work(db) as work:
        assert work.cases.get(case.id).title == secret
        assert work.suggestions.get(made.id).prompt == secret


def test_another_master_key_opens_nothing_and_says_so(db):
    with some_work(db) as work:
        case = stored(work)

    with pytest.raises(Sealed) as caught, unit_of_work(db, bytes(32), NOON) as work:
        work.cases.get(case.id)

    assert "key" in caught.value.next_step


# --- cases ----------------------------------------------------------------------------------------
def test_a_late_save_is_refused_and_changes_nothing(db):
    with some_work(db) as work:
        case = stored(work)
        work.cases.save(case.model_copy(update={"status": Status.IN_REVIEW}))

    with pytest.raises(Conflict, match=case.number), some_work(db) as work:
        work.cases.save(case.model_copy(update={"status": Status.CLOSED}))

    with some_work(db) as work:
        assert work.cases.get(case.id).status is Status.IN_REVIEW


def test_case_numbers_count_within_the_year(db):
    with some_work(db) as work:
        numbers = [work.cases.next_number(NOON) for _ in range(3)]
        first_of_next_year = work.cases.next_number(NOON.replace(year=2027))

    assert numbers == ["C-2026-000001", "C-2026-000002", "C-2026-000003"]
    assert first_of_next_year == "C-2027-000001"


def test_pages_of_cases_hold_each_case_once_in_order(db):
    with some_work(db) as work:
        for n in range(25):
            stored(work, n=n, priority=(n * 7) % 5 + 1)
    seen, after = [], None
    with some_work(db) as work:
        while page := work.cases.page(after=after, limit=10):
            seen += page
            after = (page[-1].priority, page[-1].id)

    assert len({case.id for case in seen}) == len(seen) == 25
    assert [case.priority for case in seen] == sorted(case.priority for case in seen)


def test_people_of_one_company_never_find_cases_of_another(db):
    with some_work(db) as work:
        stored(work, n=1, company="Acme", subject="S00001")
        stored(work, n=2, company="Globex", subject="S00001")

        assert [c.company for c in work.cases.page(companies=("Acme",))] == ["Acme"]
        assert [c.company for c in work.cases.page(companies=("Acme",), term="s0000")] == ["Acme"]
        assert work.cases.counts(companies=("Initech",))["open"] == 0


def test_a_case_is_found_by_the_beginning_of_any_reference(db):
    with some_work(db) as work:
        case = stored(work, n=1, subject="S00077")
        work.cases.add_terms(case.id, ["Kugel GmbH", "P00012"])
        stored(work, n=2, subject="S00099")

        for term in ("s00077", "KUGEL", "P0001", case.number):
            assert [found.id for found in work.cases.page(term=term)] == [case.id]


def test_money_at_risk_keeps_its_digits(db):
    with some_work(db) as work:
        case = stored(work, value_at_risk=Money(amount=Decimal("123456789.123456"), currency="EUR"))

        assert work.cases.get(case.id).value_at_risk == case.value_at_risk


# --- intake ---------------------------------------------------------------------------------------
def test_an_event_is_stored_once(db):
    with some_work(db) as work:
        assert work.intake.add_event(an_event(), "t", "d", NOON)
        assert not work.intake.add_event(an_event(), "t", "d", NOON)


def test_a_rejected_input_can_be_had_back_byte_by_byte(db):
    raw = bytes(range(256))
    item = Rejected(digest="d" * 64, name="x.eml", kind="mail", why="w", next_step="n", kept=True, received_at=NOON)
    with some_work(db) as work:
        assert work.intake.reject(item, raw)
        assert not work.intake.reject(item, raw)

        assert work.intake.rejected_raw(item.digest) == raw
        assert work.intake.rejected() == [item]


# --- evidence, suggestions, routing ---------------------------------------------------------------
def test_evidence_reads_back_as_it_was_stored(db):
    with some_work(db) as work:
        case = stored(work)
        found = an_evidence(case, events=(an_event(),))
        work.evidence.add(found, case.thread)

        assert work.evidence.get(found.id) == found
        assert work.evidence.id_of(case.id, 1) == found.id
        assert work.evidence.id_of(case.id, 2) is None


def test_a_route_is_stored_once_with_its_confidence(db):
    from agent.routing.model import Policy
    from agent.routing.policy import decide as route

    chosen = route(a_question(), Policy())
    with some_work(db) as work:
        assert work.routing.add("s1", "t", chosen, a_confidence(0.7), NOON)
        assert not work.routing.add("s1", "t", chosen, a_confidence(0.1), NOON)
        assert work.routing.get("s1") == (chosen, a_confidence(0.7))


def test_the_kill_switch_is_set_once_and_released_once(db):
    with some_work(db) as work:
        assert work.routing.halt("flood", "ada", NOON)
        assert not work.routing.halt("again", "bob", NOON)
        assert work.routing.halted().reason == "flood"
        assert work.routing.resume()
        assert not work.routing.resume()


# --- reviews --------------------------------------------------------------------------------------
def test_two_people_who_decide_at_once_make_one_decision(db):
    with some_work(db) as work:
        case = stored(work)
        made = a_suggestion(case_id=case.id, facts=(a_fact(),))
        review = a_review(case, made)
        work.suggestions.add(made, case.thread)
        work.reviews.open(review)
    refused = []

    def decide_as(login):
        decision, _ = decide(
            review, case, made, Verdict(verb=Verb.ACCEPT, reason_code="correct"), a_person(login=login), NOON
        )
        try:
            with some_work(db) as work:
                work.reviews.decide(decision, case.thread)
        except AlreadyDecided:
            refused.append(login)

    threads = [threading.Thread(target=decide_as, args=(f"p{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 7
    with some_work(db) as work:
        assert len(work.reviews.decisions_of(case.id)) == 1
        assert work.reviews.decided_since(NOON) == {Verb.ACCEPT: 1}


def test_a_superseded_review_cannot_be_decided(db):
    with some_work(db) as work:
        case = stored(work)
        made = a_suggestion(case_id=case.id)
        review = a_review(case, made)
        work.reviews.open(review)
        decision, _ = decide(review, case, made, Verdict(verb=Verb.ACCEPT, reason_code="correct"), a_person(), NOON)
        assert work.reviews.supersede(case.id) == [review.id]

        with pytest.raises(AlreadyDecided):
            work.reviews.decide(decision, case.thread)


def test_a_blind_label_is_kept_once(db):
    with some_work(db) as work:
        case, made = stored(work), a_suggestion()
        review = a_review(case, made, blind=True)
        work.reviews.open(review)

        assert work.reviews.label_blind(review.id, "other")
        assert not work.reviews.label_blind(review.id, "stock_shortage")
        assert work.reviews.get(review.id).blind_label == "other"


# --- actions --------------------------------------------------------------------------------------
def test_the_actions_of_a_decision_are_planned_in_order_under_keys_of_their_own(db):
    note = PostNote(record=RecordRef(model=Model.SALE_ORDER, id=1, name="S1"), text="Noted.")
    with some_work(db) as work:
        work.actions.plan("d1", "c1", "t", [Planned(action=note)], NOON, person="ada")
        work.actions.plan("d1", "c1", "t", [Planned(action=note)], NOON, person="")
        item, later = work.actions.of_decision("d1")
        assert (item.key, later.key) == (action_key("d1", 1), action_key("d1", 2))
        work.actions.mark(item.id, ActionState.DONE, outcome=Outcome.APPLIED, record_id=7, done_at=NOON)

        assert work.actions.get(item.id).record_id == 7
        assert work.actions.get(item.id).action == note


# --- people ---------------------------------------------------------------------------------------
def test_a_password_opens_and_five_wrong_ones_lock(db):
    with some_work(db) as work:
        work.access.add_person(a_person(Role.PLANNER), "correct horse battery")
        assert signed_in(work, "ADA", "correct horse battery", NOON).login == "ada"
        for _ in range(5):
            assert signed_in(work, "ada", "wrong", NOON) is None

        with pytest.raises(NotSignedIn, match="again in"):
            signed_in(work, "ada", "correct horse battery", NOON)
        assert signed_in(work, "ada", "correct horse battery", NOON + timedelta(minutes=1))


def test_a_person_without_a_password_cannot_sign_in_by_one(db):
    with some_work(db) as work:
        work.access.add_person(a_person(), None)

        assert signed_in(work, "ada", "", NOON) is None
        assert signed_in(work, "nobody", "x", NOON) is None


def test_a_ticket_works_once_and_not_after_its_time(db):
    with some_work(db) as work:
        work.access.add_person(a_person(), None)
        first = work.access.make_ticket("ada", NOON, timedelta(minutes=10))
        late = work.access.make_ticket("ada", NOON, timedelta(minutes=10))

        assert work.access.use_ticket(first, NOON).login == "ada"
        assert work.access.use_ticket(first, NOON) is None
        assert work.access.use_ticket(late, NOON + timedelta(minutes=11)) is None


def test_a_session_ends_when_idle_and_at_its_end(db):
    with some_work(db) as work:
        who = a_person()
        work.access.add_person(who, None)
        token, session = work.access.start_session(who, NOON)

        assert work.access.session_of(token, NOON)[0] == who
        assert work.access.session_of(token, NOON + timedelta(hours=3)) is None
        work.access.seen(session.id, NOON + timedelta(hours=11))
        assert work.access.session_of(token, NOON + timedelta(hours=13)) is None
        work.access.end_session(session.id)
        assert work.access.session_of(token, NOON) is None


def test_what_is_not_there_is_said_by_name(db):
    with some_work(db) as work, pytest.raises(NotFound, match="C-2026-000404"):
        work.cases.get("C-2026-000404")


# --- audit ----------------------------------------------------------------------------------------
def test_the_sealer_links_everything_once_in_order(db):
    with some_work(db) as work:
        work.audit.append([CaseClosed(case_id=str(n)) for n in range(30)], NOON)
    with some_work(db) as work:
        assert work.audit.seal(NOON, limit=20) == 20
        assert work.audit.seal(NOON) == 10
        assert work.audit.seal(NOON) == 0

    with some_work(db) as work:
        report = work.audit.verify()
    assert (report.stored, report.sealed, report.whole) == (30, 30, True)


def test_an_event_of_a_transaction_that_commits_late_is_linked_later(db):
    with some_work(db) as work:
        work.audit.append([CaseClosed(case_id="first")], NOON)
        work.audit.seal(NOON)
    with some_work(db) as work:
        work.audit.append([CaseClosed(case_id="late")], NOON - timedelta(hours=1))
    with some_work(db) as work:
        work.audit.seal(NOON)
        assert work.audit.verify().whole
        assert work.audit.counts() == {"case:closed": 2}
