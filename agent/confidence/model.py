"""Confidence, the features it rests on, labelled items, and the certificate without which nothing is automatic."""

import math
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, Field, field_validator, model_validator

from agent.kit.values import Value
from agent.suggestions.model import Task

WHOLE = "label"  # the part of a suggestion that its own label is


class ConfidenceState(StrEnum):
    """Whether the number is a promise yet."""

    CALIBRATED = "calibrated"
    NOT_CALIBRATED = "not_calibrated"


class Features(Value):
    """f1..f8, each in [0, 1]; None is missing and counts as 0.5. A value that is no number is missing."""

    stated: float | None = Field(default=None, ge=0, le=1, description="f1: the reader's own probability of its label")
    margin: float | None = Field(default=None, ge=0, le=1, description="f2: first minus second label")
    samples: float | None = Field(default=None, ge=0, le=1, description="f3: agreement of repeated samples")
    second_reader: float | None = Field(default=None, ge=0, le=1, description="f4: the other reader agrees")
    precedents: float | None = Field(default=None, ge=0, le=1, description="f5: share of the label among precedents")
    familiarity: float | None = Field(default=None, ge=0, le=1, description="f6: similarity to the nearest precedent")
    validators: float | None = Field(default=None, ge=0, le=1, description="f7: share of soft checks passed")
    evidence: float | None = Field(
        default=None, ge=0, le=1, description="f8: share of facts whose quote carries the value"
    )

    @field_validator("*", mode="before")
    @classmethod
    def _no_number_is_missing(cls, value: object) -> object:
        return None if isinstance(value, float) and math.isnan(value) else value


class Part(Value):
    """The confidence in one judged part of a suggestion: its label, or a field of a mail."""

    name: str = Field(description="`label`, or a field: eta, ship_date, quantity, price")
    predicted: str = Field(description="what is predicted of it; for a field `eta:change` or `eta:no_change`")
    score: float = Field(ge=0, le=1)
    features: Features
    gates: tuple[str, ...] = ()


class Confidence(Value):
    """`value` is a probability and only there when calibrated; `score` orders items and promises nothing."""

    state: ConfidenceState
    value: float | None = Field(default=None, ge=0, le=1)
    score: float = Field(ge=0, le=1)
    features: Features = Field(description="of the weakest part")
    parts: tuple[Part, ...] = Field(default=(), description="what is judged apart; the score is the least of theirs")
    gates: tuple[str, ...] = Field(default=(), description="hard gates: review, whatever the score")
    weights: str = Field(default="", description="name of the weights that made the score")

    @model_validator(mode="after")
    def _a_value_only_when_calibrated(self) -> Self:
        if (self.value is not None) != (self.state is ConfidenceState.CALIBRATED):
            raise ValueError("a confidence has a value exactly when it is calibrated")
        return self


class Labelled(Value):
    """An item of the gold stream with a person's blind label: what certifies, calibrates and is replayed."""

    item_id: str
    thread: str = Field(description="items of one thread are no independent witnesses")
    task: Task
    predicted: str = Field(description="the judged label that was predicted")
    score: float = Field(ge=0, le=1)
    gated: bool = Field(description="a hard gate stood: it would have gone to a person in any case")
    wrong: bool = Field(description="the person's label differs; for a mail: any field wrong or missed")
    drawn_at: AwareDatetime = Field(description="when the item came in")
    labelled_at: AwareDatetime
    parts: tuple[Features, ...] = Field(
        default=(), description="what the score is the least over: one for a label or field, several for a whole mail"
    )


class Certificate(Value):
    """The right of one label (or family of labels) of one version to be automatic at or above a threshold.

    The promise: P(error among what is accepted > alpha) <= delta_used, over the labels drawn, for as long as what
    comes in is like them (section 2.3).
    """

    task: Task
    label: str = Field(description="the label, or the name of a family declared beforehand")
    version_hash: str
    threshold: float = Field(ge=0, le=1)
    n: int = Field(description="labels accepted at the threshold")
    errors: int = Field(description="of these, wrong")
    bound: float = Field(description="upper bound of the error rate at confidence 1 - delta_used")
    signed_by: str
    certified_at: datetime
    valid_until: datetime
    members: tuple[str, ...] = Field(default=(), description="the labels of the family; empty for a single label")
    alpha: float = Field(default=0.05, gt=0, lt=1)
    delta: float = Field(default=0.10, gt=0, lt=1)
    delta_used: float = Field(default=0.10, gt=0, lt=1, description="what this attempt was allowed to spend of delta")
    attempt: int = Field(default=0, ge=0, description="which look at overlapping labels it was; 0: a single look")
    labels: int = Field(default=0, ge=0, description="all labels counted, accepted or not")
    labels_from: datetime | None = Field(default=None, description="when the oldest counted item came in")
    labels_until: datetime | None = Field(default=None, description="when the newest counted item came in")
    model_id: str = ""

    def covers(self, task: Task, label: str) -> bool:
        """Whether the certificate speaks of this label of this task."""
        return task is self.task and (label in self.members if self.members else label == self.label)

    def valid(self, version_hash: str, now: datetime) -> bool:
        """Whether it is for exactly this version and not over. Freshness and alarms are `fallback`'s."""
        return version_hash == self.version_hash and self.certified_at <= now < self.valid_until
