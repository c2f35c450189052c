"""What the list of schools shows beside each school."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest

from inventory.enums import COUNTS
from rollout.completion import completion, count_devices
from schools.filters import SchoolFilter
from schools.models import Headcount, School, Site, SiteUse
from web.dates import day_context, read_as_of
from web.lists import PER_PAGE


@dataclass(frozen=True, slots=True)
class SchoolLine:
    school: School
    site: Site | None
    pupils: int | None
    devices: int
    grade: Decimal | None
    gaps: int | None


def school_lines(user: Any, schools: Iterable[School], day: date) -> list[SchoolLine]:
    """One line per school, in the order given. Closed or not yet open on that day: no grade."""
    chosen = list(schools)
    keys = [school.pk for school in chosen]
    visible = School.objects.visible_to(user).filter(pk__in=keys)
    counts = count_devices(day, schools=keys)
    completions = {one.school.pk: one for one in completion(day, schools=visible, counts=counts).schools}
    heads = dict(Headcount.objects.visible_to(user).as_of(day).filter(school__in=keys).values_list("school", "pupils"))
    devices = Counter[int | None]()
    for count in counts:
        if count.tally.status in COUNTS:
            devices[count.school] += count.tally.number
    uses = SiteUse.objects.visible_to(user).filter(is_main=True, school__in=keys).select_related("site")
    sites = {use.school_id: use.site for use in uses}
    return [
        SchoolLine(
            school=school,
            site=sites.get(school.pk),
            pupils=heads.get(school.pk),
            devices=devices[school.pk],
            grade=completions[school.pk].grade if school.pk in completions else None,
            gaps=len(completions[school.pk].gaps) if school.pk in completions else None,
        )
        for school in chosen
    ]


def school_list_context(request: HttpRequest) -> dict[str, Any]:
    """The list as its address asks for it: filter, page and day."""
    found = SchoolFilter(request.GET, School.objects.visible_to(request.user), request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    day = read_as_of(request)
    lines = school_lines(request.user, page, day)
    return {"filter": found, "page_obj": page, "lines": lines, **day_context(day)}
