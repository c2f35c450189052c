"""Labels of devices as PDF: a code that holds the number and nothing else, beside it number and model in plain text.

Set by typst like the reports to committees (``reports.typeset``); what people wrote goes in as data, never as markup.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import segno
import typst
from django.db.models import F
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

from inventory.models import LabelSheet
from inventory.querysets import DeviceQuerySet

_LAYOUT = (Path(__file__).parent / "layouts" / "labels.typ").read_bytes()
#: So many labels at a time: the devices of a large school, and a few seconds.
MOST = 2000
#: White around a code in modules, as ISO/IEC 18004 asks for it.
_QUIET = 4


class Label(NamedTuple):
    """``number``: the asset tag, else the serial number."""

    number: str
    model: str


class Code(NamedTuple):
    """A QR code: its side in modules with the white around it, and the outline of the dark ones as an SVG path."""

    side: int
    path: str

    @property
    def view_box(self) -> str:
        return f"{-_QUIET} {-_QUIET} {self.side} {self.side}"


def labels_of(devices: DeviceQuerySet, *, most: int = MOST) -> list[Label]:
    """One per device, in the order in which somebody goes round: school, room, number."""
    ordered = devices.select_related("model__manufacturer").order_by(
        F("school__sort_key").asc(nulls_first=True),
        "school__number",
        F("room__name").asc(nulls_first=True),
        "asset_tag",
        "serial",
        "pk",
    )
    return [Label(str(device), str(device.model)) for device in ordered[:most]]


def sheets_for(sheet: LabelSheet, number: int, *, start: int = 1) -> int:
    """How many sheets ``number`` labels take, the first of which is used up to ``start``."""
    return -(-(start - 1 + number) // sheet.per_sheet) if number else 0


def write_labels(sheet: LabelSheet, labels: Sequence[Label], *, at: datetime, start: int = 1, line: str = "") -> bytes:
    """``start``: the first free place of the first sheet, counted by rows from 1. ``line``: below, e.g. the owner."""
    told = [{"number": label.number, "model": label.model, "code": _svg(label.number)} for label in labels]
    return _typeset(sheet, at, title=gettext("Labels"), labels=told, start=start, line=line)


def write_outlines(sheet: LabelSheet, *, at: datetime) -> bytes:
    """The test print: one page with the edges of all labels."""
    note = f"{_mm(sheet.label_width)} × {_mm(sheet.label_height)} mm"
    return _typeset(sheet, at, title=gettext("Test print: %(sheet)s") % {"sheet": sheet}, outlines=True, note=note)


@lru_cache(maxsize=2 * MOST)
def code_of(number: str) -> Code:
    """The QR code of a number. Kept: the choice among eight masks takes 2 ms, and sheets are printed again."""
    # Latin-1, which segno takes for umlauts where it can, is taken for Japanese by readers of phones.
    matrix = segno.make_qr(number, error="m", encoding=None if number.isascii() else "utf-8").matrix
    return Code(len(matrix) + 2 * _QUIET, "".join(f"M{x} {y}h{n}v1h-{n}z" for x, y, n in _runs(matrix)))


def _svg(number: str) -> str:
    code = code_of(number)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{code.view_box}"><path d="{code.path}"/></svg>'


def _runs(matrix: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """``(column, row, length)`` of dark modules side by side: one rectangle has no seams."""
    found: list[tuple[int, int, int]] = []
    for y, row in enumerate(matrix):
        x = 0
        for is_dark, modules in groupby(row):
            length = len(list(modules))
            if is_dark:
                found.append((x, y, length))
            x += length
    return found


def _typeset(sheet: LabelSheet, at: datetime, **said: Any) -> bytes:
    data = {
        "language": (get_language() or "de")[:2],
        "page": [float(sheet.page_width), float(sheet.page_height)],
        "label": [float(sheet.label_width), float(sheet.label_height)],
        "margin": [float(sheet.margin_left), float(sheet.margin_top)],
        "gap": [float(sheet.gap_x), float(sheet.gap_y)],
        "columns": sheet.columns,
        "rows": sheet.rows,
        "outlines": False,
        "note": "",
        **said,
    }
    # Tagged, but not held to PDF/UA: that would refuse a whole sheet for one sign that the fonts lack.
    pdf: bytes = typst.compile(
        _LAYOUT,
        sys_inputs={"data": json.dumps(data)},
        format="pdf",
        ignore_system_fonts=True,
        timestamp=at.replace(microsecond=0),
    )
    return pdf


def _mm(length: Any) -> str:
    return number_format(length.normalize(), use_l10n=True)
