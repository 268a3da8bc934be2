"""The troubles of today: late lines, conflicts, holds, wrong bills. The samples speak of these."""

from agent.adapters.sandbox.company.records import Buy, BuyLine, Charge, Invoice, Rule, Sell, SellLine

BUYS = (
    Buy("P00051", "hartwig", -24, (BuyLine("BRG-6205-2RS", 400, 4), BuyLine("BRG-22210-E", 24, 4)), "AB-77120"),
    Buy("P00052", "vernier", -18, (BuyLine("HYD-HOSE-12", 600, 6), BuyLine("HYD-CYL-50", 12, 6)), "CF-20981"),
    Buy("P00053", "pennine", -15, (BuyLine("HYD-PUMP-16", 10, 7), BuyLine("HYD-FILT-10", 120, 7),
                                   BuyLine("HYD-VLV-43", 8, 7), BuyLine("HYD-ACC-04", 4, 7)), "PF-SO-5512"),
    Buy("P00054", "astur", -6, (BuyLine("FAS-HEX-1040", 80, 9), BuyLine("FAS-NUT-M10", 40, 9))),
    Buy("P00055", "vanrooijen", -20, (BuyLine("BLT-PVC-600", 150, 5), BuyLine("BLT-ROL-89", 60, 5)), "VR2208841"),
    Buy("P00056", "bertoldi", -4, (BuyLine("PMP-CEN-3", 3, 10), BuyLine("PMP-KIT-3", 6, 10))),
    Buy("P00057", "kowalczyk", -27, (BuyLine("VLV-BALL-50", 40, 3),), "ZS/1184"),
    Buy("P00058", "maple", -12, (BuyLine("SEN-FLO-25", 5, 3), BuyLine("SEN-LVL-RAD", 2, 3)), "MR-40077", company=1),
    Buy("P00059", "ashdown", -9, (BuyLine("SAF-BOOT-43", 60, 6),)),
    Buy("P00060", "haotian", -38, (BuyLine("VLV-BFLY-100", 80, 15), BuyLine("VLV-GATE-80", 30, 15)), "HT24-1107"),
    Buy("P00061", "hartwig", -41, (BuyLine("BRG-6308-C3", 120, -12, 120, 120, received_on=-11),), "AB-76804"),
    Buy("P00062", "desmet", -5, (BuyLine("PKG-CRT-604", 100, 4),)),
    Buy("P00063", "anadolu", -16, (BuyLine("CAB-SRV-425", 500, 6), BuyLine("CAB-M12-5", 200, 6)), "AK-8831"),
    Buy("P00064", "porto", -11, (BuyLine("ABR-DSC-125", 60, 8), BuyLine("ABR-BLT-75", 40, 8))),
    Buy("P00065", "taiping", -22, (BuyLine("SEA-FKM-4062", 300, 12),), "TPS-6109"),
    Buy("P00066", "lumiere", -7, (BuyLine("LED-HB-150", 40, 7),)),
    Buy("P00067", "danube", -33, (BuyLine("GBX-W63-30", 6, -10, 6, 0, received_on=-9),), "DG-3350"),
    Buy("P00068", "reinholt", -19, (BuyLine("LUB-HLP-46", 30, -5, 30, 0, received_on=-5),
                                    BuyLine("LUB-GRS-EP2", 200, -5, 200, 0, received_on=-5)), "R-55018"),
    Buy("P00069", "moravia", -21, (BuyLine("MOT-IE3-4", 10, 9), BuyLine("MOT-BRK-22", 4, 5)), "MM-24817"),
    Buy("P00070", "fjordtek", -13, (BuyLine("SEN-TMP-100", 50, 6), BuyLine("DET-GAS-4", 4, 6)), "FT-7712"),
    Buy("P00071", "nordlys", -17, (BuyLine("SEN-IND-M18", 60, -6, 60, 0, received_on=-6),), "N-90133"),
    Buy("P00072", "moravia", -30, (BuyLine("MOT-IE3-15", 12, -5),), "MM-24650"),
    Buy("P00073", "haotian", -45, (BuyLine("VLV-GATE-80", 25, 2),), "HT24-1066"),
    Buy("P00074", "delmas", -14, (BuyLine("FIT-JIC-90", 500, -4, 500, 0, received_on=-3),), "RD-C4471"),
    Buy("P00075", "lakeshore", -1, (BuyLine("BRG-UCF208", 20, 3, price="19.60"),), state="draft"),
    Buy("P00076", "oberland", -1, (BuyLine("SEA-ROD-45", 30, 3, price="9.40"),), state="draft"),
    Buy("P00077", "lombarda", -10, (BuyLine("CAB-YSLY-415", 1000, 5),), "CL-15570"),
    Buy("P00078", "reinholt", -8, (BuyLine("LUB-GRS-EP2", 400, 14),), "R-55102"),
    Buy("P00079", "ashdown", -26, (BuyLine("SAF-GLV-L", 200, -9, 200, 200, received_on=-9),)),
    Buy("P00080", "desmet", -28, (BuyLine("PKG-FILM-500", 144, -13, 144, 288, received_on=-13),), "DS-20417"),
    Buy("P00081", "helvetia", -23, (BuyLine("GAU-63-250", 60, -8, 60, 60, received_on=-7),), "HM-5528"),
    Buy("P00082", "oberland", -29, (BuyLine("SEA-NBR-4062", 500, -8),), "DO-11840"),
    Buy("P00083", "helvetia", -8, (BuyLine("GAU-100-16", 40, 4),)),
    Buy("P00084", "lakeshore", -25, (BuyLine("BRG-30206", 200, -6),), "LB-66120", company=1),
)  # fmt: skip

