"""How devices and order lines are paid, and what is planned to be handed over."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from audit.taking_back import plan_taking_back, take_back
from inventory.models import Category, Device, OrderLine, PlannedHandOver
from inventory.services import (
    NewHandOver,
    book_delivery,
    edit_order,
    finance_devices,
    finance_line,
    plan_hand_overs,
    set_eligible_categories,
    update_details,
    update_orders,
    withdraw_hand_over,
)
from inventory.services.orders import NewLine, OrderChange
from inventory.services.receipt import Code
from inventory.services.taking_back import INVENTORY
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_order, make_school
from tests.factories_money import make_programme, own_money, whole

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


def test_devices_are_financed_together(by: Actor):
    school, financing = make_school(), whole(own_money())
    devices = make_devices(2, school=school)

    diff = finance_devices(devices, financing, by=by, reason="Nachtrag")

    assert set(Device.objects.values_list("financing", flat=True)) == {financing.pk}
    assert [row.changes for row in diff.rows] == [{"financing": [None, financing.pk]}] * 2
    entries = Entry.objects.filter(act=Act.objects.latest("pk"))
    assert list(entries.values_list("school", "changes")) == [(school.pk, {"financing": [None, financing.pk]})] * 2
    again = finance_devices(Device.objects.all(), financing, by=by)
    assert [row.outcome for row in again.rows] == ["unchanged"] * 2
    finance_devices(devices[:1], None, by=by)
    assert Device.objects.get(pk=devices[0].pk).financing is None


def test_financing_is_taken_back_with_its_act():
    device, old, new = make_device(status="in_stock"), whole(own_money()), whole(make_programme())
    update_details({device.pk: {"financing": old}}, an_act())
    act = an_act()
    update_details({device.pk: {"financing": new}}, act)

    take_back(plan_taking_back(act, INVENTORY), an_act())

    device.refresh_from_db()
    assert device.financing == old


def test_delivered_devices_are_paid_like_their_line(by: Actor):
    order, financing = make_order(), whole(make_programme())
    line = finance_line(order.lines.get(), financing, by=by)

    book_delivery(order, note_number="L1", delivered_on=LATER, serials=[Code(line, "S1")], by=by)

    assert Device.objects.get().financing == financing


def test_devices_follow_their_line_unless_paid_in_another_way(by: Actor):
    order, first, second = make_order(), whole(make_programme()), whole(make_programme())
    line = order.lines.get()
    book_delivery(order, note_number="L1", delivered_on=LATER, serials=[Code(line, "S1"), Code(line, "S2")], by=by)
    finance_devices([Device.objects.get(serial="S2")], second, by=by)

    finance_line(line, first, by=by)
    assert dict(Device.objects.values_list("serial", "financing")) == {"S1": first.pk, "S2": second.pk}
    finance_line(line, second, by=by)
    assert dict(Device.objects.values_list("serial", "financing")) == {"S1": second.pk, "S2": second.pk}
    finance_line(line, None, by=by)
    assert set(Device.objects.values_list("financing", flat=True)) == {None}


def test_line_of_an_order_names_its_financing(by: Actor):
    order, financing = make_order(), whole(own_money())
    line = order.lines.get()

    new = NewLine(make_model(), 2, financing=financing)
    edit_order(order, change=OrderChange(lines={line.pk: {"financing": financing}}, new=[new]), by=by)

    assert set(OrderLine.objects.values_list("financing", flat=True)) == {financing.pk}
    assert Entry.objects.get(kind="inventory.orderline", object_id=line.pk, act=Act.objects.latest("pk")).changes == {
        "financing": [None, financing.pk]
    }


def test_devices_follow_a_line_that_a_list_of_orders_changes(by: Actor):
    order, first, second = make_order(), whole(make_programme()), whole(make_programme())
    line = finance_line(order.lines.get(), first, by=by)
    book_delivery(order, note_number="L1", delivered_on=LATER, serials=[Code(line, "S1"), Code(line, "S2")], by=by)
    finance_devices([Device.objects.get(serial="S2")], None, by=by)
    act = an_act()

    update_orders({order.pk: OrderChange(lines={line.pk: {"financing": second}})}, act)

    assert dict(Device.objects.values_list("serial", "financing")) == {"S1": second.pk, "S2": None}
    take_back(plan_taking_back(act, INVENTORY), an_act())
    assert dict(Device.objects.values_list("serial", "financing")) == {"S1": first.pk, "S2": None}


def test_eligible_categories_are_set_as_a_whole(by: Actor):
    tablet, board, laptop = (Category.objects.get(key=key) for key in ("tablet", "board", "laptop"))
    programme = make_programme()
    set_eligible_categories(programme, {tablet: Decimal(500), board: None}, by=by)

    set_eligible_categories(programme, {tablet: None, laptop: None}, by=by)

    assert dict(programme.categories.values_list("category", "cap")) == {tablet.pk: None, laptop.pk: None}
    with pytest.raises(ValidationError) as refused:
        set_eligible_categories(programme, {tablet: Decimal(-1)}, by=by)
    assert list(refused.value.error_dict) == ["categories"]


def planned(**values: Any) -> NewHandOver:
    frame = {"quantity": 69, "due_from": date(2024, 5, 1), "due_until": date(2024, 8, 1), "on": DAY}
    return NewHandOver(**{"category": Category.objects.get(key="tablet")} | frame | values)


def test_hand_overs_are_planned_from_a_day(by: Actor):
    school, programme = make_school(), make_programme()

    first, second = plan_hand_overs([planned(school=school, programme=programme), planned(quantity=150)], by=by)

    assert (first.quantity, first.school, first.programme, second.school) == (69, school, programme, None)
    assert PlannedHandOver.objects.as_of(DAY - timedelta(days=1)).count() == 0
    entries = Entry.objects.filter(act=Act.objects.latest("pk")).order_by("pk")
    assert [entry.school for entry in entries] == [school, None]
    assert entries[1].changes["quantity"] == [None, 150]


def test_hand_over_is_refused_at_its_row(by: Actor):
    board = make_model("B", category="board")
    rows = [
        planned(),
        planned(quantity=0),
        planned(due_until=date(2024, 5, 1)),
        planned(model=board),
        planned(on=timezone.localdate() + timedelta(days=2), note="x" * 301),
    ]

    with pytest.raises(ValidationError) as refused:
        plan_hand_overs(rows, by=by)

    assert set(refused.value.error_dict) == {
        "rows-1-quantity",
        "rows-2-due_until",
        "rows-3-model",
        "rows-4-on",
        "rows-4-note",
    }
    assert not PlannedHandOver.objects.exists()


def test_plan_is_given_up_from_a_day_or_altogether(by: Actor):
    first, second = plan_hand_overs([planned(), planned(quantity=5)], by=by)

    withdraw_hand_over(first, by=by, on=LATER)
    withdraw_hand_over(second, by=by, reason="doppelt")

    assert [plan.quantity for plan in PlannedHandOver.objects.as_of(DAY)] == [69]
    assert not PlannedHandOver.objects.as_of(LATER).exists()
    with pytest.raises(ValidationError) as early:
        withdraw_hand_over(PlannedHandOver.objects.known().get(), by=by, on=DAY)
    assert list(early.value.error_dict) == ["on"]
