"""Rows of a list become devices: how each is found, and what blank cells and other languages mean."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import Act, Entry
from inventory.models import Device, DeviceState, DeviceTest
from tests.factories import make_room
from tests.imports.devices.sheets import HEADER, row, sheet
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db


def test_german_list_with_title_rows_creates_devices(tmp_path, school):
    rows = [
        ["Inventarliste Stand 1.6.2023"],
        [],
        [*HEADER, "Preis", "Letzte Prüfung", "MDM", "Verwendung", "Bemerkung", "Besitzer"],
        [
            "ob 1 / a",
            "dmp c1",
            "APPLE",
            "Apple iPad 9",
            None,
            "Im Einsatz",
            "12.03.2021",
            100100,
            "Raum 101",
            "1.379,50 €",
            None,
            "ja",
            "Lehrkräfte",
            "Los 3",
            "Frau Beispiel",
        ],
        ["OB-2", 4711, "Lenovo", "ThinkPad L13", None, "im Lager", date(2021, 4, 1), None, None, 899, "01.05.2022"],
        ["Gesamt", 2],
    ]
    result = import_file(write_xlsx(tmp_path / "liste.xlsx", rows), "--kind", "auto")
    assert (result.exit_code, result["kind"], result["header_row"]) == (0, "devices", 3)
    assert result.counts == (2, 0, 0, 0, 1)
    assert result["mapping"]["Inv.-Nr."] == "asset_tag"
    assert result["mapping"]["Besitzer"] is None
    assert any("Besitzer" in note for note in result["notes"])
    first, second = Device.objects.order_by("asset_tag").with_names()
    assert (second.asset_tag, second.serial, second.status, second.school) == ("OB1/A", "DMPC1", "in_service", school)
    assert (second.room.name, second.price, second.is_managed) == ("101", Decimal("1379.50"), True)
    assert (second.use, second.note, second.since) == ("teachers", "Los 3", date(2021, 3, 12))
    assert (first.serial, first.status, first.school, first.use) == ("4711", "in_stock", None, "pupils")
    assert DeviceTest.objects.get().valid_until == date(2023, 5, 1)
    act = Act.objects.get(verb="import.take")
    assert Entry.objects.filter(act=act, kind="inventory.device").count() == 3
    assert not Device.objects.filter(note__contains="Beispiel").exists()


def test_english_headings_and_words_are_understood(tmp_path):
    rows = ["Asset Tag", "Serial Number", "Manufacturer", "Hardware Model", "Status", "Since", "School number"]
    data = ["A1", "X1", "Apple", "iPad 9", "in service", date(2021, 3, 12), "100100"]
    assert import_file(sheet(tmp_path, data, header=rows)).counts == (1, 0, 0, 0, 0)


def test_second_import_changes_nothing(tmp_path):
    path = sheet(tmp_path, row(), row("OB-2", "S2", status="im Lager", school=None))
    assert import_file(path).counts == (2, 0, 0, 0, 0)
    before = (DeviceState.objects.count(), Entry.objects.count())
    assert import_file(path).counts == (0, 0, 2, 0, 0)
    assert (DeviceState.objects.count(), Entry.objects.count()) == before


def test_device_is_found_by_serial_then_by_tag(tmp_path, school):
    import_file(sheet(tmp_path, row("", "S1"), row("OB-2", "", on=date(2021, 3, 12))))
    result = import_file(sheet(tmp_path, row("OB-1", "S1"), row("OB-2", "S2"), name="later.xlsx"))
    assert result.counts == (0, 2, 0, 0, 0)
    assert list(Device.objects.order_by("serial").values_list("serial", "asset_tag")) == [
        ("S1", "OB-1"),
        ("S2", "OB-2"),
    ]


def test_serial_and_tag_of_two_devices_are_ambiguous(tmp_path):
    import_file(sheet(tmp_path, row("OB-1", "S1"), row("OB-2", "S2")))
    result = import_file(sheet(tmp_path, row("OB-2", "S1"), row("OB-1", "S9"), name="later.xlsx"))
    assert result.cells == [(2, "SerNr", "ambiguous"), (3, "Inv.-Nr.", "ambiguous")]


def test_same_serial_of_two_manufacturers_are_two_devices(tmp_path):
    lenovo = ["OB-2", "S1", "Lenovo", "ThinkPad L13", None, "im Lager", date(2021, 4, 1), None, None]
    assert import_file(sheet(tmp_path, row("OB-1", "S1"), lenovo)).counts == (2, 0, 0, 0, 0)


def test_blank_cells_keep_what_is_there(tmp_path, school):
    import_file(sheet(tmp_path, row(room="101")))
    update = ["OB-1", None, None, None, None, "in Reparatur", date(2022, 1, 10), None, None]
    assert import_file(sheet(tmp_path, update, name="b.xlsx")).counts == (0, 1, 0, 0, 0)
    device = Device.objects.get()
    assert (device.status, device.school, device.room.name) == ("in_repair", school, "101")


def test_room_of_a_device_is_the_one_of_just_that_name(tmp_path, school):
    make_room(school, "R 101")
    path = sheet(tmp_path, row(room="101"), row("OB-2", "S2", room="R 101"), row("OB-3", "S3", room="Raum 101"))
    result = import_file(path, "--mode", "valid")
    assert (result.counts, result.cells) == ((2, 0, 0, 1, 0), [(4, "Raum", "ambiguous_room")])
    assert dict(Device.objects.values_list("serial", "room__name")) == {"S1": "101", "S2": "R 101"}


@pytest.mark.parametrize("heading", ["Menge", "Stk.", "Stück", "Anzahl", "Quantity", "Qty"])
def test_one_row_is_one_device(tmp_path, heading):
    rows = [[*row(), 1], [*row("OB-2", "S2"), None], [*row("OB-3", "S3"), "1 Stk."], [*row("OB-4", "S4"), 35]]
    result = import_file(sheet(tmp_path, *rows, header=[*HEADER, heading]), "--mode", "valid")
    assert (result.counts, result.cells) == ((3, 0, 0, 1, 0), [(5, heading, "quantity")])
    assert "35" in result["problems"][0]["message"]


@pytest.mark.parametrize("heading", ["Artikel", "Artikelbezeichnung", "Gerätebezeichnung"])
def test_article_is_the_model(tmp_path, heading):
    header = [heading if name == "Modell" else name for name in HEADER]
    assert import_file(sheet(tmp_path, row(), header=header))["mapping"][heading] == "model"
