"""Devices and models as columns of a workbook, for import and export alike.

Synonyms: headings met in real inventory lists, German and English. Columns about persons are not
among them on purpose: they are never stored.
"""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from common.cell_types import CellRefused, ChoiceOf, CodeUpTo, name_up_to, parse_count, parse_money, text_up_to
from common.columns import Column
from common.parsing import clean_text, parse_bool, parse_date
from common.round_trip import ROUND_TRIP
from common.sheets.workbook import CellValue
from funding.columns import FINANCING
from inventory.enums import DeviceStatus, Use
from schools.columns import SCHOOL, SCHOOL_NUMBER

_S = DeviceStatus
parse_status = ChoiceOf(
    DeviceStatus,
    {
        _S.PLANNED: "geplant|Planung",
        _S.ORDERED: "bestellt|in Bestellung|on order",
        _S.DELIVERED: "geliefert|angeliefert|erhalten|received",
        _S.INVENTORIED: "inventarisiert|erfasst|registered",
        _S.CONFIGURED: "konfiguriert|eingerichtet|betankt|im MDM|ready",
        _S.IN_STOCK: "im Lager|Lager|auf Lager|lagernd|Reserve|Bestand Lager|eingelagert|verfügbar|"
        "stock|spare|available",
        _S.ROOM_PREPARED: "Raum vorbereitet|vorbereitet|Raum bereit",
        _S.MOUNTED: "montiert|aufgehängt|installiert|installed",
        _S.TESTED: "elektrisch geprüft|geprüft|E-Check|DGUV V3 geprüft|tested",
        _S.ACCEPTED: "abgenommen|Abnahme",
        _S.IN_SERVICE: "in Betrieb|im Einsatz|in Nutzung|in Benutzung|aktiv|ausgegeben|ausgeliehen|verliehen|"
        "in Gebrauch|in use|active|deployed",
        _S.RETURNED: "zurückgegeben|zurück|Rücknahme|Rückläufer",
        _S.IN_REPAIR: "in Reparatur|zur Reparatur|Reparatur|Werkstatt|repair|RMA",
        _S.DEFECTIVE: "defekt|kaputt|beschädigt|gestört|broken|faulty",
        _S.DISMOUNTED: "demontiert|abgebaut",
        _S.LOST: "verloren|Verlust|vermisst|nicht gefunden|nicht auffindbar|verschollen|missing",
        _S.STOLEN: "gestohlen|entwendet|Diebstahl",
        _S.RETIRED: "ausgesondert|ausgemustert|außer Betrieb|Aussonderung|archived|decommissioned",
        _S.DISPOSED: "entsorgt|verschrottet|verwertet|scrapped",
    },
)
parse_use = ChoiceOf(
    Use,
    {
        Use.PUPILS: "Schülerinnen und Schüler|Schüler|SuS|Schülergerät|pupil|student|students",
        Use.TEACHERS: "Lehrkräfte|Lehrkraft|Lehrer|LuL|Lehrergerät|teacher|staff",
        Use.ADMINISTRATION: "Verwaltung|Sekretariat|Schulleitung|office|admin",
        Use.ROOM: "Raum|Raumausstattung|Klassenraum|fest im Raum|classroom",
    },
)

#: No warranty lasts longer; what says so was meant otherwise.
_MOST_MONTHS = 240


def parse_months(value: CellValue) -> int | None:
    number = parse_count(value)
    if number is not None and number > _MOST_MONTHS:
        raise CellRefused("too_many_months", _("A warranty of more than 20 years: please give it in months."), value)
    return number


