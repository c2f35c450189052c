"""Taking in the master plan of the demo city, published as it is."""

from decimal import Decimal

from django.utils import timezone

from audit.actor import Actor
from imports.demo.plan import AIMS, DESCRIPTION, PUBLIC, TITLE, Aim, Project, Value
from rollout.models import Initiative, MasterPlan
from rollout.services import (
    FrozenValue,
    choose_public_figures,
    create_initiative,
    create_objective,
    create_plan,
    publish_entry,
    publish_initiative,
    write_entry,
)


def load_plan(by: Actor) -> None:
    plan = create_plan(by=by, title=TITLE, description=DESCRIPTION)
    made = {key: one for aim in AIMS for key, one in _load_aim(plan, aim, by).items()}
    for aim in AIMS:
        for project in aim.projects:
            _load_entries(project, made, by)
    choose_public_figures([_frozen(value) for value in PUBLIC], by=by)


def _load_aim(plan: MasterPlan, aim: Aim, by: Actor) -> dict[str, Initiative]:
    objective = create_objective(plan, by=by, title=aim.title, goal=aim.goal, measures=aim.measures)
    made = {}
    for project in aim.projects:
        initiative = create_initiative(
            objective,
            by=by,
            title=project.title,
            description=project.description,
            is_focus=project.is_focus,
            unit=project.unit,
            contact=project.contact,
        )
        made[project.key] = publish_initiative(initiative, by=by)
    return made


def _load_entries(project: Project, made: dict[str, Initiative], by: Actor) -> None:
    for told in project.entries:
        entry = write_entry(
            [made[key] for key in (project.key, told.also) if key],
            by=by,
            text=told.text,
            on=told.on,
            precision=told.precision,
            state=told.state,
            figure=_frozen(told.figure) if told.figure else None,
        )
        publish_entry(entry, by=by)


def _frozen(value: Value) -> FrozenValue:
    return FrozenValue(value.key, Decimal(value.value), value.text, value.as_of, timezone.now(), value.since)
