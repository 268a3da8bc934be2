"""The guarded action that records an approval for a native control, and ends the hold that it was asked for.

The figures that the approvers saw are compared with those that the controls compute, by the controls' own code. The
row keeps them all, so that a control can tell later whether what was consented to still holds.
"""

from agent.actions.model import APPROVAL_KINDS
from agent.adapters.odoo.controls.figures import FIGURES
from agent.approvals.model import Scenario
from agent.evidence.records import Model

_SALE, _PURCHASE, _PICKING, _BILL = (
    str(model) for model in (Model.SALE_ORDER, Model.PURCHASE_ORDER, Model.PICKING, Model.BILL)
)
ABOUT: dict[Scenario, tuple[str, ...]] = {
    Scenario.DISCOUNT_EXCEPTION: (_SALE,),
    Scenario.EMERGENCY_PROCUREMENT: (_PURCHASE,),
    Scenario.INVENTORY_REALLOCATION: (_SALE, _PICKING),
    Scenario.CREDIT_RELEASE: (_SALE,),
    Scenario.SHIPMENT_UPGRADE: (_SALE, _PICKING),
    Scenario.RETURN_AUTHORIZATION: (_SALE, _PICKING, _BILL),
    Scenario.SENSITIVE_CHANGE: (str(Model.PARTNER), _PURCHASE, _SALE, _BILL),
    Scenario.INVOICE_DISCREPANCY: (_BILL,),
}
"""The models whose records each scenario is about."""

RECORD_APPROVAL = """
HELD = {"credit_release": True, "invoice_discrepancy": True}.get(SCENARIO, False)

def same(seen, now):
    try:
        places = len(now.partition(".")[2])
        return round(float(seen), places) == round(float(now), places)
    except Exception:
        return seen.strip() == now.strip()

def bound_to(record):
    figures = shown_figures(SCENARIO, record)
    now = dict(figures)
    if "amount_total" in record:
        now["order_total"] = plain(record.amount_total)
    for figure in wanted["seen"]:
        name = figure["field"]
        if name in now and wanted["consent"] == "approve" and not same(figure["value"], now[name]):
            different.append([name, figure["value"], now[name]])
        if name != "order_total":
            figures.setdefault(name, figure["value"])
    stop_if_stale()
    return figures

def holds_again(record):
    last = earlier(KIND)
    return bool(last) and json.loads(last.x_old or "{}").get("held") is True

def settle_hold(record, before):
    after = before
    if wanted["consent"] == "approve":
        after = False
    elif holds_again(record):
        after = True
    if after != bool(record.x_gatehouse_hold):
        record.write({"x_gatehouse_hold": after})
    return after

def carry_out(record):
    if "x_gatehouse_approval" not in env:
        refuse("This Odoo has no approvals of Gatehouse.", SET_UP)
    answers = wanted["answers"]
    row = {
        "x_key": wanted["key"],
        "x_scenario": SCENARIO,
        "x_record": "%s,%s" % (wanted["model"], record.id),
        "x_record_name": record.display_name,
        "x_company_id": (record.company_id.id if "company_id" in record else False) or env.user.company_id.id,
        "x_consent": wanted["consent"],
        "x_roles": " ".join(sorted({answer["role"] for answer in answers})),
        "x_login": "\\n".join(sorted({answer["by"] for answer in answers})),
        "x_asked_by": wanted["asked_by"],
        "x_reason_code": " ".join(sorted({answer["reason_code"] for answer in answers})),
        "x_note": "\\n".join("%s: %s" % (answer["by"], answer["note"]) for answer in answers if answer["note"]),
        "x_figures": canonical(bound_to(record)),
        "x_via": "desk",
        "x_decided_at": wanted["decided_at"] or datetime.datetime.now().replace(microsecond=0),
    }
    rows = env["x_gatehouse_approval"]
    if not HELD:
        return rows.create(row).id, {}, {}
    need_field(record, "x_gatehouse_hold")
    before = bool(record.x_gatehouse_hold)
    made = rows.create(row)
    return made.id, {"held": before}, {"held": settle_hold(record, before)}
"""

KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    kind: (ABOUT[scenario], f"SCENARIO = {str(scenario)!r}\n{FIGURES}\n{RECORD_APPROVAL}")
    for kind, scenario in APPROVAL_KINDS.items()
}
