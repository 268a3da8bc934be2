"""Collects every text for people: from the code, the templates and the error tree. `python -m agent.locale.extract`."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from agent.errors import GatehouseError
from agent.locale import DOMAIN, FOLDER

ROOT = FOLDER.parent.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """All texts, without places, so that moving code changes nothing."""
    found = Catalog(domain=DOMAIN, project="Gatehouse", fuzzy=False)
    for folder in ("review_ui", "agent"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            _add(found, "python", path)
    for path in sorted((ROOT / "review_ui" / "templates").rglob("*.html")):
        _add(found, "jinja2", path)
    for text in sorted(set(_of_errors(GatehouseError))):
        found.add(text)
    return found


def pot() -> bytes:
    """The texts as a PO template."""
    out = BytesIO()
    write_po(out, messages(), no_location=True, sort_output=True, omit_header=True, width=120)
    return out.getvalue()


def _add(found: Catalog, kind: str, path: Path) -> None:
    options = {"newstyle_gettext": "true", "trimmed": "false", "extensions": "jinja2.ext.loopcontrols"}
    with path.open("rb") as file:
        for _, text, _, _ in extract(kind, file, KEYWORDS, (), options if kind == "jinja2" else None):
            found.add(text)


def _of_errors(kind: type[GatehouseError]) -> Iterator[str]:
    yield kind("").headline
    yield kind.remedy
    for child in kind.__subclasses__():
        if child.__module__ == kind.__module__:  # errors of other modules mark their texts themselves
            yield from _of_errors(child)


if __name__ == "__main__":
    (FOLDER / f"{DOMAIN}.po").write_bytes(pot())
