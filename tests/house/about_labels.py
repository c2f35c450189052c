"""A label sheet of the world, and a scenario for each service about them."""

from collections.abc import Callable
from typing import Any

from audit.actor import Actor
from inventory import services as devices
from inventory.models import LabelSheet
from tests.factories import make_label_sheet
from tests.house.works_and_money import Things


def about_labels() -> Things:
    return {"label_sheet": {"pk": LabelSheet.objects.earliest("pk").pk}}


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "add_label_sheet": lambda by: make_label_sheet(by=by),
    "edit_label_sheet": lambda by: devices.edit_label_sheet(make_label_sheet(by=by), by=by, margin_top=1),
    "delete_label_sheet": lambda by: devices.delete_label_sheet(make_label_sheet(by=by), by=by),
}
