"""Templates on the import page."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from imports.kinds import KINDS

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def test_page_offers_a_template_of_every_kind(signed_in: SignIn, it_staff: User) -> None:
    page = signed_in(it_staff).get(reverse("web:import_list")).content.decode()
    links = [reverse("web:import_template", args=[kind]) for kind in KINDS]
    assert [link for link in links if page.count(f'href="{link}"') == 1] == links


@pytest.mark.parametrize("kind", KINDS)
def test_template_is_a_workbook_in_the_language_of_the_page(signed_in: SignIn, it_staff: User, kind: str) -> None:
    client = signed_in(it_staff)
    url = reverse("web:import_template", args=[kind])
    heads = []
    for language in ("de", "en"):
        response = client.get(url, headers={"accept-language": language})
        assert response["Content-Disposition"].startswith("attachment; filename")
        page = load_workbook(BytesIO(b"".join(response.streaming_content))).worksheets[0]
        heads.append([cell.value for cell in page[1]])
    columns = [column for column in KINDS[kind].columns if column.help and not column.is_hidden]
    assert heads == [[column.heading(language) for column in columns] for language in ("de", "en")]


def test_there_is_no_template_of_what_is_no_kind(signed_in: SignIn, it_staff: User) -> None:
    assert signed_in(it_staff).get(reverse("web:import_template", args=["pupils"])).status_code == 404


def test_template_is_for_people_who_import(signed_in: SignIn, reader: User) -> None:
    assert signed_in(reader).get(reverse("web:import_template", args=["devices"])).status_code == 403
