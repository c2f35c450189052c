"""Workbooks to be filled in, one per kind: headings with notes, lists to choose from, an example, an explanation.

All of it comes from the declared columns, so that a template never asks for what the import does not understand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.cell_types import ChoiceOf
from common.columns import Column
from common.sheets.writer import INK, LINE, MUTED, SOFT, BookWriter, Field, SheetWriter
from imports.examples import as_example
from imports.kinds import Kind
from imports.texts import as_read
from inventory.models import Category, Manufacturer
from schools.models import School

#: So many rows are prepared for typing: lists to choose from, days and amounts in their format.
ROWS = 5_000
#: A longer list is nothing to choose from.
_LONGEST_LIST = 500
_WIDEST = 34
_FORMATS = {"number": "0", "money": "#,##0.00"}
#: Of the records that a column names, by its key: what a person may choose.
_RECORDS: Mapping[str, Callable[[Any], list[str]]] = {
    "category": lambda viewer: [str(category) for category in Category.objects.visible_to(viewer)],
    "manufacturer": lambda viewer: [maker.name for maker in Manufacturer.objects.visible_to(viewer).order_by("key")],
    "school": lambda viewer: sorted(str(school) for school in School.objects.visible_to(viewer)),
    "school_number": lambda viewer: sorted(School.objects.visible_to(viewer).values_list("number", flat=True)),
}


def offered(kind: Kind) -> list[Column]:
    """The columns of a template."""
    return [column for column in kind.columns if column.help and not column.is_hidden]


def write_template(kind: Kind, target: IO[bytes], *, viewer: Any) -> None:
    """Write the template of a kind in the active language; its lists hold what ``viewer`` may see."""
    title = capfirst(str(kind.name.label))
    columns = offered(kind)
    lists = {column.key: options for column in columns if (options := choices_of(column, viewer))}
    with BookWriter(target, title=title) as book:
        sheet, explanation = book.sheet(title), book.sheet(_("Explanation"))
        _write_headings(sheet, kind, columns, lists)
        _write_example(sheet, columns)
        _offer(sheet, book.sheet(_("Lists")), columns, lists)
        _explain(explanation, kind, columns, lists)


def choices_of(column: Column, viewer: Any) -> list[str]:
    """What may be chosen in a column; empty where anything may be written, or too much."""
    if isinstance(column.parse, ChoiceOf):
        return [str(choice.label) for choice in column.parse.choices]
    if column.kind == "bool":
        return [_("yes"), _("no")]
    records = _RECORDS.get(column.key)
    found = records(viewer) if records else []
    return found if len(found) <= _LONGEST_LIST else []


def need_of(column: Column, kind: Kind) -> str:
    """Whether a column has to be there: always, this one or another one, or not."""
    headings = {c.key: c.heading() for c in kind.columns}
    required = {c.key for c in kind.columns if c.required} | {group[0] for group in kind.needs if len(group) == 1}
    if column.key in required:
        return _("yes")
    group = next((group for group in kind.needs if column.key in group and required.isdisjoint(group)), ())
    others = [headings[key] for key in group if key != column.key]
    return _("this or: %(others)s") % {"others": ", ".join(others)} if others else _("no")


def _write_headings(
    sheet: SheetWriter, kind: Kind, columns: Sequence[Column], lists: Mapping[str, Sequence[str]]
) -> None:
    fields = [Field(c.heading(), _width(c, lists.get(c.key, ())), note=_note(c, kind)) for c in columns]
    fields[0] = replace(fields[0], width=max(fields[0].width, len(_first_cell(columns[0])) + 2))
    sheet.header(0, fields, height=24)
    for at, (column, field) in enumerate(zip(columns, fields, strict=True)):
        sheet.raw.set_column(at, at, field.width, sheet.book.style(num_format=_format(sheet.book, column)))
    sheet.raw.freeze_panes(1, 0)
    sheet.raw.repeat_rows(0)


def _width(column: Column, options: Sequence[str]) -> int:
    """Wide enough for the heading, and for what may be chosen unless that is long."""
    longest = max((len(text) for text in options), default=0)
    return max(column.width, len(column.heading()) + 3, min(longest + 2, _WIDEST))


def _note(column: Column, kind: Kind) -> str:
    need = need_of(column, kind)
    return "\n".join([str(column.help), *([_("Needed: %(need)s") % {"need": need}] if need != _("no") else [])])


def _format(book: BookWriter, column: Column) -> str:
    """Everything but days and numbers is text, so that no leading zero gets lost."""
    return book.date_format if column.kind == "date" else _FORMATS.get(column.kind, "@")


def _write_example(sheet: SheetWriter, columns: Sequence[Column]) -> None:
    for at, column in enumerate(columns):
        look: dict[str, Any] = {
            "italic": True,
            "font_color": MUTED,
            "bg_color": SOFT,
            "bottom": 1,
            "bottom_color": LINE,
        }
        style = sheet.book.style(num_format=_format(sheet.book, column), **look)
        if at == 0:
            sheet.raw.write_string(1, at, _first_cell(column), style)
        elif _is_plain(column):
            sheet.put(1, at, column.example, style)
        else:
            sheet.raw.write_string(1, at, _shown(column), style)


def _shown(column: Column) -> str:
    """The example as it would be typed."""
    value = column.example
    if isinstance(column.parse, ChoiceOf) and value:
        return str(column.parse.choices(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)


def _offer(
    sheet: SheetWriter, hidden: SheetWriter, columns: Sequence[Column], lists: Mapping[str, Sequence[str]]
) -> None:
    """Lists to choose from, kept on a hidden sheet; other words can be typed, the import may understand them."""
    hidden.raw.hide()
    for number, (key, options) in enumerate(lists.items()):
        at = next(at for at, column in enumerate(columns) if column.key == key)
        hidden.raw.set_column(number, number, columns[at].width)
        for row, text in enumerate([columns[at].heading(), *options]):
            hidden.raw.write_string(row, number, text)
        source = f"={hidden.name}!{_column_range(number, len(options))}"
        sheet.raw.data_validation(1, at, ROWS, at, {"validate": "list", "source": source, **_warning()})


def _column_range(column: int, count: int) -> str:
    letter = chr(ord("A") + column)
    return f"${letter}$2:${letter}${count + 1}"


def _warning() -> dict[str, str]:
    return {
        "error_type": "warning",
        "error_title": _("Not in the list"),
        "error_message": _("The import may understand other words too, or ask what they mean."),
    }


def _explain(sheet: SheetWriter, kind: Kind, columns: Sequence[Column], lists: Mapping[str, Sequence[str]]) -> None:
    """A sheet that says of every column whether it is needed, what goes in, an example, and its other names."""
    book = sheet.book
    sheet.put(0, 0, _("How to fill in this workbook"), book.style(bold=True, font_size=14, font_color=INK))
    hints = (
        _("One row per record. Columns that you do not need can be deleted; their order does not matter."),
        _("The grey example row is left out by the import; you may delete it or leave it."),
        _("Point at a heading to see what goes in. In some columns there is a list to choose from."),
    )
    for row, text in enumerate(hints, 1):
        sheet.put(row, 0, text)
    fields = [
        Field(_("Column"), 22),
        Field(_("Needed"), 20, "long"),
        Field(_("What goes in"), 60, "long"),
        Field(_("Example"), 24, "long"),
        Field(_("Also understood"), 50, "long"),
    ]
    rows = [_explained(column, kind, lists.get(column.key, ())) for column in columns]
    sheet.table(len(hints) + 2, fields, rows, filtered=False, frozen=None)


def _explained(column: Column, kind: Kind, options: Sequence[str]) -> list[str]:
    help_text = str(column.help)
    if isinstance(column.parse, ChoiceOf):
        help_text += " " + _("Possible are: %(choices)s.") % {"choices": ", ".join(options)}
    names = dict.fromkeys([column.heading("de"), column.heading("en"), *column.synonyms])
    names.pop(column.heading())
    return [column.heading(), need_of(column, kind), help_text, _typed(column), ", ".join(names)]


def _typed(column: Column) -> str:
    """The example as the explanation shows it."""
    return (as_read(column.example) or "") if _is_plain(column) else _shown(column)


def _is_plain(column: Column) -> bool:
    """Whether the example is a number or a day, not a word."""
    return isinstance(column.example, int | Decimal | date) and not isinstance(column.example, bool)


def _first_cell(column: Column) -> str:
    return as_example(_shown(column)).rstrip()
