"""What is wrong with rows of devices, and what is missing for them."""

from datetime import date

import pytest

from inventory.models import Device, DeviceModel
from tests.imports.devices.sheets import HEADER, row, sheet
from tests.imports.workbooks import import_file

pytestmark = pytest.mark.django_db


def test_forbidden_step_is_a_problem_at_its_status_cell(tmp_path):
    import_file(sheet(tmp_path, row(status="entsorgt")))
    result = import_file(sheet(tmp_path, row(on=date(2022, 1, 1)), name="b.xlsx"))
    assert result.cells == [(2, "Status", "forbidden_step")]
    board = ["T-1", "B1", "Prowise", "Board 75", None, "zurückgegeben", date(2022, 1, 1), "Lindenschule", "101"]
    assert import_file(sheet(tmp_path, board, name="c.xlsx")).cells == [(2, "Status", "forbidden_step")]


def test_forbidden_step_within_the_file_is_found_before_writing(tmp_path):
    path = sheet(tmp_path, row(status="entsorgt", on=date(2021, 1, 1)), row(on=date(2022, 1, 1)))
    result = import_file(path, "--mode", "valid")
    assert (result.cells, result.counts) == ([(3, "Status", "forbidden_step")], (1, 0, 0, 1, 0))
    assert Device.objects.get().status == "disposed"


def test_all_problems_are_told_at_once_with_their_rows(tmp_path):
    path = sheet(
        tmp_path,
        row(),
        row("OB-2", "S2", status="verzaubert"),
        row("OB-3", "S3", on="31.02.2021"),
        row("OB-4", "S4", school=None),
        row("OB-5", "S5", on=date(2999, 1, 1)),
        row("OB-6", "S6", status="#N/A"),
        row(None, None),
        row("OB-8", "S8", status=None),
        row("OB-9", "S1"),
    )
    result = import_file(path)
    assert result.cells == [
        (2, "SerNr", "duplicate_serial"),
        (3, "Status", "unknown_choice"),
        (4, "In Betrieb seit", "impossible_date"),
        (5, "Schule", "no_school"),
        (6, "In Betrieb seit", "future_day"),
        (7, "Status", "error_cell"),
        (8, "SerNr", "no_number"),
        (9, "Status", "no_status"),
        (10, "SerNr", "duplicate_serial"),
    ]
    assert (result.exit_code, result.counts) == (1, (0, 0, 0, 9, 0))
    assert "10" in result["problems"][0]["message"]
    assert not Device.objects.exists()


def test_mode_valid_takes_the_good_rows(tmp_path):
    result = import_file(sheet(tmp_path, row(), row("OB-2", "S2", status="verzaubert")), "--mode", "valid")
    assert (result.exit_code, result.counts) == (1, (1, 0, 0, 1, 0))
    assert [device.asset_tag for device in Device.objects.all()] == ["OB-1"]


def test_same_device_on_the_same_day_names_both_rows(tmp_path):
    result = import_file(sheet(tmp_path, row(), row()))
    assert result.cells == [(2, "SerNr", "duplicate_serial"), (3, "SerNr", "duplicate_serial")]


def test_unknown_references_are_listed_once(tmp_path):
    path = sheet(
        tmp_path,
        row("OB-1", "S1", "iPad 8"),
        row("OB-2", "S2", "iPad 8"),
        row("OB-3", "S3", school="Lindenschul"),
        row("OB-4", "S4", room="999"),
    )
    result = import_file(path)
    assert [(u["kind"], u["text"], u["rows"], u["row"]) for u in result["unknown"]] == [
        ("school", "Lindenschul", 1, 4),
        ("model", "Apple iPad 8", 2, 2),
        ("room", "100100 · 999", 1, 5),
    ]
    assert result["unknown"][1]["suggestions"][0]["label"] == "Apple iPad 9"
    assert result["unknown"][0]["suggestions"][0]["label"] == "Lindenschule (100100)"
    assert result.cells == [
        (2, "Modell", "unknown_model"),
        (4, "Schule", "unknown_school"),
        (5, "Raum", "unknown_room"),
    ]
    assert result.counts == (0, 0, 0, 4, 0)


def test_create_missing_creates_models_and_rooms_but_no_schools(tmp_path, school):
    rows = [row("OB-1", "S1", "iPad 8", room="999"), row("OB-2", "S2", school="Nirgendwo")]
    rows[0][4] = "Tablet"
    result = import_file(sheet(tmp_path, *rows), "--create-missing", "--mode", "valid")
    assert result.counts == (1, 0, 0, 1, 0)
    assert result.cells == [(3, "Schule", "unknown_school")]
    device = Device.objects.with_names().get()
    assert (str(device.model), device.model.category.key) == ("Apple iPad 8", "tablet")
    assert (device.room.name, device.room.building.name, device.room.school) == ("999", "Hauptgebäude", school)


def test_create_missing_without_category_says_what_is_needed(tmp_path):
    result = import_file(sheet(tmp_path, row(model="iPad 8")), "--create-missing")
    assert (result.exit_code, result.cells) == (1, [(2, "Modell", "unknown_model")])
    assert result["unknown"][0]["obstacle"]
    assert not DeviceModel.objects.filter(name="iPad 8").exists()


def test_test_of_a_category_without_interval_is_a_problem(tmp_path):
    header = [*HEADER, "Prüfdatum"]
    result = import_file(sheet(tmp_path, [*row(), date(2022, 5, 1)], header=header))
    assert result.cells == [(2, "Prüfdatum", "no_interval")]


def test_rows_without_a_number_are_left_out_or_refused(tmp_path):
    path = sheet(tmp_path, row(), [None] * 7 + ["Kastanienschule"], ["Summe", None, None, None, None, None, None, 1])
    result = import_file(path)
    assert (result.exit_code, result.counts) == (0, (1, 0, 0, 0, 2))
