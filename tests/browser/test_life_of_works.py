"""The life of a construction project in a browser: a slip, a block, two defects; and what five days tell of it."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from audit.actor import Actor
from rollout.services import change_project
from schools.models import School
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
BEGUN = timezone.localdate() - timedelta(days=200)
#: Days of each phase after the phase before; accepted by plan on the 100th day.
DURATIONS = {
    "surveyed": 10, "designed": 10, "tendered": 10, "awarded": 10, "under_construction": 10, "accepted": 50, "live": 30,
}  # fmt: skip


class Lane(NamedTuple):
    """What a board says of one project."""

    trade: str
    status: str
    accepted: str
    slip: str


def day(number: int) -> date:
    """Days after the project began."""
    return BEGUN + timedelta(days=number)


def shown(number: int) -> str:
    return date_format(day(number), "SHORT_DATE_FORMAT")


@pytest.fixture
def ina(sign_in: Callable[[User], Page], it_staff: User) -> Page:
    return sign_in(it_staff)


@pytest.fixture
def project(ina: Page, school: School, other_school: School) -> str:
    """The address of a new project, recorded by hand at the first school."""
    ina.goto("/projects/")
    ina.get_by_role("link", name="Neue Baumaßnahme").click()
    ina.locator("[name=school]").select_option(school.number)
    ina.get_by_role("button", name="Weiter").click()
    fill(ina, place=f"site-{school.sites.get().pk}", trade="wlan", status="planned", on=day(0), warranty_years=4)
    save(ina)
    expect(ina.locator("h1")).to_contain_text("WLAN")
    return ina.url


def fill(page: Page | Locator, **values: object) -> None:
    for name, value in values.items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form.panel").first.get_by_role("button", name="Speichern").click()
    expect(page.locator("main .notice--error")).to_have_count(0)


def change_status(page: Page, project: str, on: date, status: str, reason: str = "") -> None:
    """On the project's page; the choices follow the day."""
    page.goto(project)
    page.get_by_role("link", name="Status ändern").click()
    form = page.locator("#change form")
    for name, value in {"on": on, "status": status, **({"reason": reason} if reason else {})}.items():
        with page.expect_response("**/change/"):
            fill(form, **{name: value})
            form.locator(f"[name={name}]").blur()
    save(page)


def plan_by_template(page: Page, project: str) -> None:
    page.goto("/projects/trades/wlan/")
    fill(page, **DURATIONS)
    save(page)
    page.goto(project)
    page.get_by_role("link", name="Meilensteine planen").click()
    plan = page.locator("form[action$='/plan/']")
    fill(plan, begins_on=day(0), on=day(0))
    with page.expect_navigation():
        plan.get_by_role("button", name="Meilensteine planen").click()
    expect(page.locator(".milestones tbody tr")).to_have_count(len(DURATIONS))


def slip(page: Page, project: str) -> None:
    """The acceptance is expected 25 days later, for which the form wants a reason."""
    page.goto(project)
    page.get_by_role("link", name="Meilensteine ändern").click()
    form = page.locator("main form.panel").first
    later = {"accepted-forecast_on": day(125), "live-forecast_on": day(155)}
    fill(form, on=day(60), **later)
    form.get_by_role("button", name="Speichern").click()
    expect(page.locator(".notice--error")).to_contain_text("warum sich der Meilenstein verschiebt")
    fill(form, reason="Lieferverzug der Access Points")
    save(page)


def find_defects(page: Page, project: str, photo: Path) -> None:
    """Two at the acceptance, the second with a photo."""
    for text, due, file in (("Blende fehlt", 130, None), ("Access Point sitzt lose", 145, photo)):
        page.goto(project)
        page.get_by_role("link", name="Mangel erfassen").click()
        fill(page, text=text, found_on=day(125), due_on=day(due))
        if file:
            page.locator("[name=file]").set_input_files(file)
        save(page)
    expect(page.locator(".defects__defect")).to_have_count(2)
    expect(page.locator(".photos img")).to_have_js_property("complete", value=True)


