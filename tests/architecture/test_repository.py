"""The files around the code: locks, forbidden words, commands that the texts promise."""

import re
import subprocess
import sys

import pytest
from typer.main import get_command

from agent.cli.main import app
from tests.architecture.sources import ROOT

TEXTS = sorted(p for p in (*ROOT.glob("*.md"), *ROOT.glob("agent/docs/**/*.md"), *ROOT.glob("agent/decisions/*.md")))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def test_the_lock_files_agree_with_the_project():
    done = subprocess.run([sys.executable, ROOT / ".ci/lock.py", "check"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_no_file_carries_a_forbidden_word():
    done = subprocess.run([sys.executable, ROOT / ".ci/words.py"], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_make_command_of_a_text_exists(text):
    promised = set(re.findall(r"`make ([a-z-]+)|^\s*make ([a-z-]+)", text.read_text(), flags=re.MULTILINE))

    assert {first or second for first, second in promised} <= make_targets()


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_gatehouse_command_of_a_text_exists(text):
    promised = set(re.findall(r"(?:`|^\s*|/bin/)gatehouse ([a-z-]+)", text.read_text(), flags=re.MULTILINE))

    assert promised <= set(get_command(app).commands)


def test_every_make_target_is_explained():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)

    explained = set(re.findall(r"^([a-z-]+):.*## \S", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    assert phony
    assert set(phony[1].split()) - {"again"} == explained
