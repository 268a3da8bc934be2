"""Generated summaries for the grounding promise: varied facts, worded in many ways, and wrong sentences planted."""
# ruff: noqa: E501 - a sentence reads best in one line

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_date

from agent.adapters.embedded.words import summarise
from agent.evidence.impact import impact
from agent.evidence.records import Commitment, LateLine, Model, Rated, RecordRef, SupplyPicture
from agent.kit.values import Money
from agent.suggestions.mail_changes import changes
from agent.suggestions.model import ExceptionLabel, Fact, FactField, Intent, Quote
from agent.suggestions.reader import ExceptionSummaryInput, MailSummaryInput, RiskSummaryInput
from agent.suggestions.tasks import risk_summary
from agent.suggestions.tasks.mail_summary import allowed as mail_allowed
from tests.checker_of_words import Truth

TODAY = date(2026, 11, 23)
CUSTOMERS = (
    "Harbour & Mills Ltd", "Stadtwerke Grünau", "Sägewerk Achental", "Grands Moulins de l'Aisne", "Papeterie du Val Noir",
    "Conservas del Miño S.A.", "Aceros Valdemora", "Zuivelfabriek De Linde", "Kwekerij Oosterhof B.V.",
    "Ceramica Tre Pini S.r.l.", "Cartiera San Rocco S.p.A.", "Firth of Lorn Salmon",
)  # fmt: skip
SUPPLIERS = (
    "Pennine Fluid Power", "Kugellager Hartwig GmbH", "Hydraulique Vernier SA", "Tornillería Astur S.L.",
    "Van Rooijen Transportbanden", "Pompe Bertoldi S.r.l.",
)  # fmt: skip
STRANGERS = (
    "Bosch", "Siemens Energy", "Müller Maschinenbau", "Dupont Frères", "García Hermanos", "Jansen Techniek", "Rossi Impianti",
    "Becker", "Miller", "Mr Browning", "Wellington Trading", "Fleming",
)  # fmt: skip
PRODUCTS = ("BRG-6205-2RS", "HYD-PUMP-16", "MOT-IE3-4", "VLV-BALL-50", "SEA-FKM-4062")
UNITS = ("Units", "Boxes", "m", "kg")


@dataclass(frozen=True)
class Worded:
    """One summary: its sentences, which of them are planted, what backs them, and the raw truth for the checker."""

    kind: str
    sentences: tuple[str, ...]
    planted: frozenset[int]
    allowed: tuple[str, ...]
    truth: Truth


