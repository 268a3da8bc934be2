"""The desk in a real browser: the whole job by keyboard, narrow and wide, light and dark, nothing but our own host."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from agent import commands
from agent.access.model import Person, Role
from agent.inline import run_due
from agent.intake.store import Rejected
from agent.outbox.model import WorkKind
from agent.reviews.model import FactEdit, Verb, Verdict
from agent.steps import STEPS
from tests.builders import NOON, a_person
from tests.builders_desk import (
    PASSWORD,
    PLANNER,
    TestDesk,
    a_credit_case,
    a_test_desk,
    an_exception_case,
    with_password,
)
from tests.builders_findings import a_bill_case, a_pattern_case

EVERYTHING = a_person(Role.MANAGER, Role.ADMINISTRATOR, Role.AUDITOR, Role.FINANCE, login="eve")
FINN = a_person(Role.FINANCE, login="finn")
PAUL = a_person(Role.PLANNER, login="paul")
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[TestDesk]:
    made = a_test_desk(tmp_path)
    yield made
    made.close()


@pytest.fixture
def address(desk: TestDesk) -> Iterator[str]:
    """The desk's address, served by the server it runs on in life."""
    config = uvicorn.Config(desk.web, host="127.0.0.1", port=0, log_level="warning", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@dataclass
class Seat:
    """A browser at the desk, watched: what it asks of other hosts and what its console complains of."""

    page: Page
    context: BrowserContext
    strangers: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def seat(
    chromium: Browser,
    desk: TestDesk,
    address: str,
    who: Person | None = None,
    *,
    size: dict[str, int] = WIDE,
    dark: bool = False,
) -> Iterator[Seat]:
    """A fresh browser, signed in when a person is given; at its end nothing strange may have happened."""
    context = chromium.new_context(viewport=size, color_scheme="dark" if dark else "light", base_url=address)
    if who is not None:
        context.add_cookies([{"name": desk.cookie, "value": desk.token(who), "url": address}])
    made = Seat(page=context.new_page(), context=context)
    made.page.on("request", lambda asked: None if asked.url.startswith(address) else made.strangers.append(asked.url))
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on(
        "console", lambda said: made.complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    yield made
    context.close()
    assert made.strangers == []
    assert [text for text in made.complaints if "status of 4" not in text] == []


# --- the whole job --------------------------------------------------------------------------------
def test_signing_in_and_accepting_by_keyboard_alone(chromium: Browser, desk: TestDesk, address: str):
    with_password(desk, PLANNER)
    first, second = desk.add(priority=10), desk.add(an_exception_case)
    with seat(chromium, desk, address) as here:
        page = here.page
        page.goto("/queue")
        page.keyboard.type("pia")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("[data-row]")).to_have_count(2)

        for key in ("j", "j", "k", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url(f"**/cases/{first.number}")
        page.keyboard.press("a")
        expect(page.locator("[name=reason_accept][value=correct]")).to_be_focused()
        page.keyboard.press("Enter")

        expect(page.locator("h1")).to_have_text("S00001: order changed")
        expect(page.locator(".banner.good")).to_contain_text(f"{first.number} accepted.")
        expect(page.locator(".banner.good")).to_be_focused()
        assert page.url.endswith(f"/cases/{second.number}")
        assert page.title().startswith(second.number)

    (made,) = desk.decisions_of(first)
    assert (made.verb, made.decided_by) == (Verb.ACCEPT, "pia")


def test_rejecting_with_a_reason_takes_three_keys(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        here.page.goto(f"/cases/{case.number}")
        for key in ("r", "2", "Enter"):
            here.page.keyboard.press(key)

        expect(here.page.locator(".banner.good")).to_contain_text("rejected.")
        expect(here.page.get_by_text("Nothing waits for a person.")).to_be_visible()

    assert desk.decisions_of(case)[0].reason_code == "duplicate"


def test_editing_a_fact_shows_a_mistake_beside_it_and_then_takes_it(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto(f"/cases/{case.number}")
        page.keyboard.press("e")
        page.fill("[name=fact-1]", "ninety")
        page.fill("[name=note]", "They said ninety on the phone.")
        page.get_by_role("button", name="Accept with these changes").click()

        expect(page.locator("#decide [role=alert]")).to_be_focused()
        expect(page.locator("#fault-fact-1")).to_be_visible()
        expect(page.locator("[name=note]")).to_have_value("They said ninety on the phone.")
        assert page.url.endswith(f"/cases/{case.number}")

        page.fill("[name=fact-1]", "90")
        page.get_by_label("Wrong value").check()
        page.get_by_role("button", name="Accept with these changes").click()
        expect(page.locator(".banner.good")).to_contain_text("accepted with changes.")

    assert desk.decisions_of(case)[0].final.facts[1].value == "90"


def test_a_session_that_ends_over_a_half_typed_note_is_renewed_in_place(
    chromium: Browser, desk: TestDesk, address: str
):
    with_password(desk, PLANNER)
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto(f"/cases/{case.number}")
        page.keyboard.press("r")
        page.keyboard.press("2")
        page.fill("[name=note]", "Half a thought")
        desk.time.passes(hours=3)
        page.locator(".record").click()

        notice = page.locator("#notice")
        expect(notice).to_contain_text("Your session has ended.")
        notice.get_by_label("Login").fill("pia")
        notice.get_by_label("Password").fill(PASSWORD)
        notice.get_by_role("button", name="Sign in").click()
        expect(notice).to_contain_text("You are signed in again.")
        expect(page.locator("[name=note]")).to_have_value("Half a thought")
        page.locator(".record").click()
        expect(page.locator(".banner.good")).to_contain_text("rejected.")

    assert desk.decisions_of(case)[0].note == "Half a thought"


def test_who_is_late_sees_what_happened_with_the_typed_note_kept(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto(f"/cases/{case.number}")
        page.keyboard.press("r")
        page.keyboard.press("1")
        page.fill("[name=note]", "I was slower")
        quick = a_person(Role.PLANNER, login="quick")
        commands.decide(desk.app, desk.review_of(case).id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), quick)
        page.locator(".record").click()

        expect(page.locator("#notice [role=alert]")).to_contain_text("decided already: accepted by quick")
        page.locator("#notice summary").click()
        expect(page.get_by_text("I was slower")).to_be_visible()


def test_a_blind_case_is_labelled_by_key_and_revealed(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add(blind=True)
    with seat(chromium, desk, address, PLANNER) as here:
        here.page.goto(f"/cases/{case.number}")
        expect(here.page.get_by_text("Kugel GmbH delays")).to_have_count(0)
        here.page.keyboard.press("2")
        here.page.keyboard.press("Enter")
        expect(here.page.get_by_text("The suggestion agrees.")).to_be_visible()


def test_searching_narrows_the_list_in_place_and_more_is_added_below(chromium: Browser, desk: TestDesk, address: str):
    desk.add()
    for _ in range(55):
        desk.add(an_exception_case)
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto("/queue")
        expect(page.locator("[data-row]")).to_have_count(50)
        page.get_by_role("link", name="Show more").click()
        expect(page.locator("[data-row]")).to_have_count(56)

        page.keyboard.press("/")
        page.keyboard.type("sales@")
        expect(page.locator("[data-row]")).to_have_count(1)
        expect(page.locator("#search")).to_be_focused()
        assert "q=sales" in page.url


def test_single_keys_can_be_switched_off(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto(f"/cases/{case.number}")
        page.keyboard.press("?")
        page.locator("[data-keys-switch]").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        expect(page.locator("#verb-accept")).not_to_be_checked()


def test_a_quote_and_its_fact_lead_to_each_other(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto(f"/cases/{case.number}")
        page.get_by_role("link", name="“80 pieces”").click()
        assert page.url.endswith("#quote-1")
        page.locator("#quote-1").click()
        expect(page.locator("#fact-row-1")).to_be_focused()


def test_the_desk_works_without_script(chromium: Browser, desk: TestDesk, address: str):
    case = desk.add()
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    context.add_cookies([{"name": desk.cookie, "value": desk.token(PLANNER), "url": address}])
    page = context.new_page()
    page.goto("/queue")
    page.get_by_role("link", name=case.number).click()
    page.locator("label[for=verb-reject]").click()
    page.get_by_label("Settled already").check()
    page.locator(".record").click()

    assert "rejected." in page.locator(".banner.good").inner_text()
    context.close()


# --- consent --------------------------------------------------------------------------------------
def an_approval(desk: TestDesk) -> str:
    """A credit release that waits for finance, decided by somebody else than who looks at it."""
    case = desk.add(a_credit_case)
    commands.decide(desk.app, desk.review_of(case).id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), PAUL)
    run_due(desk.app, STEPS)
    with desk.app.look() as look:
        return look.approvals.of_case(case.id)[0].id


def test_a_change_is_ticked_accepted_and_undone_by_keyboard(chromium: Browser, desk: TestDesk, address: str):
    object.__setattr__(desk.app, "grace", timedelta(minutes=1))  # App is frozen; the desk under test holds this one
    case = desk.add()
    with seat(chromium, desk, address, PLANNER) as here:
        page = here.page
        page.goto(f"/cases/{case.number}")
        page.keyboard.press("a")
        for key in ("Tab", "Space", "Tab", "Tab", "Tab", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".banner.good")).to_contain_text(f"{case.number} accepted.")
        expect(page.locator(".banner.good")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=f"Undo {case.number}")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".banner.good")).to_contain_text("Odoo never heard of it.")

    (made,) = desk.decisions_of(case)
    assert len(made.final.consented) == 1
    assert made.undone_by == "pia"


def test_an_approver_refuses_by_keyboard(chromium: Browser, desk: TestDesk, address: str):
    approval = an_approval(desk)
    with seat(chromium, desk, address, FINN) as here:
        page = here.page
        page.goto("/approvals")
        for key in ("j", "Enter"):
            page.keyboard.press(key)
        page.wait_for_url(f"**/approvals/{approval}")
        for key in ("r", "2", "Enter"):
            page.keyboard.press(key)
        expect(page.locator(".banner.good")).to_contain_text("Your answer is recorded.")

    with desk.app.look() as look:
        (given,) = look.approvals.get(approval).answers
    assert (given.consent, given.reason_code, given.by) == ("refuse", "too_high", "finn")


# --- every page, wide and narrow, light and dark ---------------------------------------------------
def furnish(desk: TestDesk) -> list[str]:
    """A desk with something on every page; answers the pages."""
    with_password(desk, EVERYTHING)
    mail, order, blind, done = desk.add(), desk.add(an_exception_case), desk.add(blind=True), desk.add()
    approval = an_approval(desk)
    edit = Verdict(verb=Verb.EDIT, reason_code="wrong_value", note="Phoned.", facts=(FactEdit(index=1, value="90"),))
    commands.decide(desk.app, desk.review_of(done).id, edit, EVERYTHING)
    commands.halt(desk.app, "Looking into prices", EVERYTHING)
    item = Rejected(
        digest="a" * 64, name="x.eml", kind="mail", why="broken", next_step="mend", kept=True, received_at=NOON
    )
    with desk.app.work() as work:
        work.outbox.owe(WorkKind.SETTLE, mail.id, work.now)
        work.outbox.postpone(work.outbox.find(WorkKind.SETTLE, mail.id), "Odoo refused it", None)
        work.intake.reject(item, b"x")
    found = [desk.add(a_bill_case), desk.add(a_pattern_case)]
    cases = [f"/cases/{case.number}" for case in (mail, order, blind, done, *found)]
    ticket = commands.make_ticket(desk.app, EVERYTHING.login, timedelta(minutes=5))
    lists = ["/queue", f"/queue?done={done.number}", "/queue?q=nothing", "/status", "/failed", "/digest", "/nothing"]
    lists += ["/approvals", f"/approvals/{approval}"]
    return [*lists, *cases, f"/cases/{mail.number}/audit", f"/sign-in/ticket/{ticket}"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_to_complain_of_on_any_page(chromium: Browser, desk: TestDesk, address: str, dark: bool):
    pages = furnish(desk)
    axe, found = Axe(), []
    with seat(chromium, desk, address, EVERYTHING, dark=dark) as here:
        for path in pages:
            here.page.goto(path)
            found += complaints_of(axe, here.page, path)
            for verb in ("a", "e", "r") if here.page.locator("#decide, #answer").count() else ():
                here.page.keyboard.press(verb)
                found += complaints_of(axe, here.page, f"{path} {verb}")
        here.page.keyboard.press("?")
        found += complaints_of(axe, here.page, "keys")
        here.context.clear_cookies()
        here.page.goto("/sign-in")
        found += complaints_of(axe, here.page, "/sign-in")

    assert found == []


def complaints_of(axe: Axe, page: Page, where: str) -> list[str]:
    answer = axe.run(page).response
    return [
        f"{where}: {item['id']}: {node['html'][:120]}" for item in answer["violations"] for node in item["nodes"][:3]
    ]


def test_no_page_scrolls_sideways_at_320_pixels(chromium: Browser, desk: TestDesk, address: str):
    pages, found = furnish(desk), {}
    with seat(chromium, desk, address, EVERYTHING, size=NARROW) as here:
        for path in pages:
            here.page.goto(path)
            if here.page.locator("#decide").count():
                here.page.locator("label[for=verb-edit]").click()
                here.page.locator(".new-facts summary").click()
            width = here.page.evaluate("document.documentElement.scrollWidth")
            if width > NARROW["width"]:
                found[path] = width

    assert found == {}
