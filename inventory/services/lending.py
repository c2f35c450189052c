"""Handing devices out and collecting them: the dated state and the hand-out in one act."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.facts import day_errors
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines
from common.bulk import ids, insert_rows
from common.dated import Revision, Span, end_span, revise
from inventory.codes import LONGEST, Found
from inventory.enums import DeviceStatus, HandOutKind, ReturnOutcome, Use
from inventory.models import Category, Device, HandOut, ReturnCampaign, ReturnItem, ReturnScan
from inventory.services.states import KEEP, PlacementChange, record_placements
from schools.models import Room, School

HAND_OUTS = Timelines(HandOut, "device", ("school", "kind", "agreement"))
_PLACES = {"inventory_returncampaign_due": "due_on", "inventory_returncampaign_closed": "on"}


class _HandedOut(NamedTuple):
    device: int
    on: date
    values: tuple[Any, ...]


def hand_out_devices(
    devices: Sequence[Device],
    *,
    by: Actor,
    on: date,
    school: School,
    kind: str,
    room: Room | None = None,
    use: str = "",
    agreement: str = "",
    reason: str = "",
) -> int:
    """From ``on`` the devices are in service at the school: for its pool, in ``room``, or for a role (``use``).

    All or none; returns how many. Raises ``ValidationError`` by field, and one ``RowsRefused`` that names every device
    whose state forbids it.
    """
    if kind == HandOutKind.ROOM and room is None:
        raise ValidationError({"room": ValidationError(_("Please choose the room."), "required")})
    if kind == HandOutKind.ROLE and not use:
        raise ValidationError({"use": ValidationError(_("Please choose for whom."), "required")})
    placed = {"room": room.pk if room else None, "use": use or (Use.ROOM if room else KEEP)}
    with transaction.atomic():
        keys = sorted({device.pk for device in devices})
        _lock(keys)
        act = open_act(by, "device.hand_out", subject=str(school), reason=reason)
        changes = [PlacementChange(pk, on, DeviceStatus.IN_SERVICE, school.pk, **placed) for pk in keys]
        record_placements(changes, act)
        values = (school.pk, kind, agreement)
        given = {pk: _HandedOut(pk, on, values) for pk in keys}
        labels = {device.pk: str(device) for device in devices}
        revisions, _diff = HAND_OUTS.revise_each(given, labels, _revised, act)
        _write(revisions, labels, act)
        return len(keys)


def return_devices(devices: Sequence[Device], *, by: Actor, on: date, reason: str = "") -> int:
    """From ``on`` the devices are returned and handed out to nobody. All or none; returns how many."""
    with transaction.atomic():
        _lock(device.pk for device in devices)
        act = open_act(by, "device.return", reason=reason)
        _take_in(devices, on, act)
        return len(devices)


def start_campaign(
    school: School,
    *,
    by: Actor,
    name: str,
    on: date,
    due_on: date | None = None,
    use: str = Use.PUPILS,
    category: Category | None = None,
) -> ReturnCampaign:
    """Expect back what is in service at the school today for that use (empty: for any) and of that category.

    Raises ``ValidationError`` by field; code ``nothing`` where no device fits.
    """
    with transaction.atomic():
        act = open_act(by, "return.start", subject=str(school))
        if errors := day_errors(on, act):
            raise ValidationError(errors)
        found = Device.objects.existing().in_service().filter(school=school)
        found = found.filter(model__category__workflow="portable", **({"use": use} if use else {}))
        expected = list((found.filter(model__category=category) if category else found).values_list("pk", flat=True))
        if not expected:
            raise ValidationError(_("No device of the school fits: nothing would be expected."), "nothing")
        campaign = ReturnCampaign(school=school, name=name, use=use, category=category, started_on=on, due_on=due_on)
        told = ("school", "name", "use", "category", "started_on", "due_on")
        insert_record(campaign, act, told, school=school.pk, places=_PLACES)
        insert_rows(ReturnItem, ("campaign", "device"), ((campaign.pk, pk) for pk in expected))
        return campaign


def close_campaign(campaign: ReturnCampaign, *, by: Actor, on: date, reason: str = "") -> ReturnCampaign:
    """End it; what is missing stays on its list."""
    with transaction.atomic():
        current = _open(campaign)
        act = open_act(by, "return.close", subject=str(current), reason=reason)
        if errors := day_errors(on, act):
            raise ValidationError(errors)
        edit_record(current, {"closed_on": on}, act, school=current.school_id, places=_PLACES)
        return current


def scan_return(campaign: ReturnCampaign, *, found: Found, key: UUID, by: Actor, on: date) -> ReturnScan:
    """Clear the device that was scanned; a ``key`` that has arrived before does nothing and gives the same answer.

    Raises ``ValidationError`` for a campaign that is closed.
    """
    with transaction.atomic():
        current = locked(campaign)
        known: ReturnScan | None = ReturnScan.objects.filter(campaign=current, key=key).select_related("device").first()
        if known:
            return known
        _refuse_closed(current)
        act = open_act(by, "return.scan", subject=str(current))
        outcome = _cleared(current, found, on, act)
        scan = ReturnScan(
            campaign=current, key=key, code=found.code[:LONGEST], outcome=outcome, device=found.device, act=act
        )
        return insert_record(scan, act, ("code", "outcome", "device"), school=current.school_id)


def _cleared(campaign: ReturnCampaign, found: Found, on: date, act: Act) -> ReturnOutcome:
    """What came of a code; what is accepted is recorded."""
    if found.device is None:
        return ReturnOutcome.ALIKE if found.devices or found.alike else ReturnOutcome.UNKNOWN
    device: Device = Device.objects.existing().select_related("model__category").get(pk=found.device.pk)
    item = ReturnItem.objects.filter(campaign=campaign, device=device).first()
    if item and item.returned_on:
        return ReturnOutcome.AGAIN
    if device.school_id != campaign.school_id:
        return ReturnOutcome.ELSEWHERE
    is_back = device.status == DeviceStatus.RETURNED
    if not device.model.category.rules.allows(device.status, DeviceStatus.RETURNED):
        return ReturnOutcome.REFUSED
    if not is_back:
        _take_in([device], on, act)
    if item:
        edit_record(item, {"returned_on": on}, act, school=campaign.school_id)
        return ReturnOutcome.RETURNED
    return ReturnOutcome.AGAIN if is_back else ReturnOutcome.EXTRA


def _lock(devices: Iterable[int]) -> None:
    """Before the act takes its instant, which no other's may then follow."""
    rows = Device.objects.existing().filter(pk__in=ids(devices)).select_for_update(of=("self",)).order_by("pk")
    list(rows.values_list("pk"))


