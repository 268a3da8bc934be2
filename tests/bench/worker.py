"""A worker that has done all its kinds of reading: prints its memory in MB as JSON. `python -m tests.bench.worker`."""

import json
import sys
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from agent.access.model import Role
from agent.access.store import new_person
from agent.bootstrap import build
from agent.commands import decide
from agent.engine import Engine
from agent.inline import run_due, seal
from agent.intake.model import EventType
from agent.receiving import receive_events, receive_mail
from agent.reviews.model import Verb, Verdict
from agent.settings import load_settings
from agent.steps import STEPS
from agent.steps.remember import remember
from tests.builders import an_event_document

CASES = 60


def resident(name: str) -> float:
    """VmRSS or VmHWM of this process in MB."""
    status = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in status if line.startswith(name))) / 1024


def main() -> None:
    """Launch the engine, settle cases, remember them in Chroma, recall them."""
    app = build(load_settings())
    engine = Engine(app, STEPS, load_settings(), role="worker")
    engine.launch()
    launched = resident("VmRSS")
    person = new_person("ada", "Ada", frozenset({Role.MANAGER, Role.PLANNER}))
    for number in range(CASES):
        note = f"Order {number}: the supplier ships the pumps {number} days late because of a strike at the plant."
        document = an_event_document(f"e{number}", EventType.PURCHASE_DELAYED, purchase=f"P{number:05d}", note=note)
        (taken,) = receive_events(app, json.dumps(document).encode())
        receive_mail(app, _mail(number, app.clock()))
        run_due(app, STEPS)
        with app.look() as look:
            review = look.reviews.open_of([taken.case_id]).get(taken.case_id)
        if review is not None and not review.blind:
            decide(app, review.id, Verdict(verb=Verb.ACCEPT, reason_code="correct"), person)
    run_due(app, STEPS)
    seal(app)
    remember(app)
    sys.stdout.write(json.dumps({"launched": launched, "now": resident("VmRSS"), "peak": resident("VmHWM")}) + "\n")
    sys.stdout.flush()
    engine.stop(5)


def _mail(number: int, now: datetime) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "sales@kugel.example", "buy@acme.example"
    made["Subject"], made["Message-ID"] = f"Your order P{number:05d}", f"<{number}@kugel.example>"
    made["Date"] = now
    made.set_content(f"Dear all,\n\nline 1 of P{number:05d} arrives on 12 January 2027, {number} pcs at 4.50 EUR.\n")
    return made.as_bytes()


if __name__ == "__main__":
    main()
