"""Deliveries that nobody has ordered here."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from inventory.models import Delivery, Device, Order
from inventory.services import book_free_delivery, unbook_delivery
from inventory.services.free_deliveries import FreeLine
from inventory.services.orders import backlog
from schools.models import School
from tests.factories import DAY, make_device, make_model

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def booked(by: Actor, *lines: FreeLine, school: School | None = None, token: str = "") -> Delivery:
    return book_free_delivery(
        order_number="ohne: L-1",
        supplier="Förderverein",
        note_number="L-1",
        delivered_on=LATER,
        lines=lines,
        by=by,
        school=school,
        token=token,
    )


def test_what_came_is_there_and_an_order_of_it_is_recorded(school: School, by: Actor) -> None:
    ipad, laptop = make_model(), make_model("Latitude", manufacturer="Dell", category="laptop")
    delivery = booked(by, FreeLine(ipad, ["A1", "A2"]), FreeLine(laptop, ["B1"]), school=school)
    rows = Device.objects.order_by("serial").values_list("serial", "model", "status", "school", "delivery")
    assert list(rows) == [
        (serial, model.pk, "delivered", school.pk, delivery.pk)
        for serial, model in (("A1", ipad), ("A2", ipad), ("B1", laptop))
    ]
    assert (delivery.order.ordered_on, list(backlog(delivery.order).values())) == (LATER, [0, 0])


def test_it_is_taken_back_with_its_order(by: Actor) -> None:
    delivery = booked(by, FreeLine(make_model(), ["A1"]))
    assert unbook_delivery(delivery, by=by) == (1, [], True)
    assert (Order.objects.count(), Delivery.objects.count(), Device.objects.existing().count()) == (0, 0, 0)


def test_it_is_booked_whole_or_not_and_once(by: Actor) -> None:
    known = make_device(status="in_stock")
    with pytest.raises(ValidationError) as error:
        booked(by, FreeLine(known.model, ["A1", known.serial]))
    assert (error.value.code, Order.objects.count()) == ("in_stock", 0)
    with pytest.raises(ValidationError) as error:
        booked(by, FreeLine(known.model, []))
    assert error.value.code == "no_codes"
    first = booked(by, FreeLine(known.model, ["A1"]), token="t")
    assert booked(by, FreeLine(known.model, ["A1"]), token="t") == first
