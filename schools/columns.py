"""Schools, rooms and headcounts as columns of a workbook, for import and export alike.

Synonyms: the school register and the statistics list of North Rhine-Westphalia, and usual words.
"""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from common.cell_types import CellRefused, ChoiceOf, name_up_to, parse_count, text_up_to
from common.columns import Column
from common.parsing import ParseError, parse_date, parse_int, parse_school_number, parse_school_year
from common.sheets.workbook import CellValue
from schools.enums import OperatingStatus, RoomKind, SchoolType

#: By the two-digit key, whose leading zero gets lost, by short form or name.
_TYPES = ChoiceOf(
    SchoolType,
    {
        SchoolType.PRIMARY: "2|Grundschule|GS|GGS|KGS",
        SchoolType.LOWER_SECONDARY: "4|Hauptschule|HS",
        SchoolType.SPECIAL_NEEDS: "8|Förderschule|FÖ|FS|Förderschule Grund-/Hauptschule|Sonderschule",
        SchoolType.REALSCHULE: "Realschule|RS",
        SchoolType.PRIMUS: "PRIMUS-Schule|PRIMUS|PS",
        SchoolType.SECONDARY: "Sekundarschule|SK",
        SchoolType.COMPREHENSIVE: "Gesamtschule|GE",
        SchoolType.COMMUNITY: "Gemeinschaftsschule|GM",
        SchoolType.WALDORF: "Waldorfschule|Freie Waldorfschule|FW",
        SchoolType.GYMNASIUM: "Gymnasium|GY|Gym",
        SchoolType.ADULT_COLLEGE: "Weiterbildungskolleg|WBK",
        SchoolType.VOCATIONAL: "Berufskolleg|BK|Berufsschule",
    },
)
_STATES = ChoiceOf(
    OperatingStatus,
    {
        OperatingStatus.CLOSING_THIS_YEAR: "schließt in diesem Jahr",
        OperatingStatus.ACTIVE: "aktiv|in Betrieb",
        OperatingStatus.CLOSING_LATER: "läuft aus|auslaufend",
        OperatingStatus.OPENING: "wird eröffnet",
        OperatingStatus.DORMANT: "ruhend|ruht",
        OperatingStatus.DELETED: "gelöscht",
        OperatingStatus.CLOSED: "geschlossen",
    },
)
_ROOM_KINDS = ChoiceOf(
    RoomKind,
    {
        RoomKind.CLASSROOM: "Klassenraum|Klassenzimmer|Klasse|Unterrichtsraum|Kursraum|Lernraum|teaching room",
        RoomKind.SPECIALIST: "Fachraum|Fachunterrichtsraum|NW-Raum|Computerraum|PC-Raum|Musikraum|Werkraum|lab",
        RoomKind.STAFF: "Lehrerzimmer|Lehrkräftezimmer|Lehrkräftearbeitsraum|Teamraum",
        RoomKind.ADMINISTRATION: "Verwaltung|Büro|Sekretariat|Schulleitung|office",
        RoomKind.STORE: "Lager|Lagerraum|Abstellraum|store",
        RoomKind.OTHER: "Sonstiger Raum|Sonstiges|Sonstige|anderer Raum|Aula|Sporthalle|Mensa|other",
    },
)


_postcode = text_up_to(10)


def parse_postcode(value: CellValue) -> str | None:
    """A German postcode has five digits: a spreadsheet program takes the zero away from “01067”."""
    text = _postcode(value)
    return text.zfill(5) if text and len(text) == 4 and text.isdecimal() else text


def parse_coordinate(value: CellValue) -> int | None:
    """UTM metres in zone 32N (EPSG:25832), cut to whole metres."""
    number = parse_int(value)
    if number is not None and not 0 < number < 10_000_000:
        raise CellRefused("coordinate", _("“%(value)s” is not a UTM coordinate in metres."), value)
    return number


def parse_statistics_day(value: CellValue) -> date | None:
    """A day, or a school year, which stands for the day of its official statistics."""
    try:
        return parse_school_year(value)
    except ParseError as error:
        if error.code != "school_year":
            raise
        return parse_date(value)


