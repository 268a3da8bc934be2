"""Guarded actions on orders and their lines: dates, quantity, price, substitution. The code runs inside Odoo."""

from agent.adapters.odoo.names import Field
from agent.evidence.records import Model

PURCHASE = (str(Model.PURCHASE_ORDER),)
SALE = (str(Model.SALE_ORDER),)
SUBSTITUTE = Field(
    name="x_gatehouse_substitute",
    ttype="char",
    label="Comes instead",
    help="Code of the product that comes instead of this line's, as recorded by Gatehouse; the line stays",
)
SUBSTITUTED = ("purchase.order.line", "sale.order.line")

SET_LINE_DATE = """
def carry_out(order):
    line = line_of(order)
    must_be_open(order)
    zone = zone_of(order)
    now = site_day(line.date_planned, zone)
    compare("planned", wanted["seen"], now)
    stop_if_stale()
    line.write({"date_planned": on_day(wanted["value"], line.date_planned, zone) if wanted["value"] else False})
    return line.id, {"planned": now}, {"planned": wanted["value"]}
"""

# Odoo computes price, discount, date and description of a line anew when its quantity changes: what the person did
# not consent to is written back in the same breath.
SET_LINE_QUANTITY = """
def carry_out(order):
    line = line_of(order)
    must_be_open(order)
    now = number(line.product_qty)
    compare("ordered", number(wanted["seen"]), now)
    stop_if_stale()
    value = storable(line, "product_qty", wanted["value"])
    if value < line.qty_received and number(value) != number(line.qty_received):
        refuse("%s of %s were received already: fewer cannot be ordered." % (number(line.qty_received), order.name))
    values = {"product_qty": value}
    for field in ("price_unit", "discount", "name", "date_planned"):
        if field in line:
            values[field] = line[field]
    line.write(values)
    return line.id, {"ordered": now}, {"ordered": number(value)}
"""

# What people see is the price after discount. A discount stays when the price wanted comes out of it exactly.
SET_LINE_PRICE = """
def net(price, discount):
    return number(round(price * (100 - discount) / 100, 6))

def priced(line, value, discount):
    last = earlier(KIND)
    old = json.loads(last.x_old or "{}") if last and "x_old" in last else {}
    if old.get("line") == line.id and net(old["price"], old["discount"]) == value:
        return old["price"], old["discount"]
    if discount and discount != 100:
        gross = float(number(float(value) * 100 / (100 - discount)))
        places = (line._fields["price_unit"].get_digits(env) or (16, 6))[1]
        if net(round(gross, places), discount) == value:
            return round(gross, places), discount
    return storable(line, "price_unit", value), 0.0

def carry_out(order):
    line = line_of(order)
    must_be_open(order)
    discount = line.discount if "discount" in line else 0.0
    compare("unit_price", number(wanted["seen"]), net(line.price_unit, discount))
    stop_if_stale()
    price, left = priced(line, number(wanted["value"]), discount)
    before = {"line": line.id, "price": line.price_unit, "discount": discount}
    line.write({"price_unit": price, "discount": left} if left != discount else {"price_unit": price})
    return line.id, before, {"line": line.id, "price": price, "discount": left}
"""

SET_COMMITMENT_DATE = """
def carry_out(order):
    must_be_open(order)
    zone = zone_of(order)
    promised = site_day(order.commitment_date, zone)
    now = promised or (wanted["seen"] and site_day(order.expected_date, zone))
    compare("promised", wanted["seen"], now)
    stop_if_stale()
    moment = order.commitment_date or order.expected_date
    order.write({"commitment_date": on_day(wanted["value"], moment, zone) if wanted["value"] else False})
    return order.id, {"promised": promised}, {"promised": wanted["value"]}
"""

RECORD_SUBSTITUTION = """
def code(product):
    return (product.default_code or "").strip() or (product.barcode or "").strip() or "#%s" % product.id

def product_of(order, text):
    products = env["product.product"]
    found = products.search([("company_id", "in", (False, order.company_id.id)),
                             "|", ("default_code", "=", text), ("barcode", "=", text)], limit=1)
    if not found and text[:1] == "#" and text[1:].isdigit():
        found = products.browse(int(text[1:])).exists()
    if not found:
        refuse("Odoo has no product %s." % text, "Make the product in Odoo, or name another one.")
    return found

def carry_out(order):
    line = line_of(order)
    need_field(line, "x_gatehouse_substitute")
    must_be_open(order)
    compare("product_code", wanted["seen"], code(line.product_id))
    stop_if_stale()
    before = line.x_gatehouse_substitute or ""
    value = code(product_of(order, wanted["value"])) if wanted["value"] else ""
    if value == wanted["seen"]:
        refuse("%s is what the line is for already." % value)
    line.write({"x_gatehouse_substitute": value or False})
    if value:
        add_note(order, "%s comes instead of %s (line of %s)." % (value, wanted["seen"], number(line[QUANTITY])))
    else:
        add_note(order, "%s comes as ordered, not %s." % (wanted["seen"], before or "another product"))
    return line.id, {"substitute": before}, {"substitute": value}

QUANTITY = "product_qty" if wanted["model"] == "purchase.order" else "product_uom_qty"
"""

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "set_purchase_line_date": (PURCHASE, SET_LINE_DATE),
    "set_purchase_line_quantity": (PURCHASE, SET_LINE_QUANTITY),
    "set_purchase_line_price": (PURCHASE, SET_LINE_PRICE),
    "set_commitment_date": (SALE, SET_COMMITMENT_DATE),
    "record_substitution": (PURCHASE + SALE, RECORD_SUBSTITUTION),
}
