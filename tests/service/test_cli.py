"""The command line as its users meet it: exit codes, clear errors, JSON that is one document."""

import json
import sys

import pytest

from agent.cli import main
from tests.builders import an_event_document

MAIL = b"""From: Anna Berg <anna@unknown-supplier.example>
To: purchasing@demo.example
Subject: Your order P00001
Date: Mon, 23 Nov 2026 09:00:00 +0100
Message-ID: <one@unknown-supplier.example>
Content-Type: text/plain; charset=utf-8

Hello, the goods of P00001 will arrive on 12 December 2026.
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in a fresh folder; answers exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEHOUSE_HOME", str(tmp_path / "home"))

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["gatehouse", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        found = capsys.readouterr()
        return ended.value.code or 0, found.out, found.err

    return call


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "one.eml").write_bytes(MAIL)
    (folder / "events.jsonl").write_text(json.dumps(an_event_document(order="S00001", note="Ten more, please.")) + "\n")
    return folder


def test_a_folder_is_taken_in_worked_off_and_found_again(run, inbox):
    code, out, _ = run("ingest", inbox, "--now", "--json")
    taken = json.loads(out)

    assert code == 0
    assert (taken["new"], taken["rejected"]) == (2, [])
    _, listed, _ = run("case", "list", "--json")
    cases = json.loads(listed)["cases"]
    assert {case["status"] for case in cases} == {"in_review"}
    _, shown, _ = run("case", "show", cases[0]["id"], "--json")
    assert json.loads(shown)["timeline"]
    code, verified, _ = run("audit", "verify", "--json")
    assert code == 0
    assert json.loads(verified)["whole"]


def test_the_same_folder_again_changes_nothing(run, inbox):
    run("ingest", inbox, "--now")

    _, out, _ = run("ingest", inbox, "--now", "--json")

    assert json.loads(out)["known"] == 2
    assert json.loads(out)["new"] == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.json", json.dumps(an_event_document() | {"type": "order.exploded"}), "order.exploded"),
        ("a.json", json.dumps(an_event_document(order="S1", colour="red")), "colour"),
        ("a.json", "{", "not JSON"),
        ("a.eml", "", "mail"),
        ("a.eml", "\x00\x01\x02\x03", "mail"),
    ],
)
def test_bad_input_says_why_is_kept_and_can_be_driven_again(run, inbox, name, content, says):
    (inbox / name).write_text(content)

    code, out, _ = run("ingest", inbox, "--json")

    assert code == 1
    (rejected,) = json.loads(out)["rejected"]
    assert says in rejected["why"]
    assert json.loads(out)["new"] == 2, "one bad input never stops the others"
    _, jobs, _ = run("jobs", "list", "--json")
    (kept,) = json.loads(jobs)["inputs"]
    code, _, err = run("jobs", "redrive", kept["digest"][:12])
    assert code == 1
    assert says in err


def test_a_mail_over_the_limit_waits_until_the_limit_is_raised(run, inbox, monkeypatch):
    (inbox / "one.eml").write_bytes(MAIL + b"x" * (2 * 1024 * 1024))
    monkeypatch.setenv("GATEHOUSE_MAIL_MAX_MB", "1")
    code, out, _ = run("ingest", inbox, "--json")
    assert code == 1
    assert "MAX_MB" in json.loads(out)["rejected"][0]["next_step"]

    monkeypatch.setenv("GATEHOUSE_MAIL_MAX_MB", "25")
    _, jobs, _ = run("jobs", "list", "--json")
    code, out, _ = run("jobs", "redrive", json.loads(jobs)["inputs"][0]["digest"], "--json")

    assert code == 0
    assert "C-" in json.loads(out)["result"]


def test_a_path_that_is_not_there_is_named(run):
    code, _, err = run("ingest", "nowhere.eml")

    assert code == 1
    assert "nowhere.eml" in err
    assert "Next:" in err


def test_a_misspelt_setting_stops_every_command(run, monkeypatch):
    monkeypatch.setenv("GATEHOUSE_HOEM", "x")

    code, out, _ = run("case", "list", "--json")

    assert code == 1
    assert json.loads(out)["error"] == "ConfigurationError"


def test_an_unknown_case_is_named(run):
    code, _, err = run("case", "show", "C-2026-999999")

    assert code == 1
    assert "C-2026-999999" in err


def test_an_odoo_that_is_not_there_is_one_line_of_the_doctor(run, monkeypatch):
    for name, value in {"URL": "http://127.0.0.1:9", "DB": "x", "USER": "x", "PASSWORD": "x"}.items():
        monkeypatch.setenv(f"GATEHOUSE_ODOO_{name}", value)

    code, out, _ = run("doctor", "--json")

    findings = {found["what"]: found for found in json.loads(out)["findings"] if found["state"] == "wrong"}
    assert code == 1
    assert "GATEHOUSE_ODOO_URL" in findings["Odoo"]["next_step"]


def test_the_doctor_of_a_fresh_machine_finds_nothing_wrong(run):
    code, out, _ = run("doctor", "--json")

    assert code == 0
    assert {found["what"] for found in json.loads(out)["findings"]} >= {
        "Data folder",
        "Database",
        "Odoo",
        "Embedded reader",
    }


def test_secrets_are_not_among_the_settings_that_are_shown(run, monkeypatch):
    monkeypatch.setenv("GATEHOUSE_LLM_API_KEY", "sk-very-secret")

    _, out, _ = run("doctor", "--settings")

    assert "sk-very-secret" not in out


def test_the_kill_switch_is_set_and_released(run):
    assert json.loads(run("halt", "flood of junk", "--json")[1])["changed"]
    assert not json.loads(run("halt", "again", "--json")[1])["changed"]
    assert json.loads(run("resume", "--json")[1])["changed"]


def test_a_backup_restores_into_an_empty_folder_and_reads_the_same(run, inbox, tmp_path, monkeypatch):
    run("ingest", inbox, "--now")
    _, before, _ = run("case", "list", "--json")
    assert run("backup", tmp_path / "all.tar")[0] == 0

    code, _, err = run("restore", tmp_path / "all.tar")
    assert code == 1
    assert "not empty" in err
    monkeypatch.setenv("GATEHOUSE_HOME", str(tmp_path / "other"))
    assert run("restore", tmp_path / "all.tar")[0] == 0

    assert run("case", "list", "--json")[1] == before
    assert run("audit", "verify")[0] == 0


def test_a_damaged_backup_is_refused_before_anything_is_written(run, inbox, tmp_path, monkeypatch):
    run("ingest", inbox, "--now")
    run("backup", tmp_path / "all.tar")
    raw = bytearray((tmp_path / "all.tar").read_bytes())
    raw[200_000] ^= 1
    (tmp_path / "all.tar").write_bytes(raw)
    monkeypatch.setenv("GATEHOUSE_HOME", str(tmp_path / "other"))

    code, _, err = run("restore", tmp_path / "all.tar")

    assert code == 1
    assert "damaged" in err
    assert not (tmp_path / "other" / "gatehouse.db").exists()


def test_people_are_added_by_name_with_roles(run, monkeypatch):
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\n"))
    code, _, _ = run("user", "add", "Ada@Example.com", "--name", "Ada", "--role", "planner", "--password-stdin")
    assert code == 0

    _, out, _ = run("user", "list", "--json")
    assert json.loads(out)["people"][0]["login"] == "ada@example.com"
    assert run("user", "add", "x", "--name", "X", "--role", "king", "--password-stdin")[0] == 1


def test_a_person_gets_other_roles_a_new_password_or_leaves(run, monkeypatch):
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("correct horse battery\nanother horse battery\nshort\n"))
    run("user", "add", "ada", "--name", "Ada", "--role", "planner", "--password-stdin")

    assert run("user", "change", "ada", "--role", "auditor", "--zone", "Europe/Berlin")[0] == 0
    assert run("user", "password", "ada", "--password-stdin")[0] == 0
    assert run("user", "password", "ada", "--password-stdin")[0] == 1
    assert "sign in no more" in run("user", "change", "ada", "--inactive")[1]
    assert "Europe/Berlin" in run("user", "change", "ada", "--zone", "Berlin")[2]
    assert "no person" in run("user", "change", "eve", "--name", "Eve")[2]

    (ada,) = json.loads(run("user", "list", "--json")[1])["people"]
    assert (ada["roles"], ada["zone"], ada["active"], ada["name"]) == (["auditor"], "Europe/Berlin", False, "Ada")


def test_the_scan_writes_nothing(run, tmp_path):
    run("doctor")

    code, out, _ = run("scan", "--json")

    assert code == 0
    report = json.loads(out)
    assert report["baseline"]["purchase_lines_due"] > 0
    assert not (tmp_path / "home" / "gatehouse.db").exists()


def test_the_digest_says_what_is_at_risk(run):
    run("risk")
    run("ingest", "--now", "--json", ".")

    code, out, _ = run("digest", "preview", "--json")

    assert code == 0
    assert json.loads(out)["risks"]


def test_a_terminal_is_never_sent_what_a_mail_says_as_control_characters(run, inbox):
    (inbox / "one.eml").write_bytes(MAIL.replace(b"Your order", b"Your \x1b[2Jorder"))
    run("ingest", inbox, "--now")

    assert "\x1b" not in run("case", "list")[1]
