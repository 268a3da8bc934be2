"""HTML of a mail as plain text: tables as tab-separated rows, hidden text dropped, nothing fetched, linear time."""

import html
import re
from dataclasses import dataclass

from agent.intake.html_tables import Frame, add_cell, end_row, row_text, tidy

MAX_HTML = 2_000_000  # characters that are read; a longer page is cut and said to be

_TAG = re.compile(r"<(/?)([a-zA-Z][\w:.-]{0,40})((?:[^<>\"']|\"[^\"<]{0,5000}\"|'[^'<]{0,5000}'){0,200})>")
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_CLOSING = {
    name: re.compile(rf"</{name}\b[^>]{{0,200}}>", re.IGNORECASE)
    for name in ("script", "style", "title", "noscript", "template", "textarea", "svg", "object")
}
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "address",
        "section",
        "article",
        "header",
        "footer",
        "hr",
        "center",
    ]
)
_VOID = frozenset(["br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"])
_MEDIA = re.compile(r"@[\w-]+[^{}]{0,300}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\}){0,500}[^{}]{0,2000}\}")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*(?:0|0?\.\d+|1)(?:px|pt|em|rem|%)?\s*(?:!important)?\s*(?:;|$)|opacity\s*:\s*0?(?:\.0\d*)?\s*"
    r"(?:;|$)"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"max-(?:height|width)\s*:\s*0|(?<![-\w])(?:height|width)\s*:\s*[01](?:px)?\s*(?:;|$)", re.IGNORECASE
)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;]{1,40})", re.IGNORECASE)
_GROUND = re.compile(r"background(?:-color)?\s*:\s*([^;]{1,80})", re.IGNORECASE)
_NAMED = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "blue": (0, 0, 255),
    "snow": (255, 250, 250),
}
_NEAR = 24  # sum of channel differences below which nobody can read the text

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class HtmlText:
    """The text a person sees; `hidden` counts dropped characters; `cut` says that the page was too long."""

    text: str
    hidden: int = 0
    cut: bool = False


@dataclass
class _Open:
    """An open element with what its text inherits."""

    tag: str
    hidden: bool
    colour: Colour | None
    ground: Colour | None
    quoted: bool = False


def html_to_text(page: str) -> HtmlText:
    """The visible text of an HTML page, bounded in time and memory. Never raises for any text."""
    reader = _Reader(page[:MAX_HTML])
    return HtmlText(reader.read(), reader.dropped, len(page) > MAX_HTML)


