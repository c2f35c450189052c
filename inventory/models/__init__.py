"""Devices (portable and installed), their catalogue, their dated states, orders and deliveries."""

from inventory.models.catalogue import Category, DeviceModel, Manufacturer
from inventory.models.devices import Device, DeviceState, DeviceTest, Placement
from inventory.models.funding import FundedCategory, PlannedHandOver
from inventory.models.holdings import Holding
from inventory.models.orders import Delivery, Order, OrderLine

__all__ = [
    "Category",
    "Delivery",
    "Device",
    "DeviceModel",
    "DeviceState",
    "DeviceTest",
    "FundedCategory",
    "Holding",
    "Manufacturer",
    "Order",
    "OrderLine",
    "Placement",
    "PlannedHandOver",
]
