"""What the page of completion shows: groups, requirements, lines over time and schools."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.dated import add_months
from reports.outlook import FURTHEST_YEARS, Horizon, Line, Outlook
from rollout.completion import Group, Result, SchoolCompletion, SchoolForecast, grade_of
from rollout.completion.forecast import LevelForecast, RequirementForecast
from rollout.enums import Level, Readiness
from schools.enums import SchoolType
from schools.models import School
from web.dates import day_context, read_as_of
from web.forms.completion import MONTHS, NarrowForm, SelectionForm
from web.lists import PER_PAGE
from web.report_reading import known_context, read_known_at
from web.trend_chart import chart_of


class GroupRow(NamedTuple):
    """``parameters``: of the address that shows only this group."""

    label: str
    parameters: dict[str, str]
    is_current: bool
    group: Group
    grade: Decimal | None
    horizon: Horizon


class SchoolRow(NamedTuple):
    """``result`` and ``forecast``: of the requirement that was chosen, else ``None`` and of the whole level."""

    school: School
    grade: Decimal | None
    result: Result | None
    state: Readiness
    on: date | None
    text: str


def read_outlook(request: HttpRequest) -> tuple[Outlook, dict[str, Any]]:
    """What the address asks for, and the choices it makes; schools went through ``visible_to``."""
    chosen = SelectionForm(request.GET).chosen
    today = timezone.localdate()
    furthest = add_months(today, 12 * FURTHEST_YEARS)
    schools = School.objects.visible_to(request.user)
    if chosen["type"]:
        schools = schools.filter(school_type=chosen["type"])
    if chosen["district"]:
        schools = schools.filter(district=chosen["district"])
    day = read_as_of(request, furthest)
    return Outlook(day, today, schools, chosen["level"], read_known_at(request)), {**chosen, "furthest": furthest}


def completion_context(request: HttpRequest) -> dict[str, Any]:
    outlook, chosen = read_outlook(request)
    narrow = NarrowForm(request.GET, rules=[one.rule for one in outlook.requirements])
    rows = school_rows(outlook, narrow.requirement_key, narrow.chosen_state)
    asked = next((one.rule for one in outlook.requirements if one.rule.key == narrow.requirement_key), None)
    return {
        **chosen,
        **day_context(outlook.day),
        **known_context(outlook.known_at),
        **trend_context(outlook, chosen["months"], narrow.keys),
        "outlook": outlook,
        "levels": [{"value": one.value, "label": one.label, "is_current": one == chosen["level"]} for one in Level],
        "groups": list(group_rows(request, outlook, chosen)),
        "narrow": narrow,
        "asked": asked,
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
    }


def trend_context(outlook: Outlook, months: int, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The drawing and the table beside it; also for one school."""
    lines = outlook.lines(months, keys, label=_("Completion"))
    return {
        "course": lines,
        "chart": chart_of(lines),
        "trend_rows": list(_by_day(lines)),
        "month_choices": MONTHS,
        "months": months,
    }


def school_outlook(user: Any, school: School, day: date) -> Outlook:
    return Outlook(day, timezone.localdate(), School.objects.visible_to(user).filter(pk=school.pk), Level.BASIS)


def school_course(request: HttpRequest, outlook: Outlook) -> dict[str, Any]:
    """For the page of one school: ``?months=`` of its course, and when it is complete."""
    reached = [level_text(one.at(outlook.level)) for one in outlook.forecasts.values()]
    months = SelectionForm(request.GET).chosen["months"]
    return {"reached": next(iter(reached), ""), **trend_context(outlook, months)}


def group_rows(request: HttpRequest, outlook: Outlook, chosen: dict[str, Any]) -> Iterator[GroupRow]:
    """The whole first, then types and districts; in one of these the others stay in sight for changing over."""
    whole = _whole(request, outlook) if chosen["type"] or chosen["district"] else outlook
    yield _group_row(_("All schools"), {"type": "", "district": ""}, chosen, whole, whole.city)
    for group in whole.types:
        yield _group_row(str(SchoolType(group.key).label), {"type": group.key, "district": ""}, chosen, whole, group)
    for group in whole.districts:
        if group.key:
            yield _group_row(group.key, {"type": "", "district": group.key}, chosen, whole, group)


def school_rows(outlook: Outlook, key: str = "", state: str = "") -> list[SchoolRow]:
    """All schools of the outlook, or those with the requirement ``key`` (in ``state``)."""
    rows = []
    for one in outlook.report.schools:
        forecast = outlook.forecasts[one.school.pk]
        result = one.result(key) if key else None
        if (key and result is None) or (state and (result is None or result.state != state)):
            continue
        rows.append(_school_row(one, result, forecast, outlook.level))
    return rows


def _school_row(one: SchoolCompletion, result: Result | None, forecast: SchoolForecast, level: str) -> SchoolRow:
    if result is None:
        of_level = forecast.at(level)
        return SchoolRow(one.school, grade_of(one, level), None, of_level.state, of_level.on, level_text(of_level))
    of_key: RequirementForecast = next(f for f in forecast.requirements if f.result.key == result.key)
    return SchoolRow(one.school, grade_of(one, level), result, of_key.state, of_key.on, of_key.explanation())


def level_text(forecast: LevelForecast) -> str:
    """When a school is complete, in one sentence."""
    if not forecast.requirements:
        return _("Nothing is required.")
    if forecast.state == Readiness.READY:
        return _("Nothing is missing.")
    if forecast.on:
        last = next(one for one in forecast.waiting if one.on == forecast.on)
        day = date_format(forecast.on, "SHORT_DATE_FORMAT")
        return _("Complete on %(day)s, with “%(what)s” as the last.") % {"day": day, "what": last.result.label}
    parts = "; ".join(
        f"{why.label}: {', '.join(one.result.label for one in found)}" for why, found in forecast.no_dates.items()
    )
    text = _("No date. %(parts)s.") % {"parts": parts[:1].upper() + parts[1:]}
    if not forecast.waiting:
        return text
    last_on = date_format(max(one.on for one in forecast.waiting if one.on), "SHORT_DATE_FORMAT")
    dated = _("Expected by %(day)s: %(what)s.")
    return f"{text} {dated % {'day': last_on, 'what': ', '.join(one.result.label for one in forecast.waiting)}}"


def _group_row(
    label: str, parameters: dict[str, str], chosen: dict[str, Any], outlook: Outlook, group: Group
) -> GroupRow:
    is_current = all(chosen[name] == value for name, value in parameters.items())
    return GroupRow(label, parameters, is_current, group, group.grade(outlook.level), outlook.horizon(group))


def _whole(request: HttpRequest, outlook: Outlook) -> Outlook:
    schools = School.objects.visible_to(request.user)
    return Outlook(outlook.day, outlook.today, schools, outlook.level, outlook.known_at)


def _by_day(lines: Sequence[Line]) -> Iterator[dict[str, Any]]:
    """The latest first."""
    for points in reversed(list(zip(*(line.points for line in lines), strict=True))):
        yield {"on": points[0].on, "is_forecast": points[0].is_forecast, "values": [one.value for one in points]}
