"""Words of dates in English, German, French, Spanish, Dutch and Italian."""

from collections.abc import Iterable, Mapping

_MONTHS = (
    "january jan januar jänner jaenner janvier janv enero ene januari gennaio genn gen janeiro januray janury",
    (
        "february feb febr februar feber février fevrier févr fév febrero februari febbraio febb fevereiro febuary"
        " feburary"
    ),
    "march mar märz maerz mrz mär mars marzo maart mrt março",
    "april apr avril avr abril abr aprile apirl",
    "may mai mayo mei maggio magg mag maio maj",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago augustus augusti",
    "september sept sep septembre septiembre setiembre settembre sett set setembro setember septmber",
    "october oct oktober okt octobre octubre ottobre ott outubro ocotber",
    "november nov novembre noviembre novembro novemer",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro desember decemeber",
)
MONTHS: dict[str, int] = {word: number for number, words in enumerate(_MONTHS, start=1) for word in words.split()}
_NOT_ALONE = "may mar march mars set ago gen mag mai mei maj"  # words of other meanings
NOT_ALONE = frozenset(_NOT_ALONE.split())

_WEEKDAYS = (
    "monday mon montag lundi lun lunes maandag lunedì lunedi",
    "tuesday tue tues dienstag mardi martes dinsdag martedì martedi",
    "wednesday wed weds mittwoch mercredi mer miércoles miercoles mié woensdag mercoledì mercoledi",
    "thursday thu thur thurs donnerstag jeudi jeu jueves jue donderdag giovedì giovedi gio",
    "friday fri freitag vendredi ven viernes vie vrijdag venerdì venerdi",
    "saturday sat samstag sonnabend samedi sam sábado sabado sáb zaterdag sabato sab",
    "sunday sun sonntag dimanche dim domingo dom zondag domenica",
)
_SHORT_WEEKDAYS = ("mo ma", "di", "mi wo", "do", "fr vr", "sa za", "so zo")
SHORT_WEEKDAYS: dict[str, int] = {
    word: number for number, words in enumerate(_SHORT_WEEKDAYS) for word in words.split()
}
WEEKDAYS: dict[str, int] = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}

NEXT = (
    "next following coming nächste nächsten nächster nächstem naechste naechsten naechster kommende kommenden kommender"
    " folgende folgenden folgender darauffolgenden"
    " prochain prochaine suivant suivante próximo próxima proximo proxima siguiente volgende aanstaande komende"
    " prossimo prossima successivo successiva seguente"
)
AFTER_NEXT = "übernächste übernächsten übernächster uebernaechste uebernaechsten uebernaechster"
LAST = (
    "last letzten letzter vergangenen dernier dernière passé passée pasado pasada afgelopen vorige scorso scorsa"
    " past previous"
)
THIS = "this diese diesen dieser dieses ce cet cette este esta deze dit questo questa current laufenden laufende lfd"
STARTS = "beginning start early anfang beginn début debut principios principio comienzos begin inizio inizi primi"
MIDDLES = "middle mid mitte mi mediados midden half halverwege medio metà meta"
ENDS = "end late ende ultimo fin finales final fines eind einde fine"
WEEK_WORDS = "week woche semaine semana settimana"
MONTH_WORDS = "month monat monats mois mes maand mese"
QUARTER_WORDS = "quarter quartal quartals trimestre trimester kwartaal"
YEAR_WORDS = "year jahr jahres année annee an año ano jaar anno"

UNITS: dict[str, str] = {
    word: unit
    for unit, words in {
        "day": "day days tag tage tagen jour jours día días dia dias dag dagen giorno giorni",
        "week": "week weeks week's woche wochen semaine semaines semana semanas weken settimana settimane wk wks",
        "month": "month months monat monate monaten mois mes meses maand maanden mese mesi",
        "working": "workdays werktage werktagen arbeitstage arbeitstagen werkdagen",
        "fortnight": "fortnight quinzaine quincena",
    }.items()
    for word in words.split()
}
WORKING = "working business arbeits werk"
IN = "in within innerhalb binnen dans sous d'ici en dentro tra fra entro over über"

