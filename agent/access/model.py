"""People and what they may do."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

from agent.errors import NotAllowed
from agent.kit.values import Value


class Role(StrEnum):
    """What a person is here."""

    PLANNER = "planner"
    SALES_MANAGER = "sales_manager"
    FINANCE = "finance"
    PROCUREMENT_LEAD = "procurement_lead"
    OPERATIONS = "operations"
    LOGISTICS = "logistics"
    CUSTOMER_SERVICE_LEAD = "customer_service_lead"
    MANAGER = "manager"
    EVALUATOR = "evaluator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


APPROVERS = frozenset(
    {
        Role.SALES_MANAGER,
        Role.FINANCE,
        Role.PROCUREMENT_LEAD,
        Role.OPERATIONS,
        Role.LOGISTICS,
        Role.CUSTOMER_SERVICE_LEAD,
    }
)


class Right(StrEnum):
    """What a role may be needed for."""

    SEE_CASES = "see_cases"
    DECIDE = "decide"
    DECIDE_ESCALATED = "decide_escalated"
    SEE_FAILED_WORK = "see_failed_work"
    REDRIVE = "redrive"
    HALT = "halt"
    SEE_AUDIT = "see_audit"
    SEE_DIGEST = "see_digest"
    MANAGE_PEOPLE = "manage_people"
    ANSWER_APPROVALS = "answer_approvals"
    PROPOSE_CERTIFICATES = "propose_certificates"
    SIGN_CERTIFICATES = "sign_certificates"


_SEES = frozenset({Right.SEE_CASES})
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.PLANNER: _SEES | {Right.DECIDE},
    Role.MANAGER: _SEES
    | {Right.DECIDE, Right.DECIDE_ESCALATED, Right.SEE_DIGEST, Right.HALT}
    | {Right.PROPOSE_CERTIFICATES, Right.SIGN_CERTIFICATES}
    | {Right.ANSWER_APPROVALS},  # as the deputy of a role that does not answer in time
    Role.EVALUATOR: _SEES | {Right.PROPOSE_CERTIFICATES},
    Role.ADMINISTRATOR: frozenset({Right.SEE_FAILED_WORK, Right.REDRIVE, Right.HALT, Right.MANAGE_PEOPLE})
    | {Right.SEE_CASES, Right.SEE_DIGEST, Right.SEE_AUDIT},
    Role.AUDITOR: _SEES | {Right.SEE_AUDIT, Right.SEE_DIGEST},
    **dict.fromkeys(APPROVERS, _SEES | {Right.ANSWER_APPROVALS}),
}


class Person(Value):
    """Somebody who may sign in. `companies` are Odoo company names; "*" means all."""

    id: str
    login: str
    name: str
    roles: frozenset[Role]
    companies: tuple[str, ...] = ("*",)
    active: bool = True
    language: str = "en"
    zone: str = "UTC"
    source: Literal["local", "odoo"] = "local"  # who vouches: our own table, or Odoo with its groups

    def may(self, right: Right) -> bool:
        """True when one of the person's roles carries the right."""
        return self.active and any(right in RIGHTS[role] for role in self.roles)

    def must(self, right: Right) -> None:
        """Raises NotAllowed unless the person has the right."""
        if not self.may(right):
            raise NotAllowed(f"{self.login} lacks the right to {right.value.replace('_', ' ')}.")

    def sees(self, company: str) -> bool:
        """True when the person may see rows of this company."""
        return "*" in self.companies or company in self.companies


class Session(Value):
    """A signed-in browser. Only the digest of its token is stored."""

    id: str
    person_id: str
    csrf: str
    started_at: datetime
    seen_at: datetime
    expires_at: datetime


class OdooPerson(Value):
    """Somebody whom Odoo knows, with the roles that Odoo's groups give. `number` is Odoo's id of the user."""

    number: int = 0
    login: str
    name: str
    roles: frozenset[Role]
    companies: tuple[str, ...]
    language: str = "en"
    zone: str = "UTC"


class OdooPeople(Protocol):
    """Signs people in by Odoo. Raises OdooUnavailable; without a role of ours one is nobody but to oneself."""

    def authenticate(self, login: str, password: str) -> OdooPerson | None:
        """Who this is, when login and password are right. Raises NoRoleHere when they are, but the person has no role
        here or may see no company: so only the person learns that the login exists.
        """
        ...

    def ticket_holder(self, ticket: str) -> OdooPerson | None:
        """Who asked for this ticket in Odoo within the last 60 s; that it is used once is the caller's to see to."""
        ...

    def by_number(self, number: int) -> OdooPerson | None:
        """The user of this id as Odoo has it now; nobody when it is gone, archived, or has no role any more."""
        ...
