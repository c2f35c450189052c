"""The spreadsheet face of devices, models, orders and deliveries."""

from inventory.columns.defects import DEFECT_COLUMNS
from inventory.columns.devices import (
    BINDING_LIST_COLUMNS,
    DEVICE_COLUMNS,
    DEVICE_IMPORT_COLUMNS,
    MODEL_COLUMNS,
    STATUS,
)
from inventory.columns.lending import RETURN_COLUMNS
from inventory.columns.mdm import MDM_COLUMNS
from inventory.columns.orders import DELIVERY_COLUMNS, DELIVERY_LIST_COLUMNS, ORDER_COLUMNS, ORDER_LIST_COLUMNS

__all__ = [
    "BINDING_LIST_COLUMNS",
    "DEFECT_COLUMNS",
    "DELIVERY_COLUMNS",
    "DELIVERY_LIST_COLUMNS",
    "DEVICE_COLUMNS",
    "DEVICE_IMPORT_COLUMNS",
    "MDM_COLUMNS",
    "MODEL_COLUMNS",
    "ORDER_COLUMNS",
    "ORDER_LIST_COLUMNS",
    "RETURN_COLUMNS",
    "STATUS",
]
