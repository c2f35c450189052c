"""What the pages of returns show: campaigns with their progress, one with what is missing and what was scanned."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from inventory.codes import find_devices, split_codes
from inventory.enums import ReturnOutcome
from inventory.models import Device, HandOut, ReturnCampaign, ReturnItem, ReturnScan
from inventory.services import scan_return
from web.actors import actor_of

#: Rows of a page; the list has all of them.
SHOWN = 20
_TONES = {ReturnOutcome.RETURNED: "good", ReturnOutcome.ELSEWHERE: "bad", ReturnOutcome.UNKNOWN: "bad"}
_TONES[ReturnOutcome.REFUSED] = "bad"


class Line(NamedTuple):
    """A missing device. ``is_here``: still at the school; ``is_linked``: the reader may open its page."""

    device: Device
    agreement: str
    is_here: bool
    is_linked: bool


class Result(NamedTuple):
    """One line of what was scanned. ``tone``: good, warn or bad."""

    scan: ReturnScan
    alike: Sequence[Device] = ()

    @property
    def tone(self) -> str:
        return _TONES.get(ReturnOutcome(self.scan.outcome), "warn")


def campaigns_of(user: Any) -> QuerySet[ReturnCampaign]:
    campaigns: QuerySet[ReturnCampaign] = ReturnCampaign.objects.visible_to(user).with_progress()
    return campaigns.select_related("school", "category")


def campaign_context(user: Any, campaign: Any) -> dict[str, Any]:
    """``campaign`` with its progress; the numbers are read again, because a scan may have changed them."""
    items = ReturnItem.objects.visible_to(user).filter(campaign=campaign)
    missing = items.filter(returned_on__isnull=True)
    scans = ReturnScan.objects.visible_to(user).filter(campaign=campaign).select_related("device__model__manufacturer")
    rows = list(missing.with_names().order_by("device__asset_tag", "device__serial", "pk")[:SHOWN])
    number, gone = items.count(), missing.count()
    return {
        "campaign": campaign,
        "expected": number,
        "returned": number - gone,
        "missing": gone,
        "rows": rows,
        "lines": _lines(user, campaign, [row.device for row in rows]),
        "results": [Result(scan) for scan in scans[:SHOWN]],
    }


def _lines(user: Any, campaign: ReturnCampaign, devices: Sequence[Device]) -> list[Line]:
    keys = [device.pk for device in devices]
    given = HandOut.objects.visible_to(user).as_of(timezone.localdate()).filter(device__in=keys)
    agreements = dict(given.values_list("device", "agreement"))
    seen = set(Device.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Line(one, agreements.get(one.pk, ""), one.school_id == campaign.school_id, one.pk in seen) for one in devices
    ]


def scanned(request: HttpRequest, campaign: ReturnCampaign, text: str, key: UUID) -> list[Result]:
    """Record what was scanned, each code once whatever is sent again."""
    devices = Device.objects.visible_to(request.user).with_names()
    codes = list(dict.fromkeys(split_codes(text)))
    results = []
    for found in find_devices(codes, devices):
        own = key if len(codes) == 1 else uuid5(key, found.code)
        scan = scan_return(campaign, found=found, key=own, by=actor_of(request), on=timezone.localdate())
        results.append(Result(scan, () if found.device else (*found.devices, *found.alike)))
    return results
