"""Our own lists come back: only what was edited changes anything, and nothing newer is lost."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from audit.actor import Actor
from audit.models import Entry
from common.sheets.reader import read_workbook
from imports import services
from imports.models import ImportBatch
from imports.options import Options
from inventory.models import Device, DeviceState
from inventory.services import change_device, change_devices, record_tests, update_details
from reports.exports import write_devices
from schools.models import School
from schools.services import update_schools
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_room, make_school
from tests.imports.workbooks import Result, import_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def stock(school: School, other_school: School) -> list[Device]:
    """Devices at two schools and in the store, with all that a list can say of them."""
    room = make_room(school, "101")
    make_room(school, "102")
    found = make_devices(3, school=school, room=room, is_managed=True)
    found += make_devices(2, school=other_school, model=make_model("NB 1", manufacturer="Nord", category="laptop"))
    found += make_devices(1, status="in_stock")
    board = make_device(school=school, model=make_model("Board 75", manufacturer="Prowise", category="board"))
    record_tests({board.pk: DAY + timedelta(days=3)}, an_act())
    details = {"price": Decimal("399.90"), "purchased_on": date(2024, 2, 1), "note": " zwei  Blanks ", "mdm_id": "77"}
    update_details({found[0].pk: details}, an_act())
    return [*found, board]


@pytest.fixture
def listed(stock: list[Device], tmp_path: Path) -> "Listed":
    return Listed(tmp_path / "devices.xlsx")


class Listed:
    """An exported list, in which cells are edited by heading and serial number."""

    def __init__(self, path: Path, day: date | None = None) -> None:
        self.path = path
        write_devices(path, as_of=day or timezone.localdate())

    def edit(self, *edits: tuple[Device, str, Any]) -> "Listed":
        book = load_workbook(self.path)
        page = book.active
        headings = [cell.value for cell in page[1]]
        at = headings.index("Seriennummer") + 1
        rows = {page.cell(row, at).value: row for row in range(2, page.max_row + 1)}
        for device, heading, value in edits:
            page.cell(rows[device.serial], headings.index(heading) + 1).value = value
        book.save(self.path)
        return self

    def take(self, *options: str) -> Result:
        return import_file(self.path, "--kind", "devices", *options)


def reread(device: Device) -> Device:
    return Device.objects.select_related("room", "school").get(pk=device.pk)


def test_id_and_version_are_hidden_columns_beside_the_filter(listed: Listed):
    page = load_workbook(listed.path).active
    headings = [cell.value for cell in page[1]]
    hidden = [page.cell(1, at).value for at in range(1, len(headings) + 1) if page.column_dimensions[letter(at)].hidden]
    assert (headings[-2:], hidden) == (["_id", "_version"], ["_id", "_version"])
    assert page.auto_filter.ref == f"A1:{letter(len(headings))}{page.max_row}"
    assert (page.freeze_panes, page.print_title_rows) == ("C2", "$1:$1")


def letter(at: int) -> str:
    return chr(64 + at)


def test_unedited_list_changes_nothing(listed: Listed, stock: list[Device]):
    entries, states = Entry.objects.count(), DeviceState.objects.count()
    result = listed.take()
    assert (result.exit_code, result.counts) == (0, (0, 0, len(stock), 0, 0))
    assert (Entry.objects.count(), DeviceState.objects.count()) == (entries, states)


def test_edited_cells_and_nothing_else_change(listed: Listed, stock: list[Device]):
    before = {d.pk: d for d in Device.objects.all()}
    entries = Entry.objects.count()
    edits = [(stock[0], "Bemerkung", "neuer Text"), (stock[1], "Raum", "102"), (stock[5], "Status", "in Reparatur")]
    result = listed.edit(*edits).take()
    assert result.counts == (0, 3, len(stock) - 3, 0, 0)
    assert Entry.objects.count() == entries + 3
    after = {d.pk: d for d in Device.objects.select_related("room")}
    assert (after[stock[0].pk].note, after[stock[1].pk].room.name) == ("neuer Text", "102")
    assert (after[stock[5].pk].status, after[stock[5].pk].since) == ("in_repair", timezone.localdate())
    same = [pk for pk in before if vars_of(before[pk]) == vars_of(after[pk])]
    assert sorted(same) == sorted(d.pk for d in (stock[2], stock[3], stock[4], stock[6]))
    assert after[stock[0].pk].since == before[stock[0].pk].since


def vars_of(device: Device) -> dict[str, Any]:
    return {field.attname: getattr(device, field.attname) for field in Device._meta.concrete_fields}


def test_what_others_changed_meanwhile_stays(listed: Listed, stock: list[Device], by: Actor, other_school: School):
    """The file still says what was so before: nobody touched these cells."""
    update_details({stock[0].pk: {"note": "von anderen", "price": Decimal(5)}}, an_act())
    change_device(stock[1], by=by, on=timezone.localdate(), status="in_repair")
    change_device(stock[2], by=by, on=timezone.localdate(), school=other_school)
    result = listed.edit((stock[0], "Kaufdatum", date(2024, 3, 3)), (stock[3], "Bemerkung", "mein Text")).take()
    assert result.counts == (0, 2, len(stock) - 2, 0, 0)
    first = reread(stock[0])
    assert (first.note, first.price, first.purchased_on) == ("von anderen", Decimal(5), date(2024, 3, 3))
    assert (reread(stock[1]).status, reread(stock[2]).school) == ("in_repair", other_school)


def test_edited_state_of_a_device_that_moved_leaves_it_there(listed: Listed, stock: list[Device], by, other_school):
    change_device(stock[0], by=by, on=timezone.localdate(), school=other_school)
    listed.edit((stock[0], "Status", "in Reparatur")).take()
    device = reread(stock[0])
    assert (device.status, device.school, device.room) == ("in_repair", other_school, None)


def test_the_same_change_by_two_is_no_conflict(listed: Listed, stock: list[Device]):
    update_details({stock[0].pk: {"note": "gleich"}}, an_act())
    assert listed.edit((stock[0], "Bemerkung", "gleich")).take().counts == (0, 0, len(stock), 0, 0)


def test_other_change_of_an_edited_cell_is_a_conflict_told_three_ways(listed: Listed, stock: list[Device], by: Actor):
    change_devices([stock[0]], by=by, on=timezone.localdate(), status="in_repair")
    result = listed.edit((stock[0], "Status", "im Lager")).take()
    (conflict,) = result["conflicts"]
    told = {key: conflict[key] for key in ("label", "heading", "exported", "now", "yours", "who", "answer")}
    assert told == {
        "label": stock[0].asset_tag,
        "heading": "Status",
        "exported": "im Einsatz",
        "now": "in Reparatur",
        "yours": "im Lager",
        "who": "ina.it",
        "answer": "",
    }
    assert (result["ambiguous"], result["status"]) == (1, "previewed")
    assert reread(stock[0]).status == "in_repair"


@pytest.mark.parametrize(("answer", "note", "counts"), [("keep", "ihres", (0, 0, 7)), ("take", "meines", (0, 1, 6))])
def test_conflict_ends_as_somebody_says(listed: Listed, stock: list[Device], by: Actor, answer, note, counts):
    update_details({stock[0].pk: {"note": "ihres"}}, an_act())
    batch = ImportBatch.objects.get(pk=listed.edit((stock[0], "Bemerkung", "meines")).take()["batch"])
    text = batch.summary["conflicts"][0]["text"]
    services.decide(batch, by=by, decisions={"conflict": {text: {"action": answer}}})
    batch = services.take_batch(services.preview_batch(batch), by=by)
    assert tuple(batch.summary[name] for name in ("new", "changed", "unchanged")) == counts
    assert (batch.status, reread(stock[0]).note) == ("taken", note)


def test_value_that_came_after_the_decision_is_not_overwritten(listed: Listed, stock: list[Device], by: Actor):
    update_details({stock[0].pk: {"note": "ihres"}}, an_act())
    batch = ImportBatch.objects.get(pk=listed.edit((stock[0], "Bemerkung", "meines")).take()["batch"])
    answer = {batch.summary["conflicts"][0]["text"]: {"action": "take", "now": "ihres"}}
    batch = services.preview_batch(services.decide(batch, by=by, decisions={"conflict": answer}))
    assert batch.summary["changed"] == 1
    update_details({stock[0].pk: {"note": "noch neuer"}}, an_act())
    batch = services.take_batch(services.begin_taking(batch, by=by, mode="all"), by=by)
    assert (batch.status, batch.summary["ambiguous"], reread(stock[0]).note) == ("previewed", 1, "noch neuer")
    assert [conflict["answer"] for conflict in batch.summary["conflicts"]] == [""]


def test_create_missing_settles_no_conflict(listed: Listed, stock: list[Device]):
    update_details({stock[0].pk: {"note": "ihres"}}, an_act())
    assert listed.edit((stock[0], "Bemerkung", "meines")).take("--create-missing")["ambiguous"] == 1


def test_device_that_does_not_exist_is_a_problem(listed: Listed, stock: list[Device]):
    result = listed.edit((stock[0], "_id", 999_999)).take()
    assert result.cells == [(row_of(result), "_id", "no_record")]


def row_of(result: Result) -> int:
    return int(result["problems"][0]["row"])


def test_rows_that_were_sorted_apart_from_their_ids_are_refused(listed: Listed, stock: list[Device]):
    result = listed.edit((stock[0], "_id", stock[1].pk), (stock[1], "_id", stock[0].pk)).take()
    assert [code for _row, _column, code in result.cells] == ["other_record"] * 2
    assert result["status"] == "previewed"


def test_another_device_typed_over_a_row_is_refused(listed: Listed, stock: list[Device]):
    result = listed.edit((stock[0], "Inventarnummer", "OB-NEU"), (stock[0], "Seriennummer", "NEU1")).take()
    assert [code for _row, _column, code in result.cells] == ["other_record"]


def test_serial_number_is_corrected_by_record(listed: Listed, stock: list[Device]):
    assert listed.edit((stock[0], "Seriennummer", "RICHTIG1")).take().counts == (0, 1, len(stock) - 1, 0, 0)
    assert reread(stock[0]).serial == "RICHTIG1"


def test_row_below_the_list_is_a_new_device(listed: Listed, stock: list[Device]):
    book = load_workbook(listed.path)
    page = book.active
    new = {"Seriennummer": "NEU1", "Hersteller": "Apple", "Modell": "iPad 9", "Status": "auf Lager"}
    page.append([new.get(cell.value) for cell in page[1]])
    book.save(listed.path)
    assert listed.take().counts == (1, 0, len(stock), 0, 0)


def test_school_is_changed_by_its_name_alone(listed: Listed, stock: list[Device], other_school: School):
    listed.edit((stock[0], "Schule", "Kastanienschule")).take()
    assert reread(stock[0]).school == other_school


def test_renamed_school_changes_nothing(listed: Listed, stock: list[Device], school: School):
    update_schools([(school, {"name": "Schule an der Linde"})], an_act())
    assert listed.take().counts == (0, 0, len(stock), 0, 0)


def test_state_is_begun_earlier_but_not_later(listed: Listed, stock: list[Device]):
    listed.edit((stock[0], "Seit", DAY - timedelta(days=9)), (stock[1], "Seit", DAY + timedelta(days=9)))
    result = listed.take("--mode", "valid")
    assert [code for _row, _column, code in result.cells] == ["later_day"]
    assert (reread(stock[0]).since, reread(stock[1]).since) == (DAY - timedelta(days=9), DAY)


def test_category_is_one_of_the_model(listed: Listed, stock: list[Device]):
    result = listed.edit((stock[0], "Kategorie", "Laptop")).take()
    assert [code for _row, _column, code in result.cells] == ["of_model"]


def test_blank_cell_keeps_unless_it_is_to_clear(listed: Listed, stock: list[Device], by: Actor):
    listed.edit((stock[0], "Bemerkung", None), (stock[0], "Raum", None))
    assert listed.take().counts == (0, 0, len(stock), 0, 0)
    with listed.path.open("rb") as file:
        options = Options(blank="clear")
        batch = services.upload_batch(file, name="a.xlsx", by=by, kind="devices", options=options)
    update_details({stock[1].pk: {"note": "seither"}}, an_act())
    batch = services.take_batch(batch, by=by)
    assert (batch.summary["changed"], reread(stock[0]).note, reread(stock[0]).room) == (1, "", None)
    assert reread(stock[1]).note == "seither"


def test_list_of_a_past_day_speaks_of_that_day(stock: list[Device], tmp_path: Path, by: Actor):
    day = DAY + timedelta(days=5)
    change_device(stock[0], by=by, on=DAY + timedelta(days=30), status="in_repair")
    past = Listed(tmp_path / "past.xlsx", day)
    assert past.take().counts == (0, 0, len(stock), 0, 0)
    past.edit((stock[0], "MDM", "nein")).take()
    states = DeviceState.objects.known().filter(device=stock[0]).order_by("valid_from")
    assert [(s.valid_from, s.is_managed) for s in states] == [
        (DAY, True),
        (day, False),
        (DAY + timedelta(days=30), True),
    ]


def test_list_of_a_past_day_may_lack_the_column_of_days(stock: list[Device], tmp_path: Path):
    past = Listed(tmp_path / "past.xlsx", DAY + timedelta(days=5)).edit((stock[0], "MDM", "nein"))
    book = load_workbook(past.path)
    for heading in ("Seit", "Kaufdatum", "Letzte Prüfung"):
        book.active.delete_cols([cell.value for cell in book.active[1]].index(heading) + 1)
    book.save(past.path)
    assert past.take().counts == (0, 1, len(stock) - 1, 0, 0)
    assert (reread(stock[0]).since, reread(stock[0]).purchased_on) == (DAY + timedelta(days=5), date(2024, 2, 1))


def test_foreign_columns_called_id_and_version_are_none_of_ours(listed: Listed, stock: list[Device]):
    book = load_workbook(listed.path)
    page = book.active
    for cell in page[1]:
        cell.value = {"_id": "ID", "_version": "Version"}.get(cell.value, cell.value)
    book.save(listed.path)
    result = listed.take()
    assert (result["mapping"]["ID"], result["mapping"]["Version"]) == (None, None)


def test_number_of_queries_does_not_depend_on_rows(tmp_path: Path, by: Actor):
    assert len({queries_of_plan(make_school(), tmp_path / f"{number}.xlsx", by, number) for number in (1, 12)}) == 1


def queries_of_plan(school: School, path: Path, by: Actor, number: int) -> int:
    devices = make_devices(number, school=school, model=make_model(f"Modell {number}"))
    write_devices(path, as_of=timezone.localdate(), devices=Device.objects.filter(model=devices[0].model))
    change_devices(devices, by=by, on=timezone.localdate(), is_managed=True)
    book = read_workbook(path)
    with CaptureQueriesContext(connection) as queries:
        _kind, plan = services.plan_workbook(book, kind="devices", options=Options())
    assert plan.counts["unchanged"] == number
    return len(queries)
