"""The demo city: what its plan promises, and that the import takes in just that."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction
from django.db.models import Count, Sum

from audit.actor import Actor
from audit.enums import Channel
from costs.models import CostEntry
from funding.models import Drawdown, GrantNotice
from imports.demo.city import CitySize
from imports.demo.cost_workbook import cost_workbook
from imports.demo.loading import load_demo
from imports.demo.logins import Staff, create_staff
from imports.demo.planning import LAST_DAY, Demo, plan_demo
from imports.demo.workbooks import Workbook, all_workbooks
from imports.demo.works import REPORT_DAY
from imports.enums import KindName
from imports.services import take_batch, upload_batch
from inventory.binding import bound_until
from inventory.enums import RETIREMENT, DeviceStatus
from inventory.models import Device, DeviceState, DeviceTest, Order, PlannedHandOver
from inventory.services.orders import backlog
from reports.figures import figure_values
from reports.queries import Records
from reports.verification import verify
from rollout.enums import FINISHED, ProjectStatus
from rollout.models import (
    Attainment,
    ConstructionProject,
    JournalEntry,
    Milestone,
    ProjectRoom,
    ProjectState,
    WorksDefect,
)
from schools.enums import SchoolType
from schools.models import Headcount, Room, School, Site
from tests.imports.demo_sums import bound, for_works, own_money

SMALL = CitySize(
    {
        SchoolType.PRIMARY: 3,
        SchoolType.SPECIAL_NEEDS: 1,
        SchoolType.REALSCHULE: 1,
        SchoolType.COMPREHENSIVE: 1,
        SchoolType.VOCATIONAL: 1,
    },
    share=0.04,
)
JUNE = date(2022, 6, 30)
SINCE = date(2020, 7, 1)


@pytest.fixture(scope="module")
def full() -> Demo:
    return plan_demo(LAST_DAY)


@pytest.fixture(scope="module")
def small() -> Demo:
    return plan_demo(LAST_DAY, SMALL)


@contextmanager
def silently(name: str) -> Iterator[None]:
    yield


def every_workbook(demo: Demo) -> list[Workbook]:
    return [*all_workbooks(demo.city, demo.works, demo.devices), cost_workbook(demo.city, demo.money)]


# --- the plan of the full city ----------------------------------------------------------------------------------------


def test_city_has_the_mix_of_schools_and_about_27000_pupils(full: Demo) -> None:
    schools = full.city.schools
    assert Counter(school.school_type for school in schools) == {"02": 29, "08": 2, "10": 3, "15": 4, "20": 5, "30": 3}
    assert len({school.number for school in schools}) == len({school.name for school in schools}) == 46
    assert (len(full.city.sites), len(full.city.shared)) == (50, 2)
    assert 26_500 <= sum(school.latest.pupils for school in schools) <= 27_500


def test_plan_gives_the_published_figures_of_the_works(full: Demo) -> None:
    on_day = {id(p): p.status_on(REPORT_DAY) for p in full.works.projects}
    running = [p for p in full.works.projects if on_day[id(p)] == ProjectStatus.UNDER_CONSTRUCTION]
    finished = [
        school
        for school in full.city.schools
        if all(on_day[id(p)] in (*FINISHED, None) for p in full.works.projects if p.site in school.sites)
    ]
    assert (len(finished), len(running), len({p.site for p in running})) == (13, 20, 20)
    fibre = [on_day[id(p)] for p in full.works.projects if p.trade == "fibre"]
    assert {status for status in fibre if status} <= set(FINISHED)


def test_plan_gives_the_published_figures_of_the_devices(full: Demo) -> None:
    first_days = [d.in_service_on for d in full.devices if d.in_service_on]
    assert 14_550 <= sum(SINCE <= day <= REPORT_DAY for day in first_days) <= 15_450
    boards = [d.state_on(REPORT_DAY) for d in full.devices if d.model.category == "board"]
    assert sum(s is not None and s.status == DeviceStatus.IN_SERVICE for s in boards) == 100
    tablets = [d.state_on(JUNE) for d in full.devices if d.model.category in ("tablet", "convertible")]
    assert sum(s is not None and s.status != DeviceStatus.ORDERED for s in tablets) == 9_600
    lines = [line for order in full.orders if order.ordered_on <= JUNE for line in order.lines]
    assert sum(line.quantity for line in lines if line.model.category in ("tablet", "convertible")) == 13_000


def test_history_of_each_device_goes_forward_one_step_a_day(full: Demo) -> None:
    days = [[state.on for state in device.states] for device in full.devices]
    assert [of_one for of_one in days if of_one != sorted(set(of_one))] == []


def test_nothing_lies_after_today() -> None:
    today = date(2021, 11, 8)
    demo = plan_demo(today, SMALL)
    days = [state.on for device in demo.devices for state in device.states]
    days += [day for device in demo.devices for day in device.tests]
    days += [step.on for project in demo.works.projects for step in project.steps]
    days += [fact.on for fact in demo.attainments] + [heads.on for s in demo.city.schools for heads in s.heads]
    days += [order.ordered_on for order in demo.orders] + [d.on for order in demo.orders for d in order.deliveries]
    money, progress = demo.money, demo.progress
    days += [one.on for one in (*money.costs, *money.notices, *money.drawdowns, *money.hand_overs)]
    days += [told.on for of_round in progress.rounds for told in of_round]
    days += [step.on for step in (*progress.covered, *progress.done, *progress.notes)]
    days += [day for defect in progress.defects for day in (defect.found_on, defect.resolved_on) if day]
    assert date(2021, 9, 1) < max(days) <= today


def test_same_seed_makes_the_same_workbooks(small: Demo) -> None:
    again = plan_demo(LAST_DAY, SMALL)
    first, second = (
        {book.name: [tuple(row) for row in book.rows()] for book in every_workbook(d)} for d in (small, again)
    )
    assert first == second


# --- a small city through the import ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker, small: Demo, folder: Path) -> Iterator[Staff]:
    """Taken in once for all tests of this module, which only look; rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        staff = create_staff()
        load_demo(small, folder, staff, silently)
        yield staff
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_import_takes_in_what_was_planned(loaded: Staff, small: Demo) -> None:
    schools, projects = small.city.schools, small.works.projects
    counted = {
        School: len(schools),
        Site: len(small.city.sites),
        Room: sum(len(school.rooms) for school in schools),
        ConstructionProject: len(projects),
    }
    assert {model: model.objects.count() for model in counted} == counted
    believed = {
        # Nothing new is said where two days have the same numbers.
        Headcount: sum(len(school.heads) for school in schools),
        ProjectState: sum(len(project.steps) for project in projects),
        DeviceTest: sum(len(device.tests) for device in small.devices),
        Attainment: len(small.attainments),
    }
    assert {model: model.objects.filter(superseded_at=None).count() for model in believed} == believed


