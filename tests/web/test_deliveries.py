"""Orders and goods receipt through the pages, as a person without JavaScript uses them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inventory.models import Delivery, Device, Order
from schools.models import School
from tests.factories import DAY, make_device, make_model, make_order

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=7)


def receipt(order: Order, **data: Any) -> dict[str, Any]:
    frame = {"note_number": "L-77", "delivered_on": LATER.isoformat(), "school": "", "line": order.lines.get().pk}
    return frame | {"scan": "", "action": "add"} | data


def kept(order: Order, *serials: str) -> list[str]:
    return [f"{order.lines.get().pk}:{serial}" for serial in serials]


def test_order_is_entered_with_its_lines(signed_in: Any, it_staff: User) -> None:
    data = {
        "number": "B-9",
        "supplier": "Nord",
        "ordered_on": "2024-03-01",
        "lines-TOTAL_FORMS": 2,
        "lines-INITIAL_FORMS": 0,
        "lines-0-model": make_model().pk,
        "lines-0-quantity": 3,
        "lines-0-unit_price": "399,90",
    }
    response = signed_in(it_staff).post(reverse("web:order_create"), data)
    order = Order.objects.get()
    assert response.headers["Location"] == reverse("web:order_detail", args=[order.pk])
    assert list(order.lines.values_list("quantity", "unit_price")) == [(3, Decimal("399.90"))]


def test_order_with_a_used_number_is_said_at_the_form(signed_in: Any, it_staff: User) -> None:
    make_order(number="B-9")
    data = {"number": "B-9", "supplier": "x", "ordered_on": "2024-03-01", "lines-TOTAL_FORMS": 1}
    data |= {"lines-INITIAL_FORMS": 0, "lines-0-model": make_model().pk, "lines-0-quantity": 1}
    response = signed_in(it_staff).post(reverse("web:order_create"), data)
    assert response.status_code == 200
    assert len(response.context["form"].non_field_errors()) == 1
    assert Order.objects.count() == 1


def test_scans_are_collected_and_judged_one_by_one(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=2), signed_in(it_staff)
    known = make_device(status="in_stock")
    url = reverse("web:delivery_create", args=[order.pk])
    assert client.get(url).status_code == 200
    response = client.post(url, receipt(order, scan="n1\nN1", code=kept(order, known.serial)))
    codes = [(code.serial, code.problem) for _index, code in response.context["checked"]]
    assert codes == [("N1", "twice"), ("N1", ""), (known.serial, "in_stock")]
    assert (response.context["good"], response.context["problems"]) == (1, 2)


def test_delivery_of_three_devices_is_booked_once(signed_in: Any, it_staff: User, school: School) -> None:
    order, client = make_order(quantity=5), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    data = receipt(order, code=kept(order, "N1", "N2"), scan="N3", action="book", school=school.pk)
    response = client.post(url, data)
    delivery = Delivery.objects.get()
    assert response.headers["Location"] == reverse("web:delivery_detail", args=[delivery.pk])
    assert sorted(Device.objects.values_list("serial", "status", "school", "since")) == [
        (f"N{i}", "delivered", school.pk, LATER) for i in (1, 2, 3)
    ]
    again = client.post(url, data)
    assert again.status_code == 200
    assert len(again.context["form"].non_field_errors()) == 4  # each serial, and the note
    assert Device.objects.count() == 3
    page = client.get(reverse("web:order_detail", args=[order.pk]))
    assert page.context["rest"] == 2


def test_problem_codes_are_removed_by_one_button(signed_in: Any, it_staff: User) -> None:
    order = make_order(quantity=2)
    data = receipt(order, code=kept(order, "N1", "N1", "N2", "N3"), action="clean")
    response = signed_in(it_staff).post(reverse("web:delivery_create", args=[order.pk]), data)
    assert [code.serial for _index, code in response.context["checked"]] == ["N2", "N1"]


def test_one_code_is_removed(signed_in: Any, it_staff: User) -> None:
    order = make_order()
    data = receipt(order, code=kept(order, "N1", "N2"), remove="0")
    response = signed_in(it_staff).post(reverse("web:delivery_create", args=[order.pk]), data)
    assert [code.serial for _index, code in response.context["checked"]] == ["N2"]


def test_more_than_ordered_is_booked_only_on_purpose(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=1), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    data = receipt(order, code=kept(order, "N1", "N2"), action="book")
    assert client.post(url, data).context["too_many"]
    assert Device.objects.count() == 0
    client.post(url, data | {"accept_more": "on"})
    assert Device.objects.count() == 2


def test_wrong_frame_is_said_and_codes_are_kept(signed_in: Any, it_staff: User) -> None:
    order = make_order()
    data = receipt(order, note_number="", delivered_on="31.02.2024", code=kept(order, "N1"), action="book")
    response = signed_in(it_staff).post(reverse("web:delivery_create", args=[order.pk]), data)
    assert set(response.context["form"].errors) == {"note_number", "delivered_on"}
    assert [code.serial for _index, code in response.context["checked"]] == ["N1"]


def test_codes_of_another_order_are_not_taken(signed_in: Any, it_staff: User) -> None:
    order, other = make_order(), make_order()
    data = receipt(order, code=kept(other, "N1"))
    response = signed_in(it_staff).post(reverse("web:delivery_create", args=[order.pk]), data)
    assert response.context["checked"] == []


def test_schools_see_their_deliveries_but_no_orders(signed_in: Any, it_staff: User, school_admin: User) -> None:
    order = make_order()
    for note, where in (("L-1", school_admin.memberships.get().school), ("L-2", None)):
        data = receipt(
            order, note_number=note, code=kept(order, f"N{note}"), action="book", school=where.pk if where else ""
        )
        assert signed_in(it_staff).post(reverse("web:delivery_create", args=[order.pk]), data).status_code == 302
    own, central = Delivery.objects.order_by("note_number")
    client: Client = signed_in(school_admin)
    assert client.get(reverse("web:delivery_detail", args=[own.pk])).status_code == 200
    assert client.get(reverse("web:delivery_detail", args=[central.pk])).status_code == 404
    assert client.get(reverse("web:order_detail", args=[order.pk])).status_code == 404
    assert client.get(reverse("web:delivery_create", args=[order.pk])).status_code == 404
    assert client.post(reverse("web:order_create")).status_code == 403
    page = client.get(reverse("web:order_list"))
    assert (list(page.context["page_obj"]), list(page.context["deliveries"])) == ([], [own])


@pytest.mark.parametrize("number", [1, 3])
def test_query_counts_do_not_grow(signed_in: Any, it_staff: User, django_assert_num_queries: Any, number: int) -> None:
    for _ in range(number):
        order = make_order()
    client = signed_in(it_staff)
    client.get(reverse("web:order_list"))
    with django_assert_num_queries(7):
        client.get(reverse("web:order_list"))
    data = receipt(order, code=kept(order, *(f"N{i}" for i in range(number))))
    with django_assert_num_queries(10):
        client.post(reverse("web:delivery_create", args=[order.pk]), data)
