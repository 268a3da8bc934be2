"""`gatehouse certify` as its users meet it: counting, proposing, signing, replaying, fitting anew."""

import json
import sys

import pytest

from agent.cli import main
from tests.builders import MASTER
from tests.builders_trust import FAMILY, TASK, worked_state


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command over the worked service; answers exit code, output, errors."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "gatehouse.db").write_bytes(worked_state())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEHOUSE_HOME", str(home))
    monkeypatch.setenv("GATEHOUSE_MASTER_KEY", MASTER.hex())

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["gatehouse", "certify", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        found = capsys.readouterr()
        return ended.value.code or 0, found.out, found.err

    return call


def test_a_dry_run_counts_and_spends_nothing(run):
    for _ in range(2):
        code, out, _ = run("--dry-run", "--json")
        (family,) = [one for one in json.loads(out)["subjects"] if one["label"] == FAMILY]
        assert code == 0
        assert (family["attempt"], family["ready"]) == (1, True)
    code, out, _ = run("--dry-run")
    assert (code, "nothing was looked at" in out) == (0, True)


def test_a_proposal_is_made_signed_and_signed_once(run):
    code, out, _ = run("--task", TASK, "--json")
    (made,) = json.loads(out)["proposals"]
    assert (code, made["passed"], made["errors"]) == (0, True, 0)

    code, out, _ = run("--sign", made["id"], "--json")
    signed = json.loads(out)
    assert code == 0
    assert (signed["label"], signed["n"]) == (FAMILY, made["n"])
    assert signed["signed_by"].startswith("cli:")

    code, _, err = run("--sign", made["id"])
    assert code == 1
    assert "signed already" in err


def test_a_new_epoch_says_what_it_fitted_and_what_that_costs(run):
    code, out, _ = run("--task", TASK, "--new-epoch")

    assert code == 0
    assert "epoch 1" in out
    assert "labels of items that come in from now on" in out


@pytest.mark.parametrize("words", [("--new-epoch",), ("--replay",), ("--task", "nothing"), ("--sign", "nothing")])
def test_what_cannot_be_done_is_said_with_what_to_do(run, words):
    code, _, err = run(*words)

    assert code == 1
    assert "Next: " in err
