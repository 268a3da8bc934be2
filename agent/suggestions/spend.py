"""What the language model has used, by day, case and task, shared by all processes; and the ceilings on it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import Field
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    and_,
    func,
    select,
    update,
)

from agent.kit.db import Micro, insert_once, metadata
from agent.kit.values import Value

ALL = ""  # in place of a case or task: the day's total, so that it need not be summed
spend = Table(
    "model_spend",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("case_id", String(36), primary_key=True),
    Column("task", String(40), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("tokens_in", BigInteger, nullable=False),
    Column("tokens_out", BigInteger, nullable=False),
    Column("cost", Micro, nullable=False),
    Index("ix_model_spend_case_id", "case_id"),
)


class Spent(Value):
    """Calls, tokens and money together; a call whose server gave no figures is counted by its length."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal = Decimal(0)

    @property
    def tokens(self) -> int:
        """Sent and received together."""
        return self.tokens_in + self.tokens_out

    def plus(self, other: Self) -> Self:
        """Both together."""
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in type(self).model_fields})

    def minus(self, other: Self) -> Self:
        """What is left without the other."""
        return type(self)(**{name: getattr(self, name) - getattr(other, name) for name in type(self).model_fields})


class Entry(Value):
    """What one call used, for which case (empty: none) and task."""

    day: date
    case_id: str
    task: str
    spent: Spent


class Ceilings(Value):
    """How much a case and a day (UTC) may use; 0 is no ceiling."""

    tokens_per_case: int = Field(default=0, ge=0)
    tokens_per_day: int = Field(default=0, ge=0)
    money_per_case: Decimal = Field(default=Decimal(0), ge=0)
    money_per_day: Decimal = Field(default=Decimal(0), ge=0)

    def reached(self, by_case: Spent, by_day: Spent) -> str:
        """Which ceiling is reached, in words; empty while there is room."""
        for what, spent, tokens, money in (
            ("this case", by_case, self.tokens_per_case, self.money_per_case),
            ("today", by_day, self.tokens_per_day, self.money_per_day),
        ):
            if tokens and spent.tokens >= tokens:
                return f"{spent.tokens} of {tokens} tokens used for {what}"
            if money and spent.cost >= money:
                return f"{spent.cost:.4f} of {money} used for {what}"
        return ""


class SpendStore:
    """Adds up what was used."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def add(self, entries: Iterable[Entry]) -> None:
        """Count them, each for its case and task and for its day."""
        for entry in entries:
            self._count(entry.day, ALL, ALL, entry.spent)
            if entry.case_id:
                self._count(entry.day, entry.case_id, entry.task, entry.spent)

    def of_day(self, day: date) -> Spent:
        """All that was used on a day."""
        return self._sum(and_(spend.c.day == day.isoformat(), spend.c.case_id == ALL))

    def of_case(self, case_id: str) -> Spent:
        """All that a case has used, over all days."""
        return self._sum(spend.c.case_id == case_id)

    def by_task(self, case_id: str) -> dict[str, Spent]:
        """What a case has used, by task."""
        tasks = self._db.scalars(select(spend.c.task).where(spend.c.case_id == case_id).distinct()).all()
        return {task: self._sum(and_(spend.c.case_id == case_id, spend.c.task == task)) for task in sorted(tasks)}

    def _count(self, day: date, case_id: str, task: str, spent: Spent) -> None:
        place = {"day": day.isoformat(), "case_id": case_id, "task": task}
        values = spent.model_dump()
        if not insert_once(self._db, spend, {**place, **values}, key=["day", "case_id", "task"]):
            mine = and_(*(spend.c[name] == value for name, value in place.items()))
            more = {name: spend.c[name] + value for name, value in values.items()}
            self._db.execute(update(spend).where(mine).values(**more))

    def _sum(self, condition: ColumnElement[bool]) -> Spent:
        counts = ("calls", "tokens_in", "tokens_out")
        columns = [func.coalesce(func.sum(spend.c[name]), 0).label(name) for name in counts]
        cost = func.coalesce(func.sum(spend.c.cost), 0, type_=Micro).label("cost")
        row = self._db.execute(select(*columns, cost).where(condition)).one()
        return Spent(calls=int(row.calls), tokens_in=int(row.tokens_in), tokens_out=int(row.tokens_out), cost=row.cost)
