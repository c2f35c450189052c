"""Cells corrected in the browser, and the sender's own workbook with its bad cells marked."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied, ValidationError

from audit.actor import Actor
from audit.enums import Channel
from common.sheets import marking_child
from common.sheets.marking import Mark, mark_workbook
from imports import services
from imports.enums import BatchStatus
from imports.marking import mark_batch
from imports.options import Options
from inventory.models import Device
from tests.factories import make_model
from tests.imports.workbooks import import_file, import_text, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Inventarnummer", "Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule"]
DAY = date(2024, 3, 1)


@pytest.fixture(autouse=True)
def _catalogue(school):
    make_model("iPad 9")


def row(number=1, since=DAY, school="Lindenschule", status="im Einsatz"):
    return [f"T{number}", f"S{number}", "Apple", "iPad 9", status, since, school]


@pytest.fixture
def preview(tmp_path, by):
    def preview(*rows, name="liste.xlsx"):
        path = write_xlsx(tmp_path / name, [HEADER, *rows])
        batch = services.upload_batch(BytesIO(path.read_bytes()), name=name, by=by)
        return services.preview_batch(batch)

    return preview


def correct(batch, by, cells, sheet="Tabelle1"):
    return services.preview_batch(services.correct_cells(batch, by=by, cells={sheet: cells}))


def counts(batch):
    return tuple(batch.summary[name] for name in ("new", "changed", "unchanged", "rejected"))


def test_corrected_cell_is_checked_and_taken_instead_of_the_one_in_the_file(preview, by):
    batch = preview(row(since="gestern"), row(2, since="32.1.2024"))
    assert counts(batch) == (0, 0, 0, 2)
    batch = correct(batch, by, {"F2": "01.03.2024", "F3": "31.1.2024"})
    assert counts(batch) == (2, 0, 0, 0)
    services.take_batch(batch, by=by)
    assert dict(Device.objects.values_list("serial", "since")) == {"S1": DAY, "S2": date(2024, 1, 31)}
    with batch.file.open() as kept:
        assert openpyxl.load_workbook(kept).active["F2"].value == "gestern"


def test_correction_may_blank_a_cell_and_be_taken_back(preview, by):
    batch = correct(preview(row(since="gestern")), by, {"F2": ""})
    assert counts(batch) == (1, 0, 0, 0)
    assert batch.corrections == {"Tabelle1": {"F2": ""}}
    batch = correct(batch, by, {"F2": None})
    assert (counts(batch), batch.corrections) == ((0, 0, 0, 1), {})


@pytest.mark.parametrize(
    ("sheet", "cells"),
    [
        ("Tabelle1", {"XYZ": "1"}),
        ("Tabelle1", {"A0": "1"}),
        ("Tabelle1", {"A1": "x" * 1001}),
        ("andere", {"A1": "1"}),
    ],
)
def test_correction_that_cannot_be_is_refused(preview, by, sheet, cells):
    batch = preview(row())
    with pytest.raises(ValidationError):
        services.correct_cells(batch, by=by, cells={sheet: cells})
    batch.refresh_from_db()
    assert (batch.corrections, batch.status) == ({}, BatchStatus.PREVIEWED)


def test_correction_of_a_cell_that_the_file_does_not_have_is_an_error(preview, by):
    batch = services.correct_cells(preview(row()), by=by, cells={"Tabelle1": {"A99": "x"}})
    with pytest.raises(ValidationError) as error:
        services.preview_batch(batch)
    assert error.value.code == "no_cell"


def test_corrections_need_the_right_to_import(preview, reader):
    batch = preview(row())
    with pytest.raises(PermissionDenied):
        services.correct_cells(batch, by=Actor(reader, Channel.PAGE), cells={"Tabelle1": {"A2": "x"}})


def test_corrected_workbook_goes_on_with_what_was_chosen(preview, by, tmp_path):
    batch = preview(row(since="gestern", school="Linde"))
    chosen = {"school": {"Linde": {"action": "reject"}}, "row": {"Tabelle1!2": {"action": "reject"}}}
    chosen["conflict"] = {"Tabelle1!A2": {"action": "take"}}
    batch = services.decide(batch, by=by, decisions=chosen, options=Options(mode="valid", skip=("note",)))
    path = write_xlsx(tmp_path / "neu.xlsx", [HEADER, row()])
    new = services.replace_file(batch, BytesIO(path.read_bytes()), name="neu.xlsx", by=by)
    assert (new.replaces, new.decisions) == (batch, {"school": chosen["school"]})
    assert (new.options["mode"], new.options["skip"]) == ("valid", ["note"])
    batch.refresh_from_db()
    assert (batch.status, batch.replaced_by) == (BatchStatus.DISCARDED, new)
    assert counts(services.preview_batch(new)) == (1, 0, 0, 0)


def test_batch_that_was_taken_is_followed_and_not_discarded(preview, by, tmp_path):
    batch = services.decide(preview(row(), row(2, since="gestern")), by=by, options=Options(mode="valid"))
    batch = services.take_batch(services.preview_batch(batch), by=by)
    path = write_xlsx(tmp_path / "neu.xlsx", [HEADER, row(), row(2)])
    new = services.preview_batch(services.replace_file(batch, BytesIO(path.read_bytes()), name="neu.xlsx", by=by))
    batch.refresh_from_db()
    assert (batch.status, counts(new)) == (BatchStatus.TAKEN, (1, 0, 1, 0))


def styled(path):
    """A list as somebody made it: colours, widths, a formula, a text that begins with ``=``, merged cells."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet("Geräte")
        bold = book.add_format({"bold": True, "bg_color": "#00FF00"})
        page.merge_range("A1:G1", "Unsere Liste", bold)
        for column, heading in enumerate([*HEADER, "Summe", "Text"]):
            page.write_string(1, column, heading, bold)
        for at, values in enumerate([row(since="gestern"), row(2)], 2):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    page.write_string(at, column, value)
                else:
                    page.write_datetime(at, column, value, book.add_format({"num_format": "dd.mm.yyyy"}))
        page.write_formula("H3", "=1+1", None, 2)
        page.write_string("I3", "=1+1")
        page.set_column(0, 0, 33)
    return path


