"""Pages of committee reports: draft, choice of figures, texts, publishing, comparing, correcting."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.actor import Actor
from audit.versions import newest_version
from reports.models import Publication
from reports.publishing import correct_publication, create_publication, publish
from schools.models import School
from tests.factories import DAY, make_devices

pytestmark = pytest.mark.django_db
VALUES = {
    "title": "Digitale Schule",
    "committee": "Ausschuss für Wirtschaft und Digitalisierung",
    "session_on": "2024-06-12",
    "as_of": "31.05.2024",
    "completion": "types",
}


@pytest.fixture
def browser(manager: User) -> Client:
    client = Client()
    client.force_login(manager)
    return client


@pytest.fixture
def by(manager: User) -> Actor:
    return Actor(manager)


def a_draft(by: Actor, **values: Any) -> Publication:
    given = {**VALUES, "session_on": date(2024, 6, 12), "as_of": date(2024, 5, 31), **values}
    return create_publication(by=by, **given)


def sent(client: Client, name: str, pk: Any = None, **values: Any) -> Any:
    url = reverse(f"web:{name}", args=[pk] if pk else [])
    return client.post(url, {"version": newest_version(), **values})


def page(client: Client, name: str, pk: int) -> str:
    return " ".join(client.get(reverse(f"web:{name}", args=[pk])).content.decode().split())


def test_report_is_written_and_published_on_pages(browser: Client, school: School) -> None:
    make_devices(3, school=school)
    sent(browser, "publication_create", **VALUES)
    draft = Publication.objects.get()
    sent(browser, "publication_figures", draft.pk, devices_in_service="exact")
    sent(
        browser,
        "publication_texts",
        draft.pk,
        heading_0="Lage",
        text_0="Gut.",
        place_0="2",
        heading_1="Anlass",
        place_1="1",
    )
    assert "3 Geräte" in page(browser, "publication_detail", draft.pk)
    sent(browser, "publication_publish", draft.pk)
    draft.refresh_from_db()
    assert (draft.is_published, draft.blocks, draft.choices) == (
        True,
        ["Anlass\n", "Lage\nGut."],
        ["devices_in_service:exact"],
    )


def test_days_in_the_wrong_order_are_said_at_their_field(browser: Client) -> None:
    answer = sent(browser, "publication_create", **VALUES, since="2024-07-01")
    assert set(answer.context["form"].errors) == {"since"}
    assert not Publication.objects.exists()


def test_wording_that_is_not_offered_is_refused(browser: Client, by: Actor, school: School) -> None:
    make_devices(3, school=school)
    draft = a_draft(by)
    answer = sent(browser, "publication_figures", draft.pk, devices_in_service="round")
    assert set(answer.context["form"].errors) == {"devices_in_service"}


def test_wording_that_was_true_once_is_pointed_out(browser: Client, by: Actor, school: School) -> None:
    make_devices(3, school=school)
    draft = a_draft(by, choices=["devices_in_service:about"])
    found = browser.get(reverse("web:publication_detail", args=[draft.pk])).context
    assert [one["key"] for one in found["problems"]] == ["devices_in_service"]
    answer = sent(browser, "publication_publish", draft.pk)
    assert answer.status_code == 200
    assert not Publication.objects.published().exists()


def test_published_report_refuses_to_be_written(browser: Client, by: Actor) -> None:
    report = publish(a_draft(by, blocks=["Lage\nGut."]), by=by)
    for name in ("change", "texts", "figures", "publish", "delete"):
        assert sent(browser, f"publication_{name}", report.pk).status_code == 403


def test_comparison_names_what_was_booked_later(browser: Client, by: Actor, school: School) -> None:
    make_devices(3, school=school)
    report = publish(a_draft(by, choices=["devices_in_service:exact"]), by=by)
    make_devices(2, school=school, on=DAY + timedelta(5))
    lines = browser.get(reverse("web:publication_compare", args=[report.pk])).context["lines"]
    assert [(line.printed, line.other, line.difference) for line in lines] == [("3", "5", "+2")]
    text = page(browser, "publication_compare", report.pk)
    assert "/reports/compare/devices_in_service/?as_of=2024-05-31&amp;with=2024-05-31&amp;with_known_at=" in text
    assert "3 Geräte" in page(browser, "publication_detail", report.pk)


def test_old_edition_names_the_newer_one_and_what_differs(browser: Client, by: Actor, school: School) -> None:
    make_devices(3, school=school)
    first = publish(a_draft(by, choices=["devices_in_service:exact"]), by=by)
    make_devices(1, school=school)
    sent(browser, "publication_correct", first.pk, correction="Nachmeldung")
    second = Publication.objects.get(previous=first)
    publish(second, by=by)
    found = browser.get(reverse("web:publication_detail", args=[first.pk])).context
    assert found["newer"] == second
    assert [(line.printed, line.other, line.difference) for line in found["differences"]] == [
        ("3 Geräte", "4 Geräte", "+1")
    ]
    assert reverse("web:publication_detail", args=[second.pk]) in page(browser, "publication_detail", first.pk)


def test_draft_of_a_new_edition_is_no_news_for_readers(by: Actor, reader: User) -> None:
    report = publish(a_draft(by, blocks=["Lage\nGut."]), by=by)
    correct_publication(report, by=by, correction="Nachmeldung")
    client = Client()
    client.force_login(reader)
    assert client.get(reverse("web:publication_detail", args=[report.pk])).context["newer"] is None


def test_list_shows_reports_by_session(browser: Client, by: Actor, django_assert_max_num_queries: Any) -> None:
    for days in (0, 30, 60):
        publish(a_draft(by, session_on=date(2024, 6, 12) + timedelta(days), blocks=["Lage\nGut."]), by=by)
    with django_assert_max_num_queries(12):
        found = browser.get(reverse("web:publication_list")).context["publications"]
    assert [one.session_on for one in found] == [date(2024, 8, 11), date(2024, 7, 12), date(2024, 6, 12)]
