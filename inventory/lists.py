"""What lists show of device models, orders, deliveries and defects: values by the keys of their columns."""

from datetime import date
from typing import Any

from inventory.models import Delivery, DeviceDefect, DeviceModel, Order, ReturnItem
from inventory.warranty import cover_of


def model_cells(model: DeviceModel) -> dict[str, Any]:
    """``category``: its key."""
    return {
        "manufacturer": model.manufacturer.name,
        "model": model.name,
        "category": model.category_id,
        "price": model.price,
        "warranty_months": model.warranty_months,
        "support_until": model.support_until,
    }


def order_cells(order: Order) -> dict[str, Any]:
    """An order ``with_backlog``."""
    plain = ("supplier", "ordered_on", "expected_on", "ordered", "delivered", "outstanding", "is_overdue")
    return {"order": order.number, **{name: getattr(order, name) for name in plain}}


def delivery_cells(delivery: Delivery) -> dict[str, Any]:
    """A delivery ``with_devices``."""
    order, school = delivery.order, delivery.school
    return {
        "note_number": delivery.note_number,
        "order": order.number,
        "supplier": order.supplier,
        "delivered_on": delivery.delivered_on,
        "school_number": school.number if school else None,
        "school": school.name if school else None,
        "devices": delivery.devices_count,  # type: ignore[attr-defined]
    }


def defect_cells(defect: DeviceDefect, day: date, *, with_people: bool) -> dict[str, Any]:
    """A defect ``with_names``; ``days`` since it was reported, until it was closed. Who acts is for colleagues only."""
    device, school = defect.device, defect.school
    cover, by = cover_of(device, day), defect.taken_by and defect.taken_by.user
    return {
        "device": str(device),
        "kind": defect.get_kind_display(),
        "text": defect.text,
        "school": school.name if school else None,
        "school_number": school.number if school else None,
        "room": device.room.name if device.room and device.school_id == defect.school_id else None,
        "reported_on": defect.reported_on,
        "days": ((day if defect.is_open else defect.status_on) - defect.reported_on).days,
        "state": defect.get_status_display(),
        "state_on": defect.status_on,
        "taken_by": (by.get_full_name() or by.get_username()) if by and with_people else None,
        "result": defect.get_result_display(),
        "warranty_until": cover.warranty_until,
        "support_until": cover.support_until,
        "manufacturer": device.model.manufacturer.name,
        "model": device.model.name,
        "category": str(device.model.category),
        "serial": device.serial,
        "status": device.status,
    }


def return_cells(item: ReturnItem, agreement: str) -> dict[str, Any]:
    """An expected device ``with_names``; its state and room are those of today."""
    device, school = item.device, item.campaign.school
    return {
        "asset_tag": device.asset_tag,
        "serial": device.serial,
        "manufacturer": device.model.manufacturer.name,
        "model": device.model.name,
        "category": str(device.model.category),
        "school_number": school.number,
        "school": school.name,
        "campaign": item.campaign.name,
        "status": device.status,
        "room": device.room.name if device.room and device.school_id == school.pk else None,
        "agreement": agreement,
        "returned_on": item.returned_on,
    }