TODAY = (
    "today",
    "this morning",
    "this afternoon",
    "this evening",
    "tonight",
    "heute",
    "aujourd'hui",
    "ce jour",
    "ce matin",
    "cet après-midi",
    "ce soir",
    "hoy",
    "esta mañana",
    "esta tarde",
    "vandaag",
    "vanmiddag",
    "vanochtend",
    "vanavond",
    "oggi",
    "stamattina",
    "stasera",
    "questo pomeriggio",
    "in giornata",
)
DAYS_FROM_NOW: dict[str, int] = {
    **dict.fromkeys(TODAY, 0),
    **dict.fromkeys(("tomorrow", "morgen", "demain", "mañana", "domani", "tmrw", "tmr"), 1),
    **dict.fromkeys(
        ("day after tomorrow", "übermorgen", "après-demain", "pasado mañana", "overmorgen", "dopodomani"), 2
    ),
    **dict.fromkeys(("yesterday", "gestern", "hier", "ayer", "gisteren", "ieri"), -1),
    **dict.fromkeys(("day before yesterday", "vorgestern", "avant-hier", "anteayer", "eergisteren"), -2),
}

_FIRST_TO_LAST = {
    1: "first 1st erste ersten erster première premier 1ère 1er primera primer primero prima primo eerste 1e",
    2: "second 2nd zweite zweiten zweiter deuxième seconde segunda segundo seconda secondo tweede 2e 2ème",
    3: "third 3rd dritte dritten dritter troisième tercera tercer terza terzo derde 3e 3ème",
    4: "fourth 4th vierte vierten vierter quatrième cuarta cuarto quarta quarto vierde 4e 4ème",
    -1: "last letzte letzten letzter dernière dernier última ultima ultimo último laatste",
}
NTH: dict[str, int] = {
    **{word: number for number, words in _FIRST_TO_LAST.items() for word in words.split()},
    **{f"{number}.": number for number in (1, 2, 3, 4)},
}

_EN = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth"
    " twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_DE = (
    "ersten zweiten dritten vierten fünften sechsten siebten achten neunten zehnten elften zwölften dreizehnten"
    " vierzehnten fünfzehnten sechzehnten siebzehnten achtzehnten neunzehnten zwanzigsten einundzwanzigsten"
    " zweiundzwanzigsten dreiundzwanzigsten vierundzwanzigsten fünfundzwanzigsten sechsundzwanzigsten"
    " siebenundzwanzigsten achtundzwanzigsten neunundzwanzigsten dreißigsten einunddreißigsten"
)
_FR = (
    "premier deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit"
    " dix-neuf vingt vingt-et-un vingt-deux vingt-trois vingt-quatre vingt-cinq vingt-six vingt-sept vingt-huit"
    " vingt-neuf trente trente-et-un"
)
_ES = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho"
    " diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho"
    " veintinueve treinta treinta-y-uno"
)
_IT = (
    "primo due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici sedici"
    " diciassette diciotto diciannove venti ventuno ventidue ventitré ventiquattro venticinque ventisei ventisette"
    " ventotto ventinove trenta trentuno"
)
_NL = (
    "eerste twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien"
    " achttien negentien twintig eenentwintig tweeëntwintig drieëntwintig vierentwintig vijfentwintig zesentwintig"
    " zevenentwintig achtentwintig negenentwintig dertig eenendertig"
)
SPELLED_DAYS: dict[str, int] = {
    form: number
    for words in (_EN, _DE, _FR, _ES, _IT, _NL)
    for number, word in enumerate(words.split(), start=1)
    for form in {word, word.replace("-", " ")}
}
FEASTS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        ("christmas", "xmas", "weihnachten", "noël", "noel", "navidad", "kerst", "kerstmis", "natale"), (12, 24)
    ),
    **dict.fromkeys(("new year", "new year's", "jahreswechsel", "nouvel an", "año nuevo", "nieuwjaar"), (12, 31)),
}


def alternatives(words: str | Iterable[str] | Mapping[str, object]) -> str:
    """A regular expression's alternatives, longest first."""
    listed = words.split() if isinstance(words, str) else words
    return "|".join(sorted((word.replace(".", r"\.") for word in listed), key=len, reverse=True))
