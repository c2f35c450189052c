"""Creating devices, changing what does not depend on a day, recording electrical tests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from audit.services import Record, log_records
from audit.timelines import check_not_future
from common.bulk import ids, insert_rows, next_ids, update_rows
from common.dated import NewSpan, add_months
from inventory.models import Device, DeviceModel, DeviceTest
from inventory.services.holdings import recounted
from inventory.services.locking import refuse_revoked
from inventory.services.states import STATES, Placed, check_placed, schools_of_rooms

DETAILS = ("model", "manufacturer", "serial", "asset_tag", "purchased_on", "price", "note", "mdm_id", "financing")


class NewDevice(NamedTuple):
    """A device to be created with its first state. Keys of rows; ``price`` gross in euro."""

    model: DeviceModel
    on: date
    placed: Placed
    serial: str = ""
    asset_tag: str = ""
    purchased_on: date | None = None
    price: Decimal | None = None
    note: str = ""
    mdm_id: str = ""
    order_line: int | None = None
    delivery: int | None = None
    financing: int | None = None

    @property
    def label(self) -> str:
        return self.asset_tag or self.serial


_COLUMNS = ("id", *DETAILS, "order_line", "delivery", "since", *STATES.values)


def create_devices(devices: Sequence[NewDevice], act: Act) -> Sequence[int]:
    """Create devices with first states and audit entries in a constant number of statements.

    Returns their keys in the given order. Raises ``ValidationError`` naming each device that may
    not begin like that; the unique numbers are promised by the database.
    """
    _check_new(devices, act)
    keys = next_ids(Device, len(devices))
    insert_rows(Device, _COLUMNS, (_row(pk, new) for pk, new in zip(keys, devices, strict=True)))
    spans = ((pk, NewSpan(new.on, None, new.placed)) for pk, new in zip(keys, devices, strict=True))
    with recounted(keys):
        STATES.insert(spans, act)
    log_records(act, Device, (_created(pk, new) for pk, new in zip(keys, devices, strict=True)))
    return keys


def update_details(changes: Mapping[int, Mapping[str, Any]], act: Act) -> int:
    """Set details that have no history of their own (number, model, price, financing, note …).

    ``changes``: ``{device key: {field of DETAILS: value}}``; the model goes with its manufacturer.
    Returns how many devices changed. The audit entries keep old and new.
    """
    existing = Device.objects.existing().filter(pk__in=ids(changes))
    devices = {d.pk: d for d in existing.select_for_update().order_by("pk")}
    refuse_revoked(changes, devices)
    records, rows = [], []
    for pk, fields in changes.items():
        device = devices[pk]
        old = {name: _detail(device, name) for name in fields}
        new = {name: _plain(value) for name, value in fields.items()}
        changed = {name: [old[name], new[name]] for name in fields if old[name] != new[name]}
        if changed:
            records.append(Record(pk, str(device), device.school_id, changed))
            rows.append((pk, *(new.get(name, _detail(device, name)) for name in DETAILS)))
    if rows:
        with recounted(pk for pk, fields in changes.items() if "model" in fields):
            update_rows(Device, DETAILS, rows)
        log_records(act, Device, records)
    return len(rows)


def record_tests(tests: Mapping[int, date], act: Act, due: Mapping[int, date] | None = None) -> int:
    """Record passed electrical tests ``{device key: tested on}``; a known one is not repeated.

    A test is valid until the day in ``due``, else for the interval of the device's category. Raises
    ``ValidationError`` where a category has none. Returns the number of new tests.
    """
    due = due or {}
    known = set(
        DeviceTest.objects.filter(device__in=ids(tests), superseded_at__isnull=True).values_list("device", "valid_from")
    )
    names = ("pk", "asset_tag", "serial", "school", "model__category__test_interval_months")
    existing = Device.objects.existing().filter(pk__in=ids(tests)).select_for_update(of=("self",)).order_by("pk")
    rows = list(existing.values_list(*names))
    refuse_revoked(tests, [pk for pk, *_rest in rows])
    records, spans = [], []
    for pk, tag, serial, school, months in rows:
        on = tests[pk]
        check_not_future(on, act.at)
        if (pk, on) in known:
            continue
        if months is None and pk not in due:
            raise ValidationError(
                _("%(device)s: its category has no test interval. Please set one there first."),
                "no_interval",
                {"device": tag or serial},
            )
        until = due.get(pk) or add_months(on, months)
        check_due(on, until)
        spans.append((pk, on, until))
        records.append(Record(pk, tag or serial, school, {"tested_on": [None, on]}))
    if not spans:
        return 0
    with recounted(pk for pk, _on, _due in spans):
        fields = ("device", "valid_from", "valid_until", "recorded_at", "act")
        insert_rows(DeviceTest, fields, ((pk, on, due, act.at, act.pk) for pk, on, due in spans))
    log_records(act, Device, records)
    return len(spans)


def check_due(on: date, due: date) -> None:
    if due <= on:
        raise ValidationError({"due": ValidationError(_("The next test is due after this one."), "due_before")})


def new_device_errors(devices: Iterable[NewDevice], act: Act) -> Iterator[tuple[int, ValidationError]]:
    """Positions of devices that may not begin like that, each with the reason. One query."""
    devices = list(devices)
    home = schools_of_rooms(new.placed.room for new in devices)
    for i, new in enumerate(devices):
        try:
            check_not_future(new.on, act.at)
            new.model.category.rules.check(None, new.placed.status)
            check_placed(new.placed, home)
        except ValidationError as error:
            yield i, error


def _check_new(devices: Sequence[NewDevice], act: Act) -> None:
    message = _("%(device)s: %(problem)s")
    errors = [
        ValidationError(message, error.code, {"device": devices[i].label, "problem": error.messages[0]})
        for i, error in new_device_errors(devices, act)
    ]
    if errors:
        raise ValidationError(errors)


def _row(pk: int, new: NewDevice) -> tuple[Any, ...]:
    return (
        pk,
        new.model.pk,
        new.model.manufacturer_id,
        new.serial,
        new.asset_tag,
        new.purchased_on,
        new.price,
        new.note,
        new.mdm_id,
        new.financing,
        new.order_line,
        new.delivery,
        new.on,
        *new.placed,
    )


def _created(pk: int, new: NewDevice) -> Record:
    changes: dict[str, list[Any]] = {
        "model": [None, new.model.pk],
        "status": [None, new.placed.status],
        "valid_from": [None, new.on.isoformat()],
    }
    return Record(pk, new.label, new.placed.school, changes)


def _detail(device: Device, name: str) -> Any:
    return getattr(device, f"{name}_id" if name in ("model", "manufacturer", "financing") else name)


def _plain(value: Any) -> Any:
    return getattr(value, "pk", value)