SELLS = (
    Sell("S00061", "stahlbau", -1, 6, (SellLine("FIT-BSP-38", 200, 200), SellLine("FIT-QC-12", 20, 20))),
    Sell("S00062", "kwekerij", -2, 5, (SellLine("PKG-STR-13", 10, 10),), client_ref="KW-3391"),
    Sell("S00063", "kwekerij", -1, 5, (SellLine("PKG-STR-13", 10, 10),), client_ref="KW-3391"),
    Sell("S00064", "prairie", -1, 9, (SellLine("BLT-SPB-2000", 24, 24),)),
    Sell("S00065", "werftnord", -7, 8, (SellLine("BRG-22210-E", 64, 40),)),
    Sell("S00066", "cartiera", -10, 4, (SellLine("PMP-DIA-1", 2, 2),)),
    Sell("S00067", "zuivel", -5, 7, (SellLine("SAF-VEST-XL", 50, 50),)),
    Sell("S00068", "ceramica", -6, 9, (SellLine("SEA-FKM-4062", 60, 60),)),
    Sell("S00069", "aceros", -1, 10, (SellLine("FAS-ANC-M16", 60),), state="sent"),
    Sell("S00070", "molkerei", -1, 8, (SellLine("LUB-HLP-46", 40),), state="sent"),
    Sell("S00071", "gulf", -1, 12, (SellLine("CAB-H07-525", 400),), state="sent"),
    Sell("S00072", "dales", -4, 7, (SellLine("HYD-CYL-50", 8, 2),)),
    Sell("S00073", "bioenergi", -3, 4, (SellLine("SEN-IND-M18", 40, 40),)),
    Sell("S00074", "skovgaard", -2, 6, (SellLine("LED-HB-150", 20, 6),)),
    Sell("S00075", "huta", -12, 5, (SellLine("VLV-BALL-50", 20),)),
    Sell("S00076", "recycling", -3, 6, (SellLine("VLV-BALL-50", 20, 20),)),
    Sell("S00077", "stadtwerke", -9, 4, (SellLine("MOT-IE3-4", 3),)),
    Sell("S00078", "tunnelbau", -6, 5, (SellLine("MOT-IE3-4", 4, 4),)),
    Sell("S00079", "zementwerk", -1, 4, (SellLine("BRG-UCF208", 16, 3),)),
    Sell("S00080", "papeterie", -11, -1, (SellLine("CAB-M12-5", 120, 0, 120),), carrier="Transports Quillan",
         freight="86.00", delivered_on=-1),
    Sell("S00081", "firth", -8, 1, (SellLine("HYD-FILT-10", 30, 30),), carrier="Highland Parcel"),
    Sell("S00082", "conservas", -5, 3, (SellLine("PKG-CRT-604", 40, 40),), carrier="Express pallet", freight="412.00"),
    Sell("S00083", "superior", -3, 2, (SellLine("GBX-H90-12", 2, 2),), carrier="Air freight", freight="940.00"),
    Sell("S00084", "fonderie", -1, 9, (SellLine("ABR-DSC-125", 30, 30, price="16.20"),)),
    Sell("S00085", "textiel", -1, 11, (SellLine("LED-TUB-15", 300, 300, price="7.30"),)),
    Sell("S00086", "corticas", -1, 8, (SellLine("SEN-OPT-R5", 12, 12),)),
    Sell("S00087", "alpquell", -25, -13, (SellLine("PMP-KIT-3", 4, 0, 4),), delivered_on=-12),
    Sell("S00088", "mleczarnia", -80, -62, (SellLine("SAF-HLM-W", 30, 0, 30),), delivered_on=-61),
    Sell("S00089", "brauerei", -15, -5, (SellLine("GAU-100-16", 12, 0, 12),), delivered_on=-5),
    Sell("S00090", "cartiera", -9, 7, (SellLine("BRG-6205-2RS", 180),)),
    Sell("S00091", "alpquell", -8, 10, (SellLine("BRG-6205-2RS", 150),)),
    Sell("S00092", "sklarna", -13, 2, (SellLine("MOT-IE3-15", 6),)),
    Sell("S00093", "haven", -11, 3, (SellLine("SEA-NBR-4062", 300, 80),)),
    Sell("S00094", "cascade", -14, 1, (SellLine("BRG-30206", 120, 15),)),
    Sell("S00095", "zementwerk", -16, 8, (SellLine("VLV-GATE-80", 20),)),
    Sell("S00096", "moulins", -5, 3, (SellLine("HYD-HOSE-12", 300, 110),)),
    Sell("S00097", "huta", -19, 9, (SellLine("VLV-BFLY-100", 50, 12),)),
)  # fmt: skip

