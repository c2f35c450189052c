"""Construction projects as columns of a workbook, for import and export alike."""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from common.cell_types import CellRefused, ChoiceOf, parse_count, parse_money, text_up_to
from common.columns import Column
from common.parsing import parse_date
from common.sheets.workbook import CellValue
from funding.columns import FINANCING
from rollout.enums import ProjectStatus
from schools.columns import SCHOOL, SCHOOL_NUMBER
from schools.enums import Trade

_P = ProjectStatus
_YEARS = re.compile(r"\s*(?:Jahre?|J\.|years?)\s*$", re.I)
_MOST_YEARS = 99
parse_trade = ChoiceOf(
    Trade,
    {
        Trade.FIBRE: "Glasfaser|Glasfaseranschluss|LWL|Breitband|Breitbandanschluss|FTTB|FTTH|fiber|fibre connection",
        Trade.LAN: "LAN-Verkabelung|LAN|Verkabelung|strukturierte Verkabelung|Netzwerkverkabelung|cabling",
        Trade.WLAN: "WLAN|W-LAN|Wi-Fi|WLAN-Ausbau|WLAN-Ausleuchtung|Funknetz",
        Trade.PRESENTATION: "Präsentationstechnik|Digitale Tafeln|Medientechnik|Tafeln|presentation",
        Trade.ELECTRICAL: "Elektro|Elektroarbeiten|Elektroinstallation|Elektrotechnik|Starkstrom|electrical",
        Trade.BUILDING: "Hochbau|Bauarbeiten|Baumaßnahme Hochbau|Umbau|construction",
    },
)
parse_project_status = ChoiceOf(
    ProjectStatus,
    {
        _P.PLANNED: "geplant|vorgesehen",
        _P.SURVEYED: "Begehung|begangen|Begehung erfolgt|survey",
        _P.DESIGNED: "Planung|in Planung|Planung abgeschlossen|design",
        _P.TENDERED: "Ausschreibung|ausgeschrieben|in Ausschreibung|tender",
        _P.AWARDED: "Vergabe|vergeben|beauftragt|Auftrag erteilt|award",
        _P.UNDER_CONSTRUCTION: "Bau|im Bau|in Bau|in Umsetzung|Umsetzung|in Arbeit|läuft|build|in progress",
        _P.BLOCKED: "gesperrt|blockiert|gestoppt|ruht|unterbrochen|Baustopp|on hold",
        _P.ACCEPTED: "Abnahme|abgenommen|fertiggestellt|fertig|abgeschlossen|acceptance|finished",
        _P.LIVE: "Inbetriebnahme|in Betrieb|in Betrieb genommen|go-live|in operation",
        _P.CANCELLED: "abgebrochen|entfällt|storniert|canceled",
    },
)


def parse_years(value: CellValue) -> int | None:
    """A number of years, which may be named behind it: `4 Jahre`."""
    years = parse_count(_YEARS.sub("", value) if isinstance(value, str) else value)
    if years is not None and years > _MOST_YEARS:
        raise CellRefused("too_large", _("“%(value)s” is too large."), value)
    return years


