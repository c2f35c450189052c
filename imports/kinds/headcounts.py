"""Pupils, teachers and classes per school and statistics day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.bulk import ids
from common.dated import Span, played, span_on
from common.round_trip import ROUND_TRIP
from imports.enums import KindName, Outcome
from imports.kinds.base import Kind
from imports.matching import Schools
from imports.options import Context
from imports.own_rows import OwnRows, believed_then, names_of
from imports.preview import Choice, Plan
from imports.reader import Cells, Table, read_cells, refuse_future
from imports.reasons import may_mean, why_school
from imports.references import ask_for_school, mapped_aliases, remember_aliases, resolve_schools
from imports.texts import as_read
from schools.columns import HEADCOUNT_COLUMNS
from schools.enums import RUNNING
from schools.models import Headcount, School
from schools.services import HEADCOUNTS as COUNTS
from schools.services import HeadcountRow, record_headcounts, revise_headcount

_NUMBERS = ("pupils", "teachers", "classes")
_COLUMNS = (*HEADCOUNT_COLUMNS, *ROUND_TRIP)


def plan_headcounts(table: Table, context: Context) -> Plan:
    """A list of a whole town names schools of other bodies too: those are left out by name, unless they are
    called nearly like one of ours and have no number.
    """
    plan = Plan(table, context)
    cells = read_cells(plan, _COLUMNS)
    refuse_future(plan, cells, "on")
    schools = Schools(context.user)
    own = _merge(plan, cells, schools)
    ask = ask_for_school(plan, schools)
    chosen: dict[int, School] = {}

    def leave_out(i: int, text: str) -> None:
        candidates = may_mean(schools, text)
        if len(candidates) > 1:
            answer = plan.ambiguous(
                i, "school", candidates, _("Several schools are called “%(text)s”.") % {"text": text}
            )
            if answer and answer.to:
                chosen[i] = schools.by_pk[answer.to]
            return
        if cells["school_number"][i] is None and schools.is_near(text):
            ask(i, text)
            return
        named = " ".join(filter(None, [plan.table.text(i, "school"), f"({text})"]))
        plan.skip(i, None, "unknown_school", _("%(school)s is not one of our schools.") % {"school": named}, text)

    rows: dict[int, HeadcountRow] = {}
    for i, found in enumerate(resolve_schools(plan, cells, schools, leave_out)):
        school = own.get(i) or found or chosen.get(i)
        numbers = {name: cells[name][i] for name in _NUMBERS}
        if i not in plan.edited and not any(plan.has_value(i, name) for name in _NUMBERS) and plan.is_open(i):
            plan.reject(i, None, "missing", _("The row names neither pupils nor teachers nor classes."))
        if school:
            rows[i] = HeadcountRow(school, cells["on"][i] or context.on, **numbers)
            by = "decided" if i in chosen else plan.matched_by[i] or why_school(plan, cells, i, school)
            plan.matched(i, by, None, f"{school} · {as_read(rows[i].on)}")
        elif plan.is_open(i):
            plan.reject(i, "school_number", "missing", _("The row names no school."))
    _refuse_same_day(plan, rows)
    plan.work = mapped_aliases(plan, schools), _in_order(plan, rows)
    _miss(plan, schools, {row.school.pk for row in rows.values()})
    return plan


def _merge(plan: Plan, cells: Cells, schools: Schools) -> Mapping[int, School]:
    """The school of each row of our own; of a count that the list had, in the cells stays only what was edited.

    A row with another day is about that day's count: all that it says is meant.
    """
    own: OwnRows[School] = OwnRows(plan, cells, HEADCOUNT_COLUMNS, Headcount)
    own.find(schools.by_pk)
    names = names_of(own.records.values())
    now = COUNTS.load(school.pk for school in own.records.values())
    then = believed_then(own, Headcount.objects.filter(school__in=ids(own.keys)), "school", _NUMBERS)
    cells["on"] = [*cells["on"]]  # columns that the file lacks are all one list
    for i, school in own.records.items():
        plan.touches(i, school.pk)
        was = span_on(then[i], cells["on"][i] or own.origins[i].version.day)
        day = cells["on"][i] = cells["on"][i] or (was.valid_from if was else None)
        fixed: dict[str, Any] = {"school_number": [school.number], "school": names[school.pk], "on": [day]}
        if was and was.valid_from == day:
            same = next((span for span in now.get(school.pk, ()) if span.valid_from == day), None)
            own.merge(i, _numbers(was), _numbers(same), fixed=fixed)
        else:
            own.check(i, fixed)
        cells["school_number"][i] = cells["school"][i] = None
    return own.records


def _numbers(span: Span | None) -> dict[str, Any]:
    return dict(zip(_NUMBERS, span.values if span else (None,) * len(_NUMBERS), strict=True))


def write_headcounts(plan: Plan, act: Act) -> None:
    """One call per statistics day, the oldest first."""
    aliases, by_day = plan.work
    remember_aliases(aliases, act)
    for day in sorted(by_day):
        record_headcounts(by_day[day], act)


def _miss(plan: Plan, schools: Schools, named: set[int]) -> None:
    """Running schools about which a list of counts says nothing."""
    if named:
        left = [s for s in schools.all if s.operating_status in RUNNING and s.pk not in named]
        plan.miss([Choice(school.pk, str(school)) for school in left], len(left))


def _without_unwanted(plan: Plan, row: HeadcountRow) -> HeadcountRow:
    """What is counted already keeps the numbers of columns whose changes are not wanted."""
    unwanted: dict[str, Any] = {name: None for name in _NUMBERS if plan.is_skipped_column(name)}
    return row._replace(**unwanted) if unwanted else row


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
        same_day = next((span for span in timeline if span.valid_from == row.on), None)
        if i in plan.edited and row[2:] == (None,) * len(_NUMBERS):
            plan.outcomes[i] = Outcome.UNCHANGED  # a row of our own in which nobody edited a number
            continue
        if same_day:
            row = _without_unwanted(plan, row)
        revision = revise_headcount(timeline, row)
        if not revision:
            plan.outcomes[i] = Outcome.UNCHANGED
            continue
        plan.outcomes[i] = Outcome.CHANGED if same_day else Outcome.NEW
        if same_day:
            for key, old in zip(_NUMBERS, same_day.values, strict=True):
                new = getattr(row, key)
                plan.change(i, key, as_read(old), as_read(old if new is None else new))
        timelines[row.school.pk] = played(timeline, revision)
        work.setdefault(row.on, []).append(row)
    return work


HEADCOUNTS = Kind(
    KindName.HEADCOUNTS,
    _COLUMNS,
    (("school_number", "school"), ("pupils", "teachers", "classes")),
    plan_headcounts,
    write_headcounts,
    marks=(("on", "pupils"), ("on", "teachers", "classes")),
    counted=ngettext_lazy("%(n)s headcount", "%(n)s headcounts", "count"),
)
