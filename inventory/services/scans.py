"""What scanning does: each code judged once, the devices meant changed together, and an answer for each."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act
from audit.services import open_act
from common.bulk import ids, insert_rows
from common.diff import Outcome, RowDiff
from inventory.binding import binding_warnings
from inventory.boards import crowded_rooms
from inventory.codes import LONGEST, Found, find_devices
from inventory.enums import DeviceStatus, ScanMode, Verdict
from inventory.models import Device, DeviceState, OrderLine, Scan
from inventory.services.deliveries import NewDelivery, book_deliveries
from inventory.services.receipt import Code, check_codes, message_of
from inventory.services.states import KEEP, PlacementChange, record_possible
from inventory.workflow import status_in
from schools.models import Room, School

#: A scan that arrives later than this was made without a connection: others may have been quicker.
LATE = timedelta(minutes=1)

#: So many that may have been meant are offered.
MOST_ALIKE = 3

_STATUS: dict[str, str] = {
    ScanMode.IN_SERVICE: DeviceStatus.IN_SERVICE,
    ScanMode.REPAIR: DeviceStatus.IN_REPAIR,
    ScanMode.RETIRE: DeviceStatus.RETIRED,
    ScanMode.RECEIVE: DeviceStatus.DELIVERED,
}
#: A tablet comes back, a board is taken off the wall.
_TAKEN_BACK = {"portable": DeviceStatus.RETURNED, "installed": DeviceStatus.DISMOUNTED}
#: Modes that say where the device is from now on.
PLACING = (ScanMode.IN_SERVICE, ScanMode.MOVE, ScanMode.RETURN, ScanMode.RECEIVE)
_VERBS: dict[str, str] = {ScanMode.RECEIVE: "delivery.book"}
_COMING = (DeviceStatus.PLANNED, DeviceStatus.ORDERED)


class Setting(NamedTuple):
    """What the person has chosen for the next scans. ``on``: ``None`` for the day of the scan.

    ``school`` is ``None`` for the central store. ``line`` and ``note_number``: what is received, and with what.
    ``is_forced``: also where somebody else changed the device after the scan.
    """

    mode: str
    on: date | None = None
    school: School | None = None
    room: Room | None = None
    status: str = ""
    reason: str = ""
    line: OrderLine | None = None
    note_number: str = ""
    is_forced: bool = False


class NewScan(NamedTuple):
    """``code``: cleaned by ``inventory.codes``; ``key``: of this very scan."""

    key: UUID
    code: str
    scanned_at: datetime


class _Judged(NamedTuple):
    verdict: str
    message: str = ""
    device: Device | None = None
    alike: Sequence[str] = ()


def record_scans(scans: Sequence[NewScan], setting: Setting, *, by: Actor) -> list[Scan]:
    """Judge codes and do what the mode says, in one transaction and a constant number of queries.

    Returns one ``Scan`` per given one, in order. One whose key is known already does nothing and has its first answer.
    Devices that cannot be changed are answered for, and do not hinder the others.
    """
    known = _known(scans, by)
    now = timezone.now()
    unknown = (scan._replace(scanned_at=min(scan.scanned_at, now)) for scan in scans if scan.key not in known)
    new = list({scan.key: scan for scan in unknown}.values())
    if not new:
        return [known[scan.key] for scan in scans]
    try:
        with transaction.atomic():
            _record(new, setting, by, now)
    except IntegrityError as error:
        # The same scans are under way twice: what the other request has recorded is done.
        if len(_known(scans, by)) == len(known):
            text = _("Somebody else has just recorded one of these devices. Please scan it again.")
            raise ValidationError(text, "changed_meanwhile") from error
    return record_scans(scans, setting, by=by)


def _known(scans: Iterable[NewScan], by: Actor) -> dict[UUID, Scan]:
    names = ("device__model__manufacturer", "device__model__category", "device__school", "device__room")
    mine = Scan.objects.visible_to(by.user).filter(key__in=[scan.key for scan in scans]).with_undone()
    return {scan.key: scan for scan in mine.select_related(*names)}


def _record(scans: Sequence[NewScan], setting: Setting, by: Actor, now: datetime) -> None:
    by = Actor(by.user, Channel.SCAN, by.via)
    visible = Device.objects.visible_to(by.user).select_related("model__category", "model__manufacturer", "school")
    found = find_devices([scan.code for scan in scans], visible.select_for_update(of=("self",)))
    judged = _judged(scans, found, setting, _meanwhile(scans, found, setting, by, now))
    act = None
    if setting.mode != ScanMode.FIND:
        act = _carried_out(scans, judged, setting, by)
    fields = (
        "key",
        "user",
        "mode",
        "code",
        "scanned_at",
        "recorded_at",
        "verdict",
        "message",
        "alike",
        "device",
        "act",
    )
    user, mode, done = by.user.pk if by.user else None, setting.mode, act.pk if act else None
    rows = (
        (
            *(scan.key, user, mode, scan.code[:LONGEST], scan.scanned_at, now),
            *(one.verdict, one.message[:500], list(one.alike), one.device.pk if one.device else None),
            done if one.verdict == Verdict.DONE else None,
        )
        for scan, one in zip(scans, judged, strict=True)
    )
    insert_rows(Scan, fields, rows)


def _judged(
    scans: Sequence[NewScan], found: Sequence[Found], setting: Setting, meanwhile: Mapping[int, str]
) -> list[_Judged]:
    """What can be said of each code before anything is done."""
    seen: set[Any] = set()
    judged = []
    for scan, one in zip(scans, found, strict=True):
        key = one.device.pk if one.device else scan.code
        if key in seen:
            judged.append(_Judged(Verdict.TWICE, "", one.device))
        elif one.device and one.device.pk in meanwhile:
            judged.append(_Judged(Verdict.MEANWHILE, meanwhile[one.device.pk], one.device))
        else:
            judged.append(_first(one, setting))
        seen.add(key)
    return judged


def _first(found: Found, setting: Setting) -> _Judged:
    if not found.code or len(found.code) > LONGEST:
        return _Judged(Verdict.REFUSED, _("This is not a number of a device."))
    if len(found.devices) > 1:
        text = _("%(number)s devices have this number: please scan the other one.") % {"number": len(found.devices)}
        return _Judged(Verdict.AMBIGUOUS, text)
    if found.device:
        return _Judged(Verdict.FOUND, "", found.device)
    return _Judged(Verdict.UNKNOWN, alike=[str(device) for device in found.alike[:MOST_ALIKE]])


def _meanwhile(
    scans: Sequence[NewScan], found: Sequence[Found], setting: Setting, by: Actor, now: datetime
) -> dict[int, str]:
    """Devices that somebody changed between the scan and its arrival, and how, in words."""
    late = {
        one.device.pk: scan.scanned_at
        for scan, one in zip(scans, found, strict=True)
        if one.device and now - scan.scanned_at > LATE
    }
    if not late or setting.is_forced or setting.mode == ScanMode.FIND:
        return {}
    changed = (
        DeviceState.objects.known()
        .filter(device__in=ids(late), recorded_at__gt=min(late.values()))
        .exclude(act__user=by.user, act__channel=Channel.SCAN)
        .select_related("school", "room")
        .order_by("recorded_at", "valid_from")  # a change writes the end of the fact before, too
    )
    return {state.device_id: _told(state) for state in changed if state.recorded_at > late[state.device_id]}


def _told(state: DeviceState) -> str:
    place = state.room or state.school or _("central store")
    at = timezone.localtime(state.recorded_at).strftime("%d.%m.%Y %H:%M")
    parts = {"at": at, "status": state.get_status_display(), "place": place}
    return _("Recorded on %(at)s, after this scan: %(status)s, %(place)s.") % parts


def _carried_out(scans: Sequence[NewScan], judged: list[_Judged], setting: Setting, by: Actor) -> Act | None:
    """Do it, and put into ``judged`` what came of it; ``None`` where nothing changed."""
    point = transaction.savepoint()
    act = open_act(by, _VERBS.get(setting.mode, "device.change"), subject=setting.note_number, reason=setting.reason)
    is_done = _received(scans, judged, setting, act) if setting.mode == ScanMode.RECEIVE else False
    is_done = _changed(scans, judged, setting, act) or is_done
    if is_done:
        transaction.savepoint_commit(point)
        return act
    transaction.savepoint_rollback(point)  # an act that did nothing is none
    return None


def _changed(scans: Sequence[NewScan], judged: list[_Judged], setting: Setting, act: Act) -> bool:
    """Change the devices that were found; whether any did change."""
    places: dict[int, int] = {}
    devices: dict[int, Device] = {}
    for i, one in enumerate(judged):
        if one.verdict != Verdict.FOUND or one.device is None:
            continue
        if setting.mode == ScanMode.RECEIVE and one.device.status not in _COMING:
            judged[i] = _Judged(Verdict.REFUSED, _in_stock(one.device), one.device)
        else:
            places[one.device.pk], devices[one.device.pk] = i, one.device
    diff = record_possible([_change(device, scans[places[pk]], setting) for pk, device in devices.items()], act)
    rows = {row.id: row for row in diff.rows if row.id is not None}
    hints = _hints([devices[pk] for pk, row in rows.items() if row.outcome is Outcome.CHANGED], setting)
    for pk, row in rows.items():
        judged[places[pk]] = _answer(row, devices[pk], hints)
    return bool(diff.changed)


def _change(device: Device, scan: NewScan, setting: Setting) -> PlacementChange:
    day = setting.on or timezone.localdate(scan.scanned_at)
    kind = device.model.category.workflow
    status: Any = setting.status or _STATUS.get(setting.mode, KEEP)
    if setting.mode == ScanMode.RETURN:
        status = _TAKEN_BACK[kind]
    status = status if status is KEEP else status_in(kind, status)
    if setting.mode not in PLACING:
        return PlacementChange(device.pk, day, status)
    room = setting.room.pk if setting.room else None
    return PlacementChange(device.pk, day, status, setting.school.pk if setting.school else None, room)


def _answer(row: RowDiff, device: Device, hints: Sequence[str]) -> _Judged:
    if row.outcome is Outcome.REJECTED:
        return _Judged(Verdict.REFUSED, " ".join(problem.message for problem in row.problems), device)
    if row.outcome is Outcome.UNCHANGED:
        return _Judged(Verdict.ALREADY, "", device)
    return _Judged(Verdict.DONE, " ".join(hints), device)


def _hints(devices: Sequence[Device], setting: Setting) -> list[str]:
    """What somebody should know of a change that was made all the same."""
    if not devices or setting.mode not in PLACING:
        return []
    hints = binding_warnings(devices, setting.school, day=setting.on or timezone.localdate())
    return [*hints, *crowded_rooms([device.pk for device in devices])]


def _received(scans: Sequence[NewScan], judged: list[_Judged], setting: Setting, act: Act) -> bool:
    """Book unknown serials as devices of the chosen order line; several notes where the day differs."""
    line = setting.line
    if line is None:
        return False
    new = [i for i, one in enumerate(judged) if one.verdict == Verdict.UNKNOWN]
    checked = check_codes(line.order, [Code(line, scans[i].code) for i in new])
    bookable: dict[date, list[int]] = {}
    for i, code in zip(new, checked, strict=True):
        if code.problem:
            judged[i] = _Judged(Verdict.REFUSED, str(message_of(code)))
        else:
            bookable.setdefault(setting.on or timezone.localdate(scans[i].scanned_at), []).append(i)
    for day, places in bookable.items():
        codes = [Code(line, scans[i].code) for i in places]
        _book(NewDelivery(line.order, setting.note_number, day, codes, setting.school), places, judged, act)
    return any(one.verdict == Verdict.DONE for one in judged)


def _book(new: NewDelivery, places: Sequence[int], judged: list[_Judged], act: Act) -> None:
    try:
        (key,) = book_deliveries([new], act)
    except ValidationError as error:
        for i in places:
            judged[i] = _Judged(Verdict.REFUSED, " ".join(error.messages))
        return
    booked = {device.serial: device for device in Device.objects.existing().filter(delivery=key)}
    for i, code in zip(places, new.serials, strict=True):
        judged[i] = _Judged(Verdict.DONE, "", booked[code.serial])


def _in_stock(device: Device) -> str:
    parts = {"status": device.get_status_display(), "place": device.school or _("central store")}
    return _("Already in the inventory: %(status)s, %(place)s.") % parts
