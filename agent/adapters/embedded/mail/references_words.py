"""The words by which mails name orders, lines and groups of lines, and goods, in six languages."""

import re
import unicodedata
from functools import lru_cache

LINE = re.compile(
    r"(?<![\w-])(?:(?:order|po)?lines?(?: items?)?|items?|(?:bestell|auftrags)?pos(?:ition(?:en)?)?|position(?:s|nr)?"
    r"|zeilen?|lignes?|postes?|l[\u00edi]neas?|posici(?:[\u00f3o]n|ones)|partidas?|rengl[\u00f3o]n|(?:order"
    r"|bestel)?regels?"
    r"|riga|righe|posizion[ei]|articles?|artikel|art)"
    r"(?:\.|\s|-(?=n|#)|:)\s?(?:no\.?|n[.\u00ba\u00b0]|num\w*|nr\.?|#)?\s?0{0,4}(\d{1,3})(?!\d|[.,/-]\d|\s?(?:pcs"
    r"|pieces"
    r"|units|stk|st\b|%|mm|kg|x\s))"
    r"((?:\s?(?:,|and|&|\+|und|et|y|en|e|-|to|bis)\s?\d{1,3}(?![\d.,/]\d?|\s?(?:pcs|pieces|units|stk|x\b))){0,12})",
    re.IGNORECASE,
)
_NTH_WORDS = (
    "first 1st erste ersten erster premi\u00e8re primera prima eerste 1e 1\u00e8re 1\u00aa",
    "second 2nd zweite zweiten zweiter deuxi\u00e8me seconde segunda seconda tweede 2e 2\u00e8me 2\u00aa",
    "third 3rd dritte dritten dritter troisi\u00e8me tercera terza derde 3e 3\u00e8me 3\u00aa",
    "fourth 4th vierte vierten vierter quatri\u00e8me cuarta quarta vierde 4e 4\u00e8me 4\u00aa",
)
ORDINALS: dict[str, int] = {word: number for number, words in enumerate(_NTH_WORDS, start=1) for word in words.split()}
NTH = re.compile(
    rf"(?<!\w)({'|'.join(ORDINALS)})\s(?:order |po |auftrags|bestell|order)?"
    r"(?:lines?|items?|position|zeile|ligne|l[\u00edi]nea|posici[\u00f3o]n|partida|regel|riga|posizione|poste"
    r"|article|artikel)\b",
    re.IGNORECASE,
)
STATED = re.compile(
    r"(?<!\w)(?:p\.?o\.?s?|purchase orders?|orders?|bestellung(?:en)?|bestellnummer|bestell-?nr|auftrag|commandes?"
    r"|cdes?|pedidos?"
    r"|bestelling(?:en)?|bestelnummer|bestel-?nr|ordin[ei]|odc|best|your ref(?:erence)?|ihr zeichen|votre r\u00e9f"
    r"|su ref|uw ref"
    r"|vs\.? ?rif|call-?off|abruf|po-number)(?!\w)\.?\s?(?:no\.?|nr\.?|number|nummer|num[\u00e9e]ro|n[.\u00ba\u00b0]"
    r"|n\u00b0)?\s?[:#]?\s?"
    r"(?:P\.?O\.?[\s#]{0,2}(?=\d))?"
    r"((?-i:[A-Z]{1,5}[-/_ ]?){0,2}\d{2,12}[A-Z]?(?:[-/_]\d{1,8}){0,2})(?![\w.,]*\d|-\w|\s?(?:pcs|st\u00fcck|stk"
    r"|pieces|%|kg|\u20ac|eur\b|usd\b|days|tage))",
    re.IGNORECASE,
)
PLAIN = re.compile(
    r"(?<![\w-])(?:P0\d{3,7}|P\d{4,8}|PO[-#_]?\d{3,10}|#\s?\d{3,10}|45\d{8})(?![\w-]|\.\d)", re.IGNORECASE
)
OURS = re.compile(
    r"(?:(?<!\w)(?:our|my|unsere?r?|unser|notre|nos|n/|nuestr[oa]|ns|onze|ons|nostr[oa]|so|sales"
    r"|auftragsbest\u00e4tigung|ab|order"
    r" (?:confirmation|acknowledge?ment)|confirmation|acknowledge?ment|accus\u00e9 de r\u00e9ception|invoice"
    r"|rechnung|facture|factura|factuur"
    r"|fattura|quote"
    r"|quotation|angebot|delivery note|lieferschein|orderbevestiging|confirmation de commande"
    r"|conferma (?:d['\u2019]ordine|ordine)"
    r"|confirmaci\u00f3n(?: de pedido)?)\W{0,3})(?:ref\w*\W{0,3}|order\W{0,2}|auftrag\w*\W{0,2}|no\W{0,3}"
    r"|nr\W{0,3}){0,2}$",
    re.IGNORECASE,
)
CONFIRMED = re.compile(
    r"(?<!\w)(?:auftragsbest\u00e4tigung|ab|order (?:confirmation|acknowledge?ment)|our (?:ref(?:erence)?|order)"
    r"|unser(?:e|er)? (?:zeichen"
    r"|auftrag\w*|ref\w*)|n/r\u00e9f|notre r\u00e9f\w*|nuestra ref\w*|onze ref\w*|ns\.? rif\w*|orderbevestiging"
    r"|conferma d['\u2019]ordine"
    r"|conferma ordine|accus\u00e9 de r\u00e9ception|sales order|so(?=[-#:]|\sno))\.?\s?(?:no\.?|nr\.?|number"
    r"|n[.\u00ba\u00b0])?\s?[:#]?\s?((?:[A-Z]{1,4}[-/ ]?)?\d{3,12}(?:[-/]\d{1,8})?)(?!\w)",
    re.IGNORECASE,
)
GROUP = re.compile(
    r"(?<!\w)(?:both(?: lines| items| articles| products| orders)?|(?:the|a) (?:rest|remainder|balance"
    r"|others?)(?! of the (?:day|week|year|month))"
    r"|(?:the |all )?(?:other|remaining) (?:\w+ )?(?:lines?|items?|positions?|articles?|products?|goods|parts?|ones)"
    r"|all (?:the |your |\w+ )?(?:lines|items|positions|articles|goods|products)|everything(?: else)?|(?:complete"
    r"|whole|entire|full) order"
    r"|all (?:others?|of (?:them|it))|beide[nrs]?(?: positionen| artikel)?|alles (?:andere|\u00fcbrige)?|der rest"
    r"|den rest|die restlichen"
    r"|(?:alle|die) (?:anderen|\u00fcbrigen|restlichen|weiteren)?\s?(?:positionen|artikel)|alle anderen|les deux"
    r"|le reste|le solde"
    r"|tous les (?:autres )?(?:articles|lignes)|toutes les (?:autres )?(?:lignes|r\u00e9f\u00e9rences)"
    r"|tout le reste|les autres(?: lignes| articles)?"
    r"|ambos|ambas|(?:las|los) dos|el resto|lo dem\u00e1s|los dem\u00e1s|las dem\u00e1s"
    r"|todo(?:s los art\u00edculos| el pedido)|todas las l\u00edneas"
    r"|allebei|(?:de )?overige(?: regels| artikelen)?|de rest|alle (?:andere )?(?:regels|artikelen)|entramb[ie]"
    r"|ambedue|il resto|il saldo"
    r"|gli altri|le altre(?: righe)?|tutt[eio] (?:il resto|gli altri|le (?:altre )?righe|gli articoli"
    r"|l['\u2019]ordine))(?!\w)",
    re.IGNORECASE,
)
_GENERIC_WORDS = """
office large small steel unit units part parts line item order set box kit pack board plate type model size high low
left right with without driver case rest price date version series standard pair pieces piece for and the from new old
each per meter metre kg roll rolls bag bags pallet pallets carton cartons stock week day double single long short full
half heavy light flat open cover top base main material product goods
"""
GENERIC = frozenset(_GENERIC_WORDS.split())  # words of product names that mails use for other things, alone
_CONCEPTS = """
chair stuhl chaise silla stoel sedia|table tisch mesa tafel tavolo|screw schraube vis tornillo schroef vite|
bolt bolzen boulon perno bout bullone|nut mutter ecrou tuerca moer dado|
washer scheibe rondelle arandela ring rondella|bag beutel sack sac bolsa saco zak sacco sacchetto|
film folie pelicula pellicola|pipe tube rohr tuyau tubo buis schlauch hose|
valve ventil vanne valvula klep valvola soupape|pump pumpe pompe bomba pomp pompa|
bearing lager roulement rodamiento cuscinetto kugellager|motor motore moteur|cable kabel cavo|
belt riemen courroie correa riem cinghia|spring feder ressort muelle veer molla|
glove handschuh gant guante handschoen guanto|wheel rad roue rueda wiel ruota rolle|
lamp leuchte lampe lampara lampada luminaire|paint farbe peinture pintura verf vernice lack|
bottle flasche bouteille botella fles bottiglia|glass glas verre vidrio cristal vetro|
door tur porte puerta deur porta|window fenster fenetre ventana raam finestra|
seal dichtung joint junta afdichting guarnizione gasket|filter filtre filtro|oil ol huile aceite olie olio|
paper papier papel carta|cup becher gobelet vaso beker bicchiere tasse|lid deckel couvercle tapa deksel coperchio|
bucket eimer seau cubo emmer secchio|sheet blech tole chapa plaat lamiera|bar stange barre barra staaf|
tile fliese carreau azulejo tegel piastrella|shelf regal etagere estante plank scaffale|
mirror spiegel miroir espejo specchio|knife messer couteau cuchillo mes coltello|
brush burste brosse cepillo borstel spazzola pinsel|label etikett etiquette etiqueta etichetta|
wood holz bois madera hout legno|cushion kissen coussin cojin kussen cuscino|
towel handtuch serviette toalla handdoek asciugamano|shirt hemd chemise camisa overhemd camicia|
shoe schuh chaussure zapato schoen scarpa|boot stiefel botte bota laars stivale|helmet helm casque casco|
mask maske masque mascara masker maschera|battery batterie bateria batterij batteria akku|
switch schalter interrupteur interruptor schakelaar interruttore|sensor capteur sensore fuhler|
connector stecker connecteur conector connettore|gear zahnrad engrenage engranaje tandwiel ingranaggio|
hinge scharnier charniere bisagra cerniera|handle griff poignee tirador greep maniglia|
lock schloss serrure cerradura slot serratura|nail nagel clou clavo spijker chiodo|
rope seil corde cuerda touw corda|chain kette chaine cadena ketting catena|tape klebeband ruban cinta nastro|
foam schaum mousse espuma schuim schiuma|plate platte plaque placa piatto teller|panel paneel panneau pannello|
frame rahmen cadre marco telaio|tank reservoir deposito serbatoio|cleaner reiniger nettoyant limpiador detergente|
soap seife savon jabon zeep sapone|coffee kaffee cafe koffie caffe|sugar zucker sucre azucar suiker zucchero|
flour mehl farine harina meel farina|cheese kase fromage queso kaas formaggio|wine wein vin vino wijn|
white weiss blanc blanche blanco blanca wit witte bianco bianca weisse weissen|
black schwarz noir noire negro negra zwart zwarte nero nera schwarze schwarzen|blue blau bleu azul blauw blu blaue|
red rot rouge rojo roja rood rode rosso rossa rote|green grun vert verde groen grune|
grey gray grau gris grijs grigio graue|yellow gelb jaune amarillo geel giallo|large gross grand grande groot|
small klein petit pequeno piccolo|tin can dose lata blik lattina|barrel fass tonneau barril vat botte|
drum trommel fut bidon|leather leder cuir cuero pelle leer|ribbon band ruban cinta lint|
thread garn fil hilo draad filo yarn|fabric stoff tissu tela stof tessuto|
rug teppich tapis alfombra tapijt tappeto carpet|bed bett lit cama letto|sofa canape divano bank|
desk schreibtisch bureau escritorio scrivania|bracket halter winkel support soporte beugel staffa|
clamp schelle collier abrazadera klem fascetta|fan ventilator lufter ventilateur ventilatore|
plug stopfen bouchon tapon plug tappo|insert einsatz plaquette inserto|magnet aimant iman magneet magnete|
profile profil perfil profiel profilo
"""
CONCEPTS: dict[str, int] = {
    word: number for number, words in enumerate(_CONCEPTS.replace("\n", " ").split("|")) for word in words.split()
}
_ENDINGS = ("ennes", "ies", "ern", "eln", "nen", "es", "en", "er", "s", "n", "e", "i", "x", "a", "o")
MIN_STEM = 3


def folded(word: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", word.lower().replace("\u00df", "ss"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=8192)
def stems(word: str) -> frozenset[str]:
    """What a word is known by: its folded form without endings, and the number of its concept."""
    plain = folded(word)
    found = {plain}
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= MIN_STEM:
            found.add(plain.removesuffix(ending))
    found |= {f"={CONCEPTS[form]}" for form in tuple(found) if form in CONCEPTS}
    return frozenset(found)
