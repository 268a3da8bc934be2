"""Labels the mentions of the development mails by their facts, and fits the roles' weights to them."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded.mail.contexts import WIDTH, vectors
from agent.adapters.embedded.mail.features import View, features_of
from agent.adapters.embedded.mail.model import Kind, Mention
from agent.adapters.embedded.mail.roles import KINDS, NONE, ROLES, Model, Models, read_mentions
from agent.adapters.embedded.mail.survey import survey
from agent.adapters.embedded.minilm import Embedder, Vectors
from agent.intake.mail import parse_mail
from agent.suggestions.model import FactField
from agent.suggestions.reader import KnownLine, MailInput, MailText
from agent.suggestions.tasks.read_supplier_email import mail_texts

MAILS = Path(__file__).parents[4] / "evals" / "datasets" / "supplier_mails"
FIELDS = (FactField.ETA, FactField.SHIP_DATE, FactField.QUANTITY, FactField.PRICE)
FACTORS = tuple(map(Decimal, ("1", "12", "1000", "0.001", "100", "0.01")))
UNSURE = ""


@dataclass(frozen=True)
class Labelled:
    """A mail of the dataset with its facts as written there."""

    id: str
    supplier: str
    language: str
    asked: MailInput
    facts: tuple[dict[str, Any], ...]


def read(files: Iterable[Path]) -> list[Labelled]:
    """The mails of these files in order."""
    return [labelled(json.loads(line)) for path in files for line in path.read_text("utf-8").splitlines() if line]


def labelled(item: dict[str, Any]) -> Labelled:
    """One item of the dataset, its texts made as those of a mail that comes in."""
    texts = mail_texts(parse_mail(_raw(item)))
    known = tuple(
        KnownLine(**{key: value for key, value in line.items() if key in KnownLine.model_fields})
        for line in item.get("lines") or ()
    )
    asked = MailInput(
        texts=texts,
        sent_on=date.fromisoformat(item["sent_on"]),
        sender_country=item.get("country") or "",
        known_lines=known,
    )
    supplier = item.get("supplier") or item["id"]
    return Labelled(item["id"], supplier, item.get("language") or "en", asked, tuple(item["facts"]))


def _raw(item: dict[str, Any]) -> bytes:
    """The item as a mail that comes in, so that its texts are made as theirs are."""
    made = EmailMessage()
    made["Subject"], made["From"] = " ".join(item["subject"].split()), item.get("from") or "desk@supplier.example"
    made["Date"] = f"{date.fromisoformat(item['sent_on']):%a, %d %b %Y} 09:00:00 +0000"
    made.set_content(item.get("html") or item["body"], subtype="html" if item.get("html") else "plain")
    for one in item.get("attachments") or ():
        kind = "csv" if one["name"].lower().endswith(".csv") else "plain"
        made.add_attachment(one["text"], subtype=kind, filename=one["name"] if kind == "csv" else f"{one['name']}.txt")
    return made.as_bytes()


def labels(mail: Labelled, view: View) -> list[str]:
    """A role for every mention: a field, "none", or "" where it repeats a fact that is quoted elsewhere."""
    mentions = view.survey.mentions
    found = [NONE] * len(mentions)
    wanted = [fact for fact in mail.facts if fact["field"] in FIELDS]
    for fact in wanted:
        for number, mention in enumerate(mentions):
            if found[number] == NONE and _fits(fact, mention):
                found[number] = UNSURE
    for fact in wanted:
        places = [
            number
            for number, mention in enumerate(mentions)
            if found[number] in (UNSURE, NONE) and _quoted(fact, mention, view) and _fits(fact, mention)
        ]
        if places:
            for number in _best(fact, places, view, wanted):
                found[number] = fact["field"]
    return found


def _best(fact: dict[str, Any], places: list[int], view: View, wanted: Sequence[dict[str, Any]]) -> list[int]:
    """Of several places of one quote those that belong to the fact's line; all where there are as many facts."""
    alike = [one for one in wanted if (one["field"], one["quote"]) == (fact["field"], fact["quote"])]
    if len(places) == 1 or len(alike) >= len(places):
        return places
    survey = view.survey
    about = [
        number
        for number in places
        if any(
            ref.target.line == fact.get("line") and ref.segment == survey.mentions[number].segment
            for ref in survey.references
        )
    ]
    return about[:1] or places[:1]


def _fits(fact: dict[str, Any], mention: Mention) -> bool:
    """Whether the mention can carry the fact's value."""
    if fact["field"] in (FactField.ETA, FactField.SHIP_DATE):
        return mention.kind is Kind.DATE and fact["value"] in (*mention.readings,)
    if mention.kind not in (Kind.NUMBER, Kind.MONEY):
        return False
    if (mention.kind is Kind.MONEY) and fact["field"] == FactField.QUANTITY:
        return False
    wanted = Decimal(fact["value"])
    return any(wanted == Decimal(reading) * factor for reading in mention.readings for factor in FACTORS)


def _quoted(fact: dict[str, Any], mention: Mention, view: View) -> bool:
    segment = view.survey.segments[mention.segment]
    if segment.source != (fact.get("source") or "body"):
        return False
    text, quote = view.survey.texts[segment.source], fact["quote"]
    at = text.find(quote)
    while at >= 0:
        if at < mention.end and mention.start < at + len(quote):
            return True
        at = text.find(quote, at + 1)
    return False


def viewed(mail: Labelled) -> View:
    """The mail as the roles are decided on."""
    return View(mail.asked, survey(mail.asked))


SENTENCES = Path(__file__).parents[4] / "evals" / "datasets" / "mail_sentences"
WRITTEN_ON = date(2027, 2, 10)
_MARK = re.compile(r"\{([ESQP]) ([^{}]*)\}")
_ROLES = {"E": "eta", "S": "ship_date", "Q": "quantity", "P": "price"}
_COUNTRIES = {"en": "GB", "de": "DE", "fr": "FR", "es": "ES", "it": "IT", "nl": "NL"}


