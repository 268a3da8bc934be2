"""The fulfilment risk on orders, purchases and transfers: fields, and where Odoo's own lists and forms show them."""

from agent.actions.log import RiskLevel
from agent.adapters.odoo import pieces
from agent.adapters.odoo.logcode import RISK_MODELS
from agent.adapters.odoo.names import DECISION, MODULE, ROLE_GROUPS, Declared, Field

TITLES = {RiskLevel.NONE: "No risk", RiskLevel.LOW: "Low", RiskLevel.MEDIUM: "Medium", RiskLevel.HIGH: "High"}
FIELDS = (
    Field(
        name="x_gatehouse_risk_level",
        ttype="selection",
        label="Fulfilment risk",
        help="How endangered the fulfilment is, as Gatehouse computes it from supply, stock and promises",
        index=True,
        selection=tuple((str(level), TITLES[level]) for level in RiskLevel),
    ),
    Field(name="x_gatehouse_risk_score", ttype="integer", label="Risk score", help="0 to 100"),
    Field(name="x_gatehouse_risk_reason", ttype="char", label="Why at risk"),
    Field(name="x_gatehouse_risk_link", ttype="char", label="Risk in Gatehouse"),
)
FEATURE = "fulfilment risk on {}"
LINKED = (*RISK_MODELS, "account.move")  # whose forms lead to their decisions
WORDS = {
    "sale.order": "sale orders",
    "purchase.order": "purchase orders",
    "stock.picking": "transfers",
    "account.move": "bills",
}
LISTS = {
    "sale.order": ("sale.sale_order_tree",),
    "purchase.order": (
        "purchase.purchase_order_tree", "purchase.purchase_order_kpis_tree", "purchase.purchase_order_view_tree",
    ),
    "stock.picking": ("stock.vpicktree",),
}  # fmt: skip
SEARCHES = {
    "sale.order": ("sale.view_sales_order_filter",),
    "purchase.order": ("purchase.view_purchase_order_filter", "purchase.purchase_order_view_search"),
    "stock.picking": ("stock.view_picking_internal_search",),
}
FORMS = {
    "sale.order": "sale.view_order_form",
    "purchase.order": "purchase.purchase_order_form",
    "stock.picking": "stock.view_picking_form",
    "account.move": "account.view_move_form",
}
_COLORS = """decoration-danger="x_gatehouse_risk_level == 'high'"
    decoration-warning="x_gatehouse_risk_level == 'medium'"
    decoration-info="x_gatehouse_risk_level == 'low'" decoration-muted="x_gatehouse_risk_level == 'none'"
"""
LIST = f"""
<xpath expr="/*" position="inside">
    <field name="x_gatehouse_risk_level" widget="badge" optional="show" {_COLORS.strip()}/>
    <field name="x_gatehouse_risk_score" optional="hide"/>
    <field name="x_gatehouse_risk_reason" optional="hide"/>
</xpath>
"""
SEARCH = """
<xpath expr="/search" position="inside">
    <separator/>
    <filter name="gatehouse_at_risk" string="At risk (Gatehouse)"
            domain="[('x_gatehouse_risk_level', 'in', ('medium', 'high'))]"/>
    <group>
        <filter name="gatehouse_by_risk" string="Fulfilment risk" context="{'group_by': 'x_gatehouse_risk_level'}"/>
    </group>
</xpath>
"""
BUTTON = """
<button name="%(window_of_record)d" type="action" class="oe_stat_button" icon="fa-history" groups="{groups}"
        help="What was suggested for this record, and who decided what">
    <div class="o_stat_info"><span class="o_stat_text">AI decisions</span></div>
</button>
"""
RIBBON = """
<xpath expr="//sheet/*[1]" position="before">
    <div class="alert alert-warning mb-2" role="status"
         invisible="x_gatehouse_risk_level not in ('medium', 'high')">
        <strong>Fulfilment risk: </strong><field name="x_gatehouse_risk_level" readonly="1" class="fw-bold"/>
        <field name="x_gatehouse_risk_reason" readonly="1" class="ms-2"/>
        <field name="x_gatehouse_risk_link" widget="url" readonly="1" text="Open in Gatehouse" class="ms-2"
               invisible="not x_gatehouse_risk_link"/>
    </div>
</xpath>
"""


def indicators(major: int) -> tuple[Declared, ...]:
    """The risk fields, the views that show them, and the button that leads from a record to its decisions."""
    return (
        *(pieces.record_field(model, field, feature=_feature(model)) for model in RISK_MODELS for field in FIELDS),
        pieces.window(
            DECISION,
            "AI decisions",
            major=major,
            name="window_of_record",
            domain="[('x_model', '=', active_model), ('x_res_id', '=', active_id)]",
        ),
        *(_shown(model, place) for model, places in LISTS.items() for place in places),
        *(_searched(model, place) for model, places in SEARCHES.items() for place in places),
        *(_risk_on_form(model) for model in RISK_MODELS),
        *(_button(model) for model in LINKED),
    )


def _feature(model: str) -> str:
    return FEATURE.format(WORDS[model])


def _needs(model: str) -> tuple[str, ...]:
    return (f"field_{model.replace('.', '_')}_x_gatehouse_risk_level",)


def _shown(model: str, place: str) -> Declared:
    return pieces.view_extension(
        f"risk_in_{_word(place)}", model, place, LIST, feature=_feature(model), needs=_needs(model)
    )


def _searched(model: str, place: str) -> Declared:
    return pieces.view_extension(
        f"risk_search_{_word(place)}", model, place, SEARCH, feature=_feature(model), needs=_needs(model)
    )


def _risk_on_form(model: str) -> Declared:
    return pieces.view_extension(
        f"risk_on_{model.replace('.', '_')}", model, FORMS[model], RIBBON, feature=_feature(model), needs=_needs(model)
    )


def _button(model: str) -> Declared:
    allowed = ",".join(["base.group_system", *(f"{MODULE}.{name}" for name in ROLE_GROUPS.values())])
    arch = f'<xpath expr="//div[@name=\'button_box\']" position="inside">{BUTTON.format(groups=allowed)}</xpath>'
    feature = f"the button that leads from {WORDS[model]} to their decisions"
    return pieces.view_extension(f"decisions_of_{model.replace('.', '_')}", model, FORMS[model], arch, feature=feature)


def _word(place: str) -> str:
    return place.partition(".")[2]
