"""Pages of figures of one's own, and of reports by mail."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from reports.custom_figures import create_figure
from reports.models import CustomFigure, Publication, Subscription, SubscriptionMail
from reports.subscriptions import token_of
from schools.models import School
from tests.factories import make_devices

pytestmark = pytest.mark.django_db


def a_figure(owner: User, **values: Any) -> CustomFigure:
    given = {"name": "Tablets", "subject": "devices", "measure": "count", "query": ""} | values
    return create_figure(by=Actor(owner), **given)


def version_of(client: Client, page: str) -> str:
    return str(client.get(page).context["form"].version_now)


def test_form_makes_a_query_of_its_filters(signed_in: Any, manager: User, school: School) -> None:
    make_devices(2, school=school)
    client, page = signed_in(manager), "/reports/own-figures/new/?subject=devices"
    sent = {
        "name": "Anteil",
        "measure": "share",
        "filter-category": "tablet",
        "filter-status": ["in_service", "configured"],
        "part-school": school.number,
        "version": version_of(client, page),
    }

    answer = client.post(page, sent, follow=True)

    figure = CustomFigure.objects.get()
    assert figure.query == "category=tablet&status=in_service&status=configured"
    assert (figure.part_query, figure.is_shared) == (f"school={school.number}", False)
    assert answer.redirect_chain == [(f"/reports/figures/{figure.key}/", 302)]
    assert answer.context["value"].value == 100


def test_change_shows_what_was_kept_and_keeps_what_was_shown(signed_in: Any, manager: User) -> None:
    figure = a_figure(manager, query="category=tablet&status=in_service", is_shared=True)
    client, page = signed_in(manager), f"/reports/own-figures/{figure.pk}/change/"
    form = client.get(page).context["form"]
    assert form.filter_form["status"].value() == ["in_service"]

    sent = {"name": "Neu", "measure": "places", "filter-status": "in_service", "version": form.version_now}
    client.post(page, sent)

    figure.refresh_from_db()
    assert (figure.name, figure.measure, figure.query, figure.is_shared) == (
        "Neu",
        "places",
        "status=in_service",
        False,
    )


def test_filter_that_cannot_be_used_is_said(signed_in: Any, manager: User) -> None:
    client, page = signed_in(manager), "/reports/own-figures/new/"
    sent = {"name": "A", "measure": "count", "filter-school": "999999", "version": version_of(client, page)}
    answer = client.post(page, sent)
    assert CustomFigure.objects.count() == 0
    assert len(answer.context["form"].non_field_errors()) == 1


def test_subjects_and_measures_are_those_that_one_may_see(signed_in: Any, school_admin: User, reader: User) -> None:
    def subjects(user: User) -> list[str]:
        tabs = signed_in(user).get("/reports/own-figures/new/").context["tabs"]
        return [tab["url"].rpartition("=")[2] for tab in tabs]

    assert subjects(school_admin) == ["devices", "projects", "schools", "deliveries"]
    assert subjects(reader) == ["devices", "projects", "schools", "orders", "deliveries"]
    client = signed_in(reader)
    answer = client.get("/reports/own-figures/new/")
    assert [value for value, _label in answer.context["form"]["measure"].field.choices] == ["count", "share", "places"]
    assert client.get("/reports/own-figures/new/?subject=costs").status_code == 404


def test_school_has_figures_of_its_own_but_shares_none(signed_in: Any, school_admin: User) -> None:
    form = signed_in(school_admin).get("/reports/own-figures/new/").context["form"]
    assert "is_shared" not in form.fields


def test_figure_stands_in_the_catalogue_and_is_deleted(signed_in: Any, manager: User, school: School) -> None:
    make_devices(2, school=school)
    figure, client = a_figure(manager), signed_in(manager)
    values = {one.figure.key: one.value for one in client.get("/reports/").context["values"]}
    assert values[figure.key] == 2
    client.post(f"/reports/own-figures/{figure.pk}/delete/")
    assert CustomFigure.objects.count() == 0
    assert client.get(f"/reports/figures/{figure.key}/").status_code == 404


def test_private_figure_cannot_be_chosen_for_a_report(signed_in: Any, manager: User, school: School) -> None:
    make_devices(1, school=school)
    mine, ours = a_figure(manager), a_figure(manager, name="Unsere", is_shared=True)
    client = signed_in(manager)
    today = timezone.localdate().isoformat()
    sent = {"title": "Sachstand", "committee": "Ausschuss", "session_on": today, "as_of": today, "completion": "none"}
    client.post("/reports/published/new/", sent | {"version": version_of(client, "/reports/published/new/")})
    offered = client.get(f"/reports/published/{Publication.objects.get().pk}/figures/").context["form"].fields
    assert (mine.key in offered, ours.key in offered) == (False, True)


def test_report_by_mail_is_ordered_seen_and_ended(signed_in: Any, manager: User, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    User.objects.filter(pk=manager.pk).update(email="mara@stadt.example")
    client = signed_in(manager)

    client.post("/account/mails/", {"what": "devices_in_service", "rhythm": "weekly"})

    found = Subscription.objects.get()
    kept = (found.owner, found.subject, found.figure, found.address, found.language, found.begins_on)
    assert kept == (manager, "figure", "devices_in_service", "http://testserver", "de", timezone.localdate())
    mail = SubscriptionMail.objects.create(
        subscription=found, due_on=found.begins_on, at=timezone.now(), state="refused", reason="Die Rechte fehlen."
    )
    page = client.get("/account/mails/")
    assert [one for one, _label in page.context["mails"]] == [mail]
    assert "Die Rechte fehlen." in page.text
    client.post(f"/account/mails/{found.pk}/end/")
    assert Subscription.objects.count() == 0


def test_order_without_an_address_is_refused_and_says_why(signed_in: Any, manager: User, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example"
    answer = signed_in(manager).post("/account/mails/", {"what": "progress", "rhythm": "weekly"})
    assert Subscription.objects.count() == 0
    assert len(answer.context["form"].non_field_errors()) == 1


def test_link_in_a_mail_ends_it_by_a_button_and_without_signing_in(client: Client, manager: User) -> None:
    today = timezone.localdate()
    found = Subscription.objects.create(
        owner=manager, subject="progress", rhythm="weekly", language="de", address="x", begins_on=today
    )
    page = f"/mails/{token_of(found)}/end/"
    assert client.get(page).status_code == 200
    assert Subscription.objects.count() == 1
    assert client.post(page).status_code == 200
    assert Subscription.objects.count() == 0
    assert (client.get(page).status_code, client.post("/mails/falsch/end/").status_code) == (404, 404)
