"""Signing in by Odoo: who may, in which role, and for how long a ticket holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.access.model import OdooPerson, Role
from agent.adapters.memory import MemoryPeople
from agent.adapters.sandbox import SandboxPeople
from agent.errors import NoRoleHere
from tests.builders_company import NOW
from tests.contract.conftest import KINDS, real_place

SECRET = "correct horse battery"  # a word of this test alone


@dataclass
class World:
    """People of an Odoo, its clock, and what everybody is called and speaks there."""

    people: Any
    now: datetime = NOW
    company: str = "Halvorsen Dray"
    language: str = "de"
    real: bool = False

    def after(self, seconds: float) -> None:
        if self.real:
            pytest.skip("nobody waits a minute for a real Odoo's clock")
        self.now += timedelta(seconds=seconds)

    def clock(self) -> datetime:
        return self.now

    def fiona(self, **given: Any) -> OdooPerson:
        values: dict[str, Any] = {
            "login": "fiona", "name": "Fiona Reyes", "roles": frozenset({Role.FINANCE, Role.MANAGER}),
            "companies": (self.company,), "language": self.language, "zone": "Europe/Berlin",
        }  # fmt: skip
        return OdooPerson(**{**values, **given})

    def add(self, **given: Any) -> OdooPerson:
        """Fiona, or whoever is meant, as Odoo knows them from now on."""
        return self.people.add(self.fiona(**given), SECRET)


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    made = World(None)
    match request.param:
        case "memory":
            made.people = MemoryPeople(made.clock)
            yield made
        case "sandbox":
            made.people = SandboxPeople(tmp_path / "s.db", clock=made.clock)
            yield made
            made.people.close()
        case _:
            from tests.builders_people import RealPeople, first_company

            odoo = real_place(request.getfixturevalue("monkeypatch")).odoo
            made = World(RealPeople(odoo), company=first_company(), language="en_US", real=True)
            yield made
            made.people.close()


def test_the_right_password_tells_who_it_is_and_which_roles_they_have(world: World):
    known = world.add()

    assert world.people.authenticate("fiona", SECRET) == known
    assert world.people.authenticate(" fiona ", SECRET) == known
    assert known == world.fiona(number=known.number, login=known.login)


@pytest.mark.parametrize(("login", "password"), [("fiona", "wrong"), ("fiona", ""), ("nobody", SECRET), ("", "")])
def test_anything_else_is_nobody(world: World, login: str, password: str):
    world.add()

    assert world.people.authenticate(login, password) is None


@pytest.mark.parametrize("lacking", [{"roles": frozenset()}, {"companies": ()}])
def test_somebody_without_a_role_or_a_company_is_nobody_but_learns_it_by_the_right_password(
    world: World, lacking: dict[str, Any]
):
    if world.real and "companies" in lacking:
        pytest.skip("every user of a real Odoo has a company")
    number = world.add(**lacking).number

    with pytest.raises(NoRoleHere):
        world.people.authenticate("fiona", SECRET)
    assert world.people.authenticate("fiona", "guessed") is None
    assert world.people.ticket_holder(world.people.ticket_for("fiona")) is None
    assert world.people.by_number(number) is None


def test_a_person_is_found_again_by_their_number_as_they_are_now(world: World):
    number = world.add().number
    other = world.add(login="otto", name="Otto").number
    world.add(roles=frozenset({Role.AUDITOR}))

    assert number != other
    assert world.people.by_number(number).roles == {Role.AUDITOR}
    assert world.people.by_number(other).name == "Otto"
    assert world.people.by_number(999_999) is None


def test_who_is_gone_is_nobody(world: World):
    number = world.add().number
    ticket = world.people.ticket_for("fiona")

    world.people.remove("fiona")

    assert world.people.authenticate("fiona", SECRET) is None
    assert world.people.ticket_holder(ticket) is None
    assert world.people.by_number(number) is None


def test_a_ticket_holds_for_sixty_seconds(world: World):
    known = world.add()
    ticket = world.people.ticket_for("fiona")

    world.after(59.9)
    assert world.people.ticket_holder(ticket) == known
    world.after(0.1)
    assert world.people.ticket_holder(ticket) is None


def test_a_ticket_asked_about_twice_is_told_twice_for_using_it_once_is_the_caller_s_to_see_to(world: World):
    known = world.add()
    ticket = world.people.ticket_for("fiona")

    assert [world.people.ticket_holder(ticket) for _ in range(2)] == [known, known]


def test_a_ticket_of_nobody_is_nobody_s(world: World):
    world.add()
    world.people.ticket_for("fiona")

    for ticket in ("", "guessed", "fiona"):
        assert world.people.ticket_holder(ticket) is None


def test_every_ticket_is_another(world: World):
    world.add()

    assert len({world.people.ticket_for("fiona") for _ in range(5)}) == 5