PROJECT_COLUMNS = (
    SCHOOL_NUMBER,
    Column(
        "school",
        "Schule",
        "School",
        ("Schulname", "Name der Schule", "School name"),
        SCHOOL.parse,
        width=40,
        help=_("Name of the school at whose main site it is, instead of its number."),
    ),
    Column(
        "site",
        "Standort",
        "Site",
        ("Liegenschaft", "Adresse", "Anschrift", "Straße", "Location", "Teilstandort"),
        text_up_to(200),
        width=34,
        help=_("Site by name or street, where it is not the main site."),
        example="Lindenweg 3",
    ),
    Column(
        "building",
        "Gebäude",
        "Building",
        ("Gebäudeteil", "Haus", "Trakt"),
        text_up_to(100),
        width=18,
        help=_("Building, if only one is meant."),
        example="Hauptgebäude",
    ),
    Column(
        "trade",
        "Gewerk",
        "Trade",
        ("Maßnahme", "Baumaßnahme", "Gewerke", "Bereich", "Works"),
        parse_trade,
        width=22,
        required=True,
        identifies=True,
        help=_("Trade: one construction project per site and trade."),
        example=Trade.WLAN,
    ),
    Column(
        "title",
        "Titel",
        "Title",
        ("Bezeichnung", "Projekt", "Project", "Beschreibung"),
        text_up_to(200),
        width=34,
        help=_("Title, if it needs one."),
        example="WLAN-Ausbau",
    ),
    Column(
        "status",
        "Status",
        "Status",
        ("Stand", "Phase", "Baustatus", "State"),
        parse_project_status,
        width=20,
        required=True,
        help=_("How far it is."),
        example=ProjectStatus.UNDER_CONSTRUCTION,
    ),
    Column(
        "since",
        "Seit",
        "Since",
        ("Datum", "Status seit", "Stand vom", "Seit dem", "Date", "Status date", "Erreicht am"),
        parse_date,
        width=12,
        kind="date",
        help=_("Since when it is so, not in the future. Several rows of one project are its history."),
        example=date(2026, 9, 1),
    ),
    Column(
        "reason",
        "Grund",
        "Reason",
        ("Hinderungsgrund", "Bemerkung", "Anmerkung", "Begründung", "Note"),
        text_up_to(300),
        width=34,
        help=_("Why it is blocked; needed with that status."),
    ),
    Column(
        "contractor",
        "Auftragnehmer",
        "Contractor",
        ("Firma", "Baufirma", "Ausführende Firma", "Unternehmen", "Company"),
        text_up_to(150),
        width=28,
        help=_("Company that builds."),
        example="Storch Elektrotechnik GmbH",
    ),
    Column(
        "contract_sum",
        "Auftragssumme",
        "Contract sum",
        ("Auftragssumme brutto", "Auftragswert", "Vertragssumme", "Vergabesumme", "Contract value"),
        parse_money,
        width=14,
        kind="money",
        help=_("Gross sum of the contract in euro."),
        example=Decimal("48300.00"),
    ),
    FINANCING,
    Column(
        "planned_acceptance",
        "Abnahme geplant",
        "Planned acceptance",
        ("Geplante Abnahme", "Abnahme Plan", "Fertigstellung geplant", "Geplante Fertigstellung", "Plan Abnahme"),
        parse_date,
        width=14,
        kind="date",
        help=_("Day on which it was to be accepted by the plan."),
        example=date(2026, 11, 30),
    ),
    Column(
        "forecast_acceptance",
        "Abnahme erwartet",
        "Expected acceptance",
        (
            "Erwartete Abnahme",
            "Prognose Abnahme",
            "Abnahme Prognose",
            "Voraussichtliche Abnahme",
            "Voraussichtliche Fertigstellung",
            "Fertigstellung erwartet",
            "Prognose",
            "Forecast acceptance",
            "Forecast",
        ),
        parse_date,
        width=14,
        kind="date",
        help=_("Day on which it is expected to be accepted, as is known now."),
        example=date(2026, 12, 18),
    ),
    Column(
        "milestone_reason",
        "Grund der Terminänderung",
        "Reason for the new date",
        (
            "Verschiebungsgrund",
            "Grund der Verschiebung",
            "Grund Verzug",
            "Grund der Verzögerung",
            "Reason for the slip",
        ),
        text_up_to(300),
        width=34,
        help=_("Why planned or expected acceptance moves; needed where one was known."),
    ),
    Column(
        "bandwidth_before",
        "Bandbreite vorher (Mbit/s)",
        "Bandwidth before (Mbit/s)",
        ("Bandbreite vorher", "Bandbreite alt", "Bandwidth before"),
        parse_count,
        width=14,
        kind="number",
        help=_("Bandwidth of the school before the works, in Mbit/s."),
        example=50,
    ),
    Column(
        "bandwidth_after",
        "Bandbreite nachher (Mbit/s)",
        "Bandwidth after (Mbit/s)",
        ("Bandbreite nachher", "Bandbreite neu", "Bandbreite", "Bandwidth after"),
        parse_count,
        width=14,
        kind="number",
        help=_("Bandwidth of the school after the works, in Mbit/s."),
        example=1000,
    ),
    Column(
        "warranty_years",
        "Gewährleistung (Jahre)",
        "Warranty (years)",
        ("Gewährleistung", "Gewährleistung in Jahren", "Verjährungsfrist", "Warranty"),
        parse_years,
        width=14,
        kind="number",
        help=_("Years of warranty from the acceptance on: usually 4, by the civil code 5."),
        example=4,
    ),
)
#: Columns for people of the authority who may see money.
PROJECT_MONEY = frozenset({"contractor", "contract_sum", "financing"})

_OF_PROJECT = {column.key: column for column in PROJECT_COLUMNS}
_PLACE = tuple(_OF_PROJECT[key] for key in ("site", "building", "trade"))
WAIVER_LIST_COLUMNS = (
    _OF_PROJECT["school_number"],
    _OF_PROJECT["school"],
    Column("requirement", "Anforderung", "Requirement", width=30),
    Column("reason", "Begründung", "Reason", width=50),
    Column("since", "Gilt ab", "Applies from", width=14, kind="date"),
    Column("last_day", "Letzter Tag", "Last day", width=14, kind="date"),
)
#: Lists of what belongs to projects, as they are looked at.
DEFECT_LIST_COLUMNS = (
    *_PLACE,
    Column("text", "Mangel", "Defect", width=50),
    Column("found_on", "Festgestellt am", "Found on", width=14, kind="date"),
    Column("due_on", "Frist", "To be resolved by", width=14, kind="date"),
    Column("resolved_on", "Behoben am", "Resolved on", width=14, kind="date"),
)
MILESTONE_LIST_COLUMNS = (
    *_PLACE,
    Column("phase", "Meilenstein", "Milestone", parse=parse_project_status, width=20),
    Column("planned_on", "Geplant", "Planned", width=14, kind="date"),
    Column("forecast_on", "Erwartet", "Expected", width=14, kind="date"),
    Column("slip", "Verzug in Tagen", "Slip in days", width=14, kind="number"),
    _OF_PROJECT["status"],
)
