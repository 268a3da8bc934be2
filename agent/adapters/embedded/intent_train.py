"""Trains the intents of mails: sentences by themselves, then whole mails; calibrated on suppliers left out.

Everything is ridge-penalised logistic regression with a fixed number of accelerated steps on one thread, so that equal
data give equal bytes. Called by `make train`.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded import intent_features as rows
from agent.adapters.embedded.intent_features import INTENTS, SAID
from agent.adapters.embedded.intents import (
    IntentModel,
    Shares,
    Weights,
    answer,
    chosen,
    sigmoid,
    softmax,
)
from agent.adapters.embedded.mail.reading import mail_facts, told
from agent.adapters.embedded.mail.roles import Models
from agent.adapters.embedded.mail.survey import survey
from agent.adapters.embedded.minilm import Embedder
from agent.errors import ConfigurationError
from agent.intake.html_text import html_to_text
from agent.intake.quotes import split_quoted
from agent.suggestions.reader import KnownLine, MailInput, MailText, RawFact

Floats = NDArray[np.float64]

DATASETS = Path(__file__).parents[3] / "evals" / "datasets"
STEPS, FOLDS = 80, 8
SENTENCE_RIDGE, FIRST_RIDGE, EACH_RIDGE = 1.0, 2.0, 2.0
TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(3.0), 61))
THRESHOLDS = np.linspace(0.2, 0.6, 41)
WRITTEN_ON = date(2027, 2, 1)  # the day of the short training mails, which state none


@dataclass(frozen=True)
class Example:
    """A mail with its intents, the most important first. `group` stays on one side when parts are left out."""

    id: str
    group: str
    subject: str
    text: str
    facts: tuple[RawFact, ...]
    intents: tuple[str, ...]
    measured: bool = True  # a real-sized mail, as opposed to a short one that is only learned from


def sentences(folder: Path = DATASETS) -> list[tuple[str, str]]:
    """Sentences and what each says. Raises ConfigurationError when there are none."""
    return [(item["text"], item["intent"]) for item in _items(folder / "mail_intents", "sentences*.jsonl")]


def examples(models: Callable[[str], Models], folder: Path = DATASETS) -> list[Example]:
    """The development mails and the short training mails, their facts read as in production.

    `models` gives for a supplier models of roles that have not seen its mails, so that facts are as good as they
    will be.
    """
    found = [_example(item, models, measured=True) for item in _items(folder / "supplier_mails", "dev_*.jsonl")]
    short = _items(folder / "mail_intents", "mails*.jsonl")
    return found + [_example(item, models, measured=False) for item in short]


def build(told: Sequence[tuple[str, str]], mails: Sequence[Example], embedder: Embedder | None) -> bytes:
    """The npz of both models: with the embedder, and (for machines without it) lexical alone."""
    from agent.adapters.embedded.train import npz

    arrays: dict[str, NDArray[Any]] = {}
    for name, used in {"full": embedder, "lexical": None}.items():
        trained = train(told, mails, used)
        arrays[f"{name}_sentence"] = trained.sentence.astype(np.float16)
        arrays[f"{name}_first"] = trained.first.astype(np.float16)
        arrays[f"{name}_each"] = trained.each.astype(np.float16)
        settings = (trained.first_temperature, trained.each_temperature, trained.threshold)
        arrays[f"{name}_settings"] = np.array(settings, dtype=np.float32)
    return npz(arrays)


def train(told: Sequence[tuple[str, str]], mails: Sequence[Example], embedder: Embedder | None) -> Weights:
    """All weights, with temperatures and threshold fitted to measured mails of groups left out in turn."""
    bare = replace(blank(), sentence=_sentence_weights(told, embedder), neural=embedder is not None)
    model = IntentModel(bare, embedder)
    matrix = np.stack([model.row(mail.subject, mail.text, mail.facts) for mail in mails]).astype(np.float64)
    left_out = unseen(matrix, mails)
    trained = replace(bare, **dict(zip(("first", "each"), _fit(matrix, mails), strict=True)))
    return settled(trained, left_out, [mail for mail in mails if mail.measured])


def unseen(matrix: Floats, mails: Sequence[Example]) -> list[Shares]:
    """Uncalibrated answers for every measured mail, by weights that have not seen its group."""
    folds = np.array([_fold(mail.group) if mail.measured else -1 for mail in mails])
    found: list[Shares | None] = [None] * len(mails)
    for fold in range(FOLDS):
        rest = np.flatnonzero(folds != fold)
        first, each = _fit(matrix[rest], [mails[int(index)] for index in rest])
        weights = replace(blank(), first=first, each=each)
        for index in np.flatnonzero(folds == fold):
            found[int(index)] = answer(weights, matrix[index].astype(np.float32))
    return [one for one in found if one is not None]


def settled(trained: Weights, left_out: Sequence[Shares], mails: Sequence[Example]) -> Weights:
    """The weights with the temperatures of the least log loss, and the threshold of the best micro-F1."""
    first, each = np.array([one.first for one in left_out]), np.array([one.each for one in left_out])
    wanted = _firsts(mails).astype(bool)
    losses = [-np.log(_sharpened(first, t)[wanted]).mean() for t in TEMPERATURES]
    first_t = float(TEMPERATURES[int(np.argmin(losses))])
    there = _theirs(mails)
    losses = [_binary_loss(_flattened(each, t), there) for t in TEMPERATURES]
    each_t = float(TEMPERATURES[int(np.argmin(losses))])
    cool = [Shares(a, b) for a, b in zip(_sharpened(first, first_t), _flattened(each, each_t), strict=True)]
    scores = [_micro_f1(cool, mails, float(limit)) for limit in THRESHOLDS]
    limit = float(THRESHOLDS[int(np.argmax(scores))])
    return replace(trained, first_temperature=first_t, each_temperature=each_t, threshold=limit)


def blank() -> Weights:
    """Weights that know nothing: every intent is as likely as any other."""
    size = len(INTENTS)
    return Weights(
        sentence=np.zeros((rows.sentence_width() + 1, len(SAID)), dtype=np.float32),
        first=np.zeros((rows.width() + 1, size), dtype=np.float32),
        each=np.zeros((rows.width() + 1, size), dtype=np.float32),
        first_temperature=1.0,
        each_temperature=1.0,
        threshold=0.6,
        neural=False,
        sha256="",
    )


def _items(folder: Path, pattern: str) -> list[dict[str, Any]]:
    lines = (line for path in sorted(folder.glob(pattern)) for line in path.read_text("utf-8").splitlines())
    items = [json.loads(line) for line in lines if line]
    if not items:
        raise ConfigurationError(f"No {pattern} in {folder}.", remedy="Run this from a checkout with its datasets.")
    return items


def _example(item: dict[str, Any], models: Callable[[str], Models], *, measured: bool) -> Example:
    body = item.get("body") or html_to_text(item.get("html") or "").text
    attached = [one["text"] for one in item.get("attachments") or ()]
    known = [{key: line[key] for key in KnownLine.model_fields if key in line} for line in item.get("lines") or ()]
    texts = [MailText(source="subject", text=item["subject"]), MailText(source="body", text=split_quoted(body)[0])]
    texts += [MailText(source=f"attachment:{number}", text=text) for number, text in enumerate(attached, start=1)]
    asked = MailInput(
        texts=tuple(texts),
        sent_on=date.fromisoformat(item["sent_on"]) if "sent_on" in item else WRITTEN_ON,
        sender_country=item.get("country") or "",
        known_lines=tuple(KnownLine(**line) for line in known),
    )
    group, found = item.get("supplier") or item["id"], survey(asked)
    subject, text = told(found)
    return Example(
        id=item["id"],
        group=group,
        subject=subject,
        text=text,
        facts=mail_facts(asked, found, models(group)),
        intents=tuple(item["intents"]),
        measured=measured,
    )


def _sentence_weights(told: Sequence[tuple[str, str]], embedder: Embedder | None) -> NDArray[np.float32]:
    wanted = np.eye(len(SAID))[[SAID.index(intent) for _, intent in told]]
    matrix = rows.sentence_rows([text for text, _ in told], embedder)[0].astype(np.float64)
    return _regress(matrix, wanted, ridge=SENTENCE_RIDGE, alike=True)


def _fit(matrix: Floats, mails: Sequence[Example]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights of the chooser of the first, and of each intent by itself."""
    first = _regress(matrix, _firsts(mails), ridge=FIRST_RIDGE, alike=True)
    each = _regress(matrix, _theirs(mails), ridge=EACH_RIDGE, alike=False)
    return first, each


