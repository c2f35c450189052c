"""Several numbers of things in one cell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from common.sheets.workbook import CellValue

_BETWEEN = re.compile(r"[\r\n;,|]+")
_OR_SLASH = re.compile(r"[\r\n;,|/]+")
#: What is shorter than this is part of a number, as in `4711,0`.
_SHORTEST = 3
#: Only numbers of one form, with so many signs at least, are told apart by a slash: `OB-1/A` is one.
_SHORTEST_BESIDE_SLASH = 5


def split_codes(value: CellValue, *, loosely: bool = False) -> Sequence[str]:
    """The numbers in a cell, without blanks around them; of a cell that holds one number that one.

    They stand below each other or between commas, semicolons, bars; between slashes where they look alike, or
    `loosely`, where it is known that there are several.
    """
    text = "" if value is None else str(value).strip()
    if _OR_SLASH.search(text) is None:
        return (text,) if text else ()
    if loosely:
        return _parts(_OR_SLASH, text)
    parts = _parts(_BETWEEN, text)
    if len(parts) > 1:
        return parts if all(len(part) >= _SHORTEST for part in parts) else [text]
    parts = _parts(_OR_SLASH, text)
    return parts if len(parts) > 1 and _are_alike(parts) else [text]


def _parts(separator: re.Pattern[str], text: str) -> list[str]:
    return [part.strip() for part in separator.split(text) if part.strip()]


def _are_alike(parts: list[str]) -> bool:
    lengths = set(map(len, parts))
    return (
        len(lengths) == 1
        and lengths.pop() >= _SHORTEST_BESIDE_SLASH
        and all(any(sign.isdigit() for sign in part) for part in parts)
    )
