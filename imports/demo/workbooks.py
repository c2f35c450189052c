"""The workbooks of the demo city, as offices keep them: German headings, some with titles above."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.utils import translation

from common.sheets.writer import BookWriter, Field, Value
from imports.demo.catalogue import MODELS
from imports.demo.city import City, SchoolPlan, SitePlan
from imports.demo.devices import DevicePlan, State
from imports.demo.names import AREA_CODE, AUTHORITY_NUMBER, CITY
from imports.demo.works import WorksPlan
from imports.enums import KindName
from inventory.enums import DeviceStatus, Use
from rollout.enums import ProjectStatus
from schools.enums import RoomKind, Trade

_S, _P = DeviceStatus, ProjectStatus
Rows = Iterable[Sequence[Value]]

DEVICE_WORDS = {
    _S.ORDERED: "bestellt", _S.DELIVERED: "geliefert", _S.CONFIGURED: "konfiguriert", _S.IN_STOCK: "im Lager",
    _S.ROOM_PREPARED: "Raum vorbereitet", _S.MOUNTED: "montiert", _S.TESTED: "elektrisch geprüft",
    _S.ACCEPTED: "abgenommen", _S.IN_SERVICE: "in Betrieb", _S.RETURNED: "zurückgegeben",
    _S.IN_REPAIR: "in Reparatur", _S.DEFECTIVE: "defekt", _S.LOST: "verloren", _S.STOLEN: "gestohlen",
    _S.RETIRED: "ausgesondert", _S.DISPOSED: "entsorgt",
}  # fmt: skip
PROJECT_WORDS = {
    _P.PLANNED: "geplant", _P.SURVEYED: "Begehung erfolgt", _P.DESIGNED: "Planung abgeschlossen",
    _P.TENDERED: "ausgeschrieben", _P.AWARDED: "vergeben", _P.UNDER_CONSTRUCTION: "im Bau",
    _P.BLOCKED: "gesperrt", _P.ACCEPTED: "abgenommen", _P.LIVE: "in Betrieb",
}  # fmt: skip
TRADE_WORDS = {
    Trade.FIBRE: "Glasfaser", Trade.LAN: "LAN-Verkabelung", Trade.WLAN: "WLAN",
    Trade.PRESENTATION: "Präsentationstechnik", Trade.ELECTRICAL: "Elektroinstallation", Trade.BUILDING: "Hochbau",
}  # fmt: skip
ROOM_WORDS = {
    RoomKind.CLASSROOM: "Klassenraum", RoomKind.SPECIALIST: "Fachraum", RoomKind.STAFF: "Lehrerzimmer",
    RoomKind.ADMINISTRATION: "Verwaltung", RoomKind.STORE: "Lagerraum", RoomKind.OTHER: "Sonstiger Raum",
}  # fmt: skip
USE_WORDS = {Use.PUPILS: "Schülerinnen und Schüler", Use.TEACHERS: "Lehrkräfte", Use.ROOM: "Raum"}
CATEGORY_WORDS = {
    "tablet": "Tablet", "convertible": "Convertible", "laptop": "Laptop", "board": "Digitale Tafel",
    "projector": "Beamer", "access_point": "Access-Point", "switch": "Switch", "server": "Server",
    "trolley": "Ladewagen", "document_camera": "Dokumentenkamera",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file to be taken in. ``titles`` stand in the rows above the header."""

    name: str
    kind: KindName
    fields: Sequence[Field]
    rows: Callable[[], Rows]
    titles: Sequence[str] = ()


def all_workbooks(city: City, works: WorksPlan, devices: Sequence[DevicePlan]) -> list[Workbook]:
    """In the order in which they have to be taken in."""
    return [
        Workbook("Schulverzeichnis", KindName.SCHOOLS, _SCHOOLS, lambda: map(_school, city.schools)),
        Workbook("Raumbuch", KindName.ROOMS, _ROOMS, lambda: _rooms(city), (f"Raumbuch der Schulen in {CITY}",)),
        Workbook("Schulstatistik", KindName.HEADCOUNTS, _HEADCOUNTS, lambda: _headcounts(city)),
        Workbook("Gerätekatalog", KindName.MODELS, _MODELS, _models, ("Rahmenverträge: lieferbare Modelle",)),
        Workbook(
            "Geräteliste",
            KindName.DEVICES,
            _DEVICES,
            lambda: map(_device, devices),
            ("Geräteliste Schul-IT", f"Schulträger {CITY}: je Gerät der erste bekannte Stand"),
        ),
        Workbook("Statusmeldungen", KindName.DEVICES, _MESSAGES, lambda: _messages(devices)),
        *(
            Workbook(f"Prüfprotokoll {year}", KindName.DEVICES, _TESTS, rows.__iter__, ("Prüfungen nach DGUV V3",))
            for year, rows in _tests(devices).items()
        ),
        Workbook("Bauprojekte", KindName.PROJECTS, _PROJECTS, lambda: _projects(works), (f"Bauprojekte {CITY}", "")),
    ]


def write_workbook(workbook: Workbook, folder: Path) -> Path:
    """Write one file; returns its path."""
    path = folder / f"{workbook.name}.xlsx"
    # Unfiltered text columns and no blank rows: this is how the lists look that offices send.
    with translation.override("de"), BookWriter(path, title=workbook.name, large=True) as book:
        sheet = book.sheet(workbook.name)
        for row, title in enumerate(workbook.titles):
            sheet.put(row, 0, title, book.style(bold=True, font_size=13 if row == 0 else 10))
        sheet.table(len(workbook.titles), workbook.fields, workbook.rows())
    return path


# --- schools ----------------------------------------------------------------------------------------------------------