def _regress(matrix: Floats, wanted: Floats, *, ridge: float, alike: bool) -> NDArray[np.float32]:
    """Multinomial (`alike`) or one-vs-rest logistic regression; the bias is the last row, penalised like the rest."""
    kernel = matrix @ matrix.T + 1.0
    bound, link = (0.5, softmax) if alike else (0.25, sigmoid)
    step_size = np.linalg.inv(bound * kernel + ridge * np.eye(len(kernel)))
    dual = np.zeros_like(wanted)
    ahead, momentum = dual, 1.0
    for _ in range(STEPS):
        step = ahead - step_size @ (link(kernel @ ahead) - wanted + ridge * ahead)
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = step + (momentum - 1) / faster * (step - dual)
        dual, momentum = step, faster
    return np.vstack([matrix.T @ dual, dual.sum(axis=0)]).astype(np.float32)


def _firsts(mails: Sequence[Example]) -> Floats:
    return np.array([[float(intent == mail.intents[0]) for intent in INTENTS] for mail in mails])


def _theirs(mails: Sequence[Example]) -> Floats:
    return np.array([[float(intent in mail.intents) for intent in INTENTS] for mail in mails])


def _fold(group: str) -> int:
    return int(sha256(group.encode()).hexdigest(), 16) % FOLDS


def _sharpened(first: Floats, temperature: float) -> Floats:
    powers = first ** (1 / temperature)
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _flattened(each: Floats, temperature: float) -> Floats:
    odds = (each / (1 - each)) ** (1 / temperature)
    shares: Floats = odds / (1 + odds)
    return shares


def _binary_loss(shares: Floats, there: Floats) -> float:
    return float(-np.log(np.where(there > 0, shares, 1 - shares)).mean())


def _micro_f1(found: Iterable[Shares], mails: Sequence[Example], threshold: float) -> float:
    """Of the sets of intents that would be named."""
    named = [{str(INTENTS[index]) for index in chosen(one, threshold)} for one in found]
    right = sum(len(one & {*mail.intents}) for one, mail in zip(named, mails, strict=True))
    return 2 * right / (sum(map(len, named)) + sum(len(mail.intents) for mail in mails))
