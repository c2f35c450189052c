"""Taking the demo city in: workbooks through the import, the rest through the services."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

from django.db import connection
from django.utils import timezone, translation

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from audit.services import open_act
from common.parsing import normalise_heading
from imports.demo.attainments import line_speeds, rounds
from imports.demo.city import City, SchoolPlan
from imports.demo.cost_workbook import cost_workbook
from imports.demo.loading_money import load_money
from imports.demo.loading_plan import load_plan
from imports.demo.loading_works import Projects, load_progress, projects_by_place
from imports.demo.logins import Staff
from imports.demo.names import CITY
from imports.demo.orders import DeliveryPlan, OrderPlan
from imports.demo.planning import LAST_DAY, Demo
from imports.demo.waivers import load_waivers
from imports.demo.workbooks import Workbook, all_workbooks, write_workbook
from imports.enums import BatchStatus, KindName
from imports.models import ImportBatch
from imports.services import take_batch, upload_batch
from inventory.models import DeviceModel, OrderLine
from inventory.services import book_delivery, create_order, file_delivery
from inventory.services.orders import NewLine
from inventory.services.receipt import Code
from rollout.models import Standard
from rollout.services import AttainmentFact, change_standard, record_attainments
from schools.enums import TYPE_SHORT
from schools.models import School
from schools.services import Address, add_site, remember_alias

Step = Callable[[str], AbstractContextManager[None]]
#: The committee to which the equipment standard was presented, and when.
COMMITTEE, PRESENTED_ON = "Ausschuss für Schule und Weiterbildung", date(2022, 11, 23)
#: So many problems of a refused workbook are told.
_TOLD = 5


class DemoRefused(Exception):
    """A workbook was not taken in as a whole; the message names the first problems."""


def load_demo(demo: Demo, folder: Path, staff: Staff, step: Step) -> list[ImportBatch]:
    """Write everything, in the caller's transaction. ``step`` frames each part and names it.

    Raises ``DemoRefused`` for a workbook with rejected rows.
    """
    with translation.override("de"):
        return list(_load(demo, folder, staff, step))


def _load(demo: Demo, folder: Path, staff: Staff, step: Step) -> Iterator[ImportBatch]:
    user, by = staff.it, Actor(staff.it, Channel.SETUP, "demo")
    for workbook in all_workbooks(demo.city, demo.works, demo.devices):
        with step(f"{workbook.name}.xlsx"):
            batch = _take(workbook, folder, user)
            if workbook.kind == KindName.SCHOOLS:
                _complete_schools(demo.city, user)
            yield batch
    with step("orders"):
        _load_orders(demo.orders, user)
    with step("attainments"):
        _load_attainments(demo, user)
    with step("waivers"):
        until = min(timezone.localdate(), LAST_DAY)
        load_waivers(demo.city.schools, until, Actor(staff.manager, Channel.SETUP, "demo"))
    projects = projects_by_place()
    with step("progress of the works"):
        load_progress(demo.progress, projects, by)
    yield from _load_money(demo, folder, staff.manager, projects, step)
    with step("master plan"):
        load_plan(Actor(staff.manager, Channel.SETUP, "demo"))
    with step("statistics of the database"), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _load_money(demo: Demo, folder: Path, manager: User, projects: Projects, step: Step) -> Iterator[ImportBatch]:
    by = Actor(manager, Channel.SETUP, "demo")
    with step("programmes and financings"):
        load_money(demo.money, projects, line_speeds(demo.attainments), by)
    costs = cost_workbook(demo.city, demo.money)
    with step(f"{costs.name}.xlsx"):
        yield _take(costs, folder, manager)
    if demo.money.until >= PRESENTED_ON:
        in_force = Standard.objects.in_force(PRESENTED_ON)[0]
        change_standard(in_force, by=by, committee=COMMITTEE, presented_on=PRESENTED_ON)


def _take(workbook: Workbook, folder: Path, user: User) -> ImportBatch:
    """The way of every upload: keep the file, plan, write."""
    path = write_workbook(workbook, folder)
    by = Actor(user, Channel.IMPORT, "demo")
    with path.open("rb") as file:
        batch = upload_batch(file, name=path.name, by=by, kind=workbook.kind)
    batch = take_batch(batch, by=by)
    if batch.status != BatchStatus.TAKEN:
        told = [f"{p['cell']}: {p['message']}" for p in batch.summary.get("problems", [])[:_TOLD]]
        raise DemoRefused("\n".join([f"{path.name} was refused. {batch.error}", *told]))
    return batch


def _complete_schools(city: City, user: User) -> None:
    """Second sites and other names: a list of schools knows neither."""
    schools = {school.number: school for school in School.objects.all()}
    act = open_act(Actor(user, Channel.SETUP, "demo"), "school.complete", subject=CITY)
    taken = {normalise_heading(school.short_name) for school in city.schools}
    for plan in city.schools:
        for site in plan.sites[1:]:
            address = Address(site.street, site.postcode, CITY, site.easting, site.northing)
            add_site(schools[plan.number], address, act)
        alias = _alias(plan)
        if normalise_heading(alias) not in taken:
            taken.add(normalise_heading(alias))
            remember_alias(schools[plan.number], alias, act)


def _alias(school: SchoolPlan) -> str:
    """As people say it: type and street."""
    return f"{TYPE_SHORT[school.school_type]} {school.sites[0].street.rstrip('0123456789 ')}"


def _load_orders(orders: Sequence[OrderPlan], user: User) -> None:
    models = {(m.manufacturer.name, m.name): m for m in DeviceModel.objects.select_related("manufacturer")}
    by = Actor(user, Channel.SETUP, "demo")
    for plan in orders:
        order = create_order(
            number=plan.number,
            supplier=plan.supplier,
            ordered_on=plan.ordered_on,
            expected_on=plan.expected_on,
            lines=[
                NewLine(models[line.model.manufacturer, line.model.name], line.quantity, line.price)
                for line in plan.lines
            ],
            by=by,
        )
        lines = {line.model.name: line for line in order.lines.select_related("model__category")}
        for delivery in plan.deliveries:
            book = file_delivery if delivery.devices else book_delivery
            book(order, note_number=delivery.note, delivered_on=delivery.on, serials=_codes(delivery, lines), by=by)


def _codes(delivery: DeliveryPlan, lines: dict[str, OrderLine]) -> list[Code]:
    known = [(device.model, device.serial) for device in delivery.devices]
    return [Code(lines[model.name], serial) for model, serial in [*known, *delivery.new]]


def _load_attainments(demo: Demo, user: User) -> None:
    schools = {school.number: school for school in School.objects.all()}
    act = open_act(Actor(user, Channel.SETUP, "demo"), "attainment.record", subject=CITY)
    for part in rounds(demo.attainments):
        record_attainments(
            [AttainmentFact(schools[f.school.number], f.key, f.on, f.value, f.is_met, f.evidence) for f in part], act
        )
