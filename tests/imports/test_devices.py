"""Lists of devices and boards: what is recognised, matched, taken and refused."""

from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from audit.models import Act, Entry
from inventory.models import Device, DeviceModel, DeviceState, DeviceTest
from tests.factories import make_device, make_model, make_room
from tests.imports.workbooks import import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Inv.-Nr.", "SerNr", "Hersteller", "Modell", "Kategorie", "Status", "In Betrieb seit", "Schule", "Raum"]


@pytest.fixture(autouse=True)
def _catalogue(school, other_school):
    make_model("iPad 9")
    make_model("Board 75", manufacturer="Prowise", category="board")
    make_model("ThinkPad L13", manufacturer="Lenovo", category="laptop")
    make_room(school, "101")


def sheet(tmp_path, *rows, header=HEADER, name="devices.xlsx"):
    return write_xlsx(tmp_path / name, [header, *rows])


def row(
    tag="OB-1", serial="S1", model="iPad 9", status="im Einsatz", on=date(2021, 3, 12), school="Lindenschule", room=None
):
    return [tag, serial, "Apple", model, None, status, on, school, room]


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


def test_status_and_day_may_be_given_for_the_whole_file(tmp_path):
    path = write_csv(tmp_path / "s.csv", ["Seriennummer;Hersteller;Modell", "S1;Apple;iPad 9", "S2;Apple;iPad 9"])
    assert import_file(path).cells == [(2, None, "no_status"), (3, None, "no_status")]
    result = import_file(path, "--status", "in_stock", "--on", "2024-02-01")
    assert result.counts == (2, 0, 0, 0, 0)
    assert set(Device.objects.values_list("status", "since")) == {("in_stock", date(2024, 2, 1))}


def test_older_fact_of_a_known_device_is_recorded_back_dated(tmp_path, school):
    device = make_device(school=school, on=date(2023, 1, 1))
    rows = [[device.asset_tag, "geliefert", date(2022, 11, 1)]]
    result = import_file(sheet(tmp_path, *rows, header=["Inventarnummer", "Status", "Datum"]))
    assert result.counts == (0, 1, 0, 0, 0)
    device.refresh_from_db()
    assert (device.status, device.since) == ("in_service", date(2023, 1, 1))
    assert DeviceState.objects.as_of(date(2022, 12, 1)).get().status == "delivered"


def test_test_of_a_category_without_interval_is_a_problem(tmp_path):
    header = [*HEADER, "Prüfdatum"]
    result = import_file(sheet(tmp_path, [*row(), date(2022, 5, 1)], header=header))
    assert result.cells == [(2, "Prüfdatum", "no_interval")]


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


def test_rows_without_a_number_are_left_out_or_refused(tmp_path):
    path = sheet(tmp_path, row(), [None] * 7 + ["Kastanienschule"], ["Summe", None, None, None, None, None, None, 1])
    result = import_file(path)
    assert (result.exit_code, result.counts) == (0, (1, 0, 0, 0, 2))


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


@pytest.mark.parametrize("heading", ["Artikel", "Artikelbezeichnung", "Gerätebezeichnung"])
def test_article_is_the_model(tmp_path, heading):
    header = [heading if name == "Modell" else name for name in HEADER]
    assert import_file(sheet(tmp_path, row(), header=header))["mapping"][heading] == "model"


def board(status, on=date(2022, 1, 10)):
    return ["T-1", "B1", "Prowise", "Board 75", None, status, on, "Lindenschule", "101"]


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
