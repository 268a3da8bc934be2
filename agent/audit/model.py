"""The closed vocabulary of audit events, `subject:verb`. Bodies hold ids, digests and codes, never personal text.

# Size: one list of everything that can happen, to be read as a whole.
"""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class AuditEvent(BaseModel):
    """Base of all events: who did it (a login, or "gatehouse"), and for which case."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kinds: ClassVar[dict[str, type["AuditEvent"]]] = {}

    actor: str = "gatehouse"
    case_id: str | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "name" in cls.model_fields:
            AuditEvent.kinds[cls.model_fields["name"].default] = cls


class EventReceived(AuditEvent):
    """A canonical event was stored."""

    name: Literal["event:received"] = "event:received"
    key: str
    type: str
    digest: str


class MailReceived(AuditEvent):
    """A mail was stored."""

    name: Literal["mail:received"] = "mail:received"
    key: str
    digest: str


class MailSuppressed(AuditEvent):
    """A mail was stored and not queued: an auto-reply or a bounce (RFC 3834)."""

    name: Literal["mail:suppressed"] = "mail:suppressed"
    key: str
    digest: str
    why: str


class InputRejected(AuditEvent):
    """Something came in that could not be used; it lies in the dead-letter list."""

    name: Literal["input:rejected"] = "input:rejected"
    digest: str
    why: str


class InputRedriven(AuditEvent):
    """A rejected input was tried again."""

    name: Literal["input:redriven"] = "input:redriven"
    digest: str


class CaseOpened(AuditEvent):
    """A case was opened by an event or a mail."""

    name: Literal["case:opened"] = "case:opened"
    number: str
    kind: str
    correlation_id: str
    gold: bool


class CaseJoined(AuditEvent):
    """A later event or mail joined the case; its open suggestion is superseded."""

    name: Literal["case:joined"] = "case:joined"
    round: int
    key: str


class EvidenceCollected(AuditEvent):
    """All that the case needs was read and frozen."""

    name: Literal["evidence:collected"] = "evidence:collected"
    evidence_id: str
    digest: str
    missing: int = 0


class SuggestionMade(AuditEvent):
    """A reader proposed something."""

    name: Literal["suggestion:made"] = "suggestion:made"
    suggestion_id: str
    task: str
    label: str
    reader: str
    model_id: str
    prompt_version: str
    prompt_digest: str
    output_digest: str
    tokens_in: int
    tokens_out: int
    dropped_sentences: int = 0


class ReaderFellBack(AuditEvent):
    """The language model could not answer; the embedded reader did."""

    name: Literal["reader:fell_back"] = "reader:fell_back"
    task: str
    why: str


class SuggestionRouted(AuditEvent):
    """Policy chose who acts next, with all reasons."""

    name: Literal["suggestion:routed"] = "suggestion:routed"
    suggestion_id: str
    to: str
    would: str
    reasons: tuple[str, ...]
    policy_version: str
    confidence_state: str
    version_hash: str = ""
    certificate_id: str | None = None


class SettledAutomatically(AuditEvent):
    """Nobody reviewed it: a certificate covers it, and nothing spoke against it."""

    name: Literal["suggestion:settled_automatically"] = "suggestion:settled_automatically"
    suggestion_id: str
    review_id: str
    decision_id: str
    certificate_id: str
    label: str
    final_digest: str


class CaseReopened(AuditEvent):
    """A person wants to decide what was settled automatically."""

    name: Literal["case:reopened"] = "case:reopened"
    decision_id: str


class LabelsLookedAt(AuditEvent):
    """The labels of a subject were tested for a certificate, which spends a part of delta whether they pass or not."""

    name: Literal["labels:looked_at"] = "labels:looked_at"
    look_id: str
    task: str
    label: str
    version_hash: str
    attempt: int
    labels: int
    passed: bool
    proposal_digest: str


class CertificateSigned(AuditEvent):
    """A person signed a certificate: from now on its label may be automatic at or above its threshold."""

    name: Literal["certificate:signed"] = "certificate:signed"
    certificate_id: str
    look_id: str
    task: str
    label: str
    version_hash: str
    n: int
    errors: int
    document_digest: str


class EpochBegun(AuditEvent):
    """Weights and calibration were fitted on the labels so far; certificates need labels from now on."""

    name: Literal["epoch:begun"] = "epoch:begun"
    task: str
    number: int
    weights: str
    document_digest: str


class LabelFellBack(AuditEvent):
    """A certified label goes to people again."""

    name: Literal["label:fell_back"] = "label:fell_back"
    task: str
    label: str
    why: tuple[str, ...]


class LabelCameBack(AuditEvent):
    """A certified label is automatic."""

    name: Literal["label:automatic"] = "label:automatic"
    task: str
    label: str
    certificate_id: str


class MonitorAlarmed(AuditEvent):
    """Audited items show more errors than were promised."""

    name: Literal["monitor:alarmed"] = "monitor:alarmed"
    task: str
    label: str
    which: str
    audited: int
    errors: int


class ScoresShifted(AuditEvent):
    """The scores of a task are not what they were: a greater share is drawn for blind review."""

    name: Literal["scores:shifted"] = "scores:shifted"
    task: str
    seen: int


class SprintSet(AuditEvent):
    """A labelling sprint was started, prolonged or ended."""

    name: Literal["sprint:set"] = "sprint:set"
    until: str


class ReviewOpened(AuditEvent):
    """A person has to decide."""

    name: Literal["review:opened"] = "review:opened"
    review_id: str
    role: str
    blind: bool


class ReviewLabelled(AuditEvent):
    """A person labelled a gold sample before the suggestion was shown."""

    name: Literal["review:labelled"] = "review:labelled"
    review_id: str
    label: str
    second: bool = False  # a second person's, to measure how far people agree


class ReviewSuperseded(AuditEvent):
    """The review was overtaken by a newer event on the same matter."""

    name: Literal["review:superseded"] = "review:superseded"
    review_id: str


class _Decided(AuditEvent):
    review_id: str
    decision_id: str
    reason_code: str
    label: str
    final_digest: str


class SuggestionAccepted(_Decided):
    """A person accepted the suggestion as it was."""

    name: Literal["suggestion:accepted"] = "suggestion:accepted"


class SuggestionEdited(_Decided):
    """A person accepted the suggestion with changes."""

    name: Literal["suggestion:edited"] = "suggestion:edited"
    changed: tuple[str, ...]


class SuggestionRejected(_Decided):
    """A person rejected the suggestion."""

    name: Literal["suggestion:rejected"] = "suggestion:rejected"


class CaseEscalated(_Decided):
    """A person handed the case to a higher role."""

    name: Literal["case:escalated"] = "case:escalated"
    to_role: str


class DecisionRefused(AuditEvent):
    """A decision was attempted and not allowed."""

    name: Literal["decision:refused"] = "decision:refused"
    review_id: str
    why: str


class ActionAttempted(AuditEvent):
    """A change in Odoo is about to be asked for (written ahead)."""

    name: Literal["action:attempted"] = "action:attempted"
    action_id: str
    kind: str
    key: str
    digest: str


class ActionApplied(AuditEvent):
    """Odoo confirmed the change."""

    name: Literal["action:applied"] = "action:applied"
    action_id: str
    outcome: str
    record_id: int | None = None


class ActionRefusedByOdoo(AuditEvent):
    """Odoo refused the change; nothing was changed."""

    name: Literal["action:refused"] = "action:refused"
    action_id: str
    why: str


class CaseClosed(AuditEvent):
    """Nothing is left to do for this case."""

    name: Literal["case:closed"] = "case:closed"


class LogDelivered(AuditEvent):
    """Rows of the AI log were stored in Odoo."""

    name: Literal["log:delivered"] = "log:delivered"
    rows: int
    digest: str


class LogRefused(AuditEvent):
    """Odoo refused a row of the AI log; it lies in the dead-letter list."""

    name: Literal["log:refused"] = "log:refused"
    key: str
    why: str


class ActionStale(AuditEvent):
    """Odoo no longer held the values that the person saw: nothing was changed, and the case is asked about again."""

    name: Literal["action:stale"] = "action:stale"
    action_id: str
    fields: tuple[str, ...]


class ActionTakenBack(AuditEvent):
    """A person had what was done taken back by a compensating action."""

    name: Literal["action:taken_back"] = "action:taken_back"
    action_id: str
    by_action_id: str


class DecisionUndone(AuditEvent):
    """A person undid a decision within the grace period: Odoo never heard of it."""

    name: Literal["decision:undone"] = "decision:undone"
    decision_id: str


class ApprovalAsked(AuditEvent):
    """Consent was asked for."""

    name: Literal["approval:asked"] = "approval:asked"
    approval_id: str
    scenario: str
    roles: tuple[str, ...]
    figures_digest: str


class ApprovalGiven(AuditEvent):
    """An approver consented, in one role."""

    name: Literal["approval:given"] = "approval:given"
    approval_id: str
    role: str
    reason_code: str
    via: str


class ApprovalRefused(AuditEvent):
    """An approver refused, in one role."""

    name: Literal["approval:refused"] = "approval:refused"
    approval_id: str
    role: str
    reason_code: str
    via: str


class ApprovalSettled(AuditEvent):
    """An approval came to its end: approved, refused or withdrawn."""

    name: Literal["approval:settled"] = "approval:settled"
    approval_id: str
    state: str


class ApprovalParked(AuditEvent):
    """Nobody answered in time: deputies are asked as well. Time never approves."""

    name: Literal["approval:parked"] = "approval:parked"
    approval_id: str


class ApprovalDenied(AuditEvent):
    """Somebody tried to answer who may not: without the role, barred by an earlier part in it, or a second time."""

    name: Literal["approval:denied"] = "approval:denied"
    approval_id: str
    why: str


class ControlTriggered(AuditEvent):
    """A native control in Odoo refused a change, or warned of it."""

    name: Literal["control:triggered"] = "control:triggered"
    attempt: str
    scenario: str
    mode: str


class CaseSettledInOdoo(AuditEvent):
    """Somebody settled the matter in Odoo meanwhile: the case leaves the queue."""

    name: Literal["case:settled_in_odoo"] = "case:settled_in_odoo"
    how: str
    by: str


class ContentErased(AuditEvent):
    """Texts of the log in Odoo were blanked; their digests stay."""

    name: Literal["content:erased"] = "content:erased"
    keys_digest: str
    rows: int


class SourceCaughtUp(AuditEvent):
    """A source was read after an outage of more than its overlap."""

    name: Literal["source:caught_up"] = "source:caught_up"
    source: str
    records: int


class WorkDied(AuditEvent):
    """A piece of work was given up after its last attempt; it lies in the dead-letter list."""

    name: Literal["work:died"] = "work:died"
    kind: str
    key: str
    why: str


class WorkRedriven(AuditEvent):
    """A piece of work was taken from the dead-letter list and tried again."""

    name: Literal["work:redriven"] = "work:redriven"
    kind: str
    key: str


class SystemStarted(AuditEvent):
    """A service started, with this version of the software and these rules."""

    name: Literal["system:started"] = "system:started"
    role: str
    version: str
    policies: str
    document: dict[str, Any]


class SystemHalted(AuditEvent):
    """The kill switch was set: nothing is automatic, nothing is changed in Odoo; the log goes on."""

    name: Literal["system:halted"] = "system:halted"
    reason_digest: str


class SystemResumed(AuditEvent):
    """The kill switch was released."""

    name: Literal["system:resumed"] = "system:resumed"


class PersonAdded(AuditEvent):
    """A person may sign in."""

    name: Literal["person:added"] = "person:added"
    login: str
    roles: tuple[str, ...]


class PersonChanged(AuditEvent):
    """What a person may do changed, in Odoo's groups or by an administrator here; without a role nobody signs in."""

    name: Literal["person:changed"] = "person:changed"
    login: str
    roles: tuple[str, ...]
    companies: tuple[str, ...] = ()
    active: bool = True
    password: bool = False  # whether they have a new one


