"""Goods receipt by keyboard: a scanner types a code and Enter, the field never loses the focus."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.models import Device
from tests.factories import make_device, make_order

pytestmark = pytest.mark.django_db(transaction=True)


def scan(page: Page, code: str) -> None:
    """As a scanner: into whatever has the focus."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def collected(page: Page) -> list[str]:
    value = page.locator("#codes input[name=code]").input_value()
    return [code.partition(":")[2] for code in value.split(";") if code]


def expect_codes(page: Page, number: int) -> None:
    """``number`` codes have arrived."""
    value = re.compile(r"^" + r"[^;]+;" * (number - 1) + r"[^;]+$")
    expect(page.locator("#codes input[name=code]")).to_have_value(value, timeout=20_000)


def settled(page: Page) -> None:
    """No answer is under way that would put other buttons in the place of those that are to be pressed."""
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_three_devices_are_received_without_leaving_the_field(sign_in: Callable[[User], Page], it_staff: User) -> None:
    order, known = make_order(quantity=3), make_device(status="in_stock")
    page = sign_in(it_staff)
    page.goto(f"/deliveries/orders/{order.pk}/receive/")
    page.locator("[name=note_number]").fill("LS-4711")
    field = page.locator("textarea:visible")
    field.focus()
    for code in ("A1", "A2", "A2", known.serial, "A3"):
        scan(page, code)
    expect_codes(page, 5)
    expect(field).to_be_focused()
    settled(page)
    page.locator("button[value=clean]").click()
    expect_codes(page, 3)
    settled(page)
    page.locator("button[value=book]").click()
    page.wait_for_url("**/deliveries/*/")
    assert sorted(Device.objects.filter(delivery__note_number="LS-4711").values_list("serial", flat=True)) == [
        "A1",
        "A2",
        "A3",
    ]


def test_fast_scans_and_a_paste_lose_nothing(sign_in: Callable[[User], Page], it_staff: User) -> None:
    order = make_order(quantity=100)
    page = sign_in(it_staff)
    page.goto(f"/deliveries/orders/{order.pk}/receive/")
    field = page.locator("textarea:visible")
    field.focus()
    for number in range(30):
        scan(page, f"F{number:02}")
    field.fill("P1\nP2;P3\tP4")
    field.press("Enter")
    expect_codes(page, 34)
    assert collected(page) == [f"F{number:02}" for number in range(30)] + ["P1", "P2", "P3", "P4"]


def test_codes_survive_a_server_that_does_not_answer(
    sign_in: Callable[[User], Page], it_staff: User, forgiven: list[str]
) -> None:
    forgiven += ["503", "Response Status Error"]
    order = make_order(quantity=5)
    page = sign_in(it_staff)
    page.goto(f"/deliveries/orders/{order.pk}/receive/")
    page.locator("textarea:visible").focus()
    expect(page.locator("[data-scan-failed]")).to_be_hidden()
    page.route("**/receive/", lambda route: route.fulfill(status=503, body=""), times=1)
    with page.expect_response("**/receive/"):
        scan(page, "A1")
    expect(page.locator("[data-scan-failed]")).to_be_visible()
    scan(page, "A2")
    expect_codes(page, 2)
    expect(page.locator("[data-scan-failed]")).to_be_hidden()


def test_last_scan_is_undone_by_key_and_a_damaged_device_is_booked_as_one(
    sign_in: Callable[[User], Page], it_staff: User
) -> None:
    order = make_order(quantity=5)
    page = sign_in(it_staff)
    page.goto(f"/deliveries/orders/{order.pk}/receive/")
    page.locator("[data-scan-quiet]").check()
    page.locator("[name=note_number]").fill("LS-1")
    page.locator("textarea:visible").focus()
    for code in ("A1", "A2", "A3"):
        scan(page, code)
    expect_codes(page, 3)
    settled(page)
    page.keyboard.press("Control+z")
    expect_codes(page, 2)
    settled(page)
    page.locator("button[name=damage_of][value='1']").click()
    page.locator("[name=damage]").fill("Gehäuse gerissen")
    settled(page)
    page.locator("button[value=book]").click()
    page.wait_for_url("**/deliveries/*/")
    assert list(Device.objects.order_by("serial").values_list("serial", "status", "note")) == [
        ("A1", "delivered", ""),
        ("A2", "in_repair", "Gehäuse gerissen"),
    ]
    page.goto(f"/deliveries/orders/{order.pk}/receive/")
    expect(page.locator("[data-scan-quiet]")).to_be_checked()
