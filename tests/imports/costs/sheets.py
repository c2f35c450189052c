"""Lists of costs as they come, and what is recorded afterwards."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from costs.models import CostEntry, CostPart
from tests.imports.workbooks import Result, import_file, write_xlsx

HEADER = ["Datum", "Stand", "Belegart", "Belegnummer", "Firma", "Text", "Betrag brutto", "Netto", "Programm"]
HEADER += ["Gewerk", "Kategorie", "Schule", "Standort", "Bestellnummer", "Bauprojekt"]
DAY = date(2023, 5, 2)
NAMES = ["on", "stage", "credit", "number", "payee", "text", "amount", "net", "programme"]
NAMES += ["trade", "category", "school", "site", "order", "project"]


def row(amount: Any = "100", programme: Any = "DigitalPakt", **cells: Any) -> list[Any]:
    said = {"on": DAY, "stage": "bezahlt", "amount": amount, "programme": programme} | cells
    return [said.get(name) for name in NAMES]


def take(tmp_path: Path, *rows: list[Any], options: tuple[str, ...] = ()) -> Result:
    return import_file(write_xlsx(tmp_path / "kosten.xlsx", [["Ausgaben 2023"], HEADER, *rows]), *options)


def entries() -> list[tuple[Any, ...]]:
    """Day, stage, number, company, gross, net of every entry, by key."""
    found = CostEntry.objects.existing().order_by("pk")
    return list(found.values_list("on", "stage", "number", "payee", "amount", "net"))


def parts(**filters: Any) -> list[tuple[Any, ...]]:
    """Programme, amount, trade, category, school of every part that is believed, in the order of the entries."""
    believed = CostPart.objects.filter(superseded_at__isnull=True, **filters).order_by("entry_id", "pk")
    names = ("programme__name", "amount", "trade", "category__key", "school__name")
    return [(name, Decimal(amount), *rest) for name, amount, *rest in believed.values_list(*names)]
