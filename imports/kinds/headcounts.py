"""Pupils, teachers and classes per school and statistics day."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from audit.models import Act
from common.dated import Span
from imports.enums import KindName, Outcome
from imports.history import played
from imports.kinds.base import Kind
from imports.matching import Schools
from imports.options import Context
from imports.preview import Plan
from imports.reader import Table, read_cells, refuse_future
from imports.references import resolve_schools
from schools.columns import HEADCOUNT_COLUMNS
from schools.services import HEADCOUNTS as COUNTS
from schools.services import HeadcountRow, record_headcounts, revise_headcount

_NUMBERS = ("pupils", "teachers", "classes")


def plan_headcounts(table: Table, context: Context) -> Plan:
    """A list of a whole town names schools of other bodies too: those are left out by name."""
    plan = Plan(table, context)
    cells = read_cells(plan, HEADCOUNT_COLUMNS)
    refuse_future(plan, cells, "on")
    schools = Schools()

    def leave_out(i: int, text: str) -> None:
        named = " ".join(filter(None, [plan.table.text(i, "school"), f"({text})"]))
        plan.skip(i, None, "unknown_school", _("%(school)s is not one of our schools.") % {"school": named}, text)

    rows: dict[int, HeadcountRow] = {}
    for i, school in enumerate(resolve_schools(plan, cells, schools, leave_out)):
        numbers = {name: cells[name][i] for name in _NUMBERS}
        if not any(plan.has_value(i, name) for name in _NUMBERS) and plan.is_open(i):
            plan.reject(i, None, "missing", _("The row names neither pupils nor teachers nor classes."))
        if school:
            rows[i] = HeadcountRow(school, cells["on"][i] or context.on, **numbers)
        elif plan.is_open(i):
            plan.reject(i, "school_number", "missing", _("The row names no school."))
    _refuse_same_day(plan, rows)
    plan.work = _in_order(plan, rows)
    return plan


def write_headcounts(plan: Plan, act: Act) -> None:
    """One call per statistics day, the oldest first."""
    by_day: dict[date, list[HeadcountRow]] = plan.work
    for day in sorted(by_day):
        record_headcounts(by_day[day], act)


def _refuse_same_day(plan: Plan, rows: Mapping[int, HeadcountRow]) -> None:
    same: dict[tuple[int, date], list[int]] = {}
    for i, row in rows.items():
        same.setdefault((row.school.pk, row.on), []).append(i)
    for together in same.values():
        for i in together if len(together) > 1 else ():
            others = ", ".join(str(plan.table.numbers[other]) for other in together if other != i)
            message = _("The same school and day is in row %(rows)s.") % {"rows": others}
            plan.reject(i, "school_number", "duplicate", message)


def _in_order(plan: Plan, rows: Mapping[int, HeadcountRow]) -> dict[date, list[HeadcountRow]]:
    """What is new, by day; each row is judged on what the rows of earlier days will have written."""
    timelines: dict[int, list[Span]] = COUNTS.load({row.school.pk for row in rows.values()})
    work: dict[date, list[HeadcountRow]] = {}
    for i, row in sorted(rows.items(), key=lambda item: item[1].on):
        if not plan.is_open(i):
            continue
        timeline = timelines.get(row.school.pk, [])
        revision = revise_headcount(timeline, row)
        if not revision:
            plan.outcomes[i] = Outcome.UNCHANGED
            continue
        is_known_day = any(span.valid_from == row.on for span in timeline)
        plan.outcomes[i] = Outcome.CHANGED if is_known_day else Outcome.NEW
        timelines[row.school.pk] = played(timeline, revision)
        work.setdefault(row.on, []).append(row)
    return work


HEADCOUNTS = Kind(
    KindName.HEADCOUNTS,
    HEADCOUNT_COLUMNS,
    (("school_number", "school"), ("pupils", "teachers", "classes")),
    plan_headcounts,
    write_headcounts,
    marks=(("on",),),
)
