"""Signing in by Odoo: who may, in which role, and for how long a ticket holds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.access.model import OdooPerson, Role
from agent.adapters.memory import MemoryPeople
from agent.adapters.sandbox import SandboxPeople
from tests.builders_company import NOW

SECRET = "correct horse battery"  # a word of this test alone


@dataclass
class World:
    """People of an Odoo, and its clock."""

    people: Any
    now: datetime = NOW

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        return self.now


@pytest.fixture(params=["memory", "sandbox"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(None)
    clock: Callable[[], datetime] = made.clock
    made.people = MemoryPeople(clock) if request.param == "memory" else SandboxPeople(tmp_path / "s.db", clock=clock)
    yield made
    if request.param == "sandbox":
        made.people.close()


def fiona(**given: Any) -> OdooPerson:
    values: dict[str, Any] = {
        "login": "fiona", "name": "Fiona Reyes", "roles": frozenset({Role.FINANCE, Role.MANAGER}),
        "companies": ("Halvorsen Dray",), "language": "de", "zone": "Europe/Berlin",
    }  # fmt: skip
    return OdooPerson(**{**values, **given})


def test_the_right_password_tells_who_it_is_and_which_roles_they_have(world: World):
    known = world.people.add(fiona(), SECRET)

    assert world.people.authenticate("fiona", SECRET) == known
    assert world.people.authenticate(" fiona ", SECRET) == known
    assert known == fiona(number=known.number)


@pytest.mark.parametrize(("login", "password"), [("fiona", "wrong"), ("fiona", ""), ("nobody", SECRET), ("", "")])
def test_anything_else_is_nobody(world: World, login: str, password: str):
    world.people.add(fiona(), SECRET)

    assert world.people.authenticate(login, password) is None


@pytest.mark.parametrize("lacking", [{"roles": frozenset()}, {"companies": ()}])
def test_somebody_without_a_role_or_a_company_is_nobody_here(world: World, lacking: dict[str, Any]):
    number = world.people.add(fiona(**lacking), SECRET).number

    assert world.people.authenticate("fiona", SECRET) is None
    assert world.people.ticket_holder(world.people.ticket_for("fiona")) is None
    assert world.people.by_number(number) is None


def test_a_person_is_found_again_by_their_number_as_they_are_now(world: World):
    number = world.people.add(fiona(), SECRET).number
    other = world.people.add(fiona(login="otto", name="Otto"), SECRET).number
    world.people.add(fiona(roles=frozenset({Role.AUDITOR})), SECRET)

    assert number != other
    assert world.people.by_number(number).roles == {Role.AUDITOR}
    assert world.people.by_number(other).login == "otto"
    assert world.people.by_number(999) is None


def test_who_is_gone_is_nobody(world: World):
    number = world.people.add(fiona(), SECRET).number
    ticket = world.people.ticket_for("fiona")

    world.people.remove("fiona")

    assert world.people.authenticate("fiona", SECRET) is None
    assert world.people.ticket_holder(ticket) is None
    assert world.people.by_number(number) is None


def test_a_ticket_holds_for_sixty_seconds(world: World):
    known = world.people.add(fiona(), SECRET)
    ticket = world.people.ticket_for("fiona")

    world.after(59.9)
    assert world.people.ticket_holder(ticket) == known
    world.after(0.1)
    assert world.people.ticket_holder(ticket) is None


def test_a_ticket_asked_about_twice_is_told_twice_for_using_it_once_is_the_caller_s_to_see_to(world: World):
    known = world.people.add(fiona(), SECRET)
    ticket = world.people.ticket_for("fiona")

    assert [world.people.ticket_holder(ticket) for _ in range(2)] == [known, known]


def test_a_ticket_of_nobody_is_nobody_s(world: World):
    world.people.add(fiona(), SECRET)
    world.people.ticket_for("fiona")

    for ticket in ("", "guessed", "fiona"):
        assert world.people.ticket_holder(ticket) is None


def test_every_ticket_is_another(world: World):
    world.people.add(fiona(), SECRET)

    assert len({world.people.ticket_for("fiona") for _ in range(20)}) == 20
