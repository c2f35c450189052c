"""The first sheet: what this is, as of when, and the key figures with their meaning."""

from datetime import date, datetime

from django.utils.translation import gettext

from common.sheets.writer import INK, LINE, LINE_HEIGHT, MUTED, SOFT, Field, SheetWriter, Value, line_count
from reports.figures import FigureValue
from reports.workbooks.sheet import Progress, day_text

_WIDTHS = (7, 40, 13, 13, 13, 26, 46, 84)


def write_cover(sheet: SheetWriter, progress: Progress) -> None:
    book = sheet.book
    title = book.style(bold=True, font_size=22, font_color=INK)
    day = gettext("As of %(day)s") % {"day": day_text(progress.records.as_of)}
    sheet.put(0, 0, progress.authority, book.style(font_size=12, font_color=MUTED))
    sheet.put(1, 0, gettext("Progress of school equipment"), title)
    sheet.put(2, 0, day, book.style(font_size=14, font_color=INK))
    sheet.raw.set_row(1, 32)
    sheet.raw.set_row(2, 22)
    row = _facts(sheet, progress, 4)
    _figures(sheet, progress, row + 1)
    sheet.raw.fit_to_pages(1, 1)


def add_contents(sheet: SheetWriter, sheets: list[tuple[SheetWriter, str]]) -> None:
    """Links to the other sheets, at the right of the facts."""
    book = sheet.book
    sheet.put(4, 6, gettext("Sheets of this workbook"), book.style(bold=True, font_color=INK))
    link = book.style(font_color="#0B5394", underline=1)
    for row, (other, what) in enumerate(sheets, 5):
        sheet.raw.write_url(row, 6, f"internal:{other.name}!A1", link, other.title)
        sheet.put(row, 7, what, book.style(font_color=MUTED))


def _facts(sheet: SheetWriter, progress: Progress, top: int) -> int:
    """Labels and values; returns the row below."""
    label, value = sheet.book.style(font_color=MUTED), sheet.book.style(bold=True, align="left")
    for column, width in enumerate(_WIDTHS):
        sheet.raw.set_column(column, column, width)
    facts = _fact_rows(progress)
    for row, (name, what) in enumerate(facts, top):
        sheet.put(row, 0, name, label)
        sheet.raw.merge_range(row, 2, row, 5, "", value)
        is_day = isinstance(what, date) and not isinstance(what, datetime)
        moment = "date" if is_day else "instant"
        sheet.put(row, 2, what, sheet.book.kind_style(moment, bold=True) if isinstance(what, date) else value)
    return top + max(len(facts), 7)


def _fact_rows(progress: Progress) -> list[tuple[str, Value]]:
    records = progress.records
    standard = records.completion.standard
    rows: list[tuple[str, Value]] = [(gettext("As-of date"), records.as_of)]
    if progress.before:
        rows.append((gettext("Compared with"), progress.before.as_of))
    rows.append((gettext("As known at"), records.known_at or progress.now))
    rows.append((gettext("Created"), progress.now))
    rows.append((gettext("Equipment standard"), standard.name if standard else gettext("none in force on this day")))
    if standard:
        rows.append((gettext("Standard in force since"), standard.valid_from))
        if standard.presented_on:
            rows.append((gettext("Presented"), f"{day_text(standard.presented_on)} · {standard.committee}".strip(" ·")))
    scope = gettext("the whole authority") if records.is_whole else gettext("some schools of the authority")
    rows.append((gettext("This report is about"), scope))
    if records.as_of > progress.now.date():
        rows.append((gettext("Please note"), gettext("The as-of date lies in the future: shown is what is known now.")))
    return rows


