"""What pages show of defects of devices: one defect with its steps, those of a device, those open at a school."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.queries import entries_about
from inventory.enums import DefectStatus
from inventory.models import DefectPhoto, Device, DeviceDefect, DeviceSwap
from inventory.warranty import cover_of
from inventory.workflow import DEFECTS
from reports.verbs import verb_text
from schools.access import Right, has_right, has_right_at, sees_everything
from schools.models import School

#: Open defects on the page of a school.
SHOWN = 8


class Step(NamedTuple):
    """``key`` as in the address; ``label`` of its button."""

    key: str
    status: str
    label: Promise


STEPS = (
    Step("take", DefectStatus.TAKEN, gettext_lazy("Take over")),
    Step("send", DefectStatus.SENT, gettext_lazy("Send to repair")),
    Step("receive", DefectStatus.BACK, gettext_lazy("Back from repair")),
    Step("close", DefectStatus.CLOSED, gettext_lazy("Close defect")),
)


def steps_of(defect: DeviceDefect) -> list[Step]:
    return [step for step in STEPS if step.status != defect.status and DEFECTS.allows(defect.status, step.status)]


def defect_context(user: Any, defect: DeviceDefect, day: date) -> dict[str, Any]:
    """A defect ``with_names``. A school that no longer has the device sees no link to it, and no names of staff."""
    knows_all = sees_everything(user)
    return {
        "defect": defect,
        "device": defect.device,
        "today": day,
        "cover": cover_of(defect.device, day),
        "days": (day - defect.reported_on).days,
        "photos": DefectPhoto.objects.visible_to(user).filter(defect=defect),
        "steps": steps_of(defect) if has_right(user, Right.BOOK) else [],
        "may_add": defect.is_open and has_right_at(user, Right.REPORT, defect.school_id),
        "may_remove": has_right_at(user, Right.REPORT, defect.school_id),
        "is_linked": Device.objects.visible_to(user).filter(pk=defect.device_id).exists(),
        "deeds": [(verb_text(entry.act.verb), entry.act) for entry in entries_about(defect)],
        "names_staff": knows_all,
    }


def of_device(user: Any, device: Device) -> dict[str, Any]:
    """Its defects, open and past, and the devices that it replaced or that replaced it."""
    swaps = DeviceSwap.objects.visible_to(user).select_related("device", "replacement")
    defects = list(DeviceDefect.objects.visible_to(user).filter(device=device).order_by("-reported_on", "-pk"))
    here = Device.objects.visible_to(user)
    replaced_by, replaces = list(swaps.filter(device=device)), list(swaps.filter(replacement=device))
    others = {swap.replacement_id for swap in replaced_by} | {swap.device_id for swap in replaces}
    return {
        "defects": defects,
        "open_defect": next((one for one in defects if one.is_open), None),
        "replaced_by": replaced_by,
        "replaces": replaces,
        "linked": set(here.filter(pk__in=others).values_list("pk", flat=True)) if others else set(),
        "may_report": has_right_at(user, Right.REPORT, device.school_id),
    }


def of_school(user: Any, school: School, day: date) -> dict[str, Any]:
    """The open defects of a school, longest open first."""
    defects = DeviceDefect.objects.visible_to(user).open().filter(school=school)
    return {
        "rows": [(defect, (day - defect.reported_on).days) for defect in _named(defects)[:SHOWN]],
        "number": defects.count(),
        "may_report": has_right_at(user, Right.REPORT, school.pk),
    }


def _named(defects: QuerySet[DeviceDefect]) -> QuerySet[DeviceDefect]:
    return defects.select_related("device__model__manufacturer").order_by("reported_on", "pk")
