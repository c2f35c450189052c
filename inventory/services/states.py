"""Changing and correcting the dated state of devices: one device and ten thousand alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, correct_status
from common.bulk import ids, update_rows
from common.dated import Revision, Span, played, revise, span_on
from common.diff import Diff, Outcome, RowsRefused
from common.workflow import Workflow
from inventory.enums import RETIREMENT, DeviceStatus
from inventory.models import Device, DeviceState
from inventory.services.bound import not_to_be_retired, refuse_bound
from inventory.services.erasure import refuse_unproven
from inventory.services.holdings import recounted
from inventory.services.locking import Locked, lock_devices
from inventory.workflow import WORKFLOWS, check_accepted, check_still_accepted
from schools.models import Room, School

STATES = Timelines(DeviceState, "device", ("status", "school", "room", "use", "is_managed"))


class _Keep:
    """Marks a field that a change leaves as it is."""


KEEP: Final = _Keep()


class Placed(NamedTuple):
    """The values of a device state, in the order of ``STATES.values``."""

    status: str
    school: int | None = None
    room: int | None = None
    use: str = ""
    is_managed: bool | None = None


class PlacementChange(NamedTuple):
    """What to record about one device: from ``on`` these fields have these values (keys of rows)."""

    device: int
    on: date
    status: Any = KEEP
    school: Any = KEEP
    room: Any = KEEP
    use: Any = KEEP
    is_managed: Any = KEEP


def change_device(
    device: Device,
    *,
    by: Actor,
    on: date,
    status: Any = KEEP,
    school: Any = KEEP,
    room: Any = KEEP,
    use: Any = KEEP,
    is_managed: Any = KEEP,
    reason: str = "",
) -> Device:
    """Record that from ``on`` the device has these values; what is not given stays.

    ``on`` may lie in the past: the fact then holds until the next known change. Raises ``ValidationError`` for a
    forbidden step, a future day, a room of another school, and for the retirement of what is bound: that needs a
    ``reason`` and ``Right.FUND``.
    """
    change_devices(
        [device], by=by, on=on, status=status, school=school, room=room, use=use, is_managed=is_managed, reason=reason
    )
    device.refresh_from_db()
    return device


def change_devices(
    devices: QuerySet[Device] | Sequence[Device],
    *,
    by: Actor,
    on: date,
    status: Any = KEEP,
    school: Any = KEEP,
    room: Any = KEEP,
    use: Any = KEEP,
    is_managed: Any = KEEP,
    reason: str = "",
) -> Diff:
    """The bulk twin of ``change_device``: all or nothing. Returns what it does to each device."""
    with transaction.atomic():
        if isinstance(devices, QuerySet):
            pks = list(devices.order_by().values_list("pk", flat=True))
        else:
            pks = [device.pk for device in devices]
        lock_devices(pks)  # before the act takes its instant, which no other's may then follow
        if status == DeviceStatus.DISPOSED:
            refuse_unproven(pks)
        act = open_act(by, "device.change", reason=reason)
        changes = [PlacementChange(pk, on, status, _key(school), _key(room), use, is_managed) for pk in pks]
        return record_placements(changes, act)


def record_placements(changes: Iterable[PlacementChange], act: Act) -> Diff:
    """Record one fact per device within ``act``, in a constant number of statements.

    Returns for each device what is new about it, schools and rooms by their keys. Raises one ``RowsRefused`` that
    names every device that cannot be changed, and ``ValueError`` for two facts about one device: the second would
    not see the first.
    """
    changes = list(changes)
    locked = lock_devices(change.device for change in changes)
    by_device = {change.device: change for change in changes}
    if len(by_device) < len(changes):
        raise ValueError("one fact per device and call")
    home = schools_of_rooms(change.room for change in changes)

    bound = not_to_be_retired([change.device for change in changes if change.status in RETIREMENT], act)

    def decide(timeline: Sequence[Span], change: PlacementChange) -> Revision:
        return revise_placement(
            timeline, change, WORKFLOWS[locked[change.device].workflow], home, bound.get(change.device)
        )

    labels = {pk: device.label for pk, device in locked.items()}
    revisions, diff = STATES.revise_each(by_device, labels, decide, act)
    _write(revisions, locked, act)
    return diff


def record_possible(changes: Iterable[PlacementChange], act: Act) -> Diff:
    """``record_placements`` of those that can be changed; the rows of the others, at the end, say why not."""
    changes = list(changes)
    try:
        return record_placements(changes, act)
    except RowsRefused as refusal:
        refused = {row.id: row for row in refusal.diff.rows if row.outcome is Outcome.REJECTED}
        rest = [change for change in changes if change.device not in refused]
        done = record_placements(rest, act).rows if rest else []
        return Diff([*done, *refused.values()])


def correct_state(
    state: DeviceState,
    *,
    by: Actor,
    on: date | None = None,
    status: Any = KEEP,
    school: Any = KEEP,
    room: Any = KEEP,
    use: Any = KEEP,
    is_managed: Any = KEEP,
    reason: str = "",
) -> Device:
    """Supersede a wrong entry by a better one: other values, or another first day ``on``."""
    change = PlacementChange(state.device_id, on or state.valid_from, status, _key(school), _key(room), use, is_managed)
    return _replace(state, change, on, by, reason)


def withdraw_state(state: DeviceState, *, by: Actor, reason: str = "") -> Device:
    """Take back an entry that should never have been made; the one before holds again.

    Raises ``ValidationError`` for the only entry of a device: a device is in some state.
    """
    return _replace(state, None, None, by, reason)


def _replace(state: DeviceState, change: PlacementChange | None, on: date | None, by: Actor, reason: str) -> Device:
    with transaction.atomic():
        locked = lock_devices([state.device_id])
        act = open_act(by, "device.correct", reason=reason)
        timeline, index = STATES.locate(state.device_id, state.pk)
        if change is None and len(timeline) == 1:
            raise ValidationError(_("The only entry of a device cannot be withdrawn."), "only_entry")
        values = None
        if change:
            old = Placed(*timeline[index].values)
            values = _applied(old, change, schools_of_rooms([change.room]))
            if values.status == DeviceStatus.DISPOSED != old.status:
                refuse_unproven([state.device_id])
            if values.status in RETIREMENT and (on or values.status != old.status):
                until = not_to_be_retired([state.device_id], act).get(state.device_id)
                refuse_bound(timeline[index - 1].values[0] if index else None, values.status, change.on, until)
        rules = WORKFLOWS[locked[state.device_id].workflow]
        revision = correct_status(timeline, index, values, on, rules, act.at)
        check_still_accepted(rules, _statuses(timeline), _statuses(played(timeline, revision)))
        _write({state.device_id: revision} if revision else {}, locked, act)
        return Device.objects.get(pk=state.device_id)


def _statuses(timeline: Sequence[Span]) -> list[str]:
    return [span.values[0] for span in timeline]


def schools_of_rooms(rooms: Iterable[Any]) -> dict[int, int]:
    wanted = {room for room in rooms if isinstance(room, int)}
    return dict(Room.objects.filter(pk__in=ids(wanted)).values_list("pk", "school")) if wanted else {}


def revise_placement(
    timeline: Sequence[Span],
    change: PlacementChange,
    rules: Workflow,
    home: Mapping[int, int],
    until: date | None = None,
) -> Revision:
    """What ``change`` does to a timeline; pure, so that a preview can ask the same question.

    ``home``: school of each room. ``until``: last day on which the device may not be retired, by ``not_to_be_retired``.
    Raises ``ValidationError`` for what the rules forbid.
    """
    span = span_on(timeline, change.on) or (timeline[0] if timeline else None)
    values = _applied(Placed(*span.values) if span else None, change, home)
    revision = revise(timeline, values, change.on)
    if revision:
        before = revision.before[0] if revision.before else None
        rules.check(before, values.status)
        check_accepted(rules, [known.values[0] for known in timeline if known.valid_from <= change.on], values.status)
        refuse_bound(before, values.status, change.on, until)
        if revision.after:
            rules.check_reaches(values.status, revision.after[0])
    return revision


def _applied(old: Placed | None, change: PlacementChange, home: Mapping[int, int]) -> Placed:
    """Old values with the change on top. A device that changes school leaves its room."""
    if old is None:
        if change.status is KEEP:
            raise ValidationError(_("A first entry needs a status."), "no_status")
        old = Placed(change.status)
    given = {name: getattr(change, name) for name in Placed._fields if getattr(change, name) is not KEEP}
    if "school" in given and "room" not in given and given["school"] != old.school:
        given["room"] = None
    values = old._replace(**given)
    check_placed(values, home)
    return values


def check_placed(values: Placed, home: Mapping[int, int]) -> None:
    """Rules across tables: a room belongs to the school; a device in service is at a school."""
    if values.room is not None and values.room in home and home[values.room] != values.school:
        raise ValidationError(_("The room belongs to another school."), "foreign_room")
    if values.status == DeviceStatus.IN_SERVICE and values.school is None:
        raise ValidationError(_("A device in service is at a school: please name the school."), "no_school")


def _write(revisions: Mapping[int, Revision], locked: Mapping[int, Locked], act: Act) -> None:
    if not revisions:
        return
    with recounted(revisions):
        STATES.write(revisions, act)
    today = [_today(pk, revision) for pk, revision in revisions.items() if revision.is_open]
    if today:
        update_rows(Device, ("since", *STATES.values), today)
    log_records(
        act, Device, (r for pk, revision in revisions.items() for r in _records(pk, locked[pk].label, revision))
    )


def _today(pk: int, revision: Revision) -> tuple[Any, ...]:
    span = revision.insert[-1]
    return (pk, span.valid_from, *span.values)


def _records(pk: int, label: str, revision: Revision) -> Iterator[Record]:
    """The entry of a change, and a second one for a school that the device leaves."""
    changes = STATES.changes(revision)
    before = revision.old.values if revision.old else revision.before
    left = Placed(*before).school if before else None
    here = Placed(*revision.insert[-1].values).school if revision.insert else left
    yield Record(pk, label, here, changes)
    if left is not None and left != here:
        yield Record(pk, label, left, changes)


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, School | Room) else value
