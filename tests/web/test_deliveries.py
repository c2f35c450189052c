"""Orders and goods receipt through the pages, as a person without JavaScript uses them."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

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
    assert (Device.objects.count(), again.context["booked"]) == (3, delivery)
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
    with django_assert_num_queries(8):
        client.get(reverse("web:order_list"))
    data = receipt(order, code=kept(order, *(f"N{i}" for i in range(number))))
    with django_assert_num_queries(12):
        client.post(reverse("web:delivery_create", args=[order.pk]), data)


def test_delivery_is_unbooked_with_a_reason(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=2), signed_in(it_staff)
    data = receipt(order, code=kept(order, "N1", "N2"), action="book")
    client.post(reverse("web:delivery_create", args=[order.pk]), data)
    url = reverse("web:delivery_unbook", args=[Delivery.objects.get().pk])
    assert client.get(url).context["preview"] == (2, [], True)
    assert client.post(url, {}).context["form"].errors.keys() == {"reason"}
    assert client.post(url, {"reason": "doppelt"}).headers["Location"] == reverse("web:order_detail", args=[order.pk])
    assert (Delivery.objects.count(), Device.objects.existing().count()) == (0, 0)


def test_same_form_sent_twice_shows_the_first_booking(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=5), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    token = client.get(url).context["token"]
    data = receipt(order, code=kept(order, "N1"), action="book", token=token)
    first = client.post(url, data).headers["Location"]
    assert client.post(url, data | {"note_number": "L-78"}).headers["Location"] == first
    assert (Delivery.objects.count(), Device.objects.count()) == (1, 1)


def test_second_person_adds_to_the_note_that_is_booked(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=5), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    client.post(url, receipt(order, code=kept(order, "N1"), action="book", token="a"))
    second = receipt(order, code=kept(order, "N2"), action="book", token="b")
    refused = client.post(url, second)
    assert (refused.context["booked"].devices_count, Device.objects.count()) == (1, 1)
    client.post(url, second | {"add_to_booked": "on"})
    assert Delivery.objects.get().devices.count() == 2


def test_last_scan_is_undone_and_damage_is_turned(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=5), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    page = client.post(url, receipt(order, code=kept(order, "N1", "N2"), action="undo"))
    assert [code.serial for code in page.context["receiving"].codes] == ["N1"]
    hidden = page.context["hidden"]
    page = client.post(url, receipt(order, **hidden, damage_of="0"))
    data = receipt(order, **page.context["hidden"], action="book", damage="Gehäuse gerissen")
    client.post(url, data)
    assert list(Device.objects.values_list("serial", "status", "note")) == [("N1", "in_repair", "Gehäuse gerissen")]


def test_paste_of_ten_thousand_lines_and_control_characters_loses_nothing(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=3), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    page = client.post(url, receipt(order, scan="\r\n".join(f"N{i}" for i in range(10_000))))
    assert len(page.context["receiving"].codes) == 10_000
    page = client.post(url, receipt(order, **page.context["hidden"], scan="\x02LAST\x1d\x03"))
    assert (len(page.context["receiving"].codes), page.context["receiving"].is_cut) == (10_000, True)
    page = client.post(url, receipt(order, scan="\x02A1\x1dA2\x03"))
    assert [code.serial for code in page.context["receiving"].codes] == ["A1", "A2"]
    page = client.post(url, receipt(order, scan="A1\n" * 500))
    assert (page.context["good"], page.context["problems"]) == (1, 499)


def test_list_of_the_supplier_is_held_against_the_scans(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(quantity=5), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    file = SimpleUploadedFile("liste.csv", b"Seriennummer;Modell\nN1;iPad 9\nN2;iPad 9\n")
    page = client.post(url, receipt(order, action="announce", announced_file=file))
    assert page.context["missing"] == ["N1", "N2"]
    page = client.post(url, receipt(order, **page.context["hidden"], scan="N1\nX9"))
    assert (page.context["missing"], page.context["surplus"]) == (["N2"], 1)
    client.post(url, receipt(order, **page.context["hidden"], action="book"))
    delivery = Delivery.objects.get()
    report = client.get(reverse("web:delivery_report", args=[delivery.pk])).context["report"]
    assert [(one.kind, one.serial) for one in report.deviations] == [("missing", "N2"), ("surplus", "X9")]
    answer = client.get(reverse("web:delivery_report_workbook", args=[delivery.pk]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = [[cell.value for cell in row[:3]] for row in book.worksheets[1].iter_rows(min_row=5)]
    assert [(row[0], row[1]) for row in rows] == [("N2", 1), ("X9", 1)]


def test_unreadable_list_is_said_at_its_field(signed_in: Any, it_staff: User) -> None:
    order, client = make_order(), signed_in(it_staff)
    url = reverse("web:delivery_create", args=[order.pk])
    file = SimpleUploadedFile("liste.csv", b"Farbe\nrot\n")
    page = client.post(url, receipt(order, action="announce", announced_file=file, code=kept(order, "N1")))
    assert page.context["list_form"].errors.keys() == {"announced_file"}
    assert [code.serial for code in page.context["receiving"].codes] == ["N1"]


def test_papers_of_a_delivery_are_kept_handed_out_and_deleted(
    signed_in: Any, it_staff: User, reader: User, school_admin: User
) -> None:
    order, client = make_order(), signed_in(it_staff)
    school = school_admin.memberships.get().school
    data = receipt(order, code=kept(order, "N1"), action="book", school=school.pk)
    client.post(reverse("web:delivery_create", args=[order.pk]), data)
    delivery = Delivery.objects.get()
    upload = SimpleUploadedFile("schein.pdf", b"%PDF-1.7 Lieferschein")
    client.post(reverse("web:delivery_file_attach", args=[delivery.pk]), {"file": upload, "name": "Lieferschein"})
    file = delivery.files.get()
    address = reverse("web:delivery_file", args=[delivery.pk, file.pk])
    assert b"".join(client.get(address).streaming_content) == b"%PDF-1.7 Lieferschein"
    assert signed_in(reader).get(address).status_code == 403
    assert signed_in(school_admin).get(address).status_code == 403
    client = signed_in(it_staff)
    unbook = client.get(reverse("web:delivery_unbook", args=[delivery.pk])).context["preview"]
    assert [(one.kind, unbook.is_whole) for one in unbook.stays] == [(Delivery, False)]
    client.post(reverse("web:delivery_file_remove", args=[delivery.pk, file.pk]), {"reason": ""})
    assert not delivery.files.exists()


def test_delivery_without_an_order_is_booked_on_its_page(signed_in: Any, it_staff: User, school: School) -> None:
    client, url = signed_in(it_staff), reverse("web:delivery_free")
    assert client.get(url).status_code == 200
    data = {"supplier": "Förderverein", "note_number": "L-1", "delivered_on": LATER.isoformat(), "school": school.pk}
    data |= {"lines-TOTAL_FORMS": 2, "lines-INITIAL_FORMS": 0, "lines-0-model": make_model().pk}
    answer = client.post(url, data | {"lines-0-serials": "a1\n\x02A2\x03"})
    delivery = Delivery.objects.get()
    assert answer.headers["Location"] == reverse("web:delivery_detail", args=[delivery.pk])
    assert sorted(delivery.devices.values_list("serial", "school")) == [("A1", school.pk), ("A2", school.pk)]
    unbook = client.post(reverse("web:delivery_unbook", args=[delivery.pk]), {"reason": "falsch"})
    assert unbook.headers["Location"] == reverse("web:order_list")
