"""What lists show of device models, orders and deliveries: values by the keys of their columns."""

from typing import Any

from inventory.models import Delivery, DeviceModel, Order


def model_cells(model: DeviceModel) -> dict[str, Any]:
    """``category``: its key."""
    return {
        "manufacturer": model.manufacturer.name,
        "model": model.name,
        "category": model.category_id,
        "price": model.price,
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
