"""The main job in a browser: workbooks go in, a back-dated change moves yesterday, a workbook comes out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.models import Device
from schools.models import School
from tests.factories import make_device, make_headcount, make_school

pytestmark = pytest.mark.django_db(transaction=True)

REGISTER = """sep=;
Schulnummer;Schulform;Schulbezeichnung_1;PLZ;Ort;Strasse;Traegernummer;Schulbetriebsschluessel;
"199001";"02";"Schule am Färberweg";"46001";"Lindenfurt";"Färberweg 1";"77777";"1"
"199002";"20";"Nordstadt-Gymnasium";"46001";"Lindenfurt";"Bahnbogen 5";"77777";"1"
"199003";"02";"Schule der Nachbarstadt";"46002";"Ulmenau";"Ulmenweg 2";"88888";"1"
"""


def test_schools_go_in_by_workbook(sign_in: Callable[[User], Page], it_staff: User, tmp_path: Path) -> None:
    register = tmp_path / "schulen.csv"
    register.write_text(REGISTER, encoding="utf-8")
    page = sign_in(it_staff)
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(register)
    page.get_by_text("Weitere Angaben zur Datei").click()
    page.locator("[name=authority]").fill("77777")
    page.get_by_role("button", name="Hochladen und prüfen").click()
    page.wait_for_url("**/imports/*/")
    expect(page.locator("main")).to_contain_text("Schule der Nachbarstadt")
    page.locator("form[action$='/take/'] button").first.click()
    expect(page.locator("main")).to_contain_text("übernommen")
    assert list(School.objects.order_by("number").values_list("number", "name")) == [
        ("199001", "Schule am Färberweg"),
        ("199002", "Nordstadt-Gymnasium"),
    ]


def test_backdated_change_moves_the_figures_of_yesterday(sign_in: Callable[[User], Page], it_staff: User) -> None:
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    school = make_school("Lindenschule")
    make_headcount(school, pupils=3)
    device = make_device(school=school)
    page = sign_in(it_staff)
    dashboard = f"/?as_of={yesterday.isoformat()}"
    page.goto(dashboard)
    expect(page.locator(".tile__value").first).to_have_text("1")
    page.goto(f"/devices/{device.pk}/change/")
    page.locator("[name=on]").fill(yesterday.isoformat())
    page.locator("[name=status]").select_option("in_repair")
    page.locator("[name=reason]").fill("Display gebrochen")
    page.locator("main form button.kern-btn--primary").click()
    page.wait_for_url(f"**/devices/{device.pk}/**")
    expect(page.locator("main")).to_contain_text("Display gebrochen")
    page.goto(dashboard)
    expect(page.locator(".tile__value").first).to_have_text("0")
    assert Device.objects.get().since == yesterday


def test_manager_takes_the_progress_home(sign_in: Callable[[User], Page], manager: User, tmp_path: Path) -> None:
    make_headcount(make_school("Lindenschule"), pupils=30)
    page = sign_in(manager)
    page.goto("/reports/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Bericht herunterladen").click()
    target = tmp_path / "fortschritt.xlsx"
    download.value.save_as(target)
    book = openpyxl.load_workbook(target)
    assert len(book.sheetnames) >= 5
    assert any("Lindenschule" in str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)


def test_school_admin_lands_on_the_own_school_and_sees_no_other(
    sign_in: Callable[[User], Page], school_admin: User, other_school: School, forgiven: list[str]
) -> None:
    forgiven.append("404")
    page = sign_in(school_admin)
    expect(page.locator("h1")).to_contain_text("Lindenschule")
    answer = page.goto(f"/schools/{other_school.number}/")
    assert answer is not None
    assert answer.status == 404
    page.goto("/devices/")
    expect(page.locator("body")).not_to_contain_text("Kastanienschule")
