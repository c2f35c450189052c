"""The device list goes out with the headings that the import knows, and comes back without a change."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from openpyxl import load_workbook

from audit.actor import Actor
from common.columns import match_headings
from inventory.columns import DEVICE_COLUMNS
from inventory.enums import DeviceStatus
from inventory.models import Device
from inventory.services import change_devices, record_tests, update_details
from reports.exports import write_devices
from schools.models import School
from tests.factories import DAY, an_act, make_devices, make_model, make_room

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=60)


def exported(**question) -> list[tuple]:
    target = BytesIO()
    write_devices(target, **({"as_of": LATER} | question))
    return list(load_workbook(target).active.iter_rows(values_only=True))


@pytest.fixture
def stock(school: School, other_school: School, by: Actor) -> list[Device]:
    laptops = make_devices(2, school=school, model=make_model("NB 1", manufacturer="Nord", category="laptop"))
    record_tests({laptops[0].pk: DAY + timedelta(days=3)}, an_act())
    details = {"price": Decimal("399.90"), "purchased_on": date(2024, 2, 1), "note": "=HYPERLINK()"}
    update_details({laptops[0].pk: details}, an_act())
    make_devices(1, school=school, room=make_room(school, "E 07"), is_managed=True)
    make_devices(3, status=DeviceStatus.IN_STOCK)
    boards = make_devices(1, school=other_school, model=make_model("Board 75", category="board"))
    change_devices(boards, by=by, on=DAY + timedelta(days=30), status=DeviceStatus.DEFECTIVE)
    return laptops


@pytest.mark.parametrize("language", ["de", "en"])
def test_headings_are_those_the_import_recognises(stock: list[Device], language: str):
    with translation.override(language):
        headings = exported()[0]
    assert list(match_headings(headings, DEVICE_COLUMNS).values()) == list(DEVICE_COLUMNS)


@pytest.mark.parametrize("language", ["de", "en"])
def test_import_of_the_unchanged_file_changes_nothing(stock: list[Device], tmp_path: Path, language: str):
    path = tmp_path / "devices.xlsx"
    with translation.override(language):
        write_devices(path, as_of=timezone.localdate())
    before = list(Device.objects.order_by("pk").values())
    states = connection_count()
    with translation.override("de"):
        call_command("import_workbook", str(path), kind="devices", stdout=StringIO())
    assert list(Device.objects.order_by("pk").values()) == before
    assert connection_count() == states


def connection_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM inventory_devicestate")
        return int(cursor.fetchone()[0])


def test_cells_hold_what_is_known_of_a_device(stock: list[Device]):
    with translation.override("en"):
        heading, *rows = exported()
    cells = next(dict(zip(heading, row, strict=True)) for row in rows if row[1] == stock[0].serial)
    assert cells["Status"] == "in service"
    assert cells["Since"].date() == DAY
    assert cells["Last electrical test"].date() == DAY + timedelta(days=3)
    assert (cells["Price"], cells["Note"], cells["Category"]) == (399.9, "=HYPERLINK()", "Laptop")


def test_status_and_since_are_those_of_the_day(stock: list[Device]):
    with translation.override("en"):
        before = exported(as_of=DAY + timedelta(days=10))
        after = exported(as_of=LATER)
    assert [row[5] for row in before].count("defective") == 0
    assert [row[5] for row in after].count("defective") == 1
    assert len(exported(as_of=DAY - timedelta(days=1))) == 1


def test_list_is_narrowed_by_school_status_and_devices(stock: list[Device], school: School):
    assert len(exported(school=school.pk)) == 1 + 3
    assert len(exported(status=DeviceStatus.IN_STOCK)) == 1 + 3
    assert len(exported(devices=Device.objects.filter(pk=stock[0].pk))) == 1 + 1


def test_prices_stay_away_from_those_who_may_not_see_money(stock: list[Device]):
    with translation.override("en"):
        assert "Price" not in exported(with_prices=False)[0]
        assert "Price" in exported()[0]


@pytest.mark.parametrize("number", [1, 30])
def test_query_count_does_not_depend_on_devices(school: School, number: int):
    make_devices(number, school=school)
    with CaptureQueriesContext(connection) as queries:
        write_devices(BytesIO(), as_of=LATER)
    assert len(queries) == 5 + (connection.vendor == "postgresql")  # which asks who else is writing