SCHOOL_NUMBER = Column(
    "school_number",
    "Schulnummer",
    "School number",
    ("Schul-Nr.", "SchulNr", "Schul-Nummer", "SNR", "School no."),
    parse_school_number,
    width=13,
    help=_("Official number of the school, six digits."),
    example="100100",
)
SCHOOL = Column(
    "school",
    "Schule",
    "School",
    ("Schulname", "Name der Schule", "School name", "Standort", "Location", "Einrichtung"),
    text_up_to(300),
    width=40,
    help=_("Name of the school, instead of its number: official, short, or as it was called in a list before."),
)

SCHOOL_COLUMNS = (
    Column(
        "number",
        "Schulnummer",
        "School number",
        ("Schul-Nr.", "SchulNr", "Schul-Nummer", "SNR", "School no."),
        parse_school_number,
        width=13,
        required=True,
        identifies=True,
        help=_("Official number of the school, six digits. By it the school is known again."),
        example="100100",
    ),
    Column(
        "name",
        "Schule",
        "School",
        ("Schulbezeichnung_1", "Amtliche Bezeichnung 1", "Schulbezeichnung", "Schulname", "Name", "Name der Schule"),
        text_up_to(200),
        width=40,
        required=True,
        help=_("Official name."),
        example="Lindenschule",
    ),
    Column(
        "name_addition",
        "Namenszusatz",
        "Name addition",
        ("Schulbezeichnung_2", "Amtliche Bezeichnung 2", "Zusatz"),
        text_up_to(150),
        width=40,
        help=_("What the register adds to the name."),
        example="Städtische Gemeinschaftsgrundschule",
    ),
    Column(
        "name_addition_2",
        "Namenszusatz 2",
        "Name addition 2",
        ("Schulbezeichnung_3", "Amtliche Bezeichnung 3"),
        text_up_to(149),
        width=30,
        help=_("What the register adds in a second line."),
    ),
    Column(
        "short_name",
        "Kurzbezeichnung",
        "Short name",
        ("Kurzname", "Kürzel"),
        text_up_to(120),
        width=30,
        help=_("Name in daily use."),
        example="Linde",
    ),
    Column(
        "district",
        "Stadtbezirk",
        "City district",
        ("Stadtteil", "Bezirk", "Ortsteil", "District"),
        text_up_to(80),
        width=18,
        help=_("Part of the city, as completion is summed up by it."),
        example="Nord",
    ),
    Column(
        "school_type",
        "Schulform",
        "School type",
        ("Schulart", "Schultyp", "Type"),
        _TYPES,
        width=22,
        required=True,
        help=_("Type of school: name, short form or key of the register."),
        example=SchoolType.PRIMARY,
    ),
    Column(
        "street",
        "Straße",
        "Street",
        ("Straße und Hausnummer", "Anschrift", "Adresse"),
        text_up_to(200),
        width=30,
        help=_("Street and house number of the main site."),
        example="Lindenweg 3",
    ),
    Column(
        "postcode",
        "PLZ",
        "Postcode",
        ("Postleitzahl", "Zip"),
        parse_postcode,
        width=8,
        help=_("Postcode of the main site."),
        example="46045",
    ),
    Column(
        "town",
        "Ort",
        "Town",
        ("Stadt", "Wohnort", "City"),
        text_up_to(100),
        width=18,
        help=_("Town of the main site."),
        example="Lindenfurt",
    ),
    Column(
        "phone_area",
        "Telefonvorwahl",
        "Area code",
        ("Telefonnummer Vorwahl", "Vorwahl"),
        text_up_to(10),
        help=_("Area code, if it stands apart."),
        example="0208",
    ),
    Column(
        "phone",
        "Telefon",
        "Phone",
        ("Telefonnummer Durchwahl", "Telefonnummer", "Tel."),
        text_up_to(28),
        help=_("Telephone of the office."),
        example="123450",
    ),
    Column(
        "email",
        "E-Mail",
        "Email",
        ("Offizielle E-Mail-Adresse", "Mail", "E-Mail-Adresse"),
        text_up_to(254),
        width=28,
        help=_("Official address of the school, not of a person."),
        example="100100@schule.example",
    ),
    Column(
        "authority_number",
        "Trägernummer",
        "Authority number",
        ("Traegernummer", "Schulträgernummer"),
        text_up_to(10),
        help=_("Number of the school authority. Schools of others can be left out when importing."),
        example="10121",
    ),
    Column(
        "operating_status",
        "Schulbetriebsschlüssel",
        "Operating status",
        ("Schulbetriebsschluessel", "Betriebsstatus"),
        _STATES,
        width=22,
        help=_("Whether the school is running."),
        example=OperatingStatus.ACTIVE,
    ),
    Column(
        "status_since",
        "Schulbetriebsdatum",
        "Operating status since",
        ("Betriebsstatus seit",),
        parse_date,
        width=18,
        kind="date",
        help=_("Since when it is so."),
        example=date(2012, 8, 1),
    ),
    Column(
        "easting",
        "UTM-Rechtswert",
        "UTM easting",
        ("Rechtswert", "Ostwert"),
        parse_coordinate,
        kind="number",
        help=_("Coordinate in metres (ETRS89 / UTM zone 32N)."),
        example=350000,
    ),
    Column(
        "northing",
        "UTM-Hochwert",
        "UTM northing",
        ("Hochwert", "Nordwert"),
        parse_coordinate,
        kind="number",
        help=_("Coordinate in metres (ETRS89 / UTM zone 32N)."),
        example=5707000,
    ),
)