@pytest.mark.django_db
def test_devices_are_where_the_plan_has_them(loaded: Staff, small: Demo) -> None:
    booked = [serial for order in small.orders for d in order.deliveries for _model, serial in d.new]
    planned = Counter(device.states[-1].status.value for device in small.devices)
    planned[DeviceStatus.DELIVERED.value] += len(booked)
    written_off = len(small.money.write_offs[1])
    planned.update({DeviceStatus.RETIRED.value: written_off, DeviceStatus.IN_SERVICE.value: -written_off})
    assert Counter(Device.objects.values_list("status", flat=True)) == planned
    states = DeviceState.objects.filter(superseded_at=None)
    assert states.count() == sum(len(device.states) for device in small.devices) + len(booked) + written_off
    for day in (JUNE, REPORT_DAY):
        in_service = [s for d in small.devices if (s := d.state_on(day)) and s.status == DeviceStatus.IN_SERVICE]
        assert states.as_of(day).filter(status=DeviceStatus.IN_SERVICE).count() == len(in_service)


@pytest.mark.django_db
def test_orders_have_the_planned_backlog(loaded: Staff, small: Demo) -> None:
    missing = {order.number: sum(backlog(order).values()) for order in Order.objects.all()}
    assert missing == {order.number: order.missing for order in small.orders}
    assert sum(number > 0 for number in missing.values()) == 3
    notes = Order.objects.annotate(notes=Count("deliveries")).values_list("number", "notes")
    assert dict(notes) == {order.number: len(order.deliveries) for order in small.orders}