def sentences(folder: Path = SENTENCES) -> list[tuple[str, View, list[str]]]:
    """Marked sentences: where they stand, the sentence as a mail, and a role for each of its mentions."""
    found: list[tuple[str, View, list[str]]] = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line and not line.startswith("#"):
                view, roles = _sentence(line, path.stem[:2])
                found.append((f"{path.stem}:{number}", view, roles))
    return found


def _sentence(line: str, language: str) -> tuple[View, list[str]]:
    about, separator, marked = line.partition(" :: ")
    known: tuple[KnownLine, ...] = ()
    if separator:
        unit, _, name = about.partition(",")
        known = (KnownLine(po="P04711", line=1, product_code="LX-1", product_name=name, unit=unit),)
    else:
        marked = line
    text, spans = "", list[tuple[int, int, str]]()
    at = 0
    for hit in _MARK.finditer(marked := marked.replace("\u23ce", "\n")):
        text += marked[at : hit.start()]
        spans.append((len(text), len(text) + len(hit[2]), _ROLES[hit[1]]))
        text += hit[2]
        at = hit.end()
    text += marked[at:]
    asked = MailInput(
        texts=(MailText(source="subject", text=""), MailText(source="body", text=text)),
        sent_on=WRITTEN_ON,
        sender_country=_COUNTRIES.get(language, ""),
        known_lines=known,
    )
    view = View(asked, survey(asked))
    roles = [
        next((role for start, end, role in spans if start < one.end and one.start < end), NONE)
        for one in view.survey.mentions
    ]
    return view, roles


RIDGE, STEPS, MIN_SEEN = 3.0, 200, 3
FOLDS = 5
THRESHOLDS = {"eta": 0.5, "ship_date": 0.5, "quantity": 0.5, "price": 0.5}


@dataclass(frozen=True)
class Example:
    """What is seen of a mention, the vectors around it, and its role."""

    names: Sequence[str]
    around: Vectors
    role: str


def examples(view: View, roles: Sequence[str], embedder: Embedder | None) -> dict[str, list[Example]]:
    """What is seen of each mention with its role, by the model that it is for; unsure ones left out."""
    found: dict[str, list[Example]] = {name: [] for name in ROLES}
    numbers = read_mentions(view)
    for number, around in zip(numbers, vectors(view, numbers, embedder), strict=True):
        name = KINDS[view.survey.mentions[number].kind]
        if roles[number] in ROLES[name]:
            found[name].append(Example(features_of(view, number), around, roles[number]))
    return found


def fitted(found: Sequence[Example], name: str, thresholds: dict[str, float]) -> Model:
    """The model of these examples."""
    from agent.adapters.embedded.train import fit

    counts = Counter(seen for one in found for seen in one.names)
    places = {seen: place for place, seen in enumerate(sorted(seen for seen, n in counts.items() if n >= MIN_SEEN))}
    rows = np.zeros((len(found), len(places) + WIDTH))
    for row, one in enumerate(found):
        rows[row, [places[seen] for seen in one.names if seen in places]] = 1
        rows[row, len(places) :] = one.around
    wanted = np.array([[float(one.role == role) for role in ROLES[name]] for one in found])
    weights = fit(rows, wanted, np.ones(len(found)), steps=STEPS, ridge=RIDGE).astype(np.float16).astype(np.float32)
    own = {role: thresholds[role] for role in ROLES[name][1:]}
    return Model(ROLES[name], places, weights[: len(places)], weights[len(places) :], own)


def packed(models: Models) -> dict[str, NDArray[Any]]:
    """The arrays that `roles.unpacked` reads."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, model in models.by_name.items():
        prefix = f"{'full' if models.embedder else 'lexical'}_{name}"
        arrays[f"{prefix}_names"] = np.frombuffer("\n".join(model.places).encode(), dtype=np.uint8)
        arrays[f"{prefix}_weights"] = model.weights.astype(np.float16)
        arrays[f"{prefix}_around"] = model.around.astype(np.float16)
        arrays[f"{prefix}_thresholds"] = np.array([model.thresholds[role] for role in model.roles[1:]])
    return arrays


@dataclass(frozen=True)
class Told:
    """What is learned from: a mail or a marked sentence, with its supplier ("" for a sentence)."""

    supplier: str
    found: dict[str, list[Example]]


def told(embedder: Embedder | None) -> list[Told]:
    """All development mails and marked sentences."""
    found = [Told("", examples(view, roles, embedder)) for _, view, roles in sentences()]
    for mail in read(sorted(MAILS.glob("dev_*.jsonl"))):
        view = viewed(mail)
        found.append(Told(mail.supplier, examples(view, labels(mail, view), embedder)))
    return found


def trained(listed: Sequence[Told], embedder: Embedder | None) -> Models:
    """Both models of these."""
    found = {name: [one for each in listed for one in each.found[name]] for name in ROLES}
    return Models({name: fitted(seen, name, THRESHOLDS) for name, seen in found.items()}, embedder)


def left_out(listed: Sequence[Told], embedder: Embedder | None) -> Callable[[str], Models]:
    """Models for each supplier by folds, which have not seen the supplier's mails."""
    folds = [
        trained([one for one in listed if not one.supplier or fold_of(one.supplier) != fold], embedder)
        for fold in range(FOLDS)
    ]

    def models(supplier: str) -> Models:
        return folds[fold_of(supplier)]

    return models


def fold_of(supplier: str) -> int:
    """On which side a supplier's mails stay together when parts are left out."""
    return int(sha256(supplier.encode()).hexdigest(), 16) % FOLDS