ROOM_COLUMNS = (
    SCHOOL_NUMBER,
    SCHOOL,
    Column(
        "site",
        "Liegenschaft",
        "Site",
        ("Teilstandort", "Adresse", "Straße", "Anschrift"),
        text_up_to(200),
        width=30,
        help=_("Site of the school by name or street. Without it: the main site."),
        example="Lindenweg 3",
    ),
    Column(
        "building",
        "Gebäude",
        "Building",
        ("Gebäudeteil", "Haus", "Trakt"),
        name_up_to(100),
        width=20,
        help=_("Building at the site. Without it: the only one."),
        example="Hauptgebäude",
    ),
    Column(
        "room",
        "Raum",
        "Room",
        ("Raumnummer", "Raum-Nr.", "RaumNr", "Raumname", "Raumbezeichnung", "Room number"),
        name_up_to(60),
        required=True,
        identifies=True,
        help=_("Room as it is called at the door."),
        example="R 204",
    ),
    Column(
        "kind",
        "Raumart",
        "Room kind",
        ("Raumtyp", "Nutzung", "Nutzungsart", "Room type", "Art"),
        _ROOM_KINDS,
        width=20,
        help=_("What the room is for. A new room needs it: equipment is counted per teaching room."),
        example=RoomKind.CLASSROOM,
    ),
)

HEADCOUNT_COLUMNS = (
    replace(SCHOOL_NUMBER, identifies=True),
    Column(
        "school",
        "Schule",
        "School",
        ("Schulname", "Name der Schule", "School name", "Amtliche Bezeichnung 1", "Schulbezeichnung_1"),
        text_up_to(300),
        width=40,
        identifies=True,
        help=_("Name of the school, instead of its number: official, short, or as it was called in a list before."),
    ),
    Column(
        "on",
        "Stichtag",
        "Statistics day",
        ("Schuljahr", "Datum", "School year", "Date", "Day", "Statistiktag"),
        parse_statistics_day,
        width=12,
        kind="date",
        help=_("Day of the statistics, or the school year. Empty: the day chosen at the import, or today."),
        example=date(2025, 10, 15),
    ),
    Column(
        "pupils",
        "Schülerzahl",
        "Pupils",
        ("Anzahl", "Schüler", "SuS", "Schülerinnen und Schüler", "Schüler/innen", "Anzahl Schüler", "Schüler gesamt"),
        parse_count,
        kind="number",
        help=_("Pupils of the school on that day."),
        example=412,
    ),
    Column(
        "teachers",
        "Lehrkräfte",
        "Teachers",
        ("Lehrer", "Anzahl Lehrkräfte", "Lehrerzahl", "Lehrkräfte gesamt", "LuL", "Kollegium"),
        parse_count,
        kind="number",
        help=_("Teachers of the school on that day."),
        example=31,
    ),
    Column(
        "classes",
        "Klassen",
        "Classes",
        ("Anzahl Klassen", "Klassenzahl"),
        parse_count,
        kind="number",
        help=_("Classes of the school on that day."),
        example=16,
    ),
)
