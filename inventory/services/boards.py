"""Installing boards and projectors step by step: mounted, tested, accepted, training held, put into service.

Each step records the state that follows from it in the same act. A step of the past, behind which the device has come
already, is a fact of its own day and leaves today's state alone.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future
from common.bulk import insert_rows
from common.dated import span_on
from inventory.enums import HANGING, DeviceStatus, StepKind, WorkflowKind
from inventory.models import Device, DeviceTest, InstallationStep
from inventory.services.devices import record_tests
from inventory.services.holdings import recounted
from inventory.services.locking import revoked
from inventory.services.protocols import keep_protocol
from inventory.services.states import KEEP, STATES, PlacementChange, record_placements
from schools.models import Room

STEP_VALUES = ("kind", "mount", "acceptor", "participants", "note")
STEPS = Timelines(InstallationStep, "device", STEP_VALUES)
#: In these a device has been accepted.
_ACCEPTED = (DeviceStatus.ACCEPTED, DeviceStatus.IN_SERVICE)


def mount_device(device: Device, *, by: Actor, on: date, room: Room | None = None, mount: str = "") -> Device:
    """From ``on`` the device hangs in ``room``; ``None``: where it is recorded already.

    Raises ``ValidationError`` at ``room`` where there is none.
    """
    with transaction.atomic():
        current, act = _begin(device, "board.mount", by, on)
        known = _state_on(current, on)
        place = room.pk if room else known and known[2]
        if place is None:
            raise ValidationError({"room": ValidationError(_("Please say in which room it hangs."), "no_room")})
        status = KEEP if known and known[0] in HANGING else DeviceStatus.MOUNTED
        home = {"school": room.school_id, "room": room.pk} if room else {}
        _move(current, on, act, status, **home)
        _add_step(current, on, act, StepKind.MOUNTED, mount=mount)
        return _fresh(device)


def record_test(
    device: Device,
    *,
    by: Actor,
    on: date,
    due: date | None = None,
    is_passed: bool = True,
    note: str = "",
    protocol: File | None = None,
) -> Device:
    """Record an electrical test of ``on``; ``due``: the next one, else after the interval of the category.

    A test that was not passed ends what the one before said, and makes the device defective. ``protocol``: a file.
    Raises ``ValidationError`` at ``due``, ``on`` (a second test of the day) and ``file``.
    """
    with transaction.atomic():
        current, act = _begin(device, "board.test", by, on)
        known = _state_on(current, on)
        status = known[0] if known else ""
        if is_passed:
            if not record_tests({current.pk: on}, act, {current.pk: due} if due else None):
                raise _twice()
            if status == DeviceStatus.MOUNTED:
                _move(current, on, act, DeviceStatus.TESTED)
        else:
            _fail(current, on, act, note)
            if status in HANGING and current.model.category.workflow == WorkflowKind.INSTALLED:
                _move(current, on, act, DeviceStatus.DEFECTIVE)
        if protocol:
            keep_protocol(current, on, protocol, act)
        return _fresh(device)


def accept_device(device: Device, *, by: Actor, on: date, acceptor: str, note: str = "") -> Device:
    """It was accepted on ``on`` by ``acceptor``, a role. Raises ``ValidationError`` unless it hangs by then."""
    with transaction.atomic():
        current, act = _begin(device, "board.accept", by, on)
        known = _state_on(current, on)
        if not known or known[0] not in _ACCEPTED:
            _move(current, on, act, DeviceStatus.ACCEPTED)
        _add_step(current, on, act, StepKind.ACCEPTED, acceptor=acceptor, note=note)
        return _fresh(device)


def record_training(device: Device, *, by: Actor, on: date, participants: int | None = None, note: str = "") -> Device:
    """Those who work with it were shown how; so many, as far as somebody counted."""
    with transaction.atomic():
        current, act = _begin(device, "board.train", by, on)
        _add_step(current, on, act, StepKind.TRAINED, participants=participants, note=note)
        return _fresh(device)


def start_device(device: Device, *, by: Actor, on: date) -> Device:
    """Put it into service. Raises ``ValidationError`` unless it was mounted and accepted."""
    with transaction.atomic():
        current, act = _begin(device, "board.start", by, on)
        if not _move(current, on, act, DeviceStatus.IN_SERVICE):
            raise ValidationError(_("It is in service on this day already."), "unchanged")
        return _fresh(device)


def correct_step(
    step: InstallationStep, *, by: Actor, on: date | None = None, reason: str = "", **values: Any
) -> InstallationStep:
    """Supersede what was said of a step by better ``values`` (of ``STEP_VALUES``), or another day ``on``.

    States are corrected where they stand: they have a history of their own.
    """
    if unknown := values.keys() - set(STEP_VALUES[1:]):
        raise TypeError(f"no values of a step: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current, act = _begin(step.device, "board.correct", by, on or step.valid_from, reason)
        old = _believed(step, act)
        old_values = {name: getattr(old, name) for name in STEP_VALUES}
        new_values = old_values | values
        day = on or old.valid_from
        if new_values == old_values and day == old.valid_from:
            raise ValidationError(_("Nothing was changed. To take the entry back, withdraw it."), "unchanged")
        made = _insert(current, day, act, new_values)
        pairs = {
            _told(name): [old_values[name], new_values[name]] for name in values if old_values[name] != new_values[name]
        }
        _log(current, act, pairs | {_DAYS[old.kind]: [old.valid_from, day]})
        return made


def withdraw_step(step: InstallationStep, *, by: Actor, reason: str = "") -> None:
    """Take back what was said of a step that was never done."""
    with transaction.atomic():
        current, act = _begin(step.device, "board.withdraw", by, step.valid_from, reason)
        old = _believed(step, act)
        values = {name: getattr(old, name) for name in STEP_VALUES[1:]}
        gone = {_told(name): [value, None] for name, value in values.items() if value not in ("", None)}
        _log(current, act, gone | {_DAYS[old.kind]: [old.valid_from, None]})


#: By which name the trail tells the day of a step.
_DAYS = {
    StepKind.MOUNTED.value: "mounted_on",
    StepKind.ACCEPTED.value: "accepted_on",
    StepKind.TRAINED.value: "trained_on",
    StepKind.FAILED.value: "failed_on",
}


def _begin(device: Device, verb: str, by: Actor, on: date, reason: str = "") -> tuple[Device, Act]:
    """The device, locked, and the act about it."""
    found = Device.objects.existing().filter(pk=device.pk).select_for_update(of=("self",))
    current: Device | None = found.select_related("model__category").first()
    if current is None:
        raise revoked()
    act = open_act(by, verb, subject=str(current), reason=reason)
    check_not_future(on, act.at)
    return current, act


def _state_on(device: Device, on: date) -> tuple[Any, ...] | None:
    span = span_on(STATES.load([device.pk]).get(device.pk, []), on)
    return span.values if span else None


def _move(device: Device, on: date, act: Act, status: Any, **place: Any) -> int:
    """Record the state; says whether that was anything new."""
    if status is KEEP and not place:
        return 0
    return record_placements([PlacementChange(device.pk, on, status, **place)], act).changed


def _add_step(device: Device, on: date, act: Act, kind: str, **values: Any) -> None:
    if InstallationStep.objects.known().filter(device=device, kind=kind, valid_from=on).exists():
        raise ValidationError({"on": ValidationError(_("This step of this day is already recorded."), "recorded")})
    _insert(device, on, act, values | {"kind": kind})
    told = {_told(name): [None, value] for name, value in values.items() if value not in ("", None)}
    _log(device, act, {_DAYS[kind]: [None, on]} | told)


def _insert(device: Device, on: date, act: Act, values: dict[str, Any]) -> InstallationStep:
    step = InstallationStep(device=device, valid_from=on, recorded_at=act.at, act=act, **values)
    step.full_clean()
    step.save()
    return step


def _believed(step: InstallationStep, act: Act) -> InstallationStep:
    """The step, superseded by ``act``. Raises ``ValidationError`` where somebody was quicker."""
    old = InstallationStep.objects.known().filter(pk=step.pk).first()
    if old is None:
        raise ValidationError(_("This entry was corrected by somebody else meanwhile."), "superseded")
    InstallationStep.objects.filter(pk=old.pk).update(superseded_at=act.at)
    return old


def _fail(device: Device, on: date, act: Act, note: str) -> None:
    """What the tests before ``on`` said ends on that day."""
    tests = list(DeviceTest.objects.known().filter(device=device))
    if any(test.valid_from == on for test in tests):
        raise _twice()
    held = [test for test in tests if test.valid_from < on and (test.valid_until is None or test.valid_until > on)]
    if held:
        with recounted([device.pk]):
            DeviceTest.objects.filter(pk__in=[test.pk for test in held]).update(superseded_at=act.at)
            names = ("device", "valid_from", "valid_until", "recorded_at", "act")
            insert_rows(DeviceTest, names, [(device.pk, test.valid_from, on, act.at, act.pk) for test in held])
    _add_step(device, on, act, StepKind.FAILED, note=note)


def _told(name: str) -> str:
    """The trail of a device knows a note of its own."""
    return "remark" if name == "note" else name


def _log(device: Device, act: Act, changes: dict[str, list[Any]]) -> None:
    log_records(act, Device, [Record(device.pk, str(device), device.school_id, changes)])


def _fresh(device: Device) -> Device:
    device.refresh_from_db()
    return device


def _twice() -> ValidationError:
    return ValidationError({"on": ValidationError(_("A test of this day is already recorded."), "recorded")})
