"""Tables as text that Excel opens: semicolons, numbers and days as the reader's language writes them."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import TextIOWrapper
from typing import IO

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from common.sheets.writer import Value

#: What spreadsheet programs take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_rows_csv(target: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """With a mark that tells Excel of UTF-8; a text that would be a formula has an apostrophe before it."""
    text = TextIOWrapper(target, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    text.detach()


def as_text(cell: Value) -> str:
    """A value as people read it; nothing for ``None``."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return gettext("yes") if cell else gettext("no")
    if isinstance(cell, datetime):
        return date_format(timezone.localtime(cell), "SHORT_DATETIME_FORMAT")
    if isinstance(cell, date):
        return date_format(cell, "SHORT_DATE_FORMAT")
    if isinstance(cell, int | float | Decimal):
        return number_format(cell, use_l10n=True)
    return str(cell)


def _harmless(cell: Value) -> str:
    text = as_text(cell)
    is_number = isinstance(cell, int | float | Decimal)
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