def _figures(sheet: SheetWriter, progress: Progress, top: int) -> None:
    book = sheet.book
    sheet.put(top, 0, gettext("Key figures"), book.style(bold=True, font_size=14, font_color=INK))
    day = day_text(progress.records.as_of)
    fields = [Field(gettext("No."), 7), Field(gettext("Figure"), 40), Field(day, 15, "number")]
    if progress.before:
        fields += [Field(day_text(progress.before.as_of), 15, "number"), Field(gettext("Change"), 15, "number")]
    fields += [
        Field("  " + gettext("Unit"), 26),
        Field(gettext("Note"), 42, "long"),
        Field(gettext("Definition"), 62, "long"),
    ]
    head = top + 1
    _header(sheet, head, fields, with_change=bool(progress.before))
    before = {value.figure.key: value for value in progress.values_before}
    for row, value in enumerate(progress.values, head + 1):
        _figure(sheet, row, value, before.get(value.figure.key) if progress.before else None, bool(progress.before))
    sheet.raw.repeat_rows(head)


def _header(sheet: SheetWriter, row: int, fields: list[Field], *, with_change: bool) -> None:
    """The columns of comparison are left out by width, so that notes stand in the same place."""
    if not with_change:
        fields = [*fields[:3], Field("", 0), Field("", 0), *fields[3:]]
        sheet.raw.set_column(3, 4, 0.3)
    style = sheet.book.style(bold=True, font_color="#FFFFFF", bg_color=INK, valign="vcenter")
    right = sheet.book.style(bold=True, font_color="#FFFFFF", bg_color=INK, valign="vcenter", align="right")
    for column, field in enumerate(fields):
        sheet.raw.write_string(row, column, field.heading, right if field.kind == "number" else style)


def _figure(sheet: SheetWriter, row: int, value: FigureValue, before: FigureValue | None, with_change: bool) -> None:
    figure, book = value.figure, sheet.book
    texts = {1: str(figure.label), 6: value.note, 7: str(figure.definition)}
    lines = max(line_count(text, _WIDTHS[column]) for column, text in texts.items())
    sheet.raw.set_row(row, LINE_HEIGHT * lines)
    plain = book.style(bottom=1, bottom_color=LINE, font_color=MUTED)
    wrapped = book.style(bottom=1, bottom_color=LINE, font_color=MUTED, text_wrap=True)
    sheet.put(row, 0, figure.ref or "", plain)
    sheet.put(row, 1, str(figure.label), book.style(bottom=1, bottom_color=LINE, bold=True, text_wrap=True))
    _number(sheet, row, 2, value)
    if with_change and before:
        _number(sheet, row, 3, before)
        _change(sheet, row, value, before)
    else:
        sheet.put(row, 3, "", plain)
        sheet.put(row, 4, "", plain)
    sheet.put(
        row, 5, str(figure.unit), book.style(bottom=1, bottom_color=LINE, font_color=MUTED, align="left", indent=1)
    )
    sheet.put(row, 6, value.note, wrapped)
    sheet.put(row, 7, str(figure.definition), wrapped)


def _number(sheet: SheetWriter, row: int, column: int, value: FigureValue) -> None:
    look = {"bottom": 1, "bottom_color": LINE, "align": "right", "bg_color": SOFT}
    if value.value is None:
        sheet.put(row, column, value.text, sheet.book.style(italic=True, font_color=MUTED, **look))
    elif isinstance(value.value, bool):
        sheet.put(row, column, value.text, sheet.book.style(bold=True, **look))
    else:
        kind = "number" if isinstance(value.value, int) else "money" if value.figure.is_money else "decimal"
        sheet.put(row, column, value.value, sheet.book.kind_style(kind, bold=True, **look))


def _change(sheet: SheetWriter, row: int, value: FigureValue, before: FigureValue) -> None:
    """The difference as a formula; nothing where one of both is unknown or not a number."""
    look = {"bottom": 1, "bottom_color": LINE, "align": "right"}
    new, old = value.value, before.value
    if new is None or old is None or isinstance(new, bool) or isinstance(old, bool):
        sheet.put(row, 4, "–", sheet.book.style(font_color=MUTED, **look))
        return
    is_grouped = isinstance(new, int) or value.figure.is_money
    style = sheet.book.style(num_format="+#,##0.##;-#,##0.##;0" if is_grouped else "+0.0;-0.0;0.0", **look)
    sheet.formula(row, 4, f"=C{row + 1}-D{row + 1}", new - old, style)
