"""Schools, sites, buildings, rooms and headcounts, one at a time by hand."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.services import open_act
from audit.timelines import check_not_future
from common.parsing import sort_key
from schools.models import Building, Headcount, Room, School, Site
from schools.services import (
    Address,
    HeadcountRow,
    NewRoom,
    add_site,
    create_rooms,
    create_schools,
    place_school,
    record_headcounts,
    update_schools,
)

SCHOOL_FIELDS = (
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
SITE_FIELDS = ("name", *Address._fields)
ROOM_FIELDS = ("name", "kind")


def add_school(*, by: Actor, number: str, address: Address | None = None, reason: str = "", **values: Any) -> School:
    """Create a school (``SCHOOL_FIELDS``), with its main site where an ``address`` is given.

    Raises ``ValidationError`` by field, e.g. for a number that is used.
    """
    _check_names(values, SCHOOL_FIELDS)
    with transaction.atomic():
        act = open_act(by, "school.create", subject=number, reason=reason)
        school = School(number=number, **values)
        school.full_clean()
        if address:
            _check_address(address)
        create_schools([(school, address or Address())], act)
        return school


def edit_school(school: School, *, by: Actor, reason: str = "", **values: Any) -> School:
    """Set fields (of ``SCHOOL_FIELDS``). Raises ``ValidationError`` by field."""
    _check_names(values, SCHOOL_FIELDS)
    with transaction.atomic():
        current = locked(school)
        act = open_act(by, "school.edit", subject=str(current), reason=reason)
        before = {name: getattr(current, name) for name in values}
        _set(current, values)
        current.full_clean()
        _set(current, before)
        update_schools([(current, values)], act)
        return current


def use_site(school: School, address: Address, *, by: Actor, is_main: bool = False, reason: str = "") -> Site:
    """Let the school use the site at ``address``; a known site there is used again.

    ``is_main``: it becomes the main site. The former one stays while the school has rooms there.
    """
    with transaction.atomic():
        current = locked(school)
        act = open_act(by, "school.place", subject=str(current), reason=reason)
        _check_address(address)
        site = place_school(current, address, act) if is_main else add_site(current, address, act)
        assert site is not None  # the address is complete
        return site


def edit_site(site: Site, *, by: Actor, reason: str = "", **values: Any) -> Site:
    """Set name, address or coordinates (``SITE_FIELDS``)."""
    _check_names(values, SITE_FIELDS)
    with transaction.atomic():
        current = locked(site)
        act = open_act(by, "site.edit", subject=str(current), reason=reason)
        edit_record(current, values, act, derived={"sort_key": sort_key(values.get("name", current.name))})
        return current


def add_building(site: Site, *, name: str, by: Actor, reason: str = "") -> Building:
    with transaction.atomic():
        act = open_act(by, "building.create", subject=name, reason=reason)
        return insert_record(Building(site=site, name=name), act, ("name", "site"))


def edit_building(building: Building, *, name: str, by: Actor, reason: str = "") -> Building:
    with transaction.atomic():
        current = locked(building)
        act = open_act(by, "building.edit", subject=current.name, reason=reason)
        edit_record(current, {"name": name}, act)
        return current


def add_room(school: School, *, site: Site, building: str, name: str, kind: str, by: Actor, reason: str = "") -> Room:
    """Create a room of the school at one of its sites, with the building where there is none of that name."""
    with transaction.atomic():
        act = open_act(by, "room.create", subject=name, reason=reason)
        _check_used(school, site)
        Building(site=site, name=building).full_clean(validate_unique=False, validate_constraints=False)
        known = Building.objects.filter(site=site, name=building).first()
        excluded = {"building"} if known is None else set()
        Room(building=known, school=school, name=name, kind=kind).full_clean(exclude=excluded)
        return create_rooms([NewRoom(school, site, building, name, kind)], act)[0]


def edit_room(room: Room, *, by: Actor, reason: str = "", **values: Any) -> Room:
    """Set ``name`` or ``kind``."""
    _check_names(values, ROOM_FIELDS)
    with transaction.atomic():
        current = locked(room)
        act = open_act(by, "room.edit", subject=current.name, reason=reason)
        edit_record(current, values, act, school=current.school_id)
        return current


def record_headcount(
    school: School,
    *,
    on: date,
    by: Actor,
    pupils: int | None = None,
    teachers: int | None = None,
    classes: int | None = None,
    reason: str = "",
) -> Headcount:
    """Record what was counted on ``on``; numbers that are not given stay as they were known. Returns the count."""
    with transaction.atomic():
        locked(school)
        act = open_act(by, "headcount.record", subject=str(school), reason=reason)
        check_not_future(on, act.at)
        if pupils is None and teachers is None and classes is None:
            raise ValidationError(_("A headcount names pupils, teachers or classes."), "empty")
        record_headcounts([HeadcountRow(school, on, pupils, teachers, classes)], act)
        found: Headcount = Headcount.objects.as_of(on).get(school=school)
        return found


def _check_address(address: Address) -> None:
    """A site needs street and postcode: by these it is found again."""
    empty = [name for name in ("street", "postcode") if not getattr(address, name)]
    if empty:
        raise ValidationError({name: ValidationError(_("Please fill in this field."), "required") for name in empty})
    name = f"{address.street}, {address.town}" if address.town else address.street
    Site(name=name, **address._asdict()).full_clean()


def _check_used(school: School, site: Site) -> None:
    if not school.site_uses.filter(site=site).exists():
        raise ValidationError({"site": ValidationError(_("The school does not use this site."), "foreign_site")})


def _check_names(values: dict[str, Any], allowed: tuple[str, ...]) -> None:
    if unknown := values.keys() - set(allowed):
        raise TypeError(f"cannot be set: {', '.join(sorted(unknown))}")


def _set(record: School, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, value)
