"""The grid of an order: which school is to get what, and has what of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.actor import Actor
from inventory.models import Device
from inventory.order_distribution import distribution_of
from inventory.services import Sharing, book_delivery, change_device, create_shared_order
from inventory.services.orders import NewLine, NewOrder
from inventory.services.receipt import Code
from schools.models import School
from tests.factories import DAY, make_model, make_order, make_school

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def test_grid_sums_up_and_says_each_schools_backlog(by: Actor, django_assert_num_queries: Any) -> None:
    first, second = make_school("A-Schule"), make_school("B-Schule")
    lines = [NewLine(make_model(), 10), NewLine(make_model("iPad 10"), 4)]
    sharing = Sharing([{first: 3, second: 5}, {second: 4}], date(2024, 5, 1), date(2024, 6, 1), DAY)
    order = create_shared_order(NewOrder("B-1", "Nord", DAY, lines), sharing, by=by)
    line = order.lines.select_related("model__category").first()
    codes = [Code(line, serial) for serial in ("N1", "N2", "N3")]
    book_delivery(order, note_number="L", delivered_on=LATER, serials=codes[:2], by=by, school=first)
    book_delivery(order, note_number="L2", delivered_on=LATER, serials=codes[2:], by=by)
    found_lines = list(order.lines.with_delivered())
    with django_assert_num_queries(3):
        grid = distribution_of(found_lines, School.objects.all(), LATER)
    assert [(row.school, row.cells, row.total, row.backlog) for row in grid.rows] == [
        (first, [(2, 3), (0, 0)], (2, 3), 1),
        (second, [(0, 5), (0, 4)], (0, 9), 9),
        (None, [(1, 0), (0, 0)], (1, 0), 0),
    ]
    assert (grid.columns, grid.total, grid.backlog) == ([(3, 8), (0, 4)], (3, 12), 10)


def test_device_counts_where_it_is_today(by: Actor) -> None:
    order, school = make_order(), make_school()
    line = order.lines.select_related("model__category").get()
    book_delivery(order, note_number="L", delivered_on=LATER, serials=[Code(line, "N1")], by=by)
    change_device(Device.objects.get(), by=by, on=LATER + timedelta(days=1), status="in_service", school=school)
    grid = distribution_of([line], School.objects.all(), LATER + timedelta(days=1))
    assert [(row.school, row.cells) for row in grid.rows] == [(school, [(1, 0)])]
