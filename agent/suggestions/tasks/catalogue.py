"""What each label means for the work: the team that acts, the next step, and the words people see."""

from agent.suggestions.model import ExceptionLabel, Intent, NextStep, RiskLabel, Severity, Team

L = ExceptionLabel
EXCEPTIONS: dict[ExceptionLabel, tuple[Team, NextStep]] = {
    L.ORDER_CHANGE_AFTER_RESERVATION: (Team.SALES, NextStep.CONFIRM_CHANGE_WITH_CUSTOMER),
    L.STOCK_SHORTAGE: (Team.PURCHASING, NextStep.EXPEDITE_OR_REALLOCATE),
    L.SUPPLIER_DELAY: (Team.PURCHASING, NextStep.CHASE_SUPPLIER),
    L.PRICE_OR_MARGIN_VARIANCE: (Team.SALES, NextStep.CHECK_PRICE),
    L.QUANTITY_MISMATCH: (Team.WAREHOUSE, NextStep.RECOUNT_OR_CORRECT),
    L.CREDIT_HOLD: (Team.FINANCE, NextStep.REQUEST_CREDIT_RELEASE),
    L.SHIPMENT_CHANGE_OR_FREIGHT: (Team.LOGISTICS, NextStep.CHOOSE_CARRIER),
    L.ALLOCATION_CONFLICT: (Team.SALES, NextStep.DECIDE_ALLOCATION),
    L.INVOICE_DISCREPANCY: (Team.FINANCE, NextStep.DISPUTE_BILL),
    L.RETURN_OR_DAMAGE: (Team.CUSTOMER_SERVICE, NextStep.AUTHORISE_RETURN),
    L.SUBSTITUTION: (Team.SALES, NextStep.APPROVE_SUBSTITUTE),
    L.DUPLICATE_OR_DATA_ERROR: (Team.MASTER_DATA, NextStep.CORRECT_DATA),
    L.NO_EXCEPTION: (Team.SALES, NextStep.NONE_NEEDED),
    L.OTHER: (Team.CUSTOMER_SERVICE, NextStep.LOOK_INTO_IT),
}
INTENTS: dict[Intent, tuple[Severity, Team, NextStep]] = {
    Intent.CONFIRMATION: (Severity.LOW, Team.PURCHASING, NextStep.UPDATE_PURCHASE),
    Intent.DELAY: (Severity.HIGH, Team.PURCHASING, NextStep.UPDATE_PURCHASE),
    Intent.QUANTITY_CHANGE: (Severity.HIGH, Team.PURCHASING, NextStep.UPDATE_PURCHASE),
    Intent.PRICE_CHANGE: (Severity.MEDIUM, Team.PURCHASING, NextStep.CHECK_PRICE),
    Intent.PARTIAL_SHIPMENT: (Severity.MEDIUM, Team.PURCHASING, NextStep.UPDATE_PURCHASE),
    Intent.CANCELLATION: (Severity.CRITICAL, Team.PURCHASING, NextStep.EXPEDITE_OR_REALLOCATE),
    Intent.SUBSTITUTION: (Severity.MEDIUM, Team.PURCHASING, NextStep.APPROVE_SUBSTITUTE),
    Intent.TRACKING: (Severity.LOW, Team.LOGISTICS, NextStep.UPDATE_PURCHASE),
    Intent.INVOICE: (Severity.LOW, Team.FINANCE, NextStep.LOOK_INTO_IT),
    Intent.QUALITY: (Severity.HIGH, Team.PURCHASING, NextStep.LOOK_INTO_IT),
    Intent.REQUEST: (Severity.MEDIUM, Team.PURCHASING, NextStep.ASK_SUPPLIER),
    Intent.SUSPICIOUS: (Severity.CRITICAL, Team.FINANCE, NextStep.LOOK_INTO_IT),
    Intent.OTHER: (Severity.LOW, Team.PURCHASING, NextStep.LOOK_INTO_IT),
}
WORDS: dict[str, str] = {
    **{label.value: label.value.replace("_", " ").capitalize() for label in ExceptionLabel},
    **{intent.value: intent.value.replace("_", " ").capitalize() for intent in Intent},
    RiskLabel.AT_RISK: "Commitments at risk",
    RiskLabel.CLEAR: "No commitment at risk",
    NextStep.CONFIRM_CHANGE_WITH_CUSTOMER: "Confirm the change with the customer and re-reserve",
    NextStep.EXPEDITE_OR_REALLOCATE: "Expedite supply or reallocate stock",
    NextStep.CHASE_SUPPLIER: "Ask the supplier for a firm date",
    NextStep.CHECK_PRICE: "Check price and margin",
    NextStep.RECOUNT_OR_CORRECT: "Recount, or correct the quantity",
    NextStep.REQUEST_CREDIT_RELEASE: "Ask finance to release the credit hold",
    NextStep.CHOOSE_CARRIER: "Choose carrier and freight",
    NextStep.DECIDE_ALLOCATION: "Decide who gets the stock",
    NextStep.DISPUTE_BILL: "Dispute the bill with the supplier",
    NextStep.AUTHORISE_RETURN: "Authorise or refuse the return",
    NextStep.APPROVE_SUBSTITUTE: "Approve or refuse the substitute",
    NextStep.CORRECT_DATA: "Correct the data",
    NextStep.UPDATE_PURCHASE: "Update the purchase order",
    NextStep.ASK_SUPPLIER: "Answer the supplier",
    NextStep.INFORM_CUSTOMERS: "Inform the customers and look for other supply",
    NextStep.NONE_NEEDED: "Nothing to do",
    NextStep.LOOK_INTO_IT: "Look into it",
}


def words(code: str) -> str:
    """The words people see for a label, intent or next step."""
    return WORDS.get(code, code.replace("_", " ").capitalize())
