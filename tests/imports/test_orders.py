"""Orders from a workbook: new, changed and unchanged lines, and what speaks against a row."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act, Entry
from inventory.models import DeviceModel, Order, OrderLine
from inventory.services import book_deliveries
from inventory.services.deliveries import NewDelivery
from inventory.services.receipt import Code
from tests.factories import DAY, an_act, make_model, make_order
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
HEAD = [
    "Bestellnummer",
    "Lieferant",
    "Bestelldatum",
    "Lieferung erwartet",
    "Position",
    "Modell",
    "Menge",
    "Einzelpreis",
]
LATER = date(2024, 4, 1)


@pytest.fixture(autouse=True)
def _models() -> None:
    make_model("iPad 9")
    make_model("Latitude", manufacturer="Dell", category="laptop")


def row(
    number: Any = "B-1", position: Any = 1, model: str = "Apple iPad 9", quantity: Any = 30, **more: Any
) -> list[Any]:
    told = {"supplier": "Nord", "on": DAY, "expected": LATER, "price": 399.9} | more
    return [number, told["supplier"], told["on"], told["expected"], position, model, quantity, told["price"]]


def book(tmp_path: Path, *rows: list[Any], head: list[str] = HEAD) -> Path:
    return write_xlsx(tmp_path / "orders.xlsx", [head, *rows])


def lines() -> list[tuple[Any, ...]]:
    found = OrderLine.objects.order_by("order__number", "position")
    return list(found.values_list("order__number", "position", "model__name", "quantity", "unit_price"))


def deliver(order: Order, *serials: str) -> None:
    line = order.lines.select_related("model__category").order_by("position")[0]
    book_deliveries([NewDelivery(order, "L", DAY, [Code(line, serial) for serial in serials])], an_act())


def test_orders_come_in_with_their_lines_and_again_unchanged(tmp_path: Path) -> None:
    path = book(tmp_path, row(), row(position=2, model="Dell Latitude", quantity=5, price=None), row("B-2", quantity=1))
    result = import_file(path)
    assert (result["kind"], result.counts, result.exit_code) == ("orders", (3, 0, 0, 0, 0), 0)
    assert lines() == [
        ("B-1", 1, "iPad 9", 30, Decimal("399.90")),
        ("B-1", 2, "Latitude", 5, None),
        ("B-2", 1, "iPad 9", 1, Decimal("399.90")),
    ]
    assert list(Order.objects.order_by("number").values_list("number", "supplier", "ordered_on", "expected_on")) == [
        ("B-1", "Nord", DAY, LATER),
        ("B-2", "Nord", DAY, LATER),
    ]
    assert Entry.objects.filter(act=Act.objects.latest("pk")).count() == 5
    again = import_file(path)
    assert again.counts == (0, 0, 3, 0, 0)
    assert Entry.objects.filter(act=Act.objects.latest("pk")).count() == 0


def test_lines_without_positions_are_known_by_their_model(tmp_path: Path) -> None:
    head = [heading for heading in HEAD if heading != "Position"]
    rows = [[cell for n, cell in enumerate(r) if n != 4] for r in (row(), row(model="Dell Latitude"))]
    assert import_file(book(tmp_path, *rows, head=head)).counts == (2, 0, 0, 0, 0)
    rows[1][5] = 31
    assert import_file(book(tmp_path, *rows, head=head)).counts == (0, 1, 1, 0, 0)
    assert [(position, quantity) for _n, position, _m, quantity, _p in lines()] == [(1, 30), (2, 31)]


def test_changed_and_added_lines(tmp_path: Path) -> None:
    import_file(book(tmp_path, row(), row(position=2, model="Dell Latitude")))
    result = import_file(book(tmp_path, row(), row(position=2, model="Dell Latitude", quantity=9), row(position=None)))
    assert result.cells == [(4, "Position", "duplicate")]
    result = import_file(
        book(tmp_path, row(), row(position=2, model="Dell Latitude", quantity=9), row(position=7, quantity=2))
    )
    assert result.counts == (1, 1, 1, 0, 0)
    assert [(position, quantity) for _n, position, _m, quantity, _p in lines()] == [(1, 30), (2, 9), (7, 2)]


def test_head_of_an_order_changes_with_all_its_rows(tmp_path: Path) -> None:
    import_file(book(tmp_path, row(), row(position=2, model="Dell Latitude")))
    later = {"expected": date(2024, 5, 1)}
    result = import_file(book(tmp_path, row(**later), row(position=2, model="Dell Latitude", **later)))
    assert result.counts == (0, 2, 0, 0, 0)
    assert Order.objects.get().expected_on == later["expected"]
    assert list(Entry.objects.filter(act=Act.objects.latest("pk")).values_list("label", "changes")) == [
        ("B-1", {"expected_on": ["2024-04-01", "2024-05-01"]})
    ]


def test_rows_of_one_order_must_agree(tmp_path: Path) -> None:
    result = import_file(book(tmp_path, row(), row(position=2, supplier="Süd"), row(position=3, supplier=None)))
    assert result.cells == [
        (2, "Lieferant", "contradiction"),
        (3, "Lieferant", "contradiction"),
        (4, "Lieferant", "contradiction"),
    ]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("more", "column", "code"),
    [
        ({"supplier": None}, "Lieferant", "missing"),
        ({"on": None}, "Bestelldatum", "missing"),
        ({"on": date(2199, 1, 1), "expected": None}, "Bestelldatum", "future_day"),
        ({"expected": date(2024, 1, 1)}, "Lieferung erwartet", "expected_before"),
        ({"quantity": None}, "Menge", "missing"),
        ({"quantity": 0}, "Menge", "no_quantity"),
        ({"quantity": "viele"}, "Menge", "not_a_number"),
        ({"position": 0}, "Position", "position"),
        ({"model": ""}, "Modell", "missing"),
        ({"model": "Unbekannt"}, "Modell", "unknown_model"),
        ({"number": None}, "Bestellnummer", "missing"),
        ({"number": date(2024, 8, 20)}, "Bestellnummer", "date_as_code"),
        ({"price": -1}, "Einzelpreis", "negative"),
    ],
)
def test_problem_stands_at_its_cell(tmp_path: Path, more: dict[str, Any], column: str, code: str) -> None:
    result = import_file(book(tmp_path, row(**more)), "--kind", "orders")
    assert result.cells == [(2, column, code)]
    assert not Order.objects.exists()


def test_what_was_delivered_binds_the_order(tmp_path: Path) -> None:
    order = make_order(number="B-1", quantity=3)
    deliver(order, "A1", "A2")
    told = {"supplier": order.supplier, "expected": None, "price": 399}
    assert import_file(book(tmp_path, row(quantity=3, **told))).counts == (0, 0, 1, 0, 0)
    assert import_file(book(tmp_path, row(quantity=1, **told))).cells == [(2, "Menge", "below_delivered")]
    other = row(quantity=3, model="Dell Latitude", **told)
    assert import_file(book(tmp_path, other)).cells == [(2, "Modell", "delivered_model")]
    late = row(quantity=3, **told | {"on": date(2024, 3, 2)})
    assert import_file(book(tmp_path, late)).cells == [(2, "Bestelldatum", "delivered_before")]
    assert import_file(book(tmp_path, row(quantity=2, **told))).counts == (0, 1, 0, 0, 0)


def test_line_of_which_nothing_came_may_become_another_model(tmp_path: Path) -> None:
    import_file(book(tmp_path, row()))
    assert import_file(book(tmp_path, row(model="Dell Latitude"))).counts == (0, 1, 0, 0, 0)
    assert lines() == [("B-1", 1, "Latitude", 30, Decimal("399.90"))]


def test_two_lines_of_one_model_need_their_position(tmp_path: Path) -> None:
    import_file(book(tmp_path, row(), row(position=2)))
    result = import_file(book(tmp_path, row(position=None)))
    assert (result["ambiguous"], result.cells) == (1, [(2, "Modell", "ambiguous")])


def test_unknown_model_is_created_where_the_list_says_enough(tmp_path: Path) -> None:
    head = [*HEAD, "Hersteller", "Kategorie"]
    path = book(tmp_path, [*row(model="Surface Go 4"), "Microsoft", "Tablet"], head=head)
    assert import_file(path).exit_code == 1
    assert import_file(path, "--create-missing").counts == (1, 0, 0, 0, 0)
    assert DeviceModel.objects.get(name="Surface Go 4").manufacturer.name == "Microsoft"


def test_good_rows_of_an_order_are_taken_without_the_bad_ones(tmp_path: Path) -> None:
    result = import_file(book(tmp_path, row(), row(position=2, quantity=0)), "--mode", "valid")
    assert (result.counts, result.exit_code) == ((1, 0, 0, 1, 0), 1)
    assert [(number, position) for number, position, *_rest in lines()] == [("B-1", 1)]


def test_order_without_a_usable_supplier_is_not_created_in_part(tmp_path: Path) -> None:
    bad = "x" * 151
    result = import_file(book(tmp_path, row(supplier=bad), row(position=2, supplier=None)), "--mode", "valid")
    assert result.cells == [(2, "Lieferant", "too_long"), (3, "Lieferant", "missing")]
    assert not Order.objects.exists()


def test_number_of_queries_does_not_grow_with_rows(tmp_path: Path) -> None:
    counts = []
    for size in (1, 30):
        path = book(tmp_path, *(row(f"B-{size}-{n}", m, quantity=n + m) for n in range(size) for m in (1, 2)))
        for _again in range(2):
            with CaptureQueriesContext(connection) as queries:
                assert import_file(path).exit_code == 0
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