def _open(campaign: ReturnCampaign) -> ReturnCampaign:
    current = locked(campaign)
    _refuse_closed(current)
    return current


def _refuse_closed(campaign: ReturnCampaign) -> None:
    if not campaign.is_open:
        raise ValidationError(_("The campaign is closed already."), "closed")


def _take_in(devices: Iterable[Device], on: date, act: Act) -> None:
    labels = {device.pk: str(device) for device in devices}
    record_placements([PlacementChange(pk, on, status=DeviceStatus.RETURNED, room=None) for pk in labels], act)
    timelines = HAND_OUTS.load(labels)
    revisions = {pk: end_span(timelines.get(pk, []), on) for pk in labels}
    _write({pk: revision for pk, revision in revisions.items() if revision}, labels, act)


def _revised(timeline: Sequence[Span], given: _HandedOut) -> Revision:
    return revise(timeline, given.values, given.on)


def _write(revisions: Mapping[int, Revision], labels: Mapping[int, str], act: Act) -> None:
    if not revisions:
        return
    HAND_OUTS.write(revisions, act)
    log_records(act, HandOut, (_told(pk, labels[pk], revision, act) for pk, revision in revisions.items()))


def _told(pk: int, label: str, revision: Revision, act: Act) -> Record:
    """A hand-out that ended has no row that says so: only its last day is told."""
    if revision.before and (not revision.insert or revision.insert[-1].valid_until is not None):
        ended = revision.insert[-1].valid_until if revision.insert else None
        return Record(pk, label, revision.before[0], {"valid_until": [None, ended]})
    return Record(pk, label, revision.insert[-1].values[0], HAND_OUTS.changes(revision))
