"""Orders and deliveries: answers, prices, booking, the live check, filing, rights, refusals."""

from decimal import Decimal

import pytest

from audit.models import Act, Entry
from inventory.models import Delivery, Device, Order, OrderLine
from inventory.services import book_delivery
from inventory.services.receipt import Code
from tests.factories import DAY, make_device, make_model, make_order, make_room


@pytest.fixture
def order(db):
    return make_order(quantity=3, number="Z-7")


@pytest.fixture
def line(order):
    return OrderLine.objects.get(order=order)


def receipt(order, line, *serials, **extra):
    codes = [{"line": line.pk, "serial": serial} for serial in serials]
    return {"order": order.pk, "note_number": "L-1", "delivered_on": "2024-03-05", "codes": codes, **extra}


def test_order_is_shown_with_its_lines(get, it_staff, reader, school_admin, order, line):
    shown = {
        "id": order.pk,
        "number": "Z-7",
        "supplier": "Bürotechnik Nord",
        "ordered_on": "2024-03-01",
        "expected_on": None,
        "ordered": 3,
        "delivered": 0,
        "lines": [
            {
                "id": line.pk,
                "position": 1,
                "model": line.model_id,
                "model_name": "Apple iPad 9",
                "quantity": 3,
                "delivered": 0,
                "backlog": 3,
                "unit_price": "399.00",
                "financing": None,
                "financing_name": None,
            }
        ],
    }
    assert get(it_staff, f"orders/{order.pk}/") == (200, shown)
    assert "unit_price" not in get(reader, f"orders/{order.pk}/")[1]["lines"][0]
    assert get(school_admin, f"orders/{order.pk}/")[0] == 404
    assert get(school_admin, "orders/")[1]["results"] == []


def test_order_is_created(write, it_staff, refused):
    lines = [
        {"model": make_model().pk, "quantity": 5, "unit_price": "10.00"},
        {"model": make_model().pk, "quantity": 1},
    ]
    body = {"number": "Z-8", "supplier": "Nord", "ordered_on": "2024-03-01", "lines": lines}

    answer = write(it_staff, "post", "orders/", body)

    order = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver/api/v1/orders/{order.pk}/")
    told = [(line["position"], line["quantity"], line["unit_price"]) for line in answer.json()["lines"]]
    assert told == [(1, 5, "10.00"), (2, 1, None)]
    assert Act.objects.get(verb="order.create").channel == "api"
    assert refused(write(it_staff, "post", "orders/", body), 400) == [("", "used_number")]
    assert refused(write(it_staff, "post", "orders/", body | {"lines": []}), 400) == [("lines", "empty")]
    assert Order.objects.count() == 1


def test_order_and_its_lines_are_changed(write, it_staff, order, line, api):
    path = f"orders/{order.pk}/"
    seen = api(it_staff).get(f"/api/v1/{path}")["ETag"]
    body = {
        "supplier": "Süd",
        "lines": [{"id": line.pk, "quantity": 4}],
        "new_lines": [{"model": line.model_id, "quantity": 2}],
        "reason": "Nachtrag",
    }

    answer = write(it_staff, "patch", path, body, of=path)

    assert [(row["position"], row["quantity"]) for row in answer.json()["lines"]] == [(1, 4), (2, 2)]
    assert (answer.json()["supplier"], answer.json()["ordered"]) == ("Süd", 6)
    act = Act.objects.get(verb="order.edit")
    told = [(entry.kind, entry.changes) for entry in Entry.objects.filter(act=act).order_by("pk")]
    assert ("inventory.order", {"supplier": ["Bürotechnik Nord", "Süd"]}) in told
    assert ("inventory.orderline", {"quantity": [3, 4]}) in told
    late = api(it_staff).patch(f"/api/v1/{path}", {"supplier": "Ost"}, headers={"If-Match": seen})
    assert (late.status_code, late.json()["current"]["supplier"]) == (412, "Süd")


def test_line_alone_makes_a_new_version(write, it_staff, order, line, api):
    path = f"orders/{order.pk}/"
    seen = api(it_staff).get(f"/api/v1/{path}")["ETag"]

    answer = write(it_staff, "patch", path, {"lines": [{"id": line.pk, "quantity": 9}]}, of=path)

    assert answer["ETag"] != seen


def test_changes_of_orders_that_cannot_be_are_refused(write, it_staff, by, order, line, refused):
    other = make_order(number="Z-9")
    foreign = OrderLine.objects.get(order=other)
    book_delivery(order, note_number="L", delivered_on=DAY, serials=[Code(line, "A"), Code(line, "B")], by=by)
    path = f"orders/{order.pk}/"

    def problems(**body):
        return refused(write(it_staff, "patch", path, body, of=path), 400)

    assert problems(number="Z-9") == [("", "used_number")]
    assert problems(expected_on="2024-01-01") == [("", "expected_before")]
    assert problems(lines=[{"id": foreign.pk, "quantity": 1}]) == [("", "foreign_line")]
    assert problems(lines=[{"id": line.pk, "quantity": 1}]) == [("", "below_delivered")]
    assert problems(lines=[{"id": line.pk, "model": make_model("neu").pk}]) == [("", "delivered_model")]
    assert problems(lines=[{"id": line.pk}, {"id": line.pk}]) == [("lines", "twice")]
    assert problems(lines=[{}], new_lines=[{}]) == [
        ("lines.0.id", "required"),
        ("new_lines.0.model", "required"),
        ("new_lines.0.quantity", "required"),
    ]
    assert problems(new_lines=[{"model": line.model_id, "quantity": 1, "position": 1}]) == [("", "used_position")]
    line.refresh_from_db()
    assert (line.quantity, Order.objects.get(pk=order.pk).number) == (3, "Z-7")


