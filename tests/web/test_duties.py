"""What waits for somebody: for each role its own, and each number is the length of the list behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from audit.actor import Actor
from imports.models import ImportBatch
from inventory.enums import DeviceStatus
from inventory.models import Device, Order
from inventory.services import change_device, report_defect, take_defect
from reports.publishing import create_publication
from rollout.enums import ProjectStatus
from rollout.services import add_defect
from rollout.services.milestones import MilestoneFact, set_milestones
from tests.factories import DAY, make_device, make_devices, make_order, make_project
from tests.factories_money import make_cost
from tests.web.pages import tables, text
from web.duties import duties_for

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def busy(school, other_school, manager):
    """Something of everything that can wait."""
    by = Actor(manager)
    late, soon, far = (make_order() for _ in range(3))
    for order, days in ((late, -3), (soon, 10), (far, 90)):
        Order.objects.filter(pk=order.pk).update(expected_on=TODAY() + timedelta(days))
    make_devices(2, school=None, status=DeviceStatus.DELIVERED)
    make_devices(3, school=school)
    make_device(school=school, status=DeviceStatus.DELIVERED)
    change_device(make_device(school=other_school), status=DeviceStatus.IN_REPAIR, on=DAY, by=by)
    ImportBatch.objects.create(
        name="Liste.xlsx", sha256="0" * 64, size=1, status="previewed", created_at=timezone.now()
    )
    project = make_project(school, status=ProjectStatus.UNDER_CONSTRUCTION)
    make_project(other_school, status=ProjectStatus.BLOCKED, reason="kein Strom")
    plan = MilestoneFact(project.pk, ProjectStatus.ACCEPTED, DAY, TODAY() + timedelta(30), TODAY() + timedelta(60))
    set_milestones(project, [plan], by=by)
    add_defect(project, by=by, text="Dose locker", found_on=DAY)
    report_defect(Device.objects.filter(school=school).earliest("pk"), by=by, kind="power", on=DAY)
    there = Device.objects.filter(school=other_school).earliest("pk")
    take_defect(report_defect(there, by=by, kind="power", on=DAY), by=by, on=DAY)
    make_cost("1250.50", stage="paid", school=school)
    day = {"session_on": TODAY() + timedelta(9), "as_of": DAY}
    create_publication(by=by, title="Sachstand", committee="Ausschuss", **day, blocks=[], choices=[])


def told(user, school=None) -> dict[str, dict[str, str]]:
    groups = duties_for(user, TODAY(), school)
    return {str(group.title): {str(duty.label): duty.text for duty in group.duties} for group in groups}


def test_manager_is_told_of_everything(busy, manager):
    assert told(manager) == {
        "Deliveries and imports": {
            "Overdue deliveries": "1",
            "Deliveries in the next 30 days": "1",
            "Orders outstanding": "3",
            "Imports to decide on": "1",
        },
        "Devices": {
            "Reported defects, not taken over": "1",
            "Delivered, without a school yet": "2",
            "Open defects of devices": "2",
            "Broken devices": "1",
        },
        "Construction sites": {
            "Works under construction": "1",
            "Blocked works": "1",
            "Acceptance later than planned": "1",
            "Open defects of the works": "1",
        },
        "Money": {"bound by contract": "0 €", "invoiced": "0 €", "paid": "1,251 €"},
        "Next reports": {"Sachstand": date_format(TODAY() + timedelta(9), "SHORT_DATE_FORMAT")},
    }


def test_each_role_is_told_what_it_looks_after(busy, it_staff, reader, school_admin, school, outsider):
    assert list(told(it_staff)) == ["Deliveries and imports", "Devices", "Construction sites"]
    assert list(told(reader)) == ["Devices", "Construction sites"]
    assert told(outsider) == {}
    assert told(school_admin, school) == {
        "Devices": {
            "Devices in service": "3",
            "Delivered, not in service yet": "1",
            "Open defects of devices": "1",
            "Broken devices": "0",
        },
        "Construction sites": {
            "Works under construction": "1",
            "Blocked works": "0",
            "Acceptance later than planned": "1",
            "Open defects of the works": "1",
        },
    }


@pytest.mark.parametrize("person", ["manager", "it_staff", "school_admin"])
def test_each_number_is_the_length_of_its_list(busy, client, request, school, person):
    user = request.getfixturevalue(person)
    client.force_login(user)
    groups = duties_for(user, TODAY(), school if person == "school_admin" else None)
    for duty in (duty for group in groups for duty in group.duties if duty.text.isdecimal()):
        rows = [row for table in tables(client.get(duty.url), "content") for row in table[1:]]
        assert (str(duty.label), len(rows)) == (str(duty.label), int(duty.text))


def test_sums_of_money_are_those_of_the_list_of_costs(busy, client, manager):
    client.force_login(manager)
    (paid,) = [
        duty for group in duties_for(manager, TODAY()) for duty in group.duties if duty.url.endswith("stage=paid")
    ]
    assert (paid.text, "1,250.50 €" in text(client.get(paid.url), "content")) == ("1,251 €", True)


def test_a_past_day_has_no_duties(busy, signed_in, manager):
    client = signed_in(manager)
    assert "Overdue deliveries" in text(client.get("/"))
    assert "Overdue deliveries" not in text(client.get("/", {"as_of": DAY.isoformat()}))
