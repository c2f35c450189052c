"""Devices and boards, with their dated states. Several rows of one device are its history."""

from datetime import date

from audit.models import Act
from common.bulk import ids
from common.parsing import normalise_heading
from imports.catalogue import Catalogue
from imports.enums import KindName
from imports.kinds.base import Kind
from imports.kinds.devices.facts import DeviceRows
from imports.kinds.devices.identity import Known, Register, match_rows
from imports.kinds.devices.models import resolve_models
from imports.kinds.devices.work import DeviceWork
from imports.matching import Rooms, Schools
from imports.options import Context
from imports.preview import Plan
from imports.reader import Cells, Table, read_cells, refuse_future
from imports.references import Places, RoomFinder, ask_for_school, mapped_aliases, resolve_schools
from inventory.columns import DEVICE_COLUMNS
from inventory.models import DeviceTest
from inventory.services.states import STATES


def plan_devices(table: Table, context: Context) -> Plan:
    """What the rows would do; reads the inventory in a constant number of queries."""
    plan = Plan(table, context)
    cells = read_cells(plan, DEVICE_COLUMNS)
    refuse_future(plan, cells, "since", "tested_on", "purchased_on")
    schools = Schools()
    school_of_row = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    catalogue = Catalogue()
    models = resolve_models(plan, cells, catalogue)
    owners = match_rows(plan, cells, _makers(cells, models, catalogue), Register(cells))
    known = [owner.known for owner in owners if owner.known]
    around = {school.pk for school in school_of_row if school} | {k.school for k in known if k.school}
    rooms = RoomFinder(plan, schools, Rooms(around), Places.load())
    work = DeviceWork(catalogue, rooms, mapped_aliases(plan, schools))
    timelines = STATES.load(k.pk for k in known) if known else {}
    rows = DeviceRows(plan, cells, models, school_of_row, work, timelines, _tested(cells, known))
    for owner in owners:
        rows.read(owner)
    plan.work = work
    return plan


def write_devices(plan: Plan, act: Act) -> None:
    plan.work.write(act)


def _makers(cells: Cells, models: list[int | None], catalogue: Catalogue) -> list[str]:
    """Key of the manufacturer per row, empty where it is not told."""
    of_model = [model.manufacturer.key for model in catalogue.entries]
    of_text = {text: normalise_heading(text) for text in set(cells["manufacturer"]) if text}
    return [
        of_model[position] if position is not None else of_text.get(text, "")
        for position, text in zip(models, cells["manufacturer"], strict=True)
    ]


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
    DEVICE_COLUMNS,
    (("serial", "asset_tag"), ("model", "status", "since", "room", "tested_on")),
    plan_devices,
    write_devices,
)
