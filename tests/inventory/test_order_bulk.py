"""Hundreds of orders and delivery notes at once: what is written, what is refused, in how many statements."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actor import Actor
from audit.models import Entry
from inventory.models import Delivery, Device, Order, OrderLine
from inventory.services import book_deliveries, book_delivery, create_orders, update_orders
from inventory.services.deliveries import NewDelivery
from inventory.services.orders import NewLine, NewOrder, OrderChange, backlog
from inventory.services.receipt import Code
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_model, make_order
from tests.factories_money import own_money, whole

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def lines(*quantities: int) -> list[NewLine]:
    return [NewLine(make_model(), quantity, Decimal("399.00")) for quantity in quantities]


def line_of(order: Order) -> OrderLine:
    return order.lines.select_related("model__category").get()


def refusal(function: Any, *args: Any) -> list[str | None]:
    with pytest.raises(ValidationError) as error:
        function(*args)
    return [one.code for one in error.value.error_list]


def statements(function: Any, *args: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        function(*args)
    return len(queries)


def test_orders_are_created_with_positions_and_entries() -> None:
    tablet, board = make_model(), make_model("Board 86", category="board")
    new = [
        NewOrder("B-1", "Nord", DAY, [NewLine(tablet, 3, position=20), NewLine(board, 2)], LATER),
        NewOrder("B-2", "Süd", DAY, [NewLine(tablet, 1, Decimal("9.50"))]),
    ]
    act = an_act()
    keys = create_orders(new, act)
    assert list(Order.objects.order_by("pk").values_list("pk", "number", "supplier", "ordered_on", "expected_on")) == [
        (keys[0], "B-1", "Nord", DAY, LATER),
        (keys[1], "B-2", "Süd", DAY, None),
    ]
    assert list(
        OrderLine.objects.order_by("pk").values_list("order", "position", "model", "quantity", "unit_price")
    ) == [
        (keys[0], 20, tablet.pk, 3, None),
        (keys[0], 21, board.pk, 2, None),
        (keys[1], 1, tablet.pk, 1, Decimal("9.50")),
    ]
    assert list(act.entries.order_by("pk").values_list("label", flat=True)) == [
        "B-1",
        "B-2",
        "B-1 / 20",
        "B-1 / 21",
        "B-2 / 1",
    ]


@pytest.mark.parametrize(
    ("new", "codes"),
    [
        (NewOrder("B-1", "Nord", DAY, []), ["no_lines"]),
        (NewOrder("B-0", "Nord", DAY, [None]), ["used_number"]),
        (NewOrder("B-1", "Nord", DAY, [None], DAY - timedelta(days=1)), ["expected_before"]),
        (NewOrder("", "", DAY, [None]), ["blank", "blank"]),
    ],
)
def test_order_that_cannot_be_is_refused(new: NewOrder, codes: list[str]) -> None:
    make_order(number="B-0")
    new = new._replace(lines=lines(1)[: len(new.lines)])
    assert refusal(create_orders, [new], an_act()) == codes
    assert Order.objects.count() == 1


def test_number_given_twice_and_quantity_of_nothing_are_refused() -> None:
    new = [NewOrder("B-1", "Nord", DAY, lines(1)), NewOrder("B-1", "Nord", DAY, lines(0))]
    assert refusal(create_orders, new, an_act()) == ["used_number", "quantity"]


def test_order_changes_with_old_and_new_in_the_trail() -> None:
    order, other = make_order(number="B-1"), make_model("Board 86", category="board")
    line, act = line_of(order), an_act()
    change = OrderChange(
        {"supplier": "Süd", "ordered_on": order.ordered_on},
        {line.pk: {"quantity": 5, "unit_price": Decimal("399.00")}},
        [NewLine(other, 2)],
    )
    assert update_orders({order.pk: change}, act) == 1
    assert list(order.lines.values_list("position", "model", "quantity")) == [(1, line.model.pk, 5), (2, other.pk, 2)]
    assert list(act.entries.order_by("pk").values_list("label", "changes")) == [
        ("B-1", {"supplier": ["Bürotechnik Nord", "Süd"]}),
        ("B-1 / 1", {"quantity": [3, 5]}),
        ("B-1 / 2", {"model": [None, other.pk], "quantity": [None, 2]}),
    ]


def test_order_that_stays_leaves_no_trail() -> None:
    order, act = make_order(), an_act()
    assert update_orders({order.pk: OrderChange({"supplier": order.supplier})}, act) == 0
    assert not Entry.objects.filter(act=act).exists()


def test_what_was_delivered_binds_the_order(by: Actor) -> None:
    order = make_order(quantity=3)
    line = line_of(order)
    book_delivery(order, note_number="L", delivered_on=LATER, serials=[Code(line, "A1"), Code(line, "A2")], by=by)
    fewer, other = {"quantity": 1}, {"model": make_model("Board 86", category="board")}
    assert refusal(update_orders, {order.pk: OrderChange(lines={line.pk: fewer})}, an_act()) == ["below_delivered"]
    assert refusal(update_orders, {order.pk: OrderChange(lines={line.pk: other})}, an_act()) == ["delivered_model"]
    later = OrderChange({"ordered_on": LATER + timedelta(days=1)})
    assert refusal(update_orders, {order.pk: later}, an_act()) == ["delivered_before"]
    assert update_orders({order.pk: OrderChange(lines={line.pk: {"quantity": 2}})}, an_act()) == 1


def test_deliveries_are_booked_and_known_devices_filed(school: School) -> None:
    order, other = make_order(quantity=3), make_order(quantity=1)
    (known,) = make_devices(1, status="in_service", school=school)
    act = an_act()
    keys = book_deliveries(
        [
            NewDelivery(
                order,
                "L-1",
                LATER,
                [Code(line_of(order), "a1", "OB-9"), Code(line_of(order), "A2")],
                school,
                [Code(line_of(order), known.serial)],
            ),
            NewDelivery(other, "L-1", LATER, [Code(line_of(other), "A3")]),
        ],
        act,
    )
    assert list(
        Device.objects.order_by("serial").values_list(
            "serial", "asset_tag", "status", "school", "delivery", "order_line"
        )
    ) == [
        ("A1", "OB-9", "delivered", school.pk, keys[0], line_of(order).pk),
        ("A2", "", "delivered", school.pk, keys[0], line_of(order).pk),
        ("A3", "", "delivered", None, keys[1], line_of(other).pk),
        (known.serial, known.asset_tag, "in_service", school.pk, keys[0], line_of(order).pk),
    ]
    notes = act.entries.filter(kind="inventory.delivery").order_by("pk")
    assert list(notes.values_list("label", "changes")) == [
        (f"{order.number} / L-1", {"note_number": [None, "L-1"], "devices": [0, 3]}),
        (f"{other.number} / L-1", {"note_number": [None, "L-1"], "devices": [0, 1]}),
    ]


def test_booked_note_is_added_to() -> None:
    order = make_order(quantity=3)
    first = book_deliveries([NewDelivery(order, "L", LATER, [Code(line_of(order), "A1")])], an_act())
    act = an_act()
    assert book_deliveries([NewDelivery(order, "L", LATER, [Code(line_of(order), "A2")])], act) == first
    assert Delivery.objects.get().devices.count() == 2
    assert act.entries.get(kind="inventory.delivery").changes == {"devices": [1, 2]}


def test_delivery_that_cannot_be_is_refused(other_school: School) -> None:
    order = make_order(quantity=2, on=DAY)
    line = line_of(order)
    book_deliveries([NewDelivery(order, "L", LATER, [Code(line, "A1")])], an_act())
    assert refusal(book_deliveries, [NewDelivery(order, "L", LATER)], an_act()) == ["no_codes"]
    other_place = NewDelivery(order, "L", LATER, [Code(line, "A2")], other_school)
    assert refusal(book_deliveries, [other_place], an_act()) == ["other_note"]
    early = NewDelivery(order, "M", DAY - timedelta(days=1), [Code(line, "A2")])
    assert refusal(book_deliveries, [early], an_act()) == ["before_order"]
    future = NewDelivery(order, "M", date(2199, 1, 1), [Code(line, "A2")])
    assert refusal(book_deliveries, [future], an_act()) == ["future_day"]
    many = NewDelivery(order, "M", LATER, [Code(line, "A1"), Code(line, "A2"), Code(line, "A2"), Code(line, "A3")])
    assert refusal(book_deliveries, [many], an_act()) == ["in_stock", "twice", "too_many"]
    assert (Delivery.objects.count(), Device.objects.count()) == (1, 1)


def test_filed_device_takes_its_share_of_the_order() -> None:
    order = make_order(quantity=1)
    (known,) = make_devices(1, status="in_stock")
    line = line_of(order)
    both = NewDelivery(order, "L", LATER, [Code(line, "A1")], None, [Code(line, known.serial)])
    assert refusal(book_deliveries, [both], an_act()) == ["too_many"]
    book_deliveries([both._replace(serials=())], an_act())
    assert backlog(order) == {line.pk: 0}
    assert refusal(book_deliveries, [both._replace(note_number="M", serials=())], an_act()) == ["unknown_serials"]


def test_statements_do_not_grow_with_rows() -> None:
    def orders(first: int, count: int) -> list[NewOrder]:
        return [NewOrder(f"B-{n}", "Nord", DAY, lines(5, 5)) for n in range(first, first + count)]

    assert statements(create_orders, orders(0, 1), an_act()) == statements(create_orders, orders(1, 20), an_act())
    found, own = list(Order.objects.order_by("pk")), whole(own_money())
    changes = [
        {
            o.pk: OrderChange({"supplier": "x"}, {o.lines.first().pk: {"quantity": 6, "financing": own}}, lines(1))
            for o in some
        }
        for some in (found[:1], found[1:])
    ]
    assert statements(update_orders, changes[0], an_act()) == statements(update_orders, changes[1], an_act())
    notes = [
        [
            NewDelivery(
                o,
                "L",
                LATER,
                [Code(o.lines.select_related("model__category").first(), f"S{o.pk}{n}") for n in range(3)],
            )
            for o in some
        ]
        for some in (found[:1], found[1:])
    ]
    assert statements(book_deliveries, notes[0], an_act()) == statements(book_deliveries, notes[1], an_act())
