"""Writing the wider programme: programmes, their objectives, and the projects of an objective.

Projects are written first and published afterwards. What was published changes only with a reason: the audit trail
keeps what was said before, and why it is another thing now.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked, told
from audit.models import Act
from audit.services import Record, log_records, open_act
from rollout.models import Initiative, MasterPlan, Objective

PLAN_FIELDS = ("title", "description", "position")
OBJECTIVE_FIELDS = ("title", "goal", "measures", "position")
INITIATIVE_FIELDS = ("title", "description", "is_focus", "position", "unit", "contact")
_PLACES = {
    "rollout_masterplan_title": "title",
    "rollout_objective_title": "title",
    "rollout_initiative_title": "title",
}
P = TypeVar("P", bound=Model)


def create_plan(*, by: Actor, title: str, **values: Any) -> MasterPlan:
    """Begin a programme (``PLAN_FIELDS``), the last in the list. Raises ``ValidationError`` by field."""
    _check_names(values, PLAN_FIELDS)
    with transaction.atomic():
        act = open_act(by, "plan.create", subject=title)
        plan = MasterPlan(title=title, **_placed(values, MasterPlan.objects.all()))
        return insert_record(plan, act, PLAN_FIELDS, places=_PLACES)


def change_plan(plan: MasterPlan, *, by: Actor, changes: Mapping[str, Any], reason: str = "") -> MasterPlan:
    """Set fields of ``PLAN_FIELDS``."""
    return _change(plan, "plan.change", PLAN_FIELDS, by, changes, reason)


def delete_plan(plan: MasterPlan, *, by: Actor, reason: str = "") -> None:
    """Delete a programme without objectives; raises ``ValidationError`` for any other."""
    text = _("The programme still has objectives.")
    _delete(plan, "plan.delete", PLAN_FIELDS, Objective.objects.filter(plan=plan.pk), text, by, reason)


def create_objective(plan: MasterPlan, *, by: Actor, title: str, **values: Any) -> Objective:
    """Add an objective (``OBJECTIVE_FIELDS``), the last in the programme. Raises ``ValidationError`` by field."""
    _check_names(values, OBJECTIVE_FIELDS)
    with transaction.atomic():
        act = open_act(by, "objective.create", subject=title)
        found = locked(plan)
        objective = Objective(plan=found, title=title, **_placed(values, Objective.objects.filter(plan=found)))
        return insert_record(objective, act, ("plan", *OBJECTIVE_FIELDS), places=_PLACES)


def change_objective(objective: Objective, *, by: Actor, changes: Mapping[str, Any], reason: str = "") -> Objective:
    """Set fields of ``OBJECTIVE_FIELDS``."""
    return _change(objective, "objective.change", OBJECTIVE_FIELDS, by, changes, reason)


def delete_objective(objective: Objective, *, by: Actor, reason: str = "") -> None:
    """Delete an objective that never had a project; raises ``ValidationError`` for any other."""
    text = _("The objective has projects, perhaps withdrawn ones.")
    projects = Initiative.objects.filter(objective=objective.pk)
    _delete(objective, "objective.delete", OBJECTIVE_FIELDS, projects, text, by, reason)


def create_initiative(objective: Objective, *, by: Actor, title: str, **values: Any) -> Initiative:
    """Add a project (``INITIATIVE_FIELDS``), not published yet. Raises ``ValidationError`` by field."""
    _check_names(values, INITIATIVE_FIELDS)
    with transaction.atomic():
        act = open_act(by, "initiative.create", subject=title)
        found = locked(objective)
        values = _placed(values, Initiative.objects.existing().filter(objective=found))
        initiative = Initiative(objective=found, title=title, changed_at=act.at, **values)
        return insert_record(initiative, act, ("objective", *INITIATIVE_FIELDS), places=_PLACES)


def change_initiative(initiative: Initiative, *, by: Actor, changes: Mapping[str, Any], reason: str = "") -> Initiative:
    """Set fields of ``INITIATIVE_FIELDS``; a published project needs a ``reason``."""
    _check_names(changes, INITIATIVE_FIELDS)
    with transaction.atomic():
        current, act = begin(initiative, "initiative.change", by, reason)
        if current.published_at:
            check_reason(reason)
        edit_record(current, changes, act, derived={"changed_at": act.at}, places=_PLACES)
        return current


def publish_initiative(initiative: Initiative, *, by: Actor) -> Initiative:
    """From now on everybody may read the project and its published entries."""
    with transaction.atomic():
        return set_published(*begin(initiative, "initiative.publish", by), is_published=True)


def unpublish_initiative(initiative: Initiative, *, by: Actor, reason: str) -> Initiative:
    """Take the project from the public page, with its entries as far as they serve no other one."""
    check_reason(reason)
    with transaction.atomic():
        return set_published(*begin(initiative, "initiative.unpublish", by, reason), is_published=False)


def withdraw_initiative(initiative: Initiative, *, by: Actor, reason: str) -> Initiative:
    """Give up a project: nobody sees it any more, the audit trail keeps it."""
    check_reason(reason)
    with transaction.atomic():
        return set_withdrawn(*begin(initiative, "initiative.withdraw", by, reason))


# --- also for progress entries ----------------------------------------------------------------------------------------


def begin(record: P, verb: str, by: Actor, reason: str = "") -> tuple[P, Act]:
    """The locked record and the act; raises ``ValidationError`` for one that was withdrawn."""
    current = locked(record)
    if getattr(current, "withdrawn_at", None):
        raise ValidationError(_("This was withdrawn and cannot be changed any more."), "withdrawn")
    return current, open_act(by, verb, subject=str(current), reason=reason)


def set_published(record: P, act: Act, *, is_published: bool) -> P:
    """Publish a locked record, or take it back; raises ``ValidationError`` where nothing would change."""
    if is_published == bool(getattr(record, "published_at", None)):
        text = _("This is published already.") if is_published else _("This is not published.")
        raise ValidationError(text, "published" if is_published else "not_published")
    values = {"published_at": act.at if is_published else None}
    edit_record(record, values, act, derived={"changed_at": act.at})
    return record


def set_withdrawn(record: P, act: Act) -> P:
    """Withdraw a locked record, whether it is published or not."""
    edit_record(record, {"published_at": None, "withdrawn_at": act.at}, act, derived={"changed_at": act.at})
    return record


def check_reason(reason: str) -> None:
    """Raise ``ValidationError`` at ``reason`` where none is given."""
    if not reason.strip():
        text = _("This was published: please say why it changes. The reason stays in the audit trail.")
        raise ValidationError({"reason": ValidationError(text, "no_reason")})


def _change(record: P, verb: str, names: tuple[str, ...], by: Actor, changes: Mapping[str, Any], reason: str) -> P:
    _check_names(changes, names)
    with transaction.atomic():
        current, act = begin(record, verb, by, reason)
        edit_record(current, changes, act, places=_PLACES)
        return current


def _delete(
    record: Model, verb: str, names: tuple[str, ...], parts: QuerySet[Any], text: Any, by: Actor, reason: str
) -> None:
    with transaction.atomic():
        current, act = begin(record, verb, by, reason)
        if parts.exists():
            raise ValidationError(text, "not_empty")
        changes: dict[str, list[Any]] = {name: [told(getattr(current, name)), None] for name in names}
        log_records(act, type(current), [Record(current.pk, str(current), None, changes)])
        current.delete()


def _placed(values: Mapping[str, Any], others: QuerySet[Any]) -> dict[str, Any]:
    """Without a position behind all others."""
    found = dict(values)
    if found.get("position") is None:
        last = others.aggregate(last=Max("position"))["last"]
        found["position"] = 0 if last is None else last + 1
    return found


def _check_names(values: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    if unknown := values.keys() - set(allowed):
        raise TypeError(f"cannot be set: {', '.join(sorted(unknown))}")
