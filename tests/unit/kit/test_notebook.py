from agent.kit.log import redact
from agent.kit.notebook import Notebook


def test_what_is_noted_is_remembered_across_notebooks(tmp_path):
    Notebook(tmp_path / "n.json").set("a", "1")
    Notebook(tmp_path / "n.json").set("b", "2")

    assert Notebook(tmp_path / "n.json").get("a") == "1"
    assert Notebook(tmp_path / "n.json").get("c") is None


def test_a_damaged_notebook_is_an_empty_one(tmp_path):
    (tmp_path / "n.json").write_text("{")

    assert Notebook(tmp_path / "n.json").get("a") is None


def test_secrets_are_masked_in_the_log():
    shown = redact(None, "info", {"event": "x", "odoo_password": "p", "url": "postgresql://me:secret@db/x"})

    assert shown == {"event": "x", "odoo_password": "(hidden)", "url": "postgresql://me:(hidden)@db/x"}
