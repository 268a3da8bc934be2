"""Prompt files: declared variables, an output schema, model parameters and text; strict, and versioned by hash."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

import jinja2
import yaml
from jinja2 import meta
from pydantic import BaseModel, Field, ValidationError, field_validator

from agent.errors import PromptMismatch
from agent.kit.canonical import short_digest
from agent.kit.values import Value

FILE = re.compile(r"---\n(?P<front>.*?)\n---\n=== system ===\n(?P<system>.*?)\n=== user ===\n(?P<user>.*)", re.DOTALL)
LONGEST_PLAIN = 200
CHAT_MARKUP = re.compile(
    r"<(?=[|\uff5c])|(?<=[|\uff5c])>"  # <|im_start|> and its full-width kin
    r"|<(?=/?(?:s|bos|eos|pad|unk|think|im_start|im_end|start_of_turn|end_of_turn|tool_call|tool_response)>)"
    r"|\[(?=/?(?:INST|SYS|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])"
    r"|<(?=</?SYS>>)"
)
HIDDEN = re.compile("[\U000e0000-\U000e007f]")  # Unicode tags: invisible letters
CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
SURROGATE = re.compile("[\ud800-\udfff]")


class Variable(Value):
    """What a prompt may be given under one name: the kind of text, and which fields of an object."""

    kind: Literal["plain", "untrusted"]
    fields: tuple[str, ...] = Field(default=(), description="dotted paths; the only ones that are sent")


class ModelParameters(Value):
    """How the model is asked."""

    name: str = Field(default="", description="model to use instead of the configured one")
    temperature: float = Field(default=0, ge=0, le=2)
    max_tokens: int = Field(ge=16, le=16_000, description="tokens of the answer")
    max_prompt_chars: int = Field(default=60_000, ge=100, description="a longer prompt is not sent at all")


class Rendered(Value):
    """What is sent: the stable part, the same for every case, and the part of this case."""

    system: str
    user: str


class _FrontMatter(Value):
    name: str
    output: str = Field(pattern=r"^[a-z_]+$")
    variables: dict[str, Variable] = Field(min_length=1)
    model: ModelParameters

    @field_validator("variables", mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        """`note: untrusted` stands for `note: {kind: untrusted}`."""
        if not isinstance(given, dict):
            return given
        return {name: {"kind": spec} if isinstance(spec, str) else spec for name, spec in given.items()}


class Prompt(Value):
    """One prompt file."""

    name: str
    version: str = Field(description="name@ten digits of the hash over the whole file")
    output: str = Field(description="name of the schema that the answer must fit")
    variables: dict[str, Variable]
    model: ModelParameters
    system: str
    user: str

    def render(self, **values: object) -> Rendered:
        """Fill in every declared variable. Raises PromptMismatch for one missing, one too many, or a misuse."""
        if wrong := sorted(values.keys() ^ self.variables.keys()):
            raise PromptMismatch(f"{self.name}: {', '.join(wrong)}")
        ready = {name: _prepared(self._picked(name, value), self.variables[name]) for name, value in values.items()}
        try:
            return Rendered(system=self.system, user=_template(self.user).render(ready).strip())
        except jinja2.TemplateError as error:
            raise PromptMismatch(f"{self.name}: {error}") from error

    def render_from(self, asked: BaseModel) -> Rendered:
        """Fill in the variables from the fields of the same names: what is not declared is not sent."""
        known = {*type(asked).model_fields, *type(asked).model_computed_fields}
        if unknown := sorted(self.variables.keys() - known):
            raise PromptMismatch(f"{self.name}: {type(asked).__name__} has no {', '.join(unknown)}")
        return self.render(**{name: getattr(asked, name) for name in self.variables})

    def _picked(self, name: str, value: object) -> object:
        fields = self.variables[name].fields
        try:
            return _pick(value, fields) if fields else value
        except (AttributeError, KeyError) as error:
            raise PromptMismatch(f"{self.name}: {name} has no {error}") from error


class _Untrusted:
    """Text from outside, which a template can output only through the filter `untrusted`."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        raise PromptMismatch("an untrusted variable is used without the filter `untrusted`")


