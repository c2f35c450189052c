"""What a report says: computed for a draft, read from what was frozen for a published one.

``{"standard": {…} | null, "figures": […], "completion": {…} | null, "works": {…} | null, "changes": {…} | null}``,
all of it plain JSON, words in the language of the report. What is unknown has the value ``null`` and says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError

from reports.enums import CompletionTable, FigureKind, Wording
from reports.figures import FigureValue, figure_values, shown
from reports.figures.wording import worded
from reports.models import Publication
from reports.publishing.texts import Block, Passage, blocks, passages
from reports.publishing.works import works_data
from reports.queries import Records
from rollout.completion import CompletionReport, SchoolCompletion
from rollout.enums import Level
from schools.access import Right, has_right_everywhere
from schools.enums import SchoolType

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """A report as ``reader`` may read it. ``left_out``: so many figures are amounts that he may not see."""

    publication: Publication
    data: Data
    left_out: int = 0

    @property
    def blocks(self) -> list[Block]:
        return blocks(self.publication.blocks)

    @property
    def outlook(self) -> list[Passage]:
        return passages(self.publication.outlook)

    @property
    def figures(self) -> list[Data]:
        found: list[Data] = self.data["figures"]
        return found

    @property
    def is_forecast(self) -> bool:
        """Whether it was made before the end of the day that it is about."""
        return bool(self.data["is_forecast"])


def content_of(publication: Publication, reader: Any, *, today: date) -> Content:
    """``reader``: amounts are for those who see money in the whole authority; ``None``: a command, with all of it."""
    frozen = publication.frozen
    data = frozen if frozen is not None else compute(publication, known_at=None, today=today)
    if reader is None or has_right_everywhere(reader, Right.MONEY):
        return Content(publication, data)
    return _without_money(publication, data)


def compute(publication: Publication, *, known_at: datetime | None, today: date) -> Data:
    """Everything but the texts, in the active language, as known at ``known_at`` (``None``: now)."""
    records = Records(publication.as_of, known_at, publication.since)
    last = last_before(publication)
    before = publication.compare_with or (last.as_of if last else None)
    if before and before >= publication.as_of:
        before = None
    values = chosen_values(publication, records)
    return {
        "is_forecast": publication.as_of > today,
        "standard": _standard(records.completion),
        "figures": [_figure(value, wording) for value, wording in values],
        "completion": _completion(records.completion, publication.completion),
        "works": works_data(publication.as_of, before, known_at) if publication.has_works else None,
        "changes": _changes(publication, last, before, known_at, [value for value, _wording in values])
        if publication.has_changes and before
        else None,
    }


def last_before(publication: Publication) -> Publication | None:
    """The report of the session before; not an edition of the same one."""
    found: Publication | None = Publication.objects.before(publication.session_on).first()
    return found


def chosen_values(publication: Publication, records: Records) -> list[tuple[FigureValue, str]]:
    """The chosen figures with their wording, in their order; one that is not declared any more is left out."""
    values = {value.figure.key: value for value in figure_values(records)}
    pairs = (choice.split(":") for choice in publication.choices)
    return [(values[key], wording) for key, wording in pairs if key in values]


def said(value: FigureValue, wording: str) -> str:
    """Raises ``ValidationError`` (code ``wording``) where the wording is not true of the value."""
    figure = value.figure
    unit = "" if figure.kind == FigureKind.MILESTONE else str(figure.unit)
    return worded(value.value, wording, unit=unit)


def _figure(value: FigureValue, wording: str) -> Data:
    """``said`` falls back to the exact number in a draft; publishing refuses that (see ``services``)."""
    try:
        text, problem = said(value, wording), ""
    except ValidationError as error:
        text, problem = said(value, Wording.EXACT), " ".join(error.messages)
    return value.as_data() | {
        "wording": wording,
        "said": text,
        "problem": problem,
        "needs_money": value.figure.needs is not None,
        "kind_label": str(FigureKind(value.figure.kind).label),
    }


def _standard(report: CompletionReport) -> Data | None:
    standard = report.standard
    if standard is None:
        return None
    presented = standard.presented_on
    return {
        "id": standard.pk,
        "name": standard.name,
        "valid_from": standard.valid_from.isoformat(),
        "committee": standard.committee,
        "presented_on": presented.isoformat() if presented else None,
    }


def _completion(report: CompletionReport, table: str) -> Data | None:
    """Means are unweighted, over the schools with a grade; ``null`` where no school has one."""
    if table == CompletionTable.NONE:
        return None
    types = []
    for kind in SchoolType:
        schools = [one for one in report.schools if one.school.school_type == kind]
        if schools:
            types.append({"label": str(kind.label), **_means(schools)})
    listed = report.schools if table == CompletionTable.BY_SCHOOL else ()
    return {"all": _means(report.schools), "types": types, "schools": [_school(one) for one in listed]}


def _means(schools: Any) -> Data:
    grades = [one.grade for one in schools if one.grade is not None]
    targets = [one.grade_target for one in schools if one.grade_target is not None]
    complete = sum(grade >= 100 for grade in grades)
    return {
        "schools": len(schools),
        "known": len(grades),
        "complete": complete,
        "grade": _mean(grades),
        "grade_target": _mean(targets),
    }


def _mean(grades: list[Decimal]) -> float | None:
    if not grades:
        return None
    return float((sum(grades, Decimal(0)) / len(grades)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _school(one: SchoolCompletion) -> Data:
    gaps = sum(result.rule.level == Level.BASIS for result in one.gaps)
    return {
        "number": one.school.number,
        "name": one.school.name,
        "type": str(SchoolType(one.school.school_type).label),
        "grade": None if one.grade is None else float(one.grade),
        "grade_target": None if one.grade_target is None else float(one.grade_target),
        "gaps": gaps,
    }


def _changes(
    publication: Publication,
    last: Publication | None,
    before: date,
    known_at: datetime | None,
    values: list[FigureValue],
) -> Data:
    """``published``: as the last report said it, where it was about that day; ``then``: that day as known now."""
    since = publication.since if publication.since and publication.since <= before else None
    then = {value.figure.key: value for value in figure_values(Records(before, known_at, since))}
    told = last if last and last.as_of == before else None
    printed = {one["key"]: one for one in told.frozen["figures"]} if told and told.frozen else {}
    return {
        "before": before.isoformat(),
        "report": _named(told),
        "figures": [_change(value, then.get(value.figure.key), printed.get(value.figure.key)) for value in values],
    }


def _named(report: Publication | None) -> Data | None:
    if report is None or report.known_at is None:
        return None
    return {
        "id": report.pk,
        "title": report.title,
        "session_on": report.session_on.isoformat(),
        "known_at": report.known_at.isoformat(),
    }


def _change(value: FigureValue, then: FigureValue | None, printed: Mapping[str, Any] | None) -> Data:
    """Numbers, or words for what is none; ``difference`` is ``null`` where a number is unknown."""
    old = then.as_data() if then else None
    new = value.as_data()
    return {
        "key": value.figure.key,
        "label": new["label"],
        "unit": new["unit"],
        "needs_money": value.figure.needs is not None,
        "published": plain(printed) if printed else "–",
        "then": plain(old) if old else None,
        "now": plain(new),
        "difference": moved(old, new),
        "is_corrected": printed is not None and old is not None and printed["text"] != old["text"],
    }


def plain(figure: Mapping[str, Any]) -> int | float | str | None:
    """The value of a frozen figure for a table: a number, yes or no in words, or ``None`` for unknown."""
    value: int | float | None = figure["value"]
    return str(figure["text"]) if isinstance(value, bool) else value


def moved(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> int | float | str | None:
    """From one frozen figure to another: ``None`` where one is unknown, "–" for what is no number."""
    values = [one["value"] if one else None for one in (old, new)]
    if None in values:
        return None
    if any(isinstance(value, bool) for value in values):
        return "–"
    # Fractions come from JSON as binary numbers: their shortest decimal is what was stored.
    before, after = (Decimal(str(value)) for value in values)
    change = after - before
    return int(change) if change == change.to_integral_value() else float(change)


def signed(number: int | float | Decimal) -> str:
    text = shown(Decimal(str(number)))
    return f"+{text}" if number > 0 else text.replace("-", "−")


def _without_money(publication: Publication, data: Data) -> Content:
    """The same without the figures that are amounts; texts stay as they were written."""
    figures = list(_open(data["figures"]))
    changes = data["changes"]
    if changes:
        changes = changes | {"figures": list(_open(changes["figures"]))}
    shown_data = data | {"figures": figures, "changes": changes}
    return Content(publication, shown_data, len(data["figures"]) - len(figures))


def _open(rows: list[Data]) -> Iterator[Data]:
    return (row for row in rows if not row["needs_money"])
