"""A working day: a delivery is received by scans, put into service in two rooms, and counted."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from inventory.models import Device, Order
from schools.models import Room, School
from tests.browser.test_receipt import expect_codes, settled
from tests.browser.test_scan import choose, lines, scan
from tests.factories import make_device, make_model, make_order, make_room, make_school

pytestmark = pytest.mark.django_db(transaction=True)
SERIALS = [f"F2LX{number:04}" for number in range(30)]


def receive(page: Page, order: Order, other: Device) -> None:
    """29 of 30 by keyboard scans, with one code twice and one device that is in the inventory already."""
    page.goto(f"/deliveries/orders/{order.pk}/receive/")
    page.locator("[name=note_number]").fill("LS-1")
    field = page.locator("textarea:visible")
    field.focus()
    scan(page, *SERIALS[:29], SERIALS[3], other.serial)
    expect_codes(page, 31)
    expect(field).to_be_focused()
    settled(page)
    expect(page.locator("#codes")).to_contain_text("anderes Modell")
    page.locator("button[value=clean]").click()
    expect_codes(page, 29)
    settled(page)
    page.locator("button[value=book]").click()
    page.wait_for_url("**/deliveries/*/")


def put_into_service(page: Page, school: School, room: Room, serials: list[str]) -> None:
    page.goto("/scan/")
    choose(page, "in_service")
    page.locator("[name=school]").select_option(str(school.pk))
    page.locator("[name=room]").select_option(str(room.pk))
    page.locator("[data-scan-field]").focus()
    scan(page, *serials)
    expect(page.locator(".scan-result--waiting")).to_have_count(0)


def test_thirty_devices_from_the_lorry_to_the_stocktake(
    sign_in: Callable[[User], Page], it_staff: User, forgiven: list[str]
) -> None:
    forgiven += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
    order = make_order(quantity=30)
    other = make_device(status="in_stock", model=make_model("iPad Pro"))
    school = make_school(name="Schule am Fluss")
    first, second = make_room(school, "R 1"), make_room(school, "R 2")
    page = sign_in(it_staff)
    page.set_viewport_size({"width": 390, "height": 844})

    receive(page, order, other)
    assert sorted(Device.objects.filter(delivery__order=order).values_list("serial", flat=True)) == SERIALS[:29]

    page.goto(f"/labels/?scope=all&delivery={order.deliveries.get().pk}")
    with page.expect_download() as labels:
        page.locator("main form button.kern-btn--primary").last.click()
    assert labels.value.path().read_bytes()[:5] == b"%PDF-"

    put_into_service(page, school, first, SERIALS[:15])
    put_into_service(page, school, second, SERIALS[15:29])
    assert Device.objects.filter(room=first, status="in_service").count() == 15
    assert Device.objects.filter(room=second, status="in_service").count() == 14

    page.goto(f"/stocktakes/new/?school={school.pk}&room={second.pk}")
    page.locator("main form button.kern-btn--primary").click()
    page.wait_for_url("**/stocktakes/*/")
    expect(page.locator("main")).to_contain_text("0 von 14 gefunden")
    page.wait_for_function("caches.open('klassensatz').then((c) => c.match(location.pathname)).then(Boolean)")
    page.context.set_offline(True)
    page.locator("[data-scan-field]").focus()
    scan(page, *SERIALS[15:28])
    expect(page.locator(".scan-result--waiting")).to_have_count(13)
    page.reload()
    expect(page.locator(".scan-result--waiting")).to_have_count(13)
    page.context.set_offline(False)
    expect(page.locator(".scan-result--good")).to_have_count(13)
    page.reload()
    expect(page.locator("main")).to_contain_text("13 von 14 gefunden")
    expect(lines(page)).to_have_count(13)

    page.get_by_role("link", name="Abschließen").click()
    page.locator("input[name=lost]").check()
    page.locator("main form button.kern-btn--primary").click()
    expect(page.locator("main")).to_contain_text("13 von 14 erwarteten Geräten gefunden")
    assert Device.objects.get(status="lost").serial == SERIALS[28]
    page.goto(f"/schools/{school.number}/")
    expect(page.locator("main")).to_contain_text("28")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
