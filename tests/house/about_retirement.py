"""The end of devices in the world, and a scenario for each service about it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files import File

from audit.actor import Actor
from inventory import services as devices
from inventory.models import Retirement, RetirementFile, RetirementItem
from schools.models import School
from tests.factories import DAY, an_act, make_device
from tests.house.works_and_money import Things, stored


def about_retirement(side: str, school: School) -> Things:
    """A device of the school is on a paper with a file."""
    paper = Retirement.objects.create(step="retired", way="broken", on=DAY, party="x", reference="x", act=an_act())
    item = RetirementItem.objects.create(retirement=paper, device=make_device(school=school, status="retired"))
    file = RetirementFile.objects.create(retirement=paper, **stored(side, "retirementfile"))
    return {
        "retirement": {"pk": paper.pk},
        "retirement_step": {"step": "retired"},
        "retirement_item": {"pk": paper.pk, "item_pk": item.pk},
        "retirement_file": {"pk": paper.pk, "file_pk": file.pk},
    }


def retired(by: Actor) -> Retirement:
    device = make_device(status="in_stock")
    return devices.record_retirement([device], step="retired", way="broken", by=by, on=DAY, upload=_upload())


def _upload() -> File:
    return File(BytesIO(b"%PDF-1.7\n%%EOF\n"), name="x.pdf")


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "record_retirement": retired,
    "withdraw_from_retirement": lambda by: devices.withdraw_from_retirement([retired(by).items.get()], by=by),
    "attach_retirement_file": lambda by: devices.attach_retirement_file(retired(by), _upload(), by=by),
    "remove_retirement_file": lambda by: devices.remove_retirement_file(retired(by).files.get(), by=by),
}
