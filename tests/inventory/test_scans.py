"""What scanning does to devices, and what it answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from inventory.codes import clean_code
from inventory.enums import DeviceStatus, ScanMode, Verdict
from inventory.models import Delivery, Device, DeviceState, Scan
from inventory.services import NewScan, Setting, change_device, record_scans
from schools.models import School
from tests.factories import DAY, make_device, make_devices, make_model, make_order, make_room, make_school

pytestmark = pytest.mark.django_db


def scans(*codes: str, at: datetime | None = None) -> list[NewScan]:
    return [NewScan(uuid4(), clean_code(code), at or timezone.now()) for code in codes]


def verdicts(answers: Sequence[Scan]) -> list[str]:
    return [answer.verdict for answer in answers]


@pytest.mark.parametrize(
    ("mode", "before", "after"),
    [
        (ScanMode.IN_SERVICE, "in_stock", "in_service"),
        (ScanMode.MOVE, "in_stock", "in_stock"),
        (ScanMode.RETURN, "in_service", "returned"),
        (ScanMode.REPAIR, "in_service", "in_repair"),
        (ScanMode.RETIRE, "in_stock", "retired"),
        (ScanMode.RECEIVE, "ordered", "delivered"),
    ],
)
def test_mode_says_what_becomes_of_a_device(by: Actor, mode: str, before: str, after: str) -> None:
    here, there = make_school(), make_school()
    room = make_room(there)
    device = make_device(status=before, school=here)

    (answer,) = record_scans(scans(device.serial), Setting(mode, school=there, room=room, reason="Grund"), by=by)

    device.refresh_from_db()
    is_placing = mode not in (ScanMode.REPAIR, ScanMode.RETIRE)
    assert (answer.verdict, answer.device, answer.act) == (Verdict.DONE, device, Act.objects.latest("pk"))
    assert device.status == after
    assert (device.school, device.room) == ((there, room) if is_placing else (here, None))
    act = Act.objects.latest("pk")
    assert (act.channel, act.reason, act.user) == ("scan", "Grund", by.user)
    assert Entry.objects.filter(act=act, object_id=device.pk).exists()


def test_board_comes_off_the_wall(by: Actor) -> None:
    school = make_school()
    board = make_device(status="in_service", school=school, model=make_model("Board 86", category="board"))

    record_scans(scans(board.asset_tag), Setting(ScanMode.RETURN), by=by)

    board.refresh_from_db()
    assert (board.status, board.school) == (DeviceStatus.DISMOUNTED, None)


def test_finding_changes_nothing(by: Actor) -> None:
    device = make_device(status="in_stock")
    acts = Act.objects.count()

    (answer,) = record_scans(scans(device.asset_tag), Setting(ScanMode.FIND), by=by)

    assert (answer.verdict, answer.device, answer.act) == (Verdict.FOUND, device, None)
    assert Act.objects.count() == acts


def test_each_code_has_its_answer_and_hinders_no_other(by: Actor) -> None:
    school = make_school()
    good, retired = make_device(status="in_stock"), make_device(status="retired")
    already = make_device(status="in_service", school=school)
    first = make_device(status="in_stock", serial="4711")
    make_device(status="in_stock", serial="4711", model=make_model("Tab", manufacturer="Samsung"))
    codes = [good.serial, retired.serial, already.serial, "4711", "NICHTDA", good.asset_tag, "", "X" * 61]

    answers = record_scans(scans(*codes), Setting(ScanMode.IN_SERVICE, school=school), by=by)

    assert verdicts(answers) == [
        Verdict.DONE,
        Verdict.REFUSED,
        Verdict.ALREADY,
        Verdict.AMBIGUOUS,
        Verdict.UNKNOWN,
        Verdict.TWICE,
        Verdict.REFUSED,
        Verdict.REFUSED,
    ]
    assert "Auf „ausgesondert“ kann „im Einsatz“ nicht folgen" in answers[1].message
    assert [answer.act_id is not None for answer in answers] == [True] + [False] * 7
    first.refresh_from_db()
    assert first.status == DeviceStatus.IN_STOCK


def test_scan_that_is_sent_again_does_nothing_more(by: Actor) -> None:
    device = make_device(status="in_stock")
    sent = scans(device.serial)
    school = make_school()
    (first,) = record_scans(sent, Setting(ScanMode.IN_SERVICE, school=school), by=by)
    change_device(device, by=by, on=timezone.localdate(), status="in_repair")
    acts = Act.objects.count()

    (second,) = record_scans(sent, Setting(ScanMode.IN_SERVICE, school=school), by=by)

    device.refresh_from_db()
    assert (second, second.verdict, device.status) == (first, Verdict.DONE, DeviceStatus.IN_REPAIR)
    assert Act.objects.count() == acts


def test_scans_of_others_are_not_answered_again(by: Actor, it_staff: Any, manager: Any) -> None:
    device = make_device(status="in_stock")
    sent = scans(device.serial)
    record_scans(sent, Setting(ScanMode.FIND), by=Actor(it_staff))

    assert list(Scan.objects.visible_to(manager)) == []
    assert Scan.objects.visible_to(it_staff).get().code == device.serial


def test_what_changes_nothing_leaves_no_act(by: Actor) -> None:
    device = make_device(status="disposed")
    acts = Act.objects.count()

    answers = record_scans(scans(device.serial, "NICHTDA"), Setting(ScanMode.REPAIR), by=by)

    assert verdicts(answers) == [Verdict.REFUSED, Verdict.UNKNOWN]
    assert Act.objects.count() == acts


def test_day_is_that_of_the_scan_unless_another_was_chosen(by: Actor) -> None:
    first, second = make_devices(2, status="in_stock", on=DAY)
    yesterday = timezone.now() - timedelta(days=1)
    school = make_school()

    record_scans(scans(first.serial, at=yesterday), Setting(ScanMode.MOVE, school=school, is_forced=True), by=by)
    record_scans(scans(second.serial), Setting(ScanMode.MOVE, on=DAY + timedelta(days=3), school=school), by=by)

    days = dict(DeviceState.objects.known().filter(school=school).values_list("device", "valid_from"))
    assert days == {first.pk: timezone.localdate(yesterday), second.pk: DAY + timedelta(days=3)}


def test_future_is_refused_and_a_wrong_clock_is_not_believed(by: Actor) -> None:
    device = make_device(status="in_stock")
    tomorrow = timezone.now() + timedelta(days=1)

    (answer,) = record_scans(scans(device.serial, at=tomorrow), Setting(ScanMode.REPAIR), by=by)

    assert answer.verdict == Verdict.DONE
    assert answer.scanned_at == answer.recorded_at
    device.refresh_from_db()
    assert device.since == timezone.localdate()


def test_late_scan_does_not_undo_what_others_did_since(by: Actor, manager: Any) -> None:
    device = make_device(status="in_stock", on=DAY)
    school = make_school(name="Schule am Fluss")
    hour_ago = timezone.now() - timedelta(hours=1)
    change_device(device, by=Actor(manager), on=timezone.localdate(), status="in_service", school=school)

    (late,) = record_scans(scans(device.serial, at=hour_ago), Setting(ScanMode.REPAIR), by=by)
    device.refresh_from_db()
    assert (late.verdict, device.status) == (Verdict.MEANWHILE, DeviceStatus.IN_SERVICE)
    assert late.message.endswith(f", nach diesem Scan: im Einsatz, {school}.")

    (forced,) = record_scans(scans(device.serial, at=hour_ago), Setting(ScanMode.REPAIR, is_forced=True), by=by)
    device.refresh_from_db()
    assert (forced.verdict, device.status) == (Verdict.DONE, DeviceStatus.IN_REPAIR)


def test_late_scans_of_one_person_follow_each_other(by: Actor) -> None:
    device = make_device(status="in_service", school=make_school(), on=DAY)
    Device.objects.filter(pk=device.pk).update(since=DAY)
    DeviceState.objects.filter(device=device).update(recorded_at=timezone.now() - timedelta(days=2))
    hour_ago = timezone.now() - timedelta(hours=1)

    (first,) = record_scans(scans(device.serial, at=hour_ago), Setting(ScanMode.REPAIR), by=by)
    later = hour_ago + timedelta(minutes=10)
    (second,) = record_scans(scans(device.serial, at=later), Setting(ScanMode.STATUS, status="in_stock"), by=by)

    assert verdicts([first, second]) == [Verdict.DONE, Verdict.DONE]


def test_receiving_makes_devices_of_an_order(by: Actor) -> None:
    order, school = make_order(quantity=2), make_school()
    line = order.lines.select_related("order", "model__category").get()
    setting = Setting(ScanMode.RECEIVE, school=school, line=line, note_number="LS-1")
    there = make_device(status="in_stock", model=line.model)

    first = record_scans(scans("A1"), setting, by=by)
    rest = record_scans(scans("A1", "A2", "A3", there.serial), setting, by=by)

    assert verdicts([*first, *rest]) == [
        Verdict.DONE,
        Verdict.REFUSED,
        Verdict.DONE,
        Verdict.REFUSED,
        Verdict.REFUSED,
    ]
    assert rest[0].message == f"Schon im Bestand: geliefert, {school}."
    assert rest[2].message == "A3 überschreitet die Bestellmenge in Position 1."
    delivery = Delivery.objects.get()
    assert (delivery.note_number, delivery.school) == ("LS-1", school)
    assert list(Device.objects.filter(delivery=delivery).order_by("serial").values_list("serial", "status")) == [
        ("A1", "delivered"),
        ("A2", "delivered"),
    ]


def test_second_board_in_a_room_is_warned_of(by: Actor) -> None:
    school = make_school()
    room = make_room(school, "R 101")
    board = make_model("Board 86", category="board")
    make_device(status="in_service", school=school, room=room, model=board)
    second = make_device(status="accepted", school=school, model=board)

    (answer,) = record_scans(scans(second.serial), Setting(ScanMode.IN_SERVICE, school=school, room=room), by=by)

    assert (answer.verdict, answer.message) == (Verdict.DONE, "R 101: Dort hängen jetzt 2 Tafeln.")


@pytest.mark.parametrize("mode", [ScanMode.MOVE, ScanMode.FIND])
def test_hundred_scans_take_as_many_queries_as_two(by: Actor, mode: str) -> None:

    school = make_school()
    devices = make_devices(102, status="in_stock")
    numbers = []
    record_scans(scans("NICHTDA"), Setting(ScanMode.FIND), by=by)  # reads the roles of the person
    for some in (devices[:2], devices[2:]):
        with CaptureQueriesContext(connection) as queries:
            answers = record_scans(scans(*(device.serial for device in some)), Setting(mode, school=school), by=by)
        assert set(verdicts(answers)) == {Verdict.DONE if mode == ScanMode.MOVE else Verdict.FOUND}
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


@pytest.mark.skipif(
    connection.vendor == "sqlite",
    reason="in the memory database of the tests threads meet locks on tables, where a file makes them wait",
)
@pytest.mark.django_db(transaction=True)
def test_same_scan_under_way_twice_is_done_once(it_staff: Any) -> None:
    device, school = make_device(status="in_stock"), make_school()
    sent = scans(device.serial)
    start, answers = Barrier(2), []

    def send() -> None:
        start.wait()
        try:
            answers.extend(
                record_scans(sent, Setting(ScanMode.IN_SERVICE, school=School(pk=school.pk)), by=Actor(it_staff))
            )
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(answer.key, answer.verdict) for answer in answers] == [(sent[0].key, Verdict.DONE)] * 2
    assert DeviceState.objects.filter(device=device).known().count() == 2
    assert Act.objects.filter(verb="device.change").count() == 1
