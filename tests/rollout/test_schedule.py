"""Milestones, pure: which phases were reached, and what a changed plan does."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from common.dated import Span
from rollout.schedule import MilestoneFact, reached, revise_schedule, without_phase

DAY = date(2024, 3, 1)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def span(planned: int | None, forecast: int | None, *, on: int = 0, until: int | None = None, pk: int = 1) -> Span:
    days = tuple(None if number is None else day(number) for number in (planned, forecast))
    return Span(pk, day(on), None if until is None else day(until), (*days, ""))


def fact(phase: str, planned: int | None, forecast: int | None, *, on: int = 0, reason: str = "") -> MilestoneFact:
    days = (None if number is None else day(number) for number in (planned, forecast))
    return MilestoneFact(1, phase, day(on), *days, reason)


def refused(schedule: dict[str, list[Span]], *facts: MilestoneFact, actual: Any = ()) -> dict[str, list[str | None]]:
    with pytest.raises(ValidationError) as error:
        revise_schedule(schedule, facts, dict(actual))
    return {place: [one.code for one in found] for place, found in error.value.error_dict.items()}


def test_status_reaches_the_phases_that_it_skips():
    states = [(day(0), "planned"), (day(5), "awarded"), (day(9), "under_construction")]

    assert reached(states) == {
        "surveyed": day(5),
        "designed": day(5),
        "tendered": day(5),
        "awarded": day(5),
        "under_construction": day(9),
    }


@pytest.mark.parametrize("pause", ["blocked", "cancelled"])
def test_pause_neither_reaches_nor_forgets(pause):
    before = [(day(0), "tendered")]

    assert reached([*before, (day(5), pause)]) == reached(before)


def test_step_back_forgets_what_comes_after():
    states = [(day(0), "tendered"), (day(5), "designed"), (day(9), "tendered")]

    assert reached(states) == {"surveyed": day(0), "designed": day(0), "tendered": day(9)}
    assert reached([*states, (day(10), "cancelled"), (day(11), "planned")]) == {}


def test_milestone_needs_a_day():
    assert refused({}, fact("accepted", None, None)) == {"accepted-forecast_on": ["no_day"]}


def test_what_is_known_is_nothing_new():
    assert revise_schedule({"accepted": [span(50, 60)]}, [fact("accepted", 50, 60, on=5)], {}) == {}


@pytest.mark.parametrize("days", [(50, 70), (55, 60), (50, None)])
def test_moved_day_needs_a_reason(days):
    known = {"accepted": [span(50, 60)]}

    assert refused(known, fact("accepted", *days, on=5)) == {"accepted-reason": ["no_reason"]}
    assert revise_schedule(known, [fact("accepted", *days, on=5, reason="Lieferzeit")], {}).keys() == {"accepted"}


def test_first_forecast_needs_no_reason():
    found = revise_schedule({"accepted": [span(50, None)]}, [fact("accepted", 50, 60, on=5)], {})

    assert found["accepted"].insert[-1] == (day(5), None, (day(50), day(60), ""))


@pytest.mark.parametrize(
    ("days", "places"),
    [
        ((29, None), ["accepted-planned_on"]),
        ((None, 29), ["accepted-forecast_on"]),
        ((29, 29), ["accepted-planned_on", "accepted-forecast_on"]),
    ],
)
def test_milestone_before_its_predecessor_is_refused_at_its_field(days, places):
    known = {"surveyed": [span(3, 3)], "under_construction": [span(30, 30)]}

    assert refused(known, fact("accepted", *days)) == {place: ["before_predecessor"] for place in places}


def test_refusal_names_both_days():
    with pytest.raises(ValidationError) as error:
        revise_schedule({"under_construction": [span(30, 30)]}, [fact("accepted", None, 29)], {})

    (refusal,) = without_phase(error.value, ["accepted"]).error_dict["forecast_on"]
    assert refusal.params == {
        "phase": "abgenommen",
        "day": "30.03.2024",
        "before": "im Bau",
        "other": "31.03.2024",
    }


def test_milestone_after_its_successor_is_refused():
    known = {"accepted": [span(30, 30)]}

    assert refused(known, fact("awarded", 31, None)) == {"awarded-planned_on": ["before_predecessor"]}


def test_same_day_is_no_disorder():
    found = revise_schedule({"accepted": [span(30, 30)]}, [fact("live", 30, 30)], {})

    assert found.keys() == {"live"}


def test_phases_move_together():
    known = {"under_construction": [span(30, 30)], "accepted": [span(40, 40, pk=2)]}
    later = [fact(phase, number - 30, number, reason="Frost") for phase, number in (("accepted", 80), ("live", 90))]

    assert refused(known, fact("under_construction", 30, 60, reason="Frost")) == {
        "under_construction-forecast_on": ["before_predecessor"]
    }
    moved = revise_schedule(known, [fact("under_construction", 30, 60, reason="Frost"), *later], {})
    assert moved.keys() == {"under_construction", "accepted", "live"}


def test_day_on_which_a_phase_was_reached_counts_instead_of_its_forecast():
    known = {"under_construction": [span(30, 60)]}
    begun = {"under_construction": day(20)}

    assert revise_schedule(known, [fact("accepted", None, 40, on=20)], begun).keys() == {"accepted"}
    assert refused(known, fact("accepted", None, 40, on=19), actual=begun) == {
        "accepted-forecast_on": ["before_predecessor"]
    }
    assert refused(known, fact("accepted", None, 19, on=20), actual=begun) == {
        "accepted-forecast_on": ["before_predecessor"]
    }


def test_backdated_forecast_is_compared_with_what_others_said_later():
    build = [span(None, 10, until=20, pk=1), span(None, 50, on=20, pk=2)]

    assert refused({"under_construction": build}, fact("accepted", None, 40, on=5)) == {
        "accepted-forecast_on": ["before_predecessor"]
    }
    later = [span(None, 60, on=20, pk=3)]
    found = revise_schedule({"under_construction": build, "accepted": later}, [fact("accepted", None, 40, on=5)], {})
    assert found["accepted"].insert[-1].valid_until == day(20)
