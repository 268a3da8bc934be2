"""The words by which suppliers' mails say what they mean, in six languages, as regular expressions."""

import re


def any_of(*alternatives: str) -> re.Pattern[str]:
    """Any of these words, at the start of a word."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})", re.IGNORECASE)


# --- what a date is about -----------------------------------------------------------------------
SHIP = any_of(
    r"ship(?:s|ped|ping|ment)?\b(?! to\b)(?:\s+dates?)?",
    r"(?:dis|des)patch(?:ed|es|ing)?\b",
    r"leav(?:e|es|ing)\b|left (?:our|the) (?:factory|warehouse|plant|works)",
    r"ex[- ]?works|EXW\b|ETD\b|ready\b|go(?:es)? out\b|(?:be )?sent(?: out)?\b|send(?:ing)?\b|pick(?:ed)?[- ]?up\b"
    r"|collect(?:ed|ion)\b",
    r"handed\b|sail(?:s|ed|ing)?\b|load(?:ed|ing)\b|depart(?:s|ed|ure)?\b",
    r"versand\w*|versend\w*|verschick\w*|ausgeliefert|abhol\w*|abgeholt|(?:versand|abhol)?bereit\b|raus\w*|übergeben"
    r"|verlässt|verlassen|geht\b.{0,40}\braus",
    r"exp[ée]di\w*|d[ée]part\w*|enl[èe]vement|part(?:ira|iront|ent|ie?s?)\b",
    r"env[ií]\w*|sal(?:e|en|drá|drán|ida|ieron|ió)\b|despach\w*|recogida",
    r"verzend\w*|verzonden|verstuur\w*|verstur\w*|vertrek\w*|opgehaald",
    r"spedi\w*|partenza|partir[àa]\w*|ritiro",
)
DELIVER = any_of(
    r"deliver(?:s|ed|y|ies|ing|able)?\b|arriv(?:e|es|ed|al|ing)\b|ETA\b|expect(?:s|ed|ing)?\b|reach(?:es)?\b|receiv"
    r"(?:e|es)\b|with you\b|confirmed (?:for|to|on)\b|out of stock|slip(?:s|ped)?\b|postponed\b|delayed\b|at your "
    r"(?:dock|door|site|warehouse|premises|end)"
    r"|in your hands",
    r"delay(?:ed)? (?:to|until|till)|postponed? (?:to|until|till)|(?:moved|moves|pushed|slip(?:s|ped)?|put) (?:back "
    r"|out )?(?:to|until)|reschedul\w*",
    r"(?:back )?in stock|available\b|availability|due (?:in|on|date|by)\b|follow(?:s|ing)?\b|lands?\b|lead ?time"
    r"|not (?:before|until)",
    r"new date|schedul\w*|as (?:planned|agreed|promised)|(?:remains?|stays?|kept|maintained) (?:at|on|for|as)\b"
    r"|on (?:time|schedule|track)|come in\b|be here|get (?:it|them) to you",
    r"\w*liefer\w*|eintreff\w*|ein(?:zu)?treff\w*|treffen|ankomm\w*|ankunft|zugestellt|zustell\w*|komm(?:t|en)\b"
    r"|folg(?:t|en)\b|verf[üu]gbar|verz[öo]ger\w*|verschieb\w*|verschoben|erwart\w*|(?:neuer )?termin\b"
    r"|wieder auf lager|nicht (?:auf lager|lieferbar)|voraussichtlich",
    r"livr\w*|mainten\w*|confirm[ée]\w* (?:pour|au)|arriv\w*|r[ée]ception\w*|report[ée]\w*|pr[ée]vu\w*|repouss\w*"
    r"|d[ée]cal\w*|disponib\w*|suivra"
    r"|en rupture|suivront"
    r"|retard\w*",
    r"se mantiene\w*|confirmad\w+ para|entreg\w*|lleg\w*|retras\w*|aplaz\w*|previst\w*|recibir\w*|seguir\w*"
    r"|pospon\w*|agotad\w*",
    r"lever(?:ing|en|t|datum|tijd)?\b|\w*leverdatum|levering\w*|geleverd|aankomst|aankom\w*|verwacht\w*|vertraag\w*"
    r"|volg(?:t|en)\b|beschikbaar|uitgesteld|niet op voorraad",
    r"confermat\w+ (?:per|al)|consegn\w*|arriver\w*|slitt\w*|postici\w*|rinviat\w*|previst\w*|seguir\w*|attes\w*"
    r"|esaurit\w*",
)
NEW_DATE = any_of(r"new|now|neue[rns]?|nouve\w+|nueva|nuevo|nieuwe|nuova|nuovo|revised|updated|rescheduled")
OLD = any_of(
    r"instead of|rather than|originally|initially|previously|formerly|was (?:due|planned|scheduled|promised"
    r"|expected)|were (?:due|planned|scheduled|promised|expected)",
    r"old|former|previous|moved from|not (?:on |by )?(?=\d)|prior|had been|used to|compared (?:to|with)|in place of"
    r"|in lieu of|replac(?:es|ing) the",
    r"statt|anstatt|anstelle|urspr[üu]nglich\w*|bisher\w*|alte[rnms]?\b|zun[äa]chst|zuvor",
    r"au lieu d[eu']|initialement|auparavant|ancien\w*|pr[ée]c[ée]dent\w*",
    r"en (?:lugar|vez) de\w*|inicialmente|anterior\w*|originalmente",
    r"in plaats van|oorspronkelijk\w*|aanvankelijk|eerder(?:e)?\b|oude",
    r"invece d\w+|anzich[ée]|originari\w*|inizialmente|precedent\w*",
)
FROM_WORD = re.compile(
    r"(?<!\w)(?:from|vom|von|del?|du|dal|da|van|desde)\s(?:the |el |le |il |den |dem )?$", re.IGNORECASE
)
TO_WORD = re.compile(r"^[\s,]{0,2}(?:to|until|auf|au|à|al?|naar|hasta|a|bis)\s", re.IGNORECASE)
NO_FACT = any_of(  # dates that belong to something else than goods
    r"dated|date of (?:order|invoice)|order(?:ed)? (?:date|on|of)|your (?:e-?mail|mail|letter|inquiry|enquiry|call"
    r"|request|message|order) (?:of|from|dated)",
    r"plac(?:ed|ing)|received|since|invoice\w*|pay(?:ment|able|ments)?\b|paid|amount due|remit\w*|due by|credit"
    r"|valid(?:ity)?|quot(?:e|ation)\w*|offer (?:is )?(?:valid|expires)|expir\w*",
    r"clos(?:ed|ing|ure)|holidays?|vacation|fair\b|booth|exhibition|webinar|meeting|call (?:on|at)|visit\w*"
    r"|shut ?down|stock[- ]?tak\w*|effective|price\w*|as of|status (?:per|as)|per (?=\d)|until stocks?",
    r"let you know|(?:get|come|revert|be) back to you|inform you|update you|advise (?:you )?(?:by|on|until)|confirm "
    r"(?:by|until|before|this by)|reply|respond|answer\w*|feedback|hear from|know more|firm date|contact you"
    r"|call you|check\w*|please (?:confirm|advise|send)|sign\w*|deadline|fail(?:ed|ure)",
    r"bestellung vom|auftrag vom|(?:e-?mail|schreiben|anfrage|rechnung) vom|vom (?=\d)|rechnung\w*|zahl\w*"
    r"|g[üu]ltig\w*|betriebsferien|geschlossen|urlaub|feiertag\w*|messe\b|preis\w*|r[üu]ckmeld\w*|melden|bescheid"
    r"|informier\w*|stand (?=\d)|angebot\w*",
    r"commande du|courriel du|facture\w*|paiement|pay[ée]\w*|valable\w*|ferm[ée]\w*|fermeture|cong[ée]s|salon\b"
    r"|tarif\w*|prix|tiendrons|inform\w*|votre (?:mail|demande) du",
    r"pedido del|correo del|factura\w*|pag(?:o|ar|os)\b|v[áa]lid\w*|cerrad\w*|vacaciones|feria|precio\w*|tarifa\w*"
    r"|informar\w*",
    r"bestelling van (?=\d)|factu\w*|betal\w*|geldig\w*|gesloten|vakantie|beurs|prij\w*|laten weten|informer\w*",
    r"ordine del|fattur\w*|pagament\w*|valid\w*|chius\w*|ferie|fiera|prezz\w*|informer\w*|far sapere",
)

# --- small words that tell nothing -------------------------------------------------------------
_SMALL = """
a an and at by each for from in is now of on or per qty the then to
und am ab an auf bei bis den der die das im je jetzt nun pro um von vom zu zum zur
et le la les de des du au aux un une en par maintenant chacun
el los las del al por ahora y con unidad ud cu
op het een voor van tot nu te per stuk
il lo gli di da dal alla al ora adesso cad cadauno
ea nr no num
"""
SMALL = frozenset(_SMALL.split())

# --- what is not meant as a fact ----------------------------------------------------------------
NOT = any_of(
    r"cannot|can ?not|can'?t|can\u2019t|unable|not (?:be )?able|won'?t|won\u2019t|will not|not (?:possible|yet"
    r"|confirm\w*|make|meet|hold|going|ready|available|arrive|ship|deliver)|no longer|never|impossible|fail(?:ed"
    r"|s)? to|not be|isn'?t|aren'?t|neither|nor\b|is not|are not|do not|does not|did not|didn'?t|don'?t|miss(?:ed"
    r"|es)?",
    r"nicht|kein\w*|ohne|unm[öo]glich|leider nicht",
    r"ne\b.{0,30}\bpas\b|n'.{0,30}\bpas\b|impossible|pas (?:possible|encore|en mesure)|aucun\w*",
    r"no (?:podemos|puede|ser[áa]|es|podremos|hemos|ha|est[áa]|llegar[áa])|imposible|ning[úu]n\w*|nunca",
    r"niet|geen\b|onmogelijk",
    r"non\b|impossibile|nessun\w*",
)
NOT_UNTIL = any_of(
    r"not? (?:\w+ ){0,3}(?:before|until|till|earlier)|(?:cannot|can'?t|unable|won'?t) (?:\w+ ){0,4}(?:before|until"
    r"|till)|only (?:on|in|by|from|be)|not? (?:\w+ ){0,3}any earlier|n'?t (?:\w+ ){0,3}(?:before|until|till)",
    r"erst|nicht (?:\w+ ){0,4}vor\b|fr[üu]hestens|nicht fr[üu]her",
    r"pas (?:\w+ ){0,4}avant|qu['\u2019]?\s?(?:[àa] partir|au|en|le)\b|que le\b|au plus t[ôo]t",
    r"no (?:\w+ ){0,4}antes|hasta el",
    r"niet (?:\w+ ){0,4}(?:voor|eerder)|pas (?:op|in|vanaf|eind|begin|volgende)|op zijn vroegst",
    r"non (?:\w+ ){0,4}prima|solo (?:il|a partire)",
)
IF = any_of(
    r"if\b|unless|provided|assuming|in case|would\b(?! like to)|could\b|might\b|may (?:be|ship|deliver|arrive"
    r"|slip)\b|as long as|should you|depending|subject to|whether|perhaps|hope(?:fully)?\b|hoping|tr(?:y|ying) to"
    r"|aim(?:ing)? (?:for|to)|best case|worst case|propos\w*|suggest\w*|alternativ\w*|risk of|potential\w*",
    r"wenn\b|falls\b|sofern|w[üu]rde\w*|k[öo]nnten?\b|vorausgesetzt|vielleicht|eventuell|evtl|hoff\w*"
    r"|gegebenenfalls",
    r"si (?:vous|nous|le|la|votre|un)\b|s'il|pourrai\w*|pourri\w*|sous r[ée]serve|serait|peut-[êe]tre|[ée]ventuel\w*"
    r"|esp[ée]r\w*",
    r"si (?:el|la|se|nos|usted|recib\w*|pueden|lo|es)\b|podr[ií]a\w*|ser[ií]a|quiz[áa]s?|tal vez|esper(?:amos|o) "
    r"(?:poder)",
    r"als u|als we|als de|indien|zou(?:den)?\b|misschien|eventueel|hop(?:en|elijk)",
    r"se (?:il|la|lo|voi|riceviamo|possibile|potete)\b|potremmo|potrebbe\w*|sarebbe|forse|sper\w*|eventual\w*",
)
OFFER = any_of(
    r"alternativ\w*|substitut\w*|replacements?\b|equivalent|in its place|instead\b(?! of)|successor",
    r"ersatz\w*|nachfolge\w*|gleichwertig\w*|stattdessen",
    r"remplacement|[ée]quivalent\w*|[àa] la place|substitut\w*",
    r"sustitut\w*|equivalente\w*|en su lugar|reemplazo|alternativ\w*",
    r"vervang\w*|gelijkwaardig\w*|in plaats daarvan|alternatief",
    r"sostitut\w*|equivalent\w*|al suo posto|in alternativa",
)
_OFFERING = re.compile(
    r"alternativ|propos|suggest|could|would|pourr|podr[ií]a|k[öo]nnte|w[üu]rde|zou|potremmo|potrebbe|eventuell|evtl"
    r"|risk|propon",
    re.IGNORECASE,
)


def conditional(text: str) -> bool:
    """Whether what the text says only holds perhaps. Words that offer a substitute leave its figures certain."""
    offer = bool(OFFER.search(text))
    return any(not (offer and _OFFERING.match(hit[0])) for hit in IF.finditer(text))


BUT = re.compile(
    r"\s(?:but|however|yet|so|therefore|instead|sondern|aber|jedoch|daher|mais|donc|sino|pero|maar|ma|per[òo]|quindi"
    r"|dus)\s",
    re.IGNORECASE,
)
QUESTION_START = any_of(
    r"(?:could|can|would|will|do|does|is|are|may|shall|should|did) (?:you|we|i|it|this|that|they|the)\b|please "
    r"(?:let|tell|advise|confirm|inform|send)|what|when|which|how\b"
)

# --- statuses -----------------------------------------------------------------------------------
STATUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "confirmed",
        any_of(
            r"(?:we|i) (?:can |are pleased to |are happy to |are glad to |would like to |hereby |herewith "
            r"|now )*confirm\b(?! (?:receipt|that we (?:have )?received|the receipt|once|as soon|by|later))",
            r"(?:order|po|delivery|line|item|everything|all|purchase order|\d+) (?:\S+ ){0,2}(?:is|are|has been"
            r"|have been) (?:herewith |hereby |now |fully )?confirmed",
            r"confirmed(?=[.!]|\s*$| (?:for|by) )",
            r"(?:hiermit |gerne |hiermit gerne )?best[äa]tigen wir|wir best[äa]tigen|(?:ist|sind|wurde) best[äa]tigt",
            r"(?:nous )?(?:vous )?confirmons|(?:est|sont) confirm[ée]e?s?\b",
            r"(?:le |les |la )?confirmamos|(?:est[áa]|queda|quedan) confirmad[oa]s?",
            r"(?:wij|we) bevestigen|(?:hierbij|graag) bevestigen wij?|(?:is|zijn) bevestigd",
            r"(?:vi )?confermiamo|(?:è|sono) confermat[oaie]",
        ),
    ),
    (
        "cancelled",
        any_of(
            r"(?:has|have|had|is|are|was|were|been|be|being|got|:|\u2013|-) cancell?ed|cancell?ed\b(?! (?:cheque"
            r"|check))|(?:have|need|forced|obliged|had|want|must|going|decided|regret) (?:\w+ )?(?:to )?cancel\b"
            r"|we cancel\b|must cancel|cancellation of",
            r"storn\w+|annullier\w+",
            r"annul[ée]\w*|annuler\b",
            r"cancelad\w*|cancelar\b|anulad\w*|anular\b",
            r"geannuleerd\w*|annuleren\b|annulering",
            r"annullat\w*|annullare\b|annullamento",
        ),
    ),
    (
        "discontinued",
        any_of(
            r"discontinu\w+|(?:gone|going|goes|taken|is|are|now|been) out of production|ceased production"
            r"|no longer (?:be )?(?:manufactured|available|produced|made|in production|supplied"
            r"|offered)|end[- ]of[- ]life|EOL\b|phased out|obsolete",
            r"abgek[üu]ndigt|nicht mehr (?:lieferbar|hergestellt|produziert|verf[üu]gbar|im programm)|ausgelaufen"
            r"|auslaufartikel|eingestellt",
            r"plus (?:fabriqu\w+|disponible|produit\w*)|arr[êe]t[ée]\w* (?:de|d[ée]finitivement)|fin de vie"
            r"|obsol[èe]te",
            r"descatalogad\w+|ya no se fabrica|descontinuad\w+|fuera de producci[óo]n|discontinuad\w+",
            r"uit (?:productie|het assortiment)|niet meer (?:leverbaar|geproduceerd)",
            r"fuori produzione|non pi[ùu] (?:disponibil\w|prodott\w)",
        ),
    ),
    (
        "back-ordered",
        any_of(
            r"on back[- ]?order\b|back[- ]?ordered\b|(?:is|are|as) back[- ]?orders?\b|out of stock|not (?:currently "
            r"|presently )?in stock|sold out|stock ?out",
            r"nicht (?:auf|am) lager|ausverkauft|nicht vorr[äa]tig|im r[üu]ckstand|r[üu]ckstand\b",
            r"rupture de stock|en rupture\b|plus en stock",
            r"agotad\w+|sin (?:stock|existencias)|fuera de stock",
            r"niet (?:op|in) voorraad|uitverkocht|nalevering",
            r"esaurit\w+|non (?:disponibil\w|in magazzino)",
        ),
    ),
    (
        "shipped",
        any_of(
            r"(?:has|have|had|was|were|been|already|just) (?:\w+ ){0,2}(?:shipped|dispatched|despatched|sent out"
            r"|handed over)|(?:shipped|dispatched|despatched)(?= (?:yesterday|today|via|with|by (?:ups|dhl|fedex|air"
            r"|sea|truck)|last|this morning|on))|\d \w+ (?:shipped|dispatched)|(?:is|are) (?:now )?(?:on (?:its"
            r"|their|the) way|in transit|underway|out for delivery)|left (?:our|the) (?:warehouse|factory|plant"
            r"|works|premises)|(?:shipped"
            r"|dispatched)(?=[.!,]|$)|goods? (?:\S+ ){0,3}loaded on",
            r"(?:wurden?|ist|sind|haben) .{0,60}?(?:versandt|versendet|verschickt|(?:an \S+ )?[üu]bergeben"
            r"|abgeschickt|raus(?:gegangen|geschickt)|ausgeliefert)|(?:ist|sind) unterwegs|versandt(?=[.!]|$)",
            r"(?:a|ont) [ée]t[ée] exp[ée]di[ée]\w*|(?:est|sont) (?:parti\w*|en route|exp[ée]di\w*)|(?:avons"
            r"|a) exp[ée]di[ée]",
            r"(?:ha|han) sido enviad\w*|hemos enviado|(?:est[áa]n?) en camino|(?:fue|fueron) enviad\w*|ha salido"
            r"|se ha enviado",
            r"(?:is|zijn|werd|hebben) .{0,40}?(?:verzonden|verstuurd)|(?:is|zijn) onderweg",
            r"(?:è|sono) stat\w .{0,20}?spedit\w|abbiamo spedito|(?:è|sono) partit\w|(?:è|sono) in viaggio",
        ),
    ),
)
STATUS_FOR_CELL = {
    "confirmed": re.compile(r"confirmed|ok\b|bestätigt|confirmé|confirmad|bevestigd|confermat", re.IGNORECASE),
    "cancelled": re.compile(r"cancel|storn|annul|anulad|geannul", re.IGNORECASE),
    "discontinued": re.compile(r"discontin|eol\b|end of life|abgekündigt|obsolet|descatalog", re.IGNORECASE),
    "back-ordered": re.compile(r"back[- ]?order|out of stock|rückstand|rupture|agotad|nalever|esaurit", re.IGNORECASE),
    "shipped": re.compile(r"\bshipped|dispatched|versandt|versendet|expédié|enviad|verzonden|spedit", re.IGNORECASE),
}

# --- faults of goods ----------------------------------------------------------------------------
SPOILT = (
    r"defect\w*|damage\w*|porosity|reject\w*|scrap\w*|faulty|broken|crack(?:s|ed)\b|corro\w+|rust\w*|contaminat\w*"
    r"|(?<!not )affected|non-?\s?conform\w*|quarantin\w*|recall(?:ed|ing)|out of (?:spec|tolerance)"
    r"|fehlerhaft\w*|besch[äa]digt\w*|m[äa]ngel\w*|mangelhaft\w*|riss\w*|(?<!nicht )betroffen\w*|gesperrt\w*"
    r"|reklam\w*"
    r"|d[ée]faut\w*|d[ée]fectueu\w*|non[- ]conform\w*|endommag\w*|fissur\w*|concern[ée]\w*"
    r"|defecto\w*|defectuos\w*|no conform\w*|da[ñn]ad\w*|grietas?|afectad\w*"
    r"|gebrek\b|gebreken|beschadigd\w*|scheur\w*|(?:niet|non)[- ]conform\w*|afgekeurd\w*"
    r"|difett\w*|danneggiat\w*|crep[ae]\b|interessat[ie]\b"
)
