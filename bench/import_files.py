"""Lists of devices of any length, as a school authority keeps them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

SCHOOLS, ROOMS = 46, 40
HEADINGS = (
    "Inventarnummer",
    "Seriennummer",
    "Hersteller",
    "Modell",
    "Status",
    "Seit",
    "Schulnummer",
    "Gebäude",
    "Raum",
    "Verwendung",
    "MDM",
    "Kaufdatum",
    "Preis",
    "Bemerkung",
)
#: Columns that a list has besides, and nobody uses.
OTHERS = tuple(f"Spalte {n}" for n in range(1, 12))
MODELS = (
    ("Apple", "iPad 9", "tablet"),
    ("Lenovo", "ThinkPad L13", "laptop"),
    ("Microsoft", "Surface Go 3", "convertible"),
)


def write_workbook(path: Path, rows: int, *, others: Sequence[str] = (), start: int = 0) -> None:
    """``start``: number of the first device."""
    import xlsxwriter  # noqa: PLC0415  # not needed where only the file is read

    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        sheet = book.add_worksheet("Geräte")
        sheet.write_row(0, 0, (*HEADINGS, *others))
        for number, row in enumerate(device_rows(range(start, start + rows)), 1):
            more = (f"{other} {number % 97}" for other in others)
            for column, value in enumerate((*row, *more)):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif isinstance(value, str):
                    sheet.write_string(number, column, value)
                else:
                    sheet.write_number(number, column, value)


def device_rows(numbers: Iterable[int]) -> Iterable[tuple[Any, ...]]:
    for n in numbers:
        maker, model, _category = MODELS[n % len(MODELS)]
        yield (
            f"OB-{n:06d}",
            f"SN{n:08d}X",
            maker,
            model,
            "im Einsatz" if n % 10 else "im Lager",
            date(2020, 7, 1) + timedelta(days=n % 900),
            f"{100000 + n % SCHOOLS}",
            "Hauptgebäude",
            f"R{n % ROOMS:03d}",
            "Schülerinnen und Schüler" if n % 4 else "Lehrkräfte",
            "ja" if n % 20 else "nein",
            date(2020, 5, 1) + timedelta(days=n % 900),
            379.5,
            "aus Los 3" if n % 50 == 0 else "",
        )
