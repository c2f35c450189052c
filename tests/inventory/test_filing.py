"""Delivery notes of devices that came into the inventory by a list."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from inventory.models import Delivery, Device, DeviceState, Order
from inventory.services import file_delivery
from inventory.services.orders import backlog
from inventory.services.receipt import Code
from tests.factories import DAY, make_devices, make_order

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def codes(order: Order, *serials: str) -> list[Code]:
    line = order.lines.select_related("model").get()
    return [Code(line, serial) for serial in serials]


def test_filed_devices_belong_to_their_line_and_keep_their_states(by: Actor) -> None:
    order, devices = make_order(quantity=3), make_devices(2, status="delivered")
    before = DeviceState.objects.count()
    note = file_delivery(
        order, note_number="L-1", delivered_on=LATER, serials=codes(order, *(d.serial for d in devices)), by=by
    )
    assert list(Device.objects.values_list("delivery", "order_line")) == [(note.pk, order.lines.get().pk)] * 2
    assert backlog(order) == {order.lines.get().pk: 1}
    assert DeviceState.objects.count() == before


@pytest.mark.parametrize("repeat", [1, 2])
def test_serials_that_are_unknown_or_given_twice_file_nothing(by: Actor, repeat: int) -> None:
    order, devices = make_order(quantity=3), make_devices(1, status="delivered")
    serials = [devices[0].serial] * repeat + (["UNKNOWN"] if repeat == 1 else [])
    with pytest.raises(ValidationError) as error:
        file_delivery(order, note_number="L-1", delivered_on=LATER, serials=codes(order, *serials), by=by)
    assert error.value.code == "unknown_serials"
    assert Delivery.objects.count() == 0


def test_devices_of_one_delivery_are_not_taken_into_another(by: Actor) -> None:
    order, devices = make_order(quantity=3), make_devices(1, status="delivered")
    file_delivery(order, note_number="L-1", delivered_on=LATER, serials=codes(order, devices[0].serial), by=by)
    with pytest.raises(ValidationError):
        file_delivery(order, note_number="L-2", delivered_on=LATER, serials=codes(order, devices[0].serial), by=by)


def test_delivery_before_the_order_is_refused(by: Actor) -> None:
    order, devices = make_order(quantity=3, on=DAY), make_devices(1, status="delivered")
    before = DAY - timedelta(days=1)
    with pytest.raises(ValidationError) as error:
        file_delivery(order, note_number="L", delivered_on=before, serials=codes(order, devices[0].serial), by=by)
    assert error.value.code == "before_order"
