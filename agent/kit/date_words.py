"""Words of dates in English, German, French, Spanish, Dutch and Italian."""

from collections.abc import Iterable

_MONTHS = (
    "january jan januar jänner janvier janv enero ene januari gennaio gen",
    "february feb februar février fevrier févr fév febrero februari febbraio febb",
    "march mar märz maerz mrz mär mars marzo maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo mei maggio mag",
    "june jun juni juin junio giugno giu",
    "july jul juli juillet juil julio luglio lug",
    "august aug août aout agosto ago augustus",
    "september sept sep septembre septiembre setiembre settembre set sett",
    "october oct oktober okt octobre octubre ottobre ott",
    "november nov novembre noviembre",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre",
)
MONTHS: dict[str, int] = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}

_WEEKDAYS = (
    "monday mon montag lundi lunes maandag lunedì lunedi",
    "tuesday tue tues dienstag mardi martes dinsdag martedì martedi",
    "wednesday wed mittwoch mercredi miércoles miercoles woensdag mercoledì mercoledi",
    "thursday thu thur thurs donnerstag jeudi jueves donderdag giovedì giovedi",
    "friday fri freitag vendredi viernes vrijdag venerdì venerdi",
    "saturday sat samstag samedi sábado sabado zaterdag sabato",
    "sunday sun sonntag dimanche domingo zondag domenica",
)
WEEKDAYS: dict[str, int] = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}

NEXT = (
    "next following coming nächste nächsten nächster naechste naechsten naechster kommende kommenden kommender"
    " folgende folgenden"
    " prochain prochaine próximo próxima proximo proxima volgende aanstaande komende prossimo prossima"
)
THIS = "this diese diesen dieser ce cette este esta deze questo questa current laufenden laufende"
STARTS = "beginning start early anfang beginn début debut principios comienzos begin inizio inizi"
MIDDLES = "middle mid mitte mi mediados midden half metà meta"
ENDS = "end late ende fin finales final fines eind einde fine"
WEEK_WORDS = "week woche semaine semana settimana"
MONTH_WORDS = "month monat monats mois mes maand mese"
YEAR_WORDS = "year jahr jahres année annee año ano jaar anno"

UNITS: dict[str, str] = {
    word: unit
    for unit, words in {
        "day": "day days tag tage tagen jour jours día días dia dias dag dagen giorno giorni",
        "week": "week weeks woche wochen semaine semaines semana semanas weken settimana settimane wk wks",
        "month": "month months monat monate monaten mois mes meses maand maanden mese mesi",
        "working": "workdays werktage werktagen arbeitstage arbeitstagen werkdagen",
    }.items()
    for word in words.split()
}
WORKING = "working business arbeits werk"
IN = "in within innerhalb binnen dans sous d'ici en dentro tra fra entro über over"

DAYS_FROM_NOW: dict[str, int] = {
    **dict.fromkeys(("today", "heute", "aujourd'hui", "hoy", "vandaag", "oggi"), 0),
    **dict.fromkeys(("tomorrow", "morgen", "demain", "mañana", "domani"), 1),
    **dict.fromkeys(
        ("day after tomorrow", "übermorgen", "après-demain", "pasado mañana", "overmorgen", "dopodomani"), 2
    ),
    **dict.fromkeys(("yesterday", "gestern", "hier", "ayer", "gisteren", "ieri"), -1),
}


def alternatives(words: str | Iterable[str]) -> str:
    """A regular expression's alternatives, longest first."""
    listed = words.split() if isinstance(words, str) else words
    return "|".join(sorted(listed, key=len, reverse=True))
