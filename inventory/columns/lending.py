"""The list of what is expected at returns."""

from common.columns import Column
from inventory.columns.devices import DEVICE_COLUMNS

_OF_DEVICE = {column.key: column for column in DEVICE_COLUMNS}
RETURN_COLUMNS = (
    *(
        _OF_DEVICE[key]
        for key in ("asset_tag", "serial", "manufacturer", "model", "category", "school_number", "school")
    ),
    Column("campaign", "Rücknahme", "Return campaign", width=26),
    _OF_DEVICE["status"],
    _OF_DEVICE["room"],
    Column("agreement", "Leihvertrag", "Loan agreement", width=16),
    Column("returned_on", "Zurück am", "Returned on", width=14, kind="date"),
)
