"""The pages about the end of devices."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import Device, Retirement
from inventory.services import record_retirement
from schools.enums import Role
from tests.factories import make_device, make_devices, make_model, make_school, make_user

pytestmark = pytest.mark.django_db
TOKEN = "6a3f0c52-8f2b-4b0e-9a0f-0f4f3f5f8a11"


@pytest.fixture
def laptops():
    model = make_model("Lenovo L13", manufacturer="Lenovo", category="laptop")
    return make_devices(3, school=make_school(), model=model, status="returned", on=date(2024, 1, 1))


def paper_of(devices, by, step="retired", way="broken", **given):
    return record_retirement(devices, step=step, way=way, by=by, on=date(2025, 6, 1), **given)


def test_scanned_devices_are_retired_with_their_paper(laptops, it_staff, signed_in):
    client, address = signed_in(it_staff), reverse("web:retirement_record", args=["retired"])
    upload = SimpleUploadedFile("beschluss.pdf", b"%PDF-1.7\n%%EOF\n", "application/pdf")
    codes = "\r\n".join(device.serial for device in laptops)
    data = {
        "codes": codes, "way": "outdated", "on": "2025-06-01", "party": "Schulausschuss", "reference": "V/25/118",
        "upload": upload, "reason": "Ersatzbeschaffung", "token": TOKEN,
    }  # fmt: skip

    answer = client.post(address, data)

    paper = Retirement.objects.get()
    assert answer.headers["Location"] == reverse("web:retirement_detail", args=[paper.pk])
    assert (paper.way, paper.party, paper.reference, paper.act.reason) == (
        "outdated",
        "Schulausschuss",
        "V/25/118",
        "Ersatzbeschaffung",
    )
    assert set(Device.objects.values_list("status", flat=True)) == {"retired"}
    assert [file.name for file in paper.files.all()] == ["beschluss.pdf"]
    page = client.get(answer.headers["Location"]).content.decode()
    assert all(str(device) in page for device in laptops)


def test_the_same_form_records_once(laptops, it_staff, signed_in):
    client, address = signed_in(it_staff), reverse("web:retirement_record", args=["erased"])
    data = {"codes": laptops[0].serial, "way": "overwritten", "on": "2025-06-01", "token": TOKEN}
    first, second = client.post(address, data), client.post(address, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Retirement.objects.count() == 1


def test_unknown_and_unproven_numbers_are_named(laptops, it_staff, signed_in):
    client, address = signed_in(it_staff), reverse("web:retirement_record", args=["disposed"])
    data = {"codes": f"{laptops[0].serial} GIBTESNICHT", "way": "recycled", "on": "2025-06-01", "token": TOKEN}
    assert "GIBTESNICHT" in client.post(address, data).content.decode()
    data["codes"] = laptops[0].serial
    page = client.post(address, data).content.decode()
    assert f"{laptops[0]}: " in page
    assert Retirement.objects.count() == 0
    assert set(Device.objects.values_list("status", flat=True)) == {"returned"}


def test_all_that_a_filter_finds(laptops, it_staff, signed_in):
    make_device(school=make_school(), status="in_service")
    client = signed_in(it_staff)
    address = reverse("web:retirement_record", args=["retired"]) + "?scope=all&status=returned"
    page = client.get(address)
    assert (page.context["number"], "codes" in page.context["form"].fields) == (3, False)
    data = {"way": "surplus", "on": "2025-06-01", "token": TOKEN, "number": "2"}
    assert list(client.post(address, data).context["form"].errors) == ["number"]
    assert client.post(address, data | {"number": "3"}).status_code == 302
    assert Retirement.objects.get().items.count() == 3


def test_what_is_open_leads_to_the_devices(laptops, by, it_staff, signed_in):
    paper_of(laptops[:2], by)
    paper_of(laptops[:1], by, "erased", "overwritten")
    client = signed_in(it_staff)
    page = client.get(reverse("web:retirement_list"))
    assert [(gap.key, gap.number) for gap in page.context["gaps"]] == [("reason", 0), ("erasure", 1), ("disposal", 2)]
    for gap in page.context["gaps"]:
        found = client.get(reverse("web:device_list"), {"retirement": gap.key})
        assert found.context["page_obj"].paginator.count == gap.number


def test_gaps_of_a_past_day(laptops, by, it_staff, signed_in):
    paper_of(laptops[:2], by)
    client = signed_in(it_staff)
    before = client.get(reverse("web:device_list"), {"retirement": "erasure", "as_of": "2025-05-31"})
    after = client.get(reverse("web:device_list"), {"retirement": "erasure", "as_of": "2025-06-01"})
    counts = [page.context["page_obj"].paginator.count for page in (before, after)]
    assert counts == [0, 2]


def test_workbook(laptops, by, it_staff, signed_in):
    paper = paper_of(laptops, by, reference="V/25/118")
    answer = signed_in(it_staff).get(reverse("web:retirement_workbook", args=[paper.pk]))
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[1] for row in rows] == [device.serial for device in laptops]
    assert {row[2] for row in rows} == {"Laptop"}


def test_school_sees_what_became_of_its_device_but_not_the_paper(laptops, by, signed_in):
    paper = paper_of(laptops, by, reference="V/25/118", party="Schulausschuss")
    client = signed_in(make_user("sina.schule", role=Role.SCHOOL_ADMIN, school=laptops[0].school))
    page = client.get(reverse("web:device_detail", args=[laptops[0].pk])).content.decode()
    assert paper.get_way_display() in page
    assert "V/25/118" not in page
    assert client.get(reverse("web:retirement_detail", args=[paper.pk])).status_code == 404


def test_taking_a_paper_back(laptops, by, it_staff, signed_in):
    paper = paper_of(laptops, by)
    client = signed_in(it_staff)
    address = reverse("web:retirement_undo", args=[paper.pk])
    assert client.get(address).context["stays"] == []
    assert client.post(address, {"reason": "Irrtum"}).headers["Location"] == reverse("web:retirement_list")
    assert set(Device.objects.values_list("status", flat=True)) == {"returned"}


def test_pages_need_the_same_number_of_queries(laptops, by, it_staff, signed_in):
    one, three = paper_of(laptops[:1], by), paper_of(laptops, by, "erased", "overwritten")
    client = signed_in(it_staff)
    counts = []
    for paper in (one, one, three):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("web:retirement_detail", args=[paper.pk]))
        counts.append(len(queries))
    assert counts[1] == counts[2]
