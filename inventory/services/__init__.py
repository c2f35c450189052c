"""Every write of the inventory."""

from inventory.services.deliveries import book_deliveries, book_delivery, file_delivery
from inventory.services.devices import NewDevice, create_devices, record_tests, update_details
from inventory.services.orders import create_order, create_orders, update_orders
from inventory.services.reference import create_models, update_models
from inventory.services.states import (
    KEEP,
    PlacementChange,
    change_device,
    change_devices,
    correct_state,
    record_placements,
    revise_placement,
    withdraw_state,
)

__all__ = [
    "KEEP",
    "NewDevice",
    "PlacementChange",
    "book_deliveries",
    "book_delivery",
    "change_device",
    "change_devices",
    "correct_state",
    "create_devices",
    "create_models",
    "create_order",
    "create_orders",
    "file_delivery",
    "record_placements",
    "record_tests",
    "revise_placement",
    "update_details",
    "update_models",
    "update_orders",
    "withdraw_state",
]
