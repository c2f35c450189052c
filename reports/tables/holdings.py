"""Lists of schools, devices, works, orders and costs."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from common.bulk import ids
from common.columns import Column
from funding.columns import FINANCING
from inventory.columns import DEFECT_COLUMNS as DEVICE_DEFECT_COLUMNS
from inventory.columns import DELIVERY_LIST_COLUMNS, DEVICE_COLUMNS, ORDER_LIST_COLUMNS, RETURN_COLUMNS
from inventory.filters import DeliveryFilter, DeviceAsOfFilter, ModelFilter, OrderFilter
from inventory.filters_defects import DefectFilter as DeviceDefectFilter
from inventory.filters_defects import ReturnFilter
from inventory.lists import defect_cells as device_defect_cells
from inventory.lists import delivery_cells, order_cells, return_cells
from inventory.models import Delivery, DeviceDefect, DeviceState, HandOut, Order, ReturnItem
from reports.enums import ListName
from reports.exports import device_rows, in_device_order
from reports.lists import LISTS, in_order
from reports.tables.table import Rows, Table, celled
from rollout.columns import DEFECT_LIST_COLUMNS, MILESTONE_LIST_COLUMNS
from rollout.filters import DefectFilter, MilestoneFilter
from rollout.lists import defect_cells, milestone_cells
from rollout.models import Milestone, WorksDefect
from schools.access import sees_everything
from schools.filters import HeadcountFilter, RoomFilter


def _of_list(name: str, **shown: Any) -> Table:
    """What goes out and comes back by import, looked at."""
    one = LISTS[name]

    def rows(records: QuerySet[Any], columns: Sequence[Column], viewer: Any, day: date) -> Rows:
        return in_order(one.rows(records, viewer, day), columns)

    filters = shown.pop("filters", one.filters)
    return Table(one.columns, one.records, rows, filters, money=one.money, **shown)


def _devices(states: QuerySet[Any], columns: Sequence[Column], viewer: Any, day: date) -> Rows:
    return ((row[-1], row[:-1]) for row in device_rows(states, columns, day, viewer))  # type: ignore[misc]


def _states(user: Any, day: date) -> QuerySet[Any]:
    states: QuerySet[Any] = in_device_order(DeviceState.objects.visible_to(user).as_of(day))
    return states


def _defects(defects: QuerySet[Any], columns: Sequence[Column], viewer: Any, day: date) -> Rows:
    with_people = sees_everything(viewer)
    return in_order(((one.pk, device_defect_cells(one, day, with_people=with_people)) for one in defects), columns)


def _returns(items: QuerySet[Any], columns: Sequence[Column], viewer: Any, _day: date) -> Rows:
    """With the agreement under which a device was last handed out before it was expected back."""
    rows = list(items)
    given = HandOut.objects.visible_to(viewer).known().filter(device__in=ids(row.device_id for row in rows))
    last = dict(given.order_by("valid_from").values_list("device", "agreement"))
    return in_order(((row.pk, return_cells(row, last.get(row.device_id, ""))) for row in rows), columns)


def _of_works(parts: QuerySet[Any]) -> QuerySet[Any]:
    named = parts.select_related("project__site", "project__building")
    return named.order_by("project__site__sort_key", "project__trade", "project")


_WORKS_PATHS = {"site": "project__site__sort_key", "trade": "project__trade"}

HOLDINGS: dict[str, Table] = {
    ListName.DEVICES: Table(
        DEVICE_COLUMNS,
        _states,
        _devices,
        DeviceAsOfFilter,
        paths={
            "asset_tag": "device__asset_tag",
            "serial": "device__serial",
            "manufacturer": "device__model__manufacturer__name",
            "model": "device__model__name",
            "category": "device__model__category",
            "status": "status",
            "since": "valid_from",
            "school_number": "school__number",
            "school": "school__sort_key",
            "room": "room__name",
            "use": "use",
            "purchased_on": "device__purchased_on",
        },
        groups=("school", "category", "manufacturer", "model", "status", "room", "use"),
        usual=("asset_tag", "serial", "manufacturer", "model", "category", "status", "since", "school", "room"),
        is_dated=True,
        money=frozenset({FINANCING.key}),
    ),
    ListName.DEVICE_DEFECTS: Table(
        DEVICE_DEFECT_COLUMNS,
        lambda user, day: DeviceDefect.objects.visible_to(user).with_names(),
        _defects,
        DeviceDefectFilter,
        paths={
            "device": "device__asset_tag",
            "kind": "kind",
            "school": "school__sort_key",
            "reported_on": "reported_on",
            "state": "status",
            "state_on": "status_on",
            "support_until": "device__model__support_until",
            "manufacturer": "device__model__manufacturer__name",
            "model": "device__model__name",
            "category": "device__model__category",
        },
        groups=("school", "kind", "state", "category"),
        usual=(
            "device",
            "kind",
            "model",
            "school",
            "room",
            "reported_on",
            "days",
            "state",
            "taken_by",
            "warranty_until",
        ),
    ),
    ListName.RETURNS: Table(
        RETURN_COLUMNS,
        lambda user, day: ReturnItem.objects.visible_to(user).with_names(),
        _returns,
        ReturnFilter,
        paths={
            "asset_tag": "device__asset_tag",
            "serial": "device__serial",
            "manufacturer": "device__model__manufacturer__name",
            "model": "device__model__name",
            "category": "device__model__category",
            "school": "campaign__school__sort_key",
            "campaign": "campaign__name",
            "returned_on": "returned_on",
        },
        groups=("school", "campaign", "model", "category"),
        usual=("asset_tag", "serial", "model", "campaign", "status", "room", "agreement", "returned_on"),
    ),
    ListName.SCHOOLS: _of_list(
        "schools",
        paths={
            "number": "number",
            "name": "sort_key",
            "district": "district",
            "school_type": "school_type",
            "operating_status": "operating_status",
        },
        groups=("school_type", "district", "operating_status"),
        usual=("number", "name", "school_type", "district", "street", "postcode", "town", "operating_status"),
    ),
    ListName.ROOMS: _of_list(
        "rooms",
        filters=RoomFilter,
        paths={"school": "school__sort_key", "building": "building__name", "room": "name", "kind": "kind"},
        groups=("school", "building", "kind"),
        usual=("school_number", "school", "building", "room", "kind"),
    ),
    ListName.HEADCOUNTS: _of_list(
        "headcounts",
        filters=HeadcountFilter,
        paths={
            "school": "school__sort_key",
            "on": "valid_from",
            "pupils": "pupils",
            "teachers": "teachers",
            "classes": "classes",
        },
        groups=(),
        usual=("school_number", "school", "on", "pupils", "teachers", "classes"),
        is_dated=True,
    ),
    ListName.MODELS: _of_list(
        "models",
        filters=ModelFilter,
        paths={"manufacturer": "manufacturer__name", "model": "name", "category": "category", "price": "price"},
        groups=("manufacturer", "category"),
        usual=("manufacturer", "model", "category", "price"),
    ),
    ListName.PROJECTS: _of_list(
        "projects",
        paths={
            "site": "project__site__sort_key",
            "trade": "project__trade",
            "title": "project__title",
            "status": "status",
            "since": "valid_from",
            "contractor": "project__contractor",
        },
        groups=("site", "trade", "status", "contractor"),
        usual=("school", "site", "trade", "status", "since", "reason", "planned_acceptance", "forecast_acceptance"),
        is_dated=True,
    ),
    ListName.COSTS: _of_list(
        "costs",
        paths={
            "on": "entry__on",
            "stage": "stage",
            "number": "entry__number",
            "payee": "entry__payee",
            "amount": "amount",
            "programme": "programme__name",
            "trade": "trade",
            "category": "category",
            "school": "school__sort_key",
        },
        groups=("programme", "stage", "payee", "trade", "category", "school"),
        usual=("on", "number", "stage", "payee", "text", "amount", "programme", "school"),
        is_dated=True,
    ),
    ListName.ORDERS: Table(
        ORDER_LIST_COLUMNS,
        lambda user, day: Order.objects.visible_to(user).with_backlog(day),
        celled(order_cells),
        OrderFilter,
        paths={
            "order": "number",
            "supplier": "supplier",
            "ordered_on": "ordered_on",
            "expected_on": "expected_on",
            "outstanding": "outstanding",
            "is_overdue": "is_overdue",
        },
        groups=("supplier",),
        usual=tuple(column.key for column in ORDER_LIST_COLUMNS),
    ),
    ListName.DELIVERIES: Table(
        DELIVERY_LIST_COLUMNS,
        lambda user, day: Delivery.objects.visible_to(user).with_devices(),
        celled(delivery_cells),
        DeliveryFilter,
        paths={
            "note_number": "note_number",
            "order": "order__number",
            "supplier": "order__supplier",
            "delivered_on": "delivered_on",
            "school": "school__sort_key",
        },
        groups=("supplier", "school"),
        usual=tuple(column.key for column in DELIVERY_LIST_COLUMNS),
    ),
    ListName.MILESTONES: Table(
        MILESTONE_LIST_COLUMNS,
        lambda user, day: _of_works(Milestone.objects.visible_to(user).planned()),
        celled(milestone_cells),
        MilestoneFilter,
        paths=_WORKS_PATHS
        | {
            "phase": "phase",
            "planned_on": "planned_on",
            "forecast_on": "forecast_on",
            "status": "project__status",
        },
        groups=("site", "trade", "phase", "status"),
        usual=tuple(column.key for column in MILESTONE_LIST_COLUMNS if column.key != "building"),
    ),
    ListName.DEFECTS: Table(
        DEFECT_LIST_COLUMNS,
        lambda user, day: _of_works(WorksDefect.objects.visible_to(user)),
        celled(defect_cells),
        DefectFilter,
        paths=_WORKS_PATHS
        | {
            "found_on": "found_on",
            "due_on": "due_on",
            "resolved_on": "resolved_on",
        },
        groups=("site", "trade"),
        usual=tuple(column.key for column in DEFECT_LIST_COLUMNS if column.key != "building"),
    ),
}
