"""What code found about a supplier's mail: contradictions, doubts, what is missing, the sender, tasks for the buyer."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from agent.evidence.records import RecordRef
from agent.kit.values import Value
from agent.suggestions.fact_model import FactField, Quote, Severity


class ContradictionKind(StrEnum):
    """What does not fit together: values of the mail with each other, or with what Odoo has."""

    TWO_DATES = "two_dates"
    TWO_QUANTITIES = "two_quantities"
    TWO_PRICES = "two_prices"
    TWO_STATES = "two_states"
    PARTS_AGAINST_TOTAL = "parts_against_total"
    SHIPS_AFTER_ARRIVAL = "ships_after_arrival"
    ORDER_IN_SUBJECT = "order_in_subject"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_ENDED = "order_ended"
    LINE_ENDED = "line_ended"
    ALREADY_RECEIVED = "already_received"
    MORE_THAN_ORDERED = "more_than_ordered"
    PRICE_OFF_ORDER = "price_off_order"
    DATE_PAST = "date_past"
    OTHER_UNIT = "other_unit"
    OTHER_CURRENCY = "other_currency"


class Side(Value):
    """One of the things that contradict each other: words of the mail, or a value of ours in Odoo."""

    value: str = Field(description="ISO date, plain decimal string, or a word")
    unit: str = ""
    quote: Quote | None = Field(default=None, description="the mail's words; None for a value of Odoo")
    record: str = Field(default="", description="of a value of Odoo: where it stands, such as `P00012 line 1`")


class Contradiction(Value):
    """Two or more statements that cannot all hold; never resolved by code."""

    kind: ContradictionKind
    severity: Severity
    field: FactField | None = None
    po: str | None = None
    line: int | None = None
    sides: tuple[Side, ...] = Field(min_length=1)
    detail: str = Field(description="the same in words, with the quotes")

    @property
    def within_mail(self) -> bool:
        """True when the mail contradicts itself, whatever Odoo has."""
        return all(side.quote is not None for side in self.sides) and len(self.sides) > 1


class DoubtKind(StrEnum):
    """Why a value cannot be taken as it stands."""

    AMBIGUOUS_DATE = "ambiguous_date"
    AMBIGUOUS_FIGURE = "ambiguous_figure"
    UNIT_UNKNOWN = "unit_unknown"
    LINE_UNCLEAR = "line_unclear"


class Doubt(Value):
    """A fact that can be read in several ways, or whose unit or line nothing settles."""

    kind: DoubtKind
    field: FactField
    po: str | None = None
    line: int | None = None
    readings: tuple[str, ...] = Field(default=(), description="the values that it may be; units where these differ")
    quote: Quote
    detail: str


class MissingKind(StrEnum):
    """What the mail should have said."""

    NEW_DATE = "new_date"
    DATE_OF_REST = "date_of_rest"
    ORDER_NUMBER = "order_number"
    SUBSTITUTE = "substitute"


class Missing(Value):
    """Something that is not said, so that somebody has to ask for it."""

    kind: MissingKind
    po: str | None = None
    line: int | None = None
    quantity: str = Field(default="", description="plain decimal string: the rest that has no date")
    unit: str = ""
    detail: str


class SenderSign(StrEnum):
    """What is odd about who sent the mail."""

    UNKNOWN = "unknown"
    OTHER_SUPPLIER = "other_supplier"
    LOOKALIKE_DOMAIN = "lookalike_domain"
    DISGUISED_DOMAIN = "disguised_domain"
    NAME_SHOWS_ADDRESS = "name_shows_address"
    NAME_OF_SUPPLIER = "name_of_supplier"
    NAME_OF_OURS = "name_of_ours"
    OWN_DOMAIN = "own_domain"
    REPLY_ELSEWHERE = "reply_elsewhere"
    FREE_MAIL = "free_mail"
    NOT_AUTHENTIC = "not_authentic"


class SenderDoubt(Value):
    """One odd thing about the sender, in words for a planner."""

    sign: SenderSign
    severity: Severity
    address: str = ""
    known: str = Field(default="", description="the address, domain or name of ours that it resembles or claims")
    detail: str


class BuyerTaskKind(StrEnum):
    """What the buyer has to see to."""

    DISCONTINUED = "discontinued"
    SUBSTITUTED = "substituted"


class BuyerTask(Value):
    """A proposed to-do for the buyer on the order; opened only when a person consents, and it changes nothing."""

    kind: BuyerTaskKind
    record: RecordRef
    line: int
    product_code: str
    substitute: str = Field(default="", description="code of the product that comes instead, where the mail names one")
    summary: str = Field(max_length=200)
    due: date
    quote: Quote


class MailFindings(Value):
    """All that code found about one mail beside its facts."""

    contradictions: tuple[Contradiction, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    missing: tuple[Missing, ...] = ()
    sender: tuple[SenderDoubt, ...] = ()
    tasks: tuple[BuyerTask, ...] = ()
