"""The search page and its box: jumps, lists, suggestions, refusals."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Delivery
from tests.factories import DAY, make_device, make_order, make_project, make_room, make_school
from tests.web.pages import links, text

pytestmark = pytest.mark.django_db


def test_one_exact_hit_opens_at_once(signed_in: Any, reader: Any, school: Any) -> None:
    device = make_device(school=school, serial="AB1", asset_tag="T-1")
    room = make_room(school, "Ü 107")
    order = make_order(number="B 17")
    delivery = Delivery.objects.create(order=order, note_number="LS 99", delivered_on=DAY)
    client = signed_in(reader)

    assert [client.get("/search/", {"q": asked}).url for asked in ("ab1\r", "T-1", "100100", "LINDENSCHULE")] == [
        f"/devices/{device.pk}/",
        f"/devices/{device.pk}/",
        "/schools/100100/",
        "/schools/100100/",
    ]
    assert [client.get("/search/", {"q": asked}).url for asked in ("ü 107", "b 17", "ls 99")] == [
        f"/devices/?school=100100&room={room.pk}",
        f"/deliveries/orders/{order.pk}/",
        f"/deliveries/{delivery.pk}/",
    ]


def test_list_is_shown_on_request(signed_in: Any, reader: Any, school: Any) -> None:
    device = make_device(school=school, serial="AB1", asset_tag="T-1")

    answer = signed_in(reader).get("/search/", {"q": "ab1", "all": "1"})

    assert answer.status_code == 200
    assert links(answer, "content") == {"T-1": f"/devices/{device.pk}/"}
    assert "AB1 · Apple iPad 9 · Lindenschule" in text(answer, "content")


def test_more_leads_to_the_list_searched_for_the_same(signed_in: Any, reader: Any) -> None:
    for n in range(11):
        school = make_school(f"Bergschule & Co {n}", street=f"Schule & Co {n}")
        make_room(school, f"& Co {n}")
        make_project(school)
        make_device(status="in_stock", serial=f"&CO{n}", asset_tag=f"T-{n}")
        order = make_order(number=f"& co {n}")
        Delivery.objects.create(order=order, note_number=f"L {n}", delivered_on=DAY)
    client = signed_in(reader)

    more = [url for name, url in links(client.get("/search/", {"q": "& co"}), "content").items() if "zeigen" in name]

    assert more == [
        "/devices/?q=%26+co",
        "/schools/?q=%26+co",
        "/lists/rooms/?q=%26+co",
        "/lists/orders/?q=%26+co",
        "/lists/deliveries/?q=%26+co",
        "/projects/?q=%26+co",
    ]
    for url in more:
        assert "11" in text(client.get(url), "content"), url


def test_misread_number_is_a_suggestion(signed_in: Any, reader: Any) -> None:
    device = make_device(status="in_stock", serial="AB0", asset_tag="T-1")

    answer = signed_in(reader).get("/search/", {"q": "ABO"})

    assert answer.status_code == 200
    assert links(answer, "content") == {"T-1": f"/devices/{device.pk}/"}
    assert "Ist es eines davon?" in text(answer, "content")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("a", "Bitte mindestens zwei Buchstaben oder Ziffern eingeben."),
        ("x" * 10_000, "Bitte nach weniger auf einmal suchen: höchstens 100 Zeichen."),
        ("nirgends", "Nichts gefunden"),
    ],
)
def test_what_cannot_be_found_is_said(signed_in: Any, reader: Any, asked: str, said: str) -> None:
    answer = signed_in(reader).get("/search/", {"q": asked})

    assert answer.status_code == 200
    assert said in text(answer, "content")
    assert len(answer.content) < 30_000


def test_page_without_a_question_asks_for_one(signed_in: Any, reader: Any) -> None:
    answer = signed_in(reader).get("/search/")

    assert answer.status_code == 200
    assert "Nichts gefunden" not in text(answer, "content")


def test_question_stands_in_the_page_as_text(signed_in: Any, reader: Any) -> None:
    answer = signed_in(reader).get("/search/", {"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in answer.content.decode()
    assert "&lt;script&gt;alert(1)" in answer.content.decode()


def test_school_finds_nothing_of_another(signed_in: Any, school_admin: Any, other_school: Any) -> None:
    make_device(school=other_school, serial="AB1", asset_tag="T-1")
    client = signed_in(school_admin)

    for asked in ("AB1", "ABI", "T-1", "100200", "Kastanien"):
        answer = client.get("/search/", {"q": asked})
        assert answer.status_code == 200
        assert "Nichts gefunden" in text(answer, "content")


def test_stranger_is_refused(signed_in: Any, outsider: Any) -> None:
    client = signed_in(outsider)

    assert client.get("/search/", {"q": "AB1"}).status_code == 403
    assert "data-search-box" not in client.get("/account/").content.decode()


def test_page_takes_the_same_queries_for_one_and_many(signed_in: Any, reader: Any) -> None:
    client = signed_in(reader)

    def queries() -> int:
        with CaptureQueriesContext(connection) as log:
            client.get("/search/", {"q": "AB1", "all": "1"})
        return len(log)

    def make_all(n: int) -> None:
        make_device(status="in_stock", serial=f"AB1{n}", asset_tag=f"T-{n}")
        school = make_school(f"AB1 {n}", street=f"AB1 {n}")
        make_room(school, f"AB1 {n}")
        make_project(school)
        Delivery.objects.create(order=make_order(number=f"AB1 {n}"), note_number=f"AB1 {n}", delivered_on=DAY)

    make_all(0)
    queries()
    few = queries()
    for n in range(1, 13):
        make_all(n)

    assert queries() == few


def test_box_stands_on_every_page(signed_in: Any, reader: Any) -> None:
    page = signed_in(reader).get("/schools/").content.decode()

    assert page.count("data-search-box") == 1
    assert '<label class="kern-sr-only" for="site-search">' in page
