"""Every write of the inventory."""

from inventory.services.deliveries import book_deliveries, book_delivery, file_delivery
from inventory.services.details import add_devices, edit_device
from inventory.services.devices import NewDevice, create_devices, record_tests, update_details
from inventory.services.financing import (
    NewHandOver,
    finance_devices,
    finance_line,
    plan_hand_overs,
    set_eligible_categories,
    withdraw_hand_over,
)
from inventory.services.holdings import recounted
from inventory.services.order_plans import Sharing, create_shared_order
from inventory.services.orders import create_order, create_orders, edit_order, update_orders
from inventory.services.reference import (
    add_category,
    add_manufacturer,
    add_model,
    create_models,
    edit_category,
    edit_manufacturer,
    edit_model,
    update_models,
)
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
    "NewHandOver",
    "PlacementChange",
    "Sharing",
    "add_category",
    "add_devices",
    "add_manufacturer",
    "add_model",
    "book_deliveries",
    "book_delivery",
    "change_device",
    "change_devices",
    "correct_state",
    "create_devices",
    "create_models",
    "create_order",
    "create_orders",
    "create_shared_order",
    "edit_category",
    "edit_device",
    "edit_manufacturer",
    "edit_model",
    "edit_order",
    "file_delivery",
    "finance_devices",
    "finance_line",
    "plan_hand_overs",
    "record_placements",
    "record_tests",
    "recounted",
    "revise_placement",
    "set_eligible_categories",
    "update_details",
    "update_models",
    "update_orders",
    "withdraw_hand_over",
    "withdraw_state",
]