class PersonSignedIn(AuditEvent):
    """A person signed in."""

    name: Literal["person:signed_in"] = "person:signed_in"
    method: str


class SignInRefused(AuditEvent):
    """A sign-in was refused."""

    name: Literal["person:sign_in_refused"] = "person:sign_in_refused"
    login_digest: str
    why: str


class BackupMade(AuditEvent):
    """A backup was written."""

    name: Literal["backup:made"] = "backup:made"
    digest: str


class BackupRestored(AuditEvent):
    """A backup was restored."""

    name: Literal["backup:restored"] = "backup:restored"
    digest: str


def parse(name: str, body: str) -> AuditEvent:
    """A stored event as its type. Raises KeyError for a name that this version does not know."""
    return TypeAdapter(AuditEvent.kinds[name]).validate_json(body)


class StoredEvent(BaseModel):
    """An event as it lies in the log."""

    model_config = ConfigDict(frozen=True)
    id: str
    at: datetime
    name: str
    actor: str
    case_id: str | None
    body: str = Field(description="canonical JSON of the event")
    digest: str = Field(description="SHA-256 over id, time, and body")


class Link(BaseModel):
    """One link of the chain: `hash` covers the previous link's hash and the event's digest."""

    model_config = ConfigDict(frozen=True)
    n: Annotated[int, Field(ge=1)]
    event_id: str
    event_digest: str
    previous: str
    hash: str
    sealed_at: datetime
