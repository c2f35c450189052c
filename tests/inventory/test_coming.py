"""Orders that say who is to get what, and what is still to come of plans and orders."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from audit.models import Act, Entry
from inventory.coming import FreeDevices, PlannedDevices, free_devices, planned_devices
from inventory.models import Category, Device, Order, PlannedHandOver
from inventory.services import NewHandOver, Sharing, create_shared_order, plan_hand_overs
from inventory.services.orders import NewLine, NewOrder
from schools.models import School
from tests.factories import DAY, make_devices, make_model
from tests.factories_money import COMMAND

pytestmark = pytest.mark.django_db
UNTIL = DAY + timedelta(days=60)
LAST = UNTIL - timedelta(days=1)


def place(shares: dict[School, int], quantity: int = 10, expected_on: date | None = None, **options: Any) -> Order:
    new = NewOrder("B-1", "Muster GmbH", DAY, [NewLine(make_model(), quantity)], expected_on)
    return create_shared_order(new, Sharing([shares], DAY, UNTIL, DAY, **options), by=COMMAND)


def tablet() -> int:
    return Category.objects.get(key="tablet").pk


def test_shared_order_is_one_act_with_lines_and_plans(school: School, other_school: School):
    order = place({school: 6, other_school: 3}, note="Los 3")

    plans = PlannedHandOver.objects.order_by("quantity")
    assert [(one.school, one.quantity, one.order_line.order, one.note) for one in plans if one.order_line] == [
        (other_school, 3, order, "Los 3"),
        (school, 6, order, "Los 3"),
    ]
    act = Act.objects.get(verb="order.create")
    kinds = Entry.objects.filter(act=act).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["inventory.order", "inventory.orderline", *["inventory.plannedhandover"] * 2]


def test_nothing_is_ordered_where_more_is_shared_than_there_is(school: School):
    with pytest.raises(ValidationError) as refused:
        place({school: 11})
    assert refused.value.code == "over_shared"
    assert not Order.objects.exists()


def test_plan_is_less_by_what_came_of_its_order_and_never_before_it_is_expected(school: School):
    expected = UNTIL + timedelta(days=10)
    order = place({school: 6}, expected_on=expected)
    assert planned_devices(DAY) == [PlannedDevices(school.pk, tablet(), 6, expected, "B-1")]

    came = make_devices(4, school=school)
    Device.objects.filter(pk__in=[one.pk for one in came]).update(order_line=order.lines.get())
    assert [one.number for one in planned_devices(DAY)] == [2]
    assert planned_devices(UNTIL) == []


def test_free_is_what_plans_leave_of_store_and_orders(school: School):
    place({school: 6}, expected_on=UNTIL)
    make_devices(4, school=None, status="delivered")
    make_devices(5, school=None, status="in_stock")
    plans = planned_devices(DAY)
    assert free_devices(plans, DAY) == [FreeDevices(tablet(), 4), FreeDevices(tablet(), 4, "B-1", UNTIL)]

    new = NewHandOver(Category.objects.get(key="tablet"), 5, DAY, UNTIL, DAY, school=school)
    plan_hand_overs([new], by=COMMAND)
    assert free_devices(planned_devices(DAY), DAY) == [FreeDevices(tablet(), 3, "B-1", UNTIL)]


def test_plan_whose_order_came_to_the_store_takes_from_there(school: School):
    order = place({school: 10})
    came = make_devices(10, school=None, status="delivered")
    Device.objects.filter(pk__in=[one.pk for one in came]).update(order_line=order.lines.get())
    assert free_devices(planned_devices(DAY), DAY) == []


def test_order_of_a_later_day_is_not_known_yet(school: School):
    place({})
    assert free_devices([], DAY - timedelta(days=1)) == []