def test_own_workbook_comes_back_with_its_look_and_the_bad_cell_marked(tmp_path, by):
    path = styled(tmp_path / "liste.xlsx")
    batch = services.upload_batch(BytesIO(path.read_bytes()), name="liste.xlsx", by=by)
    batch = services.preview_batch(batch)
    out = tmp_path / "out.xlsx"
    assert mark_batch(batch, out) is True
    book = openpyxl.load_workbook(out)
    page, listed = book["Geräte"], book["Probleme"]
    bad = page["F3"]
    assert (bad.value, bad.fill.fgColor.rgb) == ("gestern", "00FFC7CE")
    assert bad.comment.text == batch.summary["problems"][0]["message"]
    assert (page["F4"].comment, page["A2"].font.bold, page.column_dimensions["A"].width > 30) == (None, True, True)
    assert [(page[at].value, page[at].data_type) for at in ("H3", "I3")] == [("=1+1", "f"), ("=1+1", "s")]
    assert [cell.value for cell in listed[2]][:5] == ["Geräte", "F3", 3, "Seit", "gestern"]
    assert listed["B2"].hyperlink.location == "'Geräte'!F3"
    assert (
        str(
            page.merged_cells.ranges[0]
            if isinstance(page.merged_cells.ranges, list)
            else next(iter(page.merged_cells.ranges))
        )
        == "A1:G1"
    )


def test_marked_workbook_can_be_corrected_and_marked_again(tmp_path, by):
    batch = services.upload_batch(BytesIO(styled(tmp_path / "l.xlsx").read_bytes()), name="l.xlsx", by=by)
    batch = services.preview_batch(batch)
    first = tmp_path / "first.xlsx"
    mark_batch(batch, first)
    book = openpyxl.load_workbook(first)
    book["Geräte"]["F3"].value = DAY
    book["Geräte"]["F4"].value = "morgen"
    book.save(first)
    batch = services.replace_file(batch, BytesIO(first.read_bytes()), name="l.xlsx", by=by)
    batch = services.preview_batch(batch)
    assert (batch.summary["sheet"], counts(batch)) == ("Geräte", (1, 0, 0, 1))
    mark_batch(batch, tmp_path / "second.xlsx")
    book = openpyxl.load_workbook(tmp_path / "second.xlsx")
    assert book.sheetnames == ["Geräte", "Probleme"]
    assert (book["Geräte"]["F3"].comment, bool(book["Geräte"]["F4"].comment)) == (None, True)
    assert book["Probleme"].max_row == 2


