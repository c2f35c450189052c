"""Each promise of the data, broken by hand, is named; sound data breaks none."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from audit import guard
from audit.actor import Actor
from audit.models import Entry
from costs.models import CostEntry, CostPart
from funding.models import FinancingShare
from imports.models import ImportBatch
from inventory.enums import DeviceStatus
from inventory.models import Delivery, Device, DeviceState, Holding, Manufacturer
from inventory.services import book_delivery, change_devices
from inventory.services.receipt import Code
from reports import guard as report_guard
from reports.verification import CHECKS, verify
from rollout.enums import ProjectStatus
from rollout.models import ConstructionProject, Milestone, MilestoneState, ProjectRoom, ProjectState, Requirement
from rollout.services import change_project
from schools.models import Building, Headcount, Room, School, Site, SiteUse
from tests.factories import DAY, an_act, make_devices, make_headcount, make_order, make_project, make_room, make_school
from tests.factories_money import make_cost
from tests.factories_works import make_defect, make_milestone, make_project_rooms

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


@pytest.fixture
def sound(school: School, other_school: School, by: Actor) -> School:
    """A bit of everything, made by the services."""
    room = make_room(school)
    devices = make_devices(3, school=school, room=room)
    change_devices(devices[:2], by=by, on=LATER, status=DeviceStatus.IN_REPAIR)
    make_headcount(school, pupils=100)
    project = make_project(school)
    change_project(project, by=by, on=LATER, status=ProjectStatus.BLOCKED, reason="Asbest")
    make_milestone(project, "awarded")
    make_milestone(project)
    make_project_rooms(project, 2, done=1)
    make_defect(project, room=room)
    order = make_order()
    book_delivery(order, note_number="L1", delivered_on=DAY, serials=[Code(order.lines.get(), "A1")], by=by)
    make_cost("100", number="R 1", project=project)
    make_cost("5", is_credit=True)
    return school


def broken() -> list[str]:
    return [found.check.key for found in verify()]


def test_sound_data_keeps_every_promise(sound: School):
    assert broken() == []


def _state() -> Any:
    return DeviceState.objects.filter(superseded_at__isnull=True)


def _shift_recording() -> None:
    Headcount.objects.update(recorded_at=timezone.now() + timedelta(minutes=1))


def _open_earlier() -> None:
    closed = _state().filter(valid_until__isnull=False).first()
    _state().filter(pk=closed.pk).update(valid_until=LATER + timedelta(days=5))


def _tear_a_hole() -> None:
    _state().filter(valid_until__isnull=False).update(valid_until=LATER - timedelta(days=2))


def _skip_workflow() -> None:
    _state().filter(valid_until__isnull=False).update(status=DeviceStatus.DISPOSED)


def _move_building() -> None:
    building = Building.objects.create(site=Site.objects.exclude(projects__isnull=False).first(), name="X")
    ConstructionProject.objects.update(building=building)


def _plan_too_early() -> None:
    for rows in (
        Milestone.objects.filter(phase="accepted"),
        MilestoneState.objects.filter(milestone__phase="accepted"),
    ):
        rows.update(planned_on=DAY)


def _move_rooms() -> None:
    Building.objects.update(site=Site.objects.filter(projects__isnull=True).first())


def _deliver_elsewhere() -> None:
    other = make_order()
    delivery = Delivery.objects.create(order=other, note_number="L9", delivered_on=DAY)
    Device.objects.filter(serial="A1").update(delivery=delivery)


def _revoke_by_hand() -> None:
    Device.objects.filter(serial="A1").update(revoked_by=an_act())


def _undo_by_hand() -> None:
    made = {"name": "a.xlsx", "size": 1, "created_at": timezone.now(), "status": "undone"}
    ImportBatch.objects.create(act=an_act(), undo_act=an_act(), **made)


def _delete_entries() -> None:
    with guard.lifted():
        Entry.objects.filter(kind="schools.headcount").delete()


BREAKS: dict[str, tuple[Callable[[], Any], set[str]]] = {
    "device status": (
        lambda: Device.objects.filter(status="in_repair").update(status="lost"),
        {"device_copy"},
    ),
    "device since": (lambda: Device.objects.update(since=DAY - timedelta(days=1)), {"device_copy"}),
    "device room": (lambda: Device.objects.update(room=None), {"device_copy"}),
    "no current state": (lambda: _state().filter(valid_until__isnull=True).delete(), {"device_copy", "holdings"}),
    "counted holdings": (lambda: Holding.objects.update(counts=[]), {"holdings"}),
    "a holding too many": (lambda: Holding.objects.create(day=date(1999, 1, 1), counts=[]), {"holdings"}),
    "project reason": (lambda: ConstructionProject.objects.update(reason="anders"), {"project_copy"}),
    "overlap": (_open_earlier, {"no_overlap", "holdings"}),
    "gap": (_tear_a_hole, {"no_gap", "holdings"}),
    "workflow": (_skip_workflow, {"steps", "holdings"}),
    "recorded": (_shift_recording, {"recorded_by_act"}),
    "future": (
        lambda: Headcount.objects.update(valid_from=timezone.localdate() + timedelta(days=9)),
        {"no_future"},
    ),
    "audit": (_delete_entries, {"acts_logged", "audit_contents"}),
    "manufacturer": (
        lambda: Device.objects.update(manufacturer=Manufacturer.objects.create(name="Y", key="y")),
        {"manufacturer"},
    ),
    "room of another school": (lambda: Room.objects.update(school=make_school()), {"room_school", "room_site"}),
    "site of the room": (lambda: SiteUse.objects.all().delete(), {"room_site"}),
    "building": (_move_building, {"project_building", "works_room"}),
    "order of the delivery": (_deliver_elsewhere, {"delivery_order"}),
    "day of the delivery": (
        lambda: Delivery.objects.update(delivered_on=DAY - timedelta(days=3)),
        {"delivery_day"},
    ),
    "share": (lambda: Requirement.objects.filter(key="presentation").delete(), {"share_of"}),
    "codes": (lambda: Device.objects.filter(serial="A1").update(serial="a 1"), {"codes"}),
    "revoked, still believed": (_revoke_by_hand, {"revoked_facts", "revoked_by_undo"}),
    "undone by another act": (_undo_by_hand, {"undone_acts"}),
    "shares": (lambda: FinancingShare.objects.update(percent=99), {"shares"}),
    "sum of a cost": (lambda: CostEntry.objects.filter(number="R 1").update(amount=99), {"cost_sum"}),
    "cost without parts": (lambda: CostPart.objects.filter(project__isnull=True).delete(), {"cost_sum"}),
    "stage of a cost": (lambda: CostEntry.objects.filter(number="R 1").update(stage="invoiced"), {"cost_copy"}),
    "day of a cost": (lambda: CostEntry.objects.update(on=LATER), {"cost_copy"}),
    "sign of a cost": (
        lambda: CostEntry.objects.filter(number="R 1").update(is_credit=True, amount=-100),
        {"cost_sum", "cost_copy"},
    ),
    "trade of a cost": (lambda: CostPart.objects.filter(project__isnull=False).update(trade="lan"), {"cost_project"}),
    "revoked cost, still believed": (lambda: CostEntry.objects.update(revoked_by=an_act()), {"revoked_facts"}),
    "forecast": (lambda: Milestone.objects.update(forecast_on=DAY), {"works_copy"}),
    "done room": (lambda: ProjectRoom.objects.update(is_done=False), {"works_copy"}),
    "believed milestone": (
        lambda: MilestoneState.objects.filter(milestone__phase="accepted").delete(),
        {"works_copy"},
    ),
    "order of milestones": (_plan_too_early, {"milestone_order"}),
    "rooms of works": (_move_rooms, {"works_room", "room_site"}),
    "guard of published reports": (report_guard.remove, {"report_guard"}),
    "sort key": (lambda: School.objects.update(sort_key="zzz"), {"sort_keys"}),
}
#: PostgreSQL refuses these outright.
KEPT_BY_CONSTRAINT = {"overlap"}


@pytest.mark.parametrize("name", BREAKS)
def test_broken_promise_is_found(sound: School, name: str):
    if connection.vendor == "postgresql" and name in KEPT_BY_CONSTRAINT:
        pytest.skip("PostgreSQL keeps this promise by a constraint")
    damage, expected = BREAKS[name]
    damage()
    assert set(broken()) == expected


def test_state_of_a_project_is_compared_too(sound: School):
    ProjectState.objects.filter(valid_until__isnull=True).update(reason="anders")
    assert broken() == ["project_copy"]


def test_verify_command_lists_what_is_broken_and_ends_with_1(sound: School, capsys: pytest.CaptureFixture[str]):
    Device.objects.update(since=DAY - timedelta(days=1))
    with pytest.raises(CommandError) as caught, translation.override("en"):
        call_command("verify")
    assert caught.value.returncode == 1
    assert str(caught.value) == f"1 of {len(CHECKS)} promises of the data are broken."
    out = capsys.readouterr().out
    assert out.startswith("device_copy: What a device says of today is what")
    assert "room, use, MDM, since: broken by " in out


@pytest.mark.parametrize("number", [1, 4])
def test_query_count_does_not_depend_on_the_records(number: int):
    for _ in range(number):
        school = make_school()
        make_devices(3, school=school)
        make_project(school)
        make_headcount(school, pupils=5)
    with CaptureQueriesContext(connection) as queries:
        assert verify() == []
    assert len(queries) == (129 if connection.vendor == "sqlite" else 128)
