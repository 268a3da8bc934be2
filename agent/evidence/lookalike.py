"""Mail domains that look like others: swapped or foreign letters, digits for letters, one letter more or less. Pure."""

import unicodedata
from collections.abc import Iterable

SHORTEST = 5  # letters of a name that one edit may be held against: "abc" and "abd" are two firms
PREFIX = "xn--"
SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "ltd", "me", "net", "or", "org", "plc"})
_LIKE = {
    **dict(zip("013456789|!", "oleasbtbgli", strict=True)),  # digits and marks
    **dict(zip(  # Cyrillic
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
        "\u04cf\u0432\u043a\u043c\u043d\u0442\u0433\u043f", "aeopcyxijshdqwlbkmhtrn", strict=True,
    )),
    **dict(zip("\u03b1\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b7", "aeikvoptuxn", strict=True)),
    **dict(zip(  # other Latin
        "\u0131\u0142\u00f8\u0111\u0127\u0251\u0261\u1d0f", "ilodhago", strict=True,
    )),
    "\u00df": "ss", "\u00e6": "ae", "\u0153": "oe",
}  # fmt: skip
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def domain_of(address: str) -> str:
    """The domain of an address in lower case, its encoded letters (xn--) shown as they are."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    return ".".join(_shown(label) for label in domain.split("."))


def _shown(label: str) -> str:
    if not label.startswith(PREFIX):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def organisation(domain: str) -> str:
    """The part of a domain that somebody registers: kugel.de of mail.kugel.de, acme.co.uk of shop.acme.co.uk."""
    labels = [label for label in domain.split(".") if label]
    many = 3 if len(labels) > 2 and labels[-2] in SECOND_LEVEL and len(labels[-1]) == 2 else 2  # noqa: PLR2004 - co.uk
    return ".".join(labels[-many:])


def name_of(domain: str) -> str:
    """The name in a domain, without what it ends in: kugel of mail.kugel.de."""
    return organisation(domain).partition(".")[0]


def same_organisation(one: str, other: str) -> bool:
    """Whether both domains were registered as one."""
    return organisation(one) == organisation(other) != ""


def resembled(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one looks like without being it; empty when there is none.

    Looks like: the same letters to the eye, one letter added, left out, changed or two swapped, or the same name with
    another ending. Subdomains of a known domain are that domain.
    """
    others = [other for other in dict.fromkeys(known) if other]
    if any(same_organisation(domain, other) for other in others):
        return ""
    return next((other for other in others if alike(name_of(domain), name_of(other))), "")


def alike(one: str, other: str) -> bool:
    """Whether a hurried reader would take one name for the other."""
    if not one or not other:
        return False
    if one == other or skeleton(one) == skeleton(other):
        return True
    return max(len(one), len(other)) >= SHORTEST and one_edit(one, other)


def skeleton(text: str) -> str:
    """What the letters look like: accents off, foreign and numeric doubles as Latin letters, rn as m, no hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower())
    letters = "".join(_LIKE.get(letter, letter) for letter in plain if not unicodedata.combining(letter))
    for pair, single in _PAIRS:
        letters = letters.replace(pair, single)
    return letters.replace("i", "l").replace("-", "").replace("_", "").replace(".", "")


def one_edit(one: str, other: str) -> bool:
    """Whether one letter added, left out or changed, or two neighbours swapped, turns one into the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        off = [place for place in range(len(one)) if one[place] != other[place]]
        swapped = len(off) == 2 and off[1] == off[0] + 1  # noqa: PLR2004 - neighbours
        return len(off) == 1 or (swapped and one[off[0]] == other[off[1]] and one[off[1]] == other[off[0]])
    short, long = sorted((one, other), key=len)
    return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def disguised(domain: str) -> bool:
    """Whether letters of another script stand for Latin ones: scripts mixed in one label, or all of them doubles."""
    for label in domain.split(".")[:-1] or [domain]:
        scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in label if letter.isalpha()}
        foreign = [letter for letter in label if letter.isalpha() and ord(letter) > 0x2AF]  # noqa: PLR2004 - beyond Latin
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}) > 1:
            return True
        if foreign and all(letter in _LIKE for letter in foreign):
            return True
    return False
