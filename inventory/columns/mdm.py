"""Lists of a device management (MDM) as Jamf, Intune, Relution and Apple School Manager export them.

Names of devices and of their users are no columns here: they tell persons, and are never stored.
"""

import re
from datetime import date

from django.utils.translation import gettext_lazy as _

from common.cell_types import text_up_to
from common.columns import Column
from common.parsing import ParseError, clean_text, parse_bool, parse_date
from common.sheets.workbook import CellValue
from inventory.columns.devices import DEVICE_COLUMNS, MDM_ID

_OF_DEVICE = {column.key: column for column in DEVICE_COLUMNS}
_NEVER = frozenset({"never", "nie", "-", "–", "n/a", "unbekannt", "unknown"})
_CLOCK = re.compile(r"\s*(?:at|um)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:[AP]M|Uhr|UTC|GMT)?$", re.I)
_WORDS = {"managed": True, "verwaltet": True, "unmanaged": False, "not managed": False, "nicht verwaltet": False}


def parse_contact(value: CellValue) -> date | None:
    """Day of a contact, with or without the time of day; “never” is none."""
    text = clean_text(value) if isinstance(value, str) else None
    if text is None:
        return parse_date(value)
    if text.casefold() in _NEVER:
        return None
    return parse_date(_CLOCK.sub("", text.rstrip(",")).rstrip(", "))


def parse_managed(value: CellValue) -> bool | None:
    try:
        return parse_bool(value)
    except ParseError:
        text = (clean_text(value) or "").casefold()
        if text not in _WORDS:
            raise
        return _WORDS[text]


MDM_COLUMNS = (
    _OF_DEVICE["serial"],
    _OF_DEVICE["asset_tag"],
    MDM_ID,
    Column(
        "model",
        "Modell",
        "Model",
        ("Model name", "Modellname", "Device Model", "Gerätemodell", "Hardware Model", "Product", "Produkt"),
        text_up_to(120),
        width=26,
        help=_("Model as the device management calls it; compared with the inventory where the catalogue knows it."),
    ),
    Column(
        "last_seen",
        "Letzter Kontakt",
        "Last Check-in",
        (
            "Last Inventory Update",
            "Letzte Bestandsaktualisierung",
            "Letzte Inventarisierung",
            "Letzter Check-in",
            "Zuletzt eingecheckt",
            "Last seen",
            "Last contact",
            "Last connection",
            "Letzte Verbindung",
            "Zuletzt gesehen",
            "Last Enrollment Check-in",
        ),
        parse_contact,
        width=14,
        kind="date",
        help=_("Day on which the device last reported."),
    ),
    Column(
        "enrolled_on",
        "Registrierungsdatum",
        "Enrollment date",
        (
            "Enrollment",
            "Enrolled on",
            "Last Enrollment",
            "Registriert",
            "Registriert am",
            "Aufgenommen am",
            "Date Added to MDM",
        ),
        parse_contact,
        width=14,
        kind="date",
        help=_("Day since which the device is enrolled."),
    ),
    Column(
        "managed",
        "Verwaltet",
        "Managed",
        ("Is Managed", "MDM managed", "Management State", "Verwaltungsstatus"),
        parse_managed,
        width=10,
        kind="bool",
        help=_("Whether the device is managed; without the column every device of the list is."),
    ),
)