@pytest.mark.django_db
def test_money_and_progress_are_what_was_planned(loaded: Staff, small: Demo) -> None:
    money, progress = small.money, small.progress
    counted = {
        CostEntry: len(money.costs),
        GrantNotice: len(money.notices),
        Drawdown: len(money.drawdowns),
        PlannedHandOver: len(money.hand_overs),
        ProjectRoom: len(progress.covered),
        WorksDefect: len(progress.defects),
        JournalEntry: len(progress.notes),
    }
    assert {model: model.objects.count() for model in counted} == counted
    net = sum((cost.net or 0) * (-1 if cost.is_credit else 1) for cost in money.costs)
    assert CostEntry.objects.aggregate(net=Sum("net"))["net"] == net
    assert ProjectRoom.objects.filter(is_done=True).count() == len(progress.done)
    told = {(m.project.site, m.project.trade, m.phase) for of_round in progress.rounds for m in of_round}
    assert Milestone.objects.count() == len(told)
    assert not ConstructionProject.objects.filter(financing=None).exists()


@pytest.mark.django_db
def test_figures_of_the_records_are_those_of_the_plan(loaded: Staff, small: Demo) -> None:
    end, first = date(2022, 12, 31), date(2021, 1, 1)
    found = {one.figure.key: one.value for one in figure_values(Records(end, since=first))}
    works = for_works(small, first, end)
    assert found["works_paid"] == sum(works.values())
    assert found["works_paid_network"] == works["lan"] + works["wlan"]
    assert found["works_paid_rest"] == sum(works.get(trade, 0) for trade in ("", "electrical", "presentation"))
    assert found["digitalpakt_bound"] == bound(small, "digitalpakt", end)
    assert found["standard_presented"] is True
    assert found["own_money_paid"] == own_money(small, 2021)
    assert found["extra_boards_planned"] == sum(p.quantity for p in small.money.hand_overs if p.programme == "react-eu")
    new = [device for device in small.devices if device.in_service_on and first <= device.in_service_on <= end]
    assert found["put_into_service_cost"] == sum(Decimal(device.model.price) for device in new)


@pytest.mark.django_db
def test_bound_devices_are_retired_with_a_reason_only(loaded: Staff, small: Demo) -> None:
    retired = DeviceState.objects.filter(superseded_at=None, status__in=RETIREMENT, device__financing__isnull=False)
    ends = bound_until(retired.values_list("device", flat=True))
    early = [
        state for state in retired.select_related("act") if state.valid_from <= ends.get(state.device_id, date.min)
    ]
    assert len(early) == len(small.money.write_offs[1]) > 0
    assert {bool(state.act.reason) for state in early} == {True}


@pytest.mark.django_db
def test_city_keeps_what_the_data_promises(loaded: Staff) -> None:
    assert verify() == []


@pytest.mark.django_db
def test_taking_the_workbooks_again_changes_nothing(loaded: Staff, small: Demo, folder: Path) -> None:
    for book in every_workbook(small):
        by = Actor(loaded.manager if book.kind == KindName.COSTS else loaded.it, Channel.IMPORT)
        with (folder / f"{book.name}.xlsx").open("rb") as file:
            batch = take_batch(upload_batch(file, name=f"{book.name}.xlsx", by=by), by=by)
        counts = {name: batch.summary[name] for name in ("new", "changed", "rejected", "skipped")}
        assert (book.name, batch.kind, counts) == (book.name, book.kind, dict.fromkeys(counts, 0))
