"""From a workbook to the one table in it that is meant, and from its cells to values."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.columns import Column, match_headings, repeated_headings
from common.parsing import ParseError, clean_text, normalise_heading
from common.sheets.workbook import CellError, Row, Sheet, cell_name

if TYPE_CHECKING:
    from imports.preview import Plan

#: Converted values per key of a column, one per row of the table; ``None`` is a blank cell.
Cells = dict[str, list[Any]]
#: Row and problem → the problem as that row is told of it.
Explain = Callable[[int, ParseError], ParseError]

_TOTAL = re.compile(r"\s*(gesamt|summe|insgesamt|zwischensumme|total|sum|legende|stand|quelle|hinweis)\b", re.I)
#: Headings under which lists name persons; such columns are never stored.
_PERSON = (
    "Besitzer|Besitzerin|Verantwortlich|Verantwortliche|Verantwortlicher|Verantwortliche/r|Mitarbeiter|Mitarbeiterin|"
    "Mitarbeiter_E-Mail|E-Mail|Email|Nutzer|Nutzerin|Benutzer|Anwender|User|Username|Owner|Ansprechpartner|"
    "Ansprechpartnerin|Ausleiher|Entleiher|Vorname|Nachname|Familienname|Schulleitung|Last Login User|Assigned to|"
    "Ausgegeben an|Checked out to|Name|Namen|Namen der Schüler|Name Schüler|Name Schülerin|Name des Schülers|"
    "Schülername|Schüler|Schülerin|Schüler/in|Schüler*in|Schülernummer|Kind|Klasse|Klassenlehrer|Klassenlehrerin|"
    "Klassenleitung|Lehrkraft|Lehrkräfte|Lehrer|Lehrerin|Lehrer/in|Lehrer*in|Lehrperson|Name Lehrkraft|"
    "Name der Lehrkraft|LuL|SuS|Person|Personalnummer|Besitzer/in|Eigentümer|Eigentümerin|Inhaber|Inhaberin|"
    "Nutzer/in|Nutzername|Benutzerin|Benutzername|Anwenderin|E-Mail-Adresse|Mail|Mailadresse|Telefon|Telefonnummer|Handy|"
    "Handynummer|Geburtsdatum|Geburtstag|Unterschrift|Erziehungsberechtigte|Eltern|Kontakt|Kontaktperson|Ausleihe an|"
    "Ausgeliehen an|Verliehen an|Ausgeliehen von|Übergeben an|Empfänger|Empfängerin|Hausmeister|Bearbeiter|"
    "Bearbeiterin|First name|Last name|Surname|Full name|Teacher|Teacher name|Pupil|Pupil name|Student|Student name|"
    "Class|User name|Primary user|Contact|Phone|Person in charge|Borrower|Employee"
)
_PERSONAL = frozenset(map(normalise_heading, _PERSON.split("|")))


#: Of a heading, and of a text that is only shown, so many characters are kept.
_LONGEST_TEXT = 200
#: A message names so many other rows.
_MOST_ROWS = 10


def cut(text: str, length: int = _LONGEST_TEXT) -> str:
    """What is kept of a text that is only shown: one cell can hold a whole book."""
    return text if len(text) <= length else f"{text[:length]}…"


@dataclass(slots=True)
class Table:
    """The rows of records in a sheet. ``numbers``: Excel row of each; ``index``: column of a key.

    ``left_out``: Excel rows that are no records (totals, remarks), each with its first text.
    """

    kind: str
    sheet: str
    header_row: int
    headings: list[str]
    index: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    left_out: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def mapping(self) -> dict[str, str | None]:
        """Heading → key, or ``None`` where the column is not used."""
        keys = {position: key for key, position in self.index.items()}
        used = {position for position, heading in enumerate(self.headings) if heading}
        return {self._unique(position): keys.get(position) for position in sorted(used)}

    @property
    def personal(self) -> list[str]:
        """Headings, as in ``mapping``, of unused columns that may be about persons."""
        used = set(self.index.values())
        unused = [position for position, heading in enumerate(self.headings) if heading and position not in used]
        return [self._unique(at) for at in unused if normalise_heading(self.headings[at]) in _PERSONAL]

    def text(self, i: int, key: str) -> str:
        """The cell as text, for messages."""
        position = self.index.get(key)
        value = self.rows[i][position] if position is not None else None
        return str(value) if isinstance(value, CellError) else clean_text(value) or ""

    def _unique(self, position: int) -> str:
        heading = self.headings[position]
        if self.headings.count(heading) == 1 or self.headings.index(heading) == position:
            return heading
        return f"{heading} ({cell_name(0, position)[:-1]})"


def build_table(kind: str, sheet: Sheet, header: int, columns: Sequence[Column]) -> Table:
    """The table below row index ``header``; blank rows are passed over, rows of totals left out."""
    headings = ["" if isinstance(cell, CellError) else cut(clean_text(cell) or "") for cell in sheet.rows[header]]
    table = Table(kind, sheet.name, header + 1, headings, _positions(sheet.rows[header], columns))
    identifying = [table.index[c.key] for c in columns if c.identifies and c.key in table.index]
    mapped = list(table.index.values())
    for number, row in enumerate(sheet.rows[header + 1 :], header + 2):
        if _is_record(row, identifying, mapped):
            table.rows.append(row)
            table.numbers.append(number)
        elif any(cell is not None for cell in row):
            table.left_out.append((number, cut(str(next(cell for cell in row if cell is not None)))))
    _note_oddities(table, sheet)
    return table


def _positions(headings: Row, columns: Sequence[Column]) -> dict[str, int]:
    """Column of each key; of two headings with one meaning the more exact one is used."""
    best = {column.key: (_rank(headings[at], column), at) for at, column in match_headings(headings, columns).items()}
    for at, column in repeated_headings(headings, columns).items():
        best[column.key] = min(best[column.key], (_rank(headings[at], column), at))
    return {key: at for key, (_rank_of, at) in best.items()}


def _rank(heading: Any, column: Column) -> int:
    names = [column.heading_de, column.heading_en, column.key, *column.synonyms]
    return [normalise_heading(name) for name in names].index(normalise_heading(heading))


def _is_record(row: Row, identifying: Sequence[int], mapped: Sequence[int]) -> bool:
    first = next((cell for cell in row if cell is not None), None)
    if type(first) is str and first[:1] in "GgSsIiZzTtLlQqHh" and _TOTAL.match(first):
        return sum(row[at] is not None for at in mapped) > len(mapped) / 2 + 1
    if any(row[at] is not None for at in identifying):
        return True
    return sum(row[at] is not None for at in mapped) >= 2


def _as_it_is(_i: int, fault: ParseError) -> ParseError:
    return fault


def _note_oddities(table: Table, sheet: Sheet) -> None:
    hidden = len(sheet.hidden_rows.intersection(table.numbers))
    if hidden:
        table.notes.append(
            ngettext(
                "%(count)d row is hidden in the file; it is read like the others.",
                "%(count)d rows are hidden in the file; they are read like the others.",
                hidden,
            )
            % {"count": hidden}
        )
    message = _("The column “%(heading)s” is left out: it may hold personal data.")
    table.notes += [message % {"heading": heading} for heading in table.personal]


def read_cells(
    plan: "Plan",
    columns: Iterable[Column],
    is_wanted: Callable[[int], bool] | None = None,
    explain: Explain = _as_it_is,
) -> Cells:
    """Convert column by column; a cell that cannot be used is a problem and reads as ``None``.

    Rows for which ``is_wanted`` says no are not judged. ``explain`` may say more than the converter
    about a problem, knowing its row.
    """
    count = len(plan.table.rows)
    wanted = None if is_wanted is None else [is_wanted(i) for i in range(count)]
    blank = [None] * count
    return {
        column.key: _converted(plan, column, plan.table.index[column.key], wanted, explain)
        if column.key in plan.table.index
        else blank
        for column in columns
    }


def _converted(plan: "Plan", column: Column, at: int, wanted: Sequence[bool] | None, explain: Explain) -> list[Any]:
    """Each distinct cell of the column is converted once: references, states and days repeat."""
    cells: list[Any] = [row[at] for row in plan.table.rows]
    if wanted is not None:
        cells = [cell if is_wanted else None for cell, is_wanted in zip(cells, wanted, strict=True)]
    if {bool, int} <= set(map(type, cells)):
        cells = list(zip(map(type, cells), cells, strict=True))  # True and 1 are equal, but not the same
    values: dict[Any, Any] = {}
    faults: dict[Any, ParseError] = {}
    for cell in set(cells):
        try:
            values[cell] = column.parse(cell[1] if type(cell) is tuple else cell)
        except ParseError as error:
            faults[cell] = error.with_traceback(None)  # which would hold this frame, and so the whole table
    if faults:
        for i, cell in enumerate(cells):
            if fault := faults.get(cell):
                plan.reject(i, column.key, fault.code, explain(i, fault).message)
    return list(map(values.get, cells))


def refuse_future(plan: "Plan", cells: Cells, *keys: str) -> None:
    """Facts are about the past and today."""
    today: date = plan.context.today
    for key in keys:
        for i, day in enumerate(cells[key]):
            if day is not None and day > today:
                message = _("%(day)s lies in the future. Only what has happened can be recorded.")
                plan.reject(i, key, "future_day", message % {"day": day.strftime("%d.%m.%Y")})


def refuse_repeated(plan: "Plan", cells: Cells, key: str) -> None:
    """Every value may occur once; all rows that repeat one are named."""
    rows_of: dict[Any, list[int]] = {}
    for i, value in enumerate(cells[key]):
        if value is not None:
            rows_of.setdefault(value, []).append(i)
    for rows in rows_of.values():
        for i in rows if len(rows) > 1 else ():
            params = {"rows": other_rows(plan, i, rows)}
            plan.reject(i, key, "duplicate", _("The same entry is in row %(rows)s.") % params)


def other_rows(plan: "Plan", i: int, rows: Sequence[int]) -> str:
    """The Excel numbers of the rows beside ``i``, the first few of many."""
    others = [str(plan.table.numbers[other]) for other in rows[: _MOST_ROWS + 1] if other != i][:_MOST_ROWS]
    return ", ".join(others) + (" …" if len(rows) - 1 > len(others) else "")