MANUFACTURER = Column(
    "manufacturer",
    "Hersteller",
    "Manufacturer",
    ("Marke", "Maker", "Brand", "Vendor"),
    text_up_to(100),
    width=18,
    help=_("Maker of the device. A new model needs it."),
    example="Apple",
)
CATEGORY = Column(
    "category",
    "Kategorie",
    "Category",
    ("Geräteart", "Gerätekategorie", "Gerätegruppe", "Warengruppe", "Asset category", "Device type", "Gruppe"),
    text_up_to(100),
    width=18,
    help=_("Kind of equipment. Only a new model needs it."),
    example="Tablet",
)
MODEL_NAMES = (
    "Produkt",
    "Modellbezeichnung",
    "Gerätemodell",
    "Hardware Model",
    "Model name",
    "Product",
    "Artikelbezeichnung",
    "Artikel",
)
_VAGUE_MODEL_NAMES = ("Bezeichnung", "Gerätebezeichnung", "Gerät", "Gerätetyp", "Typ", "Art", "Device")
MODEL = Column(
    "model",
    "Modell",
    "Model",
    (*MODEL_NAMES, *_VAGUE_MODEL_NAMES),
    text_up_to(120),
    width=26,
    required=True,
    help=_("Model as in the catalogue. A model that is not there yet is asked about."),
    example="iPad 10.9 (10. Gen.)",
)
STATUS = Column(
    "status",
    "Status",
    "Status",
    ("Zustand", "Gerätestatus", "State", "Lifecycle"),
    parse_status,
    width=16,
    help=_("State of the device: one of the list, or a usual word for it. A new device needs it."),
    example=DeviceStatus.IN_SERVICE,
)


def parse_quantity(value: CellValue) -> int | None:
    """The 1 of a list in which each row is one device. Raises ``CellRefused`` for any other quantity."""
    text = clean_text(value)
    if text is None:
        return None
    if not _ONE.fullmatch(text):
        message = _(
            "One row stands for one device, but the quantity here is “%(value)s”. "
            "Please list each device in a row of its own, with its serial number."
        )
        raise CellRefused("quantity", message, text)
    return 1


_ONE = re.compile(r"1(?:[.,]0+)?\s*(?:x|stk\.?|st\.?|stück|pcs?\.?)?", re.I)
#: Read, never written: a row of an export is one device.
QUANTITY = Column(
    "quantity", "Menge", "Quantity", ("Stk.", "Stck.", "Stück", "Stückzahl", "Anzahl", "Qty", "Count"), parse_quantity
)

MDM_ID = Column(
    "mdm_id",
    "MDM-ID",
    "MDM id",
    (
        "Jamf ID",
        "Jamf Pro Computer ID",
        "JSS Mobile Device ID",
        "JSS Computer ID",
        "Intune Device ID",
        "Intune-Geräte-ID",
        "Relution ID",
        "UDID",
        "Device UDID",
    ),
    CodeUpTo(60),
    width=16,
    help=_("Number of the device in the device management, if it has one."),
)

