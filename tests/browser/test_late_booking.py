"""A late booking changes the figure of its day and leaves the published report alone; the comparison names it."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.enums import DeviceStatus
from inventory.models import Device
from reports.models import CustomFigure, Publication
from schools.models import School
from tests.factories import make_devices

pytestmark = pytest.mark.django_db(transaction=True)


def press(page: Page) -> None:
    """The button that sends the form of the page."""
    with page.expect_navigation():
        page.locator("main form button.kern-btn--primary").click()
    expect(page.locator("main .notice--error")).to_have_count(0)


def make_figure(page: Page) -> CustomFigure:
    page.goto("/reports/own-figures/new/")
    page.locator("[name=name]").fill("Tablets der Lindenschule")
    page.locator("[name=filter-category]").select_option("tablet")
    page.locator("[name=filter-status_group]").select_option("counts")
    page.locator("[name=is_shared]").check()
    press(page)
    expect(page.locator(".figure-value__number")).to_contain_text("3")
    return CustomFigure.objects.get()


def publish_report(page: Page, as_of: date, *figures: str) -> Publication:
    page.goto("/reports/published/new/")
    values = {"title": "Sachstand", "committee": "Ausschuss", "session_on": timezone.localdate(), "as_of": as_of}
    for name, value in values.items():
        page.locator(f"[name={name}]").fill(str(value))
    press(page)
    for key in figures:
        page.locator(f"[name={key}]").select_option("exact")
    press(page)
    report = Publication.objects.get()
    page.goto(f"/reports/published/{report.pk}/publish/")
    press(page)
    return report


def book_late(page: Page, device: Device, on: date) -> None:
    page.goto(f"/devices/{device.pk}/change/")
    page.locator("[name=on]").fill(on.isoformat())
    page.locator("[name=status]").select_option("in_service")
    press(page)


def test_late_booking_is_told_and_the_report_stays(
    sign_in: Callable[[User], Page], manager: User, school: School
) -> None:
    as_of = timezone.localdate() - timedelta(days=10)
    make_devices(3, school=school)
    (late,) = make_devices(1, school=school, status=DeviceStatus.IN_STOCK)
    page = sign_in(manager)
    figure = make_figure(page)
    report = publish_report(page, as_of, figure.key, "devices_in_service")

    book_late(page, late, as_of - timedelta(days=5))

    page.goto(f"/reports/figures/{figure.key}/?{urlencode({'as_of': as_of})}")
    expect(page.locator(".figure-value__number")).to_contain_text("4")
    page.goto(f"/reports/published/{report.pk}/")
    line = page.locator("tr", has_text="Tablets der Lindenschule").first
    expect(line).to_contain_text("3")
    expect(line).not_to_contain_text("4")
    page.goto(f"/reports/published/{report.pk}/compare/")
    line = page.locator("tr", has_text="Tablets der Lindenschule")
    expect(line.locator("td.num")).to_have_text(["3", "4", "+1"])
    line.get_by_role("link").click()
    expect(page.locator("main")).to_contain_text(late.asset_tag)
    expect(page.locator("main")).to_contain_text(manager.username)
