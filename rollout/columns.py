"""Construction projects as columns of a workbook, for import and export alike."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from common.cell_types import ChoiceOf, text_up_to
from common.columns import Column
from common.parsing import parse_date
from rollout.enums import ProjectStatus
from schools.columns import SCHOOL, SCHOOL_NUMBER
from schools.enums import Trade

_P = ProjectStatus
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
)
