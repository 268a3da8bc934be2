import hmac

from agent.intake.gold import gold_share, is_double, is_gold

KEY = b"k" * 32


def test_the_share_is_about_what_was_asked_for():
    drawn = sum(is_gold(KEY, f"event:{n}", 0.10) for n in range(10_000))

    assert 900 < drawn < 1_100


def test_the_same_item_is_always_drawn_alike_and_a_larger_share_only_adds():
    for n in range(500):
        if is_gold(KEY, str(n), 0.10):
            assert is_gold(KEY, str(n), 0.30)


def test_all_or_none():
    assert all(is_gold(KEY, str(n), 1.0) for n in range(100))
    assert not any(is_gold(KEY, str(n), 0.0) for n in range(100))


def test_another_key_draws_others():
    first = {n for n in range(1000) if is_gold(KEY, str(n), 0.5)}
    second = {n for n in range(1000) if is_gold(b"x" * 32, str(n), 0.5)}

    assert first != second


def test_the_draw_is_the_keyed_hash_that_the_specification_names():
    drawn = hmac.new(KEY, b"event:1", "sha256").hexdigest()

    assert is_gold(KEY, "event:1", (int(drawn[:8], 16) + 1) / 16**8)
    assert not is_gold(KEY, "event:1", int(drawn[:8], 16) / 16**8)


def test_a_tenth_is_labelled_twice_whatever_the_first_draw_said():
    names = [f"event:{n}" for n in range(20_000)]
    gold = [name for name in names if is_gold(KEY, name, 0.10)]

    assert abs(sum(is_double(KEY, name) for name in names) / 20_000 - 0.10) < 0.01
    assert abs(sum(is_double(KEY, name) for name in gold) / len(gold) - 0.10) < 0.03


def test_the_share_rises_on_a_warning_and_never_falls_below_its_floor():
    assert gold_share() == 0.10
    assert gold_share(drift_warning=True) == 0.30
    assert gold_share(0.50, drift_warning=True) == 0.50
    assert gold_share(sprint=True) == 0.30
    assert gold_share(0.01) == 0.05
    assert gold_share(2.0) == 1.0
