"""The desk's pages over a real database: what they show, to whom, and what they never do."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event
from starlette.testclient import TestClient

from agent import commands
from agent.access.model import Role
from agent.cases.model import Status
from agent.intake.store import Rejected
from agent.kit.ids import new_id
from agent.outbox.model import WorkKind
from tests.builders import NOON, a_person
from tests.builders_desk import (
    ADMINISTRATOR,
    AUDITOR,
    BODY,
    MANAGER,
    PLANNER,
    TestDesk,
    a_mail,
    a_test_desk,
    an_exception_case,
)

ELSEWHERE = a_person(Role.PLANNER, companies=("Other Ltd",), login="otto")
EVERYTHING = a_person(Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, login="eve")
NASTY = (
    "<script>alert(1)</script><img src=https://evil.example/x.png onerror=alert(2)>"
    "<a href='https://evil.example'>click</a> https://evil.example/plain {{ 7*7 }} &lt;b&gt;"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


def soup_of(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


# --- the queue ------------------------------------------------------------------------------------
def test_the_queue_shows_the_most_urgent_first_with_what_is_known_of_each(desk: TestDesk):
    later = desk.add(priority=50)
    first = desk.add(priority=10)

    rows = soup_of(desk.client(PLANNER).get("/queue").text).select("tr[data-row]")

    assert [row.select_one(".number").text for row in rows] == [first.number, later.number]
    text = " ".join(rows[0].text.split())
    for words in (
        "Your order P00012",
        "Delay",
        "High",
        "Purchasing",
        "€18,500.00",
        "12",
        "not calibrated yet",
        "upper third",
    ):
        assert words in text
    assert "Always needs a person and 1 more" in text


def test_no_page_shows_the_provisional_score_as_a_number(desk: TestDesk):
    case = desk.add()
    client = desk.client(PLANNER)

    for path in ("/queue", f"/cases/{case.number}"):
        main = soup_of(client.get(path).text).select_one("main").text
        assert "%" not in main
        assert "0.8 " not in main.replace("0.8\n", "")


def test_a_long_queue_is_paged_by_key_and_each_case_comes_once(desk: TestDesk):
    numbers = [desk.add(an_exception_case, priority=10 + n % 3).number for n in range(60)]
    client = desk.client(PLANNER)

    seen, path = [], "/queue"
    while path:
        page = soup_of(client.get(path).text)
        seen += [found.text for found in page.select(".number")]
        more = page.select_one("#more a")
        path = more["href"] if more else ""

    assert sorted(seen) == sorted(numbers)
    assert len(seen) == len(set(seen))


def test_filters_and_search_narrow_the_list(desk: TestDesk):
    mail, order = desk.add(), desk.add(an_exception_case)
    client = desk.client(PLANNER)

    def listed(query: str) -> list[str]:
        return [found.text for found in soup_of(client.get(f"/queue?{query}").text).select(".number")]

    assert listed("kind=supplier_email") == [mail.number]
    assert listed("q=s00001") == [order.number]
    assert listed("q=P00012") == [mail.number, order.number]
    assert listed("status=closed") == []
    assert listed("status=nonsense&kind=nonsense&after=nonsense") == [mail.number, order.number]


def test_htmx_gets_only_the_part_that_changed(desk: TestDesk):
    desk.add()
    part = desk.client(PLANNER).get("/queue?q=P00012", headers={"HX-Request": "true", "HX-Target": "list"}).text

    assert part.startswith('<div id="list">')
    assert "<html" not in part


def test_a_blind_case_shows_nothing_of_the_suggestion_in_list_page_or_log(desk: TestDesk):
    case = desk.add(blind=True)
    reader = a_person(Role.PLANNER, Role.AUDITOR, login="pa")
    client = desk.client(reader)

    for path in ("/queue", f"/cases/{case.number}", f"/cases/{case.number}/audit"):
        text = client.get(path).text
        for secret in ("Kugel GmbH delays", "12 Dec", "Not certified", "upper third", "Date can be read"):
            assert secret not in text.replace(BODY, ""), (path, secret)
        assert "<mark>" not in text
    assert "Suggestion made" not in client.get(f"/cases/{case.number}").text
    assert '"label"' not in client.get(f"/cases/{case.number}/audit").text


# --- companies ------------------------------------------------------------------------------------
def test_a_person_of_another_company_finds_neither_the_case_nor_a_trace_of_it(desk: TestDesk):
    case = desk.add()
    client = desk.client(ELSEWHERE)

    assert client.get(f"/cases/{case.number}").status_code == 404
    assert client.get(f"/cases/{case.id}").status_code == 404
    for path in ("/queue", "/queue?q=P00012", f"/queue?q={case.number}", f"/queue?done={case.number}", "/status"):
        text = client.get(path).text
        assert "Your order P00012" not in text
        assert re.search(r"In review\s*<span class=\"count\">0", text) or path == "/status"


def test_a_person_of_another_company_cannot_decide_it(desk: TestDesk):
    case = desk.add()
    client = desk.client(ELSEWHERE)

    form = {"verb": "accept", "reason_accept": "correct", "review": desk.review_of(case).id}
    answer = desk.post(client, "/queue", f"/cases/{case.number}/decision", **form)

    assert answer.status_code == 404
    assert desk.decisions_of(case) == []


# --- untrusted text -------------------------------------------------------------------------------
def test_nothing_that_came_in_is_ever_rendered_as_html(desk: TestDesk):
    mail = a_mail(NASTY, subject=NASTY, sender_name=NASTY, quoted=NASTY, attachments=())
    cases = [
        desk.add(mail=mail, made={"facts": (), "summary": NASTY}),
        desk.add(an_exception_case, note=NASTY, title=NASTY),
    ]
    client = desk.client(EVERYTHING)

    for path in ["/queue", *(f"/cases/{case.number}{part}" for case in cases for part in ("", "/audit"))]:
        page = soup_of(client.get(path).text)
        assert not page.select("img, iframe, object, [onerror], [style], main script")
        assert all(not link["href"].startswith(("http:", "https:", "javascript:")) for link in page.select("[href]"))
        assert "49" not in page.select_one("h1").text
        if path.startswith("/cases") and not path.endswith("audit"):
            assert NASTY in page.text


def test_quotes_are_marked_at_their_exact_place_and_linked_both_ways(desk: TestDesk):
    case = desk.add()

    page = soup_of(desk.client(PLANNER).get(f"/cases/{case.number}").text)

    assert [mark.text for mark in page.select("mark")] == ["12 December 2026", "80 pieces"]
    for index in (0, 1):
        assert page.select_one(f'#fact-row-{index} a[href="#quote-{index}"]')
        assert page.select_one(f'#quote-{index}[href="#fact-row-{index}"]')
    body = page.select_one(".mail-text")
    for number in body.select("sup"):
        number.decompose()
    assert body.text == BODY


def test_a_quote_that_is_not_at_its_place_is_struck_out(desk: TestDesk):
    case = desk.add(mail=a_mail("Something else altogether, and long enough to hold the spans of those quotes. " * 4))

    page = soup_of(desk.client(PLANNER).get(f"/cases/{case.number}").text)

    assert not page.select("mark")
    assert [quote.text for quote in page.select(".quote s")] == ["“12 December 2026”", "“80 pieces”"]


# --- what a GET may do ----------------------------------------------------------------------------
def test_no_get_changes_anything(desk: TestDesk):
    desk.add()
    desk.add(an_exception_case)
    desk.add(blind=True)
    ticket = commands.make_ticket(desk.app, _added(desk, EVERYTHING).login, NOON - NOON + _minutes(10))
    client = desk.client(EVERYTHING)
    before = desk.digest()

    seen: set[str] = set()
    todo = ["/", "/queue?status=all", "/failed", "/live", "/livez", "/readyz", f"/sign-in/ticket/{ticket}", "/sign-in"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code < 500, path
        links = [link["href"] for link in soup_of(answer.text).select("a[href]")]
        places = [urlsplit(urljoin(path, link)) for link in links]
        todo += [f"{place.path}{'?' if place.query else ''}{place.query}" for place in places if not place.netloc]

    assert len(seen) > 20
    assert desk.digest() == before


def _added(desk: TestDesk, person):
    desk.token(person)
    return person


def _minutes(count: int):
    from datetime import timedelta

    return timedelta(minutes=count)


# --- headers and limits ---------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/sign-in", "/queue", "/nothing", "/livez", "/static/desk.css"])
def test_every_answer_carries_the_security_headers(desk: TestDesk, path: str):
    headers = desk.client(PLANNER).get(path).headers

    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_pages_carry_neither_inline_script_nor_inline_style_nor_anything_from_elsewhere(desk: TestDesk):
    case = desk.add()
    client = desk.client(EVERYTHING)

    for path in ("/queue", f"/cases/{case.number}", "/status", "/failed", "/digest"):
        page = soup_of(client.get(path).text)
        assert all(script.get("src", "").startswith("/static/") and not script.text for script in page.select("script"))
        assert not page.select("style, [style]")
        assert not [name for tag in page.select("*") for name in tag.attrs if name.startswith(("on", "hx-on"))]
        loaded = [tag["src"] for tag in page.select("[src]")] + [tag["href"] for tag in page.select("link[href]")]
        assert loaded
        assert all(address.startswith("/static/") for address in loaded)


def test_static_files_with_their_digest_may_be_kept_for_ever(desk: TestDesk):
    client = desk.client()
    address = soup_of(client.get("/sign-in").text).select_one("link[rel=stylesheet]")["href"]

    assert "immutable" in client.get(address).headers["cache-control"]


def test_a_body_that_is_too_large_is_refused_declared_or_not(desk: TestDesk):
    client = desk.client(PLANNER)
    many = ("note=" + "x" * 300_000).encode()

    assert client.post("/sign-in", content=many).status_code == 413
    pieces = (many[start : start + 1000] for start in range(0, len(many), 1000))
    undeclared = client.post("/sign-in", content=pieces, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert undeclared.status_code == 413


def test_a_page_that_is_not_there_says_so_and_where_to_go(desk: TestDesk):
    answer = desk.client(PLANNER).get("/cases/C-2026-999999")

    assert answer.status_code == 404
    assert "Nothing is stored under this name." in answer.text
    assert "/queue" in answer.text


def test_an_accident_ends_in_a_page_with_a_reference_and_all_headers(desk: TestDesk):
    @desk.web.get("/boom")
    def boom() -> None:
        raise RuntimeError("secret detail")

    answer = TestClient(desk.web, raise_server_exceptions=False).get("/boom")

    assert answer.status_code == 500
    assert re.search(r"Reference [0-9a-f]{8}\.", answer.text)
    assert "secret detail" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


# --- keeping the service in order -----------------------------------------------------------------
def test_failed_work_is_listed_with_its_reason_and_can_be_tried_again(desk: TestDesk):
    case = desk.add()
    with desk.app.work() as work:
        work.outbox.owe(WorkKind.SETTLE, case.id, work.now)
        work.outbox.postpone(work.outbox.find(WorkKind.SETTLE, case.id), "Odoo refused it <b>", None)
    client = desk.client(ADMINISTRATOR)

    page = client.get("/failed").text
    answer = desk.post(client, "/failed", "/failed/redrive", name=f"settle:{case.id}")

    assert "Odoo refused it &lt;b&gt;" in page
    assert answer.status_code == 200
    assert "is due again" in answer.text
    with desk.app.look() as work:
        assert work.outbox.counts()["dead"] == 0


def test_what_cannot_be_tried_again_is_said(desk: TestDesk):
    item = Rejected(
        digest="a" * 64, name="x.eml", kind="mail", why="broken", next_step="mend", kept=False, received_at=NOON
    )
    with desk.app.work() as work:
        work.intake.reject(item, None)
    client = desk.client(ADMINISTRATOR)

    assert "too large to keep" in client.get("/failed").text
    assert desk.post(client, "/failed", "/failed/redrive", name="a" * 64).status_code == 409
    assert desk.post(client, "/failed", "/failed/redrive", name="nothing").status_code == 409


def test_halting_needs_a_reason_is_seen_everywhere_and_is_released(desk: TestDesk):
    desk.add()
    manager, planner = desk.client(MANAGER), desk.client(PLANNER)

    assert desk.post(manager, "/status", "/status/halt", reason=" ").status_code == 422
    assert desk.post(manager, "/status", "/status/halt", reason="Prices look odd <i>").status_code == 303
    for path in ("/queue", "/live", "/status"):
        assert "Prices look odd &lt;i&gt;" in planner.get(path).text
    assert desk.post(manager, "/status", "/status/resume").status_code == 303
    assert "Prices look odd" not in planner.get("/queue").text


def test_the_log_is_checked_on_demand(desk: TestDesk):
    desk.add()
    with desk.app.work() as work:
        work.audit.seal(work.now)
    client = desk.client(AUDITOR)

    assert "Whole: 4 sealed of 4 stored events" in desk.post(client, "/status", "/status/verify").text

    with desk.app.db.write() as connection:
        guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_event'"
        for (name,) in connection.exec_driver_sql(guards).all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit_event SET actor = 'somebody else' WHERE name = 'case:opened'")
    assert "1 damage" in desk.post(client, "/status", "/status/verify").text


def test_troubles_of_the_service_are_named_and_make_it_unready(desk: TestDesk):
    client = desk.client(PLANNER)
    assert client.get("/readyz").status_code == 200

    desk.troubles.append("worker thread 3 has died")

    assert "worker thread 3 has died" in client.get("/status").text
    assert client.get("/readyz").status_code == 503
    assert client.get("/livez").status_code == 200


def test_metrics_are_for_administrators_and_hold_no_word_of_a_case(desk: TestDesk):
    desk.add()

    assert desk.client(PLANNER).get("/metrics").status_code == 403
    text = desk.client(ADMINISTRATOR).get("/metrics").text
    assert 'gatehouse_cases{status="in_review"} 1.0' in text
    assert "P00012" not in text


# --- people's own customs -------------------------------------------------------------------------
def test_dates_money_and_numbers_follow_the_person(desk: TestDesk):
    case = desk.add()
    greta = a_person(Role.PLANNER, login="greta").model_copy(update={"language": "de", "zone": "Europe/Berlin"})

    page = soup_of(desk.client(greta).get(f"/cases/{case.number}").text)

    assert "18.500,00\xa0€" in page.text
    assert "12.12.2026" in page.text
    assert "23.11.2026, 13:00" in page.text


# --- how much is asked of the database ------------------------------------------------------------
def statements(desk: TestDesk, client, path: str) -> int:
    counted = []
    listen = lambda *_: counted.append(1)  # noqa: E731 - it is removed again by its name
    event.listen(desk.app.db.engine, "before_cursor_execute", listen)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(desk.app.db.engine, "before_cursor_execute", listen)
    return len(counted)


def test_the_count_of_statements_does_not_grow_with_the_rows(desk: TestDesk):
    client = desk.client(EVERYTHING)
    case = desk.add()
    pages = ("/queue", "/queue?status=all&q=P00012", f"/cases/{case.number}", "/status", "/failed", "/live")
    few = {path: statements(desk, client, path) for path in pages}

    for _ in range(20):
        desk.add()
        with desk.app.work() as work:
            work.outbox.owe(WorkKind.SETTLE, new_id(), work.now)
            work.outbox.owe_log([(new_id(), case.id, case.thread, "{}")], work.now)

    assert {path: statements(desk, client, path) for path in pages} == few
    assert max(few.values()) <= 25


def test_a_case_that_is_still_read_says_so(desk: TestDesk):
    with desk.app.work() as work:
        from tests.builders_desk import _case

        case = _case(work, 0, status=Status.OPEN)

    assert "It is being read" in desk.client(PLANNER).get(f"/cases/{case.number}").text
    assert "Being read" in desk.client(PLANNER).get("/queue?status=open").text