def resolve(page: Page, project: str, text: str, on: date) -> None:
    page.goto(project)
    page.locator(".defects__defect", has_text=text).get_by_role("link", name="Behoben").click()
    fill(page, on=on)
    save(page)


def live_through(page: Page, project: str, photo: Path) -> None:
    plan_by_template(page, project)
    change_status(page, project, day(10), "surveyed")
    change_status(page, project, day(35), "awarded")
    change_status(page, project, day(50), "under_construction")
    slip(page, project)
    change_status(page, project, day(70), "blocked", "Asbest in der Decke")
    change_status(page, project, day(80), "under_construction")
    change_status(page, project, day(125), "accepted")
    find_defects(page, project, photo)
    resolve(page, project, "Blende fehlt", day(140))
    change_status(page, project, day(150), "live")


# --- what is shown ----------------------------------------------------------------------------------------------------


def lanes(board: Locator) -> list[Lane]:
    cells = ("th a", ".lane__status", ".lane__day", ".lane__slip")
    return [Lane(*(row.locator(cell).inner_text() for cell in cells)) for row in board.locator("tr.lane").all()]


def on_timeline(page: Page, asked: str, schools: list[School]) -> tuple[int, list[list[Lane]]]:
    """The number of sites in parallel, and the lanes of each school."""
    page.goto(f"/projects/timeline/{asked}")
    number = int(page.locator(".lead strong").inner_text().split()[0])
    groups = [page.locator("table.board tbody").filter(has_text=school.name) for school in schools]
    return number, [lanes(group) for group in groups]


def on_school_page(page: Page, asked: str, school: School) -> list[Lane]:
    page.goto(f"/schools/{school.number}/{asked}")
    return lanes(page.locator("table.board--school"))


def parallel_elsewhere(page: Page, asked: str) -> list[int]:
    """The tile of the list, the tile of the overview, and the figure F11 of the report."""
    page.goto(f"/projects/{asked}")
    tile = page.locator(".project-tiles .tile", has_text="im Bau").locator(".tile__value").inner_text()
    page.goto(f"/{asked}")
    overview = page.locator(".tile", has_text="Standorte im Bau").locator(".tile__value").inner_text()
    page.goto(f"/reports/{asked}")
    figure = page.locator("tr", has=page.get_by_role("cell", name="F11", exact=True)).locator("td").first.inner_text()
    return [int(text) for text in (tile, overview, figure)]


def test_timeline_school_page_and_figure_agree_on_the_life_of_a_project(
    ina: Page, project: str, by: Actor, school: School, other_school: School, tmp_path: Path
) -> None:
    beside = make_project(other_school, trade="fibre", status="under_construction", on=day(30))
    change_project(beside, by=by, on=day(135), status="accepted")
    photo = tmp_path / "lose.png"
    photo.write_bytes(PNG)
    live_through(ina, project, photo)

    late, due = "25 Tage Verzug", shown(125)
    life = {
        5: (0, Lane("WLAN", "geplant", shown(100), "im Plan"), 0),
        65: (2, Lane("WLAN", "im Bau", due, late), 0),
        75: (1, Lane("WLAN", "blockiert", due, late), 0),
        130: (1, Lane("WLAN", "abgenommen", due, late), 2),
        160: (0, Lane("WLAN", "in Betrieb", due, late), 1),
    }
    for number, (parallel, lane, defects) in life.items():
        asked = f"?as_of={day(number).isoformat()}"
        told, drawn = on_timeline(ina, asked, [school, other_school])
        assert (told, drawn[0]) == (parallel, [lane])
        assert [on_school_page(ina, asked, one) for one in (school, other_school)] == drawn
        assert [one.status for group in drawn for one in group].count("im Bau") == parallel
        assert parallel_elsewhere(ina, asked) == [parallel] * 3
        ina.goto(f"{project}{asked}")
        expect(ina.locator("#defects")).to_contain_text(f"{defects} offen" if defects else "Mängel")
        expect(ina.locator(".defects__defect")).to_have_count(2 if number >= 125 else 0)
