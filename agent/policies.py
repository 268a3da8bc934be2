"""The policy of an installation as one document: routing, approvals, tolerances of bills, what is watched for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError, model_validator

from agent.approvals.policy import ApprovalPolicy
from agent.errors import ConfigurationError
from agent.evidence.match_policy import MatchPolicy
from agent.intake.watch_policy import WatchPolicy
from agent.kit.canonical import canonical_json, digest
from agent.kit.values import Value
from agent.routing.model import NEVER_AUTO, Policy

MOST_BYTES = 256 * 1024
HELP = "`gatehouse policy show` prints the whole document with its defaults; a file needs only what differs."


class Policies(Value):
    """What a person may change of the rules; the floor of what always needs a person stands in code."""

    routing: Policy = Policy()
    approvals: ApprovalPolicy = ApprovalPolicy()
    matching: MatchPolicy = MatchPolicy()
    watch: WatchPolicy = WatchPolicy()

    @model_validator(mode="after")
    def _only_stricter(self) -> Self:
        if gone := NEVER_AUTO - self.routing.never_auto:
            raise ValueError(f"routing.never_auto may be longer, never shorter: {', '.join(sorted(gone))} must stay")
        return self

    @property
    def version(self) -> str:
        """Name of the whole document: policies@ and ten characters of its digest."""
        return f"policies@{digest(canonical_json(self.plain()))[:10]}"

    def plain(self) -> dict[str, Any]:
        """The document as plain values; sets stand sorted, so that equal documents are written alike."""
        return _sorted(self.model_dump(mode="json"), self.model_dump())


def read_policies(file: Path | None) -> Policies:
    """The document of this YAML file; all defaults without one. Scalars are text until their type is known, so that
    `off` is a mode and no boolean.

    Raises ConfigurationError for a file that cannot be read, an unknown name or a value out of range, each said with
    the place where it stands.
    """
    if file is None:
        return Policies()
    try:
        raw = file.read_bytes()
        if len(raw) > MOST_BYTES:
            raise ConfigurationError(f"The policy file {file} has more than {MOST_BYTES // 1024} kB.", remedy=HELP)
        given = _tables(raw.decode("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"The policy file {file} cannot be read: {error}.", remedy=HELP) from error
    except ValueError as error:
        raise ConfigurationError(f"The policy file {file} is no YAML of tables: {error}.", remedy=HELP) from error
    try:
        return Policies.model_validate(_over(Policies().plain(), given))
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}" for one in error.errors())
        raise ConfigurationError(f"The policy file {file}: {said}.", remedy=HELP) from error


def as_yaml(document: Policies) -> str:
    """The document as a person keeps it; `read_policies` reads it back equal."""
    import yaml

    return yaml.safe_dump(document.plain(), sort_keys=True, allow_unicode=True, width=120)


def _tables(text: str) -> dict[str, Any]:
    import yaml

    try:
        given = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but text, lists and tables
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    if given in (None, ""):
        return {}
    if not isinstance(given, dict):
        raise ValueError("its top is no table")  # noqa: TRY004 - what is wrong is a value, the file's
    return given  # pyright: ignore[reportUnknownVariableType] - validated by the caller


def differences(one: Policies, other: Policies) -> list[tuple[str, str, str]]:
    """Every rule in which two documents differ: its dotted name, and what each says ("-" where it says nothing)."""
    first, second = dict(_leaves(one.plain())), dict(_leaves(other.plain()))
    names = [*first, *(name for name in second if name not in first)]
    return [(n, first.get(n, "-"), second.get(n, "-")) for n in names if first.get(n) != second.get(n)]


def _leaves(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{name}.")  # pyright: ignore[reportArgumentType] - its keys are text
        else:
            yield f"{path}{name}", ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _over(rules: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """The rules with what is given over them, table by table; a list is given whole."""
    found = dict(rules)
    for name, value in given.items():
        before = found.get(name)
        both = isinstance(before, dict) and isinstance(value, dict)
        found[name] = _over(before, value) if both else value  # pyright: ignore[reportArgumentType] - both are dicts
    return found


def _sorted(dumped: Any, typed: Any) -> Any:
    if isinstance(dumped, dict):
        keys: dict[str, Any] = {str(key): value for key, value in typed.items()}
        return {key: _sorted(value, keys.get(key)) for key, value in sorted(dumped.items())}
    return sorted(dumped) if isinstance(typed, frozenset) else dumped