def test_corrections_stand_in_the_marked_workbook(preview, by, tmp_path):
    batch = correct(preview(row(since="gestern"), row(2, since="x")), by, {"F2": "=1+1", "F3": "01.03.2024"})
    mark_batch(batch, tmp_path / "out.xlsx")
    page = openpyxl.load_workbook(tmp_path / "out.xlsx")["Tabelle1"]
    assert [(page[at].value, page[at].data_type) for at in ("F2", "F3")] == [("=1+1", "s"), ("01.03.2024", "s")]


def test_text_file_comes_back_as_a_workbook_with_the_same_cells(tmp_path):
    path = write_csv(tmp_path / "liste.csv", [";".join(HEADER), "T1;=S1;Apple;iPad 9;im Einsatz;gestern;+Lindenschule"])
    out = tmp_path / "out.xlsx"
    result = import_file(path, "--dry-run", "--errors", str(out))
    assert (result.exit_code, result["errors"]) == (1, {"file": str(out), "is_whole": True})
    page = openpyxl.load_workbook(out)["liste"]
    assert [cell.value for cell in page[2]] == [
        "T1",
        "=S1",
        "Apple",
        "iPad 9",
        "im Einsatz",
        "gestern",
        "+Lindenschule",
    ]
    assert {cell.data_type for cell in page[2]} == {"s"}
    assert page["F2"].comment is not None


def test_command_writes_no_workbook_where_nothing_is_wrong(tmp_path):
    out = tmp_path / "out.xlsx"
    result = import_file(write_xlsx(tmp_path / "l.xlsx", [HEADER, row()]), "--errors", str(out))
    assert (result.exit_code, out.exists(), "errors" in result) == (0, False, False)


@pytest.mark.parametrize("mode", ["all", "valid"])
def test_command_marks_in_both_modes(tmp_path, mode):
    out = tmp_path / "out.xlsx"
    path = write_xlsx(tmp_path / "l.xlsx", [HEADER, row(), row(2, since="gestern")])
    text = import_text(path, "--mode", mode, "--errors", str(out))
    assert str(out) in text
    assert Device.objects.count() == (mode == "valid")
    assert openpyxl.load_workbook(out)["Tabelle1"]["F3"].comment is not None


def test_of_a_large_file_only_rows_with_problems_come_back(tmp_path, monkeypatch):
    rows = [["Titel"], HEADER, *(row(n) for n in range(marking_child._ROWS + 1))]
    rows[500] = row(498, since="gestern")
    path = write_xlsx(tmp_path / "l.xlsx", rows)
    out = tmp_path / "out.xlsx"
    marks = [
        Mark("Tabelle1", 501, "F501", "Seit", "gestern", "Kein Datum."),
        Mark("Tabelle1", 600, None, "", "", "Leer."),
    ]
    assert mark_workbook(path, out, marks, name="l.xlsx", header_row=2) is False
    book = openpyxl.load_workbook(out)
    page = book["Tabelle1"]
    assert [r[1].value for r in page.iter_rows()] == [None, "Seriennummer", "S498", "S597"]
    assert (page["F3"].comment.text, page["A4"].comment.text) == ("Kein Datum.", "Leer.")
    assert [[c.value for c in r][1:3] for r in book["Probleme"].iter_rows(min_row=2)] == [["F3", 501], ["A4", 600]]


def test_workbook_that_cannot_be_read_is_said_to_be_so(tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing of a workbook")
    with pytest.raises(services.previewing.SheetError):
        mark_workbook(path, tmp_path / "out.xlsx", [], name="x.xlsx", header_row=1)