DEVICE_COLUMNS = (
    Column(
        "asset_tag",
        "Inventarnummer",
        "Asset tag",
        ("InvNr", "Inv.-Nr.", "Inventarcode", "Inventar-Nr.", "Inventarnr.", "Barcode", "Inventory number", "Asset ID"),
        CodeUpTo(40),
        width=16,
        identifies=True,
        help=_("Our own number of the device. By it or by the serial number a device is known again."),
        example="OB-004711",
    ),
    Column(
        "serial",
        "Seriennummer",
        "Serial number",
        ("SerNr", "Serial", "S/N", "SN", "SERIAL_NUMBER", "Serien-Nr.", "Seriennr.", "Serial no.", "Gerätenummer"),
        CodeUpTo(60),
        width=18,
        identifies=True,
        help=_("The maker’s number. It is kept in capitals and without blanks."),
        example="DMPXK0ABCD12",
    ),
    MANUFACTURER,
    MODEL,
    CATEGORY,
    STATUS,
    Column(
        "since",
        "Seit",
        "Since",
        (
            "Status seit",
            "im Status seit",
            "Datum",
            "In Betrieb seit",
            "Im Einsatz seit",
            "Inbetriebnahme",
            "Lieferdatum",
            "Geliefert am",
            "Ausgabedatum",
            "Stand",
            "Date",
            "Status date",
            "Delivery date",
            "In service since",
        ),
        parse_date,
        width=12,
        kind="date",
        help=_("Since when state and place hold, not in the future. Empty: the day chosen at the import, or today."),
        example=date(2026, 9, 1),
    ),
    SCHOOL_NUMBER,
    SCHOOL,
    Column(
        "building",
        "Gebäude",
        "Building",
        ("Gebäudeteil", "Haus", "Trakt"),
        name_up_to(100),
        width=18,
        help=_("Building at the school, where a room number is there twice."),
        example="Hauptgebäude",
    ),
    Column(
        "room",
        "Raum",
        "Room",
        ("Raumnummer", "Raum-Nr.", "RaumNr", "Raumname", "Room number", "Zimmer", "Zi."),
        name_up_to(60),
        width=12,
        help=_("Room as it is called at the door. A room needs its school."),
        example="R 204",
    ),
    Column(
        "use",
        "Verwendung",
        "Use",
        ("Nutzung", "Nutzergruppe", "Einsatz", "Zielgruppe", "Used by"),
        parse_use,
        width=16,
        help=_("For whom the device is there: a role, never a person."),
        example=Use.PUPILS,
    ),
    Column(
        "is_managed",
        "MDM",
        "MDM",
        ("Im MDM", "MDM verwaltet", "In MDM", "Verwaltet", "Managed", "MDM managed", "MDM-Status"),
        parse_bool,
        width=8,
        kind="bool",
        help=_("Whether the device is in the device management."),
        example=True,
    ),
    MDM_ID,
    Column(
        "tested_on",
        "Letzte Prüfung",
        "Last electrical test",
        ("Letzte E-Prüfung", "Prüfdatum", "Geprüft am", "DGUV V3", "E-Check", "Elektrische Prüfung", "Tested on"),
        parse_date,
        width=14,
        kind="date",
        help=_("Day of the last passed electrical test."),
        example=date(2026, 8, 20),
    ),
    Column(
        "purchased_on",
        "Kaufdatum",
        "Purchase date",
        ("Anschaffungsdatum", "Anschaffung", "Gekauft am", "Rechnungsdatum", "ReDat", "Bestelldatum", "Purchased"),
        parse_date,
        width=12,
        kind="date",
        help=_("Day of the purchase."),
        example=date(2026, 7, 15),
    ),
    Column(
        "price",
        "Preis",
        "Price",
        (
            "Betrag inkl. MWSt.",
            "Preis brutto",
            "Einzelpreis",
            "Kaufpreis",
            "Anschaffungspreis",
            "Purchase Cost",
            "Cost",
        ),
        parse_money,
        width=12,
        kind="money",
        help=_("Gross price of the device in euro."),
        example=Decimal("399.90"),
    ),
    FINANCING,
    Column(
        "note",
        "Bemerkung",
        "Note",
        ("Anmerkungen", "Anmerkung", "Bemerkungen", "Notiz", "Notes"),
        text_up_to(300),
        width=30,
        help=_("What else is worth knowing. No names of persons, please."),
    ),
)

DEVICE_IMPORT_COLUMNS = (*DEVICE_COLUMNS, QUANTITY, *ROUND_TRIP)

MODEL_COLUMNS = (
    MANUFACTURER,
    Column(
        "model",
        "Modell",
        "Model",
        (*MODEL_NAMES, *_VAGUE_MODEL_NAMES),
        text_up_to(120),
        width=30,
        required=True,
        identifies=True,
        help=_("Name of the model, without the manufacturer. By both it is known again."),
        example="iPad 10.9 (10. Gen.)",
    ),
    CATEGORY,
    Column(
        "price",
        "Preis",
        "Price",
        ("Listenpreis", "Einzelpreis", "Preis brutto", "List price", "Unit price"),
        parse_money,
        width=12,
        kind="money",
        help=_("Usual gross price in euro."),
        example=Decimal("399.90"),
    ),
    Column(
        "warranty_months",
        "Garantie in Monaten",
        "Warranty in months",
        ("Garantie (Monate)", "Garantiedauer in Monaten", "Gewährleistung in Monaten", "Warranty months"),
        parse_months,
        width=12,
        kind="number",
        help=_("How many months the warranty lasts from the purchase."),
        example=36,
    ),
    Column(
        "support_until",
        "Unterstützt bis",
        "Supported until",
        ("Supportende", "Support bis", "Updates bis", "Herstellersupport bis", "End of support", "End of life"),
        parse_date,
        width=14,
        kind="date",
        help=_("Last day on which the manufacturer provides updates."),
        example=date(2029, 10, 31),
    ),
)
_OF_DEVICE = {column.key: column for column in DEVICE_COLUMNS}
#: Devices that leave their binding period, as they are looked at.
BINDING_LIST_COLUMNS = (
    *(
        _OF_DEVICE[key]
        for key in ("asset_tag", "serial", "manufacturer", "model", "category", "status", "school_number", "school")
    ),
    Column("programmes", "Förderprogramm", "Funding programme", width=30),
    Column("bought_on", "Angeschafft am", "Bought on", width=14, kind="date"),
    Column("until", "Gebunden bis", "Bound until", width=14, kind="date"),
)
