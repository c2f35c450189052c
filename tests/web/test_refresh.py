"""Refresh planning: which year a device falls into, what its successor costs, who sees it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from inventory.models import Category, Device, DeviceModel
from reports.refresh import AHEAD, Due, column_of, read_refresh
from tests.factories import make_devices, make_model, make_school
from tests.factories_money import make_financing, make_programme
from tests.web.pages import links, tables, text
from tests.web.test_reports import saved

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)
YEAR = timezone.localdate().year


def bought(number: int, on: date | None, **extra: Any) -> None:
    """Tablets have a lifetime of five years."""
    keys = [device.pk for device in make_devices(number, **extra)]
    Device.objects.filter(pk__in=keys).update(purchased_on=on)


@pytest.mark.parametrize(
    ("planned", "bound", "column"),
    [
        (date(2026, 6, 14), None, "overdue"),
        (date(2026, 6, 15), None, "2026"),
        (date(2026, 1, 1), date(2026, 6, 14), "2026"),
        (date(2026, 1, 1), date(2026, 6, 13), "overdue"),
        (date(2027, 3, 1), date(2029, 12, 31), "2030"),
        (date(2031, 3, 1), date(2029, 12, 31), "2031"),
        (date(2026 + AHEAD, 12, 31), None, str(2026 + AHEAD)),
        (date(2027 + AHEAD, 1, 1), None, "later"),
        (date(2027, 1, 1), date.max, "later"),
        (None, date(2029, 12, 31), "unknown"),
        (None, None, "unknown"),
    ],
)
def test_later_of_replacement_and_binding_decides(planned: date | None, bound: date | None, column: str) -> None:
    assert column_of(Due(None, planned, bound), TODAY) == column


def test_numbers_and_prices_per_school_and_year(school: Any, other_school: Any) -> None:
    DeviceModel.objects.filter(pk=make_model().pk).update(price=Decimal(400))
    bought(3, date(2020, 1, 1), school=school)
    bought(2, date(2023, 5, 1), school=school)
    bought(4, None, school=school)
    bought(1, date(2022, 5, 1), school=other_school)
    bought(1, date(2020, 1, 1), status="in_stock")
    bought(5, date(2020, 1, 1), status="retired")

    plan = read_refresh(Device.objects.existing(), TODAY)

    found = {
        str(place): {column: (one.number, one.cost) for column, one in row.by_column.items()}
        for place, row in plan.by_school
    }
    assert list(found) == ["Kastanienschule (100200)", "Lindenschule (100100)", "None"]
    assert found == {
        "Kastanienschule (100200)": {"2027": (1, 400)},
        "Lindenschule (100100)": {"overdue": (3, 1200), "2028": (2, 800), "unknown": (4, 1600)},
        "None": {"overdue": (1, 400)},
    }
    assert (plan.total.number, plan.total.cost, plan.total.unpriced) == (11, 4400, 0)


def test_binding_holds_devices_longer_than_they_live(school: Any) -> None:
    pakt = make_programme("Pakt", binding_start="fixed", binding_until=date(2029, 12, 31))
    bought(2, date(2020, 1, 1), school=school)
    Device.objects.update(financing=make_financing({pakt: 100}))

    plan = read_refresh(Device.objects.existing(), TODAY)

    assert {column: one.number for column, one in plan.total.by_column.items()} == {"2030": 2}
    assert (plan.total.held, plan.total.bound_until) == (2, date(2029, 12, 31))


def test_without_lifetime_or_price_nothing_is_pretended(school: Any) -> None:
    DeviceModel.objects.update(price=None)
    Category.objects.filter(key="tablet").update(lifetime_years=None)
    bought(2, date(2020, 1, 1), school=school)

    plan = read_refresh(Device.objects.existing(), TODAY)

    assert {column: (one.number, one.unpriced) for column, one in plan.total.by_column.items()} == {"unknown": (2, 2)}


def test_each_number_leads_to_its_devices(signed_in: Any, manager: Any, school: Any) -> None:
    bought(2, date(YEAR - 4, 12, 31), school=school)
    bought(3, None, school=school)
    client = signed_in(manager)

    page = client.get("/reports/refresh/")
    found = {name: url for name, url in links(page, "refresh-table").items() if name in ("2", "3")}

    assert found == {
        "2": f"/reports/refresh/devices/?school=100100&due={YEAR + 1}",
        "3": "/reports/refresh/devices/?school=100100&due=unknown",
    }
    for number, url in found.items():
        assert len(tables(client.get(url))[0]) == int(number) + 1
    assert client.get("/reports/refresh/devices/?due=nie").status_code == 404


def test_filters_narrow_page_and_workbook(signed_in: Any, manager: Any, school: Any, tmp_path: Any) -> None:
    bought(2, date(2020, 1, 1), school=school)
    bought(7, date(2020, 1, 1), school=make_school(), model=make_model("Board", category="board"))
    client = signed_in(manager)

    page = client.get("/reports/refresh/", {"category": "tablet"})
    book = load_workbook(saved(client.get("/reports/refresh/workbook/", {"category": "tablet"}), tmp_path))

    assert [row[0] for row in tables(page, "refresh-table")[0][1:]] == ["Lindenschule", "Gesamt"]
    assert book.sheetnames == ["Geräte je Jahr", "Kosten je Jahr", "Einzelposten"]
    names = [row[1] for row in book["Geräte je Jahr"].iter_rows(min_row=5, values_only=True) if row[1]]
    assert names[0] == "Lindenschule"
    assert "Nichts gefunden" in text(client.get("/reports/refresh/", {"school": "999999"}))


def test_school_sees_no_prices(signed_in: Any, school_admin: Any) -> None:
    client = signed_in(school_admin)

    for url in ("/reports/refresh/", "/reports/refresh/devices/?due=overdue", "/reports/refresh/workbook/"):
        assert client.get(url).status_code == 403


def test_page_takes_the_same_queries_for_one_and_many(signed_in: Any, manager: Any, school: Any) -> None:
    client = signed_in(manager)

    def queries() -> int:
        with CaptureQueriesContext(connection) as log:
            client.get("/reports/refresh/")
        return len(log)

    bought(1, date(2020, 1, 1), school=school)
    queries()
    few = queries()
    for year in range(2019, 2025):
        bought(2, date(year, 1, 1), school=make_school())

    assert queries() == few
