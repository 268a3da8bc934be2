"""Putting the model's reader together from the settings: its account, and the places that processes share."""

from decimal import Decimal
from time import sleep

from agent.adapters.llm.endpoint import Endpoint
from agent.adapters.llm.ladder import DialectMemory
from agent.adapters.llm.metering import Meter
from agent.adapters.llm.places import SharedPlaces
from agent.adapters.llm.reader import ModelReader
from agent.kit.clock import Clock
from agent.kit.db import Database
from agent.settings import Settings
from agent.suggestions.spend import Ceilings


def reader(
    settings: Settings, endpoint: Endpoint, memory: DialectMemory, db: Database | None, clock: Clock
) -> ModelReader:
    """The reader. Without a database nothing is accounted for: a command that keeps nothing."""
    if db is None:
        return ModelReader(endpoint, memory=memory, pseudonyms=settings.llm_pseudonyms)
    places = None
    if not db.is_sqlite:  # SQLite has one service process
        name = f"{endpoint.address}|{endpoint.model}"
        places = SharedPlaces(db, clock, name, endpoint.concurrency, endpoint.timeout, sleep)
    return ModelReader(
        endpoint,
        memory=memory,
        meter=Meter(db, clock, ceilings(settings), endpoint.price),
        places=places,
        pseudonyms=settings.llm_pseudonyms,
    )


def ceilings(settings: Settings) -> Ceilings:
    """What the settings allow a case and a day to use."""
    return Ceilings(
        tokens_per_case=settings.llm_tokens_per_case,
        tokens_per_day=settings.llm_tokens_per_day,
        money_per_case=Decimal(str(settings.llm_money_per_case)),
        money_per_day=Decimal(str(settings.llm_money_per_day)),
    )
