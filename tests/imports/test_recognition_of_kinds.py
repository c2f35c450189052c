"""Lists that look alike are told apart by their headings: what one of them has that the others have not."""

import pytest

from common.sheets.workbook import Sheet, Workbook
from imports.enums import KindName
from imports.recognition import UnusableTable, find_table

LISTS = {
    "devices": [
        "Seriennummer Modell Status Schule",
        "Seriennummer Hersteller Modell Menge Bestellnummer Lieferant Bestelldatum Preis",
        "Inventarnummer Seriennummer Modell Schule Raum Bestellnummer Lieferschein Lieferdatum",
        "Seriennummer Modell Status Bestellnummer Lieferschein",
        "Serial_Number Model Asset_Tag Order_Number Purchase_Cost Location",
        "Seriennummer Modell Status Schule Preis Förderprogramm",
    ],
    "deliveries": [
        "Bestellnummer Lieferschein Lieferdatum Seriennummer",
        "Los Lieferschein-Nr. Geliefert_am Schulnummer Pos. Hersteller Modell SerNr InvNr",
        "Order_Number Delivery_note Delivered_on School Model Serial",
        "Bestellnummer Lieferscheinnummer Artikel Menge S/N Zustand",
    ],
    "orders": [
        "Bestellnummer Lieferant Modell Menge",
        "Los Lieferant Bestelldatum Pos. Hersteller Produkt Stk. Betrag_inkl._MWSt.",
        "Order_Number Supplier Order_date Position Manufacturer Model Quantity Unit_price",
        "Bestellnummer Hersteller Modell Kategorie Menge Einzelpreis",
        "Bestellnummer Lieferant Modell Menge Einzelpreis Programm Status",
    ],
    "headcounts": [
        "Schulnummer Schule Schülerinnen_und_Schüler Klassen Lehrkräfte",
        "Schulnummer Stichtag Schülerzahl",
    ],
    "costs": [
        "Datum Stand Betrag Programm",
        "Rechnungsdatum Rechnungsnr. Firma Betrag Netto Förderprogramm Gewerk Schule Status",
        "Date Stage Document_number Company Amount_gross Programme Trade School",
        "Belegdatum Status Kreditor Betrag_brutto Finanziert_aus Kategorie Bestellnummer",
    ],
    "projects": [
        "Schule Gewerk Status Seit",
        "Schule Gewerk Status Auftragnehmer Auftragssumme Programm Voraussichtliche_Abnahme",
    ],
    "models": [
        "Hersteller Modell Kategorie Preis",
        "Manufacturer Model Category",
        "Hersteller Modell Kategorie Menge",
    ],
}
CASES = [(kind, headings) for kind, lists in LISTS.items() for headings in lists]


def book(headings: str) -> Workbook:
    names = [heading.replace("_", " ") for heading in headings.split()]
    return Workbook("list.xlsx", "xlsx", [Sheet("Tabelle1", [names, ["B-1", *("x" for _ in names[1:])]])])


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "headings"), CASES)
def test_kind_is_told_by_the_headings(kind: str, headings: str) -> None:
    found, _table = find_table(book(headings))
    assert found.name == kind


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "headings", "found"),
    [
        ("orders", "Seriennummer Modell Status", "devices"),
        ("orders", "Bestellnummer Lieferschein Modell Seriennummer", "deliveries"),
        ("deliveries", "Bestellnummer Modell Menge Lieferant", "orders"),
        ("devices", "Bestellnummer Modell Menge Lieferant", "orders"),
    ],
)
def test_list_of_another_kind_is_refused_and_called_by_its_name(asked: str, headings: str, found: str) -> None:
    with pytest.raises(UnusableTable) as error:
        find_table(book(headings), asked)
    assert error.value.code == "wrong_kind"
    assert str(KindName(found).label) in error.value.message
