"""Decides the role of each mention of a mail: learned weights over what is seen of it, as probabilities."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.adapters.embedded.mail.features import View, features_of
from agent.adapters.embedded.mail.model import Kind
from agent.errors import ConfigurationError

FILE = Path(__file__).parents[1] / "data" / "mail_roles.npz"
FILE_SHA256 = "fbb81ca1085d340c22c56b901d1ea19048406e37b6e663aa36e92558d8cfd578"
NONE = "none"
ROLES: dict[str, tuple[str, ...]] = {"date": (NONE, "eta", "ship_date"), "amount": (NONE, "quantity", "price")}
KINDS: dict[Kind, str] = {Kind.DATE: "date", Kind.NUMBER: "amount", Kind.MONEY: "amount"}
MAX_MENTIONS = 2_000  # of one mail

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """Weights by the name of what is seen; a column a role."""

    roles: tuple[str, ...]
    places: dict[str, int]
    weights: Floats
    thresholds: dict[str, float]

    def shares(self, seen: Sequence[str]) -> Floats:
        """The probability of each role."""
        rows = [self.places[name] for name in seen if name in self.places]
        scores = self.weights[rows].sum(axis=0)
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


def roles_of(view: View, models: dict[str, Model]) -> list[Role]:
    """The likeliest role of every date, number and amount that lies in text that is read; "none" included."""
    found: list[Role] = []
    for number, mention in enumerate(view.survey.mentions[:MAX_MENTIONS]):
        name = KINDS.get(mention.kind)
        if name is None:
            continue
        model = models[name]
        shares = model.shares(features_of(view, number))
        best = int(shares[1:].argmax()) + 1
        role = model.roles[best] if shares[best] >= model.thresholds[model.roles[best]] else NONE
        found.append(Role(number, role, float(shares[best]), tuple(float(share) for share in shares)))
    return found


@cache
def shipped() -> dict[str, Model]:
    """The models of this package. Raises ConfigurationError when the file is damaged, absent or not the shipped one."""
    try:
        data = FILE.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{FILE.name} cannot be read: {error.strerror}.", remedy="Install the package again, or run `make train`."
        ) from error
    if (found := sha256(data).hexdigest()) != FILE_SHA256:
        detail = f"{FILE.name} has the hash {found[:8]}…, expected {FILE_SHA256[:8]}…."
        raise ConfigurationError(detail, remedy="Restore the file, or enter the new hash after `make train`.")
    return unpacked(data)


def unpacked(data: bytes) -> dict[str, Model]:
    """The models of an npz as `training.build` makes it."""
    arrays = np.load(io.BytesIO(data), allow_pickle=False)
    found: dict[str, Model] = {}
    for name, roles in ROLES.items():
        names = arrays[f"{name}_names"].tobytes().decode().split("\n")
        thresholds = dict(zip(roles[1:], map(float, arrays[f"{name}_thresholds"]), strict=True))
        weights = arrays[f"{name}_weights"].astype(np.float32)
        found[name] = Model(roles, {seen: place for place, seen in enumerate(names)}, weights, thresholds)
    return found
