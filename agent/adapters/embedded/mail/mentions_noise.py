"""Digits of a mail that count nothing: telephone and register numbers, addresses, clock times, dimensions, codes."""

import re
from collections.abc import Iterator

_NOISE = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|(?:https?://|www\.)\S{1,300}"
    r"|(?<!\w)(?:tel(?:efon|éfono|\.)?|phone|fon|fax|mob(?:ile|il|iel)?|cell|hotline|durchwahl"
    r"|ext)\W{0,3}[+(]?\d[\d\s()/.-]{3,24}\d"
    r"|(?<![\w.,])\+\d[\d\s()/.-]{6,24}\d|(?<![\w.,])0\d{2,5}[\s/-]\d[\d\s/-]{4,20}\d(?![\w.,]*\d)"
    r"|(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,8}(?: ?[A-Z0-9]{1,3})?(?!\w)"
    r"|(?<!\w)(?:ust-?id(?:-?nr)?\.?|vat(?: reg)?(?: no)?\.?|tva|p\.?\s?iva|btw|kvk|hr[ab]|siret|siren|rcs|nif|cif"
    r"|co\. ?reg\.?"
    r"|company no\.?|bic|iban|blz|eori)\W{0,3}(?:[A-Z]{2}\s?)?\d[\dA-Z .]{3,34}"
    r"|(?<![\w.,])\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:am|pm|uhr|h|hrs|cet))?(?!\w)"
    r"|(?<![\w.,])\d{1,2}(?:[.:]\d{2})?\s?(?:-|\u2013|bis|to)\s?\d{1,2}(?:[.:]\d{2})?\s?(?:uhr|h\b|am\b|pm\b|uur\b"
    r"|hrs\b|o'clock)"
    r"|(?<![\w.,])\d{1,2}(?:[.:]\d{2})?\s?(?:uhr|am|pm|a\.m\.|p\.m\.|uur|o'clock|heures|hrs)(?!\w)"
    r"|(?<![\w.,])\d{1,2}h\d{0,2}(?!\w)"
    r"|(?<!\w)(?:D|A|CH|F|I|NL|B|E|L|PL|CZ|DK|SE|UK|GB|IT|ES|FR|BE|AT)-\d{4,5}(?!\w)"
    r"|(?<!\w)(?:no\.|nr\b\.?|n[\u00b0\u00ba]|#)\s?:?\s?\d[\d/-]{0,20}(?![\d.,])"
    r"|(?<!\w)24/7(?!\w)|(?<!\w)(?:incoterms|iso|din|(?-i:EN|UN|HS|RAL)|ean|rev\.?|version|grade"
    r"|aisi)\s?-?\d[\d./-]{0,14}(?!\w)",
    re.IGNORECASE,
)
_DIMENSION = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)?\s?(?:mm|cm|m)?\s?[x\u00d7]\s?\d+(?:[.,]\d+)?(?:\s?(?:mm|cm"
    r"|m)?\s?[x\u00d7]\s?\d+(?:[.,]\d+)?)?"
    r"(?:\s?(?:mm|cm|m|in|inch|\"|zoll|my|\u00b5)(?!\w))?(?!\s?(?:pcs|stk|st\u00fcck|pieces|boxes|cartons"
    r"|pallets))|\u00d8\s?\d+(?:[.,]\d+)?"
    r"|(?<![\w.,])\d{1,2}/\d{1,2}\s?(?:\"|''|inch|zoll|bsp|npt)|(?<![\w.,])\d+(?:[.,]\d+)?\s?\"",
    re.IGNORECASE,
)
_MIXED = re.compile(r"(?<![\w])(?=\w*[^\W\d_])(?=[\w./-]*\d)[\w]+(?:[./-]\w+)*")
_GLUED = re.compile(
    r"\d+(?:[.,]\d+)*(?:k|m|mm|cm|kg|g|t|l|ml|m2|m3|pcs|pc|st|stk|x|ea|st\u00fcck|uds|pz|rolls?|sets?|units?|dz"
    r"|nos|ctns?|bags?"
    r"|boxes|kgs|mtrs?|ltr|eur|usd|gbp|chf|th|nd|rd|er|e|h)\.?",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(?<![\w.,/-])(?:[A-Z]{4} ?(?=\d{6})|[A-Z]{2} ?(?=\d[\d ]{8,}))?(?=[A-Z0-9-]{0,40}\d)[A-Z0-9]+(?:-[A-Z0-9]+)*"
    r"(?: (?:(?=[A-Z0-9-]{0,40}\d)[A-Z0-9]+(?:-[A-Z0-9]+)*|[A-Z](?!\w)))*(?![\w/]|[.,]\d)"
)
_CODE_CUE = re.compile(
    r"(?:track\w*|trace|awb|air ?waybill|waybill|consignment|shipment|sendung\w*|paket\w*|frachtbrief|b/?l\b"
    r"|bill of lading|booking"
    r"|container|seal|cmr|suivi|colis|bordereau|seguimiento|env[i\u00ed]o|expedici\u00f3n|gu\u00eda|zending\w*"
    r"|pakket\w*|tracciamento"
    r"|spedizione|lettera di vettura|dhl|dpd|ups|gls|tnt|fedex|brt|hermes|schenker|kuehne|dachser|chronopost|seur"
    r"|gel|parcel"
    r"|rhenus|correos|postnord|bpost|postnl|geodis|bartolini)\b[^\n\x00]{0,40}$",
    re.IGNORECASE,
)
_DATED = re.compile(r"(?:19|20)\d\d|\d{1,4}-\d{1,2}-\d{2,4}|20[2-4]\d[01]\d[0-3]\d")
SURE_DIGITS, CUED_DIGITS = 8, 4
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+")


def strangers(text: str) -> list[tuple[int, int]]:
    """Where addresses, telephone and register numbers, norms and clock times stand."""
    return [hit.span() for hit in _NOISE.finditer(text)]


def noise(text: str) -> list[tuple[int, int]]:
    """Where dimensions and codes stand that are no counts; all is bounded, so that the search is linear."""
    found = [hit.span() for hit in _DIMENSION.finditer(text)]
    found += [hit.span() for hit in _MIXED.finditer(text) if not _GLUED.fullmatch(hit[0])]
    return found


def codes(text: str) -> Iterator[tuple[int, int, bool]]:
    """Where long codes stand, as parcels, waybills and containers have them, and whether a word for these is before
    them; beside such a word shorter ones count too.
    """
    for hit in _CODE.finditer(text):
        digits = sum(letter.isdigit() for letter in hit[0])
        if digits < CUED_DIGITS or _DATED.fullmatch(hit[0]):
            continue
        cued = _CODE_CUE.search(text, max(0, hit.start() - 60), hit.start()) is not None
        long = digits >= SURE_DIGITS and not _GROUPED.fullmatch(hit[0])
        if cued or long or (digits > CUED_DIGITS and "-" in hit[0]):
            yield hit.start(), hit.end(), cued
