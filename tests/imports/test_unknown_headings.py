"""Lists of whose headings none is known: their row is guessed, what they mean is for a person to say."""

from io import BytesIO

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from django.utils import translation

from audit.actor import Actor
from audit.enums import Channel
from imports import services
from imports.enums import BatchStatus
from imports.models import ImportBatch, ImportRow
from imports.options import Options
from inventory.models import Device
from tests.factories import make_model
from tests.imports.workbooks import import_file, import_text, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Kennung X", "Was", "Wo", "Lage"]
ROWS = [["S1", "iPad 9", "100029", "im Lager"], ["S2", "iPad 9", "100029", "im Lager"]]
ASKED = (
    "Please say which column is “Serial number” or “Asset tag”. "
    "Please say which column is “Model” or “Status” or “Since” or “Room” or “Last electrical test”."
)
CHOSEN = {"Kennung X": "serial", "Was": "model", "Lage": "status"}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def by(it_staff) -> Actor:
    return Actor(it_staff, Channel.PAGE)


@pytest.fixture
def preview(tmp_path, by, school):
    make_model("iPad 9")

    def preview(rows=(HEADER, *ROWS), kind="devices", **options) -> ImportBatch:
        path = write_xlsx(tmp_path / "liste.xlsx", rows) if isinstance(rows, (list, tuple)) else rows
        file = BytesIO(path.read_bytes())
        batch = services.upload_batch(file, name=path.name, by=by, kind=kind, options=Options(**options))
        return services.preview_batch(batch)

    return preview


def again(batch, by, **choices):
    return services.preview_batch(services.decide(batch, by=by, **choices))


def headings(batch):
    return batch.summary["header_row"], list(batch.summary["headings"])


def test_list_of_a_named_kind_waits_for_its_columns(preview):
    batch = preview()
    assert (batch.status, batch.kind, batch.error, bool(batch.file)) == (BatchStatus.PREVIEWED, "devices", "", True)
    assert batch.summary["wanted"] == ASKED
    assert headings(batch) == (1, HEADER)
    assert [column["values"] for column in batch.summary["columns"]] == [
        ["S1", "S2"],
        ["iPad 9"],
        ["100029"],
        ["im Lager"],
    ]
    assert {name: batch.summary[name] for name in ("new", "changed", "rejected", "problems")} == {
        "new": 0,
        "changed": 0,
        "rejected": 0,
        "problems": [],
    }
    assert not ImportRow.objects.exists()


def test_columns_chosen_by_hand_make_it_a_list(preview, by):
    batch = again(preview(), by, mapping={"Kennung X": "serial"})
    assert batch.summary["wanted"] == (
        "Please say which column is “Model” or “Status” or “Since” or “Room” or “Last electrical test”."
    )
    batch = again(batch, by, mapping=CHOSEN)
    assert (batch.summary["wanted"], batch.summary["new"]) == ("", 2)
    services.take_batch(batch, by=by)
    assert sorted(Device.objects.values_list("serial", flat=True)) == ["S1", "S2"]


def test_list_is_not_taken_before_its_columns_are_chosen(preview, by):
    batch = services.begin_taking(preview(), by=by, mode="valid")
    with pytest.raises(ValidationError, match="Please say which column"):
        services.take_batch(batch, by=by)
    batch.refresh_from_db()
    assert bool(batch.file)
    assert not Device.objects.exists()


def test_next_list_with_these_headings_is_understood_by_itself(preview, by):
    services.take_batch(again(preview(), by, mapping=CHOSEN), by=by)
    batch = preview([HEADER, ["S3", "iPad 9", "100029", "im Lager"]], kind="")
    assert (batch.kind, batch.summary["wanted"], batch.summary["new"]) == ("devices", "", 1)


def test_without_a_kind_that_is_asked_first(preview, by):
    batch = preview(kind="")
    assert (batch.status, batch.kind) == (BatchStatus.PREVIEWED, "")
    assert batch.summary["wanted"].startswith("The headings do not say what is in this list.")
    assert headings(batch) == (1, HEADER)
    assert again(batch, by, kind="devices").summary["wanted"] == ASKED


