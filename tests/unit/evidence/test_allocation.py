"""Who gets what several orders claim: goods are conserved, and nobody gives to one who ranks lower or alike."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.evidence.allocation import AllocationPolicy, Criterion, propose
from tests.builders_supply import TODAY, a_picture, a_promise, a_stock, a_supply, amounts, crowded, some

POLICY = AllocationPolicy()
EVERYTHING = ("PUMP", "BELT")
policies = st.builds(
    lambda order, held: AllocationPolicy(order=tuple(order), may_take_held=held),
    st.permutations(list(Criterion)).flatmap(lambda order: st.integers(1, 3).map(lambda many: order[:many])),
    st.booleans(),
)


def carried_out(picture, proposals):
    held = {claim.line_id: claim.after.held for made in proposals for claim in made.claims}
    promises = (
        item.model_copy(update={"reserved": held.get(item.line_id, item.reserved)}) for item in picture.commitments
    )
    return picture.model_copy(update={"commitments": tuple(promises)})


@some
@given(crowded, policies)
def test_goods_are_conserved(picture, policy):
    for made in propose(picture, TODAY, policy, EVERYTHING):
        before = sum(claim.before.held for claim in made.claims)
        assert sum(claim.after.held for claim in made.claims) == before <= made.on_hand
        given_away: dict[int, Decimal] = {}
        for move in made.moves:
            given_away[move.from_order.id] = given_away.get(move.from_order.id, Decimal(0)) + move.quantity
            given_away[move.to_order.id] = given_away.get(move.to_order.id, Decimal(0)) - move.quantity
        for claim in made.claims:
            assert 0 <= claim.after.held <= claim.open_quantity
            assert claim.before.held - claim.after.held == given_away.get(claim.order.id, 0)


@some
@given(crowded, policies)
def test_nobody_gives_to_one_who_ranks_lower_or_alike(picture, policy):
    for made in propose(picture, TODAY, policy):
        rank = {claim.order.id: claim.rank for claim in made.claims}
        for move in made.moves:
            assert rank[move.to_order.id] < rank[move.from_order.id]
            assert policy.may_take_held


@some
@given(crowded, policies)
def test_what_was_carried_out_proposes_nothing_more(picture, policy):
    done = carried_out(picture, propose(picture, TODAY, policy, EVERYTHING))

    assert all(made.moves == () for made in propose(done, TODAY, policy, EVERYTHING))


@some
@given(crowded, policies, st.randoms(use_true_random=False))
def test_the_order_of_what_was_read_does_not_matter(picture, policy, chance):
    mixed = picture.model_copy(
        update={
            name: tuple(chance.sample(getattr(picture, name), len(getattr(picture, name))))
            for name in ("late", "on_time", "commitments", "stock")
        }
    )

    assert propose(mixed, TODAY, policy) == propose(picture, TODAY, policy)


@some
@given(crowded, policies)
def test_nothing_moves_while_everybody_gets_theirs_in_time(picture, policy):
    for made in propose(picture, TODAY, policy, EVERYTHING):
        if not any(claim.before.days_late for claim in made.claims):
            assert made.moves == ()
            assert not any(claim.after.days_late for claim in made.claims)


@some
@given(crowded, policies)
def test_who_ranks_first_alone_is_never_served_worse(picture, policy):
    for made in propose(picture, TODAY, policy, EVERYTHING):
        first = [claim for claim in made.claims if claim.rank == 1]
        if len(first) == 1 and first[0].before.arrives is not None:
            assert first[0].after.days_late <= first[0].before.days_late
            assert first[0].after.value_at_risk.amount <= first[0].before.value_at_risk.amount


@some
@given(crowded, amounts)
def test_more_stock_never_raises_what_is_at_risk_of_the_first(picture, more):
    richer = picture.model_copy(
        update={"stock": tuple(item.model_copy(update={"on_hand": item.on_hand + more}) for item in picture.stock)}
    )
    after = {made.product_code + made.company + made.unit: made for made in propose(richer, TODAY, POLICY, EVERYTHING)}

    for made in propose(picture, TODAY, POLICY, EVERYTHING):
        alike = after[made.product_code + made.company + made.unit].claims[0]
        assert alike.after.value_at_risk.amount <= made.claims[0].after.value_at_risk.amount


def test_a_key_account_gets_what_is_held_for_another_with_the_effect_on_both():
    key = a_promise(1, days=4, quantity=3, tier=1, customer="Works")
    other = a_promise(2, days=5, quantity=4, tier=2, reserved=Decimal(4), customer="Tunnel")

    (made,) = propose(a_picture([other, key], [a_supply(days=8)], [a_stock(4)]), TODAY, POLICY)

    (move,) = made.moves
    assert (move.from_order.name, move.to_order.name, move.quantity) == ("S00002", "S00001", 3)
    assert move.decided_by is Criterion.CUSTOMER_CLASS
    first, second = made.claims
    assert (first.before.days_late, first.after.days_late) == (4, 0)
    assert (second.before.days_late, second.after.days_late) == (0, 3)
    assert (str(first.before.value_at_risk), str(second.after.value_at_risk)) == ("15.00 EUR", "15.00 EUR")


@pytest.mark.parametrize(
    ("order", "gets"),
    [
        ((Criterion.PROMISE_DATE,), "S00002"),
        ((Criterion.MARGIN,), "S00003"),
        ((Criterion.CUSTOMER_CLASS,), "S00001"),
        ((Criterion.CUSTOMER_CLASS, Criterion.MARGIN), "S00001"),
    ],
)
def test_the_policy_decides_who_comes_first(order, gets):
    tier = a_promise(1, days=9, tier=1, margin_percent=Decimal(3))
    early = a_promise(2, days=1, tier=3, margin_percent=Decimal(5))
    dear = a_promise(3, days=9, tier=2, margin_percent=Decimal(40))
    holder = a_promise(4, days=30, tier=3, reserved=Decimal(10))

    (made,) = propose(a_picture([holder, tier, early, dear], [], [a_stock(10)]), TODAY, AllocationPolicy(order=order))

    assert [move.to_order.name for move in made.moves] == [gets]


def test_goods_on_their_way_are_used_before_anybody_gives():
    key = a_promise(1, days=9, tier=1)
    holder = a_promise(2, days=30, tier=3, reserved=Decimal(10))
    short = a_promise(3, days=30, tier=3)

    (made,) = propose(a_picture([key, holder, short], [a_supply(days=8)], [a_stock(10)]), TODAY, POLICY)

    assert made.moves == ()


def test_with_the_product_named_the_claims_are_told_also_when_all_is_well():
    calm = a_picture([a_promise(1), a_promise(2, reserved=Decimal(10))], [], [a_stock(20)])

    assert propose(calm, TODAY, POLICY) == ()
    assert [len(made.claims) for made in propose(calm, TODAY, POLICY, ["pump"])] == [2]


@pytest.mark.parametrize("wrong", [{"order": ()}, {"order": ("margin", "margin")}, {"same_margin": 0}, {"rule": 1}])
def test_a_policy_that_says_nothing_clear_is_refused(wrong):
    with pytest.raises(ValidationError):
        AllocationPolicy.model_validate(wrong)


def test_the_policys_name_tells_one_from_another():
    assert POLICY.version == AllocationPolicy().version != AllocationPolicy(may_take_held=False).version


def test_a_promise_of_the_past_takes_what_is_free_before_what_is_held():
    missed = a_promise(1, days=-3, tier=1)
    holder = a_promise(2, days=9, tier=3, reserved=Decimal(10))

    (made,) = propose(a_picture([missed, holder], [], [a_stock(20)]), TODAY, POLICY, ["PUMP"])

    assert (made.moves, TODAY + timedelta(days=0)) == ((), made.claims[0].after.arrives)
