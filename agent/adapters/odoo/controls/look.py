"""What an approver sees in Odoo: the list, the form, the search and the menu entry of approvals.

The record itself is never shown, only its name: Odoo 17 refuses to open a form that shows a reference to a record
which the person may not read, and an approver need not have rights on orders to answer for them.
"""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.names import APPROVAL, Declared, Ref
from agent.approvals.model import Scenario

ANSWER = "action_approval_answer"
MENU_PLACE = 10

LIST = """
<list create="0" edit="0" delete="0" duplicate="0" default_order="id desc" decoration-muted="x_consent == 'request'">
<field name="x_decided_at"/><field name="x_scenario"/><field name="x_record_name" string="Record"/>
<field name="x_consent" widget="badge" decoration-success="x_consent == 'approve'"
       decoration-danger="x_consent == 'refuse'" decoration-info="x_consent == 'request'"/>
<field name="x_login" string="Person"/><field name="x_roles" optional="show"/>
<field name="x_reason_code" optional="show"/><field name="x_asked_by" optional="hide"/>
<field name="x_via" optional="hide"/><field name="x_company_id" optional="hide"/>
<field name="activity_ids" widget="list_activity" string="Waits for" optional="show"/>
</list>
"""

_REASONS = "".join(
    f"<field name=\"x_why_{scenario}\" invisible=\"id or x_consent != 'approve' or x_scenario != '{scenario}'\"/>"
    for scenario in Scenario
)

FORM = f"""
<form edit="0" delete="0" duplicate="0">
<header>
<button name="%({ANSWER})d" type="action" string="Answer" class="btn-primary"
        invisible="not id or x_consent != 'request'"/>
</header>
<sheet>
<div class="alert alert-info" role="alert" invisible="id or x_record">
Open what this is about, and choose Actions, Gatehouse: ask for or give consent.
</div>
<field name="id" invisible="1"/><field name="x_figures" invisible="1" force_save="1"/>
<div class="oe_title"><h1><field name="x_name" readonly="1" invisible="not id"/></h1></div>
<group>
<group string="Request">
<field name="x_scenario" readonly="id" required="1"/>
<field name="x_record" readonly="id" invisible="1"/>
<field name="x_record_name" string="Record" readonly="1"/>
<field name="x_asked_by" readonly="1" invisible="not id"/>
<field name="x_needed" readonly="1" invisible="id or not x_needed"/>
<field name="x_company_id" readonly="1" invisible="not id" options="{{'no_open': True}}"/>
</group>
<group string="Present figures" invisible="id"><field name="x_summary" nolabel="1" colspan="2" readonly="1"/></group>
<group string="Figures that this is about" invisible="not id">
<field name="x_summary" nolabel="1" colspan="2" readonly="1"/>
</group>
</group>
<group string="Answer">
<group>
<field name="x_consent" widget="radio" readonly="id" required="1"/>
{_REASONS}
<field name="x_why_refuse" invisible="id or x_consent != 'refuse'"/>
<field name="x_reason_code" readonly="1" invisible="not id or not x_reason_code"/>
</group>
<group invisible="not id">
<field name="x_person_id" readonly="1" invisible="not x_person_id" options="{{'no_open': True}}"/>
<field name="x_login" readonly="1"/><field name="x_roles" readonly="1" invisible="not x_roles"/>
<field name="x_decided_at" readonly="1"/><field name="x_via" readonly="1"/>
</group>
</group>
<group><field name="x_note" readonly="id" placeholder="Why; a request for an urgent purchase must have it"/></group>
</sheet>
</form>
"""

SEARCH = """
<search>
<field name="x_record_name"/><field name="x_scenario"/><field name="x_login"/><field name="x_asked_by"/>
<filter name="waits" string="Waits for me" domain="[('activity_ids.user_id', '=', uid)]"/>
<separator/>
<filter name="requests" string="Requests" domain="[('x_consent', '=', 'request')]"/>
<filter name="approved" string="Approved" domain="[('x_consent', '=', 'approve')]"/>
<filter name="refused" string="Refused" domain="[('x_consent', '=', 'refuse')]"/>
<separator/>
<filter name="decided" string="At" date="x_decided_at"/>
<group>
<filter name="by_scenario" string="Scenario" context="{'group_by': 'x_scenario'}"/>
<filter name="by_record" string="Record" context="{'group_by': 'x_record_name'}"/>
<filter name="by_answer" string="Answer" context="{'group_by': 'x_consent'}"/>
</group>
</search>
"""

WORDS = """
<p class="o_view_nocontent_smiling_face">Nothing was asked for yet.</p>
<p>Open an order, a transfer, a bill or a partner, and choose Actions, Gatehouse: ask for or give consent.</p>
"""


def views(major: int) -> tuple[Declared, ...]:
    """The views, the window action and the menu entry."""
    return (
        pieces.view(APPROVAL, "list", LIST, major=major),
        pieces.view(APPROVAL, "form", FORM, major=major),
        pieces.view(APPROVAL, "search", SEARCH, major=major),
        pieces.window(APPROVAL, "Approvals", major=major, help=" ".join(WORDS.split())),
        pieces.menu(
            "menu_approval", "Approvals", Ref(name="window_approval", model="ir.actions.act_window"), MENU_PLACE
        ),
    )
