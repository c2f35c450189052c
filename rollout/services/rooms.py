"""Writing which rooms works cover, and which of them are done: progress is counted, never typed."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future
from common.bulk import ids, insert_rows, next_ids, update_rows
from common.dated import Revision, Span, end_span, revise
from common.diff import Diff, RowsRefused, rejected
from rollout.models import ConstructionProject, ProjectRoom, ProjectRoomState
from rollout.services.projects import lock_projects
from schools.models import Room

ROOM_STATES = Timelines(ProjectRoomState, "covered", ("is_done",))
_Key = tuple[int, int]


def is_there(room: Room, site: int, building: int | None) -> bool:
    """Whether works at a site, or in one building of it, can be in a room."""
    return room.building.site_id == site and building in (None, room.building_id)


class RoomFact(NamedTuple):
    """From ``on`` the project (key) covers the room (key), which is done or not; ``None``: covers it no longer."""

    project: int
    room: int
    on: date
    is_done: bool | None = False


def cover_rooms(project: ConstructionProject, rooms: Collection[Room], *, by: Actor, on: date, reason: str = "") -> int:
    """From ``on`` the project covers the rooms; those that it covers already stay as they are.

    Returns how many are new. Raises ``ValidationError`` by field, at ``rooms`` for one elsewhere.
    """
    with transaction.atomic():
        act = _begin(project, "works.cover", by, reason)
        held = _held(project, on)
        return _of_one([RoomFact(project.pk, room.pk, on) for room in rooms if room.pk not in held], act)


def uncover_rooms(
    project: ConstructionProject, rooms: Collection[Room], *, by: Actor, on: date, reason: str = ""
) -> int:
    """From ``on`` the project covers the rooms no longer. Returns how many it covered."""
    with transaction.atomic():
        act = _begin(project, "works.uncover", by, reason)
        return _of_one([RoomFact(project.pk, room.pk, on, None) for room in rooms], act)


def set_rooms_done(
    project: ConstructionProject,
    rooms: Collection[Room],
    *,
    by: Actor,
    on: date,
    is_done: bool = True,
    reason: str = "",
) -> int:
    """From ``on`` the rooms are done, e.g. their access points mounted. Returns of how many that is new.

    Raises ``ValidationError`` by field, at ``rooms`` for one that the project does not cover on that day.
    """
    with transaction.atomic():
        act = _begin(project, "works.done", by, reason)
        held = _held(project, on)
        if other := [room for room in rooms if room.pk not in held]:
            raise _refused(_("The project does not cover these rooms on this day: %(rooms)s."), "not_covered", other)
        return _of_one([RoomFact(project.pk, room.pk, on, is_done) for room in rooms], act)


def record_project_rooms(facts: Iterable[RoomFact], act: Act) -> int:
    """The bulk twin: all or nothing. Returns how many said something new.

    Raises ``RowsRefused`` that names every project with refused facts, ``ValueError`` for two facts about one room.
    """
    by_project: dict[int, list[RoomFact]] = {}
    for fact in facts:
        by_project.setdefault(fact.project, []).append(fact)
    labels = lock_projects(by_project)
    rooms = Room.objects.select_related("building").in_bulk({f.room for found in by_project.values() for f in found})
    places = _places(by_project)
    refused = []
    for pk, found in by_project.items():
        try:
            _check(found, rooms, *places[pk], act)
        except ValidationError as error:
            refused.append(rejected(pk, labels[pk], error))
    if refused:
        raise RowsRefused(Diff(refused))
    return _write(
        {(fact.project, fact.room): fact for found in by_project.values() for fact in found}, rooms, labels, act
    )


def _begin(project: ConstructionProject, verb: str, by: Actor, reason: str) -> Act:
    return open_act(by, verb, subject=lock_projects([project.pk])[project.pk], reason=reason)


def _of_one(facts: list[RoomFact], act: Act) -> int:
    try:
        return record_project_rooms(facts, act)
    except RowsRefused as refused:
        raise refused.of_one() from refused


def _held(project: ConstructionProject, on: date) -> set[int]:
    """Rooms that the project covers on a day."""
    states = ProjectRoomState.objects.as_of(on).filter(covered__project=project)
    return set(states.values_list("covered__room", flat=True))


def _places(projects: Iterable[int]) -> dict[int, tuple[int, int | None]]:
    """Site and building of each project."""
    rows = ConstructionProject.objects.existing().filter(pk__in=ids(projects)).values_list("pk", "site", "building")
    return {pk: (site, building) for pk, site, building in rows}


def _check(facts: list[RoomFact], rooms: Mapping[int, Room], site: int, building: int | None, act: Act) -> None:
    if len({fact.room for fact in facts}) < len(facts):
        raise ValueError("one fact per room of a project and call")
    for fact in facts:
        try:
            check_not_future(fact.on, act.at)
        except ValidationError as error:
            raise ValidationError({"on": error.error_list}) from error
    chosen = [rooms[fact.room] for fact in facts]
    if other := [room for room in chosen if not is_there(room, site, building)]:
        raise _refused(_("These rooms are not where the works are: %(rooms)s."), "foreign_room", other)


def _refused(text: Any, code: str, rooms: Iterable[Room]) -> ValidationError:
    named = ", ".join(map(str, rooms))
    return ValidationError({"rooms": ValidationError(text, code, {"rooms": named})})


def _write(facts: Mapping[_Key, RoomFact], rooms: Mapping[int, Room], labels: Mapping[int, str], act: Act) -> int:
    keys = _known(facts)
    timelines = ROOM_STATES.load(keys.values())
    decided = {key: _revise(timelines.get(keys.get(key, 0), []), fact) for key, fact in facts.items()}
    revisions = {key: revision for key, revision in decided.items() if revision}
    keys |= _made([key for key in revisions if key not in keys])
    ROOM_STATES.write({keys[key]: revision for key, revision in revisions.items()}, act)
    lasting = [key for key, revision in revisions.items() if revision.is_open or facts[key].is_done is None]
    update_rows(ProjectRoom, ("is_done",), ((keys[key], bool(facts[key].is_done)) for key in lasting))
    told = ((key, _changes(facts[key], revision)) for key, revision in revisions.items())
    log_records(
        act,
        ProjectRoom,
        (
            Record(keys[key], f"{labels[key[0]]}: {rooms[key[1]]}", rooms[key[1]].school_id, changes)
            for key, changes in told
        ),
    )
    return len(revisions)


def _revise(timeline: list[Span], fact: RoomFact) -> Revision:
    return end_span(timeline, fact.on) if fact.is_done is None else revise(timeline, (fact.is_done,), fact.on)


def _changes(fact: RoomFact, revision: Revision) -> dict[str, list[Any]]:
    before = revision.before[0] if revision.before else None
    return {"is_done": [before, fact.is_done], "valid_from": [None, fact.on]}


def _known(wanted: Iterable[_Key]) -> dict[_Key, int]:
    rows = ProjectRoom.objects.filter(project__in=ids({project for project, _room in wanted}))
    return {(project, room): pk for pk, project, room in rows.values_list("pk", "project", "room")}


def _made(new: list[_Key]) -> dict[_Key, int]:
    keys = dict(zip(new, next_ids(ProjectRoom, len(new)), strict=True))
    insert_rows(ProjectRoom, ("id", "project", "room", "is_done"), ((keys[key], *key, False) for key in new))
    return keys
