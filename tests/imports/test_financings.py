"""The financing of devices, order lines and construction projects in lists, and what else is known of projects."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from funding.models import Financing, Programme
from inventory.models import Device, OrderLine
from reports.exports import write_devices
from rollout.models import ConstructionProject, MilestoneState
from schools.models import School
from tests.factories import DAY, make_device, make_model, make_project
from tests.factories_money import make_financing, make_programme, own_money, whole
from tests.factories_works import make_milestone
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
DEVICES = ["Seriennummer", "Modell", "Status", "Schule", "Förderprogramm"]
ORDERS = ["Bestellnummer", "Lieferant", "Bestelldatum", "Position", "Modell", "Menge", "Finanziert aus"]
WORKS = ["Schule", "Gewerk", "Status", "Seit", "Auftragnehmer", "Auftragssumme", "Programm", "Abnahme geplant"]
WORKS += ["Voraussichtliche Abnahme", "Grund der Verschiebung", "Bandbreite nachher", "Gewährleistung"]


@pytest.fixture
def mix(digitalpakt: Programme) -> Financing:
    return make_financing({digitalpakt: 90, own_money(): 10}, "DigitalPakt 90/10")


@pytest.fixture
def digitalpakt() -> Programme:
    return make_programme("DigitalPakt", key="dp")


def test_devices_are_financed_by_programme_or_mix(tmp_path: Path, school: School, mix: Financing) -> None:
    make_model()
    named = {"S1": "DP", "S2": "digitalpakt 90/10", "S3": "X"}
    rows = [[serial, "iPad 9", "im Einsatz", school.name, text] for serial, text in named.items()]
    path = write_xlsx(tmp_path / "g.xlsx", [DEVICES, *rows])
    result = import_file(path, "--mode", "valid")
    assert (result["kind"], result.counts) == ("devices", (2, 0, 0, 1, 0))
    assert [(one["kind"], one["text"], one["can_create"]) for one in result["unknown"]] == [("financing", "X", False)]
    told = dict(Device.objects.values_list("serial", "financing__name"))
    assert told == {"S1": "DigitalPakt", "S2": "DigitalPakt 90/10"}
    assert import_file(path, "--mode", "valid").counts == (0, 0, 2, 1, 0)
    changed = import_file(write_xlsx(tmp_path / "h.xlsx", [DEVICES, ["S1", None, None, None, mix.name]]))
    assert (changed.counts, Device.objects.get(serial="S1").financing) == ((0, 1, 0, 0, 0), mix)


def test_list_of_devices_comes_back_with_another_financing(tmp_path: Path, school: School, mix: Financing) -> None:
    device = make_device(school=school)
    Device.objects.filter(pk=device.pk).update(financing=whole(Programme.objects.get(key="dp")))
    path = tmp_path / "g.xlsx"
    write_devices(path, as_of=timezone.localdate())
    assert import_file(path).counts == (0, 0, 1, 0, 0)
    book = load_workbook(path)
    page = book.active
    at = [cell.value for cell in page[1]].index("Finanzierung") + 1
    assert page.cell(2, at).value == "DigitalPakt"
    page.cell(2, at).value = mix.name
    book.save(path)
    assert import_file(path).counts == (0, 1, 0, 0, 0)
    assert Device.objects.get().financing == mix


def test_financing_is_nothing_for_those_who_see_no_money(school: School) -> None:
    make_device(school=school)
    target = BytesIO()
    write_devices(target, as_of=timezone.localdate(), with_prices=False)
    headings = [cell.value for cell in load_workbook(target).active[1]]
    assert {"Finanzierung", "Preis"}.isdisjoint(headings)


def test_order_lines_are_financed(tmp_path: Path, digitalpakt: Programme, mix: Financing) -> None:
    make_model()
    rows = [["B-1", "Kranich", DAY, 1, "iPad 9", 3, "DigitalPakt"], ["B-1", "Kranich", DAY, 2, "iPad 9", 3, None]]
    assert import_file(write_xlsx(tmp_path / "b.xlsx", [ORDERS, *rows])).counts == (2, 0, 0, 0, 0)
    rows[1][-1] = mix.name
    again = write_xlsx(tmp_path / "c.xlsx", [ORDERS, *rows])
    assert import_file(again).counts == (0, 1, 1, 0, 0)
    assert list(OrderLine.objects.order_by("position").values_list("financing__name", flat=True)) == [
        "DigitalPakt",
        mix.name,
    ]
    assert import_file(again).counts == (0, 0, 2, 0, 0)


def works(tmp_path: Path, *rows: list[object]) -> Path:
    return write_xlsx(tmp_path / "bau.xlsx", [WORKS, *rows])


def test_projects_have_contractor_sum_financing_and_dates(tmp_path: Path, school: School, mix: Financing) -> None:
    first = ["Lindenschule", "WLAN", "geplant", date(2023, 1, 9), None, None, None, date(2023, 9, 1), date(2023, 9, 1)]
    second = ["Lindenschule", "WLAN", "im Bau", date(2023, 6, 5), "Storch GmbH", "48.300,00 €", mix.name, None]
    second += [date(2023, 10, 2), "Lieferzeit", "1.000", "4 Jahre"]
    path = works(tmp_path, first, second)
    result = import_file(path)
    assert (result["kind"], result.counts) == ("projects", (1, 1, 0, 0, 0))
    project = ConstructionProject.objects.get()
    assert (project.contractor, project.contract_sum, project.financing) == ("Storch GmbH", Decimal("48300.00"), mix)
    assert (project.bandwidth_before, project.bandwidth_after, project.warranty_years) == (None, 1000, 4)
    known = MilestoneState.objects.known().order_by("valid_from")
    assert list(known.values_list("valid_from", "planned_on", "forecast_on", "reason")) == [
        (date(2023, 1, 9), date(2023, 9, 1), date(2023, 9, 1), ""),
        (date(2023, 6, 5), date(2023, 9, 1), date(2023, 10, 2), "Lieferzeit"),
    ]
    assert import_file(path).counts == (0, 0, 2, 0, 0)


def test_new_forecast_holds_from_the_day_of_the_import(tmp_path: Path, school: School) -> None:
    project = make_project(school, trade="wlan")
    make_milestone(project)
    row = ["Lindenschule", "WLAN", "geplant", DAY, None, None, None, None, date(2099, 1, 1), "Insolvenz"]
    assert import_file(works(tmp_path, row)).counts == (0, 1, 0, 0, 0)
    last = MilestoneState.objects.known().order_by("valid_from").last()
    assert last is not None
    assert (last.valid_from, last.forecast_on, last.reason) == (timezone.localdate(), date(2099, 1, 1), "Insolvenz")
    assert import_file(works(tmp_path, row)).counts == (0, 0, 1, 0, 0)


def test_problems_of_works_are_told_at_their_cells(tmp_path: Path, school: School) -> None:
    make_milestone(make_project(school, trade="wlan"))
    make_milestone(make_project(school, trade="lan"), "under_construction", planned_on=date(2099, 5, 1))
    day = date(2098, 1, 1)
    result = import_file(
        works(
            tmp_path,
            ["Lindenschule", "WLAN", "geplant", DAY, None, None, None, None, day],
            ["Lindenschule", "LAN", "geplant", DAY, None, None, None, day, None],
            [
                "Lindenschule",
                "Elektro",
                "geplant",
                DAY,
                None,
                "48.300 CHF",
                "Fördertopf",
                None,
                "bald",
                None,
                "-3",
                900,
            ],
        )
    )
    assert result.cells == [
        (2, "Grund der Verschiebung", "no_reason"),
        (3, "Abnahme geplant", "before_predecessor"),
        (4, "Auftragssumme", "other_currency"),
        (4, "Programm", "unknown_financing"),
        (4, "Voraussichtliche Abnahme", "not_a_date"),
        (4, "Bandbreite nachher", "negative"),
        (4, "Gewährleistung", "too_large"),
    ]
    assert ConstructionProject.objects.count() == 2
