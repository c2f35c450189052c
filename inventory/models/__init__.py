"""Devices (portable and installed), their catalogue, their dated states, orders and deliveries."""

from inventory.models.boards import DeviceProtocol, InstallationStep
from inventory.models.catalogue import Category, DeviceModel, Manufacturer
from inventory.models.defects import DefectPhoto, DeviceDefect, DeviceSwap
from inventory.models.devices import Device, DeviceState, DeviceTest, Placement
from inventory.models.funding import FundedCategory, PlannedHandOver
from inventory.models.holdings import Holding
from inventory.models.labels import LabelSheet
from inventory.models.lending import HandOut, ReturnCampaign, ReturnItem, ReturnScan
from inventory.models.orders import Delivery, DeliveryFile, Order, OrderLine
from inventory.models.retirement import Retirement, RetirementFile, RetirementItem
from inventory.models.scans import Scan
from inventory.models.stocktakes import Stocktake, StocktakeItem

__all__ = [
    "Category",
    "DefectPhoto",
    "Delivery",
    "DeliveryFile",
    "Device",
    "DeviceDefect",
    "DeviceModel",
    "DeviceProtocol",
    "DeviceState",
    "DeviceSwap",
    "DeviceTest",
    "FundedCategory",
    "HandOut",
    "Holding",
    "InstallationStep",
    "LabelSheet",
    "Manufacturer",
    "Order",
    "OrderLine",
    "Placement",
    "PlannedHandOver",
    "Retirement",
    "RetirementFile",
    "RetirementItem",
    "ReturnCampaign",
    "ReturnItem",
    "ReturnScan",
    "Scan",
    "Stocktake",
    "StocktakeItem",
]
