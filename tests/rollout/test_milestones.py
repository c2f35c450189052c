"""Milestones as they are recorded: history, today's copy, audit, templates."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from common.diff import RowsRefused
from rollout.models import Milestone, MilestoneState
from rollout.progress import works_on
from rollout.services import (
    MilestoneFact,
    change_project,
    drop_milestone,
    plan_from_template,
    record_milestones,
    set_milestone,
    set_milestones,
    set_template,
)
from schools.models import School
from tests.factories import DAY, an_act, make_project
from tests.factories_works import make_milestone

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def believed(milestone: Milestone) -> list[tuple[date, date | None, date | None, str]]:
    rows = MilestoneState.objects.known().filter(milestone=milestone).order_by("valid_from")
    return list(rows.values_list("valid_from", "planned_on", "forecast_on", "reason"))


def test_each_change_of_a_forecast_stays_with_its_reason(school: School, by: Actor) -> None:
    project = make_project(school)
    planned, slipped = DAY + timedelta(days=100), DAY + timedelta(days=130)
    milestone = set_milestone(project, "accepted", by=by, on=DAY, planned_on=planned, forecast_on=planned)
    changed = set_milestone(
        project, "accepted", by=by, on=LATER, planned_on=planned, forecast_on=slipped, reason="Lieferzeit"
    )
    assert changed == milestone
    assert believed(milestone) == [(DAY, planned, planned, ""), (LATER, planned, slipped, "Lieferzeit")]
    assert (changed.planned_on, changed.forecast_on, changed.reason) == (planned, slipped, "Lieferzeit")
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.kind, entry.object_id, entry.label) == ("rollout.milestone", milestone.pk, f"{project}: abgenommen")
    assert entry.changes == {
        "forecast_on": [planned.isoformat(), slipped.isoformat()],
        "reason": ["", "Lieferzeit"],
        "valid_from": [None, LATER.isoformat()],
    }


def test_backdated_forecast_leaves_todays_copy_alone(school: School, by: Actor) -> None:
    milestone = make_milestone(make_project(school), on=LATER)
    early = DAY + timedelta(days=90)
    set_milestone(milestone.project, "accepted", by=by, on=DAY, forecast_on=early)
    milestone.refresh_from_db()
    assert milestone.forecast_on == DAY + timedelta(days=100)
    assert [row[2] for row in believed(milestone)] == [early, DAY + timedelta(days=100)]


def test_milestone_before_its_predecessor_is_refused_and_nothing_is_written(school: School, by: Actor) -> None:
    project = make_project(school)
    make_milestone(project, "under_construction", forecast_on=LATER)
    acts = Act.objects.count()
    with pytest.raises(ValidationError) as error:
        set_milestone(project, "accepted", by=by, on=DAY, forecast_on=LATER - timedelta(days=1))
    assert {name: [one.code for one in found] for name, found in error.value.error_dict.items()} == {
        "forecast_on": ["before_predecessor"]
    }
    assert (Milestone.objects.count(), Act.objects.count()) == (1, acts)


@pytest.mark.parametrize(
    ("phase", "on", "reason", "place"),
    [
        ("planned", DAY, "", "phase"),
        ("accepted", date(2999, 1, 1), "", "on"),
        ("accepted", DAY, "x" * 301, "reason"),
    ],
)
def test_bad_input_is_said_at_its_field(
    school: School, by: Actor, phase: str, on: date, reason: str, place: str
) -> None:
    with pytest.raises(ValidationError) as error:
        set_milestone(make_project(school), phase, by=by, on=on, forecast_on=LATER, reason=reason)
    assert list(error.value.error_dict) == [place]


def test_phases_of_a_project_move_together(school: School, by: Actor) -> None:
    project = make_project(school)
    days = {"under_construction": LATER, "accepted": LATER + timedelta(days=20)}
    set_milestones(project, [MilestoneFact(project.pk, p, DAY, day, day) for p, day in days.items()], by=by)
    moved = {phase: day + timedelta(days=40) for phase, day in days.items()}
    facts = [MilestoneFact(project.pk, p, LATER, days[p], day, "Frost") for p, day in moved.items()]
    assert [one.forecast_on for one in set_milestones(project, facts, by=by)] == list(moved.values())
    assert Act.objects.latest("pk").reason == "Frost"
    with pytest.raises(ValidationError) as error:
        set_milestones(project, [facts[1]._replace(forecast_on=LATER, reason="Sonne")], by=by)
    assert list(error.value.error_dict) == ["accepted-forecast_on"]


def test_many_are_recorded_at_once_or_not_at_all(
    school: School, other_school: School, django_assert_max_num_queries
) -> None:
    one, other = make_project(school), make_project(other_school)
    good = [MilestoneFact(p.pk, "accepted", DAY, LATER, LATER) for p in (one, other)]
    bad = MilestoneFact(other.pk, "live", DAY, None, DAY)
    with pytest.raises(RowsRefused) as error:
        record_milestones([*good, bad], an_act())
    assert [(row.id, [p.field for p in row.problems]) for row in error.value.diff.rows] == [
        (other.pk, ["accepted-forecast_on", "live-forecast_on"])
    ]
    assert Milestone.objects.count() == 0
    act = an_act()
    with django_assert_max_num_queries(20):
        assert record_milestones(good, act) == 2
    assert record_milestones(good, an_act()) == 0
    with pytest.raises(ValueError, match="one fact"):
        record_milestones([good[0], good[0]], an_act())


def test_template_plans_what_lies_ahead(school: School, by: Actor) -> None:
    project = make_project(school, trade="wlan")
    set_template("wlan", {"surveyed": 10, "under_construction": 20, "accepted": 30}, by=by)
    change_project(project, by=by, on=LATER, status="surveyed")
    planned = plan_from_template(project, by=by, begins_on=LATER, on=LATER)
    days = [LATER + timedelta(days=number) for number in (20, 50)]
    assert [(one.phase, one.planned_on, one.forecast_on) for one in planned] == [
        ("under_construction", days[0], days[0]),
        ("accepted", days[1], days[1]),
    ]
    with pytest.raises(ValidationError) as error:
        plan_from_template(project, by=by, begins_on=DAY, on=LATER, reason="Zu früh")
    assert list(error.value.error_dict) == ["forecast_on"]
    with pytest.raises(ValidationError) as error:
        plan_from_template(project, by=by, begins_on=days[0], on=LATER)
    assert list(error.value.error_dict) == ["reason"]
    again = plan_from_template(project, by=by, begins_on=days[0], on=LATER, reason="Neu geplant")
    assert [one.planned_on for one in again] == [LATER + timedelta(days=number) for number in (40, 70)]


def test_default_templates_plan_every_trade(school: School, by: Actor) -> None:
    for trade in ("fibre", "lan", "wlan", "presentation", "electrical", "building"):
        planned = plan_from_template(make_project(school, trade=trade), by=by, begins_on=DAY, on=DAY)
        assert [one.phase for one in planned] == [
            "surveyed", "designed", "tendered", "awarded", "under_construction", "accepted", "live",
        ]  # fmt: skip


def test_nothing_ahead_is_refused(school: School, by: Actor) -> None:
    with pytest.raises(ValidationError) as error:
        plan_from_template(make_project(school, status="live"), by=by, begins_on=DAY, on=DAY)
    assert error.value.code == "no_template"


def test_milestone_is_as_it_was_known_then(school: School, by: Actor) -> None:
    milestone = make_milestone(make_project(school))
    known = timezone.now()
    make_milestone(milestone.project, forecast_on=DAY + timedelta(days=300), on=DAY, reason="Tippfehler")
    assert MilestoneState.objects.as_of(LATER, known).get().forecast_on == DAY + timedelta(days=100)
    assert MilestoneState.objects.as_of(LATER).get().forecast_on == DAY + timedelta(days=300)


def test_milestone_planned_by_mistake_is_dropped_and_stays_on_record(school: School, by: Actor) -> None:
    milestone = make_milestone(make_project(school))
    make_milestone(milestone.project, planned_on=DAY + timedelta(100), forecast_on=LATER, on=LATER, reason="Eile")
    before = timezone.now()

    dropped = drop_milestone(milestone, by=by, reason="Gehört zu einem anderen Standort")

    assert (dropped.planned_on, dropped.forecast_on, dropped.reason) == (None, None, "")
    assert believed(milestone) == []
    assert MilestoneState.objects.as_of(LATER, before).get(milestone=milestone).forecast_on == LATER
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.act.verb, entry.act.reason) == ("milestone.drop", "Gehört zu einem anderen Standort")
    assert entry.changes == {
        "planned_on": [(DAY + timedelta(100)).isoformat(), None],
        "forecast_on": [LATER.isoformat(), None],
        "reason": ["Eile", None],
        "valid_from": [DAY.isoformat(), None],
    }
    assert works_on([milestone.project], LATER)[0].milestones == {}


def test_dropped_milestone_can_be_planned_anew_and_not_dropped_twice(school: School, by: Actor) -> None:
    milestone = make_milestone(make_project(school))
    drop_milestone(milestone, by=by)
    with pytest.raises(ValidationError) as refused:
        drop_milestone(milestone, by=by)
    assert refused.value.error_list[0].code == "not_planned"

    again = make_milestone(milestone.project, planned_on=LATER, on=LATER)

    assert again == milestone
    assert list(Milestone.objects.planned()) == [milestone]
    assert believed(milestone) == [(LATER, LATER, None, "")]