def test_list_of_another_kind_says_which_it_may_be(preview, by):
    batch = preview([["Schulnummer", "Schule", "Schulform"], ["100029", "Öderschule", "Grundschule"]])
    assert batch.summary["wanted"] == f"By its headings it is a list of schools. {ASKED}"
    assert again(batch, by, kind="schools").summary["wanted"] == ""


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ([], 1),
        ([["Inventar 2025"], []], 3),
        ([["Stand:", "1.8.2025"], ["Gerät", None, "Ort"]], 3),
        ([[None, None, None, "Seite 1"]] * 10, 11),
        ([["Schule:", "Öderschule", "Ansprechpartnerin:", "Erika Mustermann"]], 2),
    ],
)
def test_titles_and_groups_above_are_not_taken_for_headings(preview, above, row):
    assert headings(preview([*above, HEADER, *ROWS])) == (row, HEADER)


def test_tables_side_by_side_are_found_once_their_headings_are_chosen(preview, by):
    batch = preview([[*HEADER, None, *HEADER], [*ROWS[0], None, *ROWS[1]], ["S3", *ROWS[0][1:]]])
    assert headings(batch)[1] == [*HEADER, *(f"{name} ({letter})" for name, letter in zip(HEADER, "FGHI", strict=True))]
    batch = again(batch, by, mapping=CHOSEN)
    assert (batch.summary["wanted"], batch.summary["new"]) == ("", 3)


def test_row_with_several_known_headings_is_preferred(preview):
    wide = ["bitte", "alle", "Felder", "ausfüllen", "danke"]
    names = ["Kennung X", "Hersteller", "Modell", None, None]
    assert headings(preview([wide, names, ["S1", "Apple", "iPad 9"]]))[0] == 2


def test_sheet_with_most_rows_is_the_one(tmp_path, preview):
    path = tmp_path / "zwei.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, count in (("Info", 2), ("Liste", 5)):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([HEADER, *ROWS * count]):
                sheet.write_row(number, 0, row)
    batch = preview(path)
    assert (batch.summary["sheet"], batch.summary["sheets"]) == ("Liste", ["Info", "Liste"])
    assert preview(path, sheet="Info").summary["sheet"] == "Info"


def test_header_row_can_be_chosen(preview, by):
    batch = preview([["Listen", "der", "Stadt", "Köln"], HEADER, *ROWS])
    assert headings(batch) == (1, ["Listen", "der", "Stadt", "Köln"])
    batch = again(batch, by, options=Options(header_row=2))
    assert headings(batch) == (2, HEADER)
    batch = again(batch, by, mapping=CHOSEN)
    assert (batch.summary["new"], batch.options["header_row"]) == (2, 2)


def test_chosen_row_wins_over_known_headings(preview, by):
    known = ["Seriennummer", "Modell", "Schule", "Status"]
    batch = preview([known, HEADER, *ROWS])
    assert (headings(batch)[0], batch.summary["wanted"]) == (1, "")
    batch = again(batch, by, options=Options(header_row=2))
    assert (headings(batch), batch.summary["wanted"]) == ((2, HEADER), ASKED)


@pytest.mark.parametrize("row", [2, 99])
def test_row_without_any_cell_is_said_and_can_be_chosen_again(preview, by, row):
    batch = again(preview([["Titel"], [], HEADER, *ROWS]), by, options=Options(header_row=row))
    assert batch.summary["wanted"] == (
        f"In row {row} there is no cell in which anything stands: no headings can be there."
    )
    assert headings(batch) == (3, HEADER)
    assert again(batch, by, options=Options()).summary["wanted"] == ASKED


def test_row_below_which_nothing_stands_does_not_lose_the_file(preview, by):
    batch = again(preview(), by, options=Options(header_row=3), mapping={"S2": "serial", "iPad 9": "model"})
    assert (batch.status, bool(batch.file)) == (BatchStatus.PREVIEWED, True)
    assert batch.summary["wanted"] == "Below the headings in row 3 there is nothing to take."


