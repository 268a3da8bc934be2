"""Companies, suppliers and customers. Every mail domain is a reserved one that reaches nobody."""

from typing import NamedTuple


class Company(NamedTuple):
    """One of the two companies in the sandbox's Odoo."""

    name: str
    currency: str


class Supplier(NamedTuple):
    """A supplier: `key` is used by products and stories; `people` are contacts with their own address."""

    key: str
    name: str
    country: str
    lang: str
    email: str
    people: tuple[tuple[str, str], ...] = ()


class Customer(NamedTuple):
    """A customer: credit figures in the currency of the company that sells to it, 0 for no limit."""

    key: str
    name: str
    country: str
    lang: str
    tier: int
    limit: int
    used: int
    company: int = 0


COMPANIES = (Company("Halvorsen Dray Industriebedarf", "EUR"), Company("Halvorsen Dray North America", "USD"))

SUPPLIERS = (
    Supplier("hartwig", "Kugellager Hartwig GmbH", "DE", "de_DE", "auftrag@kugellager-hartwig.example",
             (("Sabine Jost", "s.jost@kugellager-hartwig.example"),)),
    Supplier("oberland", "Dichtungswerk Oberland GmbH", "AT", "de_DE", "vertrieb@dichtungswerk-oberland.example"),
    Supplier("vernier", "Hydraulique Vernier SA", "FR", "fr_FR", "commandes@hydraulique-vernier.example"),
    Supplier("delmas", "Raccords Delmas SARL", "FR", "fr_FR", "adv@raccords-delmas.example"),
    Supplier("astur", "Tornillería Astur S.L.", "ES", "es_ES", "pedidos@tornilleria-astur.example"),
    Supplier("lombarda", "Cavi Lombarda S.p.A.", "IT", "it_IT", "ordini@cavilombarda.example"),
    Supplier("bertoldi", "Pompe Bertoldi S.r.l.", "IT", "it_IT", "vendite@pompebertoldi.example"),
    Supplier("vanrooijen", "Van Rooijen Transportbanden B.V.", "NL", "nl_NL", "verkoop@vanrooijen.example"),
    Supplier("desmet", "De Smet Verpakking NV", "BE", "nl_BE", "orders@desmet-verpakking.example"),
    Supplier("pennine", "Pennine Fluid Power Ltd", "GB", "en_GB", "sales@pennine-fluid.example",
             (("Gareth Ormerod", "gareth.ormerod@pennine-fluid.example"),)),
    Supplier("ashdown", "Ashdown Safety Products Ltd", "GB", "en_GB", "orders@ashdownsafety.example"),
    Supplier("lakeshore", "Lakeshore Bearing & Drive Inc.", "US", "en_US", "orderdesk@lakeshorebearing.example"),
    Supplier("tamarack", "Tamarack Fasteners LLC", "US", "en_US", "ops@tamarackfasteners.example"),
    Supplier("maple", "Maple Ridge Instruments Ltd.", "CA", "en_CA", "orders@mapleridge-instruments.example"),
    Supplier("nordlys", "Nordlys Sensorik AB", "SE", "sv_SE", "order@nordlys-sensorik.example"),
    Supplier("fjordtek", "Fjordtek AS", "NO", "nb_NO", "ordre@fjordtek.example"),
    Supplier("kowalczyk", "Kowalczyk Armatura Sp. z o.o.", "PL", "pl_PL", "export@kowalczyk-armatura.example"),
    Supplier("moravia", "Moravia Motor s.r.o.", "CZ", "cs_CZ", "sales@moraviamotor.example"),
    Supplier("haotian", "Shenyang Haotian Valve Co., Ltd.", "CN", "en_US", "lily.zhao@haotian-valve.example"),
    Supplier("taiping", "Taiping Seals Industrial Co.", "TW", "en_US", "service@taipingseals.example"),
    Supplier("anadolu", "Anadolu Kablo A.Ş.", "TR", "tr_TR", "ihracat@anadolukablo.example"),
    Supplier("reinholt", "Schmierstoffe Reinholt KG", "DE", "de_DE", "bestellung@reinholt-schmierstoffe.example"),
    Supplier("lumiere", "Lumière Industrielle SAS", "FR", "fr_FR", "contact@lumiere-industrielle.example"),
    Supplier("porto", "Porto Abrasivos Lda", "PT", "pt_PT", "encomendas@portoabrasivos.example"),
    Supplier("danube", "Danube Gearing Kft.", "HU", "hu_HU", "sales@danubegearing.example"),
    Supplier("helvetia", "Helvetia Messtechnik AG", "CH", "de_CH", "bestellungen@helvetia-messtechnik.example"),
)  # fmt: skip

