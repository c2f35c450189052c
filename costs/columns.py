"""Costs as columns of a workbook: a row is a part of a document."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from common.cell_types import CellRefused, ChoiceOf, parse_amount, text_up_to
from common.columns import Column
from common.parsing import clean_text, normalise_heading, parse_bool, parse_date
from common.sheets.workbook import CellValue
from costs.enums import CostStage
from funding.columns import PROGRAMME
from rollout.columns import parse_trade
from schools.columns import SCHOOL, SCHOOL_NUMBER
from schools.enums import Trade

_CREDIT = "Gutschrift|Erstattung|Rückerstattung|Rückzahlung|Rückforderung|Storno|credit note|credit|refund"
_NO_CREDIT = "Rechnung|Abschlagsrechnung|Schlussrechnung|Vertrag|Auftrag|Zahlung|Plan|Ausgabe|invoice|contract|payment"
_CREDIT_WORDS = frozenset(map(normalise_heading, _CREDIT.split("|")))
_OTHER_WORDS = frozenset(map(normalise_heading, _NO_CREDIT.split("|")))
parse_stage = ChoiceOf(
    CostStage,
    {
        CostStage.PLANNED: "geplant|Plan|Planung|Ansatz|Planansatz|Kostenschätzung|geschätzt|estimate|budgeted",
        CostStage.COMMITTED: "gebunden|vertraglich gebunden|Vertrag|Auftrag|beauftragt|Vergabe|vergeben|bestellt|"
        "Bestellung|contract|committed|bound",
        CostStage.INVOICED: "Rechnung|berechnet|in Rechnung gestellt|Rechnung gestellt|Rechnungseingang|fakturiert|"
        f"Abschlagsrechnung|Schlussrechnung|Teilrechnung|invoice|{_CREDIT}",
        CostStage.PAID: "bezahlt|gezahlt|Zahlung|Auszahlung|ausgezahlt|angewiesen|verausgabt|Ausgabe|payment|spent",
    },
)


def parse_credit(value: CellValue) -> bool | None:
    """Whether money comes back: yes and no, or what the document is called."""
    text = clean_text(value)
    word = normalise_heading(text)
    if word in _CREDIT_WORDS or word in _OTHER_WORDS:
        return word in _CREDIT_WORDS
    return parse_bool(value)


def says_credit(text: str) -> bool:
    """Whether a word for a stage says that money comes back."""
    return normalise_heading(text) in _CREDIT_WORDS


def parse_positive(value: CellValue) -> Decimal | None:
    """An amount that says something; a credit note may have it with or without its sign."""
    amount = parse_amount(value)
    if amount == 0:
        raise CellRefused("zero", _("An amount of 0 says nothing."), value)
    return amount


COST_COLUMNS = (
    Column(
        "number",
        "Belegnummer",
        "Document number",
        (
            "Beleg",
            "Belegnr.",
            "Beleg-Nr.",
            "Rechnungsnummer",
            "Rechnungsnr.",
            "Rechnungs-Nr.",
            "Re.-Nr.",
            "Vertragsnummer",
            "Invoice number",
            "Invoice no.",
            "Contract number",
        ),
        text_up_to(60),
        width=18,
        identifies=True,
        help=_("Of the contract or invoice. Rows with the same number, company, stage and day are one document."),
        example="RE-2026-0815",
    ),
    PROGRAMME,
    Column(
        "on",
        "Datum",
        "Date",
        ("Belegdatum", "Rechnungsdatum", "Buchungsdatum", "Vertragsdatum", "Zahldatum", "Zahlungsdatum", "Tag", "Day"),
        parse_date,
        width=12,
        required=True,
        kind="date",
        help=_("Day of the plan, contract, invoice or payment, not in the future."),
        example=date(2026, 9, 14),
    ),
    Column(
        "stage",
        "Stand",
        "Stage",
        ("Stufe", "Status", "Buchungsart", "Kostenstand", "Vorgangsart", "State"),
        parse_stage,
        width=20,
        required=True,
        help=_("Planned, bound by contract, invoiced or paid: each is a row of its own."),
        example=CostStage.INVOICED,
    ),
    Column(
        "is_credit",
        "Gutschrift",
        "Credit note",
        ("Belegart", "Art des Belegs", "Gutschrift/Erstattung", "Refund", "Document type"),
        parse_credit,
        width=12,
        kind="bool",
        help=_("Yes, where money comes back; the amount may be written with or without its minus sign then."),
    ),
    Column(
        "payee",
        "Firma",
        "Company",
        ("Auftragnehmer", "Zahlungsempfänger", "Empfänger", "Lieferant", "Kreditor", "Payee", "Supplier", "Vendor"),
        text_up_to(150),
        width=28,
        help=_("Company that is paid."),
        example="Kranich Systemhaus GmbH",
    ),
    Column(
        "text",
        "Text",
        "Text",
        ("Buchungstext", "Verwendungszweck", "Beschreibung", "Bezeichnung", "Leistung", "Zweck", "Description"),
        text_up_to(300),
        width=36,
        help=_("What it was for, in words. No names of persons, please."),
    ),
    Column(
        "amount",
        "Betrag brutto",
        "Amount gross",
        (
            "Betrag",
            "Brutto",
            "Bruttobetrag",
            "Rechnungsbetrag",
            "Betrag in €",
            "Betrag in Euro",
            "Betrag EUR",
            "Summe brutto",
            "Kosten",
            "Amount",
            "Gross",
            "Gross amount",
        ),
        parse_positive,
        width=14,
        required=True,
        kind="money",
        help=_("Gross amount of this part in euro, greater than 0; money that comes back is a credit note."),
        example=Decimal("11900.00"),
    ),
    Column(
        "net",
        "Betrag netto",
        "Amount net",
        ("Netto", "Nettobetrag", "Summe netto", "Net", "Net amount"),
        parse_positive,
        width=14,
        kind="money",
        help=_("Net amount of this part in euro, where the document states it."),
        example=Decimal("10000.00"),
    ),
    Column(
        "trade",
        "Gewerk",
        "Trade",
        ("Maßnahme", "Gewerke", "Works"),
        parse_trade,
        width=22,
        help=_("Trade that it was for."),
        example=Trade.WLAN,
    ),
    Column(
        "category",
        "Kategorie",
        "Category",
        ("Gerätekategorie", "Geräteart", "Gewerk/Kategorie", "Gewerk oder Kategorie", "Kostenart", "Trade or category"),
        text_up_to(100),
        width=18,
        help=_("Kind of equipment that it was for, instead of a trade."),
    ),
    SCHOOL_NUMBER,
    Column(
        "school",
        "Schule",
        "School",
        ("Schulname", "Name der Schule", "School name", "Einrichtung"),
        SCHOOL.parse,
        width=40,
        help=SCHOOL.help,
    ),
    Column(
        "site",
        "Standort",
        "Site",
        ("Liegenschaft", "Adresse", "Anschrift", "Straße", "Location"),
        text_up_to(200),
        width=34,
        help=_("Site by name or street, where the costs are for one."),
    ),
    Column(
        "order",
        "Bestellnummer",
        "Order number",
        ("Bestellung", "Bestell-Nr.", "BestellNr", "Los", "Losnummer", "Order", "Order no.", "PO number"),
        text_up_to(60),
        width=16,
        help=_("Order to which it belongs."),
    ),
    Column(
        "project",
        "Baumaßnahme",
        "Construction project",
        ("Bauprojekt", "Projekt", "Baustelle", "Project"),
        text_up_to(400),
        width=34,
        help=_("Construction project to which it belongs: its title or trade; with the school or site beside it."),
    ),
)
