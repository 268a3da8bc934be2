"""The words by which mails show what they want to tell, in six languages, as weighted regular expressions."""

import re

from agent.suggestions.model import Intent


def _any_of(*alternatives: str) -> re.Pattern[str]:
    """Any of these words, at the start of a word."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})", re.IGNORECASE)


REASON = _any_of(
    r"due to (?!(?:be|arrive|ship|leave|deliver|come|reach|start|land|dispatch)\b)|because of |because |owing to "
    r"|caused by |as a result of |on account of |thanks to (?=a |the )|(?:the )?reason (?:for this )?(?:is|being) "
    r"(?:that )?",
    r"wegen |aufgrund (?:von |eine[rs] |des |der )?|auf grund |infolge (?:von )?|bedingt durch |durch (?=einen "
    r"|eine )|grund (?:daf[üu]r )?ist ",
    r"en raison d(?:e |'|u |es )|[àa] cause d(?:e |'|u |es )|suite (?:[àa] |au |aux )|du fait d(?:e |'|u |es )"
    r"|[àa] la suite d(?:e |'|u |es )",
    r"por (?=falta|problemas|aver[íi]a|huelga|rotura|escasez|retraso|mal tiempo|una? |la |el )(?!el momento"
    r"|la presente"
    r"|la tarde|la mañana|un total|el precio)|debido a(?:l)? |a causa de(?:l)? |por (?:causa|motivo) de(?:l)? "
    r"|por culpa de(?:l)? |como consecuencia de ",
    r"wegens |vanwege |omdat |door (?=gebrek|een |de |het |problemen|storing|ziekte|tekort|vertraging)"
    r"|als gevolg van "
    r"|ten gevolge van ",
    r"a causa d(?:i |ell[aeo'] ?|el |ei |egli )|per via d(?:i |ell[aeo'] ?|el )|dovut[oa] a(?:l |lla |i )?"
    r"|in seguito a(?:l |lla |i )?|causa (?=sciopero|guasto|ritardo|mancanza)",
)
TURN = re.IGNORECASE
PAYMENT_CHANGE = re.compile(
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
    TURN,
)
ACCOUNT = re.compile(
    r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}\b|\b(?:iban|swift|bic|sort code|routing number|account number)\b", TURN
)
SCAM = re.compile(
    r"\b(?:verify|confirm|update|validate|reset|re-?activate)\b.{0,40}\b(?:password|account|credentials?|mailbox"
    r"|login|identity)\b"
    r"|\b(?:account|mailbox|access)\b.{0,50}\b(?:suspended|locked|deactivated|expire[sd]?|terminated|almost full)"
    r"|\bgift cards?\b|\bwire transfer\b|\burgent(?:ly)? (?:payment|transfer|wire)|\bpay(?:ment)? (?:immediately"
    r"|urgently)|\bcrypto(?:currency)?\b|\bbitcoin\b"
    r"|\bclick (?:here|the link|below)\b.{0,60}\b(?:verify|confirm|log ?in|sign ?in|password|account)"
    r"|\bpasswor[dt]\b.{0,40}\b(?:bestätigen|ablauf\w*)",
    TURN,
)
NEWS = re.compile(
    r"unsubscribe|newsletter|webinar|season'?s greetings|happy (?:holidays|new year|easter)|merry christmas|frohe "
    r"(?:weihnachten|ostern)|joyeu\w+ (?:noël|fêtes)"
    r"|feliz (?:navidad|año)|felices fiestas|prettige (?:feestdagen|kerst)|buon (?:natale|anno)|buone feste|visit "
    r"(?:us|our booth)|betriebsferien|trade (?:fair|show)"
    r"|abbestellen|se désabonner|\bour offices? (?:is|are|will be) closed|new range|special offer|discover our"
    r"|invit\w+ you to",
    TURN,
)
CUES: tuple[tuple[Intent, float, re.Pattern[str]], ...] = tuple(
    (intent, weight, re.compile(pattern, TURN))
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
            1.8,
            (
                r"\b(?:will|can|could|is|are|does|do|be|now|going to)\b.{0,20}\bonly\b (?:\w+ ){0,2}?(?:arriv\w*"
                r"|leave"
                r"|leaving|ship\w*|come|reach|deliver\w*|sail|be (?:ready|available|with|here|shipped|delivered|sent)"
                r"|available|ready|on|in|from|by|after|towards)\b (?!(?:the|your|our)? ?\d+ (?:pcs|pieces|units|of"
                r"|box))"
                r"|\bnot (?:\w+ ){0,4}(?:before|until|till|earlier than)\b|\bno earlier than\b|\b(?:not|n't) going to"
                r" (?:ship|arrive|make|leave|be ready)|\b(?:push|knock|set|put)\w* (?:us |it |this |them "
                r"|you )?(?:out|back)\b"
                r"|\bslipp?\w*|\bmove[sd]? (?:back )?(?:out )?to\b|\bpushed to\b|\bnew (?:ship|arrival"
                r"|delivery)\w* date"
                r"|\btake[sn]? (?:\w+ ){0,3}longer|\bhold[- ]?up\b|\bheld up\b|\bstuck\b|\bset ?back\b"
            ),
        ),
        (
            Intent.DELAY,
            1.8,
            (
                r"\berst\b (?:\w+ ){0,3}(?:am|ab|im|in|ende|anfang|mitte|kw|nach|zum|geliefert|liefer\w*"
                r"|versend\w*)\b"
                r"|\bnicht vor\b|\bfrühestens\b|\bverschiebt\b"
                r"|\bn['\u2019 ]?\w* ?\w+ (?:\w+ ){0,3}qu['\u2019e](?=.{0,12}"
                r"(?:\d{1,2} \w+|semaine|fin|début|partir))|\bpas avant\b|\bau plus tôt\b|\bno (?:\w+ ){0,4}(?:antes"
                r"|hasta)\b|\bs[óo]lo (?:\w+ ){0,3}(?:a partir|el \d)|\bse (?:retras|demor|pospon|aplaz)\w*"
                r"|\bdemor\w*"
                r"|\bpas (?:\w+ ){0,4}(?:op|vanaf|eind|begin|in|volgende|geleverd|leveren|beschikbaar)\b"
                r"|\bniet (?:voor|eerder)\b"
                r"|\bschuift\b|\bnon prima\b|\bsolo (?:il|dal|a partire|da)\b"
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
                r"|\bonly (?:have|send|ship|offer|manage|do) (?:you )?\d+"
                r"|\bnur (?:noch )?\d+ ?\w* .{0,20}(?:liefer\w*|verfügbar"
                r"|vorrätig)|\bne (?:pouvons|pourrons)\b.{0,25}que \d|\bs[óo]lo (?:podemos|podremos|tenemos"
                r"|hay)\b.{0,25}\d"
                r"|\bslechts \d+|\b(?:soltanto|solo|solamente) \d+ ?(?:pezzi|pz|unit|unidades|uds)"
                r"|\bmenge\w* .{0,20}kürz\w*"
                r"|\bquantità\b.{0,30}(?:ridott|ridur)\w*|\bhoeveelheid\b.{0,30}(?:verminder|beperk)\w*"
                r"|menge\b.{0,40}\b(?:auf|reduzier)|quantité réduite|cantidad reducida|hoeveelheid.{0,30}(?:verlaagd"
                r"|naar)"
            ),
        ),
        (
            Intent.PRICE_CHANGE,
            2.6,
            (
                r"price discrepancy|\bour (?:current |new )?price is\b|\bprices?\b.{0,60}\b(?:increas\w*|rais\w*"
                r"|ris\w*"
                r"|chang\w*|go(?:es)? up|adjust\w*|now|from .{1,20} to|decreas\w*|reduc\w*)|price (?:increase"
                r"|adjustment"
                r"|change|list)"
                r"|preis(?:anpassung|erhöhung|änderung)|preis\w*.{0,80}(?:anheben|erhöhen"
                r"|steig\w*|angepasst)|hausse\b.{0,20}(?:prix|tarif)|augmentation.{0,20}(?:prix"
                r"|tarif)"
                r"|\bnew (?:unit |list |net )?prices?\b|\bprices? (?:update|revision|rise|adjust\w*)"
                r"|\bprices?\b.{0,40}\bgoes? to\b"
                r"|\bneue[rnms]? (?:\w+)?preis\w*|preis(?:änder|anpass|erhöh|steiger|senk)\w*"
                r"|\b\w*preis\w* .{0,30}\b(?:neu|künftig)\b"
                r"|\bnouve(?:au|l|aux|lle|lles) (?:prix|tarifs?)|\b(?:r[ée]vision|ajustement|[ée]volution"
                r"|revalorisation|changement"
                r"|modification|actualisation) (?:de |des |du |tarifaire|de nos )?(?:prix|tarifs?)?\b(?<=[sxe])"
                r"|\b(?:prix|tarifs?)\b.{0,40}\b(?:pass\w+ (?:de|à)|augment\w*|major\w*)"
                r"|\b(?:actualizaci[óo]n|nuev[oa]s?|cambio|ajuste|revisi[óo]n|incremento|variaci[óo]n"
                r"|modificaci[óo]n)\b (?:de |del |en |los |las )*"
                r"(?:precios?|tarifas?)\b|\bprecios?\b.{0,40}\b(?:sub\w+|pasa\w*|aument\w*|increment\w*)"
                r"|\bprijs(?:aanpassing|stijging)|\bnieuwe prij[sz]\w*|\bprij[sz]\w*\b.{0,40}\b(?:stijg\w*"
                r"|verhoog\w*|wordt)\b"
                r"|\b(?:nuov[oi]|adeguamento|aggiornamento|variazione|aumento)\b.{0,15}\b(?:prezz[oi]|listin[oi])"
                r"|\bprezz[oi]\b.{0,40}\b(?:sal[eg]\w*|pass\w+|aument\w*)"
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
                r"\binvoices?\b|\bcredit note|\bpro ?-?forma|\brechnung\w*|\bgutschrift|\bfactur\w*|\bfactuur"
                r"|\bfattura"
                r"|amount due|\bstatement of account|zahlungserinnerung|overdue payment"
            ),
        ),
        (
            Intent.QUALITY,
            2.6,
            (
                r"\bcrack(?:s|ed)\b|\bfaulty\b|\bproduct recall\b|\brecall(?:ed|ing)?\b(?! (?:that|correctly|if|we"
                r"|you|our))"
                r"|\bsafety notice\b|\bfield (?:action|notice)\b|\bdo not (?:use|install|fit)\b|\bnot to (?:use"
                r"|install)\b"
                r"|\bscrap(?:ped)?\b|\bfail(?:ed|s)? (?:our |the )?(?:\w+ )?(?:inspection|test|qc|quality)"
                r"|\bmängel\w*|\bmangel\b(?! an)|\bfehlerhaft\w*|\briss(?:e|en)\b|\bprüfbericht|\bgesperrt\b"
                r"|\bausschuss\b"
                r"|\bnon[- ]?conform\w*|\bd[ée]fectueu\w*|\brappel (?:de |du |des )(?:produits?|lots?)|\bfissur\w*"
                r"|\bretirer\b.{0,20}vente"
                r"|\bno conform\w*|(?<!por )\bdefecto[s]?\b|\bretirada (?:de|del) (?:producto|lote)|\bgrietas?\b"
                r"|\bdañad\w*"
                r"|(?<!door )(?<!wegens )(?<!vanwege )\bgebrek(?:en)?\b(?! aan (?:materia|grondst|personeel|capac"
                r"|onderd|staal"
                r"|tijd|ruimte|chauff|vracht))|\bniet[- ]conform\w*|\bafgekeurd\w*|\bterugroep\w*|\bscheur(?:en"
                r"|tjes)\b"
                r"|\brichiamo (?:del |di )(?:prodott|lott)\w*|\bcrep[ae]\b|\bdanneggiat\w*"
                r"|\bdamaged\b|\bbroken\b|\bcomplaint\b|beschädigt|reklamation|\bdefect\w*|\bquality (?:issue"
                r"|hold|problem|alert)|non-?conform\w*|\bquarantine|\bporosity|\bcracks? in\b|contaminat\w*|rückruf"
                r"|\bmangelhaft|qualitäts\w*"
                r"|(?<!à )(?<!par )\bdéfauts?\b(?! de (?:paiement|livraison|r[ée]ponse))|non-conformit\w*"
                r"|\bdefectuos\w*|kwaliteitsprobleem|\bdifett\w*|out of (?:spec|tolerance)"
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
NO_CUE = re.compile(  # words that only sound like news
    r"\b(?:no|without|avoid\w*|any|further) (?:\w+ )?delays?\b|\b(?:late|delayed|slow) (?:reply|answer|response"
    r"|payment)\b"
    r"|\bdelay in (?:reply|respon|answer|gett)\w*|\b(?:ohne|keine) verzögerung\w*|\bspäte (?:antwort|rückmeldung)\b"
    r"|\bsans retard\b|\bsin (?:retraso|demora)s?\b|\bzonder vertraging\b|\bsenza ritard\w*|\bsans délai\b"
    r"|\bquality (?:is|remains|products?|policy|manage\w+|team|department|standards?)\b",
    TURN,
)
CAUSE = re.compile(rf"{REASON.pattern}[^.;!?\n]{{0,60}}", re.IGNORECASE)
