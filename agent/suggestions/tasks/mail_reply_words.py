"""The sentences of a drafted reply in six languages: questions to a supplier, and what frames them."""

from typing import NamedTuple

from agent.suggestions.fact_model import FactField
from agent.suggestions.mail_model import ContradictionKind, DoubtKind, MissingKind

Asked = MissingKind | DoubtKind | ContradictionKind

LANGUAGES = ("en", "de", "fr", "es", "nl", "it")
DEFAULT = "en"


class Frame(NamedTuple):
    """What stands around the questions."""

    subject: str
    greeting: str
    thanks: str
    thanks_undated: str
    understood: str
    asks: str
    closing: str
    order: str
    line: str
    whole: str


FRAMES: dict[str, Frame] = {
    "en": Frame(
        "{orders}: questions about your message", "Dear Sir or Madam,", "Thank you for your message of {date}.",
        "Thank you for your message.", "We understood (please confirm):", "Please let us know:", "Kind regards",
        "order {po}", "line {line}", "your delivery",
    ),
    "de": Frame(
        "{orders}: Rückfragen zu Ihrer Nachricht", "Sehr geehrte Damen und Herren,",
        "vielen Dank für Ihre Nachricht vom {date}.", "vielen Dank für Ihre Nachricht.",
        "Wir haben verstanden (bitte bestätigen Sie):", "Bitte teilen Sie uns mit:", "Mit freundlichen Grüßen",
        "Bestellung {po}", "Position {line}", "Ihre Lieferung",
    ),
    "fr": Frame(
        "{orders} : questions sur votre message", "Madame, Monsieur,", "Merci pour votre message du {date}.",
        "Merci pour votre message.", "Nous avons compris (merci de confirmer) :", "Merci de nous indiquer :",
        "Cordialement", "commande {po}", "ligne {line}", "votre livraison",
    ),
    "es": Frame(
        "{orders}: preguntas sobre su mensaje", "Estimados señores:", "Gracias por su mensaje del {date}.",
        "Gracias por su mensaje.", "Hemos entendido (confírmenlo, por favor):", "Les rogamos que nos indiquen:",
        "Un cordial saludo", "pedido {po}", "línea {line}", "su entrega",
    ),
    "nl": Frame(
        "{orders}: vragen over uw bericht", "Geachte heer, mevrouw,", "Dank u voor uw bericht van {date}.",
        "Dank u voor uw bericht.", "Wij hebben begrepen (graag bevestigen):", "Graag horen wij van u:",
        "Met vriendelijke groet", "bestelling {po}", "regel {line}", "uw levering",
    ),
    "it": Frame(
        "{orders}: domande sul vostro messaggio", "Gentili Signori,", "grazie per il vostro messaggio del {date}.",
        "grazie per il vostro messaggio.", "Abbiamo capito (vi preghiamo di confermare):", "Vi preghiamo di indicarci:",
        "Cordiali saluti", "ordine {po}", "riga {line}", "la vostra consegna",
    ),
}  # fmt: skip

CLAIMS: dict[str, dict[FactField, str]] = {
    "en": {
        FactField.ETA: "{about}: arrives with us on {value}", FactField.SHIP_DATE: "{about}: leaves you on {value}",
        FactField.QUANTITY: "{about}: quantity {value}", FactField.PRICE: "{about}: unit price {value}",
    },
    "de": {
        FactField.ETA: "{about}: Ankunft bei uns am {value}",
        FactField.SHIP_DATE: "{about}: Versand bei Ihnen am {value}",
        FactField.QUANTITY: "{about}: Menge {value}", FactField.PRICE: "{about}: Stückpreis {value}",
    },
    "fr": {
        FactField.ETA: "{about} : arrivée chez nous le {value}",
        FactField.SHIP_DATE: "{about} : départ de chez vous le {value}",
        FactField.QUANTITY: "{about} : quantité {value}", FactField.PRICE: "{about} : prix unitaire {value}",
    },
    "es": {
        FactField.ETA: "{about}: llegada a nuestro almacén el {value}",
        FactField.SHIP_DATE: "{about}: salida el {value}",
        FactField.QUANTITY: "{about}: cantidad {value}", FactField.PRICE: "{about}: precio unitario {value}",
    },
    "nl": {
        FactField.ETA: "{about}: aankomst bij ons op {value}", FactField.SHIP_DATE: "{about}: vertrek bij u op {value}",
        FactField.QUANTITY: "{about}: hoeveelheid {value}", FactField.PRICE: "{about}: stuksprijs {value}",
    },
    "it": {
        FactField.ETA: "{about}: arrivo presso di noi il {value}",
        FactField.SHIP_DATE: "{about}: partenza da voi il {value}",
        FactField.QUANTITY: "{about}: quantità {value}", FactField.PRICE: "{about}: prezzo unitario {value}",
    },
}  # fmt: skip

