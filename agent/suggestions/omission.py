"""What a summary must not leave out: facts that are missed are told by a plain sentence of code, and counted. Pure."""

from collections.abc import Iterable, Sequence

from agent.kit.values import Value
from agent.suggestions.backing import mentions


class Must(Value):
    """Something that the summary has to mention: every one of these facts, else the sentence is added."""

    facts: tuple[str, ...]
    sentence: str


def completed(kept: Sequence[str], musts: Iterable[Must], most: int | None = None) -> tuple[tuple[str, ...], int]:
    """The sentences with what they leave out told behind them, and how many were added.

    All facts of one `Must` have to stand in one sentence. With `most`, what is missing is told in one sentence, and so
    many remain in all: the last of the reader's give way.
    """
    wanted = tuple(musts)
    if most is None:
        added = tuple(dict.fromkeys(must.sentence for must in wanted if not _told(kept, must)))
        return (*kept, *added), len(added)
    for many in range(len(kept[:most]), -1, -1):
        missing = tuple(dict.fromkeys(must.sentence for must in wanted if not _told(kept[:many], must)))
        if not missing:
            return tuple(kept[:many]), 0
        if many < most:
            return (*kept[:many], " ".join(missing)), len(missing)
    return tuple(kept[:most]), 0


def _told(kept: Sequence[str], must: Must) -> bool:
    return any(all(mentions(sentence, fact) for fact in must.facts) for sentence in kept)
