"""Figures of one's own of orders and deliveries: as of a day, as known at an instant, and their records."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.services import open_act
from inventory.models import Order
from inventory.services import book_delivery, create_orders, edit_order
from inventory.services.orders import NewLine, NewOrder, OrderChange
from inventory.services.receipt import Code
from reports.comparison import Comparison, Question
from reports.figures import FigureValue
from reports.figures.custom import definition_of
from schools.models import School
from tests.factories import DAY, make_model, make_order
from tests.reports.test_custom_figures import a_figure, records_of, value_of

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(30)


@pytest.fixture
def by(manager: User) -> Actor:
    return Actor(manager, Channel.PAGE)


def came(order: Order, by: Actor, *serials: str, days: int = 5, **options: Any) -> None:
    codes = [Code(order.lines.get(), serial) for serial in serials]
    book_delivery(order, note_number=serials[0], delivered_on=DAY + timedelta(days), serials=codes, by=by, **options)


def told(figure: Any, records: Any) -> FigureValue:
    """The value, which is once more that of its records."""
    value = value_of(figure, records)
    assert value.value is None or value.figure.behind(records).total() == value.value
    return value


def test_orders_are_counted_and_added_up_to_the_day(by: Actor) -> None:
    make_order(quantity=7)
    make_order(quantity=5, on=DAY + timedelta(10))
    make_order(quantity=3, model=make_model("Board 75", category="board"))
    lines, tablets, orders = (
        a_figure(by, name=name, subject="orders", measure=measure, query=query)
        for name, measure, query in (("a", "count", ""), ("b", "sum", "category=tablet"), ("c", "places", ""))
    )

    for day, values in ((DAY, (2, 7, 2)), (LATER, (3, 12, 3)), (DAY - timedelta(1), (None,) * 3)):
        records = records_of(by.user, day)
        assert tuple(told(one, records).value for one in (lines, tablets, orders)) == values
    period = records_of(by.user, LATER, since=DAY + timedelta(1))
    assert told(tablets, period).value == 5


def test_share_of_order_lines_meets_a_search(by: Actor) -> None:
    make_order(number="A-1")
    make_order(number="B-1")
    figure = a_figure(by, subject="orders", measure="share", part_query="q=a-1")
    assert told(figure, records_of(by.user)).value == Decimal("50.0")


def test_orders_are_unknown_for_single_schools(school: School, school_admin: User, by: Actor) -> None:
    make_order()
    figure = a_figure(by, subject="orders", is_shared=True)
    value, records = value_of(figure, records_of(school_admin)), records_of(school_admin)
    assert (value.value, len(value.figure.behind(records).rows)) == (None, 0)


def test_imported_order_is_known_since_its_import(by: Actor) -> None:
    before, figure = timezone.now(), a_figure(by, subject="orders", measure="sum")
    act = open_act(by, "import.take")
    create_orders([NewOrder("I-1", "Nord", DAY, [NewLine(make_model(), 4)])], act)

    known = [told(figure, records_of(by.user, known_at=at)).value for at in (before, timezone.now(), None)]

    assert known == [None, 4, 4]


def test_order_changed_since_is_unknown_as_it_was_known(by: Actor) -> None:
    order = make_order(quantity=3)
    figure, known_at = a_figure(by, subject="orders", measure="sum"), timezone.now()
    make_order(quantity=50)
    assert told(figure, records_of(by.user, known_at=known_at)).value == 3

    edit_order(order, change=OrderChange(fields={"expected_on": LATER}), by=by)
    assert told(figure, records_of(by.user, known_at=known_at)).value == 3
    edit_order(order, change=OrderChange(lines={order.lines.get().pk: {"quantity": 9}}), by=by)

    with override("en"):
        value = told(figure, records_of(by.user, known_at=known_at))
        assert (value.value, value.note) == (
            None,
            "Orders or deliveries were changed after this instant; what they said before is not kept.",
        )
    assert told(figure, records_of(by.user)).value == 59


def test_deliveries_are_counted_by_their_day_and_school(
    school: School, other_school: School, school_admin: User, by: Actor
) -> None:
    order = make_order(quantity=9)
    came(order, by, "S1", "S2", school=school)
    came(order, by, "S3", school=other_school, days=20)
    came(order, by, "S4")
    number, schools, there = (
        a_figure(by, name=name, subject="deliveries", measure=measure, query=query, is_shared=True)
        for name, measure, query in (("a", "count", ""), ("b", "places", ""), ("c", "count", f"school={school.number}"))
    )

    for user, day, values in (
        (by.user, DAY, (None,) * 3),
        (by.user, DAY + timedelta(5), (2, 1, 1)),
        (by.user, LATER, (3, 2, 1)),
        (school_admin, LATER, (1, 1, 1)),
    ):
        records = records_of(user, day)
        assert tuple(told(one, records).value for one in (number, schools, there)) == values


def test_more_devices_of_a_delivery_leave_it_known(by: Actor) -> None:
    order = make_order(quantity=9)
    came(order, by, "S1")
    figure, known_at = a_figure(by, subject="deliveries"), timezone.now()
    came(order, by, "S2")
    assert told(figure, records_of(by.user, known_at=known_at)).value == 1


def test_late_delivery_is_named_with_its_act(by: Actor) -> None:
    order = make_order(quantity=9)
    figure, known_at = a_figure(by, subject="deliveries"), timezone.now()
    came(order, by, "S1")

    comparison = Comparison(Question(LATER, LATER, known_at), reader=by.user)

    (step,) = comparison.steps(figure.key)
    ((row, booking),) = step.told(entered=True)
    assert (row[1], booking and booking.act and booking.act.verb) == ("S1", "delivery.book")


def test_deliveries_have_no_sum(by: Actor) -> None:
    with pytest.raises(ValidationError) as refusal:
        a_figure(by, subject="deliveries", measure="sum")
    assert list(refusal.value.error_dict) == ["measure"]


def test_definition_says_of_which_day_an_order_is(by: Actor) -> None:
    figure = a_figure(by, subject="orders", measure="sum", query="category=tablet&state=open")
    with override("en"):
        assert (figure.query, definition_of(figure, by.user)) == (
            "category=tablet",
            "“Quantity” added up, over: lines of orders that were placed up to the as-of date, in the period "
            "(Category: Tablet).",
        )
