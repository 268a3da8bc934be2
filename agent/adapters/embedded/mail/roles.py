"""Decides the role of each mention of a mail: learned weights over what is seen of it, as probabilities."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded.mail.contexts import vectors
from agent.adapters.embedded.mail.features import View, features_of
from agent.adapters.embedded.mail.model import Kind, Zone
from agent.adapters.embedded.minilm import Embedder, shared
from agent.errors import ConfigurationError

FILE = Path(__file__).parents[1] / "data" / "mail_roles.npz"
FILE_SHA256 = "2a704f1000f25cd587140756b03a1d3db732af47905500f357d4c96d1efd57fe"
NONE = "none"
ROLES: dict[str, tuple[str, ...]] = {"date": (NONE, "eta", "ship_date"), "amount": (NONE, "quantity", "price")}
KINDS: dict[Kind, str] = {Kind.DATE: "date", Kind.NUMBER: "amount", Kind.MONEY: "amount"}
UNREAD = frozenset({Zone.QUOTED, Zone.SIGNATURE, Zone.NOTICE, Zone.TO_MACHINES})
MAX_MENTIONS = 2_000  # of one mail

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights by the name of what is seen, and of the vectors around; a column a role."""

    roles: tuple[str, ...]
    places: dict[str, int]
    weights: Floats
    around: Floats  # weights of the vectors around a mention
    thresholds: dict[str, float]

    def shares(self, seen: Sequence[str], around: Floats) -> Floats:
        """The probability of each role, by the names of what is seen and the vectors around."""
        rows = [self.places[name] for name in seen if name in self.places]
        scores = self.weights[rows].sum(axis=0) + around @ self.around
        powers = np.exp(scores - scores.max())
        shares: Floats = powers / powers.sum()
        return shares


@dataclass(frozen=True)
class Role:
    """What a mention is taken for, and how likely that is."""

    mention: int
    role: str
    probability: float
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Models:
    """The models by what they decide ("date", "amount"), and the embedder that they were trained with."""

    by_name: dict[str, Model]
    embedder: Embedder | None


def roles_of(view: View, models: Models) -> list[Role]:
    """The likeliest role of every date, number and amount that lies in text that is read; "none" included."""
    found: list[Role] = []
    numbers = read_mentions(view)
    around = vectors(view, numbers, models.embedder)
    for number, row in zip(numbers, around, strict=True):
        model = models.by_name[KINDS[view.survey.mentions[number].kind]]
        shares = model.shares(features_of(view, number), row)
        best = int(shares[1:].argmax()) + 1
        role = model.roles[best] if shares[best] >= model.thresholds[model.roles[best]] else NONE
        found.append(Role(number, role, float(shares[best]), tuple(float(share) for share in shares)))
    return found


def read_mentions(view: View) -> list[int]:
    """The mentions that can have a role and lie in text that is read."""
    survey = view.survey
    return [
        number
        for number, mention in enumerate(survey.mentions[:MAX_MENTIONS])
        if mention.kind in KINDS and survey.segments[mention.segment].zone not in UNREAD
    ]


@cache
def shipped(*, neural: bool) -> Models:
    """The models of this package, with the embedder or for words alone.

    Raises ConfigurationError when the file is damaged, absent or not the shipped one.
    """
    try:
        data = FILE.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{FILE.name} cannot be read: {error.strerror}.", remedy="Install the package again, or run `make train`."
        ) from error
    if (found := sha256(data).hexdigest()) != FILE_SHA256:
        detail = f"{FILE.name} has the hash {found[:8]}…, expected {FILE_SHA256[:8]}…."
        raise ConfigurationError(detail, remedy="Restore the file, or enter the new hash after `make train`.")
    return Models(unpacked(data, "full" if neural else "lexical"), shared() if neural else None)


def unpacked(data: bytes, kind: str) -> dict[str, Model]:
    """The models of an npz as `training.packed` makes it; `kind` is "full" or "lexical"."""
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    found: dict[str, Model] = {}
    for name, roles in ROLES.items():
        prefix = f"{kind}_{name}"
        names = arrays[f"{prefix}_names"].tobytes().decode().split("\n")
        thresholds = dict(zip(roles[1:], map(float, arrays[f"{prefix}_thresholds"]), strict=True))
        weights, around = (arrays[f"{prefix}_{part}"].astype(np.float32) for part in ("weights", "around"))
        found[name] = Model(roles, {seen: place for place, seen in enumerate(names)}, weights, around, thresholds)
    return found
