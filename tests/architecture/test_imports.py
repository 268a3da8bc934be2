"""Who may import what, and what an import may cost."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Source, heavy_after, sources

PLACES = {
    "chromadb": "agent/adapters/chroma",
    "dbos": "agent/engine/",
    "imap_tools": "agent/adapters/mail",
    "langchain": "agent/adapters/llm",
    "langchain_chroma": "agent/adapters/chroma",
    "langchain_core": "agent/adapters/llm",
    "langchain_openai": "agent/adapters/llm",
    "odoorpc": "agent/adapters/odoo/",
    "onnxruntime": "agent/adapters/embedded",
    "openai": "agent/adapters/llm",
    "smtplib": "agent/adapters/mail",
    "tokenizers": "agent/adapters/embedded",
}
OUTSIDE = {
    "alembic",
    "dbos",
    "fastapi",
    "http",
    "httpx",
    "httpx2",
    "io",
    "odoorpc",
    "openai",
    "os",
    "pathlib",
    "psycopg",
    "random",
    "requests",
    "secrets",
    "shutil",
    "smtplib",
    "socket",
    "sqlalchemy",
    "sqlite3",
    "starlette",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
PURE = {
    f"{name}.py"
    for name in ["calibrate", "certify", "features", "impact", "matrix", "model", "policy", "records", "score"]
}
CLOCK = {"agent.kit.clock.utc_now", "agent.kit.db"}
STAGES = [
    "intake",
    "cases",
    "evidence",
    "suggestions",
    "confidence",
    "routing",
    "reviews",
    "approvals",
    "actions",
    "reporting",
    "audit",
    "access",
    "outbox",
]


def pure_modules() -> list[Source]:
    return [s for s in sources() if s.path.name in PURE and s.module.split(".")[1:2] != ["adapters"]]


def test_the_import_contract_holds():
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([lint, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("library", PLACES)
def test_a_library_of_the_outside_world_has_one_importer(library):
    importers = [s.name for s in sources() if any(name.partition(".")[0] == library for name in s.imports)]

    strangers = [name for name in importers if not name.startswith(PLACES[library])]

    assert not strangers, f"{library} belongs to {PLACES[library]} alone"


def test_models_and_decisions_import_no_outside_world():
    reached = {s.name: sorted({name.partition(".")[0] for name in s.imports} & OUTSIDE) for s in pure_modules()}

    assert not {name: found for name, found in reached.items() if found}


def test_models_and_decisions_know_no_clock_and_no_database():
    known = [
        f"{s.name}: {name}"
        for s in pure_modules()
        for name in s.imports
        if name in CLOCK or name.startswith("agent.kit.db.")
    ]

    assert not known


def test_no_stage_asks_the_clock():
    asked = [
        f"{s.name}: {call}"
        for s in sources()
        if s.module.startswith(tuple(f"agent.{stage}." for stage in STAGES))
        for call in ("utc_now(", "datetime.now(", "datetime.utcnow(", "date.today(", "time.time(")
        if call in s.text
    ]

    assert not asked, "the time of a decision is an argument"


def test_only_the_composition_root_chooses_adapters():
    importers = {
        s.name
        for s in sources()
        if not s.name.startswith("agent/adapters/") and any(name.startswith("agent.adapters") for name in s.imports)
    }

    assert importers <= {"agent/bootstrap.py"}


def test_importing_every_module_loads_no_heavy_library():
    names = [s.module for s in sources() if not s.module.endswith("__main__")]

    _, heavy = heavy_after(f"import importlib\nfor name in {names!r}: importlib.import_module(name)")

    assert not heavy, "import it inside the function that needs it"


def test_the_help_of_the_command_line_loads_no_heavy_library():
    said, heavy = heavy_after("import sys; sys.argv = ['gatehouse', '--help']\nfrom agent.cli import main\nmain()")

    assert "demo" in said
    assert not heavy
