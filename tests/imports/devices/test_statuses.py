"""Words for a status, histories, and several steps of one day."""

from datetime import date

import pytest

from inventory.models import Device, DeviceState, DeviceTest
from tests.factories import make_device, make_model
from tests.imports.devices.sheets import board, row, sheet
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db


def test_rows_of_one_device_are_its_history(tmp_path):
    path = sheet(
        tmp_path,
        row(status="ausgesondert", on=date(2024, 7, 1)),
        row(status="bestellt", on=date(2021, 1, 5), school=None),
        row(status="im Einsatz", on=date(2021, 3, 12)),
        row("OB-2", "S2"),
    )
    assert import_file(path).counts == (2, 2, 0, 0, 0)
    states = DeviceState.objects.known().filter(device__serial="S1").order_by("valid_from")
    assert [(s.status, s.valid_from, s.valid_until) for s in states] == [
        ("ordered", date(2021, 1, 5), date(2021, 3, 12)),
        ("in_service", date(2021, 3, 12), date(2024, 7, 1)),
        ("retired", date(2024, 7, 1), None),
    ]
    assert Device.objects.get(serial="S1").status == "retired"
    assert import_file(path).counts == (0, 0, 4, 0, 0)


def test_older_fact_of_a_known_device_is_recorded_back_dated(tmp_path, school):
    device = make_device(school=school, on=date(2023, 1, 1))
    rows = [[device.asset_tag, "geliefert", date(2022, 11, 1)]]
    result = import_file(sheet(tmp_path, *rows, header=["Inventarnummer", "Status", "Datum"]))
    assert result.counts == (0, 1, 0, 0, 0)
    device.refresh_from_db()
    assert (device.status, device.since) == ("in_service", date(2023, 1, 1))
    assert DeviceState.objects.as_of(date(2022, 12, 1)).get().status == "delivered"


def test_broken_means_what_the_workflow_of_the_device_calls_so(tmp_path, school):
    board = ["OB-2", "S2", "Prowise", "Board 75", None, "in Reparatur", date(2022, 1, 1), "Lindenschule", None]
    import_file(sheet(tmp_path, row(status="defekt"), board))
    assert dict(Device.objects.values_list("serial", "status")) == {"S1": "in_repair", "S2": "defective"}


def test_test_protocol_needs_only_number_and_day(tmp_path, school):
    make_device(school=school, model=make_model("Board 75", manufacturer="Prowise", category="board"), use="room")
    board = Device.objects.get()
    protocol = [["Inventarnummer", "Letzte Prüfung"], [board.asset_tag, "01.05.2022"], [board.asset_tag, "03.05.2024"]]
    result = import_file(write_xlsx(tmp_path / "p.xlsx", protocol))
    assert result.cells == []
    assert list(DeviceTest.objects.order_by("valid_from").values_list("valid_from", flat=True)) == [
        date(2022, 5, 1),
        date(2024, 5, 3),
    ]


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("in Benutzung", "in_service"),
        ("verliehen", "in_service"),
        ("ausgeliehen", "in_service"),
        ("lagernd", "in_stock"),
        ("Verlust", "lost"),
        ("nicht gefunden", "lost"),
        ("zur Reparatur", "in_repair"),
    ],
)
def test_usual_words_for_a_status_are_understood(tmp_path, word, status):
    assert import_file(sheet(tmp_path, row(status=word))).counts == (1, 0, 0, 0, 0)
    assert Device.objects.get().status == status


@pytest.mark.parametrize("word", ["ok", "neu"])
def test_word_that_is_no_status_names_those_that_fit_the_device(tmp_path, word):
    board = ["OB-2", "S2", "Prowise", "Board 75", None, word, date(2022, 1, 1), "Lindenschule", None]
    (tablet,), (installed,), (both,) = (
        import_file(sheet(tmp_path, *rows))["problems"]
        for rows in ([row(status=word)], [board], [row(status=word), board])
    )
    fits = [("eingerichtet" in one["message"], "montiert" in one["message"]) for one in (tablet, installed, both)]
    assert fits == [(True, False), (False, True), (True, True)]


def test_forbidden_word_is_named_as_it_was_typed(tmp_path, school):
    board = ["T-1", "B1", "Prowise", "Board 75", None, "zurück", date(2022, 1, 1), "Lindenschule", "101"]
    (problem,) = import_file(sheet(tmp_path, board))["problems"]
    assert problem["code"] == "forbidden_step"
    assert "zurück“" in problem["message"] or "zurück”" in problem["message"]


def test_steps_of_one_day_are_taken_in_the_order_of_the_file(tmp_path, school):
    steps = [board(status) for status in ("montiert", "geprüft", "abgenommen", "in Betrieb")]
    path = sheet(tmp_path, board("geliefert", date(2022, 1, 3)), *steps)
    assert import_file(path).counts == (1, 4, 0, 0, 0)
    states = DeviceState.objects.known().order_by("valid_from").values_list("status", "valid_from", "valid_until")
    assert list(states) == [
        ("delivered", date(2022, 1, 3), date(2022, 1, 10)),
        ("in_service", date(2022, 1, 10), None),
    ]
    assert import_file(path).counts == (0, 0, 5, 0, 0)


def test_steps_of_one_day_in_a_wrong_order_are_duplicates(tmp_path, school):
    result = import_file(sheet(tmp_path, board("abgenommen"), board("montiert")))
    assert result.cells == [(2, "SerNr", "duplicate_serial"), (3, "SerNr", "duplicate_serial")]


def test_steps_of_one_day_continue_a_known_device(tmp_path, school):
    import_file(sheet(tmp_path, board("montiert", date(2022, 1, 3))))
    path = sheet(tmp_path, board("abgenommen"), board("in Betrieb"), name="b.xlsx")
    assert import_file(path).counts == (0, 2, 0, 0, 0)
    assert Device.objects.get().status == "in_service"
    assert import_file(path).counts == (0, 0, 2, 0, 0)


@pytest.mark.parametrize("before", [["geliefert"], ["montiert"], ["geliefert", "defekt"], ["montiert", "defekt"]])
def test_board_goes_into_service_only_when_it_was_accepted(tmp_path, school, before):
    known = [board(status, date(2022, 1, number)) for number, status in enumerate(before, 3)]
    import_file(sheet(tmp_path, *known))
    (problem,) = import_file(sheet(tmp_path, board("in Betrieb"), name="b.xlsx"))["problems"]
    assert problem["code"] == "forbidden_step"
    assert "sobald es montiert und abgenommen ist" in problem["message"]
