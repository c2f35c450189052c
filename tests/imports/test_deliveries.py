"""Serial lists of suppliers: devices that come into being, known ones that get their delivery, and what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act, Entry
from imports.models import ImportBatch
from inventory.models import Delivery, Device, Order
from inventory.services import create_order
from inventory.services.orders import NewLine, backlog
from schools.models import School
from tests.factories import DAY, make_device, make_devices, make_model, make_order
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
HEAD = ["Bestellnummer", "Lieferschein", "Geliefert am", "Schulnummer", "Modell", "Seriennummer", "Inventarnummer"]
LATER = DAY + timedelta(days=14)


@pytest.fixture
def order(db: None) -> Order:
    return make_order(number="B-1", quantity=3)


def row(serial: Any = "A1", **more: Any) -> list[Any]:
    told = {"order": "B-1", "note": "L-1", "on": LATER, "school": None, "model": "Apple iPad 9", "tag": None} | more
    return [told["order"], told["note"], told["on"], told["school"], told["model"], serial, told["tag"]]


def book(tmp_path: Path, *rows: list[Any], head: list[str] = HEAD) -> Path:
    return write_xlsx(tmp_path / "deliveries.xlsx", [head, *rows])


def devices() -> list[tuple[Any, ...]]:
    found = Device.objects.order_by("serial")
    return list(found.values_list("serial", "asset_tag", "status", "school", "delivery__note_number", "since"))


def test_devices_come_into_being_with_their_delivery_and_again_unchanged(
    tmp_path: Path, order: Order, school: School
) -> None:
    path = book(tmp_path, row("a1", school=school.number, tag="OB-1"), row("A2", school=school.number))
    result = import_file(path)
    assert (result["kind"], result.counts, result.exit_code) == ("deliveries", (2, 0, 0, 0, 0), 0)
    assert devices() == [
        ("A1", "OB-1", "delivered", school.pk, "L-1", LATER),
        ("A2", "", "delivered", school.pk, "L-1", LATER),
    ]
    first = Device.objects.get(serial="A1")
    assert (first.order_line, first.price, first.purchased_on) == (order.lines.get(), Decimal("399.00"), DAY)
    assert list(backlog(order).values()) == [1]
    assert list(
        Entry.objects.filter(act=Act.objects.latest("pk"), kind="inventory.delivery").values_list("label", "changes")
    ) == [("B-1 / L-1", {"note_number": [None, "L-1"], "devices": [0, 2]})]
    assert import_file(path).counts == (0, 0, 2, 0, 0)


def test_blank_school_and_its_names_mean_the_central_store(tmp_path: Path, order: Order) -> None:
    head = [*HEAD[:3], "Schule", *HEAD[4:]]
    rows = [row("A1", note="L-1"), row("A2", note="L-2", school="Zentrallager"), row("A3", note="L-3", school="Lager")]
    assert import_file(book(tmp_path, *rows, head=head)).counts == (3, 0, 0, 0, 0)
    assert list(Delivery.objects.values_list("school", flat=True)) == [None] * 3


def test_longer_list_of_a_booked_note_adds_to_it(tmp_path: Path, order: Order) -> None:
    import_file(book(tmp_path, row("A1")))
    assert import_file(book(tmp_path, row("A1"), row("A2"))).counts == (1, 0, 1, 0, 0)
    assert Delivery.objects.get().devices.count() == 2


def test_device_of_a_list_gets_its_delivery_and_keeps_its_state(tmp_path: Path, order: Order, school: School) -> None:
    known = make_device(school=school)
    path = book(tmp_path, row(known.serial), row("A2"))
    assert import_file(path).counts == (1, 1, 0, 0, 0)
    known.refresh_from_db()
    assert (known.delivery, known.order_line, known.status) == (Delivery.objects.get(), order.lines.get(), "in_service")
    assert import_file(path).counts == (0, 0, 2, 0, 0)


def test_asset_tag_is_given_later(tmp_path: Path, order: Order) -> None:
    import_file(book(tmp_path, row("A1")))
    assert import_file(book(tmp_path, row("A1", tag="OB-1"))).counts == (0, 1, 0, 0, 0)
    assert Device.objects.get().asset_tag == "OB-1"
    assert import_file(book(tmp_path, row("A1", tag="OB-2"))).cells == [(2, "Inventarnummer", "other_tag")]


def test_serials_twice_in_stock_and_more_than_ordered(tmp_path: Path, order: Order) -> None:
    import_file(book(tmp_path, row("K1", note="L-0")))
    result = import_file(book(tmp_path, row("A1"), row("a1"), row("K1"), row("A3"), row("A4"), row("A5")))
    assert result.cells == [
        (2, "Seriennummer", "duplicate_serial"),
        (3, "Seriennummer", "duplicate_serial"),
        (4, "Seriennummer", "in_stock"),
        (6, "Seriennummer", "too_many"),
        (7, "Seriennummer", "too_many"),
    ]
    assert Device.objects.count() == 1


def test_of_a_serial_given_twice_neither_row_is_taken(tmp_path: Path, order: Order) -> None:
    assert import_file(book(tmp_path, row("A1"), row("a1"), row("A2")), "--mode", "valid").counts == (1, 0, 0, 2, 0)
    assert [device[0] for device in devices()] == ["A2"]


@pytest.mark.parametrize(
    ("more", "column", "code"),
    [
        ({"serial": None}, "Seriennummer", "missing"),
        ({"note": None}, "Lieferschein", "missing"),
        ({"order": None}, "Bestellnummer", "missing"),
        ({"order": "B-9"}, "Bestellnummer", "unknown_order"),
        ({"on": None}, "Geliefert am", "missing"),
        ({"on": date(2199, 1, 1)}, "Geliefert am", "future_day"),
        ({"on": DAY - timedelta(days=1)}, "Geliefert am", "before_order"),
        ({"school": "999999"}, "Schulnummer", "unknown_school"),
        ({"model": "Dell Latitude"}, "Modell", "wrong_model"),
        ({"model": "iPhone"}, "Modell", "unknown_model"),
    ],
)
def test_problem_stands_at_its_cell(tmp_path: Path, order: Order, more: dict[str, Any], column: str, code: str) -> None:
    make_model("Latitude", manufacturer="Dell", category="laptop")
    result = import_file(book(tmp_path, row(**more)), "--kind", "deliveries")
    assert result.cells == [(2, column, code)]
    assert (Delivery.objects.count(), Device.objects.count(), Order.objects.count()) == (0, 0, 1)


def test_orders_are_never_created_by_a_serial_list(tmp_path: Path, order: Order) -> None:
    result = import_file(book(tmp_path, row(order="B1")), "--create-missing")
    assert result.cells == [(2, "Bestellnummer", "unknown_order")]
    assert [(e["text"], e["can_create"], [s["label"] for s in e["suggestions"]]) for e in result["unknown"]] == [
        ("B1", False, ["B-1"])
    ]
    batch = ImportBatch.objects.latest("pk")
    assert batch.status == "previewed"


def test_rows_of_one_note_must_agree_on_day_and_place(tmp_path: Path, order: Order, school: School) -> None:
    result = import_file(book(tmp_path, row("A1"), row("A2", on=LATER + timedelta(days=1))))
    assert result.cells == [(2, "Geliefert am", "contradiction"), (3, "Geliefert am", "contradiction")]
    result = import_file(book(tmp_path, row("A1"), row("A2", school=school.number)))
    assert result.cells == [(2, "Schulnummer", "contradiction"), (3, "Schulnummer", "contradiction")]


def test_booked_note_keeps_its_day_and_place(tmp_path: Path, order: Order, school: School) -> None:
    import_file(book(tmp_path, row("A1")))
    other_day = row("A1", on=LATER + timedelta(days=1))
    assert import_file(book(tmp_path, other_day)).cells == [(2, "Geliefert am", "other_note")]
    assert import_file(book(tmp_path, row("A1", school=school.number))).cells == [(2, "Schulnummer", "other_note")]


def test_line_by_position_by_model_or_the_only_one(tmp_path: Path, by: Any) -> None:
    tablet, laptop = make_model(), make_model("Latitude", manufacturer="Dell", category="laptop")
    lines = [NewLine(tablet, 1), NewLine(laptop, 2), NewLine(tablet, 2)]
    order = create_order(number="B-1", supplier="Nord", ordered_on=DAY, lines=lines, by=by)
    head = [*HEAD, "Position"]
    rows = [
        [*row("A1", model=None), 2],
        [*row("A2", model="Dell Latitude"), None],
        [*row("A3"), 3],
        [*row("A4"), None],
        [*row("A5"), None],
    ]
    assert import_file(book(tmp_path, *rows, head=head)).counts == (5, 0, 0, 0, 0)
    assert list(Device.objects.order_by("serial").values_list("order_line__position", flat=True)) == [2, 2, 3, 1, 3]
    assert set(backlog(order).values()) == {0}
    bad = [[*row("A6", model=None), None], [*row("A7"), 2], [*row("A8", model=None), 9]]
    assert import_file(book(tmp_path, *bad, head=head)).cells == [
        (2, "Modell", "no_line"),
        (3, "Modell", "wrong_model"),
        (4, "Position", "unknown_position"),
    ]


def test_known_device_says_which_line_it_is(tmp_path: Path, by: Any) -> None:
    lines = [NewLine(make_model("Latitude", manufacturer="Dell", category="laptop"), 2), NewLine(make_model(), 2)]
    create_order(number="B-1", supplier="Nord", ordered_on=DAY, lines=lines, by=by)
    (known,) = make_devices(1, status="in_stock")
    assert import_file(book(tmp_path, row(known.serial, model=None))).counts == (0, 1, 0, 0, 0)
    known.refresh_from_db()
    assert known.order_line is not None
    assert known.order_line.position == 2


def test_known_device_of_another_model_is_not_filed(tmp_path: Path, order: Order) -> None:
    (known,) = make_devices(1, status="in_stock", model=make_model("iPad Air"))
    assert import_file(book(tmp_path, row(known.serial))).cells == [(2, "Seriennummer", "wrong_model")]


def test_asset_tag_of_another_device_is_refused(tmp_path: Path, order: Order) -> None:
    (known,) = make_devices(1, status="in_stock")
    result = import_file(book(tmp_path, row("A1", tag=known.asset_tag), row("A2", tag="X1"), row("A3", tag="X1")))
    assert result.cells == [
        (2, "Inventarnummer", "ambiguous"),
        (3, "Inventarnummer", "duplicate"),
        (4, "Inventarnummer", "duplicate"),
    ]


def test_number_of_queries_does_not_grow_with_rows(tmp_path: Path, by: Any) -> None:
    counts = []
    for size in (1, 30):
        for n in range(size):
            make_order(number=f"B-{size}-{n}", quantity=2)
        rows = [row(f"S{size}-{n}-{m}", order=f"B-{size}-{n}") for n in range(size) for m in (1, 2)]
        for _again in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert import_file(book(tmp_path, *rows)).exit_code == 0
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
