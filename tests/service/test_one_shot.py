"""read-mail and classify: one answer a line, nothing kept, a broken file never stopping the rest."""

import io
import json
import sys

import pytest

from agent.cli import main
from tests.builders import an_event_document

MAIL = """From: Tove Berg <tove@oak.example>
To: buying@demo.example
Subject: Order P00777, new date
Date: Tue, 01 Dec 2026 10:00:00 +0100
Message-ID: <new-date@oak.example>
Content-Type: text/plain; charset=utf-8

Hello,

the boards of your order P00777 will be delivered on 14 January 2027.
The new unit price is 4.85 EUR.

Regards
Tove
"""


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder; answers exit code, its lines as documents, errors."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATEHOUSE_ODOO_URL", "GATEHOUSE_LLM_BASE_URL", "GATEHOUSE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def call(*words, stdin=""):
        monkeypatch.setattr(sys, "argv", ["gatehouse", *map(str, words)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        found = capsys.readouterr()
        return ended.value.code or 0, found.out, found.err

    return call


def documents(out):
    return [json.loads(line) for line in out.splitlines()]


def test_a_mail_is_read_into_facts_whose_spans_index_the_printed_text(run, tmp_path):
    (tmp_path / "one.eml").write_text(MAIL)

    code, out, _ = run("read-mail", "one.eml", "--json")

    (said,) = documents(out)
    values = {fact["field"]: fact["value"] for fact in said["facts"]}
    assert (code, said["file"], said["route"]) == (0, "one.eml", "review")
    assert (values["eta"], values["price"]) == ("2027-01-14", "4.85 EUR")
    for fact in said["facts"]:
        start, end = fact["span"]
        assert fact["source"] != "body" or said["text"][start:end] == fact["quote"]
        assert fact["po"] == "P00777"


def test_a_mail_about_no_order_of_ours_says_so_in_its_gates(run, tmp_path):
    (tmp_path / "one.eml").write_text(MAIL)
    (said,) = documents(run("read-mail", "one.eml", "--json")[1])
    assert {"purchase_unknown", "sender_not_supplier"} <= set(said["gates"])
    assert any(reason.startswith("no_certificate") for reason in said["reasons"])


def test_nothing_is_left_in_the_folder(run, tmp_path):
    (tmp_path / "one.eml").write_text(MAIL)
    run("read-mail", "one.eml", "--json")
    run("classify", "-", "--json", stdin="Please add five more, the seven are packed already.")
    assert [path.name for path in tmp_path.iterdir()] == ["one.eml"]


def test_a_broken_file_has_its_error_and_the_others_are_read(run, tmp_path):
    (tmp_path / "one.eml").write_text(MAIL)
    (tmp_path / "two.eml").write_bytes(b"%PDF-1.7")

    code, out, _ = run("read-mail", "two.eml", "missing.eml", "one.eml", "--json")

    broken, missing, good = documents(out)
    assert code == 1
    assert "PDF" in broken["next_step"]
    assert missing["error"] == "InputError"
    assert good["intents"]


def test_plain_text_is_read_as_a_body(run, tmp_path):
    (tmp_path / "note.txt").write_text("Order P00777 ships on 2027-01-14.\n")
    (said,) = documents(run("read-mail", "note.txt", "--json")[1])
    assert [fact["value"] for fact in said["facts"] if fact["field"] == "ship_date"] == ["2027-01-14"]


def test_free_text_gets_the_three_likeliest_labels(run):
    code, out, _ = run("classify", "-", "--json", stdin="The customer wants 12, not 7; the 7 are picked already.")
    (said,) = documents(out)
    chances = [one["probability"] for one in said["scores"]]
    assert code == 0
    assert said["label"] == said["scores"][0]["label"] == "order_change_after_reservation"
    assert len(chances) == 3
    assert chances == sorted(chances, reverse=True)
    assert 0 < sum(chances) <= 1


def test_an_event_is_classified_by_its_data(run, tmp_path):
    event = an_event_document(order="S00001", note="Ten more, please; what was ordered is picked.")
    (tmp_path / "event.json").write_text(json.dumps(event))
    (said,) = documents(run("classify", "event.json", "--json")[1])
    assert said["label"]
    assert said["next_step"]


def test_each_line_of_a_file_of_notes_is_answered_and_a_broken_one_named(run, tmp_path):
    rows = [
        '{"note": "8 of the 40 panels came cracked", "figures": {"quantity_received": 40}}',
        "{broken",
        '{"note": 5}',
    ]
    (tmp_path / "notes.jsonl").write_text("\n".join(rows))

    code, out, _ = run("classify", "notes.jsonl", "--json")

    first, second, third = documents(out)
    assert code == 1
    assert (first["line"], first["label"]) == (1, "return_or_damage")
    assert (second["error"], second["line"]) == ("InputError", 2)
    assert third["error"] == "InputError"


def test_an_empty_input_is_refused_with_what_to_give(run):
    code, out, _ = run("classify", "-", "--json", stdin="  \n")
    (said,) = documents(out)
    assert code == 1
    assert "CloudEvents" in said["next_step"]


def test_people_get_words(run, tmp_path):
    (tmp_path / "one.eml").write_text(MAIL)
    code, out, _ = run("read-mail", "one.eml")
    assert code == 0
    assert "2027-01-14" in out
    assert "route: review" in out
