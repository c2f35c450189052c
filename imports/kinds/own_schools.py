"""Our own lists of schools that come back: what was edited in them, also of the main site."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Entry
from common.bulk import ids
from imports.matching import Schools, Sites
from imports.own_rows import OwnRows
from imports.preview import Plan
from imports.reader import Cells
from schools.columns import SCHOOL_COLUMNS
from schools.enums import RUNNING
from schools.lists import ADDRESS, OPENED, SCHOOL_FIELDS, school_cells
from schools.models import School, Site, SiteUse

#: Columns that are one value together.
_UNITS = (("name_addition", "name_addition_2"), ("phone_area", "phone"), ADDRESS)
_FIELDS = {"name_addition_2": "name_addition", "phone_area": "phone", **dict.fromkeys(ADDRESS, "main_site")}


def merge_schools(plan: Plan, cells: Cells, schools: Schools, sites: Sites) -> Mapping[int, School]:
    """The school of each row of our own; in the cells stays only what was edited."""
    own: OwnRows[School] = OwnRows(plan, cells, SCHOOL_COLUMNS, School)
    own.find(schools.by_pk)
    cells["operating_status"] = [*cells["operating_status"]]  # columns that the file lacks are all one list
    known_at = {origin.record: origin.version.known_at for origin in own.origins.values()}
    former = _former_homes(known_at, sites)
    for i, school in own.records.items():
        home = sites.main.get(school.pk)
        then = school_cells(own.before(i, *SCHOOL_FIELDS), former.get(school.pk, home))
        now = school_cells(school, home)
        since = "opened_on" if school.operating_status in RUNNING else "closed_on"
        fields = _FIELDS | {"status_since": since}
        edited = own.merge(i, then, now, fixed={"number": [school.number]}, units=_UNITS, fields=fields)
        if "status_since" in edited:
            cells["operating_status"][i] = cells["operating_status"][i] or school.operating_status
        _check(plan, i, cells, edited, home)
    return own.records


def is_since_edited(plan: Plan, i: int) -> bool:
    """Whether somebody corrected the day in a list of ours, where it is the one we know."""
    return "status_since" in plan.edited.get(i, ())


def _check(plan: Plan, i: int, cells: Cells, edited: Iterable[str], home: Site | None) -> None:
    """Refuse what was edited but could not be taken."""
    status = cells["operating_status"][i]
    if "status_since" in edited and status in RUNNING and status not in OPENED:
        message = _("Of a school that is closing no day is kept here.")
        plan.reject(i, "status_since", "no_day", message)
    if "street" in edited:
        street, postcode = cells["street"][i], cells["postcode"][i]
        is_same = home is not None and (street, postcode) == (home.street, home.postcode)
        if is_same or not (street and postcode):
            message = _("Another main site needs its street and postcode; of a known site nothing is changed here.")
            plan.reject(i, "street", "same_site", message)


def _former_homes(known_at: Mapping[int, datetime], sites: Sites) -> dict[int, Site | None]:
    """Main sites at those instants, by school, of schools whose main site has changed since."""
    entries = Entry.objects.filter(kind=SiteUse._meta.label_lower, school__in=ids(known_at), changes__has_key="is_main")
    names = ("school", "act", "act__at", "object_id", "changes")
    rows = [row for row in entries.order_by("act__at", "pk").values_list(*names) if row[2] > known_at[row[0]]]
    site_of = dict(SiteUse.objects.filter(pk__in=ids(row[3] for row in rows)).values_list("pk", "site"))
    for *_names, use, changes in rows:
        site_of.update((use, site) for site in changes.get("site", ()) if site)
    first: dict[int, Any] = {}
    homes: dict[int, Site | None] = {}
    for school, act, _at, use, changes in rows:
        if first.setdefault(school, act) == act and (changes["is_main"][0] or school not in homes):
            homes[school] = sites.by_pk.get(site_of.get(use, 0)) if changes["is_main"][0] else None
    return homes
