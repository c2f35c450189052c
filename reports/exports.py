"""Lists as workbooks that the import takes back unchanged: headings and order by the column declarations.

Two hidden columns say which record a row is and when it was read: what comes back is compared with that.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.db.models import F, Max
from django.utils.translation import gettext

from audit.queries import settled_at
from common.columns import Column
from common.round_trip import ID, ROUND_TRIP, Version
from common.sheets.writer import LARGE, BookWriter, Field, Value
from funding.columns import FINANCING
from inventory.columns import DEVICE_COLUMNS
from inventory.enums import DeviceStatus, Use
from inventory.models import Category, DeviceState, DeviceTest
from inventory.querysets import DeviceQuerySet

Target = str | Path | IO[bytes]

#: Column key → where its value is, seen from a state of a device.
_PATHS = {
    "asset_tag": "device__asset_tag",
    "serial": "device__serial",
    "manufacturer": "device__manufacturer__name",
    "model": "device__model__name",
    "category": "device__model__category",
    "status": "status",
    "since": "valid_from",
    "school_number": "school__number",
    "school": "school__name",
    "building": "room__building__name",
    "room": "room__name",
    "use": "use",
    "is_managed": "is_managed",
    "mdm_id": "device__mdm_id",
    "tested_on": "device",
    "purchased_on": "device__purchased_on",
    "price": "device__price",
    "financing": "device__financing__name",
    "note": "device__note",
    "_id": "device",
}
#: The same for what a school sees only while the device is there.
_SEEN_PATHS = {"tested_on": "seen_device", "note": "seen_note", "_id": "seen_device"}


def write_records(
    target: Target,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    name: str,
    version: Version,
    created: datetime | None = None,
    large: bool = False,
) -> None:
    """One table with the headings of ``columns``; ``rows`` have their values in the same order, the key last."""
    told = (*columns, *ROUND_TRIP)
    fields = [Field(column.heading(), column.width, column.kind) for column in told]
    identifying = [index for index, column in enumerate(columns) if column.identifies]
    read = str(version)
    with BookWriter(target, title=name, created=created, large=large) as book:
        sheet = book.sheet(name)
        sheet.table(0, fields, ((*row, read) for row in rows), frozen=max(identifying, default=-1) + 1)
        for index, column in enumerate(told):
            if column.is_hidden:
                sheet.raw.set_column(index, index, column.width, None, {"hidden": True})


def write_devices(
    target: Target,
    *,
    as_of: date,
    school: int | None = None,
    status: str = "",
    devices: DeviceQuerySet | None = None,
    states: Any = None,
    viewer: Any = None,
    with_prices: bool = True,
    created: datetime | None = None,
) -> int:
    """Devices with their state of a day; returns how many there are.

    ``devices`` went through ``visible_to``, and through the filters of a list; ``None`` means all.
    ``states``: those of the day to choose from, where not everybody may see every one of them.
    ``viewer``: the person for whom notes and tests of devices that are elsewhere now stay empty; ``None``: nobody.
    ``with_prices``: whoever may not see money gets the list without prices and financings.
    """
    states = DeviceState.objects.as_of(as_of) if states is None else states
    if devices is not None:
        states = states.filter(device__in=devices.order_by().values("pk"))
    if school is not None:
        states = states.filter(school=school)
    if status:
        states = states.filter(status=status)
    columns = [c for c in DEVICE_COLUMNS if with_prices or (c.kind != "money" and c.key != FINANCING.key)]
    version = Version(as_of, settled_at())
    number = int(states.count())
    rows = device_rows(in_device_order(states), columns, as_of, viewer)
    large = number > LARGE
    write_records(target, columns, rows, name=gettext("Devices"), version=version, created=created, large=large)
    return number


def in_device_order(states: Any) -> Any:
    """School by school, the central store last."""
    by_school = F("school__sort_key").asc(nulls_last=True)
    return states.order_by(by_school, "device__model", "device__asset_tag", "device__serial", "pk")


def device_rows(states: Any, columns: Sequence[Column], as_of: date, viewer: Any) -> Iterator[list[Value]]:
    """Cells in the order of the columns, and the key of the device, in a constant number of queries."""
    shown = _translations(as_of)
    translate = [(index, shown[column.key]) for index, column in enumerate(columns) if column.key in shown]
    keys = [*(column.key for column in columns), ID.key]
    paths = [_PATHS[key] for key in keys]
    if viewer is not None:
        states = states.as_seen_by(viewer)
        paths = [_SEEN_PATHS.get(key, _PATHS[key]) for key in keys]
    for values in states.values_list(*paths).iterator(chunk_size=5000):
        row = list(values)
        for index, words in translate:
            row[index] = words.get(row[index])
        yield row


def _translations(as_of: date) -> dict[str, dict[Any, Value]]:
    """Per column: what is shown for a stored key."""
    tests = DeviceTest.objects.filter(superseded_at__isnull=True, valid_from__lte=as_of)
    return {
        "category": {category.pk: str(category) for category in Category.objects.all()},
        "status": {status.value: str(status.label) for status in DeviceStatus},
        "use": {use.value: str(use.label) for use in Use},
        "tested_on": dict(tests.order_by().values_list("device").annotate(on=Max("valid_from"))),
    }
