"""Committee reports to take away: the tagged PDF, the workbook."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import User
from audit.actor import Actor
from reports.models import Publication
from reports.publishing import create_publication, files, publish
from schools.models import School
from tests.factories import make_devices, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(school: School, manager: User) -> Publication:
    make_devices(3, school=school)
    make_project(school, status="under_construction")
    by = Actor(manager)
    draft = create_publication(
        by=by,
        title="Sachstand #1 *fett* $x$",
        committee="Ausschuss",
        session_on=date(2024, 6, 12),
        as_of=date(2024, 5, 31),
        compare_with=date(2024, 2, 1),
        completion="schools",
        blocks=['#set page(width: 1cm)\n#read("/etc/passwd")\n\n- _eins_\n- = zwei', "=SUMME(1)\n=1+1"],
        choices=["devices_in_service:exact", "pupils:exact"],
        outlook="Weiter so.",
    )
    return publish(draft, by=by)


def pdf_of(report: Publication, reader: Any = None) -> PdfReader:
    return PdfReader(BytesIO(files.pdf(report, reader=reader, now=timezone.now())))


def kinds(node: Any) -> list[str]:
    """Kinds of elements of the structure tree, in reading order."""
    node = node.get_object()
    if isinstance(node, list):
        return [kind for one in node for kind in kinds(one)]
    if not isinstance(node, dict) or "/S" not in node:
        return []
    return [node["/S"], *(kinds(node["/K"]) if "/K" in node else [])]


def test_pdf_is_tagged_and_has_title_and_language(report: Publication) -> None:
    found = pdf_of(report)
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert found.metadata is not None
    assert found.metadata.title == report.title
    structure = kinds(root["/StructTreeRoot"]["/K"])
    assert structure[:2] == ["/Document", "/Title"]
    assert {"/H1", "/H2", "/P", "/L", "/LI", "/Table", "/THead", "/TH", "/TD"} <= set(structure)
    assert {tuple(map(round, page.mediabox[2:])) for page in found.pages} == {(595, 842)}


def test_pdf_says_what_people_wrote_and_does_nothing_of_it(report: Publication) -> None:
    text = "\n".join(page.extract_text() for page in pdf_of(report).pages)
    for written in (report.title, '#read("/etc/passwd")', "#set page(width: 1cm)", "_eins_", "= zwei"):
        assert written in text
    assert "3 Geräte" in text
    assert "unbekannt" in text


def test_sign_that_the_fonts_lack_does_not_stop_a_report(school: School, manager: User) -> None:
    values = {"title": "Sachstand \U0001f389 中", "committee": "Ausschuss", "session_on": date(2024, 6, 12)}
    draft = create_publication(by=Actor(manager), **values, as_of=date(2024, 5, 31), outlook="Weiter so.")
    found = pdf_of(draft)
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert "Weiter so." in "".join(page.extract_text() for page in found.pages)


def test_pdf_is_the_same_each_time(report: Publication) -> None:
    first = files.pdf(report, reader=None, now=timezone.now())
    with translation.override("en"):
        assert files.pdf(report, reader=None, now=timezone.now()) == first


def test_workbook_has_a_sheet_per_table_and_writes_text_as_text(report: Publication) -> None:
    target = BytesIO()
    files.write_workbook(target, report, reader=None, now=timezone.now())
    book = load_workbook(target)
    texts, figures = book.worksheets[0], book.worksheets[1]
    cells = [cell for row in texts.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert "=1+1" in [cell.value for cell in cells]
    rows = [[cell.value for cell in row] for row in figures.iter_rows(min_row=5, max_row=6)]
    assert [row[1:3] for row in rows] == [["3 Geräte", 3], ["unbekannt", None]]


def test_amounts_stay_out_of_the_files_of_a_reader(school: School, manager: User, reader: User) -> None:
    by = Actor(manager)
    values: dict[str, Any] = {
        "title": "Mittel",
        "committee": "Ausschuss",
        "session_on": date(2024, 6, 12),
        "as_of": date(2024, 5, 31),
    }
    draft = create_publication(by=by, **values, choices=["works_paid:exact"])
    report = publish(draft, by=by)
    label = report.frozen["figures"][0]["label"] if report.frozen else ""
    texts = {who: "".join(page.extract_text() for page in pdf_of(report, who).pages) for who in (manager, reader)}
    assert (label in texts[manager], label in texts[reader]) == (True, False)


def test_file_name_tells_session_and_edition(report: Publication) -> None:
    assert files.file_name(report, "pdf") == "sachstand-1-fett-x-2024-06-12.pdf"
