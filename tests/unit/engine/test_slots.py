"""Process slots: names that stay, locks that the kernel keeps."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.engine.slots import free_slot, only_slot
from agent.errors import ConfigurationError

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_every_process_of_a_home_gets_a_name_of_its_own_and_finds_it_again(tmp_path: Path):
    first, second = free_slot(tmp_path, "worker", NOW), free_slot(tmp_path, "worker", NOW)
    names = (first.name, second.name)
    assert len(set(names)) == 2
    first.release()
    second.release()

    first, second = free_slot(tmp_path, "worker", NOW), free_slot(tmp_path, "worker", NOW)

    assert (first.name, second.name) == names
    first.release()
    second.release()


def test_two_homes_never_give_the_same_name(tmp_path: Path):
    one, other = free_slot(tmp_path / "a", "worker", NOW), free_slot(tmp_path / "b", "worker", NOW)

    assert one.name != other.name
    one.release()
    other.release()


def test_a_slot_file_cut_off_by_a_crash_gets_a_new_name(tmp_path: Path):
    (tmp_path / "slots").mkdir()
    (tmp_path / "slots" / "worker-0").write_text('{"id": "abc', encoding="utf-8")

    slot = free_slot(tmp_path, "worker", NOW)

    assert slot.name.startswith("worker-")
    slot.release()
    assert json.loads((tmp_path / "slots" / "worker-0").read_text(encoding="utf-8"))["role"] == "worker"


def test_a_home_on_sqlite_has_one_service_and_says_which(tmp_path: Path):
    slot = only_slot(tmp_path, "serve", NOW)

    with pytest.raises(ConfigurationError, match=r"`gatehouse serve` \(process \d+, since 2026-03-02T08:00:00"):
        only_slot(tmp_path, "worker", NOW)

    slot.release()
    only_slot(tmp_path, "worker", NOW).release()
