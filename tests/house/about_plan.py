"""What the world has of the wider programme, which belongs to no school; and a scenario for each service about it."""

from collections.abc import Callable
from typing import Any

from audit.actor import Actor
from rollout import services as works
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry, PublicFigure
from tests.factories import DAY
from tests.factories_plan import frozen, make_entry, make_initiative, make_objective, make_plan
from tests.house.works_and_money import Things


def about_plan(by: Actor) -> Things:
    """Once for both sides. Everything is published: what is not has tests of its own."""
    initiative = make_initiative(published=True, by=by)
    entry = initiative.entries.first() or make_entry(initiative, figure=frozen(), published=True, by=by)
    if not PublicFigure.objects.exists():
        works.choose_public_figures([frozen("schools")], by=by)
    objective = initiative.objective
    return {
        "plan": {"pk": objective.plan_id},
        "objective": {"pk": objective.pk},
        "initiative": {"pk": initiative.pk},
        "progress_entry": {"pk": entry.pk},
    }


def _published(by: Actor) -> Initiative:
    return works.publish_initiative(make_initiative(by=by), by=by)


def _published_entry(by: Actor) -> ProgressEntry:
    return works.publish_entry(make_entry(by=by), by=by)


def _chosen(by: Actor) -> list[PublicFigure]:
    works.choose_public_figures([frozen("schools"), frozen("pupils")], by=by)
    return works.choose_public_figures([frozen("pupils", text="4"), frozen("boards_in_service")], by=by)


def _deleted_plan(by: Actor) -> None:
    plan: MasterPlan = make_plan(by=by)
    works.delete_plan(plan, by=by)


def _deleted_objective(by: Actor) -> None:
    objective: Objective = make_objective(by=by)
    works.delete_objective(objective, by=by)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "create_plan": lambda by: make_plan(by=by),
    "change_plan": lambda by: works.change_plan(make_plan(by=by), by=by, changes={"title": "neu"}),
    "delete_plan": _deleted_plan,
    "create_objective": lambda by: make_objective(by=by),
    "change_objective": lambda by: works.change_objective(make_objective(by=by), by=by, changes={"goal": "neu"}),
    "delete_objective": _deleted_objective,
    "create_initiative": lambda by: make_initiative(by=by),
    "change_initiative": lambda by: works.change_initiative(make_initiative(by=by), by=by, changes={"unit": "neu"}),
    "publish_initiative": _published,
    "unpublish_initiative": lambda by: works.unpublish_initiative(_published(by), by=by, reason="verfrüht"),
    "withdraw_initiative": lambda by: works.withdraw_initiative(_published(by), by=by, reason="entfällt"),
    "write_entry": lambda by: make_entry(by=by, figure=frozen()),
    "change_entry": lambda by: works.change_entry(
        make_entry(by=by), by=by, changes={"on": DAY}, initiatives=[make_initiative("Zweites", by=by)]
    ),
    "publish_entry": _published_entry,
    "unpublish_entry": lambda by: works.unpublish_entry(_published_entry(by), by=by, reason="verfrüht"),
    "withdraw_entry": lambda by: works.withdraw_entry(make_entry(by=by), by=by),
    "choose_public_figures": _chosen,
}
