"""Schools, as a register lists them: keyed by number, with address and coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from audit.models import Act
from audit.services import Record, log_records
from common.round_trip import ROUND_TRIP
from imports.enums import KindName, Outcome
from imports.kinds.base import Kind
from imports.kinds.own_schools import is_since_edited, merge_schools
from imports.matching import Schools, Sites
from imports.options import Context
from imports.preview import Choice, Plan
from imports.reader import Cells, Table, read_cells, refuse_repeated
from imports.texts import as_read
from schools.columns import SCHOOL_COLUMNS
from schools.enums import RUNNING, OperatingStatus, SchoolType
from schools.lists import ADDRESS, OPENED
from schools.models import School, Site
from schools.services import Address, create_schools, place_school, update_schools

_PLAIN = ("name", "short_name", "district", "school_type", "authority_number", "operating_status", "email")
_COLUMNS = (*SCHOOL_COLUMNS, *ROUND_TRIP)
#: What a blank cell may take away, by the columns of which the field is made.
_CLEARED = {
    "short_name": ("short_name",),
    "district": ("district",),
    "name_addition": ("name_addition", "name_addition_2"),
    "email": ("email",),
    "phone": ("phone",),
}
#: Column under which the change of a field is shown, where its name is another.
_COLUMN_OF = {"opened_on": "status_since", "closed_on": "status_since"}
_CHOICES = {"school_type": SchoolType, "operating_status": OperatingStatus}
#: Columns of cells; the update sees those whose changes are wanted.
_Columns = Mapping[str, Sequence[Any]]


@dataclass(slots=True)
class SchoolWork:
    new: list[tuple[School, Address]] = field(default_factory=list)
    changed: list[tuple[School, dict[str, Any]]] = field(default_factory=list)
    moved: list[tuple[School, str, Address]] = field(default_factory=list)


def plan_schools(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, _COLUMNS, is_wanted=lambda i: _is_ours(plan, i))
    refuse_repeated(plan, cells, "number")
    schools, sites = Schools(context.user), Sites()
    plan.work = SchoolWork()
    own = merge_schools(plan, cells, schools, sites)
    wanted = cells | {key: [None] * len(table.rows) for key in context.options.skip if key in cells}
    for i, number in enumerate(cells["number"]):
        known = own.get(i) or schools.by_number.get(number)
        if known:
            plan.touches(i, known.pk)
            plan.matched(i, plan.matched_by[i] or "number", known.pk, str(known))
        else:
            plan.matched(i, "", None, _named(plan, i))
        if not _is_wanted(plan, i, cells, known):
            continue
        if known is None:
            _create(plan, i, cells)
        elif plan.is_open(i):
            _update(plan, i, wanted, known, sites)
    _miss(plan, schools)
    return plan


def write_schools(plan: Plan, act: Act) -> None:
    work: SchoolWork = plan.work
    if work.new:
        create_schools(work.new, act)
    update_schools(work.changed, act)
    records = []
    for school, old, address in work.moved:
        place_school(school, address, act)
        records.append(Record(school.pk, str(school), school.pk, {"address": [old, _one_line(address)]}))
    log_records(act, School, records)


def _is_ours(plan: Plan, i: int) -> bool:
    """Rows of other authorities are left out before anything else about them is judged."""
    wanted, theirs = plan.context.options.authority, plan.table.text(i, "authority_number")
    if not wanted or "authority_number" not in plan.table.index or theirs == wanted:
        return True
    message = _("%(school)s belongs to another authority (%(number)s).")
    plan.skip(i, "authority_number", "other_authority", message % {"school": _named(plan, i), "number": theirs or "–"})
    return False


def _is_wanted(plan: Plan, i: int, cells: Cells, known: School | None) -> bool:
    """A school that is no longer running is left out, unless we have it: then it is closed."""
    status = cells["operating_status"][i]
    if plan.outcomes[i] is Outcome.SKIPPED:
        return False
    if known is None and status and status not in RUNNING:
        label = OperatingStatus(status).label
        message = _("%(school)s is not running: %(status)s.") % {"school": _named(plan, i), "status": label}
        plan.skip(i, "operating_status", "not_running", message)
        return False
    return True


def _create(plan: Plan, i: int, cells: Cells) -> None:
    for key, message in (
        ("number", _("A school needs its number.")),
        ("name", _("A school needs a name.")),
        ("school_type", _("A new school needs its type.")),
    ):
        if cells[key][i] is None and not plan.has_value(i, key):
            plan.reject(i, key, "missing", message)
    if not plan.is_open(i):
        return
    plan.outcomes[i] = Outcome.NEW
    opened = cells["status_since"][i] if cells["operating_status"][i] in OPENED else None
    school = School(number=cells["number"][i], opened_on=opened, **_fields(i, cells))
    plan.work.new.append((school, _address(i, cells)))


def _update(plan: Plan, i: int, cells: _Columns, known: School, sites: Sites) -> None:
    """``cells``: those whose changes are wanted; of the others the school keeps what it has."""
    fields = _fields(i, cells) | _blanks(plan, i) | _period(plan, i, cells, known)
    fields = {name: value for name, value in fields.items() if value != getattr(known, name)}
    if not plan.is_open(i):
        return
    plan.outcomes[i] = Outcome.UNCHANGED
    if fields:
        plan.work.changed.append((known, fields))
        plan.outcomes[i] = Outcome.CHANGED
        for name, value in fields.items():
            old = _as_read(name, getattr(known, name))
            plan.change(i, _COLUMN_OF.get(name, name), old, _as_read(name, value))
    _move(plan, i, _address(i, cells), known, sites.main.get(known.pk))


def _move(plan: Plan, i: int, address: Address, known: School, home: Site | None) -> None:
    """Another main site, where street and postcode say so; one that is not wanted is none."""
    old = Address(*(getattr(home, name) for name in ADDRESS)) if home else Address()
    if not (address.street and address.postcode) or plan.is_skipped_column("street"):
        return
    if (address.street, address.postcode) == (old.street, old.postcode):
        return
    plan.work.moved.append((known, _one_line(old), address))
    plan.outcomes[i] = Outcome.CHANGED
    for name in ("street", "postcode", "town"):
        plan.change(i, name, as_read(getattr(old, name)), as_read(getattr(address, name)))


def _blanks(plan: Plan, i: int) -> dict[str, Any]:
    """Fields that row ``i`` takes away by blank cells."""
    return {
        name: ""
        for name, keys in _CLEARED.items()
        if plan.clears(i, keys[0]) and not any(plan.has_value(i, key) for key in keys)
    }


def _as_read(name: str, value: Any) -> str | None:
    return as_read(_CHOICES[name](value) if name in _CHOICES and value else value)


def _miss(plan: Plan, schools: Schools) -> None:
    """Schools still running of the authorities of the file that it does not name."""
    rows = zip(plan.records, plan.outcomes, strict=True)
    ours = {pk for pk, outcome in rows if pk and outcome is not Outcome.SKIPPED}
    named, authorities = set(plan.records), {schools.by_pk[pk].authority_number for pk in ours}
    absent = [
        Choice(school.pk, str(school))
        for school in schools.all
        if school.pk not in named and school.operating_status in RUNNING and school.authority_number in authorities
    ]
    plan.miss(absent, len(absent))


def _period(plan: Plan, i: int, cells: _Columns, known: School) -> dict[str, Any]:
    """When the known school opened and closed, as the row has it.

    The register's date says since when the *status* holds: it opens a school that we know no opening
    of, or corrects it; of a school that runs again after a break it is not the opening.
    """
    status, since = cells["operating_status"][i], cells["status_since"][i]
    opened, closed = known.opened_on, known.closed_on
    if status in RUNNING:
        closed = None
    elif status and (closed is None or is_since_edited(plan, i)):
        closed = since or plan.context.on
    if status in OPENED and since and (_is_opening(known, since) or is_since_edited(plan, i)):
        opened = since
    if opened and closed and closed <= opened:
        message = _("The school opened on %(day)s: it cannot have closed on that day or before.")
        key = "status_since" if since else "operating_status"
        plan.reject(i, key, "closed_before_opened", message % {"day": opened.strftime("%d.%m.%Y")})
    return {"opened_on": opened, "closed_on": closed}


def _is_opening(known: School, since: date) -> bool:
    if known.closed_on or known.opened_on is None:
        return known.opened_on is None
    return since < known.opened_on or known.operating_status == OperatingStatus.OPENING


def _fields(i: int, cells: _Columns) -> dict[str, Any]:
    """Fields of the school that the row fills; a blank cell keeps what is there."""
    fields = {name: cells[name][i] for name in _PLAIN}
    fields["name_addition"] = _joined(cells, i, "name_addition", "name_addition_2")
    fields["phone"] = _joined(cells, i, "phone_area", "phone") if cells["phone"][i] else None
    return {name: value for name, value in fields.items() if value is not None}


def _joined(cells: _Columns, i: int, *keys: str) -> str | None:
    return " ".join(str(cells[key][i]) for key in keys if cells[key][i]) or None


def _address(i: int, cells: _Columns) -> Address:
    given: Mapping[str, Any] = {name: cells[name][i] for name in ADDRESS if cells[name][i] is not None}
    return Address(**given)


def _one_line(address: Address) -> str:
    parts: Sequence[str] = (address.street, f"{address.postcode} {address.town}".strip())
    return ", ".join(filter(None, parts))


def _named(plan: Plan, i: int) -> str:
    return f"{plan.table.text(i, 'name')} ({plan.table.text(i, 'number')})"


SCHOOLS = Kind(
    KindName.SCHOOLS,
    _COLUMNS,
    (("number",), ("name",), ("school_type",)),
    plan_schools,
    write_schools,
    counted=ngettext_lazy("%(n)s school", "%(n)s schools", "count"),
    record=School,
)
