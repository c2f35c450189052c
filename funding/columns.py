"""How something is financed, as a column of a workbook."""

from django.utils.translation import gettext_lazy as _

from common.cell_types import text_up_to
from common.columns import Column

_LENGTH = 150
FINANCING = Column(
    "financing",
    "Finanzierung",
    "Financing",
    (
        "Förderprogramm",
        "Programm",
        "Fördertopf",
        "Förderung",
        "Mittelherkunft",
        "Finanziert aus",
        "Finanziert durch",
        "Funding programme",
        "Funding",
        "Programme",
    ),
    text_up_to(_LENGTH),
    width=24,
    help=_("Programme that pays, or a mix of several under the name that it has here. It is never created by a list."),
)
PROGRAMME = Column(
    "programme",
    "Programm",
    "Programme",
    FINANCING.synonyms[:1] + FINANCING.synonyms[2:] + ("Finanzierung", "Financing", "Budget"),
    text_up_to(_LENGTH),
    width=24,
    required=True,
    identifies=True,
    help=_("Programme that pays, own money included, by name or key; a mix of several is divided by its shares."),
    example="Eigenmittel",
)
#: How things are paid, as it is looked at: a row for each programme of a financing.
FINANCING_LIST_COLUMNS = (
    FINANCING,
    PROGRAMME,
    Column("percent", "Anteil in %", "Share in %", width=12, kind="number"),
    Column("devices", "Geräte", "Devices", width=11, kind="number"),
)
