"""Which purchase order and line a sentence speaks of: order numbers, line numbers, product codes and names."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from agent.suggestions.reader import KnownLine

MIN_CODE, MIN_WORD = 3, 4
_GENERIC_WORDS = """
office black white blue green large small steel unit units part parts line item order set box kit pack board plate type
model size high low left right with without driver case rest price date version series standard pair pieces piece
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())  # words of product names that mails use for other things
_ORDINALS: dict[str, int] = {
    word: number
    for number, words in enumerate(
        (
            "first 1st erste ersten erster premi\u00e8re primera prima eerste 1e 1\u00e8re 1\u00aa",
            "second 2nd zweite zweiten zweiter deuxi\u00e8me seconde segunda seconda tweede 2e 2\u00e8me 2\u00aa",
            "third 3rd dritte dritten dritter troisi\u00e8me tercera terza derde 3e 3\u00e8me 3\u00aa",
            "fourth 4th vierte vierten vierter quatri\u00e8me cuarta quarta vierde 4e 4\u00e8me 4\u00aa",
        ),
        start=1,
    )
    for word in words.split()
}
_NTH = re.compile(
    rf"(?<!\w)({'|'.join(_ORDINALS)})\s(?:order |po |auftrags|bestell|order)?"
    r"(?:lines?|items?|position|zeile|ligne|l[\u00edi]nea|posici[\u00f3o]n|partida|regel|riga|posizione|poste)\b",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"(?<!\w)(?:(?:order|po)?lines?(?: items?)?|items?|(?:bestell|auftrags)?pos(?:ition(?:en)?)?|position(?:s|nr)?"
    r"|artikel|zeilen?|lignes?|postes?|l[íi]neas?|posici(?:[óo]n|ones)|partidas?|rengl[óo]n|(?:order|bestel)?regels?"
    r"|riga|righe|posizion[ei]|articles?)"
    r"(?:\.|\s|-(?=n|#))\s?(?:no\.?|n[.\u00ba\u00b0]|num\w*|nr\.?|#)?\s?(\d{1,3})(?!\d|[.,/-]\d|\s?(?:pcs|pieces"
    r"|units|stk|st\b|%|mm|kg))"
    r"((?:\s?(?:,|and|&|\+|und|et|y|en|e)\s?\d{1,3}(?![\d.,/]\d?))*)",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"(?<!\w)(?:p\.?o\.?|purchase order|order|bestellung|bestellnummer|auftrag|commande|pedido|bestelling"
    r"|bestelnummer|ordine"
    r"|bestell-?nr|your ref(?:erence)?)\.?\s?(?:no\.?|nr\.?|number|nummer|num[ée]ro|n[.\u00ba\u00b0])?\s?[:#]?\s?"
    r"((?:[A-Z]{1,4}[-/ ]?)?\d{4,12}(?:[-/]\d{1,6})?)(?![\w.]*\d)",
    re.IGNORECASE,
)
_PLAIN_PO = re.compile(r"(?<![\w-])(?:PO?[-#]?\d{4,8})(?!\w)", re.IGNORECASE)
_SIZE = re.compile(r"(?<![\w.,])(\d{1,4})\s?(mm|cm|bar|micron|nm|kohm|ohm|nf|kw|w|v|ah)\b", re.IGNORECASE)
_OF_ORDER = re.compile(
    r"\W?[^,.;:]{0,30}\b(?:of|on|from|in|von|der|de|du|del|della|dell'|van|op)\b[^,.;:]{0,25}", re.IGNORECASE
)
_OURS = re.compile(
    r"(?<!\w)(?:our|unsere?r?|notre|nuestr[oa]|onze|ons|nostr[oa]|so|sales) (?:ref\w*\W{0,3})?$", re.IGNORECASE
)
_REST = re.compile(
    r"(?<!\w)(?:(?:the )?rest|(?:all )?other|all (?:the )?(?:remaining )?(?:lines|items|positions)|remaining "
    r"(?:lines|items)|everything"
    r"|complete order|(?:alle|übrigen|restlichen|andere[nr]?) (?:\w+ )?(?:positionen|artikel)|le reste|autres"
    r"|el resto|dem[áa]s|overige|altri)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"^[\s]*(?:,|and|&|\+|/|und|et|y|e|en|as well as|sowie)[\s]*(?:the |die |les |los |las |de |i |gli )?(?:line "
    r"|item |pos\.? )?$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:\u2013]\s|\s(?:and|but|while|whereas|und|aber|w[äa]hrend|et|mais|y|pero|mientras|en|maar|terwijl|ma"
    r"|mentre)\s",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Target:
    """What a fact is about: our order, its line, and the words the mail used for it."""

    po: str | None = None
    line: int | None = None
    stated: str = ""


NOTHING = Target()


@dataclass(frozen=True)
class Ref:
    """One mention of an order, a line or a product."""

    start: int
    end: int
    kind: str  # "po" or "line"
    target: Target


class Refs:
    """Finds mentions of the known orders and lines, and of orders that are not known."""

    def __init__(self, known: Sequence[KnownLine]) -> None:
        self.known = tuple(known)
        self.orders = tuple(dict.fromkeys(line.po for line in known))
        self._codes = _codes(self.known)
        self._names = _names(self.known)
        orders = "|".join(sorted(map(_loose, self.orders), key=len, reverse=True))
        numbered = rf"(?<![\w-])({orders})(?:[-/]|\s/\s)0*(\d{{1,3}})(?!\w|[-/.,]\d)"
        self._numbered = re.compile(numbered, re.IGNORECASE) if orders else None
        self._order_pattern = _any([(_loose(order), order) for order in self.orders])

    def whole(self, po: str | None) -> Target:
        """The order as a whole; its line too when it has only one."""
        lines = [line.line for line in self.known if line.po == po]
        return Target(po, lines[0] if len(lines) == 1 else None)

    def numbered(self, number: int, po: str | None) -> Target | None:
        """The line of this order by its number; None when it has no such line."""
        line = self._by_number(number, po)
        return Target(po, line) if line else None

    def find(self, text: str, po: str | None = None) -> list[Ref]:
        """Mentions in order, without overlap; `po` is the order spoken of before."""
        found = [*self._orders_in(text)]
        for pattern, lines in (*self._codes, *self._names):
            for hit in pattern.finditer(text):
                line = next((one for one in lines if one.po == po), lines[0])
                found.append(Ref(*hit.span(), "line", Target(line.po, line.line, hit[0])))
        found += self._after_orders(text)
        for hit in _NTH.finditer(text):
            current = self._order_of(found, hit.start(), text, po)
            if line := self._by_number(_ORDINALS[hit[1].lower()], current):
                found.append(Ref(*hit.span(), "line", Target(current, line, hit[0])))
        for hit in _LINE.finditer(text):
            current = self._order_of(found, hit.start(), text, po)
            for number in (hit[1], *re.findall(r"\d+", hit[2])):
                if line := self._by_number(int(number), current):
                    found.append(Ref(*hit.span(), "line", Target(current, line, hit[0])))
        return _apart(found)

    def _order_of(self, found: Sequence[Ref], at: int, text: str, po: str | None) -> str | None:
        """The order that a line number at this place belongs to: the last one named, one that follows, or `po`."""
        orders = [ref for ref in found if ref.kind == "po"]
        earlier = [ref.target.po for ref in orders if ref.start < at]
        follows = [ref.target.po for ref in orders if ref.start >= at and _OF_ORDER.fullmatch(text[at : ref.start])]
        return (follows or earlier[-1:] or [po])[0]

    def _after_orders(self, text: str) -> Iterable[Ref]:
        """A line number behind its order: P00158/2, P00158-1."""
        for hit in self._numbered.finditer(text) if self._numbered else ():
            order = next(one for one in self.orders if _squeezed(one) == _squeezed(hit[1]))
            if line := self._by_number(int(hit[2]), order):
                yield Ref(*hit.span(), "line", Target(order, line, hit[0]))

    def _orders_in(self, text: str) -> Iterable[Ref]:
        taken: list[tuple[int, int]] = []
        if self._order_pattern:
            for hit in self._order_pattern.finditer(text):
                order = next(one for one in self.orders if _squeezed(one) == _squeezed(hit[0]))
                taken.append(hit.span())
                yield Ref(*hit.span(), "po", replace(self.whole(order), stated=hit[0]))
        for pattern in (_STATED, _PLAIN_PO):
            for hit in pattern.finditer(text):
                start, end = hit.span(1) if hit.re.groups else hit.span()
                if any(a < end and start < b for a, b in taken) or _OURS.search(text[: hit.start()]):
                    continue
                stated = text[start:end]
                taken.append((start, end))
                order = next((one for one in self.orders if _digits(one) == _digits(stated)), None)
                target = replace(self.whole(order), stated=stated) if order else Target(stated=stated)
                yield Ref(start, end, "po", target)

    def _by_number(self, number: int, po: str | None) -> int | None:
        lines = [line.line for line in self.known if line.po == po]
        if number in lines:
            return number
        if number * 10 in lines and min(lines) >= 10:  # noqa: PLR2004 - lines counted 10, 20, 30
            return number * 10
        return number // 10 if number % 10 == 0 and number // 10 in lines and max(lines) < 10 else None  # noqa: PLR2004 - 10, 20, 30


def targets_of(refs: list[Ref], at: int, sentence: str, before: Target) -> list[Target]:
    """What the words at this place of the sentence are about; `before` is what was spoken of until then."""
    lines = [ref for ref in refs if ref.kind == "line"]
    orders = [ref for ref in refs if ref.kind == "po"]
    rest = _REST.search(sentence)
    context = before
    if orders:
        earlier = [ref for ref in orders if ref.start <= at] or orders[:1]
        context = earlier[-1].target
    if rest and not lines:
        return [Target(context.po, None, context.stated if orders else "")]
    if not lines:
        return [context]
    if orders and rest and rest.start() < at and not any(rest.start() < ref.start < at for ref in lines):
        return [Target(context.po, None)]
    chosen = _nearest(lines, at, sentence)
    group = [chosen]
    for step in (-1, 1):  # BRK-200 and FLT-10 together
        index = lines.index(chosen)
        while 0 <= index + step < len(lines):
            first, second = sorted((lines[index], lines[index + step]), key=lambda ref: ref.start)
            if first.target == second.target or first.start == second.start:
                pass
            elif not _JOINT.match(sentence[first.end : second.start]):
                break
            group.append(lines[index + step])
            index += step
    unique = {(ref.target.po, ref.target.line): ref.target for ref in sorted(group, key=lambda ref: ref.start)}
    return list(unique.values())


def _nearest(lines: list[Ref], at: int, sentence: str) -> Ref:
    """The mention in the same clause, else the last one before, else the first one after."""
    cuts = [0, *(hit.end() for hit in _CLAUSE.finditer(sentence)), len(sentence) + 1]
    start = max(cut for cut in cuts if cut <= at)
    end = min(cut for cut in cuts if cut > at)
    inside = [ref for ref in lines if start <= ref.start < end]
    if inside:
        return min(inside, key=lambda ref: abs(ref.start - at))
    earlier = [ref for ref in lines if ref.start < at]
    return earlier[-1] if earlier else lines[0]


def _squeezed(code: str) -> str:
    return re.sub(r"[\W_]+", "", code).upper()


def _digits(code: str) -> str:
    return (re.findall(r"\d+", code) or [code])[-1].lstrip("0")


def _loose(code: str) -> str:
    """A code with its separators optional: GBX-40, GBX 40, GBX40."""
    return r"[\s./_-]?".join(re.escape(part) for part in re.findall(r"[^\W_]+", code))


def _any(written: list[tuple[str, str]]) -> re.Pattern[str] | None:
    patterns = sorted({pattern for pattern, _ in written if pattern}, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![^\W_]|-\w)", re.IGNORECASE) if patterns else None


def _codes(known: tuple[KnownLine, ...]) -> list[tuple[re.Pattern[str], list[KnownLine]]]:
    by_code: dict[str, list[KnownLine]] = {}
    for line in known:
        for code in (line.product_code, line.supplier_code):
            if len(_squeezed(code)) >= MIN_CODE and not (code.isdigit() and len(code) <= MIN_CODE):
                by_code.setdefault(code, []).append(line)
    found = [
        (_any([(_loose(code), code)]), lines) for code, lines in sorted(by_code.items(), key=lambda one: -len(one[0]))
    ]
    return [(pattern, lines) for pattern, lines in found if pattern]


def _names(known: tuple[KnownLine, ...]) -> list[tuple[re.Pattern[str], list[KnownLine]]]:
    """Full names, two words of a name side by side, and single words that only one product has."""
    products = {line.product_code: line for line in known}
    words = {code: re.findall(r"[^\W\d_]{3,}", line.product_name.lower()) for code, line in products.items()}
    shared = Counter(word for listed in words.values() for word in set(listed))
    found: list[tuple[re.Pattern[str], list[KnownLine]]] = []
    for code, listed in words.items():
        lines = [line for line in known if line.product_code == code]
        name = products[code].product_name
        whole = re.sub(r"\s+", r"\\s+", re.escape(name).replace("\\ ", " ")) + r"(?:e?s|en|n)?"
        patterns = [whole] if len(name) > MIN_WORD else []
        for first, second in pairwise(listed):
            if shared[first] == 1 or shared[second] == 1:
                patterns.append(rf"{re.escape(first)}\s{re.escape(second)}(?:e?s|en|n)?")
        patterns += [
            rf"{re.escape(word)}(?:e?s|en|n)?"
            for word in listed
            if shared[word] == 1 and len(word) >= MIN_WORD and word not in _GENERIC
        ]
        sizes = _SIZE.findall(name)
        patterns += [
            rf"{number}\s?{unit}"
            for number, unit in sizes
            if all(
                (number, unit) not in _SIZE.findall(other.product_name)
                for other_code, other in products.items()
                if other_code != code
            )
        ]
        if patterns:
            found.append((re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?![\w-])", re.IGNORECASE), lines))
    return found


def _apart(found: list[Ref]) -> list[Ref]:
    """Without mentions inside longer ones; several lines of one "lines 1 and 2" stay."""
    kept: list[Ref] = []
    for ref in sorted(found, key=lambda ref: (ref.start - ref.end, ref.start)):
        if not any(
            other.start < ref.end and ref.start < other.end and (other.start, other.end) != (ref.start, ref.end)
            for other in kept
        ):
            kept.append(ref)
    return sorted(kept, key=lambda ref: (ref.start, ref.end))
