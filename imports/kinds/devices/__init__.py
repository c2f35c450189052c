"""Devices and boards, with their dated states. Several rows of one device are its history."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.bulk import ids
from common.parsing import ParseError, normalise_heading
from imports.catalogue import Catalogue
from imports.enums import KindName
from imports.financings import Programmes, resolve_financings
from imports.kinds.base import Kind
from imports.kinds.devices.changes import Changes, miss_devices
from imports.kinds.devices.facts import DeviceRows
from imports.kinds.devices.identity import Known, Owner, Register, match_rows
from imports.kinds.devices.merging import DeviceMerge, prefer_edited
from imports.kinds.devices.models import resolve_models
from imports.kinds.devices.work import DeviceWork
from imports.matching import Rooms, Schools
from imports.options import Context
from imports.preview import Plan
from imports.reader import Cells, Explain, Table, read_cells, refuse_future
from imports.references import Places, RoomFinder, ask_for_school, mapped_aliases, resolve_schools
from inventory.columns import DEVICE_IMPORT_COLUMNS, STATUS
from inventory.enums import RETIREMENT
from inventory.models import Device, DeviceTest
from inventory.services.bound import not_to_be_retired
from inventory.services.states import STATES
from inventory.workflow import WORKFLOWS


def plan_devices(table: Table, context: Context) -> Plan:
    """What the rows would do; reads the inventory in a constant number of queries."""
    plan = Plan(table, context)
    cells = read_cells(plan, (column for column in DEVICE_IMPORT_COLUMNS if column.key != STATUS.key))
    refuse_future(plan, cells, "since", "tested_on", "purchased_on")
    programmes = Programmes()
    cells["financing"] = [one and one.pk for one in resolve_financings(plan, cells, programmes)]
    financings = {pk: financing.name for pk, financing in programmes.financings.items()}
    schools = Schools(context.user)
    register = Register(cells)
    prefer_edited(cells, register, schools)
    school_of_row = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    catalogue = Catalogue()
    models = resolve_models(plan, cells, catalogue)
    owners = match_rows(plan, cells, _makers(cells, models, catalogue), register)
    cells |= read_cells(plan, [STATUS], explain=_fitting(owners, models, catalogue))
    _name_rows(plan, cells, owners)
    known = [owner.known for owner in owners if owner.known]
    around = {school.pk for school in school_of_row if school} | {k.school for k in known if k.school}
    rooms = RoomFinder(plan, schools, Rooms(around), Places.load())
    work = DeviceWork(catalogue, rooms, mapped_aliases(plan, schools))
    timelines = STATES.load(k.pk for k in known) if known else {}
    tested = _tested(cells, known)
    merge = DeviceMerge(
        plan, cells, register.origins, models, school_of_row, catalogue, schools, timelines, tested, financings
    )
    merge.merge(owners)
    told = Changes(plan, work, schools, financings)
    told.load_rooms(timelines)
    rows = DeviceRows(plan, cells, models, school_of_row, work, timelines, tested, _bound(cells, known), told)
    for n, owner in enumerate(owners):
        context.step(n, len(owners))
        if owner.known:
            for i in owner.rows:
                plan.touches(i, owner.known.school)
        rows.read(owner)
    miss_devices(plan, known)
    plan.work = work
    return plan


def _bound(cells: Cells, known: Sequence[Known]) -> Mapping[int, date]:
    """Until when known devices may not be retired, where any row retires one."""
    is_asked = not set(RETIREMENT).isdisjoint(cells["status"])
    return not_to_be_retired([device.pk for device in known]) if is_asked else {}


def write_devices(plan: Plan, act: Act) -> None:
    plan.work.write(act)


def _name_rows(plan: Plan, cells: Cells, owners: Sequence[Owner]) -> None:
    """What each row is called, and by what the known ones were found, unless that is told already."""
    serials, tags = cells["serial"], cells["asset_tag"]
    plan.labels = [known or tag or serial or "" for known, tag, serial in zip(plan.labels, tags, serials, strict=True)]
    for owner in owners:
        known = owner.known
        for i in owner.rows if known else ():
            assert known is not None
            plan.records[i] = known.pk
            if not plan.matched_by[i]:
                is_serial = known.serial and serials[i] == known.serial
                plan.matched_by[i] = "serial" if is_serial else "asset_tag" if tags[i] == known.asset_tag else "row"


def _makers(cells: Cells, models: list[int | None], catalogue: Catalogue) -> list[str]:
    """Key of the manufacturer per row, empty where it is not told."""
    of_model = [model.manufacturer.key for model in catalogue.entries]
    of_text = {text: normalise_heading(text) for text in set(cells["manufacturer"]) if text}
    return [
        of_model[position] if position is not None else of_text.get(text, "")
        for position, text in zip(models, cells["manufacturer"], strict=True)
    ]


def _fitting(owners: Sequence[Owner], models: Sequence[int | None], catalogue: Catalogue) -> Explain:
    """Of an unknown status: the words that fit the workflow of the row's device."""
    workflow_of = {
        i: catalogue.entries[position].category.workflow for i, position in enumerate(models) if position is not None
    }
    workflow_of |= {i: owner.known.workflow for owner in owners if owner.known for i in owner.rows}

    def explain(i: int, fault: ParseError) -> ParseError:
        if fault.code != "unknown_choice" or i not in workflow_of:
            return fault
        rules = WORKFLOWS[workflow_of[i]]
        return ParseError(fault.code, fault.params["value"], choices=", ".join(map(rules.label, rules.states)))

    return explain


def _tested(cells: Cells, known: list[Known]) -> dict[int, set[date]]:
    """Known electrical tests per device, where the file speaks of tests at all."""
    tested: dict[int, set[date]] = {}
    if known and any(cells["tested_on"]):
        tests = DeviceTest.objects.filter(superseded_at__isnull=True, device__in=ids(k.pk for k in known))
        for device, day in tests.values_list("device", "valid_from"):
            tested.setdefault(device, set()).add(day)
    return tested


DEVICES = Kind(
    KindName.DEVICES,
    DEVICE_IMPORT_COLUMNS,
    (("serial", "asset_tag"), ("model", "status", "since", "room", "tested_on")),
    plan_devices,
    write_devices,
    counted=ngettext_lazy("%(n)s device", "%(n)s devices", "count"),
    record=Device,
)
