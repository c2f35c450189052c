"""Rooms that works cover: progress is counted from them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from common.diff import RowsRefused
from rollout.models import ConstructionProject, ProjectRoom, ProjectRoomState
from rollout.services import RoomFact, add_project, cover_rooms, record_project_rooms, set_rooms_done, uncover_rooms
from schools.models import School
from tests.factories import DAY, an_act, main_site, make_project, make_room
from tests.factories_works import make_project_rooms

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def counted(project: ConstructionProject, day: date) -> tuple[int, int]:
    """``(rooms, of them done)`` on a day."""
    states = ProjectRoomState.objects.as_of(day).filter(covered__project=project)
    return states.count(), states.filter(is_done=True).count()


def test_rooms_are_done_from_a_day_on(school: School, by: Actor) -> None:
    project = make_project(school)
    rooms = [make_room(school) for _ in range(3)]
    assert cover_rooms(project, rooms, by=by, on=DAY) == 3
    assert set_rooms_done(project, rooms[:2], by=by, on=LATER) == 2
    assert set_rooms_done(project, rooms[:2], by=by, on=LATER) == 0
    assert [counted(project, day) for day in (DAY - timedelta(days=1), DAY, LATER)] == [(0, 0), (3, 0), (3, 2)]
    assert set(ProjectRoom.objects.filter(is_done=True).values_list("room", flat=True)) == {r.pk for r in rooms[:2]}
    set_rooms_done(project, rooms[:1], by=by, on=LATER + timedelta(days=1), is_done=False)
    assert counted(project, LATER + timedelta(days=1)) == (3, 1)


def test_covering_again_keeps_what_is_done(school: School, by: Actor) -> None:
    project = make_project(school)
    covered = make_project_rooms(project, 2, done=1)
    new = make_room(school)
    assert cover_rooms(project, [one.room for one in covered] + [new], by=by, on=LATER) == 1
    assert counted(project, LATER) == (3, 1)


def test_room_is_covered_no_longer_and_may_come_back(school: School, by: Actor) -> None:
    project = make_project(school)
    (covered,) = make_project_rooms(project, 1, done=1)
    assert uncover_rooms(project, [covered.room], by=by, on=LATER) == 1
    assert uncover_rooms(project, [covered.room], by=by, on=LATER) == 0
    covered.refresh_from_db()
    assert covered.is_done is False
    assert [counted(project, day) for day in (DAY, LATER)] == [(1, 1), (0, 0)]
    cover_rooms(project, [covered.room], by=by, on=LATER + timedelta(days=5))
    assert counted(project, LATER + timedelta(days=5)) == (1, 0)
    assert ProjectRoom.objects.get() == covered


def test_room_that_was_never_covered_on_the_day_it_began_leaves_nothing_believed(school: School, by: Actor) -> None:
    project = make_project(school)
    (covered,) = make_project_rooms(project)
    uncover_rooms(project, [covered.room], by=by, on=DAY)
    assert ProjectRoomState.objects.known().count() == 0


def test_entry_names_room_and_school(school: School, by: Actor) -> None:
    project = make_project(school)
    (covered,) = make_project_rooms(project)
    set_rooms_done(project, [covered.room], by=by, on=LATER, reason="Begehung")
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert (entry.kind, entry.object_id, entry.school_id) == ("rollout.projectroom", covered.pk, school.pk)
    assert entry.changes == {"is_done": [False, True], "valid_from": [None, LATER.isoformat()]}
    uncover_rooms(project, [covered.room], by=by, on=LATER)
    entry = Entry.objects.get(act=Act.objects.latest("pk"))
    assert entry.changes == {"is_done": [True, None], "valid_from": [None, LATER.isoformat()]}


def test_rooms_elsewhere_are_refused(school: School, other_school: School, by: Actor) -> None:
    project, foreign = make_project(school), make_room(other_school, "R 7")
    with pytest.raises(ValidationError) as error:
        cover_rooms(project, [make_room(school), foreign], by=by, on=DAY)
    assert [one.code for one in error.value.error_dict["rooms"]] == ["foreign_room"]
    assert str(foreign) in error.value.messages[0]
    assert ProjectRoom.objects.count() == 0


def test_room_of_another_building_is_refused(school: School, by: Actor) -> None:
    room = make_room(school)
    other = room.building.site.buildings.create(name="Turnhalle")
    project = add_project(main_site(school), by=by, trade="lan", status="planned", on=DAY, building=other)
    with pytest.raises(ValidationError) as error:
        cover_rooms(project, [room], by=by, on=DAY)
    assert list(error.value.error_dict) == ["rooms"]


def test_only_covered_rooms_can_be_done(school: School, by: Actor) -> None:
    project = make_project(school)
    (covered,) = make_project_rooms(project, on=LATER)
    with pytest.raises(ValidationError) as error:
        set_rooms_done(project, [covered.room], by=by, on=DAY)
    assert [one.code for one in error.value.error_dict["rooms"]] == ["not_covered"]


def test_future_day_is_refused_at_its_field(school: School, by: Actor) -> None:
    with pytest.raises(ValidationError) as error:
        cover_rooms(make_project(school), [make_room(school)], by=by, on=date(2999, 1, 1))
    assert list(error.value.error_dict) == ["on"]


def test_many_are_recorded_at_once_or_not_at_all(school: School, other_school: School) -> None:
    one, other = make_project(school), make_project(other_school)
    good = [RoomFact(one.pk, make_room(school).pk, DAY, True), RoomFact(other.pk, make_room(other_school).pk, DAY)]
    with pytest.raises(RowsRefused) as error:
        record_project_rooms([*good, RoomFact(one.pk, good[1].room, DAY)], an_act())
    assert [row.id for row in error.value.diff.rows] == [one.pk]
    assert record_project_rooms(good, an_act()) == 2
    assert [counted(project, DAY) for project in (one, other)] == [(1, 1), (1, 0)]
