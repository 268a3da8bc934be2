"""What a mail wants to tell: scored rules over its words and its facts; several intents, most important first."""

import re
from collections.abc import Sequence
from datetime import date

from agent.suggestions.grounding import injection_signs
from agent.suggestions.model import FactField, Intent, LabelScore
from agent.suggestions.reader import RawFact

MIN_SCORE, MAX_INTENTS, REST = 0.9, 4, 0.6
_TURN = re.IGNORECASE
_PAYMENT_CHANGE = re.compile(
    r"\b(?:bank|banking|remittance|payment|beneficiary)\b.{0,60}\b(?:chang\w+|new|updat\w+|different|amend\w*)"
    r"|\b(?:new|changed?|updated?|different|amended)\b.{0,40}\b(?:bank|iban|account (?:number|details)|beneficiary"
    r"|remittance|payment details)"
    r"|\b(?:bank|iban|konto)\w*.{0,50}\b(?:geändert|neue?n?|wechsel\w*|aktualisiert)|\bneue\w* (?:bank|iban|konto)\w*"
    r"|\b(?:nouve\w+|changement de|modifi\w+).{0,40}\b(?:coordonnées bancaires|compte bancaire|rib|iban)"
    r"|coordonnées bancaires.{0,40}\b(?:chang\w+|nouve\w+)"
    r"|\b(?:nuev\w+|cambi\w+).{0,40}\b(?:cuenta bancaria|datos bancarios|iban)|\b(?:nieuw\w*|gewijzigd\w*).{0,40}\b"
    r"(?:bank\w*|rekening\w*|iban)"
    r"|bankrekening\w*.{0,40}\b(?:gewijzigd|nieuw\w*)|\b(?:nuov\w+|cambi\w+|variazione).{0,40}\b"
    r"(?:coordinate bancarie|conto (?:corrente|bancario)|iban)",
    _TURN,
)
_ACCOUNT = re.compile(
    r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\b|\b(?:iban|swift|bic|sort code|routing number|account number)\b", _TURN
)
_SCAM = re.compile(
    r"\b(?:verify|confirm|update|validate|reset|re-?activate)\b.{0,40}\b(?:password|account|credentials?|mailbox"
    r"|login|identity)\b"
    r"|\b(?:account|mailbox|access)\b.{0,50}\b(?:suspended|locked|deactivated|expire[sd]?|terminated|almost full)"
    r"|\bgift cards?\b|\bwire transfer\b|\burgent(?:ly)? (?:payment|transfer|wire)|\bpay(?:ment)? (?:immediately"
    r"|urgently)|\bcrypto(?:currency)?\b|\bbitcoin\b"
    r"|\bclick (?:here|the link|below)\b.{0,60}\b(?:verify|confirm|log ?in|sign ?in|password|account)"
    r"|\bpasswor[dt]\b.{0,40}\b(?:bestätigen|ablauf\w*)",
    _TURN,
)
_NEWS = re.compile(
    r"unsubscribe|newsletter|webinar|season'?s greetings|happy (?:holidays|new year|easter)|merry christmas|frohe "
    r"(?:weihnachten|ostern)|joyeu\w+ (?:noël|fêtes)"
    r"|feliz (?:navidad|año)|felices fiestas|prettige (?:feestdagen|kerst)|buon (?:natale|anno)|buone feste|visit "
    r"(?:us|our booth)|betriebsferien|trade (?:fair|show)"
    r"|abbestellen|se désabonner|\bour offices? (?:is|are|will be) closed|new range|special offer|discover our"
    r"|invit\w+ you to",
    _TURN,
)
_CUES: tuple[tuple[Intent, float, re.Pattern[str]], ...] = tuple(
    (intent, weight, re.compile(pattern, _TURN))
    for intent, weight, pattern in (
        (
            Intent.DELAY,
            1.6,
            (
                r"\bdelay\w*|\bpostpon\w*|push(?:ed)? (?:back|out)|\blate\b|\blater than\b|\bslip(?:s|ped)?\b|\bpas "
                r"(?:eind|begin|op|in)\b|más tarde|plus tard|\bspäter\b|bad news"
                r"|\bbehind\b"
                r"|\breschedul\w*|back ?-?order\w*|out of stock"
                r"|\bnow (?:planned|expected|scheduled|due)\b|\bnew (?:delivery |ship(?:ping)? |arrival )?(?:date"
                r"|eta)\b"
                r"|neue[rn]? (?:liefer)?termin|will not (?:make|arrive|be (?:ready|delivered|able))|\bmove[sd]? "
                r"(?:back )?(?:from .{0,30})?to\b|instead of (?!the \d|\d+ ?(?:pcs|units|pieces|ordered))"
            ),
        ),
        (
            Intent.DELAY,
            1.6,
            (
                r"schaffen .{0,60}nicht|nicht mehr diese|\boverdue\b(?! payment)|\bbacklog\b|\b(?:cannot|can't"
                r"|unable to"
                r"|not able to)\b.{0,30}\b(?:confirm|meet|ship|deliver|make|hold)\b|versp[äa]t\w*|\bverz[öo]ger\w*"
                r"|verschieb\w*|verschoben|lieferverzug|rückstand|\berst (?:am|ende|anfang|mitte|in|kw)"
                r"|terminverschiebung|\bstatt\b"
            ),
        ),
        (
            Intent.DELAY,
            1.6,
            (
                r"retard\w*|report[ée]e?s?\b|repouss\w*|décal\w*|retras\w*|aplaz\w*|vertrag\w*|vertraag\w*|uitgesteld"
                r"|ritard\w*|slitt\w*|posticip\w*|rinviat\w*"
            ),
        ),
        (
            Intent.DELAY,
            1.1,
            (
                r"\bunfortunately|\bapologi[sz]\w*|\bsorry\b|\bleider\b|malheureusement|lamentablemente|\bhelaas\b"
                r"|purtroppo|delivery problem|suspend\w*|cannot leave"
            ),
        ),
        (
            Intent.PARTIAL_SHIPMENT,
            2.4,
            (
                r"partial (?:shipment|delivery)|\b(?:remaining|balance|remainder|rest) (?:of )?\S* ?(?:\d|pcs|units"
                r"|pieces|will)|split (?:shipment|delivery)|\bonly ship\b"
                r"|teil(?:lieferung|menge)|restlich\w*|livraison partielle|\bsolde\b|entrega parcial|restantes"
                r"|deellevering|resterende|consegna parziale|rimanenti|ship \d+ of|\b\d+ (?:pcs )?of (?:the|your) \d+"
            ),
        ),
        (
            Intent.QUANTITY_CHANGE,
            2.4,
            (
                r"reduc\w+ (?:the )?(?:quantity|order|line)|only (?:supply|deliver|provide) \S+|quantity\b.{0,40}\b"
                r"(?:from|to|reduced|changed|instead)|\breduced to\b|short(?:ed)? by|only \S+ (?:pcs|pieces"
                r"|units) .{0,30}available"
                r"|menge\b.{0,40}\b(?:auf|reduzier)|quantité réduite|cantidad reducida|hoeveelheid.{0,30}(?:verlaagd"
                r"|naar)"
            ),
        ),
        (
            Intent.PRICE_CHANGE,
            2.6,
            (
                r"price discrepancy|\bour (?:current |new )?price is\b|\bprices?\b.{0,60}\b(?:increas\w*|rais\w*|ris\w*"
                r"|chang\w*|go(?:es)? up|adjust\w*|now|from .{1,20} to|decreas\w*|reduc\w*)|price (?:increase"
                r"|adjustment"
                r"|change|list)"
                r"|preis(?:anpassung|erhöhung|änderung)|preis\w*.{0,80}(?:anheben|erhöhen"
                r"|steig\w*|angepasst)|hausse\b.{0,20}(?:prix|tarif)|augmentation.{0,20}(?:prix"
                r"|tarif)"
                r"|(?:aumento|subida).{0,20}precio|prijs(?:verhoging|wijziging)|aumento.{0,15}prezz"
            ),
        ),
        (Intent.CANCELLATION, 1.2, r"\bcancel\w*|\bstorn\w+|\bannul\w+|\bcancelad\w*|\bgeannuleerd|\bannullat\w*"),
        (
            Intent.SUBSTITUTION,
            2.2,
            (
                r"\breplaced? by\b|\bsuccessor\b|\balternative (?:product|item|part)?|\bsubstitut\w*"
                r"|\boffer \S+ instead"
                r"|\bequivalent\b|supersed\w*|ersatz(?:artikel|produkt|typ)?\b|nachfolge\w*"
                r"|remplac[ée]\w* par|produit de remplacement|sustitu\w*|reemplazad\w*|vervang\w*|opvolger|sostitu\w*"
            ),
        ),
        (
            Intent.TRACKING,
            1.8,
            (
                r"track(?:ing)?\b|\bwaybill|\bawb\b|sendungs(?:nummer|verfolgung)|numéro de suivi|seguimiento"
                r"|zendingsnummer|\bcontainer\b|on (?:its|the) way|has (?:been )?shipped|unterwegs"
            ),
        ),
        (
            Intent.INVOICE,
            2.2,
            (
                r"\binvoices?\b|\bcredit note|\bpro ?-?forma|\brechnung\w*|\bgutschrift|\bfactur\w*|\bfactuur|\bfattura"
                r"|amount due|\bstatement of account|zahlungserinnerung|overdue payment"
            ),
        ),
        (
            Intent.QUALITY,
            2.6,
            (
                r"\bdamaged\b|\bbroken\b|\bcomplaint\b|beschädigt|reklamation|\bdefect\w*|\brecall\b|\bquality (?:issue"
                r"|hold|problem|alert)|non-?conform\w*|\bquarantine|\bporosity|\bcracks? in\b|contaminat\w*|rückruf"
                r"|\bmangelhaft|qualitäts\w*"
                r"|\bdéfaut\w*|non-conformit\w*|\bdefectuos\w*|kwaliteitsprobleem|\bdifett\w*|out of (?:spec|tolerance)"
            ),
        ),
        (
            Intent.REQUEST,
            1.3,
            (
                r"\?\s|\?$|could you|can you|please (?:let|advise|confirm|send|tell|provide|approve)|bitte "
                r"(?:bestätigen"
                r"|teilen|senden|um)|pourriez-vous|merci de (?:nous|bien)|podrían|por favor (?:conf|ind|env)"
                r"|kunt u|graag (?:uw|ontvangen)|potete|vi preghiamo|\bif payment\b|\bwould\b.{0,40}\bwork"
            ),
        ),
        (
            Intent.CONFIRMATION,
            1.4,
            (
                r"order (?:confirmation|acknowledge?ment)|auftragsbestätigung|confirmation de (?:votre )?commande"
                r"|confirmaci[óo]n de pedido|orderbevestiging|conferma d'?ordine|\bas planned|on schedule|on time"
                r"|wie (?:geplant|bestätigt)|good news|ahead of (?:time|schedule)|earlier than|acknowledge"
            ),
        ),
    )
)
_ORDER = (
    Intent.SUSPICIOUS,
    Intent.CANCELLATION,
    Intent.QUALITY,
    Intent.SUBSTITUTION,
    Intent.PARTIAL_SHIPMENT,
    Intent.QUANTITY_CHANGE,
    Intent.PRICE_CHANGE,
    Intent.DELAY,
    Intent.TRACKING,
    Intent.INVOICE,
    Intent.CONFIRMATION,
    Intent.REQUEST,
    Intent.OTHER,
)


