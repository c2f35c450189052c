"""What the page of an import says to do next, and that nothing changes unasked on the way."""

import openpyxl
import pytest
from django.test import Client

from imports.enums import BatchStatus
from imports.models import ImportBatch
from tests.factories import make_model, make_school
from tests.imports.workbooks import write_xlsx
from tests.web.pages import text

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status"]


@pytest.fixture
def page(signed_in, it_staff) -> Client:
    client = signed_in(it_staff)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def uploaded(page, path) -> ImportBatch:
    with path.open("rb") as file:
        page.post("/imports/", {"file": file})
    return ImportBatch.objects.latest("pk")


def test_reading_again_keeps_the_sheets_that_are_read_together(page, tmp_path, school):
    make_model()
    book = openpyxl.Workbook()
    book.active.title = school.name
    for sheet, serial in ((book.active, "S1"), (book.create_sheet(make_school(number="100300").name), "S2")):
        sheet.append(HEADER)
        sheet.append([serial, "Apple", "iPad 9", "im Lager"])
    book.save(tmp_path / "schulen.xlsx")
    batch = uploaded(page, tmp_path / "schulen.xlsx")
    form = page.get(f"/imports/{batch.pk}/").context["reread"]
    page.post(f"/imports/{batch.pk}/reread/", {name: form[name].value() or "" for name in form.fields})
    batch.refresh_from_db()
    assert (batch.summary["new"], batch.options["sheet"]) == (2, "")


def test_list_without_status_says_where_to_choose_one(page, tmp_path, school):
    make_model()
    rows = [["Seriennummer", "Hersteller", "Modell", "Schule"], ["S1", "Apple", "iPad 9", school.name]]
    batch = uploaded(page, write_xlsx(tmp_path / "ohne.xlsx", rows))
    shown = text(page.get(f"/imports/{batch.pk}/"))
    assert "Say above, under “Read it differently”, which status new devices have." in shown
    assert "Save corrected cells and check again" not in shown  # there is no cell that could be corrected


def test_mdm_list_without_news_still_gives_its_findings(page, tmp_path, school):
    rows = [["Serial Number", "Last Check-In"], ["FREMD1", "01.11.2025"]]
    batch = uploaded(page, write_xlsx(tmp_path / "mdm.xlsx", rows))
    assert "Draw up the list of findings" in text(page.get(f"/imports/{batch.pk}/"))
    page.post(f"/imports/{batch.pk}/take/", {"mode": "all"})
    batch.refresh_from_db()
    assert (batch.status, [found.serial for found in batch.findings.all()]) == (BatchStatus.TAKEN, ["FREMD1"])


def test_saving_a_profile_does_not_undo_the_preview(page, tmp_path, school):
    make_model()
    rows = [[*HEADER, "Schule"], ["S1", "Apple", "iPad 9", "im Lager", school.name]]
    batch = uploaded(page, write_xlsx(tmp_path / "liste.xlsx", rows))
    page.post(f"/imports/{batch.pk}/profile/save/", {"name": "Meine Liste"})
    page.post(f"/imports/{batch.pk}/take/", {"mode": "all"})
    batch.refresh_from_db()
    assert (batch.status, batch.error, batch.profile.name) == (BatchStatus.TAKEN, "", "Meine Liste")


def test_answers_with_a_default_are_not_called_optional(page):
    shown = text(page.get("/imports/"))
    assert ("What is in it? (optional)" in shown, "School authority (optional)" in shown) == (False, True)
