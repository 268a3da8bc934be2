"""Odoo's stand-ins for tests: the filled sandbox company, and a twin in memory that holds the same records."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from agent.actions.log import ContentKind, ContentRow, DecisionRow
from agent.actions.model import OpenActivity, PostNote
from agent.adapters.memory import MemoryOdoo
from agent.adapters.sandbox import SandboxOdoo, fill
from agent.adapters.sandbox.company.products import PRODUCTS
from agent.evidence.records import RecordRef
from agent.kit.canonical import digest

TODAY = date(2026, 11, 23)
NOW = datetime.combine(TODAY, time(9, 0), UTC)
MOST = 200


def a_filled_file(folder: Path, today: date = TODAY) -> Path:
    """A sandbox file with the whole company in it."""
    path = folder / "sandbox.db"
    fill(path, today)
    return path


def a_copy(path: Path, folder: Path) -> Path:
    """The same company in a file of its own."""
    return Path(shutil.copy(path, folder / "sandbox.db"))


def a_sandbox(path: Path, trace: Callable[[str], object] | None = None) -> SandboxOdoo:
    """The sandbox company on that file, on a clock that stands still."""
    return SandboxOdoo(path, clock=lambda: NOW, trace=trace)


def a_twin(sandbox: SandboxOdoo) -> MemoryOdoo:
    """All of the sandbox's records, in memory."""
    return MemoryOdoo(
        purchases=sandbox.purchase_orders([f"P{number:05d}" for number in range(1, MOST)]),
        sales=sandbox.sale_orders([f"S{number:05d}" for number in range(1, MOST)]),
        bills=sandbox.bills([f"BILL/{TODAY.year}/{number:04d}" for number in range(1, MOST)]),
        stock=sandbox.stock([product.code for product in PRODUCTS]),
        past=sandbox.history(TODAY - timedelta(days=400), TODAY),
        levels=sandbox.replenishment(),
        clock=lambda: NOW,
    )


def a_note(record: RecordRef, text: str = "Checked with the supplier.") -> PostNote:
    return PostNote(record=record, text=text)


def an_activity(record: RecordRef) -> OpenActivity:
    return OpenActivity(record=record, summary="Call the supplier", note="Ask for the new date.", due=TODAY)


def a_content(key: str, content: ContentKind = ContentKind.PROMPT, text: str = "What does the mail say?") -> ContentRow:
    return ContentRow(
        key=key, case_number="C-2026-000001", content=content, text=text, digest=digest(text.encode()), written_at=NOW
    )


def a_decision(key: str, record: RecordRef | None = None) -> DecisionRow:
    return DecisionRow(
        key=key,
        case_number="C-2026-000001",
        correlation_id="correlation",
        record=record,
        task="classify_exception",
        label="supplier_delay",
        final_label="supplier_delay",
        final_action="accept",
        reason_code="agreed",
        reviewer="ada@example.com",
        prompt_version="classify@0",
        model_id="embedded",
        confidence_state="not_calibrated",
        route="review",
        route_reasons=("no certificate",),
        policy_version="1",
        decided_at=NOW,
        prompt_digest=digest(b"prompt"),
        output_digest=digest(b"output"),
        final_digest=digest(b"final"),
    )
