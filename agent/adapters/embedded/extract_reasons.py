"""The words by which suppliers' mails give reasons and speak of trouble, in six languages, as regular expressions."""

import re

from agent.adapters.embedded.extract_words import any_of

REASON = any_of(
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
REASON_END = re.compile(
    r"\.(?!\d)|[;!?\u2013(]|,|:\s| - | (?=(?:so|and|but|which|we|the new|the prices?|therefore|until|our new"
    r"|this|it|i|our (?:order|delivery|shipment))\s(?!are short))|"
    r"\s(?=(?:m[üu]ssen|muss|verz[öo]ger\w*|wird|werden|k[öo]nnen|kann|ist|sind|hat|haben|verschiebt|und|auf kw)\s)|"
    r"\s(?=(?:est|sera|nous|la livraison|votre|et|ne)\s)|\s(?=(?:la entrega|el pedido|no|y|se|su|nos|les|le|hemos"
    r"|tenemos|debemos|queda|pasa|ser[áa]|llegar[áa]\w*|sube|el nuevo|los precios)\s)"
    r"|\s(?=(?:la consegna|slitta|non|siamo|dobbiamo|vi|ci|sar[àa]|arriver[àa]\w*|la merce|il prezzo)\s)"
    r"|\s(?=(?:moeten|moet|zijn|zal|zullen|schuift|wij|we)\s)|\s(?=(?:devons|sommes|avons|le prix|les|vous)\s)"
    r"|\s(?=(?:will|must|our price|prices)\s)|\s(?=(?:steigt|steigen|erh[öo]h\w+|wir)\s)|\s(?=(?:is"
    r"|wordt|worden|kunnen|de levering)\s)",
    re.IGNORECASE,
)
TROUBLE = any_of(
    r"delay\w*|late\b|later\b|postpon\w*|push(?:ed)? (?:back|out)|slip\w*|behind|shortage|short supply|cannot|unable"
    r"|not able|reduc\w*|cancel\w*|unfortunately|regret|sorry|backorder\w*|out of stock|moved? to|problem\w*|only\b"
    r"|instead|resched\w*|won't|not be",
    r"increas\w*|price adjust\w*|prices? ris\w*|preis(?:anpass|erh[öo]h)\w*|anheb\w*|hausse\w*|augment\w*|subida\w*"
    r"|aument\w*|actualiz\w*|prijs(?:verhog|aanpass)\w*|rincar\w*",
    r"versp[äa]t\w*|verz[öo]ger\w*|verschieb\w*|leider|nicht|nur\b|lieferengpass|storn\w*|kürz\w*|erst\b",
    r"retard\w*|report[ée]\w*|malheureusement|repouss\w*|d[ée]cal\w*|ne\b.{0,20}\bque\b|rupture",
    r"retras\w*|lamentablemente|aplaz\w*|s[óo]lo\b|no (?:podemos|podremos)",
    r"vertrag\w*|vertraag\w*|helaas|uitgesteld|slechts|later\b",
    r"ritard\w*|purtroppo|slitt\w*|postici\w*|rinvi\w*|solo\b",
)
