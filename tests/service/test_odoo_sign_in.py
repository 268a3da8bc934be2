"""Signing in at the desk by Odoo: passwords and tickets of Odoo, roles that come and go with its groups."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.access.model import OdooPerson, Role
from agent.access.store import FREE_TRIES
from agent.adapters.memory.people import MemoryPeople
from agent.settings import Settings
from review_ui.main import create_app
from tests.builders_desk import PASSWORD, PLANNER, TestDesk, a_test_desk, with_password

SECRET = "odoo knows this word"
OLGA = OdooPerson(login="Olga", name="Olga Odoo", roles=frozenset({Role.PLANNER}), companies=("Acme",))


@pytest.fixture
def without_odoo(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def people(without_odoo: TestDesk) -> MemoryPeople:
    return MemoryPeople(without_odoo.time)


@pytest.fixture
def desk(without_odoo: TestDesk, people: MemoryPeople) -> TestDesk:
    app = replace(without_odoo.app, people=people)
    web = create_app(app, Settings(home=app.home, _env_file=None), lambda: ())
    return TestDesk(app=app, web=web, time=without_odoo.time)


def sign_in(desk: TestDesk, login: str = "olga", password: str = SECRET):
    client = desk.client()
    answer = desk.post(client, "/sign-in", "/sign-in", login=login, password=password)
    return client, answer


def audited(desk: TestDesk, name: str) -> int:
    with desk.app.look() as work:
        return work.audit.counts().get(name, 0)


def known(desk: TestDesk, login: str = "olga"):
    with desk.app.look() as work:
        return work.access.by_login(login)


def test_somebody_of_odoo_signs_in_with_the_roles_and_companies_that_odoo_gives(desk: TestDesk, people: MemoryPeople):
    people.add(OLGA, SECRET)

    client, answer = sign_in(desk, "Olga")

    assert answer.headers["location"] == "/"
    assert client.get("/queue").status_code == 200
    assert (known(desk).roles, known(desk).companies, known(desk).source) == (OLGA.roles, ("Acme",), "odoo")
    assert audited(desk, "person:added") == audited(desk, "person:signed_in") == 1


def test_a_wrong_password_locks_as_everywhere_and_odoo_is_asked_no_more(desk: TestDesk, people: MemoryPeople):
    people.add(OLGA, SECRET)
    for _ in range(FREE_TRIES):
        _, answer = sign_in(desk, "Olga", "wrong")
        assert "Login or password is wrong." in answer.text
    people.break_down()

    _, answer = sign_in(desk, "Olga")

    assert "Too many failed attempts: try again in 31 seconds." in answer.text
    assert audited(desk, "person:sign_in_refused") == FREE_TRIES


@pytest.mark.parametrize("lacking", [{"roles": frozenset()}, {"companies": ()}], ids=["role", "company"])
def test_somebody_without_a_role_or_company_is_told_what_is_missing_and_who_grants_it(
    desk: TestDesk, people: MemoryPeople, lacking: dict
):
    people.add(OLGA.model_copy(update=lacking), SECRET)

    client, answer = sign_in(desk, "Olga")

    assert answer.status_code == 401
    assert "has no role in Gatehouse" in answer.text
    assert "Ask an administrator of Odoo to put you into a Gatehouse group" in answer.text
    assert client.get("/queue", follow_redirects=False).status_code != 200
    assert audited(desk, "person:sign_in_refused") == 1


def test_without_the_right_password_nobody_learns_that_a_login_without_a_role_exists(
    desk: TestDesk, people: MemoryPeople
):
    people.add(OLGA.model_copy(update={"roles": frozenset()}), SECRET)

    _, wrong = sign_in(desk, "Olga", "guessed")
    _, stranger = sign_in(desk, "Nobody", "guessed")

    assert wrong.status_code == stranger.status_code == 401
    for answer in (wrong, stranger):
        assert "Login or password is wrong." in answer.text
        assert "role in Gatehouse" not in answer.text


def test_every_sign_in_takes_over_what_changed_in_odoo(desk: TestDesk, people: MemoryPeople):
    people.add(OLGA, SECRET)
    sign_in(desk, "Olga")
    people.add(OLGA.model_copy(update={"roles": frozenset({Role.FINANCE}), "companies": ("Acme", "Byte")}), SECRET)

    sign_in(desk, "Olga")

    assert known(desk).roles == {Role.FINANCE}
    assert known(desk).companies == ("Acme", "Byte")
    assert audited(desk, "person:changed") == 1


@pytest.mark.parametrize("how", ["demoted", "gone"])
def test_who_loses_the_role_in_odoo_loses_the_session_within_a_quarter_of_an_hour(
    desk: TestDesk, people: MemoryPeople, how: str
):
    people.add(OLGA, SECRET)
    client, _ = sign_in(desk, "Olga")
    if how == "gone":
        people.remove("Olga")
    else:
        people.add(OLGA.model_copy(update={"roles": frozenset()}), SECRET)

    assert client.get("/queue").status_code == 200
    desk.time.passes(minutes=15)

    assert client.get("/queue").status_code == 303
    assert not known(desk).active
    assert audited(desk, "person:changed") == 1


def test_a_new_role_is_there_after_a_quarter_of_an_hour_without_signing_in_again(desk: TestDesk, people: MemoryPeople):
    people.add(OLGA, SECRET)
    client, _ = sign_in(desk, "Olga")
    people.add(OLGA.model_copy(update={"roles": frozenset({Role.ADMINISTRATOR})}), SECRET)
    assert client.get("/failed").status_code == 403

    desk.time.passes(minutes=15)

    assert client.get("/failed").status_code == 200


def test_while_odoo_is_away_sessions_go_on_and_people_of_the_desk_sign_in(desk: TestDesk, people: MemoryPeople):
    with_password(desk, PLANNER)
    people.add(OLGA, SECRET)
    client, _ = sign_in(desk, "Olga")
    people.break_down()
    desk.time.passes(minutes=15)

    _, refused = sign_in(desk, "Olga")
    _, local = sign_in(desk, "pia", PASSWORD)

    assert client.get("/queue").status_code == 200
    assert "Odoo cannot be asked just now" in refused.text
    assert refused.status_code == 401
    assert local.status_code == 303


def test_odoo_never_vouches_for_somebody_of_the_desk(desk: TestDesk, people: MemoryPeople):
    with_password(desk, PLANNER)
    people.add(OLGA.model_copy(update={"login": "pia", "roles": frozenset({Role.ADMINISTRATOR})}), SECRET)

    _, by_password = sign_in(desk, "pia", SECRET)
    by_ticket = use(desk, people.ticket_for("pia"))

    assert by_password.status_code == by_ticket.status_code == 401
    assert "is a person of this desk" in by_ticket.text
    assert known(desk, "pia").roles == PLANNER.roles


def test_another_user_of_odoo_who_takes_over_a_login_is_another_person(desk: TestDesk, people: MemoryPeople):
    first = people.add(OLGA, SECRET)
    old, _ = sign_in(desk, "Olga")
    before = known(desk).id
    people.remove("Olga")
    people.add(OLGA.model_copy(update={"number": first.number + 7}), SECRET)

    sign_in(desk, "Olga")

    assert known(desk).id != before
    assert old.get("/queue").status_code == 303


def use(desk: TestDesk, ticket: str, client=None):
    return desk.post(client or desk.client(), f"/sign-in/odoo?ticket={ticket}", "/sign-in/odoo", ticket=ticket)


def test_a_ticket_of_odoos_menu_signs_in_by_its_button_alone_and_once(desk: TestDesk, people: MemoryPeople):
    people.add(OLGA, SECRET)
    ticket = people.ticket_for("Olga")
    scanner, client = desk.client(), desk.client()
    for method in ("GET", "HEAD", "GET"):
        scanner.request(method, f"/sign-in/odoo?ticket={ticket}")

    first, again = use(desk, ticket, client), use(desk, ticket)

    assert scanner.get("/queue").status_code == 303
    assert first.status_code == 303
    assert client.get("/queue").status_code == 200
    assert again.status_code == 401
    assert "was used or has expired" in again.text


def test_a_ticket_is_of_no_use_after_a_minute_or_when_it_was_made_up(desk: TestDesk, people: MemoryPeople):
    people.add(OLGA, SECRET)
    ticket = people.ticket_for("Olga")
    desk.time.passes(seconds=60)

    assert use(desk, ticket).status_code == 401
    assert use(desk, "made-up").status_code == 401


def test_without_an_odoo_the_door_of_its_tickets_says_so(without_odoo: TestDesk):
    answer = use(without_odoo, "anything")

    assert answer.status_code == 401
    assert "Nobody signs in by Odoo here." in answer.text