class _Reader:
    """One pass over the page, never looking back."""

    def __init__(self, page: str) -> None:
        self.page = page
        self.dropped = 0
        self.open: list[_Open] = []
        self.count: dict[str, int] = {}
        self.frames = [Frame("page")]
        self.hidden_classes: set[str] = set()

    def read(self) -> str:
        at, end = 0, len(self.page)
        while at < end:
            opening = self.page.find("<", at)
            if opening < 0:
                opening = end
            if opening > at:
                self._text(self.page[at:opening])
            at = self._markup(opening) if opening < end else end
        while len(self.frames) > 1:
            self._close_frame()
        return tidy("".join(self.frames[0].parts))

    def _markup(self, at: int) -> int:
        """Handle what starts with "<" at this place; where to go on."""
        page = self.page
        if page.startswith("<!--", at):
            return _after(page, "-->", at + 4)
        if page.startswith(("<!", "<?"), at):
            return _after(page, ">", at + 2)
        found = _TAG.match(page, at)
        if found:
            closing, name, attributes = found[1], found[2].lower(), found[3]
            after = found.end()
        elif page[at + 1 : at + 2].isalpha() or page[at + 1 : at + 2] == "/":
            closing, name = ("/" if page[at + 1] == "/" else ""), _name_at(page, at)
            after, attributes = _after(page, ">", at + 1), ""
        else:
            self._text("<")
            return at + 1
        if closing:
            self._end(name)
        elif name in _CLOSING:
            return self._skip(name, after)
        else:
            self._start(name, attributes)
        return after

    def _skip(self, name: str, at: int) -> int:
        """Past an element whose content is never shown; style sheets are searched for hidden classes."""
        closing = _CLOSING[name].search(self.page, at)
        if name == "style":
            sheet = _MEDIA.sub("", self.page[at : closing.start() if closing else len(self.page)][:100_000])
            for rule in sheet.split("}"):
                selectors, _, declarations = rule.rpartition("{")
                if selectors and _HIDING.search(declarations[:2000]):
                    self.hidden_classes.update(re.findall(r"\.([\w-]+)\s*(?=,|$)", selectors[-500:].strip()))
        return closing.end() if closing else len(self.page)

    def _start(self, name: str, attributes: str) -> None:
        if name == "br":
            self._put("\n")
        elif name in _BLOCKS:
            self._put("\n- " if name == "li" else "\n")
        elif name in ("table", "tr", "td", "th"):
            self._open_table_part(name, attributes)
        if name not in _VOID and not attributes.rstrip().endswith("/"):
            self.open.append(self._opened(name, attributes))
            self.count[name] = self.count.get(name, 0) + 1

    def _opened(self, name: str, attributes: str) -> _Open:
        outer = self.open[-1] if self.open else _Open("", hidden=False, colour=None, ground=(255, 255, 255))
        if not attributes.strip():
            return _Open(name, outer.hidden, outer.colour, outer.ground, outer.quoted)
        given = {key.lower(): html.unescape(a or b or c) for key, a, b, c in _ATTRIBUTE.findall(attributes)}
        style = given.get("style", "")
        classes = given.get("class", "").split()
        hidden = (
            outer.hidden
            or bool(_HIDING.search(style))
            or (bool(_FLAT.search(style)) and "overflow" in style.lower() and "hidden" in style.lower())
            or any(name in self.hidden_classes for name in classes)
            or bool(re.search(r"(?:^|\s)hidden(?:\s|$)", _ATTRIBUTE.sub("", attributes)))
        )
        colour, ground = outer.colour, outer.ground
        if found := _COLOUR.search(style):
            colour = _colour(found[1])
        elif name == "font" and "color" in given:
            colour = _colour(given["color"])
        if found := _GROUND.search(style):
            ground = _colour(found[1])
        elif "bgcolor" in given:
            ground = _colour(given["bgcolor"])
        quoted = outer.quoted or (name == "blockquote" and (given.get("type") == "cite" or "gmail_quote" in classes))
        return _Open(name, hidden, colour, ground, quoted)

    def _end(self, name: str) -> None:
        if name in ("table", "tr", "td", "th"):
            self._close_table_part(name)
        elif name in _BLOCKS:
            self._put("\n")
        if self.count.get(name):
            while self.open:
                closed = self.open.pop()
                self.count[closed.tag] -= 1
                if closed.tag == name:
                    return

    def _text(self, raw: str) -> None:
        here = self.open[-1] if self.open else None
        unseen = here is not None and (here.hidden or _same(here.colour, here.ground))
        if unseen:
            self.dropped += len(html.unescape(raw).strip())
        elif self.count.get("pre"):
            self._put(html.unescape(raw))
        elif text := re.sub(r"[ \t\r\n\f]+", " ", html.unescape(raw)):
            self._put(f"\n> {text}" if here and here.quoted and text.strip() else text)

    def _put(self, text: str) -> None:
        self.frames[-1].parts.append(text)

    def _open_table_part(self, name: str, attributes: str) -> None:
        innermost = self.frames[-1].kind
        if name in ("td", "th"):
            if innermost == "cell":
                self._close_frame()
            self.frames.append(Frame.cell(attributes))
        elif name == "tr":
            while self.frames[-1].kind in ("cell", "row"):
                self._close_frame()
            self.frames.append(Frame("row"))
        else:
            self.frames.append(Frame("table"))

    def _close_table_part(self, name: str) -> None:
        kinds = {"td": "cell", "th": "cell", "tr": "row", "table": "table"}
        inner = {"cell": 0, "row": 1, "table": 2}
        wanted = inner[kinds[name]]
        while len(self.frames) > 1 and inner[self.frames[-1].kind] < wanted:
            self._close_frame()
        if len(self.frames) > 1 and inner[self.frames[-1].kind] == wanted:
            self._close_frame()

    def _close_frame(self) -> None:
        frame = self.frames.pop()
        text = "".join(frame.parts)
        table = next((one for one in reversed(self.frames[-2:]) if one.kind == "table"), None)
        if frame.kind == "cell" and self.frames[-1].kind == "row":
            add_cell(self.frames[-1], table, frame, tidy(text))
        elif frame.kind == "row":
            end_row(frame, table)
            self._put(f"{row_text([*frame.cells, *([tidy(text)] if text.strip() else [])])}\n")
        else:
            self._put(f"\n{text}\n")


def _after(page: str, mark: str, at: int) -> int:
    found = page.find(mark, at)
    return found + len(mark) if found >= 0 else len(page)


def _name_at(page: str, at: int) -> str:
    found = re.compile(r"</?([a-zA-Z][\w:.-]{0,40})").match(page, at)
    return found[1].lower() if found else ""


def _colour(words: str) -> Colour | None:
    words = words.strip().lower().removesuffix("!important").strip()
    if words.split(" ")[0] in _NAMED:
        return _NAMED[words.split(" ")[0]]
    if found := re.match(r"#([0-9a-f]{6})\b", words):
        return (int(found[1][0:2], 16), int(found[1][2:4], 16), int(found[1][4:6], 16))
    if found := re.match(r"#([0-9a-f])([0-9a-f])([0-9a-f])\b", words):
        return (int(found[1] * 2, 16), int(found[2] * 2, 16), int(found[3] * 2, 16))
    if found := re.match(r"rgba?\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})", words):
        return (int(found[1]), int(found[2]), int(found[3]))
    return None


def _same(colour: Colour | None, ground: Colour | None) -> bool:
    if colour is None or ground is None:
        return False
    return sum(abs(a - b) for a, b in zip(colour, ground, strict=True)) < _NEAR
