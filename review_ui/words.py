"""The words for every code that people see: labels, teams, states, reasons, gates, log events."""

from agent.locale import mark as N_  # noqa: N812 - the customary name that text extraction looks for

KINDS = {
    "exception": N_("Order exception"),
    "supplier_email": N_("Supplier e-mail"),
    "risk_summary": N_("Risk summary"),
    "invoice": N_("Invoice"),
}
STATUSES = {
    "open": N_("Being read"),
    "in_review": N_("In review"),
    "decided": N_("Decided"),
    "closed": N_("Closed"),
}
LABELS = {
    "order_change_after_reservation": N_("Order changed after reservation"),
    "stock_shortage": N_("Stock shortage"),
    "supplier_delay": N_("Supplier delay"),
    "price_or_margin_variance": N_("Price or margin variance"),
    "quantity_mismatch": N_("Quantity mismatch"),
    "credit_hold": N_("Credit hold"),
    "shipment_change_or_freight": N_("Shipment change or freight"),
    "allocation_conflict": N_("Allocation conflict"),
    "invoice_discrepancy": N_("Invoice discrepancy"),
    "return_or_damage": N_("Return or damage"),
    "substitution": N_("Substitution"),
    "duplicate_or_data_error": N_("Duplicate or data error"),
    "no_exception": N_("No exception"),
    "other": N_("Something else"),
    "confirmation": N_("Confirmation"),
    "delay": N_("Delay"),
    "quantity_change": N_("Quantity change"),
    "price_change": N_("Price change"),
    "partial_shipment": N_("Partial shipment"),
    "cancellation": N_("Cancellation"),
    "tracking": N_("Shipment tracking"),
    "invoice": N_("Invoice"),
    "quality": N_("Quality problem"),
    "request": N_("Request to us"),
    "suspicious": N_("Suspicious"),
    "commitments_at_risk": N_("Commitments at risk"),
    "no_commitment_at_risk": N_("No commitment at risk"),
}
SEVERITIES = {"low": N_("Low"), "medium": N_("Medium"), "high": N_("High"), "critical": N_("Critical")}
TEAMS = {
    "sales": N_("Sales"),
    "purchasing": N_("Purchasing"),
    "warehouse": N_("Warehouse"),
    "logistics": N_("Logistics"),
    "finance": N_("Finance"),
    "customer_service": N_("Customer service"),
    "master_data": N_("Master data"),
}
NEXT_STEPS = {
    "confirm_change_with_customer": N_("Confirm the change with the customer and re-reserve"),
    "expedite_or_reallocate": N_("Expedite supply or reallocate stock"),
    "chase_supplier": N_("Ask the supplier for a firm date"),
    "check_price": N_("Check price and margin"),
    "recount_or_correct": N_("Recount, or correct the quantity"),
    "request_credit_release": N_("Ask finance to release the credit hold"),
    "choose_carrier": N_("Choose carrier and freight"),
    "decide_allocation": N_("Decide who gets the stock"),
    "dispute_bill": N_("Dispute the bill with the supplier"),
    "authorise_return": N_("Authorise or refuse the return"),
    "approve_substitute": N_("Approve or refuse the substitute"),
    "correct_data": N_("Correct the data"),
    "update_purchase": N_("Update the purchase order"),
    "ask_supplier": N_("Answer the supplier"),
    "inform_customers": N_("Inform the customers and look for other supply"),
    "none_needed": N_("Nothing to do"),
    "look_into_it": N_("Look into it"),
}
FIELDS = {
    "eta": N_("Arrival date"),
    "ship_date": N_("Shipping date"),
    "quantity": N_("Quantity"),
    "price": N_("Unit price"),
    "status": N_("Status"),
    "tracking": N_("Tracking number"),
    "reason": N_("Reason"),
}
DATES = frozenset({"eta", "ship_date"})
NUMBERS = frozenset({"quantity", "price"})
VERBS = {"accept": N_("Accept"), "edit": N_("Edit"), "reject": N_("Reject"), "escalate": N_("Escalate")}
DONE = {
    "accept": N_("accepted"),
    "edit": N_("accepted with changes"),
    "reject": N_("rejected"),
    "escalate": N_("handed on to a manager"),
    "automatic": N_("settled automatically"),
}
VERDICT_REASONS = (
    N_("Correct"),
    N_("Right, but for the wrong reason"),
    N_("Wrong label"),
    N_("Wrong value"),
    N_("A fact was missing"),
    N_("Wrong order or line"),
    N_("Wrong severity, team or next step"),
    N_("Something else (see note)"),
    N_("Nothing is wrong here"),
    N_("Same matter as another case"),
    N_("Settled already"),
    N_("Sender or content cannot be trusted"),
    N_("Not enough evidence"),
    N_("Above my limit"),
    N_("Needs somebody who knows this"),
    N_("Customer impact"),
)
ROUTE_REASONS = {
    "no_certificate": N_("Not certified for automation yet"),
    "low_confidence": N_("Confidence below the bar"),
    "hard_gate": N_("A check found something"),
    "conflict_with_odoo": N_("Conflict with Odoo"),
    "injection_suspicion": N_("Possible attempt to steer the AI"),
    "gold_sample": N_("Drawn for blind review"),
    "policy": N_("Policy asks for a person"),
    "needs_a_person": N_("Always needs a person"),
    "halted": N_("Automation is halted"),
}
LANES = {"auto": N_("automatic"), "review": N_("review")}
GATES = {
    "schema_repaired": N_("The answer had to be repaired"),
    "quote_absent": N_("A quote is not in the source"),
    "value_not_in_quote": N_("A value is not in its quote"),
    "purchase_unknown": N_("Purchase order unknown in Odoo"),
    "sender_not_supplier": N_("Sender is not the order's supplier"),
    "injection_suspected": N_("Text that tries to steer the AI"),
    "ambiguous_date": N_("Date can be read in two ways"),
    "readers_disagree": N_("The two readers disagree"),
    "fell_back_to_embedded_reader": N_("Model down: the embedded reader answered"),
    "conflict_with_odoo": N_("Conflict with Odoo"),
    "contradiction_in_the_mail": N_("The mail contradicts itself"),
    "attachment_unread": N_("An attachment could not be read"),
    "record_unknown": N_("Record unknown in Odoo"),
    "defective_mail": N_("The mail was damaged"),
}
FEATURES = {
    "stated": N_("Reader's own probability"),
    "margin": N_("Lead over the second label"),
    "samples": N_("Agreement of repeated readings"),
    "second_reader": N_("Second reader agrees"),
    "precedents": N_("Precedents with this label"),
    "familiarity": N_("Similarity to the nearest precedent"),
    "validators": N_("Checks passed"),
    "evidence": N_("Facts carried by their quotes"),
}
ROLES = {
    "planner": N_("planner"),
    "sales_manager": N_("sales manager"),
    "finance": N_("finance"),
    "procurement_lead": N_("procurement lead"),
    "operations": N_("operations"),
    "logistics": N_("logistics"),
    "customer_service_lead": N_("customer service lead"),
    "manager": N_("manager"),
    "evaluator": N_("evaluator"),
    "administrator": N_("administrator"),
    "auditor": N_("auditor"),
}
ERRORS = (
    N_("The form was not sent by this desk, or it is too old."),
    N_("Nothing was changed. Reload the page and send it again."),
)
ACTIONS = {
    "post_note": N_("Internal note"),
    "open_activity": N_("To-do"),
    "planned": N_("planned"),
    "attempted": N_("asked of Odoo, answer awaited"),
    "done": N_("done"),
    "refused": N_("refused by Odoo"),
    "applied": N_("applied"),
    "already": N_("was applied before"),
}
WORK = {
    "settle": N_("Read and route a case"),
    "carry_out": N_("Carry out a decision"),
    "deliver_log": N_("Deliver the log to Odoo"),
}
CHANGES = {"label": N_("Label"), "severity": N_("Severity"), "team": N_("Team"), "next_step": N_("Next step")}
EVENTS = {
    "event:received": N_("Event received"),
    "mail:received": N_("Mail received"),
    "mail:suppressed": N_("Automatic mail kept aside"),
    "input:rejected": N_("Input refused"),
    "input:redriven": N_("Input tried again"),
    "case:opened": N_("Case opened"),
    "case:joined": N_("Something new joined the case"),
    "evidence:collected": N_("Evidence collected"),
    "suggestion:made": N_("Suggestion made"),
    "reader:fell_back": N_("Model down, embedded reader answered"),
    "suggestion:routed": N_("Routed"),
    "review:opened": N_("Review opened"),
    "review:superseded": N_("Review superseded"),
    "review:labelled": N_("Labelled blind"),
    "suggestion:accepted": N_("Suggestion accepted"),
    "suggestion:edited": N_("Suggestion accepted with changes"),
    "suggestion:rejected": N_("Suggestion rejected"),
    "case:escalated": N_("Handed on to a manager"),
    "decision:refused": N_("Decision not allowed"),
    "action:attempted": N_("Change asked of Odoo"),
    "action:applied": N_("Change confirmed by Odoo"),
    "action:refused": N_("Change refused by Odoo"),
    "case:closed": N_("Case closed"),
    "log:delivered": N_("Log delivered to Odoo"),
    "log:refused": N_("Log row refused by Odoo"),
    "work:died": N_("Work given up"),
    "work:redriven": N_("Work tried again"),
    "system:halted": N_("Halted"),
    "system:resumed": N_("Resumed"),
    "person:added": N_("Person added"),
    "person:signed_in": N_("Signed in"),
    "person:sign_in_refused": N_("Sign-in refused"),
    "backup:made": N_("Backup written"),
    "backup:restored": N_("Backup restored"),
}
GROUPS: dict[str, dict[str, str]] = {
    "kind": KINDS,
    "status": STATUSES,
    "label": LABELS,
    "severity": SEVERITIES,
    "team": TEAMS,
    "next_step": NEXT_STEPS,
    "field": FIELDS,
    "verb": VERBS,
    "done": DONE,
    "route_reason": ROUTE_REASONS,
    "lane": LANES,
    "gate": GATES,
    "feature": FEATURES,
    "role": ROLES,
    "action": ACTIONS,
    "work": WORK,
    "change": CHANGES,
    "event": EVENTS,
}


def find(code: str, group: str = "") -> str | None:
    """The English words for a code, in one group or the first that knows it; None when there are none."""
    if group:
        return GROUPS[group].get(code)
    return next((texts[code] for texts in GROUPS.values() if code in texts), None)
