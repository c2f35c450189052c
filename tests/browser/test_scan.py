"""Scanning in a real browser: the field keeps the focus, nothing is lost without a connection, nothing comes twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from audit.actor import Actor
from audit.models import Act
from inventory.enums import Verdict
from inventory.models import Device, Scan
from inventory.services import start_campaign
from scripts.browser import find_chromium, launch_arguments
from tests.factories import make_device, make_devices, make_room, make_school

pytestmark = pytest.mark.django_db(transaction=True)
NO_CONNECTION = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch"]


def scan(page: Page, *codes: str) -> None:
    """As a scanner: into whatever has the focus."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def lines(page: Page) -> Any:
    return page.locator("[data-scan-results] > .scan-result")


def choose(page: Page, mode: str) -> None:
    page.locator(f"label:has(input[name=mode][value={mode}])").click()


def kept(page: Page, name: str = "") -> None:
    """The page lies in the browser by now, as the person with this ``name`` was given it."""
    page.wait_for_function(
        """name => caches.open('klassensatz').then((c) => c.match('/scan/'))
            .then((page) => page && page.text()).then((text) => Boolean(text) && text.includes(name))""",
        arg=name,
    )


def test_devices_are_put_into_service_in_two_rooms(sign_in: Callable[[User], Page], it_staff: User) -> None:
    school = make_school()
    first, second = make_room(school, "R 1"), make_room(school, "R 2")
    devices = make_devices(4, status="in_stock")
    page = sign_in(it_staff)
    page.goto("/scan/")
    choose(page, "in_service")
    for room, some in ((first, devices[:2]), (second, devices[2:])):
        page.locator("[name=school]").select_option(str(school.pk))
        page.locator("[name=room]").select_option(str(room.pk))
        page.locator("[data-scan-field]").focus()
        scan(page, *(device.asset_tag for device in some))
    scan(page, devices[0].serial.lower(), "NICHTDA")

    expect(lines(page)).to_have_count(6)
    expect(page.locator(".scan-result--waiting")).to_have_count(0)
    expect(page.locator("[data-scan-field]")).to_be_focused()
    rooms = dict(Device.objects.filter(status="in_service").values_list("serial", "room__name"))
    assert rooms == {device.serial: "R 1" if device in devices[:1] else "R 2" for device in devices} | {
        devices[0].serial: "R 2",
        devices[1].serial: "R 1",
    }


def test_field_says_what_is_missing_before_anything_is_sent(sign_in: Callable[[User], Page], it_staff: User) -> None:
    device = make_device(status="in_stock")
    page = sign_in(it_staff)
    page.goto("/scan/?mode=in_service")
    scan(page, device.serial)

    expect(page.locator("[data-scan-field]")).to_have_value(device.serial)
    assert page.evaluate("document.querySelector('[name=school]').validationMessage") != ""
    assert Scan.objects.count() == 0


def test_scans_without_a_connection_arrive_exactly_once(
    sign_in: Callable[[User], Page], it_staff: User, forgiven: list[str]
) -> None:
    forgiven += NO_CONNECTION
    school = make_school()
    devices = make_devices(5, status="in_stock")
    page = sign_in(it_staff)
    page.goto(f"/scan/?mode=in_service&school={school.pk}")
    kept(page)
    scan(page, devices[0].serial)
    expect(page.locator(".scan-result--good")).to_have_count(1)

    page.context.set_offline(True)
    scan(page, *(device.serial for device in devices[1:3]))
    expect(page.locator("[data-scan-state]")).to_contain_text("Auf diesem Gerät warten: 2.")
    page.reload()
    expect(page.locator(".scan-result--waiting")).to_have_count(2)
    scan(page, *(device.serial for device in devices[3:]))
    expect(page.locator(".scan-result--waiting")).to_have_count(4)
    assert Scan.objects.count() == 1

    page.context.set_offline(False)
    expect(page.locator(".scan-result--waiting")).to_have_count(0)
    expect(page.locator("[data-scan-state]")).to_be_hidden()
    assert sorted(Scan.objects.values_list("code", "verdict")) == sorted((d.serial, Verdict.DONE) for d in devices)
    assert Device.objects.filter(status="in_service", school=school).count() == 5


def test_scan_whose_answer_was_lost_is_not_done_twice(
    sign_in: Callable[[User], Page], it_staff: User, forgiven: list[str]
) -> None:
    forgiven += [*NO_CONNECTION, "503"]
    device = make_device(status="in_stock")
    page = sign_in(it_staff)
    page.goto("/scan/?mode=repair")

    def lose(route: Any) -> None:
        """The server has done it, but the browser never hears of it."""
        route.fetch()
        route.abort()

    page.route("**/scan/", lambda route: lose(route) if route.request.method == "POST" else route.continue_(), times=1)
    scan(page, device.serial)

    expect(page.locator(".scan-result--good")).to_have_count(1)
    assert Scan.objects.get().verdict == Verdict.DONE
    assert Act.objects.filter(verb="device.change", channel="scan").count() == 1


