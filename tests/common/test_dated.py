"""Timeline surgery, checked against a day-by-day model of what was said."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.dated import NewSpan, Revision, Span, add_months, replace_span, revise, span_on

D1, D2, D3, D4 = (date(2024, month, 1) for month in (1, 2, 3, 4))


def apply(timeline: list[Span], revision: Revision) -> list[Span]:
    kept = [span for span in timeline if span.pk not in revision.supersede]
    start = max((span.pk for span in timeline), default=0) + 1
    new = [Span(start + i, *span) for i, span in enumerate(revision.insert)]
    return sorted(kept + new, key=lambda span: span.valid_from)


def test_first_fact_opens_a_timeline() -> None:
    assert revise([], ("a",), D1) == Revision(insert=(NewSpan(D1, None, ("a",)),), is_open=True)


def test_change_closes_the_open_row_and_opens_the_next() -> None:
    revision = revise([Span(1, D1, None, ("a",))], ("b",), D2)
    assert revision.supersede == (1,)
    assert revision.insert == (NewSpan(D1, D2, ("a",)), NewSpan(D2, None, ("b",)))
    assert revision.is_open


def test_backdated_fact_holds_until_the_next_known_change() -> None:
    timeline = [Span(1, D1, D4, ("a",)), Span(2, D4, None, ("c",))]
    revision = revise(timeline, ("b",), D2)
    assert revision.supersede == (1,)
    assert revision.insert == (NewSpan(D1, D2, ("a",)), NewSpan(D2, D4, ("b",)))
    assert (revision.before, revision.after, revision.is_open) == (("a",), ("c",), False)


def test_fact_before_all_others_ends_where_they_begin() -> None:
    revision = revise([Span(1, D2, None, ("b",))], ("a",), D1)
    assert revision.supersede == ()
    assert revision.insert == (NewSpan(D1, D2, ("a",)),)


def test_fact_for_the_first_day_of_a_row_replaces_it() -> None:
    revision = revise([Span(1, D1, None, ("a",))], ("b",), D1)
    assert (revision.supersede, revision.insert) == ((1,), (NewSpan(D1, None, ("b",)),))


def test_fact_that_says_nothing_new_changes_nothing() -> None:
    assert not revise([Span(1, D1, None, ("a",))], ("a",), D3)


def test_withdrawn_row_lets_the_one_before_hold_again() -> None:
    timeline = [Span(1, D1, D2, ("a",)), Span(2, D2, None, ("b",))]
    revision = replace_span(timeline, 2, None, None)
    assert set(revision.supersede) == {1, 2}
    assert revision.insert == (NewSpan(D1, None, ("a",)),)


def test_moved_row_shortens_the_one_before() -> None:
    timeline = [Span(1, D1, D3, ("a",)), Span(2, D3, None, ("b",))]
    assert apply(timeline, replace_span(timeline, 2, ("b",), D2)) == [
        Span(3, D1, D2, ("a",)),
        Span(4, D2, None, ("b",)),
    ]


@pytest.mark.parametrize("on", [D1, date(2023, 12, 1)])
def test_moved_row_may_not_jump_over_the_one_before(on: date) -> None:
    timeline = [Span(1, D1, D3, ("a",)), Span(2, D3, None, ("b",))]
    with pytest.raises(ValueError, match="before the previous"):
        replace_span(timeline, 2, ("b",), on)


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from("abc")), max_size=12))
def test_revise_agrees_with_a_day_by_day_model(facts: list[tuple[int, str]]) -> None:
    """The model: a value per day; a fact overwrites its day and what follows up to the next change."""
    timeline: list[Span] = []
    days: list[str | None] = [None] * 45
    for offset, value in facts:
        held = days[offset]
        for day in range(offset, len(days) if held != value else offset):
            if days[day] != held:
                break
            days[day] = value
        timeline = apply(timeline, revise(timeline, (value,), D1 + timedelta(days=offset)))
    for offset, value in enumerate(days):
        span = span_on(timeline, D1 + timedelta(days=offset))
        assert (span.values[0] if span else None) == value
    pairs = list(pairwise(timeline))
    assert all(one.valid_until == two.valid_from and one.values != two.values for one, two in pairs)
    assert sum(span.valid_until is None for span in timeline) == (1 if facts else 0)


def test_fact_like_its_neighbours_joins_them() -> None:
    timeline = [Span(1, D1, D2, ("a",)), Span(2, D2, D3, ("b",)), Span(3, D3, None, ("a",))]
    revision = revise(timeline, ("a",), D2)
    assert apply(timeline, revision) == [Span(4, D1, None, ("a",))]
    assert revision.is_open


def test_earlier_beginning_of_the_same_fact_moves_its_first_day() -> None:
    timeline = [Span(1, D1, D3, ("a",)), Span(2, D3, None, ("b",))]
    assert apply(timeline, revise(timeline, ("b",), D2)) == [Span(3, D1, D2, ("a",)), Span(4, D2, None, ("b",))]


def test_count_of_another_day_stands_alone() -> None:
    timeline = [Span(1, D1, D3, ("a",)), Span(2, D3, None, ("b",))]
    assert apply(timeline, revise(timeline, ("b",), D2, is_count=True)) == [
        Span(3, D1, D2, ("a",)),
        Span(4, D2, D3, ("b",)),
        Span(2, D3, None, ("b",)),
    ]


def test_correction_that_changes_nothing_is_none() -> None:
    timeline = [Span(1, D1, None, ("a",))]
    assert not replace_span(timeline, 1, ("a",), D1)


def test_add_months_keeps_to_the_end_of_the_month() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 11, 15), 48) == date(2028, 11, 15)
