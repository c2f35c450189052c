"""The search box in a real browser: its key, its place on a phone, a jump to what was meant."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.factories import make_device, make_school, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_keys_lead_to_the_box_and_a_number_to_its_device(page: Page, sign_in: Any, width: int) -> None:
    device = make_device(school=make_school(), serial="AB/1", asset_tag="T-1")
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(make_user("mara.leitung", role="manager"))
    page.goto("/schools/")

    page.keyboard.press("Control+k")
    box = page.locator("[data-search-box]")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    place = box.bounding_box()
    assert place
    assert place["x"] >= 0
    assert place["x"] + place["width"] <= width
    assert place["width"] >= 280
    page.keyboard.type("ab/1")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/devices/{device.pk}/")


def test_a_letter_alone_leads_nowhere(page: Page, sign_in: Any) -> None:
    sign_in(make_user("mara.leitung", role="manager"))
    page.goto("/devices/")
    page.keyboard.press("k")
    page.keyboard.press("/")
    expect(page.locator("[data-search-box]")).not_to_be_focused()
