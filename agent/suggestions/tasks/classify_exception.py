"""Task classify_exception: what the reader is shown of an event, and the suggestion that its labels make."""

from datetime import date

from agent.evidence.allocation import AllocationPolicy, AllocationProposal, propose
from agent.evidence.model import Evidence
from agent.suggestions.agreement import on_label
from agent.suggestions.grounding import injection_signs
from agent.suggestions.model import ExceptionLabel, Finding, Gate
from agent.suggestions.reader import ExceptionInput, ExceptionSummaryInput, Reader
from agent.suggestions.recall import with_examples, words_of
from agent.suggestions.tasks.assembled import Assembled, joined, repaired, total, word_or_say_plainly
from agent.suggestions.tasks.catalogue import EXCEPTIONS, words
from agent.suggestions.tasks.figures import figures

ALLOCATION = AllocationPolicy()


def exception_input(found: Evidence, today: date) -> ExceptionInput:
    """The newest event's type, all notes of the round, and the figures."""
    notes = [words_of(event) for event in found.events]
    newest = found.events[-1].type if found.events else None
    return ExceptionInput(
        event_type=newest, note="\n".join(note for note in notes if note), figures=figures(found, today)
    )


def run(
    found: Evidence, today: date, reader: Reader, second: Reader | None, policy: AllocationPolicy = ALLOCATION
) -> Assembled:
    """Classify, compare with the second reader, word it, and propose by rule who gets what several orders claim.

    Raises what the reader raises.
    """
    made = run_on(exception_input(found, today), found, reader, second)
    return made.model_copy(update={"allocations": allocations(found, policy)})


def allocations(found: Evidence, policy: AllocationPolicy) -> tuple[AllocationProposal, ...]:
    """Who shall get the goods that several orders claim, by rule alone; no reader has a say in it."""
    if found.claims is None:
        return ()
    codes = {item.product_code for item in found.claims.commitments}
    return propose(found.claims, found.read_at.date(), policy, codes)


def run_on(asked: ExceptionInput, found: Evidence, reader: Reader, second: Reader | None) -> Assembled:
    """The same for an input that is there already, such as free text that belongs to no event.

    Decided cases are shown to the model alone: the embedded reader, first or second, does not look at them.
    """
    answered = reader.classify(with_examples(asked, found.precedents) if second else asked)
    label = answered.answer.label
    opinion = second.classify(asked).answer.label if second else None
    team, step = EXCEPTIONS[label]
    about = _about(found, label, asked)
    said = word_or_say_plainly(
        reader, about, _allowed(about), lambda: f"{words(label)}: {about.subject}.", answered.provenance,
        today=found.read_at.date(),
    )  # fmt: skip
    return Assembled(
        label=label,
        scores=answered.answer.scores,
        severity=answered.answer.severity,
        team=team,
        next_step=step,
        summary=said.summary,
        dropped_sentences=said.dropped,
        findings=(*repaired(answered), *said.findings, *_findings(found, asked, label, opinion)),
        second_opinion=opinion,
        agreement=on_label(label, opinion),
        provenance=answered.provenance,
        usage=total(answered.usage, said.usage),
        prompt=joined(answered.prompt, said.prompt),
        output=joined(answered.output, said.output),
    )


def _about(found: Evidence, label: ExceptionLabel, asked: ExceptionInput) -> ExceptionSummaryInput:
    subject = found.events[-1].subject if found.events else ""
    parties = [order.customer.name for order in found.sales] + [order.supplier.name for order in found.purchases]
    return ExceptionSummaryInput(
        label=label, subject=subject, party=parties[0] if parties else "", figures=asked.figures
    )


def _allowed(about: ExceptionSummaryInput) -> list[str]:
    return [about.subject, about.party, words(about.label), *about.figures.values()]


def _findings(
    found: Evidence, asked: ExceptionInput, label: ExceptionLabel, opinion: ExceptionLabel | None
) -> list[Finding]:
    findings = [Finding(gate=Gate.RECORD_UNKNOWN, detail=text) for text in found.missing]
    if signs := injection_signs(asked.note):
        findings.append(Finding(gate=Gate.INJECTION_SUSPECTED, detail=", ".join(signs)))
    if opinion is not None and opinion != label:
        findings.append(
            Finding(gate=Gate.READERS_DISAGREE, detail=f"the embedded reader says {words(opinion).lower()}")
        )
    return findings
