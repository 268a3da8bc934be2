"""`gatehouse precedents`: how the memory stands, and making it anew; and what the doctor and /readyz say of it."""

import json
import sys
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from agent.adapters.memory.precedents import MemoryPrecedents
from agent.api.doors import Refusals
from agent.api.health import health_router
from agent.bootstrap import build
from agent.cli import main
from agent.cli.checkup import examine
from agent.settings import load_settings


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEHOUSE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(monkeypatch, capsys, *words):
    monkeypatch.setattr(sys, "argv", ["gatehouse", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0, capsys.readouterr().out


def test_a_fresh_installation_remembers_nothing_and_can_be_rebuilt(home, monkeypatch, capsys):
    code, out = run(monkeypatch, capsys, "precedents", "rebuild", "--json")
    assert (code, json.loads(out)["remembered"]) == (0, 0)

    code, out = run(monkeypatch, capsys, "precedents", "status", "--json")
    said = json.loads(out)
    assert (code, said["works"], said["remembered"]) == (0, True, 0)
    assert "minilm" in said["where"]


def test_a_server_that_is_gone_is_said_to_be_with_the_way_out(home, monkeypatch, capsys):
    monkeypatch.setenv("GATEHOUSE_CHROMA_URL", "http://127.0.0.1:9")

    code, out = run(monkeypatch, capsys, "precedents", "status", "--json")

    said = json.loads(out)
    assert (code, said["works"]) == (1, False)
    assert "rebuild" in said["next_step"]
    (found,) = [item for item in examine(load_settings()) if item.what == "Decided cases"]
    assert found.state == "wrong"


def test_before_anything_was_decided_the_doctor_opens_nothing(home):
    (found,) = [item for item in examine(load_settings()) if item.what == "Decided cases"]

    assert (found.state, (home / "precedents").exists()) == ("missing", False)


class Lost(MemoryPrecedents):
    def trouble(self):
        return "process 4711 owns /data"


@pytest.mark.parametrize(("memory", "lines"), [(MemoryPrecedents(), 1), (Lost(), 2), (None, 1)])
def test_a_service_without_its_memory_is_ready_and_says_what_it_lacks(home, memory, lines):
    app = replace(build(load_settings()), precedents=memory)
    web = FastAPI()
    web.include_router(health_router(app, tuple, Refusals(), anybody=lambda: None, may_see_metrics=lambda _: False))
    with TestClient(web) as client:
        said = client.get("/readyz")
    app.db.close()

    assert said.status_code == 200
    assert said.text.startswith("ready\n")
    assert len(said.text.splitlines()) == lines
    assert "4711" not in said.text
