"""What people see of the log in Odoo: list, form and search of each model, and the menu. Read-only."""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.groups import EVERY_ROLE, SETTINGS, SHOWN
from agent.adapters.odoo.names import (
    CHECKPOINT,
    CONTENT,
    DECISION,
    MENU,
    RECEIPT,
    ROLE_GROUPS,
    Declared,
    Ref,
    short,
)

READ_ONLY = 'create="0" edit="0" delete="0" duplicate="0"'

DECISION_LIST = """
<field name="x_decided_at" width="160px"/>
<field name="x_name"/>
<field name="x_record" optional="show"/>
<field name="x_task" optional="hide"/>
<field name="x_label" optional="hide"/>
<field name="x_final_label"/>
<field name="x_final_action" widget="badge" decoration-success="x_final_action == 'accept'"
       decoration-warning="x_final_action in ('edit', 'escalate')" decoration-danger="x_final_action == 'reject'"
       decoration-info="x_final_action == 'automatic'"/>
<field name="x_reason_code" optional="show"/>
<field name="x_reviewer"/>
<field name="x_route" optional="show"/>
<field name="x_confidence_state" optional="hide"/>
<field name="x_confidence_value" optional="hide"/>
<field name="x_model_id" optional="hide"/>
"""
DECISION_FORM = """
<div class="oe_title"><h1><field name="x_name"/></h1></div>
<group>
    <group string="Decision">
        <field name="x_final_action"/><field name="x_final_label"/>
        <field name="x_reason_code" invisible="not x_reason_code"/>
        <field name="x_reviewer"/><field name="x_decided_at"/>
        <field name="x_record"/><field name="x_record_name" invisible="x_record"/>
    </group>
    <group string="Suggestion">
        <field name="x_task"/><field name="x_label"/>
        <field name="x_confidence_state"/><field name="x_confidence_value" invisible="not x_confidence_value"/>
        <field name="x_model_id"/><field name="x_prompt_version"/>
    </group>
</group>
<group>
    <group string="Why it took this way">
        <field name="x_route"/><field name="x_route_reasons"/><field name="x_policy_version"/>
    </group>
    <group string="Trace">
        <field name="x_key"/><field name="x_correlation_id"/><field name="x_login"/>
    </group>
</group>
<group string="SHA-256 of what was said and done">
    <field name="x_prompt_digest" string="Prompt"/><field name="x_output_digest" string="Output"/>
    <field name="x_final_digest" string="Final action"/>
</group>
"""
DECISION_SEARCH = """
<field name="x_name"/><field name="x_record_name"/><field name="x_final_label"/><field name="x_reviewer"/>
<field name="x_correlation_id"/>
<filter name="changed" string="Edited or rejected" domain="[('x_final_action', 'in', ('edit', 'reject'))]"/>
<filter name="automatic" string="Automatic" domain="[('x_final_action', '=', 'automatic')]"/>
<filter name="escalated" string="Escalated" domain="[('x_final_action', '=', 'escalate')]"/>
<separator/>
<filter name="decided" string="Decided at" date="x_decided_at"/>
<group>
    <filter name="by_label" string="Final label" context="{'group_by': 'x_final_label'}"/>
    <filter name="by_action" string="Final action" context="{'group_by': 'x_final_action'}"/>
    <filter name="by_reviewer" string="Decided by" context="{'group_by': 'x_reviewer'}"/>
    <filter name="by_day" string="Day" context="{'group_by': 'x_decided_at:day'}"/>
</group>
"""
CONTENT_LIST = """
<field name="x_written_at" width="160px"/><field name="x_case_number"/>
<field name="x_content" widget="badge" decoration-info="x_content == 'output'"/>
<field name="x_erased_at" optional="show"/><field name="x_digest" optional="hide"/>
"""
CONTENT_FORM = """
<div class="oe_title"><h1><field name="x_name"/></h1></div>
<group>
    <group><field name="x_case_number"/><field name="x_content"/></group>
    <group><field name="x_written_at"/><field name="x_login"/></group>
</group>
<group><field name="x_digest"/></group>
<group string="Erased" invisible="not x_erased_at">
    <group><field name="x_erased_at"/><field name="x_erased_by"/></group>
    <group><field name="x_erased_reason"/></group>
</group>
<separator string="Text"/>
<field name="x_text" nolabel="1"/>
"""
CONTENT_SEARCH = """
<field name="x_case_number"/><field name="x_key"/>
<filter name="prompts" string="Prompts" domain="[('x_content', '=', 'prompt')]"/>
<filter name="outputs" string="Outputs" domain="[('x_content', '=', 'output')]"/>
<separator/>
<filter name="erased" string="Erased" domain="[('x_erased_at', '!=', False)]"/>
<separator/>
<filter name="written" string="Written at" date="x_written_at"/>
<group><filter name="by_case" string="Case" context="{'group_by': 'x_case_number'}"/></group>
"""
RECEIPT_LIST = """
<field name="create_date" string="Carried out at" width="160px"/><field name="x_name"/><field name="x_record"/>
<field name="x_record_name" optional="hide"/><field name="x_login" optional="show"/>
<field name="x_key" optional="hide"/>
"""
RECEIPT_FORM = """
<div class="oe_title"><h1><field name="x_name"/></h1></div>
<group>
    <group><field name="x_record"/><field name="x_record_name"/><field name="x_result_id"/></group>
    <group><field name="create_date" string="Carried out at"/><field name="x_login"/><field name="x_key"/></group>
</group>
"""
RECEIPT_SEARCH = """
<field name="x_record_name"/><field name="x_key"/>
<group><filter name="by_kind" string="Action" context="{'group_by': 'x_name'}"/></group>
"""
CHECKPOINT_LIST = """
<field name="x_at" width="160px"/><field name="x_name"/><field name="x_count"/>
<field name="x_head"/><field name="x_login" optional="hide"/>
"""
CHECKPOINT_FORM = """
<div class="oe_title"><h1><field name="x_name"/></h1></div>
<group>
    <group><field name="x_count"/><field name="x_at"/></group>
    <group><field name="x_login"/><field name="x_key"/></group>
</group>
<group><field name="x_head"/></group>
<separator string="Signed note"/>
<field name="x_note" nolabel="1"/>
"""
CHECKPOINT_SEARCH = """
<field name="x_name"/><field name="x_head"/>
<filter name="signed" string="Signed at" date="x_at"/>
<group><filter name="by_origin" string="Origin" context="{'group_by': 'x_name'}"/></group>
"""
SCREENS = (
    (DECISION, "Decisions", DECISION_LIST, DECISION_FORM, DECISION_SEARCH),
    (CONTENT, "Prompts and outputs", CONTENT_LIST, CONTENT_FORM, CONTENT_SEARCH),
    (RECEIPT, "Receipts", RECEIPT_LIST, RECEIPT_FORM, RECEIPT_SEARCH),
    (CHECKPOINT, "Checkpoints", CHECKPOINT_LIST, CHECKPOINT_FORM, CHECKPOINT_SEARCH),
)
FIRST_PLACE = 20  # below what others put into the menu: the desk, approvals


