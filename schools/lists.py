"""What lists show of schools, rooms and headcounts: values by the keys of their columns, for export and import."""

from typing import Any

from schools.enums import RUNNING, OperatingStatus
from schools.models import Headcount, Room, School, Site

#: Columns about the main site, named as its fields are.
ADDRESS = ("street", "postcode", "town", "easting", "northing")
#: Running states since when is the day of the opening.
OPENED = (OperatingStatus.ACTIVE, OperatingStatus.OPENING)
#: Fields of a school of which its list is made; their history is in the audit trail.
SCHOOL_FIELDS = (
    "name",
    "name_addition",
    "short_name",
    "district",
    "school_type",
    "phone",
    "email",
    "authority_number",
    "operating_status",
    "opened_on",
    "closed_on",
)
_LONGEST_ADDITION, _LONGEST_AREA, _LONGEST_PHONE = 150, 10, 28


def school_cells(school: School, home: Site | None) -> dict[str, Any]:
    """``home``: the main site. What is too long for one column goes on in the column beside it."""
    addition, more = _halves(school.name_addition, _LONGEST_ADDITION)
    is_long = len(school.phone) > _LONGEST_PHONE
    area, phone = _halves(school.phone, _LONGEST_AREA) if is_long else ("", school.phone)
    plain = ("number", "name", "short_name", "district", "school_type", "email", "authority_number", "operating_status")
    return {
        **{name: getattr(school, name) for name in plain},
        "name_addition": addition,
        "name_addition_2": more,
        "phone_area": area,
        "phone": phone,
        "status_since": _status_since(school),
        **{name: getattr(home, name, None) for name in ADDRESS},
    }


def room_cells(room: Room) -> dict[str, Any]:
    return {
        "school_number": room.school.number,
        "school": room.school.name,
        "site": room.building.site.name,
        "building": room.building.name,
        "room": room.name,
        "kind": room.kind,
    }


def headcount_cells(headcount: Headcount) -> dict[str, Any]:
    return {
        "school_number": headcount.school.number,
        "school": headcount.school.name,
        "on": headcount.valid_from,
        "pupils": headcount.pupils,
        "teachers": headcount.teachers,
        "classes": headcount.classes,
    }


def _status_since(school: School) -> Any:
    if school.operating_status in OPENED:
        return school.opened_on
    return None if school.operating_status in RUNNING else school.closed_on


def _halves(text: str, most: int) -> tuple[str, str]:
    """The text in two at a blank, the first of at most ``most`` characters."""
    if len(text) <= most:
        return text, ""
    at = text.rfind(" ", 0, most + 1)
    return (text[:at], text[at + 1 :]) if at > 0 else (text[:most], text[most:])