def test_no_names_are_kept_of_columns_that_nobody_knows(preview):
    rows = [
        [*HEADER, "Spalte N", "Spalte B"],
        [*ROWS[0], "Erika Mustermann", "für Frau Müller"],
        [*ROWS[1], "Jan Kowalski", "neu"],
    ]
    batch = preview(rows)
    assert batch.summary["personal"] == ["Spalte N"]
    assert [column["values"] for column in batch.summary["columns"][4:]] == [[], ["neu"]]
    assert "Kowalski" not in str(batch.summary)
    assert "Müller" not in str(batch.summary)


@pytest.mark.parametrize(
    ("name", "content"),
    [("leer.xlsx", b""), ("brief.pdf", b"%PDF-1.7"), ("brief.txt", b"Guten Tag\r\nanbei die Liste\r\n")],
)
def test_file_without_a_table_still_fails(by, name, content):
    batch = services.upload_batch(BytesIO(content), name=name, by=by, kind="devices")
    batch = services.preview_batch(batch)
    assert (batch.status, bool(batch.error), bool(batch.file)) == (BatchStatus.FAILED, True, False)


def test_command_says_that_no_headings_are_known(tmp_path):
    path = write_csv(tmp_path / "liste.csv", [";".join(HEADER), *map(";".join, ROWS)])
    result = import_file(path, "--kind", "devices")
    assert (result.exit_code, result["error"]["code"]) == (2, "no_header")
    assert not ImportBatch.objects.exists()


def test_command_reads_the_headings_of_a_given_row(tmp_path, school):
    make_model("iPad 9")
    old = ["Seriennummer", "Modell", "Status", "Notiz"]
    new = ["Inventarnummer", "Modell", "Status", "Raum"]
    path = write_xlsx(tmp_path / "liste.xlsx", [old, new, ["I1", "iPad 9", "im Lager"]])
    assert import_file(path, "--dry-run", "--header-row", "2")["mapping"]["Inventarnummer"] == "asset_tag"
    result = import_file(path, "--header-row", "7", "--kind", "devices")
    assert (result.exit_code, result["error"]["message"]) == (
        2,
        "In row 7 there is no cell in which anything stands: no headings can be there.",
    )
    assert "--header-row cannot be “-1”." in import_text(path, "--header-row", "-1")


# --- two headings for one column --------------------------------------------------------------------------------------


def test_blank_column_gives_way_to_a_filled_one(preview, by):
    header = ["Serial", "Seriennummer", "Modell", "Status"]
    batch = preview([header, [None, "S1", "iPad 9", "im Lager"], ["-", "S2", "iPad 9", "im Lager"]])
    assert batch.summary["mapping"] == dict(zip(header, (None, "serial", "model", "status"), strict=True))
    said = "The column “Serial” is blank throughout: “Serial number” is read from “Seriennummer”."
    assert said in batch.summary["notes"]
    assert (batch.summary["new"], batch.summary["problems"]) == (2, [])


def test_surer_heading_stays_while_anything_stands_below_it(preview):
    batch = preview([["Serial", "Seriennummer", "Modell"], ["S1", "X1", "iPad 9"], [None, "X2", "iPad 9"]])
    mapping = batch.summary["mapping"]
    used, unused = sorted(("Serial", "Seriennummer"), key=lambda heading: mapping[heading] is None)
    assert (mapping[used], mapping[unused]) == ("serial", None)
    swapped = preview([[used, unused, "Modell"], [None, "X1", "iPad 9"]]).summary["mapping"]
    assert (swapped[used], swapped[unused]) == (None, "serial")


def test_blank_column_chosen_by_hand_stays(preview, by):
    batch = preview([["Serial", "Seriennummer", "Modell", "Inventarnummer"], [None, "S1", "iPad 9", "I1"]])
    batch = again(batch, by, mapping={"Serial": "serial", "Seriennummer": None})
    assert (batch.summary["mapping"]["Serial"], batch.summary["mapping"]["Seriennummer"]) == ("serial", None)
