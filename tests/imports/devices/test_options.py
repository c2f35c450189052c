"""What is said of a whole file, which sheets and columns are read, at which price."""

from datetime import date

import pytest
import xlsxwriter

from inventory.models import Device
from tests.imports.devices.sheets import row, sheet
from tests.imports.workbooks import import_file, write_csv

pytestmark = pytest.mark.django_db


def test_status_and_day_may_be_given_for_the_whole_file(tmp_path):
    path = write_csv(tmp_path / "s.csv", ["Seriennummer;Hersteller;Modell", "S1;Apple;iPad 9", "S2;Apple;iPad 9"])
    assert import_file(path).cells == [(2, None, "no_status"), (3, None, "no_status")]
    result = import_file(path, "--status", "in_stock", "--on", "2024-02-01")
    assert result.counts == (2, 0, 0, 0, 0)
    assert set(Device.objects.values_list("status", "since")) == {("in_stock", date(2024, 2, 1))}


def test_number_of_queries_does_not_grow_with_rows(tmp_path, django_assert_max_num_queries):
    few = sheet(tmp_path, row(), name="few.xlsx")
    many = sheet(tmp_path, *[row(f"OB-{n}", f"S{n}") for n in range(2, 42)], name="many.xlsx")
    with django_assert_max_num_queries(80) as captured:
        import_file(few)
    with django_assert_max_num_queries(len(captured)):
        import_file(many)


def test_exact_heading_is_preferred_to_a_vague_one(tmp_path):
    header = ["Seriennummer", "Gerätetyp", "Hersteller", "Modell", "Modell", "Status", "Seit"]
    path = sheet(tmp_path, ["S1", "iPad", "Apple", "iPad 9", "doppelt", "im Lager", date(2021, 1, 1)], header=header)
    result = import_file(path)
    assert result.counts == (1, 0, 0, 0, 0)
    assert result["mapping"] == {
        "Seriennummer": "serial",
        "Gerätetyp": None,
        "Hersteller": "manufacturer",
        "Modell": "model",
        "Modell (E)": None,
        "Status": "status",
        "Seit": "since",
    }


def test_sheets_with_the_same_columns_are_read_unless_one_is_chosen(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Auswertung").write_row(0, 0, ["Summe von Status", "Anzahl"])
        for name in ("Lindenschule", "Kastanienschule"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["Seriennummer", "Hersteller", "Modell", "Status", "Seit"])
            page.write_row(1, 0, [f"S-{name}", "Apple", "iPad 9", "im Lager", "01.02.2021"])
    result = import_file(path)
    assert (result["sheet"], result["new"]) == ("Lindenschule", 2)
    assert import_file(path, "--sheet", "Kastanienschule")["unchanged"] == 1
    assert import_file(path, "--sheet", "Fehlt")["error"]["code"] == "no_sheet"
