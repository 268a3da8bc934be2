"""Damage to the log, one kind after the other, on a chain of ten events."""

import pytest

from agent.audit.chain import GENESIS, event_digest, link_hash
from agent.audit.model import AuditEvent, CaseClosed, Link, StoredEvent, parse
from agent.audit.verify import check_chain
from agent.kit.ids import new_id
from tests.builders import NOON

BODY = '{"actor":"gatehouse","case_id":"c","name":"case:closed"}'


def a_chain(length=10):
    pairs, head = [], GENESIS
    for n in range(1, length + 1):
        event_id = new_id()
        digest = event_digest(event_id, NOON, "case:closed", BODY)
        event = StoredEvent(
            id=event_id, at=NOON, name="case:closed", actor="gatehouse", case_id="c", body=BODY, digest=digest
        )
        now = link_hash(n, head, digest)
        link = Link(n=n, event_id=event_id, event_digest=digest, previous=head, hash=now, sealed_at=NOON)
        pairs.append((link, event))
        head = now
    return pairs


def edited(pairs, n, **changes):
    link, event = pairs[n]
    return [*pairs[:n], (link, event.model_copy(update=changes)), *pairs[n + 1 :]]


def test_an_untouched_chain_is_whole():
    report = check_chain(a_chain(), [])

    assert report.whole
    assert (report.stored, report.sealed, report.anchored) == (10, 10, 0)


@pytest.mark.parametrize(
    "damage",
    [
        lambda pairs: edited(pairs, 4, body=BODY.replace('"c"', '"d"')),
        lambda pairs: edited(pairs, 4, actor="mallory"),
        lambda pairs: edited(pairs, 4, case_id="other"),
        lambda pairs: edited(pairs, 4, at=NOON.replace(hour=1)),
        lambda pairs: [*pairs[:3], pairs[4], pairs[3], *pairs[5:]],
        lambda pairs: pairs[1:],
        lambda pairs: [*pairs[:5], *pairs[6:]],
        lambda pairs: [*pairs[:5], pairs[4], *pairs[5:]],
        lambda pairs: [*pairs[:5], (pairs[5][0], None), *pairs[6:]],
        lambda pairs: [*pairs[:5], *a_chain(1), *pairs[6:]],
    ],
    ids=["body", "actor", "case", "clock", "reorder", "drop first", "drop middle", "duplicate", "drop event", "swap"],
)
def test_each_kind_of_damage_is_found_with_its_place(damage):
    report = check_chain(damage(a_chain()), [])

    assert not report.whole
    assert report.damages[0].place


def test_an_edited_event_with_a_digest_made_to_fit_is_found():
    pairs = a_chain()
    body = BODY.replace('"c"', '"d"')
    event_id = pairs[4][1].id
    forged = edited(pairs, 4, body=body, case_id="d", digest=event_digest(event_id, NOON, "case:closed", body))

    assert not check_chain(forged, []).whole


def test_an_event_with_lists_in_its_body_is_checked_like_any_other():
    body = '{"actor":"ada","case_id":null,"login":"x","name":"person:added","roles":["planner"]}'
    event_id = new_id()
    digest = event_digest(event_id, NOON, "person:added", body)
    event = StoredEvent(id=event_id, at=NOON, name="person:added", actor="ada", case_id=None, body=body, digest=digest)

    assert check_chain([], [event]).whole


def test_what_is_not_sealed_yet_is_counted_apart_and_checked_too():
    waiting = a_chain(2)[1][1]

    assert check_chain(a_chain(), [waiting]).stored == 11
    assert not check_chain(a_chain(), [waiting.model_copy(update={"digest": "0" * 64})]).whole


def test_every_event_type_reads_back_as_itself():
    event = CaseClosed(case_id="c")

    assert parse("case:closed", event.model_dump_json()) == event
    assert all(":" in name for name in AuditEvent.kinds)


def test_every_event_type_says_what_it_means():
    assert all((kind.__doc__ or "").strip().endswith((".", ").")) for kind in AuditEvent.kinds.values())
