"""What the company deals in: bearings, seals, hydraulics, fasteners, cable, drives, valves and the like."""

from typing import NamedTuple


class Product(NamedTuple):
    """A product, its supplier and the code that the supplier uses; cost and price per unit as decimal text."""

    code: str
    name: str
    unit: str
    supplier: str
    supplier_code: str
    cost: str
    price: str


PRODUCTS = (
    Product("BRG-6205-2RS", "Deep groove ball bearing 6205-2RS", "Units", "hartwig", "HW-6205RS", "3.42", "6.10"),
    Product("BRG-6308-C3", "Deep groove ball bearing 6308 C3", "Units", "hartwig", "HW-6308C3", "11.90", "19.80"),
    Product("BRG-22210-E", "Spherical roller bearing 22210 E", "Units", "hartwig", "HW-22210E", "38.50", "62.00"),
    Product("BRG-UCF208", "Flanged housing unit UCF208", "Units", "lakeshore", "LB-UCF208", "14.20", "24.90"),
    Product("BRG-30206", "Tapered roller bearing 30206", "Units", "lakeshore", "LB-30206", "6.75", "11.40"),
    Product("GBX-W63-30", "Worm gearbox W63, i=30", "Units", "danube", "DG-W63/30", "148.00", "229.00"),
    Product("GBX-H90-12", "Helical gearbox H90, i=12", "Units", "danube", "DG-H90/12", "312.00", "468.00"),
    Product("SEA-NBR-4062", "Shaft seal 40x62x8 NBR", "Units", "oberland", "DO-40628N", "1.85", "3.60"),
    Product("SEA-ROD-45", "Rod seal 45x55x7.5", "Units", "oberland", "DO-RS45", "6.90", "12.50"),
    Product("GSK-ARA-2", "Gasket sheet aramid 2 mm, 1 m wide", "m", "oberland", "DO-GS2", "18.20", "31.00"),
    Product("SEA-FKM-4062", "Shaft seal 40x62x8 FKM", "Units", "taiping", "TP-F40628", "4.30", "7.95"),
    Product("ORG-KIT-382", "O-ring assortment FKM 70, 382 pieces", "Units", "taiping", "TP-OK382", "27.40", "48.00"),
    Product("HYD-HOSE-12", "Hydraulic hose 2SN DN12", "m", "vernier", "FLX-2SN12", "4.65", "8.40"),
    Product("HYD-HOSE-08", "Hydraulic hose 1SC DN8", "m", "vernier", "FLX-1SC08", "2.90", "5.30"),
    Product("HYD-CYL-50", "Hydraulic cylinder 50/28x300", "Units", "vernier", "VH-C50300", "121.00", "189.00"),
    Product("HYD-PUMP-16", "Gear pump group 2, 16 cc", "Units", "pennine", "PF-GP216", "96.50", "154.00"),
    Product("HYD-FILT-10", "Return filter element 10 micron", "Units", "pennine", "PF-RF10", "13.80", "24.50"),
    Product("HYD-VLV-43", "Directional valve D10 4/3 24 V", "Units", "pennine", "PF-DV1043", "178.00", "279.00"),
    Product("HYD-ACC-04", "Bladder accumulator 4 l", "Units", "pennine", "PF-BA04", "214.00", "329.00"),
    Product("FIT-JIC-90", "JIC elbow 90 degrees 1/2 inch", "Units", "delmas", "RD-J1290", "3.10", "5.70"),
    Product("FIT-BSP-38", "BSP adapter straight 3/8 inch", "Units", "delmas", "RD-B38S", "1.60", "3.05"),
    Product("FIT-QC-12", "Quick coupling ISO A DN12", "Units", "delmas", "RD-QC12", "9.80", "16.90"),
    Product("FAS-HEX-1040", "Hex bolts M10x40 8.8 zinc, box of 100", "Boxes", "astur", "TA-1040", "14.20", "23.90"),
    Product("FAS-HEX-1260", "Hex bolts M12x60 8.8 zinc, box of 100", "Boxes", "astur", "TA-1260", "21.70", "36.50"),
    Product("FAS-NUT-M10", "Lock nuts M10 zinc, box of 200", "Boxes", "astur", "TA-N10", "11.30", "19.20"),
    Product("FAS-ANC-M16", "Anchor bolts M16x140, box of 25", "Boxes", "astur", "TA-A16", "33.40", "55.00"),
    Product("FAS-SHC-825", "Cap screws M8x25 12.9, box of 200", "Boxes", "tamarack", "TF-SC825", "12.60", "21.40"),
    Product("FAS-WSH-M12", "Flat washers M12 stainless, box of 500", "Boxes", "tamarack", "TF-W12", "6.10", "10.90"),
    Product("CAB-YSLY-415", "Control cable YSLY-JZ 4G1.5", "m", "lombarda", "CL-4G15", "1.12", "2.05"),
    Product("CAB-H07-525", "Rubber cable H07RN-F 5G2.5", "m", "lombarda", "CL-H5G25", "2.95", "5.10"),
    Product("CAB-M12-5", "Sensor cable M12 5-pole PUR 5 m", "Units", "anadolu", "AK-M12P5", "6.40", "11.90"),
    Product("CAB-SRV-425", "Servo cable 4G2.5 shielded", "m", "anadolu", "AK-SV425", "5.80", "9.70"),
    Product("PMP-CEN-3", "Centrifugal pump 3 kW", "Units", "bertoldi", "PB-C3", "412.00", "639.00"),
    Product("PMP-DIA-1", "Diaphragm pump 1 inch", "Units", "bertoldi", "PB-D1", "286.00", "449.00"),
    Product("PMP-KIT-3", "Seal kit for centrifugal pump 3 kW", "Units", "bertoldi", "PB-KC3", "38.00", "66.00"),
    Product("MOT-IE3-4", "Electric motor IE3 4 kW B3", "Units", "moravia", "MM-4B3", "238.00", "365.00"),
    Product("MOT-IE3-15", "Electric motor IE3 1.5 kW B14", "Units", "moravia", "MM-15B14", "129.00", "205.00"),
    Product("MOT-BRK-22", "Brake motor 2.2 kW", "Units", "moravia", "MM-BR22", "296.00", "442.00"),
    Product("BLT-PVC-600", "Conveyor belt PVC green 600 mm", "m", "vanrooijen", "VR-PVC600", "17.90", "29.80"),
    Product("BLT-ROL-89", "Idler roller 89x600", "Units", "vanrooijen", "VR-R89", "15.20", "25.50"),
    Product("BLT-SPB-2000", "V-belt SPB 2000", "Units", "vanrooijen", "VR-SPB2000", "8.40", "14.60"),
    Product("PKG-FILM-500", "Stretch film 500 mm x 300 m", "Units", "desmet", "DS-SF500", "5.90", "10.20"),
    Product("PKG-CRT-604", "Cartons 600x400x400, bundle of 20", "Boxes", "desmet", "DS-C604", "16.80", "28.00"),
    Product("PKG-STR-13", "PET strapping 13 mm x 2000 m", "Units", "desmet", "DS-PET13", "24.50", "39.90"),
    Product("SAF-GLV-L", "Nitrile gloves size L, box of 100", "Boxes", "ashdown", "AS-NG-L", "5.20", "9.90"),
    Product("SAF-HLM-W", "Safety helmet white, ratchet", "Units", "ashdown", "AS-H1W", "7.80", "14.50"),
    Product("SAF-BOOT-43", "Safety boots S3 size 43", "Units", "ashdown", "AS-B43", "36.00", "61.00"),
    Product("SAF-VEST-XL", "High-visibility vest XL", "Units", "ashdown", "AS-VXL", "2.60", "5.90"),
    Product("SEN-IND-M18", "Inductive sensor M18 PNP", "Units", "nordlys", "NS-I18P", "18.40", "32.50"),
    Product("SEN-OPT-R5", "Photoelectric sensor retro 5 m", "Units", "nordlys", "NS-O5R", "34.70", "59.00"),
    Product("SEN-TMP-100", "Temperature probe Pt100 150 mm", "Units", "fjordtek", "FT-PT150", "26.90", "47.00"),
    Product("DET-GAS-4", "Portable four-gas detector", "Units", "fjordtek", "FT-GD4", "265.00", "419.00"),
    Product("SEN-LVL-RAD", "Radar level transmitter 26 GHz", "Units", "maple", "MR-RL26", "488.00", "745.00"),
    Product("SEN-FLO-25", "Flow meter DN25 electromagnetic", "Units", "maple", "MR-FM25", "356.00", "549.00"),
    Product("GAU-100-16", "Pressure gauge 100 mm 0-16 bar", "Units", "helvetia", "HM-G10016", "19.60", "34.00"),
    Product("GAU-63-250", "Pressure gauge 63 mm 0-250 bar", "Units", "helvetia", "HM-G63250", "12.30", "21.90"),
    Product("VLV-BALL-50", "Ball valve DN50 PN40 stainless", "Units", "kowalczyk", "KA-BV50", "46.00", "74.00"),
    Product("VLV-SOL-12", "Solenoid valve G1/2 24 V", "Units", "kowalczyk", "KA-SV12", "22.80", "39.00"),
    Product("VLV-BFLY-100", "Butterfly valve DN100 lug type", "Units", "haotian", "HT-BF100", "37.50", "66.00"),
    Product("VLV-GATE-80", "Gate valve DN80 ductile iron", "Units", "haotian", "HT-GV80", "58.00", "97.00"),
    Product("LUB-GRS-EP2", "Lithium grease EP2", "kg", "reinholt", "SR-EP2", "3.90", "7.40"),
    Product("LUB-HLP-46", "Hydraulic oil HLP 46, drum of 20 l", "Units", "reinholt", "SR-HLP46/20", "41.00", "67.00"),
    Product("LED-HB-150", "LED high bay 150 W", "Units", "lumiere", "LI-HB150", "78.00", "129.00"),
    Product("LED-TUB-15", "LED tube 1500 mm 22 W", "Units", "lumiere", "LI-T1522", "6.70", "12.80"),
    Product("ABR-DSC-125", "Cutting discs 125 mm, box of 25", "Boxes", "porto", "PA-D125", "14.90", "26.00"),
    Product("ABR-BLT-75", "Sanding belts 75x533 P80, box of 10", "Boxes", "porto", "PA-B75", "11.20", "19.50"),
)  # fmt: skip
