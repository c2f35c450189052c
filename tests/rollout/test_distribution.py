"""The proposal by gap: sums, limits, ties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.distribution import Claim, Why, distribute

numbers = st.integers(0, 400)
many_claims = st.lists(st.tuples(numbers, st.none() | numbers), max_size=30).map(
    lambda rows: [Claim(school, gap, limit) for school, (gap, limit) in enumerate(rows)]
)


def test_distribute_by_largest_remainder() -> None:
    shares = distribute(10, [Claim(1, 47), Claim(2, 16), Claim(3, 16), Claim(4, 12), Claim(5, 6), Claim(6, 3)])
    assert [share.given for share in shares] == [5, 2, 2, 1, 0, 0]
    assert [share.why for share in shares] == [
        Why.ROUNDED_UP,
        Why.TIE_WON,
        Why.TIE_WON,
        Why.ROUNDED_DOWN,
        Why.TIE_LOST,
        Why.ROUNDED_DOWN,
    ]


def test_distribute_tells_the_exact_share() -> None:
    assert [share.quota for share in distribute(10, [Claim(1, 20), Claim(2, 10)])] == [Fraction(20, 3), Fraction(10, 3)]


def test_distribute_fills_every_gap_and_leaves_the_rest() -> None:
    shares = distribute(500, [Claim(1, 70), Claim(2, 0), Claim(3, 30)])
    assert [(share.given, share.why) for share in shares] == [
        (70, Why.WHOLE_GAP),
        (0, Why.NO_GAP),
        (30, Why.WHOLE_GAP),
    ]


def test_distribute_gives_others_what_a_limit_leaves() -> None:
    shares = distribute(60, [Claim(1, 60, 10), Claim(2, 40), Claim(3, 20)])
    assert [(share.given, share.why) for share in shares] == [
        (10, Why.LIMIT),
        (33, Why.ROUNDED_DOWN),
        (17, Why.ROUNDED_UP),
    ]


@pytest.mark.parametrize(
    ("available", "claims"),
    [(-1, [Claim(1, 1)]), (1, [Claim(1, -1)]), (1, [Claim(1, 1, -1)]), (1, [Claim(1, 1), Claim(1, 2)])],
)
def test_distribute_refuses_nonsense(available: int, claims: list[Claim]) -> None:
    with pytest.raises(ValueError, match=r"negative|once"):
        distribute(available, claims)


@given(numbers, many_claims)
def test_distribute_gives_all_that_may_be_given(available: int, claims: list[Claim]) -> None:
    shares = distribute(available, claims)
    assert sum(share.given for share in shares) == min(available, sum(claim.most for claim in claims))
    assert all(abs(share.given - share.quota) < 1 for share in shares)
    assert all(share.given <= claim.most for share, claim in zip(shares, claims, strict=True))
