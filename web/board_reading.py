"""What the pages of installed devices show: rooms × presentation of a school, and the steps of one installation."""

from datetime import date
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.models import Act
from audit.queries import entries_about
from common.dated import add_months
from inventory.boards import crowded_rooms
from inventory.electrical import due_tests_q
from inventory.enums import HANGING, DeviceStatus, WorkflowKind
from inventory.models import Device, DeviceProtocol, InstallationStep
from inventory.services import may_be_undone
from reports.boards import Unit, boards_of
from reports.verbs import verb_text
from schools.access import Right, has_right, sees_everything
from schools.models import School

#: So many months ahead electrical tests are counted as due soon.
SOON = 3
#: Corrections and files come between steps, seldom many.
_LOOKED_AT = 10


class Step(NamedTuple):
    """``key`` as in the address; ``label`` of its button."""

    key: str
    label: Promise


MOUNT = Step("mount", gettext_lazy("Mounted"))
TEST = Step("test", gettext_lazy("Electrical test"))
ACCEPT = Step("accept", gettext_lazy("Accepted"))
TRAIN = Step("train", gettext_lazy("Training held"))
START = Step("start", gettext_lazy("Put into service"))
STEPS = (MOUNT, TEST, ACCEPT, TRAIN, START)


def boards_context(user: Any, school: School, day: date) -> dict[str, Any]:
    plan = boards_of(user, school, day)
    may_book = has_right(user, Right.BOOK)
    lines = [
        {"line": line, "units": [(unit, next_steps(unit) if may_book else []) for unit in line.units]}
        for line in plan.rooms
    ]
    soon = add_months(day, SOON)
    due = [unit for unit in plan.units if unit.is_to_be_tested and (not unit.due_on or unit.due_on <= soon)]
    here = Device.objects.visible_to(user).filter(pk__in=[unit.device.pk for unit in plan.units])
    return {
        "school": school,
        "plan": plan,
        "lines": lines,
        "homeless": [(unit, next_steps(unit) if may_book else []) for unit in plan.homeless],
        "linked": set(here.values_list("pk", flat=True)),
        "soon": soon,
        "due_soon": len(due),
        "due_everywhere": _due_everywhere(user, soon),
        "may_book": may_book,
    }


def _due_everywhere(user: Any, soon: date) -> int | None:
    """Boards and projectors of all schools whose test is due by then; ``None`` for who sees one school."""
    if not sees_everything(user):
        return None
    devices = Device.objects.visible_to(user).filter(model__category__workflow=WorkflowKind.INSTALLED)
    return devices.filter(due_tests_q(soon)).count()


def next_steps(unit: Unit) -> list[Step]:
    """What is still to be done, first what comes first. A step is never asked for twice."""
    rules, status = unit.device.model.category.rules, unit.status
    if status not in HANGING:
        was_accepted = unit.accepted_on is not None or unit.mounted_on is None
        again = {
            TEST: unit.failed_on is not None,
            MOUNT: rules.allows(status, DeviceStatus.MOUNTED),
            START: status == DeviceStatus.DEFECTIVE and was_accepted,
        }
        return [step for step, is_open in again.items() if is_open]
    open_steps = {
        TEST: unit.is_overdue,
        ACCEPT: status in (DeviceStatus.MOUNTED, DeviceStatus.TESTED),
        START: status == DeviceStatus.ACCEPTED,
        TRAIN: unit.trained_on is None,
    }
    return [step for step, is_open in open_steps.items() if is_open]


def installation_of(user: Any, device: Device) -> dict[str, Any]:
    """The steps of an installed device with what was said of them, and which act could be taken back."""
    if device.model.category.workflow != WorkflowKind.INSTALLED:
        return {"installed": False, "protocols": protocols_of(user, device)}
    steps = InstallationStep.objects.visible_to(user).known().filter(device=device)
    last = last_act(device)
    return {
        "installed": True,
        "steps": list(steps.order_by("-valid_from", "-pk")),
        "step_choices": STEPS,
        "last_step": (verb_text(last.verb), last) if last else None,
        "protocols": protocols_of(user, device),
    }


def protocols_of(user: Any, device: Device) -> list[DeviceProtocol]:
    return list(DeviceProtocol.objects.visible_to(user).filter(device=device))


def last_act(device: Device) -> Act | None:
    """The last step of the installation that can still be taken back."""
    entries = entries_about(device).filter(act__verb__startswith="board.", act__undone_by__isnull=True)
    latest = entries.select_related("act__user").order_by("-act")[:_LOOKED_AT]
    return next((entry.act for entry in latest if may_be_undone(entry.act)), None)


def warn_of_crowding(request: HttpRequest, device: int) -> None:
    """After a device was placed: where it is not the only board that hangs in its room."""
    for text in crowded_rooms([device]):
        messages.warning(request, text)
