"""Construction projects: first status, change, correction, audit."""

from datetime import date, timedelta
from decimal import Decimal

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
    edit_project,
    update_projects,
    withdraw_project_state,
)
from schools.models import School
from tests.factories import DAY, an_act, make_project
from tests.factories_money import own_money, whole

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
    assert [found[0].code for found in error.value.error_dict.values()] == ["no_reason"]
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
    change_project(project, by=by, on=LATER, status="under_construction")
    change_project(project, by=by, on=DAY + timedelta(days=5), status="awarded")
    assert [row[0] for row in believed(project)] == ["planned", "awarded", "under_construction"]
    assert project.status == "under_construction"


def test_correction_and_withdrawal(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=LATER, status="awarded")
    wrong = ProjectState.objects.get(project=project, status="awarded", superseded_at=None)
    project = correct_project_state(wrong, by=by, status="under_construction", on=LATER + timedelta(days=3))
    assert believed(project)[-1] == ("under_construction", LATER + timedelta(days=3), None)
    newest = ProjectState.objects.get(project=project, status="under_construction", superseded_at=None)
    project = withdraw_project_state(newest, by=by)
    assert believed(project) == [("planned", DAY, None)]
    assert (project.status, project.since) == ("planned", DAY)


@pytest.mark.parametrize("status", ["accepted", "live"])
def test_acceptance_without_build_is_refused(school: School, by: Actor, status: str) -> None:
    project = make_project(school)
    with pytest.raises(ValidationError) as error:
        change_project(project, by=by, on=LATER, status=status)
    assert [(name, found[0].code) for name, found in error.value.error_dict.items()] == [("status", "without_build")]
    assert believed(project) == [("planned", DAY, None)]
    change_project(project, by=by, on=LATER - timedelta(days=1), status="under_construction")
    change_project(project, by=by, on=LATER, status=status)
    assert believed(project)[-1] == (status, LATER, None)


def test_first_entry_may_say_that_works_are_finished(school: School, by: Actor) -> None:
    project = make_project(school, status="accepted")
    change_project(project, by=by, on=LATER, status="live")
    assert [row[0] for row in believed(project)] == ["accepted", "live"]
    change_project(project, by=by, on=DAY - timedelta(days=9), status="planned")  # what came before, told later
    assert [row[0] for row in believed(project)] == ["planned", "accepted", "live"]


def test_build_of_accepted_works_is_not_taken_away(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=DAY + timedelta(days=5), status="under_construction")
    change_project(project, by=by, on=LATER, status="accepted")
    build = ProjectState.objects.get(project=project, status="under_construction", superseded_at=None)
    for correct in (
        lambda: withdraw_project_state(build, by=by),
        lambda: correct_project_state(build, by=by, status="awarded"),
    ):
        with pytest.raises(ValidationError) as error:
            correct()
        assert list(error.value.error_dict) == ["status"]
    moved = correct_project_state(build, by=by, status="under_construction", on=DAY + timedelta(days=9))
    assert [row[:2] for row in believed(moved)] == [
        ("planned", DAY),
        ("under_construction", DAY + timedelta(days=9)),
        ("accepted", LATER),
    ]


def test_details_are_edited_and_told(school: School, by: Actor) -> None:
    project = make_project(school)
    changes = {"title": "Los 3", "contractor": "Elektro Nord", "contract_sum": Decimal("12000.50"), "warranty_years": 4}
    edited = edit_project(project, by=by, changes=changes, reason="Vergabe")
    assert (edited.title, edited.contractor, edited.contract_sum, edited.warranty_years) == tuple(changes.values())
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.act.verb, entry.act.reason) == ("project.edit", "Vergabe")
    assert {name: new for name, (_old, new) in entry.changes.items()} == changes | {"contract_sum": "12000.50"}
    assert entry.changes["contractor"] == ["", "Elektro Nord"]


def test_negative_contract_sum_is_said_at_its_field(school: School, by: Actor) -> None:
    project = make_project(school)
    with pytest.raises(ValidationError) as error:
        edit_project(project, by=by, changes={"contract_sum": Decimal(-1)})
    assert error.value.message_dict == {"contract_sum": ["Eine Auftragssumme kann nicht negativ sein."]}
    with pytest.raises(TypeError):
        edit_project(project, by=by, changes={"status": "live"})


def test_details_of_many_are_updated_at_once(school: School, other_school: School) -> None:
    one, other = make_project(school), make_project(other_school)
    financing = whole(own_money())
    changes = {one.pk: {"contractor": "Elektro Nord"}, other.pk: {"title": "", "financing": financing.pk}}
    assert update_projects(changes, an_act()) == 2
    assert update_projects(changes, an_act()) == 0
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.contractor, one.financing, other.financing) == ("Elektro Nord", None, financing)


def test_attainment_is_dated(school: School, by: Actor) -> None:
    attain(school, "media_concept", by=by, on=DAY, is_met=False)
    attain(school, "media_concept", by=by, on=LATER, is_met=True)
    on = [Attainment.objects.as_of(day).get().is_met for day in (DAY, LATER)]
    assert on == [False, True]
