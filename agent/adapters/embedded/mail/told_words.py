"""The words by which mails state what became of an order, what caused it, and under which number it travels."""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(patterns) + ")", re.IGNORECASE)


_OFF_ORDER = r"(?:off|out of|from) (?:the |your |this )?(?:order|po\b|P\d)"
STATUSES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "cancelled",
        _any(
            r"(?:has been |have been |is |are |was |were |hereby |now |line |order |must |have to |had to "
            r"|we )cancel(?:led|ed)?\b",
            r"cancell(?:ed|ation)\b|(?:struck|taken?|took|knock(?:ed)?|drop(?:ped)?|removed?|deleted?) (?:\S+ ){0,6}?"
            + _OFF_ORDER,
            r"struck off\b|(?:take|taken|took) (?:\S+ ){0,4}?off (?:P\d|the order|your order|it\b)"
            r"|have taken line \d+ off",
            r"(?:decline|withdraw from|refuse) (?:the |this |your )?(?:performance|order|contract)"
            r"|please take from other",
            r"stornier(?:t|en)\b|storno\b|annullier(?:t|en)|ersatzlos (?:gestrichen|streichen)|entf[äa]llt\b"
            r"|gestrichen\b",
            r"annul(?:[ée]e?s?\b|ons\b|ation\b)|supprim[ée]e?s? de (?:la|votre) commande",
            r"anulad[oa]s?\b|anulamos\b|cancelad[oa]s?\b|hemos anulado\b|queda(?:n)? sin efecto",
            r"geannuleerd\b|annuleren\b|geschrapt\b|(?:regel|order|bestelling) (?:\S+ ){0,4}?vervalt\b",
            r"annullat[oaie]\b|annulliamo\b|stornat[oaie]\b",
        ),
    ),
    (
        "discontinued",
        _any(
            r"discontinued\b|no longer (?:produced|made|manufactured|available|in production|exists?)"
            r"|end[- ]of[- ]life\b",
            r"(?:gone|taken|dropped) (?:from|out of) (?:the|our) (?:range|programme|catalogue|assortment)"
            r"|out of production\b",
            r"(?:been )?superseded by\b|phased out\b|ceased production\b|obsolete\b|there will be no more of (?:it"
            r"|them)\b",
            r"abgek[üu]ndigt\b|nicht mehr (?:erh[äa]ltlich|lieferbar|hergestellt|gefertigt|produziert|im programm)",
            r"ausgelaufen\b|auslaufartikel|eingestellt\b(?! auf)",
            r"(?:article|r[ée]f[ée]rence|produit|mod[èe]le|gamme|coloris)\S* (?:\S+ ){0,3}?(?:est"
            r"|sont) arr[êe]t[ée]e?s?\b|arr[êe]te la (?:gamme|production|r[ée]f[ée]rence)"
            r"|n'en referons plus|plus (?:fabriqu[ée]e?s?|disponibles?|produite?s?)\b|supprim[ée]e?s? du catalogue",
            r"descatalogad[oa]s?\b|ya no se (?:fabrica|produce)n?\b|fuera de (?:producci[óo]n|cat[áa]logo)",
            r"uit (?:productie|het assortiment)\b|niet meer (?:leverbaar|geproduceerd|gemaakt)\b|vervallen\b",
            r"fuori (?:produzione|catalogo)\b|non (?:[èe] )?pi[ùu] (?:disponibil[ei]|prodott[oaie])\b",
        ),
    ),
    (
        "on_hold",
        _any(
            r"(?:placed|put|kept|is|are|remains?|stays?) on hold\b|on hold\b|(?<![a-z] )HOLD\b(?!ing)",
            r"(?:is|are|remains?) (?:hereby )?suspended\b|suspended until\b|(?:is|are) blocked\b|frozen until\b",
            r"(?:nothing|not) (?:\S+ ){0,4}?(?:shipped|moves?|leaves?|entered|released|booked|start(?:ed|s)?)"
            r" (?:\S+ ){0,3}?(?:until|till|before) (?:we|i|you|your)\b[^.;\n]{0,12}",
            r"(?:angehalten|gesperrt|zur[üu]ckgestellt|gestoppt) (?:bis|und)?|liegt auf eis\b|ruht bis\b",
            r"(?:est|sont|reste(?:nt)?) (?:bloqu[ée]e?s?|suspendue?s?|en attente)\b",
            r"(?:queda(?:mos|n)?|est[áa]n?) (?:\S+ )?(?:a la espera|bloquead[oa]s?|retenid[oa]s?|en espera"
            r"|suspendid[oa]s?)"
            r"(?: para tramitar)?",
            r"(?:staat|staan|blijft) (?:\S+ )?(?:in de wacht|geblokkeerd|on hold)\b|aangehouden\b",
            r"(?:resta|restano|rimane) (?:ferm[oaie]|bloccat[oaie]|sospes[oaie])\b|(?:[èe]|sono) sospes[oaie]\b",
        ),
    ),
    (
        "rejected",
        _any(
            r"(?:order|po|line|request) (?:\S+ ){0,3}?(?:is |was |been )?(?:rejected|refused|not accepted)\b"
            r"|not accepted\b",
            r"(?:auftrag|bestellung) (?:\S+ ){0,4}?(?:abgelehnt|nicht angenommen)\b"
            r"|commande (?:\S+ ){0,2}?(?:refus[ée]e)\b",
            r"pedido (?:\S+ ){0,2}?rechazado\b|(?:order|bestelling) (?:\S+ ){0,3}?(?:afgewezen|geweigerd)\b"
            r"|ordine rifiutato\b",
        ),
    ),
    (
        "delivered",
        _any(
            r"(?:was|were|has been|have been) (?:already )?delivered\b|(?:was|were) signed for\b"
            r"|handed over to you\b",
            r"(?:wurden?|ist|sind) (?:\S+ ){0,4}?(?:zugestellt|angeliefert)\b|a [ée]t[ée] livr[ée]e?s?\b",
            r"(?:ha sido|fue|fueron) entregad[oa]s?\b|(?:is|zijn|werd) (?:\S+ ){0,3}?(?:afgeleverd|bezorgd)\b"
            r"|[èe] stat[oa] consegnat[oa]\b",
        ),
    ),
    (
        "shipped",
        _any(
            r"(?:has|have|was|were|been) (?:\w+ ){0,2}?(?:shipped|dispatched|despatched|sent out|collected"
            r"|picked up)\b",
            r"(?:was|were) handed (?:over )?to \w+(?: today| yesterday)?|went out (?:today|yesterday|last|on|this)\b"
            r"|(?:is|are) on (?:the|its|their) (?:truck|way|boat|water|road)\b|(?:is|are) in transit\b"
            r"|has left (?:us|our)\b",
            r"(?:wurden?|ist|sind) (?:\S+ ){0,5}?(?:versandt|versendet|verschickt|[üu]bergeben|abgeholt"
            r"|rausgegangen)\b"
            r"|(?:ist|sind) unterwegs\b",
            r"a quitt[ée] notre \w+|(?:a|ont) [ée]t[ée] (?:exp[ée]di[ée]|remis)e?s?\b|(?:est|sont) (?:partie?s?"
            r"|en route)\b",
            r"ha(?:n)? salido\b|hemos enviado\b|(?:ha sido|fue) enviad[oa]\b|est[áa]n? en camino\b",
            r"(?:is|zijn) (?:\S+ ){0,3}?(?:verzonden|verstuurd|onderweg|opgehaald)\b",
            r"(?:[èe]|sono) (?:partit[oaie]|in viaggio|stat[oaie] spedit[oaie])\b|abbiamo spedito\b",
        ),
    ),
    (
        "back_ordered",
        _any(
            r"(?:on )?back[- ]?order(?:ed)?\b|(?:is|are) out of stock\b|(?:ist|sind) ausverkauft\b"
            r"|en rupture(?: de stock)?\b",
            r"(?:est[áa]n?) agotad[oa]s?\b|niet op voorraad\b|(?:[èe]|sono) esaurit[oaie]\b",
        ),
    ),
    (
        "delayed",
        _any(
            r"(?:can ?not|can't|will not|won't|could not|rather not) (?:yet )?(?:give|date|tell|promise|say"
            r"|indicate|name)"
            r" (?:\S+ ){0,3}?(?:date|day|when)\b|(?:balance )?i can't date(?: yet)?\b|no (?:new |firm "
            r"|fixed )?(?:date|eta)"
            r" (?:yet|so far|known|available)\b|(?:is|are) (?:certainly|definitely) off\b|date (?:is )?(?:unknown"
            r"|tba|tbc)\b"
            r"|until further notice\b|delayed indefinitely\b",
            r"(?:termin|datum) (?:\S+ ){0,8}?nicht (?:\S+ )?(?:einhalten|halten|nennen)\b"
            r"|noch kein(?:en)? (?:neuen )?termin\b"
            r"|termin (?:ist |noch )?offen\b|bis auf weiteres\b",
            r"(?:n'ose pas|ne (?:pouvons|peux|puis) pas|pas encore) (?:\S+ ){0,4}?(?:de )?(?:nouvelle )?date\b"
            r"|date inconnue\b",
            r"(?:no|sin) (?:\S+ ){0,3}?(?:nueva )?fecha (?:todav[íi]a|a[úu]n|por ahora|concreta)\b|sin fecha\b",
            r"(?:nog )?geen (?:nieuwe )?(?:datum|leverdatum)\b|datum (?:nog )?onbekend\b",
            r"(?:senza|nessuna) (?:nuova )?data\b|data da definire\b|non (?:\S+ ){0,3}?(?:una |la )?data (?:certa"
            r"|precisa)\b",
        ),
    ),
    (
        "ready",
        _any(
            r"(?:is|are|stands?) (?:\w+ )?ready(?: for (?:collection|pick ?-?up|shipment|dispatch))?(?=[.,;!]|\s*$"
            r"| and )",
            r"(?:liegen|liegt|stehen|steht|ist|sind) (?:\S+ ){0,2}?(?:abholbereit|versandbereit|bereit)\b|(?:est"
            r"|sont)"
            r" pr[êe]te?s?\b|est[áa]n? list[oa]s?\b|(?:staat|staan|ligt|liggen) klaar\b|(?:[èe]|sono) pront[oaie]\b",
        ),
    ),
)
UNREAL = _any(
    r"if\b|unless\b|in case\b|whether\b|should you\b|otherwise\b|would\b|could\b|might\b|may\b|wenn\b|falls\b|sonst\b"
    r"|w[üu]rde\w*|ob\b|si\b|sinon\b|sauf\b|de lo contrario\b|als\b(?= u| je| we| wij)|indien\b|anders\b|zou\b|se\b"
    r"|altrimenti\b|qualora\b",
)
DENIED = re.compile(
    r"\b(?:not|never|n't|nicht|kein\w*|pas|no|niet|geen|non|nor|neither|without|ohne|sans|sin|zonder"
    r"|senza)\W+(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
REPLACED = _any(
    r"(?:superseded|replaced|substituted|succeeded) (?:\S+ ){0,2}?by (?:the |our |type |model |article )?",
    r"(?:offer|send|ship|deliver|supply) (?:you )?(?:the |our |its |type |model |article |successor )*(?=\S*\d)",
    r"(?:successor|replacement|alternative|substitute|equivalent)(?: \w+)? (?:is |would be )?(?:the |our |type )?",
    r"ersetzt durch (?:den |die |das )?|(?:ersatz|nachfolge|alternativ)\w* (?:ist |w[äa]re |liefern wir )?(?:der "
    r"|die |das |den )?",
    r"remplac[ée]e?s? par (?:la |le |l')?|(?:[ée]quivalent|rempla[çc]ant) (?:est )?(?:la |le )?",
    r"(?:sustituid|reemplazad)[oa]s? por (?:el |la )?|(?:alternativa|sustituto) (?:es )?(?:el |la )?",
    r"vervangen door (?:de |het )?|(?:opvolger|alternatief) (?:is )?(?:de |het )?",
    r"sostituit[oaie] (?:da|dal|dalla|con) (?:il |la )?|(?:sostitutivo|alternativa) [èe] (?:il |la )?",
)
CODE = re.compile(r"(?=[\w./-]*\d)(?=[\w./-]*[A-Za-z])[A-Za-z0-9][\w./-]{2,24}(?<![./-])")

# --- reasons ------------------------------------------------------------------------------------
CAUSE = _any(
    r"due to |because of |because |owing to |caused by |as a result of |on account of |the reason (?:is"
    r"|being) (?:that )?"
    r"|reason\s?: ?|cause\s?: ?|thanks to (?=a |the )|(?<=\d )since (?=we |our |the )|following (?=the |an? )",
    r"wegen |aufgrund (?:von |eine[rs] |des |der )?|infolge (?:von )?|bedingt durch |grund (?:daf[üu]r )?ist "
    r"|grund: |weil |da (?=uns |wir |der |die |das |unser)",
    r"en raison d(?:e la |es |e l'|e |u |')|[àa] cause d(?:e la |es |e l'|e |u |')|suite (?:[àa] |au |aux )"
    r"|motif : ?|parce que |du fait d(?:e |'|u |es )",
    r"debido a(?:l)? |a causa de(?:l)? |por culpa de(?:l)? |como consecuencia de |porque |por (?=la (?:huelga"
    r"|subida|rotura|falta)|falta|rotura|aver[íi]a|parada|huelga|el (?:mal|retraso))",
    r"wegens |vanwege |omdat |doordat |door (?=gebrek|een|de |het |problemen|storing|ziekte|tekort)"
    r"|als gevolg van |ten gevolge van ",
    r"a causa d(?:i |ell[aeo'] ?|el |ei |egli )|per via d(?:i |ell[aeo'] ?|el )|dovut[oa] a(?:l |lla |i )?"
    r"|per (?=mancanza|la rottura|un guasto|sciopero)|causa (?=sciopero|guasto|ritardo|mancanza)|perch[ée] ",
)
CAUSE_END = re.compile(
    r"[.;!?](?!\d)|\n(?!(?-i:[a-zà-ÿ]))|[\u2013(]| - |,(?!\d)|:\s"
    r"|\s(?=(?:so|but|therefore|we|which|our new|the new|until|and (?:we"
    r"|the|will|our|it))\s)"
    r"|\s(?=(?:m[üu]ssen|muss|wird|werden|k[öo]nnen|kann|verschiebt|verz[öo]ger\w*|und wir|erst)\s)"
    r"|\s(?=(?:nous|votre|la livraison|vous|est report\w+)\s)|\s(?=(?:la entrega|el pedido|no podemos|nos vemos"
    r"|tenemos que)\s)"
    r"|\s(?=(?:la consegna|dobbiamo|siamo|slitta|arriver\w+)\s)|\s(?=(?:moeten|zal|zullen|schuift|wordt|kunnen)\s)",
    re.IGNORECASE,
)
TROUBLE = _any(  # what goes wrong at a supplier: a clause that names it is the cause where no other words give one
    r"broke\b|broken\b|broke down|breakdown|cracked\b|crashed\b|fail(?:s|ed|ure)\b|strike\b|on strike|flood\w*"
    r"|fire\b|storms?\b|snow\w*"
    r"|frost\b|bad weather|ill\b|sick\b|flu\b|unwell|fell from|accident\b|insolven\w*|bankrupt\w*|shortage\b"
    r"|short supply|allocation\b"
    r"|ran out|run out|customs\b|x-ray|stuck\b|held (?:up|at)|rolled\b|re-?routed|skipped|congest\w*|out of order"
    r"|under revision"
    r"|power cut|outage\b|let us down|late from|came (?:late|in wrong)|rejected\b|not approved"
    r"|not (?:yet )?approve\w*|not accepted|still not received"
    r"|closes? for|closed for|on short time|rationed|is full\b|no space|missed\b|went up|are up again|raised\b"
    r"|lock(?:ed)? down|repair\b"
    r"|under water|in repair|awaiting\b|short crop|poor harvest|yield was|losses were|miscounted|only (?:go out|on"
    r"|in) full pallets|minimum (?:is|of)",
    r"(?:steht|stehen) (?:seit|still)|ausgefallen|ausfall\b|defekt\b|bruch\b|\w*bruch\b|streik\w*|krank\b"
    r"|hochwasser|glatteis|frost\b"
    r"|engpass|mangel an|fehlt uns|fehlende\w*|insolvenz|zoll\b|r[üu]ckstand\b|abgesagt|im stich gelassen"
    r"|in reparatur|gestiegen"
    r"|ist voll\b|wiederholt werden|ernte\b|zur[üu]ckgewiesen",
    r"panne\b|en panne|gr[èe]ve|casse\b|incendie|inondation|pluies|gel\b|malade|p[ée]nurie|rupture chez|douane"
    r"|complet\b|[àa] l'arr[êe]t"
    r"|a augment[ée]|d[ée]faillan\w+|manque de",
    r"aver[íi]a\w*|averiado|huelga|incendio|lluvias|escasez|falta de|rotura|enferm\w+|aduana|ha subido|retenid\w+"
    r"|escasa|faltan? (?:los|las|etiquetas)",
    r"defect\b|kapot|storing|staking|ziek\b|brand\b|vorst|tekort|douane|gestegen|gekort|niet rijp|vast bij|vertraagd",
    r"guast\w+|sciopero|rott\w+|rottura|malat\w+|influenza|alluvione|mancanza|manca (?:la|il|lo)|dogana"
    r"|aumentat\w+|ferm[oaie] per|bocciat\w+|[èe] finit[oa]",
)
MATTERS = _any(  # without any of these a mail has nothing that would need a cause
    r"delay\w*|late\b|later\b|postpone\w*|push\w*|slip\w*|behind|instead|only\b|cannot|can't|unable|not (?:before"
    r"|until|possible)|move[sd]?\b|sorry|unfortunately"
    r"|apolog\w*|regret|cancel\w*|short\b|reduc\w*|increase\w*|surcharge|price\b|now\b|until\b|rest\b|balance"
    r"|rather|no longer|missing|revised|new date",
    r"versp[äa]t\w*|verz[öo]ger\w*|verschieb\w*|leider|nicht\b|nur\b|erst\b|statt\b|storn\w*|preis\w*|rest\b"
    r"|fr[üu]hestens|neue\w* termin",
    r"retard\w*|report\w*|d[ée]cal\w*|malheureusement|ne\b|n'|que\b|prix|tarif\w*|solde|seulement|au lieu",
    r"retras\w*|lament\w*|no\b|s[óo]lo\b|solo\b|precio|resto|en vez|anul\w*|aplaz\w*",
    r"vertra\w*|helaas|niet\b|pas\b|slechts|later|prijs|rest\b|in plaats",
    r"ritard\w*|purtroppo|non\b|slitt\w*|solo\b|soltanto|prezzo|saldo|anzich[ée]|invece|annull\w*",
)
LEAD = re.compile(
    r"^(?:(?:and|but|so|as you may have heard|as you know|unfortunately|sorry to tell you|i have to inform you about"
    r"|leider|denn|und|aber|malheureusement|car|mais|et|lamentablemente|pero|y|helaas|maar|en|want|purtroppo|ma"
    r"|e)\b[\s,:]*)+",
    re.IGNORECASE,
)

# --- numbers under which goods travel ------------------------------------------------------------
CARRIED = re.compile(
    r"(?<![\w-])(?:1Z(?:[ -]?[A-Z0-9]){16}|[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d|[A-Z]{2}\d{9}[A-Z]{2}|JJ?D[\d ]{10,20}\d"
    r"|3S[A-Z0-9]{11,13}|0034\d{16}|00\d{18})(?![\w])"
)
AIR = re.compile(r"(?<![\w-])\d{3}-\d{4}[ ]?\d{4}(?!\d)")
LABEL = re.compile(
    r"(?<!\w)(?:track(?:ing|[ -]?(?:&|and|n)[ -]?trace)|consignment|way ?bill|AWB|HAWB|connote|parcel"
    r"|pro[ -]?(?:no|number|#)|docket|BOL"
    r"|B/?L\b|bill of lading|sendung\w*|paket\w*|frachtbrief\w*|suivi|colis|r[ée]c[ée]piss[ée]|exp[ée]dition"
    r"|seguimiento|expedici[óo]n"
    r"|env[íi]o|albar[áa]n de transporte|zending\w*|track\w*|vracht\w*|pakket\w*|spedizione|LDV|lettera di vettura"
    r"|tracciamento|container"
    r"|contenedor|conteneur"
    r"|UPS|DHL|DPD|GLS|FedEx|TNT|GEODIS|Hermes|Chronopost|Colissimo|SEUR|MRW|Correos|PostNL|BRT|Bartolini|SDA"
    r"|Dachser|Schenker|Kuehne"
    r"|DSV|Raben|Palletline|Evri|Royal Mail|USPS|Saia|XPO)\b"
    r"[^\n;!?\d]{0,28}?(?<![A-Za-z0-9])(?P<id>(?-i:(?:[A-Z]{1,4}[ -]?)?[A-Z0-9]{0,20}\d[A-Z0-9]{0,20}"
    r"(?:[ /-][A-Z0-9]{0,20}\d[A-Z0-9]{0,20}"
    r"|[ -][A-Z](?!\w)){0,8}))",
    re.IGNORECASE,
)
NOT_CARRIED = re.compile(
    r"(?:\b(?:tel|phone|fax|mobile|mob|invoice|rechnung|facture|factura|factuur|fattura|order|bestellung|auftrag"
    r"|commande|pedido|bestelling"
    r"|ordine|customer|vat|iban|po|ref)\b\.?[\s:#no.]{0,6}|\+)$",
    re.IGNORECASE,
)
CARRIER_BEFORE = re.compile(r"^[A-Z]{3,} (?=[A-Z]{0,3}\d)")  # "DHL 61 2240 9981"
A_DATE = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{1,4}")
OTHER_PAPER = re.compile(
    r"\b(?:invoice|rechnung|facture|factura|factuur|fattura|credit note|samples?|muster)\b", re.IGNORECASE
)
FEWEST_DIGITS = 6
