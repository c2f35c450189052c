"""Pages of labels: what is chosen, where it is printed, who may."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from audit.actor import Actor
from inventory.models import LabelSheet
from inventory.services import book_delivery
from inventory.services.deliveries import Code
from schools.enums import Role
from schools.models import School
from tests.factories import DAY, make_device, make_devices, make_label_sheet, make_order, make_room, make_user
from tests.web.pages import links, text

pytestmark = pytest.mark.django_db

PAGE, PRINT = "/labels/", "/labels/print/"


@pytest.fixture
def it(client: Client, it_staff: User) -> Client:
    client.force_login(it_staff)
    return client


def printed(answer: Any) -> list[str]:
    """The numbers on the labels: all devices of these tests have a serial that begins with SN, and no asset tag."""
    pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    return [line for page in pages for line in page.extract_text().split("\n") if line.startswith("SN")]


def serials(devices: list[Any]) -> list[str]:
    return [device.serial for device in devices]


def some(number: int, **placed: Any) -> list[Any]:
    return [make_device(asset_tag="", **placed) for _ in range(number)]


def preview(answer: Any) -> str:
    return " ".join(text(answer, within="label-form").split())


def test_page_without_a_choice_asks_for_one(it: Client, school: School) -> None:
    some(1, school=school)
    page = it.get(PAGE)
    assert "Wählen Sie hier eine Schule" in preview(page)
    assert "Etiketten als PDF" not in preview(page)


def test_ticked_devices_are_counted_and_printed(it: Client, school: School) -> None:
    first, second, _third = some(3, school=school)
    sheet = LabelSheet.objects.get(label_width=105)
    query = f"?scope=chosen&device={first.pk}&device={second.pk}&sheet={sheet.pk}&start=8&line=Stadt"
    page = it.get(f"{PAGE}{query}&school={school.number}")
    assert "2 Etiketten auf 2 Bögen" in preview(page)
    assert links(page)["Zurück zur Liste"] == f"/devices/?school={school.number}"
    assert f'<input type="hidden" name="school" value="{school.number}">' in page.content.decode()
    answer = it.get(PRINT + query)
    assert (answer["Content-Type"], answer["Content-Disposition"][:33]) == (
        "application/pdf",
        'attachment; filename="etiketten-2',
    )
    assert printed(answer) == serials([first, second])


def test_all_that_match_are_printed(it: Client, school: School, other_school: School) -> None:
    mine = some(2, school=school)
    some(1, school=other_school)
    sheet = LabelSheet.objects.earliest("pk")
    answer = it.get(f"{PRINT}?scope=all&school={school.number}&sheet={sheet.pk}&start=1")
    assert printed(answer) == serials(mine)


def test_devices_of_a_room_are_printed(it: Client, school: School) -> None:
    room = make_room(school)
    there = some(2, school=school, room=room)
    some(1, school=school)
    assert printed(it.get(f"{PRINT}?scope=all&school={school.number}&room={room.pk}")) == serials(there)


def test_devices_of_a_delivery_are_printed(it: Client, it_staff: User, school: School) -> None:
    order = make_order()
    codes = [Code(order.lines.get(), f"SN{n}") for n in range(2)]
    frame = {"note_number": "L1", "delivered_on": DAY, "by": Actor(it_staff), "school": school}
    delivery = book_delivery(order, serials=codes, **frame)
    some(1, school=school)
    way = links(it.get(reverse("web:delivery_detail", args=[delivery.pk])))["Etiketten drucken"]
    assert "2 Etiketten" in preview(it.get(way))
    assert printed(it.get(way.replace(PAGE, PRINT))) == ["SN0", "SN1"]


def test_other_filters_of_the_list_come_along(it: Client, school: School) -> None:
    (device,) = some(1, school=school)
    some(1, school=school, status="in_repair")
    page = it.get(f"{PAGE}?scope=all&status=in_service&q={device.serial}")
    assert "1 Etikett auf 1 Bogen" in preview(page)
    assert '<input type="hidden" name="status" value="in_service">' in page.content.decode()


def test_devices_that_are_gone_get_no_label(it: Client, school: School) -> None:
    here = some(1, school=school)
    some(2, school=school, status="disposed")
    query = f"?scope=all&school={school.number}"
    assert "2 weggefallene Geräte erhalten kein Etikett" in preview(it.get(PAGE + query))
    assert printed(it.get(PRINT + query)) == serials(here)


def test_too_many_are_refused_with_a_sentence(it: Client, school: School) -> None:
    make_devices(2001, school=school)
    query = f"?scope=all&school={school.number}"
    page = preview(it.get(PAGE + query))
    assert "2.001 Etiketten sind zu viele auf einmal, möglich sind 2.000." in page
    assert "Etiketten als PDF" not in page
    assert it.get(PRINT + query)["Location"] == PAGE + query


@pytest.mark.parametrize("query", ["", "?scope=chosen", "?device=x", "?device=99999999", "?scope=all&school=0"])
def test_nothing_to_print_leads_back_to_the_page(it: Client, school: School, query: str) -> None:
    some(1, school=school)
    answer = it.get(PRINT + query)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, PAGE)


@pytest.mark.parametrize("how", ["sheet=999999", "sheet=x", "sheet=", "sheet={sheet}&start=0", "sheet={sheet}&start=x"])
def test_wrong_input_is_said_and_not_printed(it: Client, school: School, how: str) -> None:
    (device,) = some(1, school=school)
    query = f"?device={device.pk}&" + how.format(sheet=LabelSheet.objects.earliest("pk").pk)
    assert 'class="field__errors"' in it.get(PAGE + query).content.decode()
    assert it.get(PRINT + query).status_code == 302


def test_place_that_another_sheet_does_not_have_is_its_first(it: Client, school: School) -> None:
    (device,) = some(1, school=school)
    sheet = LabelSheet.objects.get(label_width=105)
    page = it.get(f"{PAGE}?device={device.pk}&sheet={sheet.pk}&start=9")
    assert (page.context["asked"].start, "1 Etikett auf 1 Bogen" in preview(page)) == (1, True)


def test_places_show_what_is_used_filled_and_free(it: Client, school: School) -> None:
    first, second = some(2, school=school)
    sheet = make_label_sheet(columns=2, rows=2, page_height=60)
    page = it.get(f"{PAGE}?device={first.pk}&device={second.pk}&sheet={sheet.pk}&start=2")
    assert [[place.state for place in row] for row in page.context["places"]] == [
        ["used", "filled"],
        ["filled", "free"],
    ]


def test_last_sheet_and_line_are_offered_again(it: Client, school: School) -> None:
    (device,) = some(1, school=school)
    sheet = LabelSheet.objects.get(label_width=70)
    it.get(f"{PRINT}?device={device.pk}&sheet={sheet.pk}&start=1&line=Eigentum")
    asked = it.get(f"{PAGE}?device={device.pk}").context["asked"]
    assert (asked.sheet, asked.line) == (sheet, "Eigentum")


def test_name_of_the_authority_is_offered(it: Client, school: School, settings: Any) -> None:
    settings.AUTHORITY_NAME = "Stadt Lindenfurt"
    (device,) = some(1, school=school)
    assert it.get(f"{PAGE}?device={device.pk}").context["asked"].line == "Stadt Lindenfurt"
    sheet = LabelSheet.objects.earliest("pk")
    assert it.get(f"{PAGE}?device={device.pk}&sheet={sheet.pk}&line=").context["asked"].line == ""


def test_school_prints_its_own_devices_alone(client: Client, school_admin: User, other_school: School) -> None:
    school = school_admin.memberships.get().school
    mine, others = some(2, school=school), some(1, school=other_school)
    client.force_login(school_admin)
    keys = "&".join(f"device={device.pk}" for device in [*mine, *others])
    assert printed(client.get(f"{PRINT}?{keys}")) == serials(mine)
    assert printed(client.get(f"{PRINT}?scope=all")) == serials(mine)


def test_school_chooses_among_its_rooms(client: Client, school_admin: User, other_school: School) -> None:
    room = make_room(school_admin.memberships.get().school)
    make_room(other_school)
    client.force_login(school_admin)
    choices = client.get(PAGE).context["filter_form"].fields["room"].widget.choices
    assert [key for key, _name in choices] == ["", room.pk]


def test_reader_of_a_school_takes_no_files_away(client: Client, school: School) -> None:
    (device,) = some(1, school=school)
    client.force_login(make_user("lena", role=Role.SCHOOL_READER, school=school))
    assert [client.get(f"{path}?device={device.pk}").status_code for path in (PAGE, PRINT)] == [403, 403]
    assert "Etikett drucken" not in links(client.get(f"/devices/{device.pk}/"))


def test_number_of_queries_does_not_grow(it: Client, school: School, django_assert_max_num_queries: Any) -> None:
    query = f"?scope=all&school={school.number}&sheet={LabelSheet.objects.earliest('pk').pk}&start=1"
    counted = []
    for _round in range(2):
        some(1 + 2 * _round, school=school, room=make_room(school))
        with django_assert_max_num_queries(40) as seen:
            it.get(PAGE + query)
            it.get(PRINT + query)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_pages_lead_to_labels(it: Client, school: School) -> None:
    room = make_room(school, "101")
    (device,) = some(1, school=school, room=room)
    found = {
        f"/devices/{device.pk}/": ("Etikett drucken", f"{PAGE}?device={device.pk}"),
        f"/devices/?school={school.number}": ("Etiketten", f"{PAGE}?school={school.number}&amp;scope=all"),
        f"/schools/{school.number}/": ("Etiketten drucken", f"{PAGE}?scope=all&school={school.number}"),
    }
    for address, (name, way) in found.items():
        assert links(it.get(address))[name].replace("&amp;", "&") == way.replace("&amp;", "&"), address
    assert links(it.get(f"/schools/{school.number}/"))["Etiketten 101"] == (
        f"{PAGE}?scope=all&school={school.number}&room={room.pk}"
    )


# --- sheets -----------------------------------------------------------------------------------------------------------

MEASURES = {
    "name": "Eigener Bogen",
    "page_width": "210",
    "page_height": "297 mm",
    "columns": "2",
    "rows": "5",
    "label_width": "96,5",
    "label_height": "50.8",
    "margin_left": "8",
    "margin_top": "21,5",
    "gap_x": "0",
    "gap_y": "0",
}


def _sent(it: Client, address: str, **changes: str) -> Any:
    version = it.get(address).context["form"].version_now
    return it.post(address, MEASURES | {"version": str(version)} | changes)


def test_own_sheet_is_kept_as_people_write_measures(it: Client) -> None:
    assert _sent(it, "/labels/sheets/new/")["Location"] == "/labels/sheets/"
    sheet = LabelSheet.objects.get(name="Eigener Bogen")
    assert [float(getattr(sheet, name)) for name in ("label_width", "label_height", "margin_top")] == [96.5, 50.8, 21.5]
    form = it.get(f"/labels/sheets/{sheet.pk}/").context["form"]
    assert [form[name].value() for name in ("label_width", "page_height", "gap_x")] == ["96,5", "297", "0"]


def test_sheet_that_does_not_fit_is_refused_at_its_field(it: Client) -> None:
    page = _sent(it, "/labels/sheets/new/", label_width="106")
    assert page.context["form"].errors == {
        "page_width": ["Die Etiketten einer Zeile brauchen mehr als die Breite des Papiers."]
    }
    assert not LabelSheet.objects.filter(name="Eigener Bogen").exists()


@pytest.mark.parametrize("nonsense", ["", "viel", "-1", "1e9", "NaN", "99999", "1,234"])
def test_nonsense_for_a_measure_is_refused(it: Client, nonsense: str) -> None:
    assert "gap_y" in _sent(it, "/labels/sheets/new/", gap_y=nonsense).context["form"].errors or nonsense == "-1"
    assert not LabelSheet.objects.filter(name="Eigener Bogen").exists()


def test_sheet_is_changed_and_deleted(it: Client) -> None:
    sheet = make_label_sheet()
    assert _sent(it, f"/labels/sheets/{sheet.pk}/").status_code == 302
    sheet.refresh_from_db()
    assert (sheet.name, sheet.rows) == ("Eigener Bogen", 5)
    assert it.post(f"/labels/sheets/{sheet.pk}/delete/", {})["Location"] == "/labels/sheets/"
    assert not LabelSheet.objects.filter(pk=sheet.pk).exists()


def test_somebody_who_was_quicker_is_noticed(it: Client) -> None:
    sheet = make_label_sheet()
    old = it.get(f"/labels/sheets/{sheet.pk}/").context["form"].version_now
    _sent(it, f"/labels/sheets/{sheet.pk}/", name="Erster")
    page = it.post(f"/labels/sheets/{sheet.pk}/", MEASURES | {"version": str(old), "name": "Zweiter"})
    assert [entry.changes["name"] for entry in page.context["form"].overtaken_by] == [["Klein", "Erster"]]
    sheet.refresh_from_db()
    assert sheet.name == "Erster"


def test_test_print_has_the_outlines(it: Client) -> None:
    sheet = make_label_sheet()
    answer = it.get(f"/labels/sheets/{sheet.pk}/test/")
    assert answer["Content-Disposition"] == 'attachment; filename="probedruck-klein.pdf"'
    (page,) = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    assert page.extract_text().split() == ["1", "48", "×", "28", "mm", "2"]
