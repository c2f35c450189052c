"""Order lines and delivered devices as columns of a workbook."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from common.cell_types import CellRefused, CodeUpTo, parse_count, parse_money, text_up_to
from common.columns import Column
from common.parsing import normalise_code, parse_date, parse_int
from common.sheets.workbook import CellValue
from funding.columns import FINANCING
from inventory.columns.devices import CATEGORY, MANUFACTURER, MODEL, MODEL_NAMES, QUANTITY
from schools.columns import SCHOOL, SCHOOL_NUMBER

_LAST_POSITION = 32_000


def document_up_to(length: int) -> Callable[[CellValue], str | None]:
    """The number of an order or a delivery note: kept as it is written, refused where a spreadsheet damaged it."""
    parse_text = text_up_to(length)

    def parse(value: CellValue) -> str | None:
        return parse_text(value) if normalise_code(value) else None

    return parse


def parse_position(value: CellValue) -> int | None:
    """The number of an order line, from 1."""
    number = parse_int(value)
    if number is not None and not 0 < number <= _LAST_POSITION:
        raise CellRefused("position", _("“%(value)s” is not a position. They are counted from 1."), value)
    return number


def parse_ordered(value: CellValue) -> int | None:
    """A quantity of at least one."""
    number = parse_count(value)
    if number == 0:
        raise CellRefused("no_quantity", _("The quantity must be at least 1."), value)
    return number


_ORDER = Column(
    "order",
    "Bestellnummer",
    "Order number",
    (
        "Los",
        "Losnummer",
        "Los-Nr.",
        "Bestellung",
        "Bestell-Nr.",
        "BestellNr",
        "Best.-Nr.",
        "Auftragsnummer",
        "Auftrags-Nr.",
        "Auftrag",
        "Order no.",
        "Order",
        "Purchase order",
        "PO number",
    ),
    document_up_to(60),
    width=16,
    required=True,
    identifies=True,
    help=_("Number under which it was ordered. All rows with the same number belong to one order."),
    example="B-2026-014",
)
_POSITION = Column(
    "position",
    "Position",
    "Position",
    ("Pos.", "Pos.-Nr.", "PosNr", "Positionsnummer", "Bestellposition", "Line", "Line no.", "Item no."),
    parse_position,
    width=10,
    kind="number",
    example=1,
)
_MODEL = Column(
    "model",
    "Modell",
    "Model",
    (*MODEL_NAMES, "Bezeichnung", "Gerätebezeichnung", "Gerät", "Gerätetyp", "Typ", "Beschreibung", "Description"),
    MODEL.parse,
    width=28,
    help=MODEL.help,
    example=MODEL.example,
)

ORDER_COLUMNS = (
    _ORDER,
    Column(
        "supplier",
        "Lieferant",
        "Supplier",
        ("Händler", "Firma", "Auftragnehmer", "Lieferfirma", "Anbieter", "Contractor", "Reseller"),
        text_up_to(150),
        width=26,
        help=_("Firm that delivers. A new order needs it; all rows of one order name the same."),
        example="Kranich Systemhaus GmbH",
    ),
    Column(
        "ordered_on",
        "Bestelldatum",
        "Order date",
        ("Bestellt am", "Auftragsdatum", "Beauftragt am", "Ordered on", "Ordered", "Datum", "Date"),
        parse_date,
        width=13,
        kind="date",
        help=_("Day of the order, not in the future. A new order needs it; all rows of one order name the same."),
        example=date(2026, 9, 14),
    ),
    Column(
        "expected_on",
        "Lieferung erwartet",
        "Expected on",
        (
            "Liefertermin",
            "Erwartet am",
            "Erwartete Lieferung",
            "Voraussichtliche Lieferung",
            "Voraussichtlicher Liefertermin",
            "Expected",
            "Expected delivery",
            "Due date",
            "ETA",
        ),
        parse_date,
        width=13,
        kind="date",
        help=_("Day on which the delivery is expected."),
        example=date(2026, 12, 1),
    ),
    replace(
        _POSITION,
        help=_("Number of the line in the order. Without it a line is known by its model."),
    ),
    MANUFACTURER,
    replace(_MODEL, required=True),
    CATEGORY,
    Column(
        "quantity",
        "Menge",
        "Quantity",
        ("Stk.", "Stck.", "Stück", "Stückzahl", "Anzahl", "Bestellmenge", "Bestellt", "Qty", "Pieces"),
        parse_ordered,
        width=9,
        required=True,
        kind="number",
        help=_("How many were ordered, at least 1 and not fewer than were delivered already."),
        example=110,
    ),
    Column(
        "unit_price",
        "Einzelpreis",
        "Unit price",
        (
            "Betrag inkl. MWSt.",
            "Einzelpreis brutto",
            "Einzelpreis inkl. MwSt.",
            "Stückpreis",
            "Preis",
            "Preis brutto",
            "Price",
            "Purchase Cost",
        ),
        parse_money,
        width=12,
        kind="money",
        help=_("Gross price of one piece in euro, with VAT."),
        example=Decimal("399.90"),
    ),
    FINANCING,
)

DELIVERY_COLUMNS = (
    replace(_ORDER, help=_("Number of an order that is here already.")),
    Column(
        "note_number",
        "Lieferschein",
        "Delivery note",
        (
            "Lieferscheinnummer",
            "Lieferschein-Nr.",
            "LieferscheinNr",
            "Liefersch.-Nr.",
            "LS-Nr.",
            "LS",
            "Delivery note number",
            "Delivery note no.",
            "Packing slip",
            "Dispatch note",
        ),
        document_up_to(60),
        width=16,
        required=True,
        help=_("Number of the delivery note. One note goes to one place on one day."),
        example="LS-88121",
    ),
    Column(
        "delivered_on",
        "Geliefert am",
        "Delivered on",
        ("Lieferdatum", "Lieferung am", "Wareneingang", "Eingang am", "Delivery date", "Received on", "Datum", "Date"),
        parse_date,
        width=13,
        kind="date",
        help=_("Day on which it came, from the day of the order up to today. A new delivery note needs it."),
        example=date(2026, 11, 4),
    ),
    replace(SCHOOL_NUMBER, help=_("School to which it was delivered. Empty: the central store.")),
    replace(
        SCHOOL,
        synonyms=(*SCHOOL.synonyms, "Lieferort", "Lieferadresse", "Empfangsort", "Delivered to"),
        help=_("Name of that school, instead of its number. Empty, or “central store”: the central store."),
    ),
    replace(_POSITION, help=_("Line of the order to which the device belongs.")),
    replace(MANUFACTURER, help=_("Maker of the device, where the model alone does not say it.")),
    replace(_MODEL, help=_("Model as in the order, instead of the position. An order of one line needs neither.")),
    Column(
        "serial",
        "Seriennummer",
        "Serial number",
        ("SerNr", "Serial", "S/N", "SN", "SERIAL_NUMBER", "Serien-Nr.", "Seriennr.", "Serial no.", "Gerätenummer"),
        CodeUpTo(60),
        width=18,
        required=True,
        identifies=True,
        help=_("One row per device. Serial numbers are kept in capitals and without blanks."),
        example="DMPXK0ABCD12",
    ),
    Column(
        "asset_tag",
        "Inventarnummer",
        "Asset tag",
        ("InvNr", "Inv.-Nr.", "Inventarcode", "Inventar-Nr.", "Inventarnr.", "Barcode", "Inventory number", "Asset ID"),
        CodeUpTo(40),
        width=16,
        help=_("Our own number, if the devices came labelled. No two devices share one."),
        example="OB-004711",
    ),
    QUANTITY,
)


def _of(columns: tuple[Column, ...], *keys: str) -> tuple[Column, ...]:
    by_key = {column.key: column for column in columns}
    return tuple(by_key[key] for key in keys)


#: Lists of orders and deliveries as they are looked at: a row for each of them, not for each line or device.
ORDER_LIST_COLUMNS = (
    *_of(ORDER_COLUMNS, "order", "supplier", "ordered_on", "expected_on"),
    Column("ordered", "Bestellt", "Ordered", width=11, kind="number"),
    Column("delivered", "Geliefert", "Delivered", width=11, kind="number"),
    Column("outstanding", "Offen", "Outstanding", width=11, kind="number"),
    Column("is_overdue", "Überfällig", "Overdue", width=11, kind="bool"),
)
DELIVERY_LIST_COLUMNS = (
    *_of(DELIVERY_COLUMNS, "note_number", "order"),
    *_of(ORDER_COLUMNS, "supplier"),
    *_of(DELIVERY_COLUMNS, "delivered_on", "school_number", "school"),
    Column("devices", "Geräte", "Devices", width=11, kind="number"),
)
