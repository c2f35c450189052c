"""The page of an import row by row: filters, columns, corrected cells, questions, the sender's own workbook."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from imports.enums import BatchStatus
from imports.models import ImportBatch
from inventory.models import Device
from schools.models import Site
from tests.factories import make_device, make_model
from tests.imports.workbooks import write_xlsx
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
HEADER = ["Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule", "Bemerkung"]
DAY = date(2024, 3, 1)


@pytest.fixture
def page(signed_in, it_staff, school) -> Client:
    make_model("iPad 9")
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def row(number=1, since=DAY, note=None):
    return [f"T{number}", f"S{number}", "Apple", "iPad 9", "im Einsatz", since, "Lindenschule", note]


@pytest.fixture
def uploaded(page, tmp_path):
    def uploaded(*rows, header=HEADER):
        path = write_xlsx(tmp_path / "liste.xlsx", [header, *rows], sheet="Geräte")
        with path.open("rb") as file:
            page.post("/imports/", {"file": file})
        return ImportBatch.objects.latest("pk")

    return uploaded


def known(school, number=1, note="alt"):
    device = make_device(school=school, on=DAY)
    Device.objects.filter(pk=device.pk).update(serial=f"S{number}", asset_tag=f"T{number}", note=note)
    return device


def at(batch, name="detail"):
    return reverse(f"web:import_{name}", args=[batch.pk])


def numbers(response):
    return [shown.row.number for shown in response.context["rows"].shown()]


def test_tiles_lead_to_the_rows_of_their_kind(page, uploaded, school):
    device = known(school)
    batch = uploaded(row(note="neu"), row(2), row(3, since="gestern"))
    found = page.get(at(batch))
    assert numbers(found) == [2, 3, 4]
    assert numbers(page.get(at(batch) + "?outcome=changed")) == [2]
    assert numbers(page.get(at(batch, "rows") + "?outcome=rejected")) == [4]
    assert numbers(page.get(at(batch, "rows") + "?q=t2")) == [3]
    assert numbers(page.get(at(batch, "rows") + "?column=note")) == [2]
    assert numbers(page.get(at(batch, "rows") + "?outcome=nonsense&column=none&page=x")) == [2, 3, 4]
    assert links(found, "rows")["T1"] == reverse("web:device_detail", args=[device.pk])
    assert "serial number" in text(found)


def test_fragment_of_rows_comes_alone(page, uploaded):
    batch = uploaded(row())
    answer = page.get(at(batch, "rows"), headers={"HX-Request": "true"})
    assert answer.content.decode().strip().startswith('<section class="panel panel--flush" id="rows"')


def test_column_that_is_not_wanted_can_be_left_out_and_taken_back(page, uploaded, school):
    known(school)
    batch = uploaded(row(note="neu"))
    preview = page.get(at(batch))
    assert [(c["key"], c["count"]) for c in preview.context["changed_columns"]] == [("note", 1)]
    page.post(at(batch, "skip"), {"offered": ["note"], "wanted": []})
    batch.refresh_from_db()
    assert (batch.options["skip"], batch.summary["changed"], batch.summary["unchanged"]) == (["note"], 0, 1)
    assert "not taken over" in text(page.get(at(batch)))
    page.post(at(batch, "skip"), {"offered": ["note"], "wanted": ["note"]})
    batch.refresh_from_db()
    assert (batch.options["skip"], batch.summary["changed"]) == ([], 1)


def test_other_options_survive_reading_again(page, uploaded, school):
    known(school)
    batch = uploaded(row(note="neu"))
    page.post(at(batch, "skip"), {"offered": ["note"], "wanted": []})
    page.post(at(batch, "reread"), {"kind": "devices", "mode": "valid", "blank": "clear"})
    batch.refresh_from_db()
    assert (batch.options["skip"], batch.options["mode"], batch.options["blank"]) == (["note"], "valid", "clear")


def test_cells_are_corrected_in_the_page_and_taken_back(page, uploaded):
    batch = uploaded(row(since="gestern"), row(2, since="morgen"))
    preview = page.get(at(batch)).content.decode()
    assert 'name="at" value="Geräte!F2"' in preview
    given = {"at": ["Geräte!F2", "Geräte!F3"], "was": ["gestern", "morgen"], "text": ["01.03.2024", "morgen"]}
    page.post(at(batch, "correct"), given)
    batch.refresh_from_db()
    assert batch.corrections == {"Geräte": {"F2": "01.03.2024"}}
    assert (batch.summary["new"], batch.summary["rejected"]) == (1, 1)
    assert "1 cell was corrected here" in text(page.get(at(batch)))
    page.post(at(batch, "correct"), {"undo": "Geräte!F2"})
    batch.refresh_from_db()
    assert (batch.corrections, batch.summary["rejected"]) == ({}, 2)


def test_correction_that_cannot_be_is_told(page, uploaded):
    batch = uploaded(row(since="gestern"))
    answer = page.post(at(batch, "correct"), {"at": ["Nirgends!F2"], "was": [""], "text": ["x"]}, follow=True)
    assert "The file has no sheet “Nirgends”." in text(answer)
    answer = page.post(at(batch, "correct"), {}, follow=True)
    assert "No cell was changed." in text(answer)


def test_row_that_may_mean_two_sites_is_asked_about(page, uploaded):
    sites = [Site.objects.create(name="Ring", street=street) for street in ("Ringstraße 1", "Ringstraße 9")]
    batch = uploaded(["Ring", "WLAN", "geplant", DAY], header=["Standort", "Gewerk", "Status", "Seit"])
    asked = page.get(at(batch))
    assert "Which record is meant?" in text(asked)
    assert [q["row"] for q in asked.context["questions"]] == [2]
    page.post(at(batch, "answer"), {"row:Geräte!2": f"map:{sites[1].pk}"})
    batch.refresh_from_db()
    assert (batch.summary["ambiguous"], batch.summary["new"]) == (0, 1)
    assert batch.decisions["row"]["Geräte!2"]["label"].startswith("Ring, Ringstraße 9")


def test_answer_that_was_not_offered_is_none(page, uploaded):
    Site.objects.create(name="Ring", street="Ringstraße 1")
    Site.objects.create(name="Ring", street="Ringstraße 9")
    batch = uploaded(["Ring", "WLAN", "geplant", DAY], header=["Standort", "Gewerk", "Status", "Seit"])
    page.post(at(batch, "answer"), {"row:Geräte!2": "map:999999"})
    page.post(at(batch, "answer"), {"row:Geräte!2": "create"})
    batch.refresh_from_db()
    assert (batch.summary["ambiguous"], batch.decisions) == (1, {})


def test_absent_records_are_listed(page, uploaded, school):
    known(school, 1)
    known(school, 7)
    found = text(page.get(at(uploaded(row()))))
    assert "1 record is known here but not named in the file" in found
    assert "T7 · Apple iPad 9" in found


def test_marked_workbook_is_offered_and_replaced_by_a_corrected_one(page, uploaded, tmp_path):
    batch = uploaded(row(since="gestern"))
    answer = page.get(at(batch, "marked"))
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert "liste" in answer["Content-Disposition"]
    assert book["Geräte"]["F2"].comment is not None
    book["Geräte"]["F2"].value = DAY
    book.save(tmp_path / "corrected.xlsx")
    with (tmp_path / "corrected.xlsx").open("rb") as file:
        answer = page.post(at(batch, "replace"), {"file": file})
    new = ImportBatch.objects.latest("pk")
    assert (answer.status_code, answer["Location"], new.replaces) == (303, at(new), batch)
    assert (new.summary["new"], new.summary["rejected"]) == (1, 0)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.DISCARDED
    assert links(page.get(at(batch)), "content")["corrected.xlsx"] == at(new)


def test_corrected_workbook_is_asked_for_and_limited(page, uploaded, settings):
    batch = uploaded(row(since="gestern"))
    assert "Please choose the corrected workbook." in text(page.post(at(batch, "replace"), follow=True))
    settings.UPLOAD_MAX_BYTES = 10
    large = BytesIO(b"x" * 200_000)
    large.name = "l.xlsx"
    assert page.post(at(batch, "replace"), {"file": large}).status_code == 413


def test_texts_of_strangers_are_escaped(page, uploaded):
    batch = uploaded(row("<script>alert(1)</script>", since="<img src=x>"))
    for name in ("detail", "rows"):
        content = page.get(at(batch, name)).content.decode()
        assert "<img src=x>" not in content
        assert "<script>alert" not in content


def test_page_asks_as_often_for_one_row_as_for_sixty(page, uploaded, school):
    def queries(batch):
        with CaptureQueriesContext(connection) as context:
            page.get(at(batch))
        return len(context)

    one, many = uploaded(row()), uploaded(*(row(n) for n in range(60)))
    queries(one)
    assert queries(one) == queries(many)
    assert len(tables(page.get(at(many, "rows") + "?page=2"))[-1]) == 11  # with the headings
