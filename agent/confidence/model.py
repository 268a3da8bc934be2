"""Confidence, the features it rests on, and the certificate without which nothing is automatic."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from agent.kit.values import Value
from agent.suggestions.model import Task


class ConfidenceState(StrEnum):
    """Whether the number is a promise yet."""

    CALIBRATED = "calibrated"
    NOT_CALIBRATED = "not_calibrated"


class Features(Value):
    """f1..f8, each in [0, 1]; None is missing and counts as 0.5."""

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


class Confidence(Value):
    """`value` is a probability and only there when calibrated; `score` orders items and promises nothing."""

    state: ConfidenceState
    value: float | None = Field(default=None, ge=0, le=1)
    score: float = Field(ge=0, le=1)
    features: Features

    @model_validator(mode="after")
    def _a_value_only_when_calibrated(self) -> Self:
        if (self.value is not None) != (self.state is ConfidenceState.CALIBRATED):
            raise ValueError("a confidence has a value exactly when it is calibrated")
        return self


class Certificate(Value):
    """The right of one label of one version to be automatic above a threshold."""

    task: Task
    label: str
    version_hash: str
    threshold: float = Field(ge=0, le=1)
    n: int
    errors: int
    bound: float
    signed_by: str
    certified_at: datetime
    valid_until: datetime
