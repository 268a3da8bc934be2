"""Makes facts of the mentions that carry a role: value in the line's unit, exact words, order and line, each once."""

import re
from collections.abc import Iterable
from decimal import Decimal

from agent.adapters.embedded.mail.features import View
from agent.adapters.embedded.mail.lexicon import fold
from agent.adapters.embedded.mail.model import Kind, Mention, Target
from agent.adapters.embedded.mail.roles import NONE, Models, Role, roles_of
from agent.adapters.embedded.mail.targets import Spoken
from agent.evidence.units import unit_of
from agent.kit.numbers import plain
from agent.suggestions.model import FactField
from agent.suggestions.reader import KnownLine, RawFact

MAX_FACTS = 300  # of one mail
_SPANS = frozenset({"week", "month", "span", "part"})  # one day stands for many: not a doubt
_PIECES = frozenset([
    "pcs", "pc", "piece", "pieces", "unit", "units", "ea", "each", "nos", "no", "stuck", "stk", "st", "unites",
    "ud", "uds", "unidades", "piezas", "pzas", "stuks", "stuk", "pezzi", "pz", "x", "pieces",
])  # fmt: skip
_SCALES: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(["t", "to", "tonne", "tonnes", "ton", "tons", "tonnen"], ("mass", Decimal(1000))),
    **dict.fromkeys(["kg", "kgs", "kilo", "kilos"], ("mass", Decimal(1))),
    **dict.fromkeys(["g", "gr", "gram", "grams"], ("mass", Decimal("0.001"))),
    **dict.fromkeys(["km"], ("length", Decimal(1000))),
    **dict.fromkeys(
        ["m", "mtr", "mtrs", "meter", "meters", "metre", "metres", "metri", "metros"], ("length", Decimal(1))
    ),
    **dict.fromkeys(["cm"], ("length", Decimal("0.01"))),
    **dict.fromkeys(["l", "ltr", "litre", "litres", "liter", "liters", "litros", "litri"], ("volume", Decimal(1))),
    **dict.fromkeys(["m3", "cbm"], ("volume", Decimal(1000))),
    **dict.fromkeys(["ml"], ("volume", Decimal("0.001"))),
}
_FAULTS = (
    "crack", "defect", "damag", "faulty", "broken", "recall", "rust", "scratch", "contaminat", "leak", "reject",
    "mangel", "defekt", "beschadig", "riss", "ruckruf", "fehlerhaft",
    "fissur", "endommag", "conforme", "casse", "grieta", "defecto", "danad",
    "gebrek", "scheur", "kapot", "difett", "cricc", "danneggia", "rott",
)  # fmt: skip
_COMING = frozenset({"deliver", "arrive", "withyou", "ship", "pickup", "follow", "confirm"})
_BASIS = re.compile(
    r"(?:/|\bper\b|\bpro\b|\bje\b|\ble\b|\bles\b|\bpor\b|\bal\b|%|\bcada\b)\s?(1[.,' ]?000|100|"
    r"thousand|hundred|mille|mil|tausend|hundert|cent|cento|duizend|honderd|millar)\b",
    re.IGNORECASE,
)
_BASES = {"thousand": 1000, "mille": 1000, "mil": 1000, "millar": 1000, "tausend": 1000, "duizend": 1000}


def facts_of(view: View, models: Models) -> tuple[RawFact, ...]:
    """Arrival and shipping dates, quantities and unit prices of a mail, in the order of its texts."""
    spoken = Spoken.of(view)
    found: list[RawFact] = []
    for role in roles_of(view, models):
        mention = view.survey.mentions[role.mention]
        if role.role == NONE or (role.role == FactField.QUANTITY and _of_faults(view, mention)):
            continue
        for target in spoken.targets(mention):
            fact = _fact(view, role, mention, target)
            if fact is not None:
                found.append(fact)
    return _each_once(found)


