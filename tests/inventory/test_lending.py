"""Handing out and collecting: dated states, agreements, and scans that count once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from audit.actor import Actor
from audit.models import Act
from inventory.codes import Found
from inventory.models import Device, HandOut, ReturnCampaign, ReturnItem
from inventory.services import (
    close_campaign,
    hand_out_devices,
    return_devices,
    scan_return,
    start_campaign,
)
from schools.models import School
from tests.factories import DAY, make_device, make_devices, make_model, make_room
from tests.inventory.test_defects import refused

pytestmark = pytest.mark.django_db
LATER, LAST = DAY + timedelta(days=3), DAY + timedelta(days=9)


def given(device: Device) -> list[tuple[str, str, date, date | None]]:
    rows = HandOut.objects.known().filter(device=device).order_by("valid_from")
    return list(rows.values_list("kind", "agreement", "valid_from", "valid_until"))


def placed(device: Device) -> tuple[str, int | None, int | None, str]:
    device.refresh_from_db()
    return device.status, device.school_id, device.room_id, device.use


def test_hand_out_to_pool_role_and_room(school: School, by: Actor) -> None:
    room, (one, two) = make_room(school), make_devices(2, status="in_stock", use="")
    before = Act.objects.count()
    assert hand_out_devices([one, two], by=by, on=DAY, school=school, kind="pool", use="pupils") == 2
    assert (Act.objects.count(), placed(one)) == (before + 1, ("in_service", school.pk, None, "pupils"))
    hand_out_devices([one], by=by, on=LATER, school=school, kind="role", use="teachers", agreement="LV-7")
    hand_out_devices([two], by=by, on=LATER, school=school, kind="room", room=room)
    assert (placed(one), placed(two)) == (
        ("in_service", school.pk, None, "teachers"),
        ("in_service", school.pk, room.pk, "room"),
    )
    assert given(one) == [("pool", "", DAY, LATER), ("role", "LV-7", LATER, None)]
    return_devices([one], by=by, on=LAST)
    assert (placed(one)[0], given(one)[1:]) == ("returned", [("role", "LV-7", LATER, LAST)])


def test_hand_out_needs_to_know_to_whom(school: School, by: Actor) -> None:
    device = make_device(status="in_stock")
    whole = {"by": by, "on": DAY, "school": school}
    assert refused(lambda: hand_out_devices([device], kind="room", **whole)) == {"room": ["required"]}
    assert refused(lambda: hand_out_devices([device], kind="role", **whole)) == {"use": ["required"]}
    lost = make_device(school=school, status="disposed")
    with pytest.raises(ValidationError):
        hand_out_devices([device, lost], kind="pool", **whole)
    assert (placed(device)[0], HandOut.objects.count()) == ("in_stock", 0)


@pytest.fixture
def campaign(school: School, by: Actor) -> ReturnCampaign:
    make_devices(3, school=school)
    make_device(school=school, use="teachers")
    make_device(school=school, status="in_repair")
    make_device(school=school, model=make_model("Tafel", category="board"))
    return start_campaign(school, by=by, name="Schuljahresende", on=LATER)


def scan(campaign: ReturnCampaign, device: Device | None, by: Actor, code: str = "") -> str:
    found = Found(code or str(device), (device,) if device else ())
    return scan_return(campaign, found=found, key=uuid4(), by=by, on=LAST).outcome


def test_campaign_expects_what_pupils_have(campaign: ReturnCampaign, by: Actor) -> None:
    expected = Device.objects.filter(return_items__campaign=campaign)
    assert sorted(expected.values_list("status", "use")) == [("in_service", "pupils")] * 3
    again = {"by": by, "name": "Noch eine", "on": LATER}
    assert refused(lambda: start_campaign(campaign.school, **again)).keys() == {"__all__"}
    assert ReturnCampaign.objects.count() == 1


def test_campaign_without_devices_is_none(school: School, by: Actor) -> None:
    assert refused(lambda: start_campaign(school, by=by, name="x", on=DAY)) == {"__all__": ["nothing"]}


def test_scan_clears_a_device_and_ends_its_hand_out(campaign: ReturnCampaign, by: Actor) -> None:
    item = ReturnItem.objects.filter(campaign=campaign).earliest("pk")
    hand_out_devices([item.device], by=by, on=LATER, school=campaign.school, kind="pool", use="pupils", agreement="7")
    assert [scan(campaign, item.device, by), scan(campaign, item.device, by)] == ["returned", "again"]
    item.refresh_from_db()
    assert (item.returned_on, placed(item.device)[0]) == (LAST, "returned")
    assert given(item.device) == [("pool", "7", LATER, LAST)]


def test_same_key_does_nothing_twice(campaign: ReturnCampaign, by: Actor) -> None:
    device, key = ReturnItem.objects.filter(campaign=campaign).earliest("pk").device, uuid4()
    found = Found(str(device), (device,))
    first = scan_return(campaign, found=found, key=key, by=by, on=LAST)
    acts = Act.objects.count()
    again = scan_return(campaign, found=found, key=key, by=by, on=LAST)
    assert (again, again.outcome, Act.objects.count()) == (first, "returned", acts)


def test_other_scans_are_told_apart(campaign: ReturnCampaign, other_school: School, by: Actor) -> None:
    school = campaign.school
    teacher = Device.objects.get(school=school, use="teachers")
    board = Device.objects.get(school=school, model__category__key="board")
    found = {
        "extra": teacher,
        "elsewhere": make_device(school=other_school),
        "refused": board,
        "unknown": None,
    }
    assert {outcome: scan(campaign, device, by, "X") for outcome, device in found.items()} == {
        outcome: outcome for outcome in found
    }
    assert (placed(teacher)[0], placed(board)[0]) == ("returned", "in_service")
    alike = Found("OB1", alike=(teacher,))
    assert scan_return(campaign, found=alike, key=uuid4(), by=by, on=LAST).outcome == "alike"


def test_device_that_came_back_another_way_is_cleared(campaign: ReturnCampaign, by: Actor) -> None:
    item = ReturnItem.objects.filter(campaign=campaign).earliest("pk")
    return_devices([item.device], by=by, on=LATER)
    assert scan(campaign, item.device, by) == "returned"


def test_closed_campaign_takes_no_more(campaign: ReturnCampaign, by: Actor) -> None:
    device = ReturnItem.objects.filter(campaign=campaign).earliest("pk").device
    key = uuid4()
    scan_return(campaign, found=Found(str(device), (device,)), key=key, by=by, on=LAST)
    assert close_campaign(campaign, by=by, on=LAST).closed_on == LAST
    assert refused(lambda: scan(campaign, device, by)) == {"__all__": ["closed"]}
    assert refused(lambda: close_campaign(campaign, by=by, on=LAST)) == {"__all__": ["closed"]}
    # what was sent before the end and arrives again still has its answer
    assert scan_return(campaign, found=Found("X"), key=key, by=by, on=LAST).outcome == "returned"