def suspicions(text: str) -> list[str]:
    """Why this mail may be a fraud or speak to a machine; empty when nothing points to it."""
    return [*injection_signs(text), *fraud_signs(text)]


def fraud_signs(text: str) -> list[str]:
    """Signs of a changed bank account, or of a hunt for credentials or urgent money."""
    found: list[str] = []
    if _PAYMENT_CHANGE.search(text):
        found.append(
            "asks to pay to another account" if _ACCOUNT.search(text) else "speaks of changed bank or payment data"
        )
    if hit := _SCAM.search(text):
        found.append(f'asks for credentials or urgent payment: "{hit[0][:80]}"')
    return found


def intents_of(
    text: str, subject: str, facts: Sequence[RawFact], *, old_dates: Sequence[date] = ()
) -> tuple[LabelScore, ...]:
    """Intents with probabilities that sum to at most one, most important first; never empty."""
    whole = f"{subject}\n{text}"
    scores = dict.fromkeys(Intent, 0.0)
    for intent, weight, pattern in _CUES:
        if hits := len({hit[0].lower() for hit in pattern.finditer(whole[:50_000])}):
            in_subject = bool(pattern.search(subject))
            scores[intent] += weight * (1 + 0.25 * (min(hits, 3) - 1) + 0.4 * in_subject)
    _from_facts(scores, facts, old_dates)
    if suspicions(whole):
        scores[Intent.SUSPICIOUS] = 3.0 + max(scores.values())
    if _NEWS.search(whole) and not facts:
        scores[Intent.OTHER] = 2.0 + max(scores[intent] for intent in Intent if intent is not Intent.SUSPICIOUS)
    told = sum(scores[intent] for intent in Intent if intent is not Intent.REQUEST)
    if told >= MIN_SCORE and facts:
        scores[Intent.REQUEST] *= 0.6
    chosen = [intent for intent in _ORDER if scores[intent] >= MIN_SCORE]
    if not chosen:
        scores[Intent.OTHER] += 1.0
        chosen = [Intent.OTHER]
    chosen.sort(key=lambda intent: (-scores[intent], _ORDER.index(intent)))
    total = sum(scores.values()) + REST
    return tuple(
        LabelScore(label=intent, probability=round(scores[intent] / total, 4)) for intent in chosen[:MAX_INTENTS]
    )


