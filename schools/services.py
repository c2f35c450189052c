"""Writing schools, sites, rooms, headcounts and aliases."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from audit.models import Act
from audit.services import Record, log_records
from audit.timelines import Timelines
from common.dated import Revision, Span, revise, span_on
from common.parsing import normalise_heading, sort_key
from schools.models import Building, Headcount, Room, School, SchoolAlias, Site, SiteUse

HEADCOUNTS = Timelines(Headcount, "school", ("pupils", "teachers", "classes"))


class Address(NamedTuple):
    """Where a school is; UTM coordinates in metres (EPSG:25832)."""

    street: str = ""
    postcode: str = ""
    town: str = ""
    easting: int | None = None
    northing: int | None = None


class NewRoom(NamedTuple):
    school: School
    site: Site
    building: str
    name: str
    kind: str


class HeadcountRow(NamedTuple):
    """``None`` leaves the number of that day as it is known."""

    school: School
    on: date
    pupils: int | None = None
    teachers: int | None = None
    classes: int | None = None


def create_schools(schools: Sequence[tuple[School, Address]], act: Act) -> list[School]:
    """Create schools, each with its main site; schools at one address share the site."""
    new = [school for school, _address in schools]
    for school in new:
        school.sort_key = sort_key(school.name)
    School.objects.bulk_create(new)
    for school, address in schools:
        _place(school, address, act)
    log_records(act, School, [Record(s.pk, str(s), s.pk, {"number": [None, s.number]}) for s in new])
    return new


def update_schools(changes: Sequence[tuple[School, Mapping[str, Any]]], act: Act) -> int:
    """Set fields ``{field: value}`` of schools; returns how many changed."""
    records, fields_used, changed = [], {"sort_key"}, []
    for school, fields in changes:
        old_new = {name: [getattr(school, name), value] for name, value in fields.items()}
        old_new = {name: pair for name, pair in old_new.items() if pair[0] != pair[1]}
        if not old_new:
            continue
        for name, (_old, value) in old_new.items():
            setattr(school, name, value)
        school.sort_key = sort_key(school.name)
        fields_used |= set(old_new)
        changed.append(school)
        records.append(Record(school.pk, str(school), school.pk, old_new))
    if changed:
        School.objects.bulk_update(changed, sorted(fields_used), batch_size=200)
        log_records(act, School, records)
    return len(changed)


def place_school(school: School, address: Address, act: Act) -> Site | None:
    """Give the school another main site at ``address``; an existing site there is used again.

    The old one is kept as a second site while the school has rooms there, else it is given up.
    """
    uses = SiteUse.objects.filter(school=school).select_related("site")
    before = {use.site_id: use for use in uses}
    main = next((use for use in before.values() if use.is_main), None)
    site = _place(school, address, act)
    if site and (main is None or main.site_id != site.pk):
        changes = {"main_site": [main.site.name if main else None, site.name]}
        if main and _leave(main):
            changes["site"] = [main.site.name, None]
        log_records(act, School, [Record(school.pk, str(school), school.pk, changes)])
        _log_uses(school, before, act)
    return site


def add_site(school: School, address: Address, act: Act) -> Site:
    """Let the school use another site beside its main one; an existing site there is used again."""
    before = {use.site_id: use for use in SiteUse.objects.filter(school=school)}
    site = _site_at(address, act)
    SiteUse.objects.get_or_create(site=site, school=school)
    log_records(act, School, [Record(school.pk, str(school), school.pk, {"site": [None, site.name]})])
    _log_uses(school, before, act)
    return site


def _log_uses(school: School, before: Mapping[int, SiteUse], act: Act) -> None:
    """Entries about each use of a site that was begun, given up, or made or unmade the main one."""
    after = {use.site_id: use for use in SiteUse.objects.filter(school=school)}
    records = []
    for site in sorted(before.keys() | after.keys()):
        old, new = before.get(site), after.get(site)
        pairs = {name: [getattr(use, name, None) for use in (old, new)] for name in ("site_id", "school_id", "is_main")}
        changes = {name.removesuffix("_id"): pair for name, pair in pairs.items() if pair[0] != pair[1]}
        if changes and (use := new or old):
            records.append(Record(use.pk, str(school), school.pk, changes))
    log_records(act, SiteUse, records)


def _place(school: School, address: Address, act: Act) -> Site | None:
    if not (address.street and address.postcode):
        return None
    site = _site_at(address, act)
    SiteUse.objects.filter(school=school, is_main=True).exclude(site=site).update(is_main=False)
    SiteUse.objects.update_or_create(site=site, school=school, defaults={"is_main": True})
    return site


def _leave(use: SiteUse) -> bool:
    """Give up a site where the school has no rooms; says whether it did."""
    if Room.objects.filter(school=use.school_id, building__site=use.site_id).exists():
        return False
    SiteUse.objects.filter(pk=use.pk).delete()
    return True


def _site_at(address: Address, act: Act) -> Site:
    site = Site.objects.filter(street=address.street, postcode=address.postcode).first()
    if site is None:
        name = f"{address.street}, {address.town}" if address.town else address.street
        site = Site.objects.create(name=name, sort_key=sort_key(name), **address._asdict())
        log_records(act, Site, [Record(site.pk, name, None, {"name": [None, name]})])
    return site


def create_rooms(rooms: Sequence[NewRoom], act: Act) -> list[Room]:
    """Create rooms, and their buildings where a site has none of that name yet."""
    buildings = _buildings({(room.site.pk, room.building) for room in rooms}, act)
    created = [
        Room(building=buildings[room.site.pk, room.building], school=room.school, name=room.name, kind=room.kind)
        for room in rooms
    ]
    Room.objects.bulk_create(created)
    log_records(act, Room, [Record(r.pk, r.name, r.school_id, {"name": [None, r.name]}) for r in created])
    return created


def update_rooms(changes: Sequence[tuple[Room, str]], act: Act) -> int:
    """Change the kind of rooms: ``[(room, kind)]``."""
    records = [Record(r.pk, r.name, r.school_id, {"kind": [r.kind, kind]}) for r, kind in changes if r.kind != kind]
    for room, kind in changes:
        room.kind = kind
    Room.objects.bulk_update([room for room, _kind in changes], ["kind"], batch_size=500)
    log_records(act, Room, records)
    return len(records)


def _buildings(wanted: Iterable[tuple[int, str]], act: Act) -> dict[tuple[int, str], Building]:
    wanted = set(wanted)
    found = Building.objects.filter(site__in={site for site, _name in wanted})
    known = {(b.site_id, b.name): b for b in found}
    missing = [Building(site_id=site, name=name) for site, name in sorted(wanted) if (site, name) not in known]
    Building.objects.bulk_create(missing)
    log_records(act, Building, [Record(b.pk, b.name, None, {"name": [None, b.name]}) for b in missing])
    return known | {(b.site_id, b.name): b for b in missing}


def record_headcounts(rows: Sequence[HeadcountRow], act: Act) -> int:
    """Record headcounts of statistics days; returns how many schools have something new.

    One row per school and call.
    """
    timelines = HEADCOUNTS.load(row.school.pk for row in rows)
    revisions: dict[int, Revision] = {}
    records = []
    for row in rows:
        timeline = timelines.get(row.school.pk, [])
        revision = revise_headcount(timeline, row)
        if revision:
            revisions[row.school.pk] = revision
            values = dict(zip(HEADCOUNTS.values, revision.insert[-1].values, strict=True))
            changes = {name: [None, value] for name, value in values.items()} | {"valid_from": [None, row.on]}
            records.append(Record(row.school.pk, str(row.school), row.school.pk, changes))
    HEADCOUNTS.write(revisions, act)
    log_records(act, Headcount, records)
    return len(revisions)


def revise_headcount(timeline: Sequence[Span], row: HeadcountRow) -> Revision:
    """A count of the same day is completed; a count of another day is a new fact even if equal."""
    given = (row.pupils, row.teachers, row.classes)
    same_day = next((span for span in timeline if span.valid_from == row.on), None)
    if same_day:
        merged = tuple(new if new is not None else old for new, old in zip(given, same_day.values, strict=True))
        return revise(timeline, merged, row.on)
    current = span_on(timeline, row.on)
    filled: tuple[int | None, ...] = given
    if current:
        # A list of pupils alone says nothing about teachers and classes: the last known ones stay.
        filled = tuple(new if new is not None else old for new, old in zip(given, current.values, strict=True))
    return revise(timeline, filled, row.on, is_count=True)


def remember_alias(school: School, text: str, act: Act) -> SchoolAlias:
    """Remember that ``text`` in files means ``school``. Raises ``ValidationError`` if taken."""
    alias = SchoolAlias(school=school, text=text, key=normalise_heading(text))
    alias.full_clean()
    alias.save()
    log_records(act, SchoolAlias, [Record(alias.pk, text, school.pk, {"text": [None, text]})])
    return alias