def menu_root() -> tuple[Declared, ...]:
    """The menu Gatehouse, shown to everybody with a role here and to administrators."""
    values = {"name": "Gatehouse", "sequence": 250, "groups_id": (*EVERY_ROLE, SETTINGS)}
    return (Declared(name=MENU, model="ir.ui.menu", values=values, identity=("name", "parent_id")),)


def screens(major: int) -> tuple[Declared, ...]:
    """Views, window actions and menus of the log. A menu is shown to whoever may read what it opens."""
    declared: list[Declared] = []
    for model, title, rows, form, search in SCREENS:
        declared += [
            pieces.view(model, "list", f'<list {READ_ONLY} default_order="id desc">{rows}</list>', major=major),
            pieces.view(model, "form", f"<form {READ_ONLY}><sheet>{form}</sheet></form>", major=major),
            pieces.view(model, "search", f"<search>{search}</search>", major=major),
            pieces.window(model, title, major=major),
        ]
    declared += [_menu(model, title, place) for place, (model, title, *_) in enumerate(SCREENS, start=FIRST_PLACE)]
    return tuple(declared)


def _menu(model: str, title: str, place: int) -> Declared:
    window = Ref(name=f"window_{short(model)}", model="ir.actions.act_window")
    shown = [Ref(name=ROLE_GROUPS[role]) for role in SHOWN[model]]
    administrators = [] if model == CONTENT else [SETTINGS]
    return pieces.menu(f"menu_{short(model)}", title, window, place, (*shown, *administrators))
