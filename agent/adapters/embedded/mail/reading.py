"""Reads a supplier's mail: facts by roles of what a survey finds, intents by what is told; exact quotes throughout."""

from agent.adapters.embedded import minilm
from agent.adapters.embedded.intent_rules import fraud_signs
from agent.adapters.embedded.intents import top_intents
from agent.adapters.embedded.mail.assemble import facts_of
from agent.adapters.embedded.mail.features import View
from agent.adapters.embedded.mail.model import Survey
from agent.adapters.embedded.mail.roles import UNREAD, Models, shipped
from agent.adapters.embedded.mail.survey import survey
from agent.adapters.embedded.mail.told import word_facts
from agent.suggestions.model import Intent
from agent.suggestions.reader import MailInput, MailReading, RawFact

MAX_FACTS = 300  # of one mail
SUBJECT = "subject"


def read_mail(asked: MailInput, *, neural: bool | None = None) -> MailReading:
    """Intents (most important first) and facts of one mail. Deterministic, no clock, no I/O.

    A mail with signs of fraud states no facts. Raises ConfigurationError when a shipped file is damaged.
    """
    neural = minilm.usable() if neural is None else neural
    found = survey(asked)
    subject, text = told(found)
    facts = () if fraud_signs(f"{subject}\n{text}") else mail_facts(asked, found, shipped(neural=neural))
    named, scores = top_intents(text, subject, facts, neural=neural)
    return MailReading(intents=tuple(Intent(one) for one in named), scores=scores, facts=facts)


def mail_facts(asked: MailInput, found: Survey, models: Models) -> tuple[RawFact, ...]:
    """All facts of a surveyed mail by these models of roles: dates and figures, then statuses, reasons, tracking."""
    facts = [*facts_of(View(asked, found), models), *word_facts(asked, found)]
    ours = {line.po for line in asked.known_lines}
    return tuple(fact if fact.po is None or fact.po in ours else _of_another(fact, ours) for fact in facts[:MAX_FACTS])


def _of_another(fact: RawFact, ours: set[str]) -> RawFact:
    """A fact of an order that we do not know: as stated, and of no line where we know lines."""
    line = None if ours else fact.line
    return fact.model_copy(update={"po": None, "line": line, "stated_ref": fact.po or fact.stated_ref})


def told(found: Survey) -> tuple[str, str]:
    """The subject, and the words of the other sources that are this mail's news: without what is quoted, without
    signature and notices, and without sentences that address a machine.
    """
    subject: list[str] = []
    text: list[str] = []
    for segment in found.segments:
        if segment.zone not in UNREAD:
            words = found.texts[segment.source][segment.start : segment.end]
            (subject if segment.source == SUBJECT else text).append(words)
    return " ".join(subject), "\n".join(text)
