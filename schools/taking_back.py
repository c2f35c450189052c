"""How schools and what belongs to them are taken back with the act that wrote them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.taking_back import Step, TakingBack, Undoable
from common.bulk import ids
from common.parsing import sort_key
from schools.models import Building, Headcount, Room, School, SchoolAlias, Site, SiteUse
from schools.services import HEADCOUNTS

SCHOOL_DETAILS = (
    "name",
    "name_addition",
    "short_name",
    "district",
    "school_type",
    "authority_number",
    "operating_status",
    "opened_on",
    "closed_on",
    "email",
    "phone",
)


def _sort_again(step: Step) -> None:
    renamed = [pk for pk, touched in step.changed.items() if "name" in touched.changes]
    found = list(School.objects.filter(pk__in=ids(renamed)))
    for school in found:
        school.sort_key = sort_key(school.name)
    School.objects.bulk_update(found, ["sort_key"], batch_size=200)


def _main_again(step: Step) -> None:
    """One main site per school at every moment: first those that are none again, then those that are."""
    before = {pk: touched.changes["is_main"][0] for pk, touched in step.changed.items() if "is_main" in touched.changes}
    for is_main in (False, True):
        chosen = [pk for pk, was_main in before.items() if was_main is is_main]
        SiteUse.objects.filter(pk__in=ids(chosen)).update(is_main=is_main)


def _site_obstacles(plan: TakingBack, step: Step) -> Mapping[int, Any]:
    """A school with rooms at a site stays there; of its sites one at most is the main one."""
    uses = SiteUse.objects.filter(school__in=ids(t.school for t in step.records.values() if t.school))
    today = {use.pk: use for use in uses}
    rooms = Room.objects.filter(school__in=ids(use.school_id for use in today.values()))
    used = {
        (school, site)
        for pk, school, site in rooms.values_list("pk", "school", "building__site")
        if not plan.is_gone(Room, pk)
    }
    stuck = {pk for pk in step.created if pk in today and (today[pk].school_id, today[pk].site_id) in used}
    reasons: dict[int, Any] = {pk: _("The school has rooms there.") for pk in stuck}
    # Who stays, and as what: a use that comes back as the main one must find the place free.
    kept = {pk: use for pk, use in today.items() if pk not in step.created or pk in stuck}
    mains = {use.school_id for pk, use in kept.items() if use.is_main and not _returns(step, pk)}
    places = {(use.school_id, use.site_id) for use in kept.values()}
    for pk, touched in (step.removed | step.changed).items():
        old = {name: pair[0] for name, pair in touched.changes.items()}
        if old.get("is_main") and touched.school in mains:
            reasons[pk] = _("The school has another main site now.")
        elif pk in step.removed and (old["school"], old["site"]) in places:
            reasons[pk] = _("The school uses this site again.")
    return reasons


def _returns(step: Step, pk: int) -> bool:
    """Whether a use is the main one only because of the act."""
    return pk in step.changed and step.changed[pk].changes.get("is_main", [True])[0] is False


#: Those that refer to others before those.
SCHOOLS = (
    Undoable(School, facts=Headcount, timelines=(HEADCOUNTS,)),
    Undoable(SchoolAlias, born="text"),
    Undoable(Room, born="name", details=("kind",)),
    Undoable(Building, born="name"),
    Undoable(School, born="number", details=SCHOOL_DETAILS, parts=("site_uses",), settle=_sort_again),
    Undoable(SiteUse, born="site", obstacles=_site_obstacles, settle=_main_again),
    Undoable(Site, born="name"),
)
