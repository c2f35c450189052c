"""Orders, deliveries booked against them, and the backlog per line."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act, Entry
from inventory.models import Delivery, Device, DeviceState, Order
from inventory.services import book_delivery, create_order
from inventory.services.orders import NewLine, backlog
from inventory.services.receipt import Code, check_codes
from schools.models import School
from tests.factories import DAY, make_device, make_model, make_order

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def codes(order: Order, *serials: str) -> list[Code]:
    line = order.lines.select_related("model__category").first()
    return [Code(line, serial) for serial in serials]


def test_order_keeps_its_lines_in_order(by: Actor) -> None:
    lines = [NewLine(make_model(), 30, Decimal("399.90")), NewLine(make_model("Board 86", category="board"), 2)]
    order = create_order(number="B-1", supplier="Nord", ordered_on=DAY, lines=lines, by=by)
    assert list(order.lines.values_list("position", "quantity", "unit_price")) == [
        (1, 30, Decimal("399.90")),
        (2, 2, None),
    ]
    entries = Entry.objects.filter(act=Act.objects.latest("pk")).order_by("pk")
    assert [entry.label for entry in entries] == ["B-1", "B-1 / 1", "B-1 / 2"]


@pytest.mark.parametrize("number", ["B-1", ""])
def test_order_number_must_be_new_and_given(by: Actor, number: str) -> None:
    make_order(number="B-1")
    with pytest.raises(ValidationError) as error:
        create_order(number=number, supplier="x", ordered_on=DAY, lines=[NewLine(make_model(), 1)], by=by)
    assert Order.objects.count() == 1
    assert error.value.messages


def test_delivery_creates_devices_in_their_first_state(school: School, by: Actor) -> None:
    order = make_order(quantity=3)
    delivery = book_delivery(
        order, note_number="L-1", delivered_on=LATER, serials=codes(order, "a1", " A2 "), by=by, school=school
    )
    devices = Device.objects.filter(delivery=delivery).order_by("serial")
    assert [(d.serial, d.status, d.since, d.school, d.price, d.purchased_on, d.use) for d in devices] == [
        ("A1", "delivered", LATER, school, Decimal("399.00"), DAY, "pupils"),
        ("A2", "delivered", LATER, school, Decimal("399.00"), DAY, "pupils"),
    ]
    assert DeviceState.objects.filter(device__in=devices, valid_from=LATER, valid_until=None).count() == 2
    assert list(backlog(order).values()) == [1]
    assert Entry.objects.filter(act__verb="delivery.book").count() == 3


def test_second_part_and_more_than_ordered(by: Actor) -> None:
    order = make_order(quantity=2)
    book_delivery(order, note_number="L-1", delivered_on=LATER, serials=codes(order, "A1"), by=by)
    with pytest.raises(ValidationError) as error:
        book_delivery(order, note_number="L-2", delivered_on=LATER, serials=codes(order, "A2", "A3"), by=by)
    assert [e.code for e in error.value.error_list] == ["too_many"]
    book_delivery(
        order, note_number="L-2", delivered_on=LATER, serials=codes(order, "A2", "A3"), by=by, accept_more=True
    )
    assert list(backlog(order).values()) == [-1]


def test_each_code_is_judged(school: School) -> None:
    order = make_order(quantity=3)
    known = make_device(school=school)
    checked = check_codes(order, codes(order, "N1", "n1", known.serial.lower(), " ", "N2", "N3", "N4"))
    assert [c.problem for c in checked] == ["", "twice", "in_stock", "unusable", "", "", "too_many"]
    assert checked[2].known == known


def test_serial_of_another_manufacturer_is_new(school: School) -> None:
    known = make_device(school=school)
    order = make_order(model=make_model("Latitude", manufacturer="Dell", category="laptop"))
    assert [c.problem for c in check_codes(order, codes(order, known.serial))] == [""]


def test_refused_delivery_books_nothing(school: School, by: Actor) -> None:
    order, known = make_order(), make_device(school=school)
    acts = Act.objects.count()
    with pytest.raises(ValidationError) as error:
        book_delivery(order, note_number="L", delivered_on=LATER, serials=codes(order, "N1", "N1", known.serial), by=by)
    assert [e.code for e in error.value.error_list] == ["twice", "in_stock"]
    assert (Delivery.objects.count(), Device.objects.count(), Act.objects.count()) == (0, 1, acts)


@pytest.mark.parametrize("on", [DAY - timedelta(days=1), date(2199, 1, 1)])
def test_delivery_before_the_order_or_in_the_future_is_refused(by: Actor, on: date) -> None:
    order = make_order()
    with pytest.raises(ValidationError):
        book_delivery(order, note_number="L", delivered_on=on, serials=codes(order, "N1"), by=by)
    assert Delivery.objects.count() == 0


def test_delivery_note_is_booked_once(by: Actor) -> None:
    order = make_order()
    book_delivery(order, note_number="L", delivered_on=LATER, serials=codes(order, "N1"), by=by)
    with pytest.raises(ValidationError):
        book_delivery(order, note_number="L", delivered_on=LATER, serials=codes(order, "N2"), by=by)


def test_delivery_without_codes_is_refused(by: Actor) -> None:
    with pytest.raises(ValidationError) as error:
        book_delivery(make_order(), note_number="L", delivered_on=LATER, serials=[], by=by)
    assert error.value.code == "no_codes"
