"""The sender's own workbook with its bad cells coloured and commented, to be corrected where it was made.

    is_whole = mark_workbook(path, out, marks, name="list.xlsx")

A stranger's workbook is opened for changing in a process of its own (``common.sheets.marking_child``), after the
checks of reading and with limits of memory and time.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from common.sheets.errand import send

#: Opening and writing a workbook of half a million cells takes less than half of it.
_SECONDS = 90
#: So many problems are marked; somebody who corrects these has the others named next time.
_MOST = 20_000


class Mark(NamedTuple):
    """A problem of a file. ``row``: as Excel numbers it; ``cell`` as in ``C7``, ``None`` for the row as a whole."""

    sheet: str
    row: int
    cell: str | None
    heading: str
    value: str
    message: str
    is_error: bool = True


def mark_workbook(
    path: Path,
    out: Path,
    marks: Iterable[Mark],
    *,
    name: str,
    header_row: int,
    corrections: Mapping[str, Mapping[str, str]] | None = None,
) -> bool:
    """Write a copy of the workbook at ``path`` to ``out`` as xlsx, with a sheet that lists ``marks``.

    An xlsx keeps its formatting, any other format its cells. Of a file too large for that only the rows with
    problems are written, below those up to ``header_row``: the answer is then ``False``. ``corrections``: texts
    that stand in cells instead, ``{sheet: {cell: text}}``. Raises ``SheetError``.
    """
    job = {
        "path": str(path),
        "out": str(out),
        "name": name,
        "header_row": header_row,
        "marks": list(islice(marks, _MOST)),
        "corrections": corrections or {},
        "words": _words(),
    }
    answer = send("marking_child", job, name=name, seconds=_SECONDS)
    return bool(answer["is_whole"])


def _words() -> dict[str, Any]:
    return {
        "sheet": _("Problems"),
        "columns": [_("In sheet"), _("Cell"), _("In row"), _("Heading"), _("Cell content"), _("What is wrong")],
        "author": _("Import"),
    }
