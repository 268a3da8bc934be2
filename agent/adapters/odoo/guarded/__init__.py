"""Guarded actions: one server action for each kind, each one transaction in Odoo that happens once per key."""

from agent.adapters.odoo import pieces
from agent.adapters.odoo.guarded import consent, holding, lines, records, releasing, reply
from agent.adapters.odoo.guarded.prelude import code_of
from agent.adapters.odoo.models import gate
from agent.adapters.odoo.names import APPLIERS, RECEIPT, Declared, Field, Ref, model_ref

KINDS = records.KINDS | lines.KINDS | reply.KINDS | holding.KINDS | consent.KINDS
"""For each kind of action the models whose records it is for, and its words."""

VALUES = (
    Field(name="x_old", ttype="text", label="Before", help="The values before, as JSON"),
    Field(name="x_new", ttype="text", label="After", help="The values after, as JSON"),
)


def external_id(kind: str) -> str:
    """The external id of a kind's server action, and the name of the row that tells its number."""
    return f"apply_{kind}"


def guarded_actions() -> tuple[Declared, ...]:
    """The server actions, the rows by which the gateway finds them, and the fields and rules that they work with."""
    return (
        *(pieces.record_field(RECEIPT, field) for field in VALUES),
        *(
            pieces.record_field(model, lines.SUBSTITUTE, feature="recording substitutions")
            for model in lines.SUBSTITUTED
        ),
        *(
            pieces.record_field(model, field, feature="holding orders and disputing bills")
            for model, field in holding.FIELDS.items()
        ),
        *holding.rules(),
        *releasing.rules(),
        *(
            pieces.server_action(
                external_id(kind),
                f"Gatehouse: {kind.replace('_', ' ')}",
                model_ref(RECEIPT),
                code_of(kind, *terms),
                (Ref(name=APPLIERS),),
            )
            for kind, terms in KINDS.items()
        ),
        *(gate(external_id(kind), x_action=Ref(name=external_id(kind))) for kind in KINDS),
    )
