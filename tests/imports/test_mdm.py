"""A list of a device management against the inventory: what it records, and what it finds."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone, translation
from openpyxl import load_workbook

from audit.actor import Actor
from audit.models import Act, Entry
from imports import worklist
from imports.enums import FindingKind, FindingStatus
from imports.models import Finding
from imports.worklist_book import write_findings
from inventory.models import Device, DeviceState
from schools.models import School
from tests.factories import DAY, make_device, make_devices, make_model
from tests.imports.workbooks import Result, import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
JAMF = ["Device Name", "Serial Number", "Model", "Username", "Last Inventory Update", "Managed", "JSS Mobile Device ID"]
SEEN = date(2024, 5, 20)
ON = date(2024, 6, 1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def tablets(school: School) -> list[Device]:
    return make_devices(3, school=school)


def row(serial: str, *, model: str = "iPad 9", seen: Any = SEEN, managed: str = "Managed", key: Any = None) -> list:
    return ["iPad von Max", serial, model, "max.muster", seen, managed, key]


def take(tmp_path: Path, *rows: list, header: list[str] = JAMF, options: tuple[str, ...] = ()) -> Result:
    path = write_xlsx(tmp_path / "jamf.xlsx", [header, *rows])
    return import_file(path, "--on", ON.isoformat(), *options)


def findings() -> list[tuple[str, str, str]]:
    return [(f.kind, f.serial, f.text) for f in Finding.objects.order_by("pk")]


def reread(device: Device) -> Device:
    return Device.objects.get(pk=device.pk)


def test_list_of_jamf_is_recognised_and_its_persons_are_left_out(tmp_path, tablets):
    result = take(tmp_path, row(tablets[0].serial))
    assert (result["kind"], result.exit_code) == ("mdm", 0)
    assert (result["mapping"]["Username"], result["mapping"]["Device Name"]) == (None, None)
    assert result["mapping"]["Last Inventory Update"] == "last_seen"


def test_list_of_intune_as_csv_is_recognised(tmp_path, tablets):
    lines = [
        "Device name,Serial number,Model,Primary user UPN,Last check-in,Enrollment date,Managed",
        f"DESKTOP-1,{tablets[0].serial},iPad 9,m@x.de,2024-05-20 08:15:00.0000000,2024-01-02 07:00:00.0000000,True",
    ]
    result = import_file(write_csv(tmp_path / "intune.csv", lines), "--on", ON.isoformat())
    assert (result["kind"], result.counts) == ("mdm", (0, 1, 0, 0, 0))


def test_device_is_managed_from_the_day_of_the_file_and_keeps_the_id(tmp_path, tablets):
    result = take(tmp_path, *(row(d.serial, key=n) for n, d in enumerate(tablets, 70)))
    assert result.counts == (0, 3, 0, 0, 0)
    device = reread(tablets[0])
    assert (device.is_managed, device.mdm_id, device.since) == (True, "70", ON)
    states = DeviceState.objects.known().filter(device=device).order_by("valid_from")
    assert [(s.valid_from, s.is_managed) for s in states] == [(DAY, None), (ON, True)]
    assert take(tmp_path, *(row(d.serial, key=n) for n, d in enumerate(tablets, 70))).counts == (0, 0, 3, 0, 0)
    assert findings() == []


def test_device_is_found_by_the_id_of_the_mdm(tmp_path, tablets):
    take(tmp_path, row(tablets[0].serial, key="A-1"), row(tablets[1].serial), row(tablets[2].serial))
    result = take(tmp_path, row("", key="A-1", managed="Unmanaged"))
    assert (result.counts, reread(tablets[0]).is_managed) == ((0, 1, 0, 0, 0), False)


def test_strange_device_comes_to_the_work_list(tmp_path, tablets):
    result = take(tmp_path, *(row(d.serial) for d in tablets), row("FREMD1"))
    assert result.counts == (0, 3, 0, 0, 1)
    assert findings() == [("not_in_stock", "FREMD1", "Apple iPad 9 · last contact 20 May 2024")]
    assert Finding.objects.get().model == tablets[0].model


def test_portable_device_that_the_file_does_not_name_is_found(tmp_path, tablets, school):
    make_device(school=school, model=make_model("Board 75", category="board"))
    make_device(school=school, model=make_model("NB 1", manufacturer="Nord", category="laptop"))
    make_device(status="in_stock")
    take(tmp_path, row(tablets[0].serial), row(tablets[1].serial))
    (found,) = Finding.objects.all()
    assert (found.kind, found.device, found.serial) == ("not_in_mdm", tablets[2], tablets[2].serial)


def test_other_model_is_found_and_unknown_names_are_told(tmp_path, tablets):
    make_model("iPad 10")
    rows = [row(tablets[0].serial, model="iPad 10"), row(tablets[1].serial, model="iPad (9. Gen.)")]
    result = take(tmp_path, *rows, row(tablets[2].serial))
    assert findings() == [
        ("other_model", tablets[0].serial, "The list says Apple iPad 10, the inventory Apple iPad 9.")
    ]
    assert any("iPad (9. Gen.) (1)" in note for note in result["notes"])


@pytest.mark.parametrize(("seen", "expected"), [(SEEN, 1), (DAY - timedelta(days=2), 0), (None, 0)])
def test_gone_device_that_reports_after_it_went_is_found(tmp_path, school, seen, expected):
    device = make_device(school=school, status="stolen")
    result = take(tmp_path, row(device.serial, seen=seen))
    assert result.counts == (0, 0, 1, 0, 0)
    assert [kind for kind, _serial, _text in findings()] == ["still_reporting"] * expected
    assert reread(device).is_managed is None


def test_of_a_device_enrolled_twice_the_later_contact_counts(tmp_path, tablets):
    older = row(tablets[0].serial, seen=date(2023, 1, 1), managed="Unmanaged", key=1)
    result = take(tmp_path, older, *(row(d.serial, key=n) for n, d in enumerate(tablets, 2)))
    assert result.counts == (0, 3, 0, 0, 1)
    assert (reread(tablets[0]).is_managed, reread(tablets[0]).mdm_id) == (True, "2")


def test_dry_run_finds_but_keeps_nothing(tmp_path, tablets):
    result = take(tmp_path, row("FREMD1"), options=("--dry-run",))
    assert ("in MDM, not in stock: 1" in result["notes"], Finding.objects.count()) == (True, 0)


@pytest.fixture
def work(tmp_path: Path, tablets: list[Device]) -> None:
    """A strange device and one that the list does not name."""
    take(tmp_path, row(tablets[0].serial), row(tablets[1].serial), row("FREMD1"), row("FREMD2", model="Xyz"))


def test_findings_are_done_with_a_note_and_open_again(work, by: Actor):
    assert worklist.finish_findings(Finding.objects.all(), by=by, note="geklärt") == 3
    done = Finding.objects.first()
    assert (done.status, done.note, done.done_by, done.done_at is not None) == ("done", "geklärt", by.user, True)
    act = Act.objects.latest("pk")
    assert (act.verb, Entry.objects.filter(act=act, kind="imports.finding").count()) == ("finding.finish", 3)
    assert worklist.finish_findings(Finding.objects.all(), by=by) == 0
    assert worklist.reopen_findings(Finding.objects.all(), by=by) == 3
    assert set(Finding.objects.values_list("status", "note", "done_by", "done_at")) == {("open", "", None, None)}


def test_missing_devices_are_recorded_as_not_managed(work, by: Actor, tablets):
    assert worklist.release_devices(Finding.objects.all(), by=by, on=ON) == 1
    assert (reread(tablets[2]).is_managed, reread(tablets[0]).is_managed) == (False, True)
    assert Finding.objects.get(kind=FindingKind.NOT_IN_MDM).status == FindingStatus.DONE
    assert Finding.objects.filter(status=FindingStatus.OPEN).count() == 2


def test_strange_devices_are_created(work, by: Actor, school: School):
    fields = {"on": ON, "status": "in_service", "school": school}
    with pytest.raises(ValidationError, match="FREMD2"):
        worklist.receive_devices(Finding.objects.all(), by=by, **fields)
    assert not Device.objects.filter(serial__startswith="FREMD").exists()
    assert worklist.receive_devices(Finding.objects.all(), by=by, model=make_model("iPad 10"), **fields) == 2
    first, second = Device.objects.filter(serial__startswith="FREMD").order_by("serial")
    assert (first.model.name, second.model.name, first.school, first.is_managed) == ("iPad 9", "iPad 10", school, True)
    assert Finding.objects.get(serial="FREMD1").device == first


def test_device_that_came_in_meanwhile_is_not_created_twice(work, by: Actor, tmp_path: Path):
    header = ["Seriennummer", "Hersteller", "Modell", "Status"]
    import_file(write_xlsx(tmp_path / "a.xlsx", [header, ["FREMD1", "Apple", "iPad 9", "im Lager"]]))
    with pytest.raises(ValidationError) as refused:
        worklist.receive_devices(Finding.objects.filter(serial="FREMD1"), by=by, on=ON, status="in_stock")
    assert refused.value.code == "in_stock"


@pytest.mark.parametrize("name", ["reader", "school_admin", "outsider"])
def test_findings_are_for_those_who_may_import(work, request, name):
    by = Actor(request.getfixturevalue(name))
    with pytest.raises(PermissionDenied):
        worklist.finish_findings(Finding.objects.all(), by=by)
    with pytest.raises(PermissionDenied):
        worklist.release_devices(Finding.objects.all(), by=by, on=ON)
    assert not Finding.objects.visible_to(by.user).exists()


def test_work_list_is_a_workbook(work, tablets, school):
    target = BytesIO()
    found = Finding.objects.with_names()
    write_findings(target, found, number=found.count(), created=timezone.now())
    _heading, *rows = load_workbook(target).active.iter_rows(values_only=True)
    assert [row[:5] for row in rows if row[4]] == [
        ("in stock, not in MDM", tablets[2].serial, tablets[2].asset_tag, school.number, school.name)
    ]
    assert len(rows) == 3
