"""What a customer's own workbook can ask for: names of cells, and tables by the headings of their columns."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from common.sheets.filling import Filling, Table, Value, fill_workbook
from inventory.models import Category
from reports.enums import GROUP_OF, StatusGroup
from reports.figures import FigureValue
from reports.workbooks.sheet import Progress, share
from rollout.completion import Result, SchoolCompletion
from rollout.enums import Level, Outcome, ProjectStatus
from schools.enums import Trade

Row = Mapping[str, Value]
_OPEN = (Outcome.NOT_MET, Outcome.PARTLY, Outcome.NOT_DUE, Outcome.UNKNOWN)


class Column(NamedTuple):
    """``key``: heading that every language knows; ``heading``: the one of a language."""

    key: str
    heading: Any


class TableFields(NamedTuple):
    """A table that a template can have: its name, what a row is, its columns and how they are read."""

    name: str
    about: Any
    columns: tuple[Column, ...]
    rows: Callable[[Progress], Iterator[Row]]


#: Cells beside the figures.
FACTS: tuple[Column, ...] = (
    Column("as_of", _("As-of date")),
    Column("compared_with", _("Compared with")),
    Column("known_at", _("As known at")),
    Column("created", _("Created")),
    Column("authority", _("School authority")),
    Column("standard", _("Equipment standard")),
    Column("standard_since", _("Standard in force since")),
)
#: What a figure has beside its value, by the ending of the name.
OF_A_FIGURE: tuple[Column, ...] = (
    Column("", _("the value")),
    Column("_before", _("the value on the day compared with")),
    Column("_change", _("the change since that day")),
    Column("_text", _("the value as text")),
    Column("_label", _("what the figure is called")),
    Column("_unit", _("its unit")),
    Column("_note", _("what a reader should know about it")),
    Column("_definition", _("what it means")),
)


def fill_template(path: Path, out: Path | None, progress: Progress, *, name: str) -> Filling:
    """Fill the template at ``path`` in the active language; without ``out`` only say what would be filled.

    Raises ``SheetError`` where the file cannot be used.
    """
    tables = {one.name: Table(_headings(one, progress), list(one.rows(progress))) for one in TABLES}
    return fill_workbook(path, out, names=named_values(progress), tables=tables, name=name)


def named_values(progress: Progress) -> dict[str, Value]:
    """``{name of a cell: value}``: the facts of the report, and each figure with its endings."""
    records, before = progress.records, progress.before
    standard = records.completion.standard
    values: dict[str, Value] = {
        "as_of": records.as_of,
        "compared_with": before.as_of if before else None,
        "known_at": records.known_at or progress.now,
        "created": progress.now,
        "authority": progress.authority or getattr(settings, "AUTHORITY_NAME", ""),
        "standard": standard.name if standard else gettext("none in force on this day"),
        "standard_since": standard.valid_from if standard else None,
    }
    old = {value.figure.key: value for value in progress.values_before}
    for value in progress.values:
        values |= {f"{value.figure.key}{ending}": told for ending, told in _of_figure(value, old).items()}
    return values


def _of_figure(value: FigureValue, old: dict[str, FigureValue]) -> dict[str, Value]:
    earlier = old.get(value.figure.key)
    return {
        "": _shown(value),
        "_before": _shown(earlier) if earlier else None,
        "_change": _change(value, earlier),
        "_text": value.text,
        "_label": str(value.figure.label),
        "_unit": str(value.figure.unit),
        "_note": value.note,
        "_definition": str(value.figure.definition),
    }


def _shown(value: FigureValue) -> Value:
    """Numbers as numbers; yes, no and unknown as words."""
    is_word = value.value is None or isinstance(value.value, bool)
    return value.text if is_word else value.value


def _change(value: FigureValue, earlier: FigureValue | None) -> Value:
    pair = value.value, earlier.value if earlier else None
    if any(one is None or isinstance(one, bool) for one in pair):
        return None
    return Decimal(str(pair[0])) - Decimal(str(pair[1]))


def _figures(progress: Progress) -> Iterator[Row]:
    old = {value.figure.key: value for value in progress.values_before}
    for value in progress.values:
        told = _of_figure(value, old)
        yield {
            "key": value.figure.key,
            "ref": value.figure.ref or "",
            "figure": told["_label"],
            "value": None if value.value is None else told[""],
            "before": told["_before"],
            "change": told["_change"],
            "unit": told["_unit"],
            "note": told["_note"],
            "definition": told["_definition"],
        }


def _schools(progress: Progress) -> Iterator[Row]:
    before = {one.school.pk: one for one in progress.before.completion.schools} if progress.before else {}
    for one in progress.records.completion.schools:
        earlier = before.get(one.school.pk)
        yield {
            "number": one.school.number,
            "school": one.school.name,
            "type": one.school.type_short,
            "pupils": one.facts.heads.pupils if one.facts.heads else None,
            "grade": share(one.grade),
            "grade_target": share(one.grade_target),
            "grade_before": share(earlier.grade) if earlier else None,
        } | {result.key: share(result.percent) for result in one.results}


def _gaps(progress: Progress) -> Iterator[Row]:
    found = ((one, result) for one in progress.records.completion.schools for result in one.results)
    open_ones = [pair for pair in found if pair[1].state in _OPEN]
    yield from (_gap(*pair) for pair in sorted(open_ones, key=lambda pair: pair[1].state == Outcome.UNKNOWN))


def _gap(one: SchoolCompletion, result: Result) -> Row:
    return {
        "number": one.school.number,
        "school": one.school.name,
        "type": one.school.type_short,
        "requirement": result.label,
        "level": str(Level(result.rule.level).label),
        "state": str(Outcome(result.state).label),
        "required": result.required,
        "actual": result.actual,
        "on_the_way": None if result.state == Outcome.UNKNOWN else result.on_the_way,
        "missing": result.gap,
        "fulfilled": share(result.percent),
        "explanation": result.explanation(),
    }


def _devices(progress: Progress) -> Iterator[Row]:
    records = progress.records
    counts: dict[int, dict[str, int]] = {}
    for tally in records.tallies:
        of_category = counts.setdefault(tally.category, {})
        group = GROUP_OF[tally.status]
        of_category[group] = of_category.get(group, 0) + tally.number
    categories: dict[int, Category] = records.categories
    for pk, category in categories.items():
        if pk in counts:
            yield {"category": str(category)} | {group.value: counts[pk].get(group, 0) for group in StatusGroup}


def _works(progress: Progress) -> Iterator[Row]:
    for work in progress.records.works:
        yield {
            "site": work.site_name,
            "schools": ", ".join(work.schools),
            "building": work.building,
            "trade": str(Trade(work.trade).label),
            "project": work.title,
            "status": str(ProjectStatus(work.status).label),
            "since": work.since,
            "reason": work.reason,
        }


_SCHOOL = (Column("number", _("School no.")), Column("school", _("School")), Column("type", _("Type")))
TABLES: tuple[TableFields, ...] = (
    TableFields(
        "figures",
        _("one row per figure"),
        (
            Column("key", _("Key")),
            Column("ref", _("No.")),
            Column("figure", _("Figure")),
            Column("value", _("Value")),
            Column("before", _("Before")),
            Column("change", _("Change")),
            Column("unit", _("Unit")),
            Column("note", _("Note")),
            Column("definition", _("Definition")),
        ),
        _figures,
    ),
    TableFields(
        "completion",
        _("one row per school, with a column for each requirement that you want"),
        (
            *_SCHOOL,
            Column("pupils", _("Pupils")),
            Column("grade", _("Grade (basis)")),
            Column("grade_target", _("Grade (basis and target)")),
            Column("grade_before", _("Grade before")),
        ),
        _schools,
    ),
    TableFields(
        "gaps",
        _("one row per school and requirement that is not met or not known"),
        (
            *_SCHOOL,
            Column("requirement", _("Requirement")),
            Column("level", _("Level")),
            Column("state", _("State")),
            Column("required", _("Required")),
            Column("actual", _("In service or reached")),
            Column("on_the_way", _("On the way")),
            Column("missing", _("Missing")),
            Column("fulfilled", _("Fulfilled")),
            Column("explanation", _("Explanation")),
        ),
        _gaps,
    ),
    TableFields(
        "devices",
        _("one row per category"),
        (Column("category", _("Category")), *(Column(group.value, group.label) for group in StatusGroup)),
        _devices,
    ),
    TableFields(
        "works",
        _("one row per construction project"),
        (
            Column("site", _("Site")),
            Column("schools", _("Schools")),
            Column("building", _("Building")),
            Column("trade", _("Trade")),
            Column("project", _("Project")),
            Column("status", _("Status")),
            Column("since", _("Since")),
            Column("reason", _("Reason")),
        ),
        _works,
    ),
)


def _headings(table: TableFields, progress: Progress) -> dict[str, str]:
    """Heading → key, in every language of the interface, and the keys themselves."""
    rules = progress.records.completion.requirements if table.name == "completion" else ()
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {str(column.heading): column.key for column in table.columns}
            found |= {rule.label: rule.key for rule in rules}
    keys = [column.key for column in table.columns] + [rule.key for rule in rules]
    return found | {key: key for key in keys}
