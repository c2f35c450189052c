"""Lists narrow while one types; the address says by what, and nothing that was left empty."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from schools.enums import Role
from tests.factories import make_device, make_project, make_school, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("path", "table", "asked"),
    [
        ("/devices/", "device-table", "?q=findme"),
        ("/projects/", "project-table", "?q=findme"),
        ("/users/", "user-table", "?q=findme"),
        ("/audit/", "act-table", "?q=findme"),
        ("/schools/", "school-table", "?q=findme&school_type=&district=&ordering="),
    ],
)
def test_list_narrows_while_one_types(sign_in: Callable[[User], Page], path: str, table: str, asked: str) -> None:
    school = make_school()
    make_project(school)
    make_device(school=school)
    page = sign_in(make_user("adam.admin", role=Role.ADMINISTRATOR))
    page.goto(path)
    rows = page.locator(f"#{table} tbody tr")
    assert rows.count()
    page.locator(".filters [name=q]").press_sequentially("findme")
    page.wait_for_url(f"**{path}{asked}")
    expect(rows).to_have_count(0)
    expect(page.locator(".filters [name=q]")).to_be_focused()
