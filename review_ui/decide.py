"""From the posted form to a verdict: every field checked, every mistake named beside its field, nothing lost."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from agent.cases.model import CaseKind
from agent.reviews.model import CONSENTS, REASONS, FactEdit, NewFact, Verb, Verdict
from agent.suggestions.labels import labels_of
from agent.suggestions.model import (
    Fact,
    FactField,
    NextStep,
    Severity,
    Suggestion,
    Team,
)
from review_ui.changes import ticked_in
from review_ui.speech import Speech
from review_ui.words import DATES, NUMBERS

BLANK_FACTS = 3
VALUE_LENGTH = 200
NOTE_LENGTH = 4000
LINE_DIGITS = 6
CHOICES: dict[str, tuple[str, ...]] = {
    "severity": tuple(Severity),
    "team": tuple(Team),
    "next_step": tuple(NextStep),
}


class FormRefused(Exception):
    """The form cannot be used as it is. `faults` holds a message for each field; "" is the form as a whole."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(faults.values()))


def empty_form(made: Suggestion, say: Speech) -> dict[str, str]:
    """The form as it is first shown: the suggestion's own values, and the plainest reason to accept."""
    typed = {"label": made.label, "severity": made.severity, "team": made.team, "next_step": made.next_step}
    typed |= {f"fact-{index}": as_typed(fact, say) for index, fact in enumerate(made.facts)}
    return {**typed, "reason_accept": "correct"}


def as_typed(fact: Fact, say: Speech) -> str:
    """A fact's value as a person would type it."""
    return say.plain(fact.value) if fact.field in NUMBERS else fact.value


def read_verdict(form: Mapping[str, str], kind: CaseKind, made: Suggestion, say: Speech) -> Verdict:
    """The verdict of the form. Raises FormRefused with every mistake at once."""
    return _Reading(form, kind, made, say).verdict()


class _Reading:
    """One form being read, and the mistakes found so far."""

    def __init__(self, form: Mapping[str, str], kind: CaseKind, made: Suggestion, say: Speech) -> None:
        self.form, self.kind, self.made, self.say = form, kind, made, say
        self.faults: dict[str, str] = {}

    def verdict(self) -> Verdict:
        verb = self._verb()
        changes = self._changes()
        facts = tuple(edit for index, fact in enumerate(self.made.facts) if (edit := self._edit(index, fact)))
        new_facts = tuple(new for index in range(BLANK_FACTS) if (new := self._new_fact(index)))
        ticked = ticked_in(self.form) if verb in CONSENTS else ()
        note = self.form.get("note", "").strip()
        reason = self._reason(verb, note)
        self._fits(verb, any((changes, facts, new_facts)))
        if self.faults:
            raise FormRefused(self.faults)
        assert verb is not None
        try:
            return Verdict.model_validate(
                {
                    "verb": verb,
                    "reason_code": reason,
                    "note": note,
                    "facts": facts,
                    "new_facts": new_facts,
                    "changes": ticked,
                    **changes,
                }
            )
        except ValidationError as error:
            raise FormRefused({"": str(error.errors()[0]["msg"]).removeprefix("Value error, ")}) from error

    def _verb(self) -> Verb | None:
        given = self.form.get("verb", "")
        if given in set(Verb):
            return Verb(given)
        self._fault("verb", self.say.gettext("Choose what to do: accept, edit, reject or escalate."))
        return None

    def _reason(self, verb: Verb | None, note: str) -> str:
        if verb is None:
            return ""
        name = f"reason_{verb}"
        given = self.form.get(name, "")
        if given not in REASONS[verb]:
            self._fault(name, self.say.gettext("Choose a reason."))
        if given == "other" and not note:
            self._fault("note", self.say.gettext("Say in the note what the reason is."))
        if len(note) > NOTE_LENGTH:
            self._fault(
                "note", self.say.gettext("The note is longer than %(limit)s characters.") % {"limit": NOTE_LENGTH}
            )
        return given

    def _fits(self, verb: Verb | None, changed: bool) -> None:
        if verb is Verb.EDIT and not changed and not self.faults:
            self._fault("", self.say.gettext("Nothing is changed yet. Change something, or choose Accept."))
        if verb is not None and verb is not Verb.EDIT and changed:
            self._fault(
                "", self.say.gettext("You changed values under Edit. Choose Edit to keep them, or set them back.")
            )

    def _changes(self) -> dict[str, str]:
        """Label, severity, team and next step, as far as they differ from the suggestion."""
        found = {}
        for name, allowed in {"label": labels_of(self.kind), **CHOICES}.items():
            suggested = str(getattr(self.made, name))
            given = self.form.get(name) or suggested
            if given != suggested and given not in allowed:
                self._fault(name, self.say.gettext("Choose one of the list."))
            elif given != suggested:
                found[name] = given
        return found

    def _edit(self, index: int, fact: Fact) -> FactEdit | None:
        name = f"fact-{index}"
        if self.form.get(f"drop-{index}"):
            return FactEdit(index=index, value=None)
        given = self.form.get(name)
        if given is None or given.strip() == as_typed(fact, self.say):
            return None
        value = self._value(name, fact.field, given)
        return FactEdit(index=index, value=value) if value and value != fact.value else None

    def _new_fact(self, index: int) -> NewFact | None:
        given = {
            part: self.form.get(f"new-{index}-{part}", "").strip() for part in ("field", "value", "unit", "po", "line")
        }
        if not (given["value"] or given["field"]):
            return None
        if given["field"] not in set(FactField):
            self._fault(f"new-{index}-field", self.say.gettext("Choose what the fact is about."))
            return None
        field = FactField(given["field"])
        value = self._value(f"new-{index}-value", field, given["value"])
        line, unit, po = given["line"], given["unit"][:40], given["po"][:64] or None
        if line and not (line.isascii() and line.isdigit() and len(line) <= LINE_DIGITS):
            self._fault(f"new-{index}-line", self.say.gettext("The line is a whole number."))
            return None
        return NewFact(field=field, value=value, unit=unit, po=po, line=int(line) if line else None) if value else None

    def _value(self, name: str, field: FactField, given: str) -> str:
        """The value in its stored form; a fault and "" when it is none."""
        text = given.strip()
        if not text:
            return self._fault(name, self.say.gettext("Enter a value, or drop the fact."))
        if len(text) > VALUE_LENGTH:
            return self._fault(
                name, self.say.gettext("This is longer than %(limit)s characters.") % {"limit": VALUE_LENGTH}
            )
        if field in DATES:
            return self._day(name, text)
        return self._number(name, text) if field in NUMBERS else text

    def _day(self, name: str, text: str) -> str:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            return self._fault(name, self.say.gettext("Enter the date as year-month-day, such as 2026-03-31."))

    def _number(self, name: str, text: str) -> str:
        try:
            number = self.say.parse_number(text)
        except ValueError:
            example = self.say.number(Decimal("1234.5"))
            return self._fault(name, self.say.gettext("Enter a number such as %(example)s.") % {"example": example})
        if number < 0:
            return self._fault(name, self.say.gettext("Enter a number that is not negative."))
        return f"{number.normalize():f}"

    def _fault(self, name: str, text: str) -> str:
        self.faults.setdefault(name, text)
        return ""
