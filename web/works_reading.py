"""What the page of one construction project shows beside its status: milestones, rooms, defects, diary, files."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.files import PICTURES
from funding.binding import Binding, binding_ends, programmes_of_financings
from rollout.models import (
    ConstructionProject,
    JournalEntry,
    Milestone,
    MilestoneState,
    ProjectFile,
    ProjectRoomState,
    WorksDefect,
)
from rollout.progress import WorksOnDay, works_on
from schools.access import Right, require, sees_everything, visible_school_ids
from schools.models import Room


class RoomLine(NamedTuple):
    room: Room
    is_done: bool


class DefectLine(NamedTuple):
    """A defect as it stood on a day; ``pictures`` can be shown, ``papers`` only be handed out.

    ``room``: where the reader may see it; at a site of several schools it may be another one's.
    """

    defect: WorksDefect
    room: Room | None
    is_open: bool
    is_overdue: bool
    pictures: list[ProjectFile]
    papers: list[ProjectFile]


def project_for(request: HttpRequest, pk: int, right: Right) -> ConstructionProject:
    """Not visible: 404; visible, but without the right: 403."""
    visible = ConstructionProject.objects.visible_to(request.user).select_related("site", "building")
    project: ConstructionProject = get_object_or_404(visible, pk=pk)
    require(request.user, right)
    return project


def works_context(user: Any, project: ConstructionProject, day: date) -> dict[str, Any]:
    """The parts of a project as of ``day``. Files have no valid period: those that are there now are told."""
    files: dict[int | None, list[ProjectFile]] = defaultdict(list)
    for file in ProjectFile.objects.visible_to(user).filter(project=project):
        files[file.defect_id].append(file)
    rooms = rooms_of(user, project, day)
    works = next(iter(works_on([project], day)), None)
    return {
        "works": works,
        "bindings": bindings_of(project, works),
        "moves": moves_of(user, project, day),
        "rooms": rooms,
        "houses": [(house, list(lines)) for house, lines in groupby(rooms, key=lambda line: line.room.building)],
        "defects": defects_of(user, project, day, files),
        "journal": JournalEntry.objects.visible_to(user)
        .filter(project=project, on__lte=day)
        .select_related("act__user", "corrected_by__user"),
        "files": files[None],
    }


def bindings_of(project: ConstructionProject, works: WorksOnDay | None) -> list[Binding]:
    """Until when each programme that pays for the works binds them; where that counts from a day: the acceptance."""
    if project.financing_id is None:
        return []
    programmes = programmes_of_financings([project.financing_id]).get(project.financing_id, ())
    return binding_ends(programmes, works.accepted_on if works else None)


def moves_of(user: Any, project: ConstructionProject, day: date) -> list[MilestoneState]:
    """What was said of the milestones up to ``day``, newest first, each with its reason and who said it."""
    states = MilestoneState.objects.visible_to(user).known().filter(milestone__project=project, valid_from__lte=day)
    return list(states.select_related("milestone", "act__user").order_by("-valid_from", "-act__at", "pk"))


def later_text(user: Any, milestones: Iterable[Milestone], on: date) -> str:
    """What was said of these milestones later than ``on`` and so still applies, in words; empty where nothing was."""
    states = MilestoneState.objects.visible_to(user).known().filter(milestone__in=list(milestones), valid_from__gt=on)
    newest = {state.milestone: state for state in states.select_related("milestone").order_by("valid_from")}
    if not newest:
        return ""
    told = ", ".join(
        _("%(phase)s since %(day)s")
        % {"phase": milestone.get_phase_display(), "day": date_format(state.valid_from, "SHORT_DATE_FORMAT")}
        for milestone, state in newest.items()
    )
    return _("What was reported later still applies: %(told)s.") % {"told": told}


def rooms_of(user: Any, project: ConstructionProject, day: date) -> list[RoomLine]:
    """Rooms that the works cover on ``day``, by building and name."""
    states = ProjectRoomState.objects.visible_to(user).as_of(day).filter(covered__project=project)
    named = states.select_related("covered__room__building")
    lines = [RoomLine(state.covered.room, state.is_done) for state in named]
    return sorted(lines, key=lambda line: (line.room.building.name, line.room.building_id, line.room.name))


def defects_of(
    user: Any, project: ConstructionProject, day: date, files: dict[int | None, list[ProjectFile]]
) -> list[DefectLine]:
    """Open defects first, by their deadline; then those that were resolved by ``day``."""
    found = WorksDefect.objects.visible_to(user).filter(project=project, found_on__lte=day).select_related("room")
    lines = [_defect_line(user, defect, day, files[defect.pk]) for defect in found]
    return sorted(lines, key=lambda line: (not line.is_open, line.defect.due_on or date.max, line.defect.found_on))


def _defect_line(user: Any, defect: WorksDefect, day: date, files: Iterable[ProjectFile]) -> DefectLine:
    is_open = defect.resolved_on is None or defect.resolved_on > day
    is_overdue = is_open and defect.due_on is not None and defect.due_on < day
    pictures = [file for file in files if file.media_type in PICTURES]
    papers = [file for file in files if file.media_type not in PICTURES]
    room = defect.room
    if room and not (sees_everything(user) or room.school_id in visible_school_ids(user)):
        room = None
    return DefectLine(defect, room, is_open, is_overdue, pictures, papers)
