"""What the boards of construction works show: the timeline, what is critical, what moved between two days."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.dated import add_months
from reports.models import Publication
from rollout.completion import required_trades, standard_on
from rollout.enums import FINISHED, RUNNING, Concern, ProjectStatus
from rollout.models import ConstructionProject, ProjectState
from rollout.progress import Critical, WorksOnDay, compare, critical, ready_on, works_on
from schools.access import only_school_of
from schools.filters import SchoolFilter
from schools.models import School, SiteUse
from web.dates import day_context, read_as_of
from web.forms.works_boards import CompareForm, CriticalForm, TimelineForm
from web.lists import PER_PAGE
from web.timeline import READY_TONES, Group, Window, Words, is_over_before, lanes_of, readiness_text

SCHOOLS_PER_PAGE = 60
#: Months that a new window shows of the past.
BACK = 3
_OVER = (*FINISHED, ProjectStatus.CANCELLED)
_CONCERNS = list(Concern)


def tabs(current: str) -> list[dict[str, Any]]:
    names = {
        "project_list": _("List"),
        "project_timeline": _("Timeline"),
        "project_critical": _("Critical"),
        "project_compare": _("Comparison"),
    }
    return [
        {"label": label, "url": reverse(f"web:{name}"), "is_current": name == current} for name, label in names.items()
    ]


# --- timeline ---------------------------------------------------------------------------------------------------------


def timeline_context(request: HttpRequest) -> dict[str, Any]:
    """``?from=YYYY-MM&months=`` says what is looked at, ``?as_of=`` what was known of it."""
    day = read_as_of(request)
    form = TimelineForm(request.GET)
    window = form.window(add_months(day.replace(day=1), -BACK))
    found = SchoolFilter(request.GET, School.objects.visible_to(request.user).open_on(day), request=request)
    page = Paginator(found.qs, SCHOOLS_PER_PAGE).get_page(request.GET.get("page"))
    groups = groups_of(request.user, page.object_list, Shown(window, day, form.chosen_trade, form.shows_all))
    return {
        "form": form,
        "page_obj": page,
        "groups": groups,
        "parallel": parallel(request.user, day),
        "tabs": tabs("project_timeline"),
        **window_context(window, day),
        **day_context(day),
    }


def window_context(window: Window, day: date) -> dict[str, Any]:
    return {
        "window": window,
        "today_x": window.x(day) if window.holds(day) else None,
        "pans": [
            {"label": label, "icon": icon, "start": window.moved(months)}
            for label, icon, months in (
                (_("half a window back"), "keyboard-double-arrow-left", -window.months // 2),
                (_("one month back"), "chevron-left", -1),
                (_("one month on"), "chevron-right", 1),
                (_("half a window on"), "keyboard-double-arrow-right", window.months // 2),
            )
        ],
    }


class Shown(NamedTuple):
    """What of the works is drawn. ``is_whole``: also what was over before the window."""

    window: Window
    day: date
    trade: str = ""
    is_whole: bool = True


def groups_of(user: Any, schools: Any, how: Shown) -> list[Group]:
    """Schools in the given order with the works at their sites, in a constant number of queries."""
    shown = list(schools.prefetch_related(Prefetch("site_uses", SiteUse.objects.visible_to(user))))
    sites = {use.site_id for school in shown for use in school.site_uses.all()}
    projects = ConstructionProject.objects.visible_to(user).filter(site__in=sites).select_related("site", "building")
    at_site: dict[int, list[WorksOnDay]] = defaultdict(list)
    for works in works_on(projects.order_by("pk"), how.day):
        at_site[works.project.site_id].append(works)
    required = required_trades(standard_on(how.day), shown)
    words = Words()
    return [_group(school, at_site, required[school.pk], how, words) for school in shown]


def _group(
    school: School, at_site: dict[int, list[WorksOnDay]], required: Iterable[str], how: Shown, words: Words
) -> Group:
    works = [one for use in school.site_uses.all() for one in at_site.get(use.site_id, ())]
    ready = ready_on(school, works, sorted(required), how.day)
    asked = [one for one in works if how.trade in ("", one.project.trade)]
    drawn = [one for one in asked if how.is_whole or not is_over_before(one, how.window)]
    lanes = lanes_of(drawn, how.window, how.day, words)
    return Group(school, readiness_text(ready), READY_TONES[ready.state], lanes, len(asked) - len(drawn))


def parallel(user: Any, day: date) -> int:
    """Sites under construction, as the declared figure counts them, in one small query."""
    running = ProjectState.objects.visible_to(user).as_of(day).filter(status__in=RUNNING).order_by()
    return int(running.values("project__site").distinct().count())


# --- critical ---------------------------------------------------------------------------------------------------------


def critical_context(request: HttpRequest) -> dict[str, Any]:
    """``?concern=&trade=``: works that somebody must look after, the latest first."""
    day = read_as_of(request)
    form = CriticalForm(request.GET)
    unfinished = ProjectState.objects.visible_to(request.user).as_of(day).exclude(status__in=_OVER)
    projects = _ordered(request.user, form.chosen_trade).filter(pk__in=unfinished.values("project"))
    found = critical(works_on(projects, day), day)
    chosen = [one for one in found if form.chosen_concern in ("", *one.concerns)]
    page = Paginator(sorted(chosen, key=_urgency), PER_PAGE).get_page(request.GET.get("page"))
    _name(request.user, [one.works.project for one in page])
    numbers = [(concern, sum(concern in one.concerns for one in found)) for concern in Concern]
    return {
        "form": form,
        "page_obj": page,
        "numbers": numbers,
        "has_one_school": only_school_of(request.user) is not None,
        "tabs": tabs("project_critical"),
        **day_context(day),
    }


def _urgency(one: Critical) -> tuple[int, int]:
    return (min(_CONCERNS.index(concern) for concern in one.concerns), -(one.works.slip or 0))


# --- comparison -------------------------------------------------------------------------------------------------------


def compare_context(request: HttpRequest) -> dict[str, Any]:
    """``?from=&to=``: what moved between two days; ``known=1``: the earlier one as it was known then, ``known_at=``:
    at that instant, such as that of a report."""
    today = timezone.localdate()
    form = CompareForm(request.GET, today=today)
    reports = Publication.objects.visible_to(request.user).before(today).filter(as_of__lt=today)
    context = {
        "form": form,
        "tabs": tabs("project_compare"),
        "today": today,
        "is_today": True,
        "last": reports.first(),
    }
    if form.days is None:
        return context
    since, until = form.days
    projects = list(_ordered(request.user, form.chosen_trade))
    before = works_on(projects, since, form.known_then)
    found = compare(before, works_on(projects, until))
    late = sorted(found, key=lambda one: (-(one.slipped or 0), one.before is None))
    page = Paginator(late, PER_PAGE).get_page(request.GET.get("page"))
    _name(request.user, [one.after.project for one in page])
    return {
        **context,
        "page_obj": page,
        "has_one_school": only_school_of(request.user) is not None,
        "since": since,
        "until": until,
        "slipped": sum((one.slipped or 0) > 0 for one in found),
        "sooner": sum((one.slipped or 0) < 0 for one in found),
        "begun": sum(one.before is None for one in found),
        "finished": sum(one.after.is_finished and not (one.before and one.before.is_finished) for one in found),
    }


def _ordered(user: Any, trade: str) -> Any:
    """Projects by site and trade, without any names: all are judged, those of one page are shown."""
    projects = ConstructionProject.objects.visible_to(user).only("site", "building", "trade")
    return (projects.filter(trade=trade) if trade else projects).order_by("site__sort_key", "trade", "pk")


def _name(user: Any, projects: list[ConstructionProject]) -> None:
    """Read the sites, buildings and schools of these projects."""
    schools = Prefetch("site__schools", School.objects.visible_to(user))
    prefetch_related_objects(projects, "site", "building", schools)