def test_delivery_is_booked(write, get, it_staff, school_admin, order, line, school):
    answer = write(it_staff, "post", "deliveries/", receipt(order, line, " a1", "a2", school="100100"))

    delivery = Delivery.objects.get()
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver/api/v1/deliveries/{delivery.pk}/")
    assert answer.json() == {
        "id": delivery.pk,
        "order": order.pk,
        "order_number": "Z-7",
        "note_number": "L-1",
        "delivered_on": "2024-03-05",
        "school": "100100",
        "devices": 2,
    }
    assert list(Device.objects.order_by("serial").values_list("serial", "status", "school__number", "price")) == [
        ("A1", "delivered", "100100", Decimal("399.00")),
        ("A2", "delivered", "100100", Decimal("399.00")),
    ]
    assert Act.objects.get(verb="delivery.book").channel == "api"
    devices = get(school_admin, f"deliveries/{delivery.pk}/devices/")[1]["results"]
    assert [device["serial"] for device in devices] == ["A1", "A2"]


def test_school_sees_its_own_deliveries(get, by, school_admin, order, line, other_school):
    book_delivery(order, note_number="L", delivered_on=DAY, serials=[Code(line, "A")], by=by, school=other_school)
    delivery = Delivery.objects.get()

    assert get(school_admin, "deliveries/")[1]["results"] == []
    assert get(school_admin, f"deliveries/{delivery.pk}/")[0] == 404
    assert get(school_admin, f"deliveries/{delivery.pk}/devices/")[0] == 404


def test_check_says_of_each_code_what_is_wrong(write, it_staff, order, line, school):
    known = make_device(school=school)
    body = receipt(order, line, "n1", known.serial, "N1", "", "n2", "n3", "n4")
    body = {"order": body["order"], "codes": body["codes"]}

    answer = write(it_staff, "post", "deliveries/check/", body).json()

    assert [(code["serial"], code["problem"], code["device"]) for code in answer["codes"]] == [
        ("N1", "", None),
        (known.serial, "in_stock", known.pk),
        ("N1", "twice", None),
        ("", "unusable", None),
        ("N2", "", None),
        ("N3", "", None),
        ("N4", "too_many", None),
    ]
    assert (answer["good"], answer["problems"]) == (3, 4)
    assert answer["codes"][1]["message"] == f"{known.serial} ist bereits im Bestand."
    assert not Delivery.objects.exists()


def test_codes_that_cannot_be_booked_are_all_told_and_nothing_is(write, it_staff, order, line, refused):
    body = receipt(order, line, "a", "A", "b", "c", "d")

    answer = write(it_staff, "post", "deliveries/", body)

    assert refused(answer, 400) == [("", "twice"), ("", "too_many")]
    assert (Delivery.objects.count(), Device.objects.count()) == (0, 0)
    codes = [code for code in body["codes"] if code["serial"] != "A"]
    more = body | {"codes": codes, "accept_more": True}
    assert write(it_staff, "post", "deliveries/", more).json()["devices"] == 4
    assert refused(write(it_staff, "post", "deliveries/", receipt(order, line, "e")), 400)[0] == ("", "booked")


def test_line_of_another_order_is_refused(write, it_staff, order, refused):
    strange = OrderLine.objects.get(order=make_order())
    body = receipt(order, strange, "a", accept_more=True)

    assert ("", "foreign_line") in refused(write(it_staff, "post", "deliveries/", body), 400)
    assert not Device.objects.exists()


def test_past_delivery_is_filed(write, it_staff, order, line, school, refused):
    device = make_device(school=school, room=make_room(school))

    answer = write(it_staff, "post", "deliveries/file/", receipt(order, line, device.serial))

    assert (answer.status_code, answer.json()["devices"]) == (201, 1)
    device.refresh_from_db()
    assert (device.delivery_id, device.status) == (answer.json()["id"], "in_service")
    again = receipt(order, line, "unbekannt") | {"note_number": "L-2"}
    assert refused(write(it_staff, "post", "deliveries/file/", again), 400) == [("", "unknown_serials")]


def test_booking_takes_a_constant_number_of_queries(api, it_staff, django_assert_max_num_queries):
    client, counts = api(it_staff), []
    client.get("/api/v1/categories/")  # notes when the token was last used
    for number in (2, 150):
        order = make_order(quantity=number)
        line = OrderLine.objects.get(order=order)
        body = receipt(order, line, *(f"S{number}-{i}" for i in range(number)))
        with django_assert_max_num_queries(45) as queries:
            assert client.post("/api/v1/deliveries/", body).status_code == 201
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("path", ["orders/", "deliveries/"])
def test_lists_take_the_same_number_of_queries_for_1_and_3(path, api, it_staff, by, django_assert_max_num_queries):
    client, counts = api(it_staff), []
    client.get("/api/v1/categories/")
    for number in (1, 2):
        for _ in range(number):
            order = make_order()
            line = order.lines.select_related("model__category").get()
            book_delivery(order, note_number="L", delivered_on=DAY, serials=[Code(line, f"S{order.pk}")], by=by)
        with django_assert_max_num_queries(12) as queries:
            client.get(f"/api/v1/{path}")
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_booking_needs_the_right(user, write, request, db, refused):
    person = request.getfixturevalue(user)
    for path in ("orders/", "deliveries/", "deliveries/check/", "deliveries/file/"):
        assert refused(write(person, "post", path, {}), 403) == []
