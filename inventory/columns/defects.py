"""The list of defects of devices."""

from common.columns import Column
from inventory.columns.devices import DEVICE_COLUMNS

_OF_DEVICE = {column.key: column for column in DEVICE_COLUMNS}
#: Defects of devices, as they wait for IT.
DEFECT_COLUMNS = (
    Column("device", "Gerät", "Device", width=16),
    Column("kind", "Defekt", "Defect", width=28),
    Column("text", "Beschreibung", "Description", width=40),
    _OF_DEVICE["school"],
    Column("room", "Raum", "Room", width=14),
    Column("reported_on", "Gemeldet am", "Reported on", width=14, kind="date"),
    Column("days", "Tage", "Days", width=9, kind="number"),
    Column("state", "Stand", "State", width=18),
    Column("state_on", "Seit", "Since", width=14, kind="date"),
    Column("taken_by", "Übernommen von", "Taken over by", width=20),
    Column("result", "Ergebnis", "Result", width=22),
    Column("warranty_until", "Garantie bis", "Warranty until", width=14, kind="date"),
    Column("support_until", "Unterstützt bis", "Supported until", width=14, kind="date"),
    _OF_DEVICE["manufacturer"],
    _OF_DEVICE["model"],
    _OF_DEVICE["category"],
    _OF_DEVICE["serial"],
    _OF_DEVICE["status"],
    _OF_DEVICE["school_number"],
)
