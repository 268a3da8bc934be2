"""The tables of intake: what came in, each key once, and what could not be used, with its reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    and_,
    delete,
    false,
    func,
    insert,
    select,
    update,
)

from agent.intake.model import Event, Mail
from agent.kit.canonical import digest as digest_of
from agent.kit.db import Moment, SealedText, as_dict, insert_once, metadata, take_turn
from agent.kit.seal import Vault
from agent.kit.values import Value

received = Table(
    "received",
    metadata,
    Column("key", String(400), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("thread", String(300), nullable=False),
    Column("case_id", String(36)),
    Column("document", SealedText, nullable=False),
    Column("suppressed", Boolean, nullable=False),
    Column("received_at", Moment, nullable=False),
    Index("ix_received_case_id", "case_id"),
    Index("ix_received_thread", "thread"),
)
_waits = and_(received.c.case_id.is_(None), received.c.suppressed.is_(false()))
Index("ix_received_waits", received.c.received_at, sqlite_where=_waits, postgresql_where=_waits)
mail_alias = Table(
    "mail_alias",
    metadata,
    Column("message_id", String(400), primary_key=True),
    Column("thread", String(300), nullable=False),
)
rejected = Table(
    "rejected",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", SealedText, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("why", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("raw", LargeBinary),
    Column("received_at", Moment, nullable=False),
)
KEY_LENGTH = 400
THREAD_LENGTH = 300
MOST_OF_A_THREAD = 20


def fitting(key: str) -> str:
    """The key, cut with its digest when it is too long to store: two long keys with one beginning stay two."""
    return key if len(key) <= KEY_LENGTH else f"{key[: KEY_LENGTH - 65]}#{digest_of(key.encode())}"


class Rejected(Value):
    """An input in the dead-letter list. `kept` is False when it was too large to keep."""

    digest: str
    name: str
    kind: str
    why: str
    next_step: str
    kept: bool
    received_at: datetime


class IntakeStore:
    """Stores each event and mail once; keeps what was refused."""

    def __init__(self, db: Connection, vault: Vault) -> None:
        self._db = db
        self._vault = vault

    def take_turn(self) -> None:
        """One intake at a time: nobody else opens or joins cases until this transaction ends."""
        take_turn(self._db, "intake")

    def add_event(self, event: Event, thread: str, digest: str, now: datetime) -> bool:
        """Store an event; False when its key is known."""
        return self._add(event.key, "event", digest, thread, event.model_dump_json(), suppressed=False, now=now)

    def add_events(self, events: Sequence[tuple[Event, str, str]], now: datetime) -> None:
        """Store new events that open no case yet, in their order: (event, thread, its JSON).

        Raises Conflict when somebody else stored one of them at the same moment.
        """
        self._vault.prepare(thread for _, thread, _ in events)
        rows = [
            _row(event.key, "event", digest_of(text.encode()), thread, self._vault.seal(thread, text))
            | {"suppressed": False, "received_at": now + timedelta(microseconds=number)}
            for number, (event, thread, text) in enumerate(events)
        ]
        if rows:
            self._db.execute(insert(received), rows)

    def waiting(self, limit: int) -> list[tuple[Event, str]]:
        """Stored events that have no case yet, the oldest first, each with its digest."""
        query = select(received.c.document, received.c.digest).where(_waits, received.c.kind == "event")
        query = query.with_hint(received, "INDEXED BY ix_received_waits", "sqlite")
        rows = self._db.execute(query.order_by(received.c.received_at).limit(limit)).all()
        texts = self._vault.open_many(row.document for row in rows)
        return [(Event.model_validate_json(text), row.digest) for row, text in zip(rows, texts, strict=True)]

    def digests(self, keys: Iterable[str]) -> dict[str, str]:
        """The digests of those that came in under these keys, by key."""
        wanted, found = {fitting(key): key for key in keys}, dict[str, str]()
        parts = sorted(wanted)
        for start in range(0, len(parts), 500):
            query = select(received.c.key, received.c.digest).where(received.c.key.in_(parts[start : start + 500]))
            found |= {wanted[row.key]: row.digest for row in self._db.execute(query)}
        return found

    def add_mail(self, mail: Mail, thread: str, now: datetime) -> bool:
        """Store a mail; False when its key is known. Its id and those it refers to name the thread from now on."""
        text = mail.model_dump_json()
        if not self._add(
            mail.key, "mail", mail.content_digest, thread, text, suppressed=bool(mail.auto_reply), now=now
        ):
            return False
        named = {mail.message_id}
        if thread != f"mail:{mail.content_digest}":
            named |= {*mail.references, *((mail.in_reply_to,) if mail.in_reply_to else ())}
        for message_id in sorted(named):
            insert_once(self._db, mail_alias, {"message_id": fitting(message_id), "thread": thread}, key=["message_id"])
        return True

    def thread_of(self, mail: Mail) -> str:
        """The thread this mail belongs to: of the first known message that it refers to, else a new one.

        A stranger to a thread (neither sender nor recipient of its mails, nor of their mail domains) cannot join
        it by naming its messages; the mail opens a matter of its own.
        """
        refers = [*reversed(mail.references), *((mail.in_reply_to,) if mail.in_reply_to else ()), mail.message_id]
        known = dict(
            self._db.execute(
                select(mail_alias.c.message_id, mail_alias.c.thread).where(
                    mail_alias.c.message_id.in_([fitting(item) for item in refers])
                )
            ).all()
        )
        found = next((known[fitting(item)] for item in refers if fitting(item) in known), None)
        if found is not None and not self._is_party(mail, found):
            return f"mail:{mail.content_digest}"
        return found or f"mail:{mail.thread}"[:THREAD_LENGTH]

    def _is_party(self, mail: Mail, thread: str) -> bool:
        query = select(received.c.document).where(received.c.thread == thread, received.c.kind == "mail")
        rows = self._db.execute(query.order_by(received.c.received_at).limit(MOST_OF_A_THREAD)).all()
        mails = [Mail.model_validate_json(text) for text in self._vault.open_many(row.document for row in rows)]
        parties = {address for other in mails for address in (other.sender, *other.recipients)}
        domains = {address.rpartition("@")[2] for address in parties} - {""}
        return not mails or mail.sender in parties or mail.sender.rpartition("@")[2] in domains

    def event_digest_of(self, key: str) -> str | None:
        """The digest of the event that came in under this key."""
        return self._db.execute(select(received.c.digest).where(received.c.key == fitting(key))).scalar()

    def mail_of(self, key: str) -> Mail | None:
        """The mail that came in under this key."""
        sealed = self._db.execute(select(received.c.document).where(received.c.key == fitting(key))).scalar()
        return Mail.model_validate_json(self._vault.open(sealed)) if sealed is not None else None

    def assign(self, key: str, case_id: str) -> None:
        """What came in under this key belongs to this case."""
        self._db.execute(update(received).where(received.c.key == fitting(key)).values(case_id=case_id))

    def of_case(self, case_id: str) -> tuple[tuple[Event, ...], tuple[Mail, ...]]:
        """The case's events and mails, oldest first."""
        query = select(received.c.kind, received.c.document).where(received.c.case_id == case_id)
        rows = self._db.execute(query.order_by(received.c.received_at, received.c.key)).all()
        texts = self._vault.open_many(row.document for row in rows)
        pairs = [(row.kind, text) for row, text in zip(rows, texts, strict=True)]
        events = tuple(Event.model_validate_json(text) for kind, text in pairs if kind == "event")
        return events, tuple(Mail.model_validate_json(text) for kind, text in pairs if kind == "mail")

    def events_since(self, since: datetime, limit: int) -> list[tuple[Event, str]]:
        """The newest events that came in since then, oldest first, each with its case's id (empty: none yet)."""
        query = select(received.c.document, received.c.case_id).where(
            received.c.kind == "event", received.c.received_at >= since
        )
        rows = self._db.execute(query.order_by(received.c.received_at.desc(), received.c.key).limit(limit)).all()
        texts = self._vault.open_many(row.document for row in rows)
        found = [(Event.model_validate_json(text), row.case_id or "") for row, text in zip(rows, texts, strict=True)]
        return found[::-1]

    def reject(self, item: Rejected, raw: bytes | None) -> bool:
        """Keep a refused input with its reason; False when the same bytes lie there already."""
        sealed = self._vault.seal(f"rejected:{item.digest}", raw.decode("latin-1")) if raw is not None else None
        values = item.model_dump(exclude={"kept"}) | {
            "raw": sealed,
            "name": self._vault.seal(f"rejected:{item.digest}", item.name),
        }
        if insert_once(self._db, rejected, values, key=["digest"]):
            return True
        changes = {"why": item.why, "next_step": item.next_step}
        self._db.execute(update(rejected).where(rejected.c.digest == item.digest).values(**changes))
        return False

    def rejected_count(self) -> int:
        """How many inputs wait in the dead-letter list."""
        return self._db.execute(select(func.count()).select_from(rejected)).scalar_one()

    def rejected(self, limit: int = 200, start: str = "") -> list[Rejected]:
        """Refused inputs whose digest begins so, oldest first."""
        columns = [column for column in rejected.c if column.name != "raw"]
        query = select(*columns, rejected.c.raw.is_not(None).label("kept")).order_by(rejected.c.received_at)
        query = query.where(rejected.c.digest.startswith(start, autoescape=True)).limit(limit)
        rows = self._db.execute(query).all()
        names = self._vault.open_many(row.name for row in rows)
        return [Rejected.model_validate({**as_dict(row), "name": name}) for row, name in zip(rows, names, strict=True)]

    def rejected_raw(self, digest: str) -> bytes | None:
        """The bytes of a refused input, when they were kept."""
        row = self._db.execute(select(rejected.c.raw).where(rejected.c.digest == digest)).first()
        return self._vault.open(row.raw).encode("latin-1") if row and row.raw is not None else None

    def forget_rejected(self, digest: str) -> None:
        """It went through after all."""
        self._db.execute(delete(rejected).where(rejected.c.digest == digest))

    def _add(
        self, key: str, kind: str, digest: str, thread: str, text: str, *, suppressed: bool, now: datetime
    ) -> bool:
        values = _row(key, kind, digest, thread, self._vault.seal(thread, text))
        values |= {"suppressed": suppressed, "received_at": now}
        return insert_once(self._db, received, values, key=["key"])


def _row(key: str, kind: str, digest: str, thread: str, sealed: bytes) -> dict[str, object]:
    return {
        "key": fitting(key), "kind": kind, "digest": digest, "thread": thread[:THREAD_LENGTH], "document": sealed
    }  # fmt: skip
