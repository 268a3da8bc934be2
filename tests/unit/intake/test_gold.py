from agent.intake.gold import is_gold

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
