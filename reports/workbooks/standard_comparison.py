"""Two versions of the standard side by side as a workbook."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext

from common.sheets.writer import BookWriter, Field, SheetWriter, Value
from reports.standard_comparison import Side, StandardComparison, parameter_text
from reports.workbooks.money import authority, dated, write_total
from reports.workbooks.sheet import day_text, share, write_sheets
from rollout.completion import Result
from rollout.enums import Outcome
from rollout.models import Requirement
from rollout.standard_changes import LineChangeKind
from schools.enums import SchoolType

_TOP = 3


def write_standard_comparison(target: str | Path | IO[bytes], comparison: StandardComparison, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream. Costs only where they were computed."""
    title = f"{comparison.old} → {comparison.new}"
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        parts = (
            (gettext("Lines"), "#1B3A57", _write_lines),
            (gettext("Requirements"), "#2E7D4F", _write_requirements),
            (gettext("Schools"), "#0B5394", _write_schools),
            (gettext("School and requirement"), "#B3261E", _write_results),
        )
        write_sheets(book, f"{title} · {dated(comparison.day)}", parts, comparison)


def _write_lines(sheet: SheetWriter, comparison: StandardComparison) -> None:
    kinds = {
        LineChangeKind.ADDED: gettext("added"),
        LineChangeKind.REMOVED: gettext("dropped"),
        LineChangeKind.CHANGED: gettext("changed"),
    }
    fields = [
        Field(gettext("Requirement"), 40),
        Field(gettext("For"), 34),
        Field(gettext("Change"), 14),
        Field(gettext("What"), 30),
        *(Field(name, 40, "long") for name in _names(comparison)),
    ]
    rows: list[list[Value]] = []
    for change in comparison.lines:
        told = [parameter_text(one) for one in change.parameters] or [("", "", "")]
        rows += [[change.line.label, _whom(change.line), kinds[change.kind], *texts] for texts in told]
    sheet.table(_TOP, fields, iter(rows), frozen=1, height=30)


def _write_requirements(sheet: SheetWriter, comparison: StandardComparison) -> None:
    fields = [Field(gettext("Requirement"), 44), *_side_fields(comparison)]
    rows: Iterator[list[Value]] = (
        [one.label, *_sides(one.old, one.new, comparison.has_money, is_counted=one.is_counted)]
        for one in comparison.requirements
    )
    area = sheet.table(_TOP, fields, rows, frozen=1, height=45, filtered=False)
    old, new = comparison.total
    write_total(sheet, area, [None, *_sides(old, new, comparison.has_money)])


def _write_schools(sheet: SheetWriter, comparison: StandardComparison) -> None:
    old, new = _names(comparison)
    fields = [
        Field(gettext("School no."), 10),
        Field(gettext("School"), 40),
        Field(gettext("Grade: %(version)s") % {"version": old}, 14, "percent"),
        Field(gettext("Grade: %(version)s") % {"version": new}, 14, "percent"),
        Field(gettext("Change in points"), 10, "change"),
        *_side_fields(comparison),
    ]
    rows: Iterator[list[Value]] = (
        [
            one.school.number,
            one.school.name,
            _grade(one.old_grade),
            _grade(one.new_grade),
            one.change,
            *_sides(one.old, one.new, comparison.has_money),
        ]
        for one in comparison.schools
    )
    area = sheet.table(_TOP, fields, rows, frozen=2, height=45)
    totals = _sides(*comparison.total, comparison.has_money)
    write_total(sheet, area, [None, None, None, None, None, *totals])


def _write_results(sheet: SheetWriter, comparison: StandardComparison) -> None:
    old, new = _names(comparison)
    heads = (gettext("Required"), gettext("Missing"), gettext("State"))
    fields = [Field(gettext("School no."), 10), Field(gettext("School"), 38), Field(gettext("Requirement"), 38)]
    fields.append(Field(gettext("In service or reached"), 12, "number"))
    for head in heads:
        fields += [Field(f"{head}: {name}", 18, "text" if head == heads[-1] else "number") for name in (old, new)]
    states = {outcome.value: str(outcome.label) for outcome in Outcome}
    rows: list[list[Value]] = []
    for one in comparison.schools:
        for label, *pair in one.results:
            actual = next((result.actual for result in reversed(pair) if result), None)
            numbers: list[Any] = [_of(result, name) for name in ("required", "gap") for result in pair]
            told = [states[result.state] if result else gettext("not asked") for result in pair]
            rows.append([one.school.number, one.school.name, label, actual, *numbers, *told])
    sheet.table(_TOP, fields, iter(rows), frozen=3, height=45)


def _side_fields(comparison: StandardComparison) -> list[Field]:
    old, new = _names(comparison)
    heads = (gettext("Devices required"), gettext("Devices missing"))
    fields = [Field(f"{head}: {name}", 17, "number") for head in heads for name in (old, new)]
    if comparison.has_money:
        fields += [Field(gettext("Cost in euro") + f": {name}", 17, "money") for name in (old, new)]
    return fields


def _sides(old: Side, new: Side, has_money: bool, *, is_counted: bool = True) -> list[Value]:
    """Numbers of devices and their cost; nothing for what counts no devices."""
    values: list[Value] = [old.required, new.required, old.gap, new.gap]
    if has_money:
        values += [old.cost, new.cost]
    return values if is_counted else [None] * len(values)


def _names(comparison: StandardComparison) -> Sequence[str]:
    """With the first day: two versions may be called the same."""
    return [f"{one} ({day_text(one.valid_from)})" for one in (comparison.old, comparison.new)]


def _of(result: Result | None, name: str) -> Any:
    return getattr(result, name) if result else None


def _grade(grade: Decimal | None) -> Value:
    return gettext("unknown") if grade is None else share(grade)


def _whom(line: Requirement) -> str:
    if line.school:
        return line.school.name
    return str(SchoolType(line.school_type).label) if line.school_type else gettext("all schools")
