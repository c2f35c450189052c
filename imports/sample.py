"""What a page shows of a file beside the preview: its sheets, personal columns, its first rows."""

from typing import Any

from common.parsing import clean_text
from common.sheets.workbook import CellError, CellValue, Workbook
from imports.headings import Match, fingerprint
from imports.personal import names_person
from imports.reader import Table, cut

_ROWS = 5
_COLUMNS = 12
#: Beside a heading stand so many different values of the first rows, cut to so many characters.
_LOOKED_AT, _VALUES, _SHORT = 50, 3, 30


def described(book: Workbook, table: Table) -> dict[str, Any]:
    """What the page shows of the file beside the counts.

    ``{"format", "sheets": [name], "headings", "personal": [heading], "sample": {"headings", "rows"}}``, each row
    ``{"number", "cells"}``. Of columns that are not used only some values are kept, and of persons none.
    """
    used = sorted(table.index.values())[:_COLUMNS]
    return {
        "format": book.format,
        "sheets": [sheet.name for sheet in book.sheets],
        # PostgreSQL's JSON forgets the order of the keys of "mapping".
        "headings": list(table.mapping),
        "personal": table.personal,
        "personal_used": table.personal_used,
        "headings_fingerprint": fingerprint(table.file_headings),
        "columns": [_described(table, match) for match in table.matches],
        "sample": {
            "headings": [table.headings[at] for at in used],
            "rows": [
                {"number": number, "cells": [_shown(row[at]) for at in used]}
                for number, row in zip(table.numbers[:_ROWS], table.rows, strict=False)
            ],
        },
    }


def _described(table: Table, match: Match) -> dict[str, Any]:
    """What a heading was taken for, with some values of its column unless it may be about persons."""
    values: dict[str, None] = {}
    for row in table.rows[:_LOOKED_AT] if match.position not in table.persons else ():
        text = _shown(row[match.position])
        if text and (match.key or not names_person(text)):
            values[cut(text, _SHORT)] = None
    return {
        "heading": match.heading,
        "key": match.key,
        "how": match.how,
        "confidence": match.confidence,
        "guess": match.guess,
        "values": list(values)[:_VALUES],
    }


def _shown(cell: CellValue) -> str:
    return cut(str(cell) if isinstance(cell, CellError) else clean_text(cell) or "")
