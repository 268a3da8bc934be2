"""The sandbox's people at work, and what stands around them: parameters, mails, who they are."""

from agent.adapters.sandbox import consents
from agent.adapters.sandbox.acts_of_sales import ActsOfSales
from agent.adapters.sandbox.acts_of_supply import ActsOfSupply
from agent.adapters.sandbox.change import Change
from agent.adapters.sandbox.part import Part
from agent.adapters.sandbox.records import named
from agent.approvals.model import Consent, Scenario
from agent.evidence.records import Model, RecordRef
from agent.kit.clock import to_micros


class SandboxUser(ActsOfSales, ActsOfSupply):
    """Somebody at work in the sandbox: every change stamps who made it and when, and meets the native controls."""

    def ask_consent(self, scenario: Scenario, about: RecordRef, note: str = "") -> int:
        """Ask on the record's form for consent; the row's id."""
        with self._changing() as change:
            return consents.ask(change, scenario, about, note)

    def answer(self, scenario: Scenario, about: RecordRef, consent: Consent, reason_code: str, note: str = "") -> int:
        """Consent or refuse on the record's form; the row's id. Raises ActionRefused: role, four eyes, reason."""
        with self._changing() as change:
            return consents.answer(change, scenario, about, consent, reason_code, note)


class Users(Part):
    """Lets people work, and mails come in."""

    def as_user(self, login: str) -> SandboxUser:
        """This person at work."""
        return SandboxUser(self._db, self._clock, login)

    def set_parameter(self, key: str, value: str) -> None:
        """Set a system parameter, such as `gatehouse.credit_release.mode`."""
        with self._db.writing() as db:
            db.execute("INSERT OR REPLACE INTO parameter (key, value) VALUES (?, ?)", (key, value))

    def file_mail(self, purchase: str, raw: bytes) -> int:
        """A supplier's mail arrives and is filed on a purchase order, which it does not change; its id."""
        with self._db.writing() as db:
            order = named(db, Model.PURCHASE_ORDER, purchase)
            change = Change(db, "", self._clock())
            return change.add("mail", purchase=order["name"], raw=raw, at=to_micros(self._clock()))
