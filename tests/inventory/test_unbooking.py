"""Taking a booked delivery back: what goes, what stays and why."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from audit.services import open_act
from inventory.models import Delivery, Device, DeviceState, Holding, Order
from inventory.services import book_deliveries, book_delivery, change_device, file_delivery, unbook_delivery
from inventory.services.deliveries import NewDelivery
from inventory.services.orders import backlog
from inventory.services.receipt import Code
from inventory.services.unbooking import preview_unbooking
from reports.verification import verify
from schools.models import School
from tests.factories import DAY, make_device, make_order

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def booked(order: Order, by: Actor, *serials: str, note: str = "L-1", school: School | None = None) -> Delivery:
    return book_delivery(
        order, note_number=note, delivered_on=LATER, serials=codes(order, *serials), by=by, school=school
    )


def codes(order: Order, *serials: str) -> list[Code]:
    line = order.lines.select_related("model__category").get()
    return [Code(line, serial) for serial in serials]


def test_unbooked_delivery_is_as_if_it_had_never_come(school: School, by: Actor) -> None:
    order = make_order(quantity=3)
    delivery = booked(order, by, "A1", "A2", school=school)
    assert preview_unbooking(delivery) == (2, [], True)
    assert unbook_delivery(delivery, by=by, reason="falsch") == (2, [], True)
    assert not Delivery.objects.exists()
    assert not Device.objects.existing().exists()
    assert list(backlog(order).values()) == [3]
    assert not DeviceState.objects.filter(superseded_at=None).exists()
    assert not any(Holding.objects.filter(school=school).values_list("counts", flat=True))
    undoing = Act.objects.get(verb="delivery.unbook")
    assert undoing.undoes is not None
    assert (undoing.undoes.verb, undoing.reason, undoing.subject) == ("delivery.book", "falsch", f"{order} / L-1")
    assert verify() == []


def test_same_note_and_serials_are_booked_again(by: Actor) -> None:
    order = make_order(quantity=3)
    unbook_delivery(booked(order, by, "A1"), by=by)
    again = booked(order, by, "A1")
    assert list(Device.objects.existing().values_list("serial", "delivery")) == [("A1", again.pk)]


def test_changed_device_stays_with_its_delivery_and_says_who(by: Actor) -> None:
    order = make_order(quantity=3)
    delivery = booked(order, by, "A1", "A2")
    change_device(Device.objects.get(serial="A2"), by=by, on=LATER, status="in_stock")
    preview = preview_unbooking(delivery)
    assert [(one.kind, one.label, one.by) for one in preview.stays] == [
        (Device, "A2", "ina.it"),
        (Delivery, f"{order} / L-1", ""),
    ]
    assert (preview.reversed, preview.is_whole) == (1, False)
    assert unbook_delivery(delivery, by=by) == preview
    assert list(Device.objects.existing().values_list("serial", "delivery")) == [("A2", delivery.pk)]


def test_delivery_booked_in_three_steps_is_taken_back_as_a_whole(by: Actor) -> None:
    order = make_order(quantity=3)
    for serial in ("A1", "A2", "A3"):
        with transaction.atomic():
            act = open_act(Actor(None, Channel.SCAN), "delivery.book")
            (key,) = book_deliveries([NewDelivery(order, "L-1", LATER, codes(order, serial))], act)
    delivery = Delivery.objects.get(pk=key)
    assert preview_unbooking(delivery) == (3, [], True)
    assert unbook_delivery(delivery, by=by) == (3, [], True)
    assert (Delivery.objects.count(), Device.objects.existing().count()) == (0, 0)
    assert Act.objects.filter(verb="delivery.unbook").count() == 3


def test_filed_devices_stay_without_their_delivery(by: Actor) -> None:
    device = make_device(status="in_stock")
    order = make_order(model=device.model)
    delivery = file_delivery(order, note_number="L", delivered_on=LATER, serials=codes(order, device.serial), by=by)
    unbook_delivery(delivery, by=by)
    device.refresh_from_db()
    assert (device.delivery, device.order_line, device.status, device.revoked_by) == (None, None, "in_stock", None)


def test_delivery_is_taken_back_once_and_not_with_others(by: Actor) -> None:
    order = make_order(quantity=3)
    with transaction.atomic():
        act = open_act(by, "delivery.book")
        notes = [NewDelivery(order, note, LATER, codes(order, note)) for note in ("N1", "N2")]
        first, _second = book_deliveries(notes, act)
    with pytest.raises(ValidationError) as error:
        unbook_delivery(Delivery.objects.get(pk=first), by=by)
    assert error.value.code == "booked_together"
    third = booked(order, by, "A1", note="N3")
    unbook_delivery(third, by=by)
    with pytest.raises(ValidationError) as error:
        unbook_delivery(third, by=by)
    assert error.value.code == "gone"


def test_compared_delivery_can_be_taken_back(by: Actor) -> None:
    delivery = booked(make_order(), by, "A1")
    with transaction.atomic():
        act = open_act(by, "delivery.compare")
        Entry.objects.create(
            act=act, kind="inventory.delivery", object_id=delivery.pk, changes={"compared": [None, "x.csv"]}
        )
    assert preview_unbooking(delivery).is_whole
