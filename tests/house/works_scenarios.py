"""A scenario for each public service of construction projects; a part of ``test_audit``."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actor import Actor
from rollout import services as works
from rollout.models import ConstructionProject, JournalEntry, ProjectFile, ProjectState
from tests.common.sample_files import PDF
from tests.factories import DAY, an_act, main_site, make_project, make_room, make_school
from tests.factories_works import make_defect, make_milestone, make_project_rooms

LATER = DAY + timedelta(days=9)
BUILD = "under_construction"


def a_project() -> ConstructionProject:
    return make_project(make_school())


def changed_project(by: Actor) -> ProjectState:
    project = a_project()
    works.change_project(project, by=by, on=LATER, status="awarded")
    return ProjectState.objects.get(project=project, status="awarded", superseded_at=None)


def with_room(service: Callable[..., Any], by: Actor) -> Any:
    (covered,) = make_project_rooms(a_project())
    return service(covered.project, [covered.room], by=by, on=LATER)


def covered_room(by: Actor) -> int:
    school = make_school()
    return works.cover_rooms(make_project(school), [make_room(school)], by=by, on=DAY)


def recorded_room() -> int:
    school = make_school()
    return works.record_project_rooms([works.RoomFact(make_project(school).pk, make_room(school).pk, DAY)], an_act())


def a_file(by: Actor) -> ProjectFile:
    return works.attach_file(a_project(), SimpleUploadedFile("x.pdf", PDF), by=by)


def a_line(by: Actor) -> JournalEntry:
    return works.write_journal(a_project(), by=by, on=DAY, text="Begehung")


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "create_projects": lambda by: a_project(),
    "add_project": lambda by: works.add_project(
        main_site(make_school()), by=by, trade="fibre", status="planned", on=DAY
    ),
    "edit_project": lambda by: works.edit_project(a_project(), by=by, changes={"title": "neu"}),
    "update_projects": lambda by: works.update_projects({a_project().pk: {"title": "neu"}}, an_act()),
    "change_project": changed_project,
    "change_projects": lambda by: works.change_projects([a_project()], by=by, on=LATER, status=BUILD),
    "record_project_states": lambda by: works.record_project_states(
        [works.ProjectChange(a_project().pk, LATER, BUILD)], an_act()
    ),
    "correct_project_state": lambda by: works.correct_project_state(changed_project(by), by=by, status="tendered"),
    "withdraw_project_state": lambda by: works.withdraw_project_state(changed_project(by), by=by),
    "set_milestone": lambda by: make_milestone(a_project()),
    "set_milestones": lambda by: works.set_milestones(
        (project := a_project()), [works.MilestoneFact(project.pk, "accepted", DAY, LATER)], by=by
    ),
    "record_milestones": lambda by: works.record_milestones(
        [works.MilestoneFact(a_project().pk, "accepted", DAY, LATER)], an_act()
    ),
    "drop_milestone": lambda by: works.drop_milestone(make_milestone(a_project()), by=by),
    "plan_from_template": lambda by: works.plan_from_template(a_project(), by=by, begins_on=LATER, on=DAY),
    "cover_rooms": covered_room,
    "uncover_rooms": lambda by: with_room(works.uncover_rooms, by),
    "set_rooms_done": lambda by: with_room(works.set_rooms_done, by),
    "record_project_rooms": lambda by: recorded_room(),
    "add_defect": lambda by: make_defect(a_project()),
    "edit_defect": lambda by: works.edit_defect(make_defect(a_project()), by=by, changes={"text": "neu"}),
    "resolve_defect": lambda by: works.resolve_defect(make_defect(a_project()), by=by, on=LATER),
    "reopen_defect": lambda by: works.reopen_defect(
        works.resolve_defect(make_defect(a_project()), by=by, on=LATER), by=by
    ),
    "write_journal": lambda by: a_line(by),
    "correct_journal": lambda by: works.correct_journal(a_line(by), by=by, text="Begehung im Keller"),
    "withdraw_journal": lambda by: works.withdraw_journal(a_line(by), by=by),
    "attach_file": a_file,
    "remove_file": lambda by: works.remove_file(a_file(by), by=by),
    "set_template": lambda by: works.set_template("wlan", {"accepted": 50}, by=by),
    "set_trade_order": lambda by: works.set_trade_order("wlan", ["electrical"], by=by),
}
