"""Turns a mail into numbers for its intents: what its sentences say one by one, its words as a whole, and its facts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded import concepts, features
from agent.adapters.embedded.intent_rules import cue_scores, rule_scores
from agent.adapters.embedded.minilm import DIMENSIONS, Embedder
from agent.suggestions.model import FactField, Intent
from agent.suggestions.reader import RawFact

Matrix = NDArray[np.float32]

INTENTS = tuple(Intent)
NOTHING = "none"  # what a sentence says that tells nothing
SAID = (*(str(intent) for intent in INTENTS), NOTHING)
MAX_SENTENCES, MAX_SENTENCE, MIN_SENTENCE = 24, 240, 8
MAX_TEXT = 6_000  # characters of a mail whose words are looked at as a whole
FIRST_FEW = 3  # sentences that say something, from the top
FEW_DATES = 2

# How much each block may say. Chosen by cross-validation on the development mails, no supplier on both sides.
SENTENCE_WEIGHTS = (5.0, 3.0, 2.0)  # embedding, hashed words, concepts of one sentence
EMBEDDING_WEIGHT, HASHED_WEIGHT, CONCEPT_WEIGHT, CUE_WEIGHT, RULE_WEIGHT = 4.0, 4.0, 3.0, 3.0, 4.0
STRONGEST_WEIGHT, SUBJECT_WEIGHT, TOTAL_WEIGHT, EARLY_WEIGHT = 0.3, 0.15, 2.4, 0.25

_CUT = re.compile(r"(?<=[.!?;:])\s+(?=[^\d\s])|\n")


@dataclass(frozen=True)
class Sentences:
    """The subject first, then the sentences of the text, each with its row and its unit embedding."""

    texts: tuple[str, ...]
    rows: Matrix
    vectors: Matrix


def sentence_width() -> int:
    """Columns of a sentence's row."""
    return DIMENSIONS + features.HASHED + len(concepts.names())


def width() -> int:
    """Columns of a mail's row."""
    return sentence_width() + 3 * len(INTENTS) + len(_fact_signs(())) + 4 * len(SAID)


def sentences(subject: str, text: str, embedder: Embedder | None) -> Sentences:
    """The subject and the leading sentences; lines that quote an older mail are left out."""
    told = "\n".join(line for line in text[: 4 * MAX_TEXT].split("\n") if not line.lstrip().startswith(">"))
    parts = (part.strip(" \t\r-*\u2022|") for part in _CUT.split(told))
    kept = [part[:MAX_SENTENCE] for part in parts if len(part) >= MIN_SENTENCE][:MAX_SENTENCES]
    texts = (subject.strip()[:MAX_SENTENCE] or " ", *(kept or [" "]))
    rows, vectors = sentence_rows(texts, embedder)
    return Sentences(texts, rows, vectors)


def sentence_rows(texts: Sequence[str], embedder: Embedder | None) -> tuple[Matrix, Matrix]:
    """One row a text, and its embedding; without an embedder both have zeros for it."""
    vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    if embedder is not None and texts:
        vectors = embedder(texts)
    meaning, words, named = map(np.float32, SENTENCE_WEIGHTS)
    rows = [
        np.concatenate([vector * meaning, _unit(features.hashed(text)) * words, _unit(_named(text)) * named])
        for text, vector in zip(texts, vectors, strict=True)
    ]
    return np.stack(rows), vectors


def row(told: Sentences, said: Matrix, subject: str, text: str, facts: Sequence[RawFact]) -> Matrix:
    """The mail's row; `said` holds what each sentence says (shares over SAID), the subject's first."""
    whole = f"{subject}. {text[:MAX_TEXT]}"
    meaning = _unit(told.vectors[1:].mean(axis=0))
    strongest, total = said[1:].max(axis=0), np.minimum(said[1:].sum(axis=0), FIRST_FEW) / FIRST_FEW
    telling = [share for share in said[1:] if share[-1] < 0.5][:FIRST_FEW]  # noqa: PLR2004 - more likely than not
    early = np.max(telling, axis=0) if telling else np.zeros(len(SAID), dtype=np.float32)
    blocks = (
        (meaning, EMBEDDING_WEIGHT),
        (_unit(features.hashed(whole)), HASHED_WEIGHT),
        (_unit(_named(whole)), CONCEPT_WEIGHT),
        (_cue_shares(subject, text), CUE_WEIGHT),
        (_shares(np.array(list(rule_scores(subject, text, facts).values()), dtype=np.float32)), RULE_WEIGHT),
        (_fact_signs(facts), 1.0),
        (_log_odds(strongest), STRONGEST_WEIGHT),
        (_log_odds(said[0]), SUBJECT_WEIGHT),
        (total, TOTAL_WEIGHT),
        (_log_odds(early), EARLY_WEIGHT),
    )
    weighed: list[Matrix] = [(block * np.float32(weight)).astype(np.float32) for block, weight in blocks]
    return np.concatenate(weighed)


def _cue_shares(subject: str, text: str) -> Matrix:
    scores = np.array(list(cue_scores(subject, text).values()), dtype=np.float32)
    return np.concatenate([(np.minimum(scores, 5) / 5).astype(np.float32), _shares(scores)])


def _shares(scores: Matrix) -> Matrix:
    """Scores as shares of one, with some left for what no rule knows."""
    return (scores / (scores.sum() + np.float32(0.6))).astype(np.float32)


def _fact_signs(facts: Sequence[RawFact]) -> Matrix:
    fields = {fact.field for fact in facts}
    days = {fact.value for fact in facts if fact.field in (FactField.ETA, FactField.SHIP_DATE)}
    states = {fact.value.replace("-", "_") for fact in facts if fact.field is FactField.STATUS}
    counted = [(fact.po, fact.line) for fact in facts if fact.field is FactField.QUANTITY]
    signs = (
        bool(days),
        len(days) >= FEW_DATES,
        len(days) > FEW_DATES,
        bool(counted),
        len(counted) > len(set(counted)),
        FactField.PRICE in fields,
        FactField.TRACKING in fields,
        FactField.REASON in fields,
        FactField.SHIP_DATE in fields,
        "cancelled" in states,
        bool(states & {"discontinued", "substituted"}),
        bool(states & {"delayed", "back_ordered", "on_hold"}),
        bool(states & {"shipped", "delivered"}),
        "confirmed" in states,
        not facts,
    )
    return np.array(signs, dtype=np.float32)


def _named(text: str) -> Matrix:
    found = concepts.concepts(text)
    return np.array([name in found for name in concepts.names()], dtype=np.float32)


def _log_odds(shares: Matrix) -> Matrix:
    return np.log((shares + np.float32(0.02)) / (1 - shares + np.float32(0.02)))


def _unit(values: Matrix) -> Matrix:
    length = float(np.sqrt(np.square(values, dtype=np.float64).sum()))
    return values / np.float32(length) if length else values
