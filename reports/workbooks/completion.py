"""Completion by group, requirement and school, its course and when it will be reached, as a workbook and as csv."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.text import write_rows_csv
from common.sheets.writer import BookWriter, Field, SheetWriter, Value
from reports.outlook import Outlook
from reports.workbooks.money import authority, dated
from reports.workbooks.sheet import headline, share
from rollout.completion import Group, grade_of
from rollout.enums import Level, Outcome, Readiness
from schools.enums import SchoolType

_TOP = 3


def write_completion(target: str | Path | IO[bytes], outlook: Outlook, months: int, *, now: datetime) -> None:
    """Write the workbook in the active language to a path or a binary stream."""
    title = gettext("Completion")
    if outlook.is_forecast:
        title = gettext("Completion (forecast)")
    with BookWriter(target, title=title, author=authority(), created=now) as book:
        for name, fields, rows in (
            (gettext("Groups"), _group_fields(), _groups(outlook)),
            (gettext("Requirements"), _sum_fields(), _sums(outlook)),
            (gettext("Schools"), _school_fields(), _schools(outlook)),
            (gettext("School and requirement"), _result_fields(), completion_rows(outlook)),
            (gettext("Course"), *_course(outlook, months)),
        ):
            sheet: SheetWriter = book.sheet(name)
            headline(sheet, f"{title} · {Level(outlook.level).label} · {dated(outlook.day, outlook.known_at)}")
            sheet.table(_TOP, fields, rows, frozen=1, height=30)


def write_completion_csv(target: IO[bytes], outlook: Outlook) -> None:
    """A line per school and requirement."""
    headings = [field.heading for field in _result_fields()]
    headings[headings.index(gettext("Fulfilled"))] = gettext("Fulfilled in percent")
    write_rows_csv(target, headings, completion_rows(outlook, lambda percent: percent))


def completion_rows(outlook: Outlook, written: Callable[[Decimal | None], Value] = share) -> Iterator[list[Value]]:
    """A row per school and requirement; ``None`` where nothing is known. ``written``: how a percentage is."""
    for one in outlook.report.schools:
        for forecast in outlook.forecasts[one.school.pk].requirements:
            result = forecast.result
            yield [
                one.school.number,
                one.school.name,
                _type(one.school.school_type),
                one.school.district,
                result.label,
                str(Level(result.rule.level).label),
                result.required,
                result.actual,
                result.on_the_way,
                result.gap,
                str(Outcome(result.state).label),
                written(result.percent),
                forecast.on,
                forecast.explanation(),
                result.explanation(),
            ]


def _result_fields() -> list[Field]:
    return [
        *_named(),
        Field(gettext("Requirement"), 40),
        Field(gettext("Level"), 10),
        Field(gettext("Required"), 10, "number"),
        Field(gettext("Actual"), 10, "number"),
        Field(gettext("On the way"), 10, "number"),
        Field(gettext("Gap"), 10, "number"),
        Field(gettext("State"), 16),
        Field(gettext("Fulfilled"), 10, "percent"),
        Field(gettext("Met on"), 12, "date"),
        Field(gettext("Forecast"), 60, "long"),
        Field(gettext("How it comes about"), 60, "long"),
    ]


def _named() -> list[Field]:
    return [
        Field(gettext("School no."), 10),
        Field(gettext("School"), 36),
        Field(gettext("School type"), 16),
        Field(gettext("City district"), 16),
    ]


def _group_fields() -> list[Field]:
    return [
        Field(gettext("Schools"), 30),
        Field(gettext("Number"), 10, "number"),
        Field(gettext("Mean grade"), 10, "percent"),
        Field(gettext("Without a grade"), 10, "number"),
        Field(gettext("Complete"), 10, "number"),
        Field(gettext("With a date"), 10, "number"),
        Field(gettext("Last date"), 12, "date"),
        Field(gettext("Without a date"), 10, "number"),
    ]


def _groups(outlook: Outlook) -> Iterator[list[Value]]:
    for label, group in _labelled(outlook):
        horizon = outlook.horizon(group)
        yield [
            label,
            len(group.schools),
            share(group.grade(outlook.level)),
            group.without_grade(outlook.level),
            horizon.complete,
            horizon.expected,
            horizon.last_on,
            horizon.without_date,
        ]


def _labelled(outlook: Outlook) -> Iterator[tuple[str, Group]]:
    yield gettext("All schools"), outlook.city
    for group in outlook.types:
        yield _type(group.key), group
    for group in outlook.districts:
        if group.key:
            yield group.key, group


def _sum_fields() -> list[Field]:
    return [
        Field(gettext("Schools"), 30),
        Field(gettext("Requirement"), 40),
        *(Field(str(outcome.label), 11, "number") for outcome in Outcome),
        Field(gettext("Required"), 10, "number"),
        Field(gettext("Actual"), 10, "number"),
        Field(gettext("On the way"), 10, "number"),
        Field(gettext("Gap"), 10, "number"),
        Field(gettext("Mean fulfilment"), 11, "percent"),
    ]


def _sums(outlook: Outlook) -> Iterator[list[Value]]:
    for label, group in _labelled(outlook):
        for one in group.requirements:
            numbers = [one.states[outcome] for outcome in Outcome]
            sums = [one.required, one.actual, one.on_the_way, one.gap]
            yield [label, one.rule.label, *numbers, *sums, share(one.percent)]


def _school_fields() -> list[Field]:
    return [
        *_named(),
        Field(gettext("Grade"), 10, "percent"),
        Field(gettext("Complete on"), 12, "date"),
        Field(gettext("Without a date"), 60, "long"),
    ]


def _schools(outlook: Outlook) -> Iterator[list[Value]]:
    for one in outlook.report.schools:
        forecast = outlook.forecasts[one.school.pk].at(outlook.level)
        school = one.school
        missing = "; ".join(open_one.result.label for open_one in forecast.without_date)
        reached = gettext("complete") if forecast.state == Readiness.READY else missing
        grade = share(grade_of(one, outlook.level))
        yield [school.number, school.name, _type(school.school_type), school.district, grade, forecast.on, reached]


def _course(outlook: Outlook, months: int) -> tuple[list[Field], Iterable[list[Value]]]:
    keys = [one.rule.key for one in outlook.requirements]
    lines = outlook.lines(months, keys, label=gettext("Grade"))
    fields = [
        Field(gettext("Day"), 12, "date"),
        Field(gettext("Forecast"), 10, "bool"),
        *(Field(line.label, 14, "percent") for line in lines),
    ]
    days: Iterator[tuple[date, bool, list[Decimal | None]]] = (
        (points[0].on, points[0].is_forecast, [one.value for one in points])
        for points in zip(*(line.points for line in lines), strict=True)
    )
    return fields, ([on, is_forecast, *map(share, values)] for on, is_forecast, values in days)


def _type(key: str) -> str:
    return str(SchoolType(key).label)
