"""What the sheets of the progress workbook have in common."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from xlsxwriter.format import Format

from common.sheets.writer import INK, MUTED, SOFT, Area, BookWriter, SheetWriter
from reports.figures import FigureValue
from reports.queries import Records
from rollout.completion.measures import Rule
from rollout.enums import Level

_R = TypeVar("_R")
#: The header of a table stands here, below title and subtitle.
TOP = 3
GOOD, FAIR, BAD = "#A9D8B4", "#FBE5A8", "#F4B8AF"
TONES = {"good": ("#D9EEDD", "#14532D"), "fair": ("#FCEBC5", "#6B4A00"), "bad": ("#F9D9D5", "#7A1B12")}


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything the workbook shows. ``before``: the same records on the day compared with.

    ``parts`` and ``keys`` of requirements choose what is shown; empty: everything.
    """

    records: Records
    values: list[FigureValue]
    now: datetime
    authority: str = ""
    before: Records | None = None
    values_before: tuple[FigureValue, ...] = ()
    parts: Collection[str] = ()
    keys: Collection[str] = ()

    def has(self, part: str) -> bool:
        return not self.parts or part in self.parts

    def shows(self, key: str) -> bool:
        """Whether a requirement is shown."""
        return not self.keys or key in self.keys

    @property
    def rules(self) -> list[Rule]:
        """The requirements that are shown, those of the basis first."""
        shown = [rule for rule in self.records.completion.requirements if self.shows(rule.key)]
        return sorted(shown, key=lambda rule: rule.level != Level.BASIS)


@dataclass(frozen=True, slots=True)
class Placed:
    """A table in a sheet, for formulas and charts elsewhere. ``keys``: what its columns stand for."""

    sheet: SheetWriter
    area: Area
    keys: tuple[str, ...] = ()

    def cells(self, index: int) -> str:
        """A column of the table as it stands in a formula of another sheet."""
        return f"{self.sheet.name}!{self.area.column(index)}"


def day_text(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def instant_text(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "SHORT_DATETIME_FORMAT")


def entitle(sheet: SheetWriter, progress: Progress) -> None:
    """Its title above a sheet, and below it the day that it is about."""
    headline(sheet, subtitle(progress))


def headline(sheet: SheetWriter, below: str) -> None:
    book = sheet.book
    sheet.put(0, 0, sheet.title, book.style(bold=True, font_size=16, font_color=INK))
    sheet.put(1, 0, below, book.style(font_color=MUTED))
    sheet.raw.set_row(0, 24)


def write_sheets(
    book: BookWriter, below: str, parts: Iterable[tuple[str, str, Callable[[SheetWriter, _R], None]]], report: _R
) -> None:
    """A sheet for each of ``parts``: its title, the colour of its tab, and what writes it below the heading."""
    sheets = [(book.sheet(title, tab=colour), write) for title, colour, write in parts]
    for sheet, write in sheets:
        headline(sheet, below)
        write(sheet, report)


def subtitle(progress: Progress) -> str:
    records = progress.records
    parts = [gettext("As of %(day)s") % {"day": day_text(records.as_of)}]
    if progress.before:
        parts.append(gettext("compared with %(day)s") % {"day": day_text(progress.before.as_of)})
    if records.known_at:
        parts.append(gettext("as known on %(instant)s") % {"instant": instant_text(records.known_at)})
    if progress.authority:
        parts.append(progress.authority)
    return " · ".join(parts)


def share(percent: Decimal | None) -> float | None:
    """Percent as a spreadsheet keeps it: 81.8 is 0.818 in a percent format."""
    return None if percent is None else float(percent) / 100


def colour_scale(sheet: SheetWriter, first: tuple[int, int], last: tuple[int, int]) -> None:
    """Red to green from 0 to 100 percent; the numbers say the same."""
    rule = {
        "type": "3_color_scale",
        "min_color": BAD,
        "mid_color": FAIR,
        "max_color": GOOD,
        **{f"{end}_type": "num" for end in ("min", "mid", "max")},
        "min_value": 0,
        "mid_value": 0.6,
        "max_value": 1,
    }
    sheet.raw.conditional_format(*first, *last, rule)


def mark(sheet: SheetWriter, area: Area, index: int, tones: dict[str, str]) -> None:
    """Colour cells of a column that hold one of these words: ``{word: tone}``."""
    at = area.left + index
    for word, tone in tones.items():
        background, ink = TONES[tone]
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": '"' + word.replace('"', '""') + '"',
            "format": sheet.book.book.add_format({"bg_color": background, "font_color": ink}),
        }
        sheet.raw.conditional_format(area.first, at, max(area.last, area.first), at, rule)


def total_style(book: BookWriter, kind: str = "text", **properties: Any) -> Format:
    """The line below a table."""
    return book.kind_style(kind, bold=True, bg_color=SOFT, top=1, top_color=INK, **properties)