INVOICES = (
    Invoice(31, "ashdown", "AS-118204", -6, "P00079", (Charge("SAF-GLV-L", 200, "5.85"),)),
    Invoice(32, "desmet", "2024-F-7731", -11, "P00080", (Charge("PKG-FILM-500", 144, "5.90"),)),
    Invoice(33, "desmet", "2024-F-7731", -2, "P00080", (Charge("PKG-FILM-500", 144, "5.90"),), state="draft"),
    Invoice(34, "helvetia", "HM-R-20988", -4, "P00081",
            (Charge("GAU-63-250", 60, "12.30"), Charge("", 1, "95.00"))),
    Invoice(35, "hartwig", "RE-403377", -9, "P00061", (Charge("BRG-6308-C3", 120, "11.90"),)),
)  # fmt: skip

# What is kept in stock by rule; of the first two nothing is ordered though little will be left.
RULES = (
    Rule("FIT-QC-12", 100, 240, 14), Rule("LUB-HLP-46", 90, 160, 10), Rule("HYD-HOSE-12", 200, 600, 14),
    Rule("SAF-BOOT-43", 20, 60, 7),
)  # fmt: skip

# Free and held stock of the products above; what is not named gets stock from the background.
ON_HAND: dict[tuple[int, str], int] = {
    (0, "BRG-6205-2RS"): 35, (0, "BRG-22210-E"): 52, (0, "HYD-HOSE-12"): 110, (0, "HYD-CYL-50"): 2,
    (0, "HYD-PUMP-16"): 4, (0, "HYD-FILT-10"): 30, (0, "HYD-VLV-43"): 3, (0, "HYD-ACC-04"): 1,
    (0, "FAS-HEX-1040"): 64, (0, "FAS-NUT-M10"): 51, (0, "BLT-PVC-600"): 38, (0, "BLT-ROL-89"): 22,
    (0, "PMP-CEN-3"): 1, (0, "PMP-KIT-3"): 9, (0, "VLV-BALL-50"): 20, (1, "SEN-FLO-25"): 1, (1, "SEN-LVL-RAD"): 1,
    (0, "SAF-BOOT-43"): 14, (0, "VLV-BFLY-100"): 12, (0, "VLV-GATE-80"): 0, (0, "PKG-CRT-604"): 46,
    (0, "CAB-SRV-425"): 140, (0, "CAB-M12-5"): 33, (0, "ABR-DSC-125"): 44, (0, "ABR-BLT-75"): 12,
    (0, "SEA-FKM-4062"): 75, (0, "LED-HB-150"): 6, (0, "GBX-W63-30"): 7, (0, "LUB-HLP-46"): 71,
    (0, "LUB-GRS-EP2"): 260, (0, "MOT-IE3-4"): 4, (0, "MOT-BRK-22"): 2, (0, "SEN-TMP-100"): 17, (0, "DET-GAS-4"): 2,
    (0, "SEN-IND-M18"): 55, (0, "MOT-IE3-15"): 0, (0, "FIT-JIC-90"): 540, (0, "BRG-UCF208"): 3,
    (0, "SEA-ROD-45"): 6, (0, "CAB-YSLY-415"): 220, (0, "SEA-NBR-4062"): 80, (0, "GAU-100-16"): 9,
    (1, "BRG-30206"): 15, (0, "BRG-30206"): 130, (0, "FAS-ANC-M16"): 90, (1, "CAB-H07-525"): 650,
    (0, "SEN-OPT-R5"): 26, (0, "LED-TUB-15"): 420, (0, "FIT-BSP-38"): 610, (0, "FIT-QC-12"): 84,
    (0, "PKG-STR-13"): 31, (1, "BLT-SPB-2000"): 40, (0, "PMP-DIA-1"): 3, (0, "SAF-VEST-XL"): 160,
    (1, "GBX-H90-12"): 3,
}  # fmt: skip

# A cost somebody typed with the decimal point in the wrong place.
MISTYPED_COST = {"SEN-OPT-R5": "347.00"}
