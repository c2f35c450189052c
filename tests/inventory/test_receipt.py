"""The verdict on each scanned code, and what a delivery keeps of its goods receipt."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from audit.actor import Actor
from inventory.models import Delivery, Device, Order
from inventory.services import book_delivery
from inventory.services.discrepancies import discrepancies, merged, parts_of, receipt_of
from inventory.services.receipt import Announced, CheckedCode, Code, check_codes
from schools.models import School
from tests.factories import DAY, make_device, make_model, make_order

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=14)


def codes(order: Order, *serials: str, damage: str = "") -> list[Code]:
    line = order.lines.select_related("model__category").get()
    return [Code(line, serial, damage=damage) for serial in serials]


def booked(
    order: Order,
    by: Actor,
    scanned: Sequence[Code],
    *,
    note: str = "L-1",
    announced: dict[str, Announced] | None = None,
    refused: Sequence[CheckedCode] = (),
    token: str = "",
) -> Delivery:
    receipt = receipt_of(order.lines.all(), scanned, announced or {}, refused)
    return book_delivery(
        order, note_number=note, delivered_on=LATER, serials=scanned, by=by, receipt=receipt, token=token
    )


def test_known_device_of_another_model_is_said_to_be_one() -> None:
    known = make_device(status="in_stock")
    order = make_order(model=make_model("iPad 10"))
    (checked,) = check_codes(order, codes(order, known.serial))
    assert (checked.problem, checked.known, checked.told) == ("wrong_model", known, "Apple iPad 9")


def test_code_that_the_list_gives_to_another_line_is_the_wrong_model() -> None:
    order = make_order()
    line = order.lines.get().pk
    announced = {"A1": Announced(0, "Surface Go"), "A2": Announced(line, "iPad 9"), "A3": Announced(None, "?")}
    checked = check_codes(order, codes(order, "A1", "A2", "A3"), announced)
    assert [(code.problem, code.told) for code in checked] == [("wrong_model", "Surface Go"), ("", "iPad 9"), ("", "?")]


def test_look_alike_is_shown_and_not_assumed(school: School) -> None:
    known = make_device(serial="DMPO1", status="in_stock", school=school)
    order = make_order()
    near, other = check_codes(order, codes(order, "DMP01", "XYZ"))
    assert (near.problem, near.alike) == ("", (known,))
    assert (other.problem, other.alike) == ("", ())


@pytest.mark.parametrize("code", ["1.23E+15", "", "x" * 61])
def test_what_cannot_be_a_serial_is_unusable(code: str) -> None:
    order = make_order()
    assert [one.problem for one in check_codes(order, codes(order, code))] == ["unusable"]


def test_verdicts_take_a_constant_number_of_queries(django_assert_num_queries: object) -> None:
    order = make_order(quantity=500)
    scanned = codes(order, *(f"N{i}" for i in range(400)))
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert not any(one.problem for one in check_codes(order, scanned))


@pytest.mark.parametrize(("category", "status"), [("tablet", "in_repair"), ("board", "defective")])
def test_damaged_device_is_delivered_and_broken_at_once(by: Actor, category: str, status: str) -> None:
    order = make_order(model=make_model(f"M {category}", category=category))
    delivery = booked(order, by, [*codes(order, "A1", damage="Display gebrochen"), *codes(order, "A2")])
    assert list(Device.objects.order_by("serial").values_list("serial", "status", "note", "since")) == [
        ("A1", status, "Display gebrochen", LATER),
        ("A2", "delivered", "", LATER),
    ]
    report = discrepancies(delivery)
    assert [(one.kind, one.serial, one.told) for one in report.deviations] == [("damaged", "A1", "Display gebrochen")]
    (line,) = report.lines
    assert (line.ordered, line.before, line.announced, line.booked, line.damaged, line.backlog) == (3, 0, None, 2, 1, 1)


def test_report_says_missing_surplus_and_refused_by_part(by: Actor) -> None:
    order = make_order(quantity=5)
    line = order.lines.get()
    first = booked(order, by, codes(order, "A1", "A2"), note="L-1")
    announced = {"B1": Announced(line.pk, "iPad 9"), "B2": Announced(line.pk, "iPad 9")}
    refused = [
        CheckedCode(line, "W1", "wrong_model"),
        CheckedCode(line, "A1", "in_stock"),
        CheckedCode(line, "B", "twice"),
    ]
    second = booked(order, by, codes(order, "B1", "C1"), note="L-2", announced=announced, refused=refused)
    report = discrepancies(second)
    assert [(one.kind, one.serial) for one in report.deviations] == [
        ("missing", "B2"),
        ("surplus", "C1"),
        ("wrong_model", "W1"),
        ("refused", "A1"),
    ]
    assert [row[1:] for row in report.lines] == [(5, 2, 2, 2, 0, 1)]
    assert [row[1:] for row in discrepancies(first).lines] == [(5, 0, None, 2, 0, 1)]
    assert parts_of(order) == [first.pk, second.pk]


def test_same_form_books_once(by: Actor) -> None:
    order = make_order()
    first = booked(order, by, codes(order, "A1"), token="t-1")
    assert booked(order, by, codes(order, "A1"), token="t-1") == first
    assert (Delivery.objects.count(), Device.objects.count()) == (1, 1)


def test_receipts_of_two_steps_become_one() -> None:
    first = {"announced": {"A": [1, ""]}, "damaged": {"A": "x"}}
    assert merged(first, {"damaged": {"B": "y"}}) == {"announced": {"A": [1, ""]}, "damaged": {"A": "x", "B": "y"}}
