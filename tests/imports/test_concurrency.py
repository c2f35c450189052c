"""Two imports at once, and an import while people edit: nobody's word is lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from audit.services import open_act
from imports import services
from imports.enums import BatchStatus, KindName
from imports.models import ImportBatch
from imports.options import Options
from imports.services import taking
from inventory.models import Device, DeviceState
from inventory.services import change_device
from reports.verification import verify
from schools.models import School
from tests.factories import make_devices, make_model, make_school
from tests.imports.processes import end, settle, shared_database, start, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
HEADINGS = "Seriennummer;Hersteller;Modell;Status;Seit;Schule;Bemerkung"
BY = Actor(None, Channel.COMMAND)
EDITS = 12


@pytest.fixture
def database(tmp_path, transactional_db):
    with shared_database(tmp_path):
        make_school("Lindenschule", number="100100")
        make_school("Kastanienschule", number="100200")
        make_model("iPad 9")
        yield


def upload(name, serials, *, school="Lindenschule", note="", since="12.03.2021"):
    lines = [f"{serial};Apple;iPad 9;im Einsatz;{since};{school};{note}" for serial in serials]
    content = "\r\n".join([HEADINGS, *lines, ""]).encode()
    options = Options(mode="all")
    return services.upload_batch(BytesIO(content), name=f"{name}.csv", by=BY, kind=KindName.DEVICES, options=options)


def taken(*batches):
    """Each batch in a process of its own, all at once; then as they are."""
    pids = [start(partial(services.take_batch, batch, by=BY)) for batch in batches]
    assert [end(pid) for pid in pids] == [0] * len(pids)
    settle()
    return [ImportBatch.objects.get(pk=batch.pk) for batch in batches]


def in_another_process(work):
    assert end(start(work)) == 0
    settle()


def numbered(prefix, count):
    return [f"{prefix}-{n}" for n in range(count)]


def test_two_imports_of_the_same_devices_create_them_once(database):
    for attempt in range(3):
        serials = numbered(f"A{attempt}", 300)
        batches = taken(upload("eins", serials), upload("zwei", serials))
        assert [batch.status for batch in batches] == [BatchStatus.TAKEN] * 2
        outcomes = [(batch.summary["new"], batch.summary["unchanged"]) for batch in batches]
        assert sorted(outcomes) == [(0, 300), (300, 0)]
        assert Device.objects.filter(serial__in=serials).count() == 300
    assert verify() == []


def test_two_imports_about_the_same_devices_both_leave_their_trace(database):
    serials = numbered("B", 200)
    taken(upload("alle", serials))
    one = upload("eins", serials, school="Kastanienschule", since="01.02.2022")
    two = upload("zwei", serials, note="geprüft")
    batches = taken(one, two)
    assert [(batch.status, batch.summary["changed"]) for batch in batches] == [(BatchStatus.TAKEN, 200)] * 2
    rows = set(Device.objects.filter(serial__in=serials).values_list("school__number", "note"))
    assert rows == {("100200", "geprüft")}
    assert [Entry.objects.filter(act=batch.act).values("object_id").distinct().count() for batch in batches] == [
        200
    ] * 2
    assert verify() == []


def test_edits_during_an_import_are_all_kept(database, tmp_path):
    """One process edits device after device while another imports them: moved, then said to be elsewhere before."""
    home = School.objects.get(number="100200")
    serials = numbered("C", 250)
    taken(upload("alle", serials))
    edited = list(Device.objects.filter(serial__in=serials).order_by("-pk")[:EDITS])
    today = timezone.localdate()
    begun = tmp_path / "begun"

    def edit():
        begun.touch()
        for device in edited:
            change_device(device, by=BY, on=today, school=home)
            time.sleep(0.02)

    editor = start(edit)
    wait_for(begun)
    (batch,) = taken(upload("neu", serials, note="aus der Liste", since="13.03.2021"))
    assert end(editor) == 0
    settle()
    assert batch.status == BatchStatus.TAKEN
    assert Device.objects.filter(serial__in=serials, note="aus der Liste").count() == 250
    believed = DeviceState.objects.filter(superseded_at__isnull=True, school=home, valid_from=today)
    assert set(believed.values_list("device", flat=True)) == {device.pk for device in edited}
    assert Act.objects.filter(verb="device.change").count() == EDITS
    assert verify() == []


def _meanwhile(monkeypatch, name, work, times=1):
    """Another process does ``work`` just before a step of the taking, and ends before that goes on."""
    step, calls = getattr(taking, name), []

    def disturbed(*args, **kwargs):
        calls.append(name)
        if len(calls) <= times:
            in_another_process(work)
        return step(*args, **kwargs)

    monkeypatch.setattr(taking, name, disturbed)
    return calls


def test_what_somebody_wrote_after_the_check_is_checked_again(database, monkeypatch):
    """Between check and lock somebody imports one of the devices: no refusal, it is simply known by now."""
    batch, other = upload("liste", numbered("D", 5)), upload("andere", ["D-3"], note="schon da")
    attempts = _meanwhile(monkeypatch, "report", partial(services.take_batch, other, by=BY))
    batch = services.take_batch(batch, by=BY)
    assert (batch.status, batch.summary["new"], batch.summary["unchanged"]) == (BatchStatus.TAKEN, 4, 1)
    assert Device.objects.get(serial="D-3").note == "schon da"
    assert attempts == ["report"] * 2


def test_those_who_write_all_the_time_do_not_keep_an_import_from_its_end(database, monkeypatch):
    def book_something():
        with transaction.atomic():
            open_act(BY, "delivery.book")

    attempts = _meanwhile(monkeypatch, "report", book_something, times=9)
    batch = services.take_batch(upload("liste", numbered("E", 5)), by=BY)
    assert (batch.status, batch.summary["new"]) == (BatchStatus.TAKEN, 5)
    assert attempts == ["report"] * 3


def test_choice_made_while_taking_counts(database, monkeypatch):
    batch = upload("liste", ["F-1", "F-2"])
    decided = partial(services.decide, batch, by=BY, options=Options(mode="all", on=date(2022, 1, 1)))
    attempts = _meanwhile(monkeypatch, "report", decided)
    assert services.take_batch(batch, by=BY).options["on"] == "2022-01-01"
    assert attempts == ["report"] * 2


def test_edit_that_comes_while_the_rows_are_written_waits_for_its_turn(database, monkeypatch):
    (device,) = make_devices(1, school=School.objects.get(number="100100"))
    Device.objects.filter(pk=device.pk).update(serial="G-1")
    today = timezone.localdate()
    batch = upload("liste", ["G-1"], school="Kastanienschule", note="neu", since=f"{today:%d.%m.%Y}")

    def edit():
        try:
            change_device(device, by=BY, on=today - timedelta(days=1), status="in_repair")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as somebody:
        edits = _in_the_middle(monkeypatch, lambda: somebody.submit(edit))
        batch = services.take_batch(batch, by=BY)
        assert [one.result() for one in edits] == [None]
    assert (batch.status, batch.summary["changed"]) == (BatchStatus.TAKEN, 1)
    states = DeviceState.objects.filter(device=device, superseded_at__isnull=True).order_by("valid_from")
    found = [(state.status, state.school.number) for state in states]
    assert found == [("in_service", "100100"), ("in_repair", "100100"), ("in_service", "100200")]
    assert Device.objects.get(pk=device.pk).note == "neu"
    assert verify() == []


def _in_the_middle(monkeypatch, begin):
    """``begin`` something when the transaction has its locks and has written nothing yet."""
    opened, begun = taking.open_act, []

    def open_act(*args, **kwargs):
        begun.append(begin())
        return opened(*args, **kwargs)

    monkeypatch.setattr(taking, "open_act", open_act)
    return begun
