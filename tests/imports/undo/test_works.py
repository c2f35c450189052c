"""Undoing what an import said of milestones, rooms and details of construction projects."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import gettext

from audit.actor import Actor
from rollout.models import ConstructionProject, JournalEntry, Milestone, MilestoneState, ProjectRoom, ProjectRoomState
from rollout.progress import works_on
from rollout.services import (
    MilestoneFact,
    NewProject,
    RoomFact,
    create_projects,
    record_milestones,
    record_project_rooms,
    update_projects,
    write_journal,
)
from schools.models import School
from tests.factories import DAY, an_act, main_site, make_project, make_room
from tests.factories_works import make_milestone, make_project_rooms
from tests.imports.undo.batches import LATER, taken_by, undone

pytestmark = pytest.mark.django_db
THEN, SOON = DAY + timedelta(days=100), DAY + timedelta(days=130)


def test_forecasts_go_back_to_what_was_said_before(school: School) -> None:
    known = make_milestone(make_project(school))
    act = an_act()
    record_milestones(
        [
            MilestoneFact(known.project_id, "accepted", LATER, THEN, SOON, "Lieferzeit"),
            MilestoneFact(known.project_id, "live", LATER, None, SOON),
        ],
        act,
    )
    told = timezone.now()
    assert undone(taken_by(act)) == (2, 0, 0)
    assert [(m.phase, m.planned_on, m.forecast_on, m.reason) for m in Milestone.objects.order_by("pk")] == [
        ("accepted", THEN, THEN, ""),
        ("live", None, None, ""),
    ]
    (works,) = works_on([known.project], LATER)
    assert {phase: one.forecast_on for phase, one in works.milestones.items()} == {"accepted": THEN}
    (then,) = works_on([known.project], LATER, told)
    assert {phase: one.forecast_on for phase, one in then.milestones.items()} == {"accepted": SOON, "live": SOON}


def test_forecast_that_was_changed_since_stays(school: School) -> None:
    project = make_project(school)
    act = an_act()
    record_milestones([MilestoneFact(project.pk, "accepted", DAY, THEN, THEN)], act)
    make_milestone(project, planned_on=THEN, forecast_on=SOON, on=LATER, reason="Lieferzeit")
    assert undone(taken_by(act)) == (0, 1, 0)
    assert MilestoneState.objects.known().count() == 2


def test_rooms_go_back_to_what_was_said_before(school: School) -> None:
    (known,) = make_project_rooms(make_project(school))
    act = an_act()
    facts = [RoomFact(known.project_id, room.pk, LATER, True) for room in (known.room, make_room(school))]
    record_project_rooms(facts, act)
    assert undone(taken_by(act)) == (2, 0, 0)
    assert list(ProjectRoom.objects.order_by("pk").values_list("is_done", flat=True)) == [False, False]
    assert list(ProjectRoomState.objects.as_of(LATER).values_list("covered", "is_done")) == [(known.pk, False)]


def test_details_go_back(school: School) -> None:
    project = make_project(school)
    update_projects({project.pk: {"contractor": "Elektro Süd"}}, an_act())
    act = an_act()
    update_projects({project.pk: {"contractor": "Elektro Nord", "contract_sum": 100}}, act)
    assert undone(taken_by(act)) == (1, 0, 0)
    project.refresh_from_db()
    assert (project.contractor, project.contract_sum) == ("Elektro Süd", None)


def test_new_project_goes_with_its_milestones_and_rooms(school: School) -> None:
    act = an_act()
    (pk,) = create_projects([NewProject(main_site(school), "wlan", "planned", DAY)], act)
    record_milestones([MilestoneFact(pk, "accepted", DAY, THEN, THEN)], act)
    record_project_rooms([RoomFact(pk, make_room(school).pk, DAY)], act)
    assert undone(taken_by(act)) == (3, 0, 0)
    assert ConstructionProject.objects.existing().count() == 0
    assert (MilestoneState.objects.known().count(), ProjectRoomState.objects.known().count()) == (0, 0)


def test_new_project_stays_once_others_wrote_about_it(school: School, other_school: School, by: Actor) -> None:
    act = an_act()
    sites = (main_site(school), main_site(other_school))
    keys = create_projects([NewProject(site, "wlan", "planned", DAY) for site in sites], act)
    planned, told = ConstructionProject.objects.filter(pk__in=list(keys)).order_by("pk")
    make_milestone(planned)
    write_journal(told, by=by, on=DAY, text="Begehung")
    batch = taken_by(act)
    assert undone(batch) == (0, 0, 2)
    batch.refresh_from_db()
    assert [row["reason"] for row in batch.undo["failed_rows"]] == [
        gettext("Milestones or rooms were recorded for it since."),
        f"Wird noch benutzt: 1 {JournalEntry._meta.verbose_name}.",
    ]


def test_milestones_that_were_taken_back_hold_no_project(school: School) -> None:
    first, second = an_act(), an_act()
    (pk,) = create_projects([NewProject(main_site(school), "wlan", "planned", DAY)], first)
    record_milestones([MilestoneFact(pk, "accepted", DAY, THEN, THEN)], second)
    assert undone(taken_by(second)) == (1, 0, 0)
    assert undone(taken_by(first)) == (1, 0, 0)
