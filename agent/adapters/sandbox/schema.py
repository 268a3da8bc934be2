"""The sandbox company's first tables: Odoo's records as far as the tasks need them, and the append-only AI log.

What came later, and the guards of the append-only tables, stand in `additions`.

Quantities and amounts are integers of 10^-6, dates ISO text, times integer microseconds UTC.
"""

RECORDS = """
CREATE TABLE IF NOT EXISTS company (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, currency TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS partner (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent_id INTEGER REFERENCES partner, email TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '', lang TEXT NOT NULL DEFAULT '', tier INTEGER NOT NULL DEFAULT 3,
    supplier INTEGER NOT NULL DEFAULT 0, customer INTEGER NOT NULL DEFAULT 0,
    credit_limit INTEGER, credit_used INTEGER, credit_currency TEXT);
CREATE TABLE IF NOT EXISTS product (
    id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, unit TEXT NOT NULL,
    cost INTEGER NOT NULL, price INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS supplier_info (
    id INTEGER PRIMARY KEY, partner_id INTEGER NOT NULL REFERENCES partner,
    product_id INTEGER NOT NULL REFERENCES product, code TEXT NOT NULL, price INTEGER NOT NULL,
    lead_days INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS quant (
    id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES company,
    product_id INTEGER NOT NULL REFERENCES product, warehouse TEXT NOT NULL, on_hand INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sale_order (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, company_id INTEGER NOT NULL REFERENCES company,
    partner_id INTEGER NOT NULL REFERENCES partner, state TEXT NOT NULL, client_ref TEXT NOT NULL DEFAULT '',
    currency TEXT NOT NULL, ordered_at INTEGER, promised TEXT, delivered_on TEXT, total INTEGER NOT NULL DEFAULT 0,
    margin_percent INTEGER, carrier TEXT NOT NULL DEFAULT '', freight INTEGER);
CREATE TABLE IF NOT EXISTS sale_line (
    id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES sale_order,
    product_id INTEGER NOT NULL REFERENCES product, ordered INTEGER NOT NULL, delivered INTEGER NOT NULL DEFAULT 0,
    unit_price INTEGER NOT NULL, margin_percent INTEGER);
CREATE TABLE IF NOT EXISTS purchase_order (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, company_id INTEGER NOT NULL REFERENCES company,
    partner_id INTEGER NOT NULL REFERENCES partner, state TEXT NOT NULL, partner_ref TEXT NOT NULL DEFAULT '',
    currency TEXT NOT NULL, ordered_at INTEGER, planned TEXT, total INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS purchase_line (
    id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES purchase_order, position INTEGER NOT NULL,
    product_id INTEGER NOT NULL REFERENCES product, supplier_code TEXT NOT NULL DEFAULT '', ordered INTEGER NOT NULL,
    received INTEGER NOT NULL DEFAULT 0, invoiced INTEGER NOT NULL DEFAULT 0, unit_price INTEGER NOT NULL,
    planned TEXT, received_on TEXT);
CREATE TABLE IF NOT EXISTS picking (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, company_id INTEGER NOT NULL REFERENCES company,
    kind TEXT NOT NULL, origin TEXT NOT NULL, state TEXT NOT NULL, scheduled TEXT);
CREATE TABLE IF NOT EXISTS move (
    id INTEGER PRIMARY KEY, picking_id INTEGER NOT NULL REFERENCES picking,
    product_id INTEGER NOT NULL REFERENCES product, sale_line_id INTEGER REFERENCES sale_line,
    purchase_line_id INTEGER REFERENCES purchase_line, demand INTEGER NOT NULL,
    quantity INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bill (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, company_id INTEGER NOT NULL REFERENCES company,
    partner_id INTEGER NOT NULL REFERENCES partner, state TEXT NOT NULL, ref TEXT NOT NULL DEFAULT '',
    currency TEXT NOT NULL, billed TEXT, total INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS bill_line (
    id INTEGER PRIMARY KEY, bill_id INTEGER NOT NULL REFERENCES bill, product_id INTEGER REFERENCES product,
    quantity INTEGER NOT NULL, unit_price INTEGER NOT NULL, purchase_ref TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS sale_line_order ON sale_line (order_id);
CREATE INDEX IF NOT EXISTS purchase_line_order ON purchase_line (order_id);
CREATE INDEX IF NOT EXISTS bill_line_bill ON bill_line (bill_id);
CREATE INDEX IF NOT EXISTS move_sale_line ON move (sale_line_id);
"""

EFFECTS = """
CREATE TABLE IF NOT EXISTS note (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, record_id INTEGER NOT NULL, body TEXT NOT NULL,
    action_key TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, record_id INTEGER NOT NULL, summary TEXT NOT NULL,
    note TEXT NOT NULL, due TEXT NOT NULL, action_key TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, model TEXT NOT NULL,
    record_id INTEGER NOT NULL, made_id INTEGER NOT NULL, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, case_number TEXT NOT NULL,
    final_action TEXT NOT NULL, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS content (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, case_number TEXT NOT NULL,
    content TEXT NOT NULL, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outage (until INTEGER NOT NULL, after_commit INTEGER NOT NULL);
"""

APPEND_ONLY = ("decision", "content", "receipt")
REFUSED = "append-only"
SCHEMA = RECORDS + EFFECTS