def _fact(view: View, role: Role, mention: Mention, target: Target) -> RawFact | None:
    source = view.survey.segments[mention.segment].source
    values, unit = (mention.readings, "") if mention.kind is Kind.DATE else _amounts(view, role, mention, target)
    if not values:
        return None
    doubtful = len(values) > 1 and mention.form not in _SPANS
    return RawFact(
        field=FactField(role.role),
        value=next(iter(values)),
        unit=unit,
        quote=view.survey.texts[source][mention.start : mention.end],
        source=source,
        start=mention.start,
        stated_ref=target.stated,
        po=target.po,
        line=target.line,
        ambiguous=doubtful,
        alternatives=values[1:] if doubtful else (),
    )


def _amounts(view: View, role: Role, mention: Mention, target: Target) -> tuple[tuple[str, ...], str]:
    """The readings in the order line's unit, and the unit or currency; none where the number cannot be meant."""
    numbers = [Decimal(value) for value in mention.readings]
    if mention.unit == "%" or numbers[0] <= 0:
        return (), ""
    if role.role == "price":
        if mention.per == 1 and (basis := _basis(view, mention)) != 1:
            numbers = [number / basis for number in numbers]
        return tuple(plain(number) for number in numbers), mention.unit if mention.kind is Kind.MONEY else ""
    word = fold(mention.unit).strip(".")
    known = next(
        (line for line in view.asked.known_lines if (line.po, line.line) == (target.po, target.line)),
        view.asked.known_lines[0] if len(view.asked.known_lines) == 1 else None,
    )
    line_unit = fold(known.unit).strip(".") if known else ""
    here, there = _SCALES.get(word), _SCALES.get(line_unit)
    if here and there and here[0] == there[0]:
        return tuple(plain(number * here[1] / there[1]) for number in numbers), known.unit if known else ""
    if line_unit.rstrip("s") == "dozen" and mention.form == "dozen":
        return tuple(plain(number / 12) for number in numbers), known.unit if known else ""
    return mention.readings, "Units" if word in _PIECES else _stated_unit(mention, known)


def _stated_unit(mention: Mention, known: KnownLine | None) -> str:
    """The unit as written; the line's where the word names the goods and no unit ("40 bearings")."""
    named = not mention.unit or unit_of(mention.unit)
    return mention.unit.lower() if named or known is None else known.unit


def _of_faults(view: View, mention: Mention) -> bool:
    """Whether the sentence counts pieces with a fault and says nothing of delivering: no quantity that will come."""
    tokens = view.tokens(mention.segment)
    faulty = any(token.word.startswith(_FAULTS) for token in tokens)
    return faulty and not any(_COMING.intersection(token.concepts) for token in tokens)


def _basis(view: View, mention: Mention) -> int:
    """For how many units the price of a table's column or of a label is."""
    segment = view.survey.segments[mention.segment]
    heads = [cell.head for cell in segment.cells if cell.start <= mention.start < cell.end]
    hit = _BASIS.search(" ".join([*heads, segment.heading if segment.cells else ""]))
    if not hit:
        return 1
    digits = re.sub(r"\D", "", hit[1])
    return int(digits) if digits else _BASES.get(hit[1].lower(), 100)


def _each_once(facts: Iterable[RawFact]) -> tuple[RawFact, ...]:
    """Each fact once, where it was said most exactly; the body before attachments, the subject last."""
    kept: list[RawFact] = []
    for fact in sorted(facts, key=lambda one: (one.source != "body", one.source == "subject", one.source)):
        same = [one for one in kept if (one.field, one.value) == (fact.field, fact.value)]
        if same and (fact.source == "subject" or any(_covers(one, fact) for one in same)):
            continue
        kept = [one for one in kept if one not in same or not _vaguer(one, fact)]
        kept.append(fact)
    return tuple(kept[:MAX_FACTS])


def _covers(one: RawFact, fact: RawFact) -> bool:
    return one.po == fact.po and one.line == fact.line


def _vaguer(one: RawFact, fact: RawFact) -> bool:
    return one.line is None and fact.line is not None and one.po in (fact.po, None) and one.start == fact.start