CUSTOMERS = (
    Customer("werftnord", "Werft Nordkai GmbH", "DE", "de_DE", 1, 120_000, 41_300),
    Customer("alpquell", "Alpquell Getränke AG", "AT", "de_DE", 1, 90_000, 22_850),
    Customer("stahlbau", "Stahlbau Riemers & Co. KG", "DE", "de_DE", 2, 60_000, 18_400),
    Customer("brauerei", "Brauerei Tannhof", "DE", "de_DE", 3, 15_000, 2_100),
    Customer("zementwerk", "Zementwerk Lauterbach", "DE", "de_DE", 2, 75_000, 33_900),
    Customer("moulins", "Grands Moulins de l'Aisne", "FR", "fr_FR", 2, 50_000, 12_600),
    Customer("papeterie", "Papeterie du Val Noir", "FR", "fr_FR", 1, 110_000, 64_200),
    Customer("fonderie", "Fonderie Castelnau", "FR", "fr_FR", 3, 20_000, 9_750),
    Customer("conservas", "Conservas del Miño S.A.", "ES", "es_ES", 2, 45_000, 11_200),
    Customer("aceros", "Aceros Valdemora", "ES", "es_ES", 3, 25_000, 24_100),
    Customer("ceramica", "Ceramica Tre Pini S.r.l.", "IT", "it_IT", 2, 40_000, 7_300),
    Customer("cartiera", "Cartiera San Rocco S.p.A.", "IT", "it_IT", 1, 95_000, 38_800),
    Customer("zuivel", "Zuivelfabriek De Linde", "NL", "nl_NL", 1, 80_000, 29_500),
    Customer("kwekerij", "Kwekerij Oosterhof B.V.", "NL", "nl_NL", 3, 12_000, 3_900),
    Customer("haven", "Havenbedrijf Schelde NV", "BE", "nl_BE", 2, 70_000, 15_100),
    Customer("textiel", "Textielgroep Waasland", "BE", "nl_BE", 3, 18_000, 4_450),
    Customer("dales", "Dales Quarrying Ltd", "GB", "en_GB", 2, 55_000, 21_700),
    Customer("firth", "Firth of Lorn Salmon Ltd", "GB", "en_GB", 3, 22_000, 6_000),
    Customer("bioenergi", "Bioenergi Småland AB", "SE", "sv_SE", 2, 48_000, 17_900),
    Customer("skovgaard", "Skovgaard Møbler A/S", "DK", "da_DK", 3, 16_000, 1_200),
    Customer("huta", "Huta Wschodnia S.A.", "PL", "pl_PL", 1, 130_000, 71_400),
    Customer("mleczarnia", "Mleczarnia Pod Lipami", "PL", "pl_PL", 3, 14_000, 5_300),
    Customer("sklarna", "Sklárna Bystřice a.s.", "CZ", "cs_CZ", 2, 42_000, 16_050),
    Customer("dunapack", "Dunamenti Csomagoló Zrt.", "HU", "hu_HU", 3, 19_000, 8_800),
    Customer("corticas", "Cortiças do Alentejo Lda", "PT", "pt_PT", 3, 17_000, 2_700),
    Customer("sagewerk", "Sägewerk Achental", "CH", "de_CH", 3, 21_000, 20_600),
    Customer("stadtwerke", "Stadtwerke Grünau", "DE", "de_DE", 1, 0, 13_400),
    Customer("molkerei", "Molkerei Hochgern eG", "DE", "de_DE", 2, 4_500, 19_870),
    Customer("tunnelbau", "Tunnelbau Arge Westspange", "AT", "de_DE", 2, 65_000, 52_300),
    Customer("recycling", "Recycling Park Twente B.V.", "NL", "nl_NL", 3, 24_000, 10_900),
    Customer("cascade", "Cascade Pulp & Paper Co.", "US", "en_US", 1, 140_000, 61_000, 1),
    Customer("prairie", "Prairie Grain Handling Inc.", "US", "en_US", 2, 60_000, 18_700, 1),
    Customer("gulf", "Gulf Coast Dredging LLC", "US", "en_US", 2, 50_000, 49_200, 1),
    Customer("granite", "Granite State Quarries", "US", "en_US", 3, 20_000, 4_400, 1),
    Customer("orchard", "Orchard Valley Canning", "US", "en_US", 3, 18_000, 7_900, 1),
    Customer("superior", "Superior Ore Docks Inc.", "US", "en_US", 1, 160_000, 88_300, 1),
    Customer("bluegrass", "Bluegrass Distilling Works", "US", "en_US", 3, 25_000, 6_100, 1),
    Customer("laurentide", "Laurentide Timber Ltd.", "CA", "fr_CA", 2, 45_000, 12_800, 1),
    Customer("harbor", "Harbor Freezing & Storage", "US", "en_US", 2, 38_000, 9_300, 1),
    Customer("mesa", "Mesa Verde Brewing Co.", "US", "en_US", 3, 15_000, 1_900, 1),
)
