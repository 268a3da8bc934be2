"""Bytes and odd characters as plain text: wrong, unknown and missing charsets, control and invisible characters."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_FOR_MAIL = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem"}
_WEAK = {"ascii", "iso8859-1", "cp1252"}  # names that mail programs write when they do not know
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufff9-\ufffb]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\U000e0000-\U000e007f]")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def decode_text(data: bytes, declared: str | None) -> tuple[str, str]:
    """Text of the bytes and, when the declared charset was wrong, unknown or missing, what was done instead."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace"), ""
    codec = _codec(declared)
    unknown = f'unknown charset "{declared[:40]}"' if declared and codec is None else ""
    if data.count(0) > len(data) // 4 and (codec is None or codec in _WEAK or codec == "utf-8"):
        name = "utf-16-be" if data[:200:2].count(0) > data[1:200:2].count(0) else "utf-16-le"
        return data.decode(name, "replace"), unknown or "text was UTF-16 though not declared"
    if data.isascii() and (codec is None or codec in _WEAK or codec == "utf-8"):
        return data.decode("ascii"), unknown
    if codec is None or codec in _WEAK or codec == "utf-8":
        return _western(data, codec, declared, unknown)
    try:
        return data.decode(_WIDER.get(codec, codec)), ""
    except (UnicodeError, ValueError, LookupError):
        text, _ = _western(data, None, declared, "")
        return text, f'text is not in its declared charset "{declared}"'


def _western(data: bytes, codec: str | None, declared: str | None, unknown: str) -> tuple[str, str]:
    """UTF-8 when it is, else Windows-1252, whatever of the two was declared."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        if codec == "utf-8" and error.reason == "unexpected end of data":
            return good, "the last character of the text was cut off"
        text = data.decode("cp1252", "replace") if b"\x81" not in data else data.decode("latin-1")
        said = unknown or (f'text is not in its declared charset "{declared}"' if codec in ("utf-8", "ascii") else "")
        return text, said or ("" if codec else "no charset declared; read as Windows-1252")
    return text, unknown or ("" if codec in ("utf-8", None) else f'declared as "{declared}" but is UTF-8')


def _codec(declared: str | None) -> str | None:
    """Python's name of a text codec, None when unknown or not for text."""
    name = (declared or "").strip().strip("\"'").lower()
    if not name or len(name) > 40:  # noqa: PLR2004 - no charset has a longer name
        return None
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    textual = getattr(found, "_is_text_encoding", True) and found.name not in _NOT_FOR_MAIL
    return found.name if textual else None


def clean(text: str) -> tuple[str, int]:
    """Plain line ends and blanks, no control or invisible characters; how many invisible ones were dropped."""
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n\n")
        .replace("\x85", "\n")
    )
    text, dropped = _INVISIBLE.subn("", _BLANKS.sub(" ", text))
    return _CONTROL.sub("", text), dropped
