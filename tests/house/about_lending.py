"""Hand-outs and returns of the world, and a scenario for each service about them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from audit.actor import Actor
from inventory import services as devices
from inventory.codes import Found
from inventory.models import HandOut, ReturnCampaign, ReturnItem, ReturnScan
from inventory.services import lending
from schools.models import School
from tests.factories import DAY, an_act, make_device, make_school
from tests.house.works_and_money import Things


def about_lending(_side: str, school: School, _by: Actor) -> Things:
    """A device that was handed out and is expected back, and a scan of it."""
    device, act = make_device(school=school), an_act()
    fact = {"act": act, "recorded_at": act.at, "valid_from": DAY}
    HandOut.objects.create(device=device, school=school, kind="role", agreement="7", **fact)
    campaign = ReturnCampaign.objects.create(school=school, name="x", started_on=DAY)
    ReturnItem.objects.create(campaign=campaign, device=device)
    ReturnScan.objects.create(campaign=campaign, key=uuid4(), code="x", outcome="unknown", act=act)
    return {"return": {"pk": campaign.pk}}


def a_campaign(by: Actor) -> ReturnCampaign:
    device = make_device(school=make_school())
    return devices.start_campaign(device.school, by=by, name="x", on=DAY)  # type: ignore[arg-type]


def handed_out(by: Actor) -> Any:
    device = make_device(status="in_stock")
    given = {"school": make_school(), "kind": "role", "use": "pupils", "agreement": "7"}
    lending.hand_out_devices([device], by=by, on=DAY, **given)
    return device


def scanned(by: Actor) -> ReturnScan:
    campaign = a_campaign(by)
    device = campaign.items.get().device
    return devices.scan_return(campaign, found=Found(str(device), (device,)), key=uuid4(), by=by, on=DAY)


SCENARIOS: dict[str, Callable[[Actor], Any]] = {
    "hand_out_devices": handed_out,
    "return_devices": lambda by: devices.return_devices([handed_out(by)], by=by, on=DAY),
    "start_campaign": a_campaign,
    "close_campaign": lambda by: devices.close_campaign(a_campaign(by), by=by, on=DAY),
    "scan_return": scanned,
}
