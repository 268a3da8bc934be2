"""Which order and line the words at a place of a mail are about: references nearby, what was spoken of, the default."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.adapters.embedded.mail.features import View
from agent.adapters.embedded.mail.model import Mention, Reference, Segment, Target, Zone

_JOINT = frozenset([
    ",", "and", "&", "+", "/", "und", "et", "y", "e", "en", "as", "well", "sowie", "the", "die", "les", "los",
    "las", "de", "i", "gli", "line", "item", "pos", ".", "ed", "o",
])  # fmt: skip
_LINES = ("line", "product")
NOTHING = Target()


@dataclass
class Spoken:
    """What the mail speaks of while it is read from top to bottom."""

    view: View
    default: Target = NOTHING
    now: Target = NOTHING
    paragraph: tuple[str, int] = ("", -1)
    by_segment: dict[int, Target] = field(default_factory=dict[int, Target])

    @classmethod
    def of(cls, view: View) -> "Spoken":
        """All of the mail gone through."""
        spoken = cls(view, default_target(view))
        for index, segment in enumerate(view.survey.segments):
            spoken._enter(index, segment)
        return spoken

    def targets(self, mention: Mention) -> list[Target]:
        """What this mention is about; at least one, a line None for the whole order."""
        before = self.by_segment.get(mention.segment, self.default)
        return [self._narrowed(one) for one in self._targets(mention, before)]

    def _enter(self, index: int, segment: Segment) -> None:
        place = (segment.source, segment.paragraph)
        if place != self.paragraph:
            self.paragraph = place
            elsewhere = self.now.po is not None and self.now.po != self.default.po
            self.now = Target(self.now.po) if elsewhere else self.default
        self.by_segment[index] = self.now
        refs = self.refs(index)
        owners = {ref.target.po for ref in refs if ref.kind in _LINES}
        for ref in refs:
            if ref.kind == "group" or (ref.kind == "po" and ref.target.po in owners):
                continue
            same = ref.kind == "po" and ref.target.po is not None and ref.target.po == self.now.po
            if not same or ref.target.line is not None or not self.default.line:
                self.now = ref.target

    def refs(self, segment: int) -> list[Reference]:
        """The references of a segment in order."""
        return [self.view.survey.references[number] for number in self.view.references_in.get(segment, ())]

    def _targets(self, mention: Mention, before: Target) -> list[Target]:
        refs = self.refs(mention.segment)
        lines = [ref for ref in refs if ref.kind in _LINES]
        orders = [ref for ref in refs if ref.kind == "po"]
        groups = [ref for ref in refs if ref.kind == "group"]
        context = before
        if orders:
            earlier = [ref for ref in orders if ref.start <= mention.start] or orders[:1]
            context = earlier[-1].target
        if self.view.survey.segments[mention.segment].zone is Zone.ROW and lines:
            return _unique([ref.target for ref in lines if ref.start == lines[0].start])
        if groups and not lines:
            return [groups[0].target if groups[0].target.po else Target(context.po, None, context.stated)]
        if not lines:
            return [context]
        chosen = self._nearest([*lines, *groups], mention)
        if chosen.kind == "group":
            return [chosen.target if chosen.target.po else Target(context.po, None, context.stated)]
        return _unique([ref.target for ref in self._together(lines, chosen)])

    def _nearest(self, refs: list[Reference], mention: Mention) -> Reference:
        """The one in the same clause, else the last one before, else the first one after."""
        cuts = [token.start for token in self.view.tokens(mention.segment) if token.cuts]
        start = max((cut for cut in cuts if cut < mention.start), default=-1)
        end = min((cut for cut in cuts if cut >= mention.end), default=1 << 40)
        inside = [ref for ref in refs if start <= ref.start < end]
        if inside:
            return min(inside, key=lambda ref: abs(ref.start - mention.start))
        earlier = [ref for ref in refs if ref.start < mention.start]
        return earlier[-1] if earlier else refs[0]

    def _together(self, lines: list[Reference], chosen: Reference) -> list[Reference]:
        """The chosen reference and those that are named in one breath with it."""
        group = [chosen]
        text = self.view.survey.texts[self.view.survey.segments[chosen.segment].source]
        for step in (-1, 1):
            index = lines.index(chosen)
            while 0 <= index + step < len(lines):
                first, second = sorted((lines[index], lines[index + step]), key=lambda ref: ref.start)
                gap = text[first.end : second.start].lower()
                joint = set(re.findall(r"\w+|[^\w\s]", gap)) <= _JOINT and gap.strip()
                if first.target != second.target and first.start != second.start and not joint:
                    break
                group.append(lines[index + step])
                index += step
        return sorted(group, key=lambda ref: ref.start)

    def _narrowed(self, target: Target) -> Target:
        """An order with one line is about that line."""
        if target.po is None or target.line is not None:
            return target
        lines = [line.line for line in self.view.asked.known_lines if line.po == target.po]
        return Target(target.po, lines[0], target.stated) if len(lines) == 1 else target


def default_target(view: View) -> Target:
    """What the mail is about when a sentence does not say: its only order, and its only line when just one is named."""
    refs = view.survey.references
    orders = list(
        dict.fromkeys(
            (ref.target.po, ref.target.stated if ref.target.po is None else "") for ref in refs if ref.kind == "po"
        )
    )
    lines = list(dict.fromkeys((ref.target.po, ref.target.line) for ref in refs if ref.kind in _LINES))
    if not orders:
        known = [po for po, _ in lines] or [line.po for line in view.asked.known_lines]
        orders = [(po, "") for po in dict.fromkeys(known)]
    if len(orders) > 1:  # an order of ours counts before numbers of nobody's
        orders = [one for one in orders if one[0] is not None]
    if len(orders) != 1:
        return NOTHING
    po, stated = orders[0]
    if po is None:
        return Target(stated=stated)
    return Target(po, lines[0][1] if len(lines) == 1 and lines[0][0] == po else None)


def _unique(targets: Sequence[Target]) -> list[Target]:
    return list({(one.po, one.line): one for one in targets}.values())
