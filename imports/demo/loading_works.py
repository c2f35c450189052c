"""Taking in what belongs to the works of the demo city: milestones, rooms, defects, diary."""

from collections.abc import Mapping, Sequence

from audit.actor import Actor
from audit.services import open_act
from imports.demo.milestones import Defect, Milestone, Note, Progress, RoomStep
from imports.demo.names import CITY
from imports.demo.works import ProjectPlan
from rollout.models import ConstructionProject
from rollout.schedule import MilestoneFact
from rollout.services import (
    RoomFact,
    add_defect,
    record_milestones,
    record_project_rooms,
    resolve_defect,
    write_journal,
)
from schools.models import Room

#: Projects by street of the site and trade.
Projects = Mapping[tuple[str, str], ConstructionProject]


def projects_by_place() -> Projects:
    rows = ConstructionProject.objects.existing().select_related("site")
    return {(project.site.street, project.trade): project for project in rows}


def of_plan(projects: Projects, plan: ProjectPlan) -> ConstructionProject:
    return projects[plan.site.street, plan.trade]


def load_progress(progress: Progress, projects: Projects, by: Actor) -> None:
    act = open_act(by, "milestone.set", subject=CITY)
    for told in progress.rounds:
        record_milestones([_fact(one, projects) for one in told], act)
    _load_rooms(progress.covered, progress.done, projects, by)
    _load_defects(progress.defects, projects, by)
    _load_notes(progress.notes, projects, by)


def _fact(told: Milestone, projects: Projects) -> MilestoneFact:
    project = of_plan(projects, told.project).pk
    return MilestoneFact(project, told.phase.value, told.on, told.planned_on, told.forecast_on, told.reason)


def _load_rooms(covered: Sequence[RoomStep], done: Sequence[RoomStep], projects: Projects, by: Actor) -> None:
    rows = Room.objects.values_list("school__number", "building__name", "name", "pk")
    rooms = {(school, building, name): pk for school, building, name, pk in rows}
    for verb, steps in (("works.cover", covered), ("works.done", done)):
        facts = [
            RoomFact(
                of_plan(projects, step.project).pk,
                rooms[step.school, step.room.building, step.room.name],
                step.on,
                step.is_done,
            )
            for step in steps
        ]
        record_project_rooms(facts, open_act(by, verb, subject=CITY))


def _load_defects(defects: Sequence[Defect], projects: Projects, by: Actor) -> None:
    for one in defects:
        project = of_plan(projects, one.project)
        defect = add_defect(project, by=by, text=one.text, found_on=one.found_on, due_on=one.due_on)
        if one.resolved_on:
            resolve_defect(defect, by=by, on=one.resolved_on)


def _load_notes(notes: Sequence[Note], projects: Projects, by: Actor) -> None:
    for note in notes:
        write_journal(of_plan(projects, note.project), by=by, on=note.on, text=note.text)