_M, _D, _C = MissingKind, DoubtKind, ContradictionKind
_ORDER: tuple[Asked, ...] = (
    _M.ORDER_NUMBER, _C.ORDER_UNKNOWN, _C.ORDER_IN_SUBJECT, _M.NEW_DATE, _D.AMBIGUOUS_DATE, _C.TWO_DATES,
    _C.SHIPS_AFTER_ARRIVAL, _C.DATE_PAST, _M.DATE_OF_REST, _D.LINE_UNCLEAR, _C.TWO_QUANTITIES, _C.PARTS_AGAINST_TOTAL,
    _C.MORE_THAN_ORDERED, _D.AMBIGUOUS_FIGURE, _D.UNIT_UNKNOWN, _C.OTHER_UNIT, _C.TWO_PRICES, _C.PRICE_OFF_ORDER,
    _C.OTHER_CURRENCY, _M.SUBSTITUTE, _C.TWO_STATES,
)  # fmt: skip
RANK: dict[Asked, int] = {kind: place for place, kind in enumerate(_ORDER)}
"""What is asked first. What is not named here is for us to see to, and nothing to ask a supplier."""

_QUESTIONS: dict[Asked, tuple[str, str, str, str, str, str]] = {
    _M.ORDER_NUMBER: (
        "which of our orders your message is about", "auf welche unserer Bestellungen sich Ihre Nachricht bezieht",
        "à laquelle de nos commandes se rapporte votre message", "a cuál de nuestros pedidos se refiere su mensaje",
        "op welke van onze bestellingen uw bericht slaat", "a quale dei nostri ordini si riferisce il vostro messaggio",
    ),
    _C.ORDER_UNKNOWN: (
        "our order number; the one in your message is not known to us",
        "unsere Bestellnummer; die in Ihrer Nachricht ist uns nicht bekannt",
        "notre numéro de commande ; celui de votre message nous est inconnu",
        "nuestro número de pedido; el de su mensaje no nos consta",
        "ons bestelnummer; dat in uw bericht is ons niet bekend",
        "il nostro numero d'ordine; quello del vostro messaggio non ci risulta",
    ),
    _C.ORDER_IN_SUBJECT: (
        "which order is meant; subject and text name different ones",
        "welche Bestellung gemeint ist; Betreff und Text nennen verschiedene",
        "de quelle commande il s'agit ; l'objet et le texte en nomment de différentes",
        "a qué pedido se refieren; el asunto y el texto nombran distintos",
        "welke bestelling bedoeld is; onderwerp en tekst noemen verschillende",
        "quale ordine intendete; oggetto e testo ne indicano di diversi",
    ),
    _M.NEW_DATE: (
        "the new delivery date of {about}", "den neuen Liefertermin für {about}",
        "la nouvelle date de livraison pour {about}", "la nueva fecha de entrega de {about}",
        "de nieuwe leverdatum van {about}", "la nuova data di consegna per {about}",
    ),
    _M.DATE_OF_REST: (
        "when the remaining {rest} of {about} will be delivered",
        "wann die restlichen {rest} von {about} geliefert werden",
        "quand les {rest} restants de {about} seront livrés", "cuándo se entregarán los {rest} restantes de {about}",
        "wanneer de resterende {rest} van {about} worden geleverd",
        "quando saranno consegnati i restanti {rest} di {about}",
    ),
    _D.AMBIGUOUS_DATE: (
        "which date you mean for {about}: {values}", "welches Datum Sie für {about} meinen: {values}",
        "quelle date vous entendez pour {about} : {values}", "qué fecha indican para {about}: {values}",
        "welke datum u bedoelt voor {about}: {values}", "quale data intendete per {about}: {values}",
    ),
    _C.TWO_DATES: (
        "which date holds for {about}: {values}", "welcher Termin für {about} gilt: {values}",
        "quelle date est valable pour {about} : {values}", "qué fecha es válida para {about}: {values}",
        "welke datum geldt voor {about}: {values}", "quale data vale per {about}: {values}",
    ),
    _C.SHIPS_AFTER_ARRIVAL: (
        "the dates of {about}: it would leave after it arrives ({values})",
        "die Termine für {about}: der Versand läge nach der Ankunft ({values})",
        "les dates pour {about} : le départ serait après l'arrivée ({values})",
        "las fechas de {about}: la salida sería posterior a la llegada ({values})",
        "de data van {about}: het vertrek zou na de aankomst liggen ({values})",
        "le date per {about}: la partenza sarebbe dopo l'arrivo ({values})",
    ),
    _C.DATE_PAST: (
        "the right date for {about}: {values} has passed", "den richtigen Termin für {about}: {values} ist vorbei",
        "la bonne date pour {about} : le {values} est passé", "la fecha correcta para {about}: {values} ya ha pasado",
        "de juiste datum voor {about}: {values} is voorbij", "la data corretta per {about}: il {values} è passato",
    ),
    _D.LINE_UNCLEAR: (
        "which of these products of {about} it concerns: {values}",
        "welche dieser Artikel von {about} es betrifft: {values}",
        "lequel de ces articles de {about} est concerné : {values}",
        "a cuál de estos artículos de {about} se refiere: {values}",
        "om welke van deze artikelen van {about} het gaat: {values}",
        "quale di questi articoli di {about} riguarda: {values}",
    ),
    _C.TWO_QUANTITIES: (
        "which quantity holds for {about}: {values}", "welche Menge für {about} gilt: {values}",
        "quelle quantité est valable pour {about} : {values}", "qué cantidad es válida para {about}: {values}",
        "welke hoeveelheid geldt voor {about}: {values}", "quale quantità vale per {about}: {values}",
    ),
    _C.PARTS_AGAINST_TOTAL: (
        "the quantities of {about}: the parts and the total do not agree",
        "die Mengen für {about}: Teile und Summe stimmen nicht überein",
        "les quantités pour {about} : les parties et le total ne concordent pas",
        "las cantidades de {about}: las partes y el total no coinciden",
        "de hoeveelheden van {about}: delen en totaal komen niet overeen",
        "le quantità per {about}: le parti e il totale non coincidono",
    ),
    _C.MORE_THAN_ORDERED: (
        "the quantity of {about}: your message and our order differ ({values})",
        "die Menge für {about}: Ihre Nachricht und unsere Bestellung weichen ab ({values})",
        "la quantité pour {about} : votre message et notre commande diffèrent ({values})",
        "la cantidad de {about}: su mensaje y nuestro pedido difieren ({values})",
        "de hoeveelheid van {about}: uw bericht en onze bestelling verschillen ({values})",
        "la quantità per {about}: il vostro messaggio e il nostro ordine differiscono ({values})",
    ),
    _D.AMBIGUOUS_FIGURE: (
        "which figure you mean for {about}: {values}", "welche Zahl Sie für {about} meinen: {values}",
        "quel chiffre vous entendez pour {about} : {values}", "qué cifra indican para {about}: {values}",
        "welk getal u bedoelt voor {about}: {values}", "quale cifra intendete per {about}: {values}",
    ),
    _D.UNIT_UNKNOWN: (
        "the quantity of {about} in the unit of our order", "die Menge für {about} in der Einheit unserer Bestellung",
        "la quantité pour {about} dans l'unité de notre commande",
        "la cantidad de {about} en la unidad de nuestro pedido",
        "de hoeveelheid van {about} in de eenheid van onze bestelling",
        "la quantità per {about} nell'unità del nostro ordine",
    ),
    _C.TWO_PRICES: (
        "which price holds for {about}: {values}", "welcher Preis für {about} gilt: {values}",
        "quel prix est valable pour {about} : {values}", "qué precio es válido para {about}: {values}",
        "welke prijs geldt voor {about}: {values}", "quale prezzo vale per {about}: {values}",
    ),
    _C.PRICE_OFF_ORDER: (
        "the price of {about}: your message and our order differ ({values})",
        "den Preis für {about}: Ihre Nachricht und unsere Bestellung weichen ab ({values})",
        "le prix pour {about} : votre message et notre commande diffèrent ({values})",
        "el precio de {about}: su mensaje y nuestro pedido difieren ({values})",
        "de prijs van {about}: uw bericht en onze bestelling verschillen ({values})",
        "il prezzo per {about}: il vostro messaggio e il nostro ordine differiscono ({values})",
    ),
    _C.OTHER_CURRENCY: (
        "the price of {about} in the currency of our order", "den Preis für {about} in der Währung unserer Bestellung",
        "le prix pour {about} dans la devise de notre commande", "el precio de {about} en la moneda de nuestro pedido",
        "de prijs van {about} in de valuta van onze bestelling", "il prezzo per {about} nella valuta del nostro ordine",
    ),
    _M.SUBSTITUTE: (
        "which product you offer instead for {about}", "welchen Artikel Sie für {about} stattdessen anbieten",
        "quel article vous proposez à la place pour {about}", "qué artículo ofrecen en su lugar para {about}",
        "welk artikel u in plaats daarvan aanbiedt voor {about}", "quale articolo offrite al posto per {about}",
    ),
    _C.TWO_STATES: (
        "how {about} stands now", "wie {about} jetzt steht", "où en est {about}", "cómo está {about} ahora",
        "hoe {about} er nu voor staat", "a che punto è {about}",
    ),
}  # fmt: skip


def question(kind: Asked, language: str) -> str:
    """The question about something that is missing or unclear, with places for {about}, {values} and {rest}.

    Raises KeyError for what nobody asks a supplier.
    """
    told = DoubtKind.UNIT_UNKNOWN if kind is ContradictionKind.OTHER_UNIT else kind
    return _QUESTIONS[told][LANGUAGES.index(language)]
