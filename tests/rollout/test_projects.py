"""Construction projects: first status, change, correction, audit."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from rollout.models import Attainment, ConstructionProject, ProjectState
from rollout.services import (
    attain,
    change_project,
    change_projects,
    correct_project_state,
    withdraw_project_state,
)
from schools.models import School
from tests.factories import DAY, make_project

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def believed(project: ConstructionProject) -> list[tuple[str, date, date | None]]:
    rows = ProjectState.objects.filter(project=project, superseded_at=None).order_by("valid_from")
    return list(rows.values_list("status", "valid_from", "valid_until"))


def test_change_keeps_the_past_and_copies_today(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=LATER, status="under_construction")
    assert believed(project) == [("planned", DAY, LATER), ("under_construction", LATER, None)]
    assert (project.status, project.since) == ("under_construction", LATER)
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert entry.changes == {"status": ["planned", "under_construction"], "valid_from": [None, LATER.isoformat()]}


def test_blocked_needs_a_reason_and_forgets_it_afterwards(school: School, by: Actor) -> None:
    project = make_project(school)
    with pytest.raises(ValidationError) as error:
        change_project(project, by=by, on=LATER, status="blocked")
    assert error.value.error_list[0].code == "no_reason"
    change_project(project, by=by, on=LATER, status="blocked", reason="Statik")
    assert project.reason == "Statik"
    change_project(project, by=by, on=LATER + timedelta(days=1), status="under_construction")
    assert project.reason == ""


def test_forbidden_step_leaves_all_projects_alone(school: School, other_school: School, by: Actor) -> None:
    live, planned = make_project(school, status="live"), make_project(other_school)
    with pytest.raises(ValidationError) as error:
        change_projects([live, planned], by=by, on=LATER, status="tendered")
    assert [e.code for e in error.value.error_list] == ["forbidden_step"]
    assert believed(planned) == [("planned", DAY, None)]


def test_backdated_status_before_a_later_one(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=LATER, status="accepted")
    change_project(project, by=by, on=DAY + timedelta(days=5), status="under_construction")
    assert [row[0] for row in believed(project)] == ["planned", "under_construction", "accepted"]
    assert project.status == "accepted"


def test_correction_and_withdrawal(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=LATER, status="accepted")
    wrong = ProjectState.objects.get(project=project, status="accepted", superseded_at=None)
    project = correct_project_state(wrong, by=by, status="under_construction", on=LATER + timedelta(days=3))
    assert believed(project)[-1] == ("under_construction", LATER + timedelta(days=3), None)
    newest = ProjectState.objects.get(project=project, status="under_construction", superseded_at=None)
    project = withdraw_project_state(newest, by=by)
    assert believed(project) == [("planned", DAY, None)]
    assert (project.status, project.since) == ("planned", DAY)


def test_attainment_is_dated(school: School, by: Actor) -> None:
    attain(school, "media_concept", by=by, on=DAY, is_met=False)
    attain(school, "media_concept", by=by, on=LATER, is_met=True)
    on = [Attainment.objects.as_of(day).get().is_met for day in (DAY, LATER)]
    assert on == [False, True]
