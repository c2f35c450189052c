"""Undoing an import by its page: what it would do, doing it, what stays and why, doing the import again."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.services import release_interrupted
from imports.undo import begin_undo, preview_undo
from inventory.models import Device
from inventory.services import change_device
from schools.models import School
from tests.factories import DAY, make_model
from tests.imports.workbooks import import_file, write_xlsx
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
#: Of the preview of an undo, whatever the number of records.
QUERIES = 28
HEADER = ["Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule"]


@pytest.fixture
def batch(tmp_path: Path, school: School) -> ImportBatch:
    """Two devices, taken in by a workbook."""
    make_model("iPad 9")
    rows = [[f"OB{n}", f"S{n}", "Apple", "iPad 9", "im Einsatz", DAY, "Lindenschule"] for n in (1, 2)]
    return ImportBatch.objects.get(pk=import_file(write_xlsx(tmp_path / "liste.xlsx", [HEADER, *rows]))["batch"])


@pytest.fixture
def page(signed_in, it_staff: User) -> Client:
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def at(batch: ImportBatch, name: str = "undo") -> str:
    return reverse(f"web:import_{name}", args=[batch.pk])


def tiles(response) -> tuple[int, ...]:
    """reversed, kept, not possible"""
    found = re.findall(r'tile__value">\s*([\d.,]+)', response.content.decode())
    return tuple(int(value) for value in found)


def moved(number: str, by: Actor) -> None:
    change_device(Device.objects.get(asset_tag=number), by=by, on=date(2024, 9, 1), status="in_repair")


def test_preview_says_what_stays_and_writes_nothing(page: Client, batch: ImportBatch, by: Actor) -> None:
    moved("OB2", by)
    assert links(page.get(at(batch, "detail")), "content")["Undo this import …"] == at(batch)
    seen = page.get(at(batch))
    assert tiles(seen) == (1, 1, 0)
    assert "Reverse 1 record" in text(seen)
    stays = " ".join(tables(seen)[1][1])
    assert ("OB2" in stays, "Changed since." in stays, "ina.it" in stays) == (True, True, True)
    assert ImportBatch.objects.get().status == BatchStatus.TAKEN


def test_undo_reverses_and_shows_what_stayed(page: Client, batch: ImportBatch, by: Actor, it_staff: User) -> None:
    moved("OB2", by)
    one, two = Device.objects.order_by("asset_tag")
    answer = page.post(at(batch))
    assert (answer.status_code, answer["Location"]) == (303, at(batch, "detail"))
    batch.refresh_from_db()
    assert (batch.status, batch.undo_act.user, batch.undo_act.channel) == (BatchStatus.UNDONE, it_staff, Channel.PAGE)
    assert links(page.get(at(batch, "detail")), "content")["What was undone"] == at(batch)
    result = page.get(at(batch))
    assert tiles(result) == (1, 1, 0)
    assert "This import is undone" in text(result)
    assert page.get(reverse("web:device_detail", args=[one.pk])).status_code == 404
    assert page.get(reverse("web:device_detail", args=[two.pk])).status_code == 200


def test_reversed_records_can_still_be_read(page: Client, batch: ImportBatch) -> None:
    page.post(at(batch))
    seen = tables(page.get(at(batch), {"show": "reversed"}))[1]
    assert [row[0] for row in seen[1:]] == ["OB1 device", "OB2 device"]
    assert "status: in service → –" in seen[1][1]


def test_undo_is_done_once(page: Client, batch: ImportBatch) -> None:
    page.post(at(batch))
    again = page.post(at(batch), follow=True)
    assert "cannot be continued" in text(again)
    assert batch.act.undone_by.entries.filter(kind="inventory.device").count() == 2


def test_redo_brings_the_preview_back_and_takes_it_again(page: Client, batch: ImportBatch, it_staff: User) -> None:
    page.post(at(batch))
    answer = page.post(at(batch, "redo"))
    assert (answer.status_code, answer["Location"]) == (303, at(batch, "detail"))
    batch.refresh_from_db()
    assert (batch.status, batch.summary["new"]) == (BatchStatus.PREVIEWED, 2)
    page.post(at(batch, "take"), {"mode": "all"})
    assert Device.objects.visible_to(it_staff).count() == 2


def test_batch_that_is_not_taken_is_shown_as_it_is(page: Client, batch: ImportBatch) -> None:
    page.post(at(batch))
    page.post(at(batch, "redo"))
    answer = page.get(at(batch))
    assert (answer.status_code, answer["Location"]) == (302, at(batch, "detail"))
    refused = page.post(at(batch, "redo"), follow=True)
    assert "cannot be continued" in text(refused)


def test_strangers_find_no_undo(
    signed_in, batch: ImportBatch, outsider: User, reader: User, school_admin: User
) -> None:
    for user in (outsider, reader, school_admin):
        client = signed_in(user)
        assert client.get(at(batch)).status_code == 404
        assert client.post(at(batch)).status_code == 404
        assert client.post(at(batch, "redo")).status_code == 404
    assert ImportBatch.objects.get().status == BatchStatus.TAKEN


def test_undo_that_broke_off_can_be_tried_again(page: Client, batch: ImportBatch, by: Actor) -> None:
    begin_undo(batch, by=by)
    assert DBTaskResult.objects.running().count() == 0
    release_interrupted()
    batch.refresh_from_db()
    assert (batch.status, bool(batch.error)) == (BatchStatus.TAKEN, True)
    page.post(at(batch))
    batch.refresh_from_db()
    assert (batch.status, batch.error) == (BatchStatus.UNDONE, "")


def test_long_list_of_what_stays_is_paged_in_a_fragment(page: Client, batch: ImportBatch, by: Actor) -> None:
    row = {"kind": "inventory.device", "record": 1, "label": "OB", "reason": "<b>", "by": "", "at": None}
    page.post(at(batch))
    ImportBatch.objects.update(
        undo={"reversed": 0, "kept": 120, "failed": 0, "kinds": [], "failed_rows": []}
        | {"kept_rows": [row | {"label": f"OB{n}", "sheet": "A", "row": n} for n in range(120)]}
    )
    part = page.get(at(batch), {"page": 2}, headers={"HX-Request": "true", "HX-Target": "undo-rows"})
    content = part.content.decode()
    assert ('id="undo-rows"' in content, "<html" in content, "&lt;b&gt;" in content) == (True, False, True)


@pytest.mark.parametrize("number", [1, 3])
def test_preview_takes_the_same_queries_for_one_record_and_for_three(
    number: int, page: Client, tmp_path: Path, school: School, by: Actor
) -> None:
    make_model("iPad 9")
    rows = [[f"OB{n}", f"S{n}", "Apple", "iPad 9", "im Einsatz", DAY, "Lindenschule"] for n in range(number)]
    taken = ImportBatch.objects.get(pk=import_file(write_xlsx(tmp_path / "liste.xlsx", [HEADER, *rows]))["batch"])
    for n in range(number):
        moved(f"OB{n}", by)
    page.get(at(taken))  # what is read once per process and session
    with CaptureQueriesContext(connection) as queries:
        assert tiles(page.get(at(taken))) == (0, number, 0)
    assert len(queries) == QUERIES


def test_kept_record_names_its_row_in_the_file(page: Client, tmp_path: Path, school: School, by: Actor) -> None:
    make_model("iPad 9")
    rows = [[f"OB{n}", f"S{n}", "Apple", "iPad 9", "im Einsatz", DAY, "Lindenschule"] for n in (1, 2)]
    with write_xlsx(tmp_path / "liste.xlsx", [HEADER, *rows], sheet="Geräte").open("rb") as file:
        page.post(reverse("web:import_list"), {"file": file})
    batch = ImportBatch.objects.get()
    page.post(at(batch, "take"), {"mode": "all"})
    moved("OB2", by)
    assert [row["row"] for row in preview_undo(ImportBatch.objects.get())["kept_rows"]] == [3]
    assert "Geräte 3" in " ".join(tables(page.get(at(batch)))[1][1])
