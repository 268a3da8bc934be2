"""Units of measure as people write them in six languages, and how much one is of another. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache

_WRITTEN = {
    "each": "each ea unit units pc pcs piece pieces item items no nos st stk stck stück stücke stueck pièce pièces"
    " pce pces unité unités u ud uds unidad unidades pza pzas pieza piezas stuk stuks pezzo pezzi pz x",
    "dozen": "dozen dozens doz dz dzn dutzend dtzd douzaine douzaines docena docenas dozijn dozzina dozzine",
    "gross": "gross",
    "pair": "pair pairs pr paar paare paire paires par pares paia paio",
    "set": "set sets satz sätze jeu jeux juego juegos kit kits",
    "box": "box boxes schachtel schachteln caja cajas boîte boîtes boite boites doos scatola scatole",
    "carton": "carton cartons ctn ctns karton kartons cartón cartones cartone cartoni",
    "pallet": "pallet pallets palette paletten palettes palé palés pal pallets bancale bancali",
    "roll": "roll rolls rolle rollen rouleau rouleaux rollo rollos rol rotolo rotoli reel reels bobine bobines bobina",
    "bag": "bag bags sack säcke sac sacs saco sacos zak zakken sacco sacchi beutel",
    "drum": "drum drums fass fässer fût fûts bidón bidones vat vaten fusto fusti trommel trommeln",
    "pack": "pack packs pk package packages packung packungen paquet paquets paquete paquetes pak pakken pacco pacchi"
    " confezione confezioni",
    "sheet": "sheet sheets bogen blatt feuille feuilles hoja hojas vel vellen foglio fogli",
    "hour": "hour hours h hr hrs stunde stunden heure heures hora horas uur ora ore",
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramm",
    "g": "g gr gram grams gramm gramme grammes",
    "t": "t to ton tons tonne tonnes tonnen tonelada toneladas tonnellata tonnellate mt",
    "lb": "lb lbs pound pounds",
    "m": "m mtr mtrs meter meters metre metres mètre mètres metro metros metri lfm",
    "cm": "cm",
    "mm": "mm",
    "km": "km",
    "ft": "ft foot feet",
    "l": "l ltr liter liters litre litres litro litros litri",
    "ml": "ml",
    "m²": "m² m2 sqm qm",
    "m³": "m³ m3 cbm",
}
_CERTAIN = {  # in how many of the first word's base unit
    "dozen": ("each", Decimal(12)), "gross": ("each", Decimal(144)), "each": ("each", Decimal(1)),
    "kg": ("kg", Decimal(1)), "g": ("kg", Decimal("0.001")), "t": ("kg", Decimal(1000)),
    "lb": ("kg", Decimal("0.45359237")), "m": ("m", Decimal(1)), "cm": ("m", Decimal("0.01")),
    "mm": ("m", Decimal("0.001")), "km": ("m", Decimal(1000)), "ft": ("m", Decimal("0.3048")),
    "l": ("l", Decimal(1)), "ml": ("l", Decimal("0.001")),
}  # fmt: skip


@cache
def _known() -> dict[str, str]:
    return {word: unit for unit, words in _WRITTEN.items() for word in words.split()}


def unit_of(written: str) -> str:
    """The unit that a word stands for, such as `each` for "Stück"; empty where the word is no unit that is known.

    Odoo's own names fold into the same ones ("Units", "Dozens", "kg").
    """
    word = re.sub(r"[().]", "", written).strip().casefold()
    return _known().get(word) or _known().get(word.partition(" ")[0], "")


def same_unit(written: str, ours: str) -> bool:
    """True unless both are known units and differ: a word that is no unit ("bearings") says nothing against ours."""
    if not written.strip() or not ours.strip() or written.strip().casefold() == ours.strip().casefold():
        return True
    mine, theirs = unit_of(written), unit_of(ours)
    return not mine or mine == theirs


def times(written: str, ours: str, in_odoo: Mapping[str, Decimal]) -> Decimal | None:
    """How many of our unit one of the written unit is; None where nothing tells.

    Odoo's own ratio goes first (`in_odoo`: by the unit's name in Odoo), then what holds everywhere, such as 12 to the
    dozen. A box or pallet holds what nobody but Odoo knows.
    """
    if same_unit(written, ours):
        return Decimal(1)
    mine = unit_of(written)
    for name, ratio in in_odoo.items():
        if name.casefold() == written.strip().casefold() or (unit_of(name) and unit_of(name) == mine):
            return ratio
    one, other = _CERTAIN.get(mine), _CERTAIN.get(unit_of(ours))
    return one[1] / other[1] if one and other and one[0] == other[0] else None