def _from_facts(scores: dict[Intent, float], facts: Sequence[RawFact], old_dates: Sequence[date]) -> None:
    fields = {fact.field for fact in facts}
    statuses = {fact.value for fact in facts if fact.field is FactField.STATUS}
    promised = [date.fromisoformat(fact.value) for fact in facts if fact.field in (FactField.ETA, FactField.SHIP_DATE)]
    quantities = [fact for fact in facts if fact.field is FactField.QUANTITY]
    if promised:
        late_already = scores[Intent.DELAY] >= 1.5  # noqa: PLR2004 - a cue of delay
        later = bool(old_dates) and max(promised) > max(old_dates)
        earlier = bool(old_dates) and max(promised) < max(old_dates)
        scores[Intent.DELAY] += 1.5 * later - (2.0 if earlier else 0)
        scores[Intent.CONFIRMATION] += 0.9 * (not late_already) + 2.0 * earlier
        scores[Intent.DELAY] = max(scores[Intent.DELAY], 0.0)
    if FactField.TRACKING in fields:
        scores[Intent.TRACKING] += 1.8
    if FactField.PRICE in fields and not promised:
        scores[Intent.PRICE_CHANGE] += 1.2
    for status, intent, weight in (
        ("confirmed", Intent.CONFIRMATION, 1.6),
        ("cancelled", Intent.CANCELLATION, 2.6),
        ("discontinued", Intent.SUBSTITUTION, 1.4),
        ("back-ordered", Intent.DELAY, 1.2),
        ("shipped", Intent.TRACKING, 0.8),
    ):
        scores[intent] += weight * (status in statuses)
    per_line = [(fact.po, fact.line) for fact in quantities]
    if len(per_line) > len(set(per_line)):
        scores[Intent.PARTIAL_SHIPMENT] += 1.8
    if promised and FactField.PRICE in fields and quantities:
        scores[Intent.CONFIRMATION] += 1.5