_SCHOOLS = (
    Field("Schulnummer", 13), Field("Schulform", 10), Field("Schulbezeichnung_1", 40), Field("Schulbezeichnung_2", 50),
    Field("Kurzbezeichnung", 26), Field("Stadtbezirk", 14), Field("PLZ", 8), Field("Ort", 14), Field("Straße", 26),
    Field("Telefonvorwahl", 14),
    Field("Telefon", 14), Field("E-Mail", 26), Field("Trägernummer", 13), Field("Schulbetriebsschlüssel", 12),
    Field("Schulbetriebsdatum", 16, "date"), Field("UTMRechtswert", 12), Field("UTMHochwert", 12),
)  # fmt: skip
_ROOMS = (
    Field("Schulnummer", 13), Field("Schule", 36), Field("Liegenschaft", 26), Field("Gebäude", 20), Field("Raum", 16),
    Field("Raumart", 16),
)  # fmt: skip
_HEADCOUNTS = (
    Field("Stichtag", 12, "date"), Field("Schulnummer", 13), Field("Schule", 40), Field("Schülerzahl", 12, "number"),
    Field("Lehrkräfte", 12, "number"), Field("Klassen", 12, "number"),
)  # fmt: skip


def _school(school: SchoolPlan) -> Sequence[Value]:
    site = school.sites[0]
    return (
        school.number, str(school.school_type), school.name, school.addition, school.short_name, school.district,
        site.postcode, CITY,
        site.street, AREA_CODE, school.phone, school.email, AUTHORITY_NUMBER, "1", school.opened_on,
        str(site.easting), str(site.northing),
    )  # fmt: skip


def _rooms(city: City) -> Iterator[Sequence[Value]]:
    for school in city.schools:
        for room in school.rooms:
            site: SitePlan = room.site
            yield school.number, school.name, site.street, room.building, room.name, ROOM_WORDS[room.kind]


def _headcounts(city: City) -> Iterator[Sequence[Value]]:
    days = zip(*(school.heads for school in city.schools), strict=True)
    for heads_of_day in days:
        for school, heads in zip(city.schools, heads_of_day, strict=True):
            yield heads.on, school.number, school.name, heads.pupils, heads.teachers, heads.classes


# --- devices ----------------------------------------------------------------------------------------------------------

_MODELS = (Field("Hersteller", 18), Field("Modell", 32), Field("Kategorie", 20), Field("Listenpreis", 12, "money"))
_DEVICES = (
    Field("Inventarnummer", 15), Field("Seriennummer", 18), Field("Hersteller", 14), Field("Modell", 28),
    Field("Status", 14), Field("Seit", 12, "date"), Field("Schulnummer", 12), Field("Gebäude", 16), Field("Raum", 14),
    Field("Verwendung", 24), Field("Geprüft am", 12, "date"), Field("Kaufdatum", 12, "date"),
    Field("Preis brutto", 12, "money"),
)  # fmt: skip
_MESSAGES = (
    Field("Inventarnummer", 15), Field("Status", 18), Field("Datum", 12, "date"), Field("Schulnummer", 12),
    Field("Gebäude", 16), Field("Raum", 14), Field("MDM", 8, "bool"), Field("Geprüft am", 12, "date"),
)  # fmt: skip
_TESTS = (Field("Inventarnummer", 15), Field("Modell", 28), Field("Geprüft am", 12, "date"))


def _models() -> Rows:
    return [(m.manufacturer, m.name, CATEGORY_WORDS[m.category], Decimal(m.price)) for m in MODELS]


def _device(device: DevicePlan) -> Sequence[Value]:
    state, model = device.states[0], device.model
    return (
        device.asset_tag, device.serial, model.manufacturer, model.name, DEVICE_WORDS[state.status], state.on,
        *_place(state), USE_WORDS[Use(state.use)] if state.use else None, _test_on(device, state.on),
        device.purchased_on, Decimal(model.price),
    )  # fmt: skip


def _messages(devices: Sequence[DevicePlan]) -> Rows:
    """All states after the first, by day as they were reported."""
    later = [(state, device) for device in devices for state in device.states[1:]]
    later.sort(key=lambda pair: pair[0].on)
    for state, device in later:
        yield (
            device.asset_tag,
            DEVICE_WORDS[state.status],
            state.on,
            *_place(state),
            state.is_managed,
            _test_on(device, state.on),
        )


def _test_on(device: DevicePlan, day: date) -> date | None:
    """A device is tested on the day on which it goes into service."""
    return day if day in device.tests else None


def _place(state: State) -> tuple[str | None, str | None, str | None]:
    school, room = state.school, state.room
    return school.number if school else None, room.building if room else None, room.name if room else None


def _tests(devices: Sequence[DevicePlan]) -> dict[int, list[Sequence[Value]]]:
    """Repeated tests by year, in the order of their days."""
    years: dict[int, list[Sequence[Value]]] = {}
    repeated = [(day, device) for device in devices for day in device.tests if all(s.on != day for s in device.states)]
    for day, device in sorted(repeated, key=lambda pair: (pair[0], pair[1].asset_tag)):
        years.setdefault(day.year, []).append((device.asset_tag, device.model.name, day))
    return years


# --- works ------------------------------------------------------------------------------------------------------------

_PROJECTS = (
    Field("Schulnummer", 12), Field("Schule", 36), Field("Standort", 26), Field("Gewerk", 20), Field("Titel", 34),
    Field("Status", 22), Field("Seit", 12, "date"), Field("Grund", 50),
)  # fmt: skip


def _projects(works: WorksPlan) -> Iterator[Sequence[Value]]:
    for project in works.projects:
        for step in project.steps:
            yield (
                project.school.number, project.school.name, project.site.street, TRADE_WORDS[project.trade],
                project.title, PROJECT_WORDS[step.status], step.on, step.reason or None,
            )  # fmt: skip
