"""The approval in Odoo: an append-only row for each request, consent and refusal, its form, and who may use it."""

from typing import Any

from agent.access.model import Role
from agent.adapters.odoo import pieces
from agent.adapters.odoo.controls import deciding, look
from agent.adapters.odoo.controls.scenarios import TERMS
from agent.adapters.odoo.names import (
    APPROVAL,
    READERS,
    ROLE_GROUPS,
    TARGETS,
    Declared,
    Field,
    Ref,
    field_ref,
    model_ref,
)
from agent.approvals.model import REASONS, REFUSALS

INTERNAL = Ref(name="base.group_user")
SETTINGS = Ref(name="base.group_system")
ABOUT = (*TARGETS, ("product.pricelist", "Price list"))
ASKED_ON = ("sale.order", "purchase.order", "stock.picking", "account.move", "res.partner", "product.pricelist")
CONSENTS = (("request", "Ask for consent"), ("approve", "Approve"), ("refuse", "Refuse"))
OTHER = ("other", "Other (say why in the note)")


def _labelled(codes: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return (*((code, code.replace("_", " ").capitalize()) for code in codes), OTHER)


FIELDS = (
    Field(name="x_name", ttype="char", label="Approval"),
    Field(
        name="x_scenario", ttype="selection", label="Scenario", index=True,
        selection=tuple((str(name), terms.title) for name, terms in TERMS.items()),
    ),
    Field(name="x_record", ttype="reference", label="Record", index=True, selection=ABOUT),
    Field(name="x_record_name", ttype="char", label="Record name"),
    Field(name="x_company_id", ttype="many2one", label="Company", relation="res.company"),
    Field(name="x_consent", ttype="selection", label="Answer", selection=CONSENTS),
    Field(name="x_roles", ttype="char", label="Roles", help="The roles in which it was said"),
    Field(name="x_person_id", ttype="many2one", label="Person", relation="res.users", on_delete="restrict"),
    Field(name="x_login", ttype="char", label="Logins"),
    Field(name="x_asked_by", ttype="char", label="Asked by"),
    Field(name="x_reason_code", ttype="char", label="Reason"),
    Field(name="x_note", ttype="text", label="Note"),
    Field(name="x_figures", ttype="text", label="Figures as JSON", help="The values that this is about"),
    Field(name="x_summary", ttype="text", label="What it is about"),
    Field(name="x_needed", ttype="char", label="Needs consent of"),
    Field(name="x_via", ttype="selection", label="Said", selection=(("odoo", "In Odoo"), ("desk", "At the desk"))),
    Field(name="x_key", ttype="char", label="Key", index=True),
    Field(name="x_decided_at", ttype="datetime", label="At", index=True),
    *(
        Field(name=f"x_why_{scenario}", ttype="selection", label="Reason", selection=_labelled(codes))
        for scenario, codes in REASONS.items()
    ),
    Field(name="x_why_refuse", ttype="selection", label="Reason", selection=_labelled(REFUSALS)),
)  # fmt: skip


def approval(major: int) -> tuple[Declared, ...]:
    """The model with rights, rules, form, menu entry and the actions that open it from a record."""
    model = pieces.model(APPROVAL, "Gatehouse approval", FIELDS)
    model = model.model_copy(update={"values": {**model.values, "is_mail_thread": True, "is_mail_activity": True}})
    return (
        model,
        pieces.access(APPROVAL, "internal", INTERNAL, "create"),
        *_who_sees(),
        *pieces.append_only(APPROVAL),
        *pieces.rule(
            "rule_approval_complete", "Gatehouse: complete and check an approval", model_ref(APPROVAL), "on_create",
            deciding.DECIDE,
        ),
        *pieces.rule(
            "rule_approval_show", "Gatehouse: show what an approval is about", model_ref(APPROVAL), "on_change",
            deciding.SHOW,
            on_change_field_ids=(field_ref(APPROVAL, "x_record"), field_ref(APPROVAL, "x_scenario")),
        ),
        *(_opens(of_model) for of_model in (*ASKED_ON, APPROVAL)),
        *look.views(major),
    )  # fmt: skip


def _who_sees() -> tuple[Declared, ...]:
    """People see what they wrote themselves; approvers and other roles all of their companies."""
    everybody = (*(Ref(name=ROLE_GROUPS[role]) for role in Role), Ref(name=READERS), SETTINGS)
    company = "['|', ('x_company_id', '=', False), ('x_company_id', 'in', company_ids)]"
    return (
        _record_rule("approval_own", "own approvals", "[('create_uid', '=', user.id)]", (INTERNAL,)),
        _record_rule("approval_all", "approvals for people with a role", "[(1, '=', 1)]", everybody),
        _record_rule("approval_company", "approvals of one's companies", company, ()),
    )


def _record_rule(name: str, title: str, domain: str, groups: tuple[Ref, ...]) -> Declared:
    values: dict[str, Any] = {
        "name": f"Gatehouse: {title}",
        "model_id": model_ref(APPROVAL),
        "domain_force": domain,
        "active": True,
    }
    if groups:
        values["groups"] = groups
    return Declared(name=f"only_{name}", model="ir.rule", values=values, identity=("name",))


def _opens(of_model: str) -> Declared:
    """Opens a new approval for the record, from its Actions menu (from a request: to answer it)."""
    own = of_model == APPROVAL
    values: dict[str, Any] = {
        "name": "Gatehouse: answer" if own else "Gatehouse: ask for or give consent",
        "model_id": model_ref(of_model),
        "state": "code",
        "code": deciding.OPEN,
        "groups_id": (INTERNAL,),
        "binding_type": "action",
        "binding_view_types": "form",
    }
    if not own:
        values["binding_model_id"] = model_ref(of_model)
    name = look.ANSWER if own else f"action_consent_{of_model.replace('.', '_')}"
    return Declared(name=name, model="ir.actions.server", values=values, identity=("name", "model_id"))