def parse_prompt(name: str, content: str) -> Prompt:
    """The prompt of a file's content. Raises PromptMismatch when anything in it does not fit together."""
    found = FILE.fullmatch(content)
    if found is None:
        raise PromptMismatch(f"{name}: front matter, then `=== system ===`, then `=== user ===` is the form")
    try:
        front = _FrontMatter.model_validate(yaml.safe_load(found["front"]))
    except (yaml.YAMLError, ValidationError) as error:
        raise PromptMismatch(f"{name}: front matter: {error}") from error
    if front.name != name:
        raise PromptMismatch(f"{name}: the file calls itself {front.name!r}")
    if used := _variables(name, found["system"]):
        raise PromptMismatch(f"{name}: the system part is the same for all cases, but uses {sorted(used)}")
    if wrong := sorted(_variables(name, found["user"]) ^ front.variables.keys()):
        raise PromptMismatch(f"{name}: declared but not used, or used but not declared: {', '.join(wrong)}")
    parts = {"system": found["system"].strip(), "user": found["user"].strip()}
    version = f"{name}@{short_digest(content)}"
    return Prompt(version=version, **parts, **{key: getattr(front, key) for key in _FrontMatter.model_fields})


@lru_cache
def load_prompt(name: str) -> Prompt:
    """The prompt `prompts/<name>.md` of this installation. Raises PromptMismatch when it is absent or wrong."""
    try:
        content = resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError) as error:
        raise PromptMismatch(f"{name}: no such prompt file", remedy="Install Gatehouse again.") from error
    return parse_prompt(name, content)


def prompt_names() -> tuple[str, ...]:
    """The names of all prompt files of this installation."""
    files = (entry.name for entry in resources.files("prompts").iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in files if name.endswith(".md") and name != "README.md"))


def defused(text: str) -> str:
    """Text that no chat template takes for its own markup, without invisible letters and control characters."""
    text = SURROGATE.sub("\ufffd", HIDDEN.sub("", CONTROL.sub(" ", text)))
    return CHAT_MARKUP.sub(lambda mark: {"<": "\u2039", ">": "\u203a", "[": "\u27e6"}[mark[0]], text)


def marked(text: str, label: str) -> str:
    """Untrusted text between delimiters that it cannot know, each line marked as data. Extra care, not the control."""
    shown = defused(text)
    seal = short_digest(f"{label}\n{shown}", 16)
    lines = "\n".join(f"| {line}" for line in shown.splitlines()) or "| (empty)"
    return f"<<<{label} {seal}\n{lines}\n{seal} {label}>>>"


@lru_cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - the output is a prompt, not a page
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    environment.filters["untrusted"] = _filter
    environment.filters["weekday"] = lambda day: date.fromisoformat(str(day)[:10]).strftime("%A")
    return environment


@lru_cache(maxsize=64)
def _template(text: str) -> jinja2.Template:
    """Compiled once: that takes longer than all the rest of a call."""
    return _environment().from_string(text)


def _filter(value: object, label: object) -> str:
    """The one way for untrusted text into a prompt."""
    text = value.text if isinstance(value, _Untrusted) else str(value)
    name = label.text if isinstance(label, _Untrusted) else str(label)
    return marked(text, re.sub(r"[^a-z0-9:_-]", "", name.lower())[:40] or "text")


def _final(value: object) -> object:
    if value is None:
        raise PromptMismatch("a variable is None where the text outputs it")
    return value


def _variables(name: str, text: str) -> set[str]:
    try:
        return meta.find_undeclared_variables(_environment().parse(text))
    except jinja2.TemplateError as error:
        raise PromptMismatch(f"{name}: {error}") from error


def _pick(value: Any, paths: tuple[str, ...]) -> object:
    """Only these dotted paths of an object, or of each object of a list."""
    if value is None:
        return None
    if isinstance(value, list | tuple):
        return tuple(_pick(item, paths) for item in value)
    heads: dict[str, tuple[str, ...]] = {}
    for path in paths:
        head, _, rest = path.partition(".")
        heads[head] = heads.get(head, ()) + ((rest,) if rest else ())
    found = {head: value[head] if isinstance(value, Mapping) else getattr(value, head) for head in heads}
    return {head: _pick(found[head], rests) if rests else found[head] for head, rests in heads.items()}


def _prepared(value: Any, variable: Variable) -> object:
    """Plain text as one short line, untrusted text locked up, numbers and dates as they are."""
    match value:
        case str():
            return _Untrusted(str(value)) if variable.kind == "untrusted" else _one_line(value)
        case Decimal():
            return format(value, "f")
        case None | bool() | int() | float():
            return value
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {_one_line(str(key)): _prepared(item, variable) for key, item in value.items()}
        case list() | tuple():
            return tuple(_prepared(item, variable) for item in value)
        case _:
            raise PromptMismatch(f"{type(value).__name__} needs its fields declared")


def _one_line(text: str) -> str:
    line = " ".join(defused(str(text)).split())
    return line if len(line) <= LONGEST_PLAIN else line[: LONGEST_PLAIN - 1] + "\u2026"
