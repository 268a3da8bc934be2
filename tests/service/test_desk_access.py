"""Who gets through which door of the desk: sign-in, sessions, forged forms, rights of every route and role."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import APIRouter

from agent import commands, errors
from agent.access.model import RIGHTS, Role
from agent.access.store import ABSOLUTE, FREE_TRIES, IDLE
from agent.errors import ConfigurationError, GatehouseError
from review_ui import main
from review_ui.errors import STATUS, status_of
from review_ui.main import SCREENS, create_app, doors
from tests.builders import a_person
from tests.builders_desk import PASSWORD, PLANNER, TestDesk, a_test_desk, csrf_of, with_password


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


# --- signing in -----------------------------------------------------------------------------------
def test_signing_in_gives_a_guarded_cookie_and_goes_where_one_wanted_to_go(desk: TestDesk):
    with_password(desk, PLANNER)
    client = desk.client()

    wanted = client.get("/queue?kind=invoice")
    assert wanted.headers["location"] == "/sign-in?next=/queue%3Fkind%3Dinvoice"
    answer = desk.post(client, "/sign-in", "/sign-in", login="PIA", password=PASSWORD, next="/queue?kind=invoice")

    assert answer.headers["location"] == "/queue?kind=invoice"
    cookie = next(text for text in answer.headers.get_list("set-cookie") if text.startswith("gatehouse="))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert client.get("/queue").status_code == 200


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(tmp_path: Path):
    desk = a_test_desk(tmp_path, public_url="https://desk.example")
    with_password(desk, PLANNER)
    client = desk.client()
    client.base_url = "https://desk.example"

    answer = desk.post(client, "/sign-in", "/sign-in", login="pia", password=PASSWORD)

    cookie = next(text for text in answer.headers.get_list("set-cookie") if text.startswith("__Host-gatehouse="))
    assert "Secure" in cookie
    assert answer.headers["strict-transport-security"]
    desk.close()


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example", "/\\evil.example", "queue", "/a\nb"])
def test_after_sign_in_nobody_is_sent_elsewhere(desk: TestDesk, place: str):
    with_password(desk, PLANNER)

    answer = desk.post(desk.client(), "/sign-in", "/sign-in", login="pia", password=PASSWORD, next=place)

    assert answer.headers["location"] == "/"


def test_a_wrong_password_says_so_keeps_the_login_and_is_in_the_log(desk: TestDesk):
    with_password(desk, PLANNER)

    answer = desk.post(desk.client(), "/sign-in", "/sign-in", login="pia", password="wrong")

    assert answer.status_code == 401
    assert "Login or password is wrong." in answer.text
    assert 'value="pia"' in answer.text
    with desk.app.look() as work:
        assert work.audit.counts()["person:sign_in_refused"] == 1


def test_too_many_failures_say_how_long_to_wait(desk: TestDesk):
    with_password(desk, PLANNER)
    with desk.app.work() as work:
        checked = work.access.credentials("pia", work.now)
        for _ in range(FREE_TRIES):
            work.access.record_attempt(checked, good=False, now=work.now)

    answer = desk.post(desk.client(), "/sign-in", "/sign-in", login="pia", password=PASSWORD)

    assert answer.status_code == 401
    assert "Too many failed attempts: try again in 31 seconds." in answer.text


def test_every_sign_in_starts_a_new_session_and_ends_the_one_before(desk: TestDesk):
    with_password(desk, PLANNER)
    client = desk.client(PLANNER)
    old = client.cookies[desk.cookie]

    desk.post(client, "/queue", "/sign-in", login="pia", password=PASSWORD)

    assert client.cookies[desk.cookie] != old
    with desk.app.look() as work:
        assert work.access.session_of(old, work.now) is None


def test_a_sign_in_link_acts_only_by_its_button_and_once(desk: TestDesk):
    desk.token(PLANNER)
    ticket = commands.make_ticket(desk.app, "pia", timedelta(minutes=10))
    scanner, person = desk.client(), desk.client()

    for method in ("GET", "HEAD", "GET"):
        scanner.request(method, f"/sign-in/ticket/{ticket}")
    first = desk.post(person, f"/sign-in/ticket/{ticket}", "/sign-in/ticket", ticket=ticket)
    again = desk.post(desk.client(), f"/sign-in/ticket/{ticket}", "/sign-in/ticket", ticket=ticket)

    assert scanner.get("/queue").status_code == 303
    assert first.status_code == 303
    assert person.get("/queue").status_code == 200
    assert again.status_code == 401
    assert "was used or has expired" in again.text


def test_signing_out_ends_the_session_itself(desk: TestDesk):
    client = desk.client(PLANNER)
    token = client.cookies[desk.cookie]

    desk.post(client, "/queue", "/sign-out")
    client.cookies.set(desk.cookie, token, domain="testserver.local")

    assert client.get("/queue").status_code == 303


# --- sessions -------------------------------------------------------------------------------------
def test_a_session_ends_when_it_is_idle_but_not_while_it_is_used(desk: TestDesk):
    client = desk.client(PLANNER)
    for _ in range(4):
        desk.time.passes(hours=1)
        assert client.get("/queue").status_code == 200

    desk.time.passes(seconds=IDLE.total_seconds())

    assert client.get("/queue").status_code == 303


def test_the_live_counts_do_not_keep_a_session_awake(desk: TestDesk):
    client = desk.client(PLANNER)
    for _ in range(3):
        desk.time.passes(minutes=50)
        last = client.get("/live")

    assert last.status_code == 303
    in_place = client.get("/live", headers={"HX-Request": "true"})
    assert in_place.status_code == 286  # HTMX stops asking
    assert "Your session has ended." in in_place.text


def test_a_session_ends_at_its_limit_however_much_it_is_used(desk: TestDesk):
    client = desk.client(PLANNER)
    for _ in range(int(ABSOLUTE.total_seconds() // 3600) - 1):
        desk.time.passes(hours=1)
        assert client.get("/queue").status_code == 200

    desk.time.passes(hours=1)

    assert client.get("/queue").status_code == 303


def test_a_session_that_ended_over_a_form_keeps_what_was_typed_and_offers_to_sign_in_in_place(desk: TestDesk):
    with_password(desk, PLANNER)
    case = desk.add()
    client = desk.client(PLANNER)
    token = csrf_of(client.get(f"/cases/{case.number}").text)
    form = {"csrf": token, "verb": "reject", "note": "Spoke to <b>Kugel</b>", "review": desk.review_of(case).id}
    desk.time.passes(hours=3)

    plain = client.post(f"/cases/{case.number}/decision", data=form)
    in_place = client.post(f"/cases/{case.number}/decision", data=form, headers={"HX-Request": "true"})

    assert plain.status_code == in_place.status_code == 401
    assert "Spoke to &lt;b&gt;Kugel&lt;/b&gt;" in plain.text
    assert in_place.headers["hx-retarget"] == "#notice"
    again = client.post(
        "/sign-in",
        data={"csrf": csrf_of(in_place.text), "login": "pia", "password": PASSWORD},
        headers={"HX-Request": "true"},
    )
    form["csrf"] = csrf_of(again.text)
    answer = client.post(f"/cases/{case.number}/decision", data={**form, "reason_reject": "duplicate"})
    assert answer.status_code == 303
    assert desk.decisions_of(case)[0].note == "Spoke to <b>Kugel</b>"


# --- forged forms ---------------------------------------------------------------------------------
POSTS = [(route.path, door) for screen in SCREENS for route, door in doors(screen.router) if "POST" in route.methods]


@pytest.mark.parametrize("path", [path for path, _ in POSTS])
def test_no_form_is_taken_without_the_token_of_its_session(desk: TestDesk, path: str):
    everything = a_person(*Role, login="eve")
    case = desk.add()
    client, stranger = desk.client(everything), desk.client(everything)
    path = path.format(number=case.number, approval_id="none", task="classify_exception", label="routine")
    before = desk.digest()

    for token in ("", "wrong", csrf_of(stranger.get("/queue").text)):
        answer = client.post(path, data={"csrf": token, "reason": "x", "verb": "accept"})
        assert answer.status_code == 403, token
    right = csrf_of(client.get("/queue").text)
    elsewhere = client.post(path, data={"csrf": right, "reason": "x"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert elsewhere.status_code == 403
    assert desk.digest() == before


def test_the_sign_in_form_too_needs_the_token_of_its_browser(desk: TestDesk):
    with_password(desk, PLANNER)
    token = csrf_of(desk.client().get("/sign-in").text)
    other = desk.client()
    other.get("/sign-in")

    for client in (desk.client(), other):
        answer = client.post("/sign-in", data={"csrf": token, "login": "pia", "password": PASSWORD})
        assert answer.status_code == 403


# --- doors ----------------------------------------------------------------------------------------
def test_a_route_without_a_door_keeps_the_desk_from_starting(desk: TestDesk, monkeypatch: pytest.MonkeyPatch):
    class Screen:
        router = APIRouter()

    Screen.router.add_api_route("/open", lambda: "come in")
    monkeypatch.setattr(main, "SCREENS", (*SCREENS, Screen))

    with pytest.raises(ConfigurationError, match="/open"):
        create_app(desk.app, desk_settings(desk), tuple)


def desk_settings(desk: TestDesk):
    from agent.settings import Settings

    return Settings(home=desk.app.home, _env_file=None)


ROUTES = [
    (method, route.path, door.right)
    for screen in SCREENS
    for route, door in doors(screen.router)
    for method in sorted(route.methods)
]


def test_there_are_routes_to_look_at():
    assert len(ROUTES) >= 23
    assert {path for _, path, right in ROUTES if right is None} == {
        "/sign-in",
        "/sign-in/odoo",
        "/sign-in/ticket",
        "/sign-in/ticket/{ticket}",
        "/sign-out",
    }


@pytest.mark.parametrize("role", [*Role, None])
def test_every_route_lets_in_exactly_the_roles_that_have_its_right(desk: TestDesk, role: Role | None):
    case = desk.add()
    client = desk.client(a_person(role, login="someone") if role else None)
    token = csrf_of(client.get("/queue").text) if role else "none"
    for method, path, right in ROUTES:
        if right is None:
            continue
        answer = client.request(
            method,
            path.format(number=case.number, approval_id="none", task="classify_exception", label="routine"),
            data={"csrf": token} if method == "POST" else None,
        )
        if role is None:
            assert answer.status_code in {303, 401}, (method, path)
            assert answer.status_code == 401 or answer.headers["location"].startswith("/sign-in?next=")
        else:
            assert (answer.status_code != 403) == (right in RIGHTS[role]), (role, method, path, answer.status_code)


def test_a_person_who_was_deactivated_is_out_at_once(desk: TestDesk):
    client = desk.client(PLANNER)
    with desk.app.db.write() as connection:
        connection.exec_driver_sql("UPDATE person SET active = 0")

    assert client.get("/queue").status_code == 303


# --- errors ---------------------------------------------------------------------------------------
def family(of: type[GatehouseError]) -> Iterator[type[GatehouseError]]:
    yield of
    for child in of.__subclasses__():
        yield from family(child)


def test_every_error_of_the_tree_has_a_status_and_only_faults_of_ours_are_500():
    found = {kind.__name__: status_of(kind.__new__(kind)) for kind in family(GatehouseError)}

    faults = {name for name, status in found.items() if status == 500}
    assert found["AlreadyDecided"] == 409
    assert found["BadEvent"] == 400
    assert not faults & {kind.__name__ for kind in family(errors.InputError)}
    assert not faults & {kind.__name__ for kind in family(errors.AccessError)}
    assert set(STATUS) <= set(family(GatehouseError))
