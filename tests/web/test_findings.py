"""Work-lists and conflicts through the pages."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from audit.actor import Actor
from imports.models import Finding, ImportBatch
from imports.services import preview_batch, upload_batch
from inventory.models import Delivery, Device
from inventory.services import book_delivery, update_details
from inventory.services.receipt import Code
from reports.exports import write_devices
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_model, make_order
from tests.imports.workbooks import import_file, write_csv, write_xlsx
from tests.web.pages import tables, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(signed_in: Any, it_staff: User) -> Client:
    client: Client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def reconciled(tmp_path: Path, school: School, number: int = 1) -> ImportBatch:
    """A batch with ``number`` strange devices and as many that the MDM does not name."""
    here = make_devices(number + 1, school=school)
    header = ["Serial Number", "Model", "Last Check-in"]
    rows = [[serial, "iPad 9", date(2024, 5, 1)] for serial in (here[0].serial, *(f"X{n}" for n in range(number)))]
    result = import_file(write_xlsx(tmp_path / "mdm.xlsx", [header, *rows]), "--by", "ina.it")
    return ImportBatch.objects.get(pk=result["batch"])


def address(batch: ImportBatch, name: str = "import_findings") -> str:
    return reverse(f"web:{name}", args=[batch.pk])


def test_open_findings_are_listed_and_filtered(page, tmp_path, school):
    batch = reconciled(tmp_path, school)
    (rows,) = tables(page.get(address(batch)))
    assert [row[2] for row in rows[1:]] == ["in MDM, not in stock", "in stock, not in MDM"]
    (rows,) = tables(page.get(address(batch), {"school": school.number}))
    assert [row[4] for row in rows[1:]] == ["Lindenschule"]
    (rows,) = tables(page.get(address(batch), {"kind": "not_in_stock"}))
    assert [row[1] for row in rows[1:]] == ["X0"]
    assert tables(page.get(address(batch), {"status": "done"})) == []


def test_batch_leads_to_its_findings(page, tmp_path, school):
    batch = reconciled(tmp_path, school)
    assert f'href="{address(batch)}"' in page.get(reverse("web:import_detail", args=[batch.pk])).content.decode()


def test_chosen_finding_is_done_with_a_note(page, tmp_path, school):
    batch = reconciled(tmp_path, school, 2)
    first = batch.findings.first()
    data = {"finding": first.pk, "scope": "chosen", "do-deed": "finish", "do-note": "geklärt", "status": "open"}
    response = page.post(address(batch, "import_findings_act"), data)
    assert response.headers["Location"] == f"{address(batch)}?status=open"
    assert list(batch.findings.filter(status="done").values_list("pk", "note")) == [(first.pk, "geklärt")]


def test_all_of_the_list_are_those_that_the_filter_finds(page, tmp_path, school):
    batch = reconciled(tmp_path, school, 3)
    data = {"scope": "all", "do-deed": "release", "do-on": "2024-06-01", "status": "open", "school": school.number}
    page.post(address(batch, "import_findings_act"), data)
    assert Device.objects.filter(is_managed=False).count() == 3
    assert set(batch.findings.filter(status="open").values_list("kind")) == {("not_in_stock",)}


def test_strange_devices_are_created_from_the_page(page, tmp_path, school):
    batch = reconciled(tmp_path, school, 2)
    data = {"scope": "all", "do-deed": "receive", "do-on": "2024-06-01", "do-status": "in_stock", "status": "open"}
    page.post(address(batch, "import_findings_act"), data)
    assert (
        list(Device.objects.filter(serial__startswith="X").values_list("status", "is_managed"))
        == [("in_stock", True)] * 2
    )


def test_refusal_is_said_at_the_form(page, tmp_path, school):
    batch = reconciled(tmp_path, school)
    batch.findings.update(model=None)
    data = {"scope": "all", "do-deed": "receive", "do-status": "in_stock", "status": "open"}
    response = page.post(address(batch, "import_findings_act"), data)
    assert "X0" in text(response)
    assert not Device.objects.filter(serial="X0").exists()


def test_work_list_goes_out_as_its_filter_says(page, tmp_path, school):
    batch = reconciled(tmp_path, school, 2)
    response = page.get(address(batch, "import_findings_workbook"), {"kind": "not_in_stock"})
    _heading, *rows = load_workbook(BytesIO(response.getvalue())).active.iter_rows(values_only=True)
    assert [row[1] for row in rows] == ["X0", "X1"]


def test_page_takes_as_many_queries_for_many_findings(page, tmp_path, school):
    few, many = reconciled(tmp_path, school, 1), reconciled(tmp_path, school, 5)
    counts = []
    for batch in (few, many):
        page.get(address(batch))
        with CaptureQueriesContext(connection) as queries:
            page.get(address(batch))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.fixture
def delivery(by: Actor, school: School) -> Delivery:
    order = make_order(quantity=3)
    line = order.lines.select_related("model__category", "model__manufacturer").get()
    codes = [Code(line, serial) for serial in ("A1", "A2", "A3")]
    return book_delivery(order, note_number="L-1", delivered_on=DAY, serials=codes, by=by, school=school)


def compare(page: Client, delivery: Delivery, path: Path) -> Any:
    with path.open("rb") as file:
        return page.post(reverse("web:delivery_compare", args=[delivery.pk]), {"file": file})


def test_list_of_the_supplier_is_compared_with_the_delivery(page, delivery, tmp_path):
    make_model("iPad 10")
    rows = [["S/N", "Artikel"], ["A1", "iPad 9"], ["a 2", "Apple iPad 10"], ["B7", "iPad 10"]]
    response = compare(page, delivery, write_xlsx(tmp_path / "liste.xlsx", rows))
    batch = ImportBatch.objects.latest("pk")
    assert response.headers["Location"] == address(batch)
    assert list(batch.findings.order_by("serial").values_list("serial", "kind")) == [
        ("A2", "other_model"),
        ("A3", "not_listed"),
        ("B7", "not_delivered"),
    ]
    assert (batch.status, batch.act.verb, Device.objects.count()) == ("taken", "delivery.compare", 3)
    assert page.get(reverse("web:import_detail", args=[batch.pk])).status_code == 200


def test_list_of_one_column_is_enough(page, delivery, tmp_path):
    compare(page, delivery, write_csv(tmp_path / "liste.csv", ["Seriennummer", "A1", "A2", "A3"]))
    assert ImportBatch.objects.latest("pk").findings.count() == 0


@pytest.mark.parametrize("lines", [["Name;Ort", "x;y"], ["Seriennummer", "1.23457E+15"]])
def test_unusable_list_is_said_at_the_form(page, delivery, tmp_path, lines):
    response = compare(page, delivery, write_csv(tmp_path / "liste.csv", lines))
    assert (response.status_code, Finding.objects.count()) == (200, 0)
    assert response.context["form"].errors["file"]


def test_conflict_is_shown_three_ways_and_settled(page, tmp_path, school, it_staff):
    device = make_devices(1, school=school)[0]
    batch = conflicting(tmp_path, device, Actor(it_staff))
    rows = tables(page.get(reverse("web:import_detail", args=[batch.pk])), "conflicts")[0]
    assert (rows[1][2], rows[1][3].split(" ")[0], rows[1][4]) == ("–", "ihres", "meines")
    page.post(reverse("web:import_conflicts", args=[batch.pk]), {"conflict-0": "take"})
    batch.refresh_from_db()
    assert [list(given.values()) for given in batch.decisions.values()] == [[{"action": "take", "now": "ihres"}]]


def conflicting(tmp_path: Path, device: Device, by: Actor) -> ImportBatch:
    path = tmp_path / "devices.xlsx"
    write_devices(path, as_of=timezone.localdate())
    update_details({device.pk: {"note": "ihres"}}, an_act())
    book = load_workbook(path)
    headings = [cell.value for cell in book.active[1]]
    book.active.cell(2, headings.index("Bemerkung") + 1).value = "meines"
    book.save(path)
    with path.open("rb") as file:
        return preview_batch(upload_batch(file, name=path.name, by=by, kind="devices"))
