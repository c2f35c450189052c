"""Schools, as a register lists them: keyed by number, with address and coordinates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from audit.models import Act
from audit.services import Record, log_records
from imports.enums import KindName
from imports.kinds.base import Kind
from imports.matching import Schools, Sites
from imports.options import Context
from imports.preview import Outcome, Plan
from imports.reader import Cells, Table, read_cells, refuse_repeated
from schools.columns import SCHOOL_COLUMNS
from schools.enums import RUNNING, OperatingStatus
from schools.models import School
from schools.services import Address, create_schools, place_school, update_schools

_PLAIN = ("name", "short_name", "school_type", "authority_number", "operating_status", "email")
_ADDRESS = ("street", "postcode", "town", "easting", "northing")


@dataclass(slots=True)
class SchoolWork:
    new: list[tuple[School, Address]] = field(default_factory=list)
    changed: list[tuple[School, dict[str, Any]]] = field(default_factory=list)
    moved: list[tuple[School, str, Address]] = field(default_factory=list)


def plan_schools(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, SCHOOL_COLUMNS, is_wanted=lambda i: _is_ours(plan, i))
    refuse_repeated(plan, cells, "number")
    schools, sites = Schools(), Sites()
    plan.work = SchoolWork()
    for i, number in enumerate(cells["number"]):
        known = schools.by_number.get(number)
        if not _is_wanted(plan, i, cells, known):
            continue
        if known is None:
            _create(plan, i, cells)
        elif plan.is_open(i):
            _update(plan, i, cells, known, sites)
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
    plan.work.new.append((School(number=cells["number"][i], **_fields(i, cells)), _address(i, cells)))


def _update(plan: Plan, i: int, cells: Cells, known: School, sites: Sites) -> None:
    fields = {name: value for name, value in _fields(i, cells).items() if value != getattr(known, name)}
    if cells["operating_status"][i] and cells["operating_status"][i] not in RUNNING and known.closed_on is None:
        fields["closed_on"] = cells["status_since"][i] or plan.context.on
    plan.outcomes[i] = Outcome.UNCHANGED
    if fields:
        plan.work.changed.append((known, fields))
        plan.outcomes[i] = Outcome.CHANGED
    address, home = _address(i, cells), sites.main.get(known.pk)
    old = Address(*(getattr(home, name) for name in _ADDRESS)) if home else Address()
    if address.street and address.postcode and (address.street, address.postcode) != (old.street, old.postcode):
        plan.work.moved.append((known, _one_line(old), address))
        plan.outcomes[i] = Outcome.CHANGED


def _fields(i: int, cells: Cells) -> dict[str, Any]:
    """Fields of the school that the row fills; a blank cell keeps what is there."""
    fields = {name: cells[name][i] for name in _PLAIN}
    fields["name_addition"] = _joined(cells, i, "name_addition", "name_addition_2")
    fields["phone"] = _joined(cells, i, "phone_area", "phone") if cells["phone"][i] else None
    since: date | None = cells["status_since"][i]
    if cells["operating_status"][i] in (OperatingStatus.ACTIVE, OperatingStatus.OPENING):
        fields["opened_on"] = since
    return {name: value for name, value in fields.items() if value is not None}


def _joined(cells: Cells, i: int, *keys: str) -> str | None:
    return " ".join(str(cells[key][i]) for key in keys if cells[key][i]) or None


def _address(i: int, cells: Cells) -> Address:
    given: Mapping[str, Any] = {name: cells[name][i] for name in _ADDRESS if cells[name][i] is not None}
    return Address(**given)


def _one_line(address: Address) -> str:
    parts: Sequence[str] = (address.street, f"{address.postcode} {address.town}".strip())
    return ", ".join(filter(None, parts))


def _named(plan: Plan, i: int) -> str:
    return f"{plan.table.text(i, 'name')} ({plan.table.text(i, 'number')})"


SCHOOLS = Kind(
    KindName.SCHOOLS, SCHOOL_COLUMNS, (("number",), ("name",), ("school_type",)), plan_schools, write_schools
)