def summaries(many: int, seed: int = 20_261) -> list[Worded]:
    """So many summaries, the same every time: by the embedded reader, by paraphrase, and by a model that plants."""
    chance = random.Random(seed)
    kinds = (_risk, _mail, _exception)
    return [
        kinds[number % 3](chance, ("embedded", "paraphrase", "planting")[(number // 3) % 3]) for number in range(many)
    ]


# --- how values may be written ------------------------------------------------------------------
def day_in(chance: random.Random, day: date) -> str:
    """A date in one of many writings, six languages among them."""
    language = chance.choice(("en", "de", "fr", "es", "nl", "it"))
    return chance.choice((
        day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", format_date(day, "d MMM y", locale="en"),
        format_date(day, "d MMMM y", locale=language), f"{day:%A}, {day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B}", f"{day:%B} {day.day}th" if 3 < day.day < 21 else f"{day:%b} {day.day}",
    ))  # fmt: skip


def number_in(chance: random.Random, value: Decimal) -> str:
    """A number with any separators; never rounded."""
    grouped = f"{value:,f}"
    swapped = grouped.translate(str.maketrans(",.", ".,"))
    return chance.choice((f"{value:f}", grouped, swapped, grouped.replace(",", " "), grouped.replace(",", "'")))


def money_in(chance: random.Random, amount: Decimal, currency: str) -> str:
    sign = {"EUR": "€", "USD": "$", "GBP": "£"}.get(currency)
    written = number_in(chance, amount)
    shapes = [f"{written} {currency}", f"{currency} {written}"]
    if sign:
        shapes += [f"{sign}{written}", f"{written} {sign}" if currency == "EUR" else f"{sign} {written}"]
    return chance.choice(shapes)


def other_day(chance: random.Random, days) -> date:
    while True:
        day = TODAY + timedelta(days=chance.randint(-90, 200))
        if (
            day not in days
            and all((day.month, day.day) != (known.month, known.day) for known in days)
            and all((day.day, day.month) != (known.month, known.day) for known in days)
        ):
            return day


def other_number(chance: random.Random, numbers) -> Decimal:
    """A number that is none of these, nor near one of them."""
    while True:
        value = Decimal(chance.randint(13, 9_999))
        shapes = (value, value / 1000)
        if all(abs(one - known) > Decimal("0.06") * known for one in shapes for known in numbers):
            return value


# --- risk ---------------------------------------------------------------------------------------
def _risk(chance: random.Random, how: str) -> Worded:
    currency = chance.choice(("EUR", "USD", "GBP", "PLN"))
    count = chance.randint(1, 5)
    late, promises = [], []
    for number in range(1, count + 1):
        place = {"company": "Acme", "product_code": f"{chance.choice(PRODUCTS)}-{number}", "unit": chance.choice(UNITS)}
        quantity, price = Decimal(chance.randint(13, 900)), Decimal(chance.randint(150, 90_000)) / 100
        planned = TODAY + timedelta(days=chance.randint(2, 40))
        late.append(LateLine(
            purchase=RecordRef(model=Model.PURCHASE_ORDER, id=number, name=f"P{chance.randint(100, 99_999):05d}"),
            supplier=chance.choice(SUPPLIERS), line_id=number, product_name="x", open_quantity=quantity,
            planned=planned, **place,
        ))  # fmt: skip
        value = Money(amount=price, currency=currency)
        promises.append(Commitment(
            order=RecordRef(model=Model.SALE_ORDER, id=number, name=f"S{chance.randint(100, 99_999):05d}"),
            customer=CUSTOMERS[(number * 5 + chance.randint(0, 4)) % len(CUSTOMERS)], tier=chance.randint(1, 3),
            line_id=number, open_quantity=quantity, unit_price=value, promised=planned - timedelta(days=chance.randint(1, 30)),
            price_in_company=Rated(value=value, rate=Decimal(1)), **place,
        ))  # fmt: skip
    found = impact(
        SupplyPicture(
            read_at=datetime(2026, 11, 23, tzinfo=UTC), late=tuple(late), commitments=tuple(promises), stock=()
        ),
        TODAY,
    )
    numbers = {Decimal(found.late_lines), Decimal(found.orders), *(total.amount for total in found.totals)}
    dates, days, names = {TODAY}, set[int](), set[str]((*PRODUCTS, *UNITS))
    for item in found.at_risk:
        numbers |= {
            item.quantity,
            item.value.amount,
            item.chance.value * 100,
            Decimal(item.days_late),
            Decimal(item.tier),
        }
        dates |= {item.promised, *([item.arrives] if item.arrives else [])}
        days |= {item.days_late, *(one for one in (item.chance.days, item.chance.days_left) if one is not None)}
        names |= {
            item.order.name,
            item.customer,
            item.product_code,
            item.supplier,
            *([item.purchase.name] if item.purchase else []),
        }
    truth = Truth(frozenset(numbers), frozenset(dates), tuple(names), frozenset(days), frozenset({currency}))
    asked = RiskSummaryInput(as_of=datetime(2026, 11, 23, tzinfo=UTC), impact=found)
    allowed = tuple(risk_summary.allowed(found))
    if how == "embedded":
        return Worded("risk", summarise(asked).sentences, frozenset(), allowed, truth)
    total = found.totals[0].amount
    said = [
        f"In all {found.orders} {'order' if found.orders == 1 else 'orders'} worth {money_in(chance, total, currency)} may come late."
    ]
    for item in found.at_risk:
        said.append(chance.choice((
            f"{item.order.name} for {item.customer} is {item.days_late} days late and worth {money_in(chance, item.value.amount, currency)}.",
            f"{item.customer} waits for {number_in(chance, item.quantity)} {item.unit} of {item.product_code} until {day_in(chance, item.arrives)}.",
            f"Promised for {day_in(chance, item.promised)}, {item.order.name} now arrives {day_in(chance, item.arrives)}.",
            f"{item.purchase.name} of {item.supplier} is the cause for {item.order.name}: a {item.days_late}-day delay.",
            f"There is a {item.chance.value * 100:.0f}% chance that {item.customer}'s order {item.order.name} is missed.",
        )))  # fmt: skip
    return _finished(chance, "risk", said, how, allowed, truth)


# --- mail ---------------------------------------------------------------------------------------
def _mail(chance: random.Random, how: str) -> Worded:
    supplier, order = chance.choice(SUPPLIERS), f"P{chance.randint(100, 99_999):05d}"
    new, old = (TODAY + timedelta(days=chance.randint(3, 90)) for _ in range(2))
    quantity, price = Decimal(chance.randint(13, 5000)), Decimal(chance.randint(1300, 90_000)) / 100
    line, currency = chance.randint(1, 9), chance.choice(("EUR", "USD", "GBP"))
    given = [
        (FactField.ETA, new.isoformat(), "", old.isoformat()),
        (FactField.QUANTITY, f"{quantity:f}", "pcs", ""),
        (FactField.PRICE, f"{price:f}", currency, ""),
    ]
    facts = tuple(
        Fact(field=field, value=value, unit=unit, now_in_odoo=now, po=order, line=line, quote=Quote(text=value, source="body", start=0, end=len(value)))
        for field, value, unit, now in chance.sample(given, chance.randint(1, 3))
    )  # fmt: skip
    asked = MailSummaryInput(
        supplier=supplier,
        intents=(chance.choice((Intent.DELAY, Intent.CONFIRMATION, Intent.PRICE_CHANGE)),),
        facts=facts,
        purchases=(order,),
    )
    seen = {fact.field for fact in facts}
    numbers = (
        {Decimal(line)}
        | ({quantity} if FactField.QUANTITY in seen else set())
        | ({price} if FactField.PRICE in seen else set())
    )
    dates = {new, old} if FactField.ETA in seen else set()
    asked = asked.model_copy(update={"changes": changes(facts)})
    truth = Truth(
        frozenset(numbers),
        frozenset(dates),
        (supplier, order),
        frozenset({abs((new - old).days)} if FactField.ETA in seen else set()),
        frozenset({currency} if FactField.PRICE in seen else set()),
    )
    allowed = tuple(mail_allowed(asked))
    if how == "embedded":
        return Worded("mail", summarise(asked).sentences, frozenset(), allowed, truth)
    said = [
        chance.choice((f"{supplier} writes about {order}.", f"There is news from {supplier} on {order} line {line}."))
    ]
    for fact in facts:
        match fact.field:
            case FactField.ETA:
                said.append(f"Delivery moves to {day_in(chance, new)} from {day_in(chance, old)}.")
            case FactField.QUANTITY:
                said.append(f"The quantity for {order} is now {number_in(chance, quantity)} pcs.")
            case _:
                said.append(f"The price is {money_in(chance, price, currency)} for line {line}.")
    return _finished(chance, "mail", said, how, allowed, truth)


# --- exceptions ---------------------------------------------------------------------------------
def _exception(chance: random.Random, how: str) -> Worded:
    needed, there = (Decimal(chance.randint(13, 9000)) for _ in range(2))
    margin = Decimal(chance.randint(130, 400)) / 10
    order, party = f"S{chance.randint(100, 99_999):05d}", chance.choice(CUSTOMERS)
    figures = {"quantity_needed": f"{needed:f}", "quantity_available": f"{there:f}", "margin_percent": f"{margin:f}"}
    label = chance.choice((ExceptionLabel.STOCK_SHORTAGE, ExceptionLabel.ALLOCATION_CONFLICT))
    asked = ExceptionSummaryInput(label=label, subject=order, party=party, figures=figures)
    truth = Truth(frozenset({needed, there, margin}), frozenset(), (order, party))
    allowed = (order, party, *figures.values())
    if how == "embedded":
        return Worded("exception", summarise(asked).sentences, frozenset(), allowed, truth)
    said = [
        f"{order} of {party} needs {number_in(chance, needed)} and finds {number_in(chance, there)}.",
        chance.choice(
            (f"The margin of {order} is {margin:f} %.", f"At {margin:f}% the margin of {party}'s order is known.")
        ),
    ]
    return _finished(chance, "exception", said, how, allowed, truth)


# --- planting -----------------------------------------------------------------------------------
def _finished(
    chance: random.Random, kind: str, said: list[str], how: str, allowed: tuple[str, ...], truth: Truth
) -> Worded:
    planted = set[int]()
    if how == "planting":
        for place in range(len(said)):
            if chance.random() < 1 / 3:
                said[place] = _wrong(chance, said[place], truth)
                planted.add(place)
    return Worded(kind, tuple(said), frozenset(planted), allowed, truth)


def _wrong(chance: random.Random, sentence: str, truth: Truth) -> str:
    """The sentence with one thing added that no fact holds."""
    head = sentence.removesuffix(".")
    day, number = other_day(chance, truth.dates), other_number(chance, truth.numbers)
    ident = f"{chance.choice('SP')}{chance.randint(100_000, 999_999)}"
    days = next(one for one in range(91, 400) if one not in truth.days and Decimal(one) not in truth.numbers)
    known = [name for name in truth.names if not any(letter.isdigit() for letter in name) and " " in name]
    return chance.choice((
        f"{head}, by {day_in(chance, day)}.",
        f"{head}, which is {number_in(chance, number)} in all.",
        f"{head}, as {chance.choice(STRANGERS)} says.",
        f"{chance.choice(STRANGERS)} waits too.",
        f"{head}; see {ident}.",
        f"{head}, {days} days more.",
        f"{head}, worth {money_in(chance, number, 'EUR')}.",
        f"{head}, worth {number_in(chance, number)} CHF.",
        f"{head}, tomorrow.",
        f"{head}, in two weeks.",
        f"{head}, for {chance.choice(known).split()[0]} Bergmann.",
    ))  # fmt: skip