def test_scans_wait_for_their_person_to_sign_in_again(
    sign_in: Callable[[User], Page], it_staff: User, manager: User, forgiven: list[str]
) -> None:
    forgiven += ["403"]
    device = make_device(status="in_stock")
    page = sign_in(it_staff)
    page.goto("/scan/?mode=repair")
    kept(page)
    page.context.clear_cookies()
    scan(page, device.serial)
    expect(page.locator("[data-scan-state]")).to_contain_text("Sie sind abgemeldet.")

    sign_in(manager)
    page.goto("/scan/?mode=repair")
    expect(page.locator("[data-scan-state]")).to_contain_text("Scans einer anderen Person: 1.")
    assert Scan.objects.count() == 0

    kept(page, manager.username)  # what is still under way would bring back a cookie
    page.context.clear_cookies()
    sign_in(it_staff)
    page.goto("/scan/?mode=find")
    expect(page.locator(".scan-result--good")).to_have_count(1)
    assert Scan.objects.get().user == it_staff
    device.refresh_from_db()
    assert device.status == "in_repair"


def test_signing_out_leaves_no_page_behind(sign_in: Callable[[User], Page], it_staff: User) -> None:
    page = sign_in(it_staff)
    page.goto("/scan/")
    kept(page)
    page.locator("details.menu summary").click()
    page.locator("form[action='/logout/'] button").click()
    page.wait_for_url("**/login/**")

    page.wait_for_function("caches.has('klassensatz').then((there) => !there)")


def test_look_alike_is_taken_by_one_click(sign_in: Callable[[User], Page], it_staff: User) -> None:
    device = make_device(status="in_stock", serial="F2L001", asset_tag="KL-00017")
    page = sign_in(it_staff)
    page.goto("/scan/?mode=repair")
    scan(page, "KL-OOO17")
    page.get_by_role("button", name="Ist es KL-00017?").click()

    expect(page.locator(".scan-result--good")).to_have_count(1)
    device.refresh_from_db()
    assert device.status == "in_repair"


def test_page_fits_a_phone(sign_in: Callable[[User], Page], it_staff: User) -> None:
    make_device(status="in_stock", school=make_school(name="Schule mit einem sehr langen Namen am Rande der Stadt"))
    page = sign_in(it_staff)
    page.set_viewport_size({"width": 390, "height": 844})
    for mode in ("find", "in_service", "receive", "status"):
        page.goto(f"/scan/?mode={mode}")
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.fixture
def filmed(browser: Browser, tmp_path: Path) -> Iterator[Callable[[str], Browser]]:
    """``filmed(text)``: a browser whose camera sees a QR code of ``text``."""
    started: list[Browser] = []

    def start(text: str) -> Browser:
        film = tmp_path / "camera.y4m"
        film.write_bytes(_film(text))
        camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        camera.append(f"--use-file-for-fake-video-capture={film}")
        kind = browser.browser_type
        started.append(kind.launch(executable_path=find_chromium(), args=[*launch_arguments(), *camera]))
        return started[-1]

    yield start
    for launched in started:
        launched.close()


def _film(text: str) -> bytes:
    """Two frames of uncompressed video (YUV 4:2:0) that show a QR code on white."""
    side, scale = 480, 12
    rows = [bytes(235 if not dark else 16 for dark in row) for row in segno.make(text, error="m").matrix_iter(border=4)]
    wide = [b"".join(bytes([module]) * scale for module in row) for row in rows for _line in range(scale)]
    picture = [row[:side].ljust(side, b"\xeb") for row in wide[:side]] + [b"\xeb" * side] * (side - len(wide))
    frame = b"FRAME\n" + b"".join(picture) + b"\x80" * (side * side // 2)
    return f"YUV4MPEG2 W{side} H{side} F10:1 Ip A1:1 C420\n".encode() + frame * 2


def test_camera_reads_a_label(filmed: Callable[[str], Browser], live_server: Any, it_staff: User) -> None:
    device = make_device(status="in_stock", asset_tag="KL-00017")
    context = filmed("KL-00017").new_context(base_url=live_server.url, locale="de-DE", permissions=["camera"])
    page = context.new_page()
    page.goto("/login/?next=/scan/%3Fmode%3Drepair")
    page.locator("input[name=login]").fill(it_staff.username)
    page.locator("input[name=password]").fill("geheim")
    page.locator("input[name=password]").press("Enter")
    page.locator("[data-scan-camera]").click()

    expect(page.locator(".scan-result--good")).to_have_count(1)
    page.locator("[data-scan-camera]").click()
    expect(page.locator("[data-scan-viewer]")).to_be_hidden()
    context.close()
    device.refresh_from_db()
    assert device.status == "in_repair"


def test_returned_devices_are_cleared_by_scans(
    sign_in: Callable[[User], Page], it_staff: User, forgiven: list[str]
) -> None:
    forgiven += NO_CONNECTION
    school = make_school()
    devices = make_devices(3, status="in_service", school=school)
    campaign = start_campaign(school, by=Actor(it_staff), name="Schuljahresende", on=timezone.localdate())
    page = sign_in(it_staff)
    page.goto(f"/returns/{campaign.pk}/")
    page.wait_for_function("caches.open('klassensatz').then((c) => c.match(location.pathname)).then(Boolean)")
    page.context.set_offline(True)
    scan(page, devices[0].serial, devices[1].asset_tag)
    expect(page.locator(".scan-result--waiting")).to_have_count(2)
    page.context.set_offline(False)

    expect(page.locator(".scan-result--good")).to_have_count(2)
    states = Device.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == ["returned", "returned", "in_service"]
