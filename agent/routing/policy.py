"""The routing decision: pure, deny by default, and it names every reason, not the first one."""

import math
from collections.abc import Iterator

from agent.confidence.estimate import worth_it
from agent.confidence.model import Certificate, Confidence
from agent.routing.model import Lane, Mode, Policy, Reason, ReasonCode, Route, RouteQuestion
from agent.suggestions.model import Finding, Gate

OWN_CODE = {
    Gate.CONFLICT_WITH_ODOO: ReasonCode.CONFLICT_WITH_ODOO,
    Gate.INJECTION_SUSPECTED: ReasonCode.INJECTION_SUSPICION,
}


def decide(asked: RouteQuestion, policy: Policy) -> Route:
    """Review, unless a valid certificate covers the item and nothing at all speaks against it.

    A change that always needs a person (the floor) is review whatever policy and certificate say.
    """
    standing = [*_always(asked), *_by_policy(asked, policy), *_findings(asked.findings), *_other_gates(asked)]
    uncertified = [*_uncertified(asked, asked.certificate), *_fallen(asked), *_worthless(asked, policy)]
    low = _below(asked.confidence, policy.provisional_bar)
    reasons = (*uncertified, *standing)
    return Route(
        to=Lane.REVIEW if reasons else Lane.AUTO,
        would=Lane.REVIEW if standing or low else Lane.AUTO,
        reasons=reasons,
        policy_version=policy.version,
        audited=bool(reasons) and all(reason.code is ReasonCode.GOLD_SAMPLE for reason in reasons),
    )


def _always(asked: RouteQuestion) -> Iterator[Reason]:
    if asked.proposes_floor_change:
        yield Reason(code=ReasonCode.NEEDS_A_PERSON, detail="it would change dates, quantities or prices")
    if asked.halted:
        yield Reason(code=ReasonCode.HALTED, detail="automation is halted")
    if asked.gold:
        yield Reason(code=ReasonCode.GOLD_SAMPLE, detail="drawn for blind review")


def _by_policy(asked: RouteQuestion, policy: Policy) -> Iterator[Reason]:
    mode = policy.modes.get(asked.task, Mode.OFF)
    if mode is not Mode.ON:
        yield Reason(code=ReasonCode.POLICY, detail=f"task {asked.task} is in mode {mode}")
    if asked.label in policy.never_auto:
        yield Reason(code=ReasonCode.POLICY, detail=f"{asked.label} is never automatic")


def _findings(findings: tuple[Finding, ...]) -> Iterator[Reason]:
    for finding in findings:
        words = finding.gate.value.replace("_", " ")
        yield Reason(
            code=OWN_CODE.get(finding.gate, ReasonCode.HARD_GATE),
            detail=f"{words}: {finding.detail}" if finding.detail else words,
        )


def _other_gates(asked: RouteQuestion) -> Iterator[Reason]:
    """Gates of the confidence that no finding tells of, such as being unlike anything seen."""
    told = {finding.gate.value for finding in asked.findings}
    for gate in asked.confidence.gates:
        if gate not in told:
            yield Reason(code=ReasonCode.HARD_GATE, detail=gate.replace("_", " "))


def _fallen(asked: RouteQuestion) -> Iterator[Reason]:
    for detail in asked.fallbacks:
        yield Reason(code=ReasonCode.FALLEN_BACK, detail=detail)


def _worthless(asked: RouteQuestion, policy: Policy) -> Iterator[Reason]:
    """The stricter of certificate and costs decides (an error may cost more than its rarity saves)."""
    if (
        policy.costs
        and asked.certificate
        and not worth_it(asked.confidence.value, policy.costs, asked.certificate.bound)
    ):
        yield Reason(code=ReasonCode.NOT_WORTH_IT, detail="an error would cost more than the review saves")


def _uncertified(asked: RouteQuestion, certificate: Certificate | None) -> Iterator[Reason]:
    if certificate is None:
        yield Reason(code=ReasonCode.NO_CERTIFICATE, detail=f"no certificate for {asked.label}")
    elif not certificate.covers(asked.task, asked.label):
        yield Reason(code=ReasonCode.NO_CERTIFICATE, detail="the certificate is for another label")
    elif not asked.version_hash or certificate.version_hash != asked.version_hash:
        yield Reason(code=ReasonCode.NO_CERTIFICATE, detail="the certificate is for another version")
    elif not certificate.certified_at <= asked.now < certificate.valid_until:
        yield Reason(
            code=ReasonCode.NO_CERTIFICATE, detail=f"the certificate ended on {certificate.valid_until:%Y-%m-%d}"
        )
    elif _below(asked.confidence, certificate.threshold):
        detail = f"score {asked.confidence.score:.2f} is below {certificate.threshold:.2f}"
        yield Reason(code=ReasonCode.LOW_CONFIDENCE, detail=detail)


def _below(confidence: Confidence, bar: float) -> bool:
    """True unless the score is a number at or above the bar; NaN is below everything."""
    return math.isnan(confidence.score) or math.isnan(bar) or not confidence.score >= bar
