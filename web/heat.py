"""The heat map of the overview: one row per school, one cell per requirement."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from common.parsing import sort_key
from rollout.completion import CompletionReport, Result, SchoolCompletion
from rollout.enums import Level, Outcome
from schools.models import School
from web.gaps import due_text, gap_text
from web.templatetags.pages import percent

#: Lower bounds in percent of the classes heat--4 … heat--0.
STEPS = (Decimal(100), Decimal(75), Decimal(50), Decimal(25), Decimal(0))


class Cell(NamedTuple):
    key: str
    heat: str
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    school: School
    url: str
    grade: Decimal | None
    grade_heat: str
    cells: list[Cell]

    @property
    def name(self) -> str:
        return self.school.short_name or self.school.name


@dataclass(frozen=True, slots=True)
class Column:
    """One requirement: its name, and how many schools are in which state."""

    key: str
    label: str
    level: str
    counts: dict[str, int]

    @property
    def parts(self) -> list[dict[str, Any]]:
        """Pieces of a stacked bar 100 units wide: ``{state, number, x, width}``."""
        total = sum(self.counts.values()) or 1
        pieces, x = [], Decimal(0)
        for state, number in self.counts.items():
            width = Decimal(number * 100) / total
            label = Outcome(state).label
            pieces.append({"state": state, "label": label, "number": number, "x": f"{x:.2f}", "width": f"{width:.2f}"})
            x += width
        return pieces


#: States that need no column in the key of the chart where no school is in them.
_RARE = (Outcome.NOT_DUE, Outcome.COVERED)


def heat_of(state: str, share: Decimal | None) -> str:
    """CSS class of a cell."""
    if state == Outcome.NOT_APPLICABLE:
        return "heat--none"
    if share is None:
        return "heat--unknown"
    return next(f"heat--{4 - index}" for index, floor in enumerate(STEPS) if share >= floor)


def columns_of(report: CompletionReport, level: str) -> list[Column]:
    """Requirements of the level: the basis alone, or basis and target."""
    shown = [rule for rule in report.requirements if level == Level.TARGET or rule.level == Level.BASIS]
    keys = {rule.key for rule in shown}
    found = Counter((r.key, r.state) for school in report.schools for r in school.results if r.key in keys)
    occurring = {state for _key, state in found}
    states = [state for state in Outcome.values if state not in _RARE or state in occurring]
    return [
        Column(rule.key, rule.label, rule.level, {state: found[rule.key, state] for state in states}) for rule in shown
    ]


def rows_of(schools: Iterable[SchoolCompletion], columns: Sequence[Column], level: str, query: str) -> list[Row]:
    """``query``: what links carry on, e.g. ``?as_of=2024-02-28``."""
    states = {outcome.value: str(outcome.label) for outcome in Outcome}
    return [_row(school, columns, level, query, states) for school in schools]


def schools_in_state(report: CompletionReport, key: str, state: str) -> list[SchoolCompletion]:
    """Only those that are counted for ``state`` in the column of the requirement ``key``."""
    return [one for one in report.schools if (result := one.result(key)) and result.state == state]


def sorted_schools(schools: Iterable[SchoolCompletion], level: str, ordering: str) -> list[SchoolCompletion]:
    """By the name shown, by ``type`` or by ``grade``; a leading minus turns it round. Without a grade: last."""
    found = sorted(schools, key=lambda one: sort_key(one.school.short_name or one.school.name))
    down = ordering.startswith("-")
    match ordering.removeprefix("-"):
        case "grade":
            graded = [(grade, one) for one in found if (grade := _grade(one, level)) is not None]
            known = [one for _number, one in sorted(graded, key=lambda pair: pair[0], reverse=down)]
            return known + [one for one in found if _grade(one, level) is None]
        case "type":
            return sorted(found, key=lambda one: one.school.school_type, reverse=down)
        case "name" if down:
            return found[::-1]
    return found


def _grade(school: SchoolCompletion, level: str) -> Decimal | None:
    return school.grade_target if level == Level.TARGET else school.grade


def _row(school: SchoolCompletion, columns: Sequence[Column], level: str, query: str, states: dict[str, str]) -> Row:
    grade = _grade(school, level)
    results = {result.key: result for result in school.results}
    url = reverse("web:school_detail", args=[school.school.number]) + query
    cells = [_cell(column.key, results.get(column.key), states) for column in columns]
    return Row(school.school, url, grade, heat_of("", grade), cells)


def _cell(key: str, result: Result | None, states: dict[str, str]) -> Cell:
    if result is None or result.state == Outcome.NOT_APPLICABLE:
        return Cell(key, "heat--none", "–", states[Outcome.NOT_APPLICABLE])
    if result.state == Outcome.COVERED:
        return Cell(key, "heat--covered", "○", result.explanation())
    if result.percent is None:
        return Cell(key, "heat--unknown", "?", states[Outcome.UNKNOWN])
    gap = gap_text(result)
    if result.on_the_way:
        gap = _("%(gap)s, %(number)s on the way") % {"gap": gap or states[result.state], "number": result.on_the_way}
    if result.state == Outcome.NOT_DUE:
        gap = f"{gap} · {due_text(result)}"
    return Cell(key, heat_of(result.state, result.percent), percent(result.percent), gap or states[result.state])
