"""Taking back what one act did to devices and deliveries."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act
from inventory.models import Delivery, Device
from inventory.services import book_delivery, change_device, change_devices, may_be_undone, plan_undo, undo_act
from inventory.services.deliveries import Code
from reports.verification import verify
from tests.factories import DAY, make_devices, make_order, make_school

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)


def test_change_of_many_is_taken_back_but_for_what_was_changed_since(by: Actor) -> None:
    school, devices = make_school(), make_devices(3, status="in_stock")
    change_devices(devices, by=by, on=LATER, status="in_service", school=school)
    act = Act.objects.latest("pk")
    change_device(devices[0], by=by, on=LATER + timedelta(days=1), status="in_repair")

    assert [stays.label for stays in plan_undo(act).kept] == [str(devices[0])]
    undone = undo_act(act, by=by, reason="Irrtum")

    states = dict(Device.objects.values_list("pk", "status"))
    assert states == {devices[0].pk: "in_repair", devices[1].pk: "in_stock", devices[2].pk: "in_stock"}
    assert (undone.act.undoes, undone.act.reason, undone.plan.reversed) == (act, "Irrtum", 2)
    assert verify() == []


def test_booked_delivery_is_taken_back_with_its_devices(by: Actor) -> None:
    order = make_order(quantity=3)
    line = order.lines.select_related("model__category").get()
    codes = [Code(line, serial) for serial in ("A1", "A2")]
    book_delivery(order, note_number="LS-1", delivered_on=order.ordered_on, serials=codes, by=by)

    undo_act(Act.objects.latest("pk"), by=by)

    assert (Device.objects.existing().count(), Delivery.objects.count()) == (0, 0)
    assert verify() == []
    book_delivery(order, note_number="LS-1", delivered_on=order.ordered_on, serials=codes, by=by)
    assert Device.objects.existing().count() == 2


def test_act_is_taken_back_once_and_only_where_something_is_left(by: Actor) -> None:
    (device,) = make_devices(1, status="in_stock")
    change_device(device, by=by, on=LATER, status="in_repair")
    first = Act.objects.latest("pk")
    change_device(device, by=by, on=LATER, status="in_stock")
    second = Act.objects.latest("pk")

    with pytest.raises(ValidationError, match="Alles wurde seitdem geändert"):
        undo_act(first, by=by)
    undone = undo_act(second, by=by).act
    assert not may_be_undone(second)
    with pytest.raises(ValidationError, match="schon zurückgenommen"):
        undo_act(second, by=by)
    with pytest.raises(ValidationError, match="nicht als Ganzes"):
        undo_act(undone, by=by)
    undo_act(first, by=by)
    device.refresh_from_db()
    assert device.status == "in_stock"
