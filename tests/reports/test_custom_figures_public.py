"""Figures of one's own on the public page: who allows it, of which, and what a change of their meaning does."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from reports.custom_figures import change_figure, delete_figure
from reports.models import CustomFigure
from reports.proposals import Question, proposals
from reports.public import public_figures, public_keys
from rollout.services import choose_public_figures
from schools.enums import Role
from schools.models import School
from tests.factories import DAY, make_devices, make_user
from tests.reports.test_custom_figures import a_figure

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(30)


@pytest.fixture
def by(manager: User) -> Actor:
    return Actor(manager, Channel.PAGE)


def a_public_one(by: Actor, **values: Any) -> CustomFigure:
    return a_figure(by, is_shared=True, is_public=True, **values)


def choose(figure: CustomFigure, by: Actor) -> None:
    found = proposals(Question(LATER, timezone.now()), by.user)
    choose_public_figures([one.figure for one in found if one.figure.key == figure.key], by=by)


def told() -> list[tuple[str, str]]:
    return [(str(one.figure.label), one.row.figure_text) for one in public_figures()]


def test_figure_is_chosen_and_shown_with_its_meaning(school: School, by: Actor, client: Client, settings: Any) -> None:
    settings.PUBLIC_PROGRESS = True
    make_devices(3, school=school)
    figure = a_public_one(by, query="status=in_service")

    choose(figure, by)

    (shown,) = client.get("/progress/progress.json", headers={"accept-language": "en"}).json()["figures"]
    assert (shown["label"], shown["value"], shown["unit"]) == ("Tablets in Schränken", 3, "devices")
    assert shown["definition"] == "Counted are: devices as they are on the as-of date (Status: in service)."
    assert client.get("/progress/").status_code == 200


def test_what_is_not_allowed_cannot_be_chosen(school: School, by: Actor) -> None:
    make_devices(1, school=school)
    shared, public = a_figure(by, is_shared=True), a_public_one(by, name="Offen")
    assert [one.key in public_keys() for one in (shared, public)] == [False, True]


def test_other_meaning_takes_it_off_the_page_until_it_is_chosen_anew(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    figure = a_public_one(by)
    choose(figure, by)
    assert told() == [("Tablets in Schränken", "3")]

    change_figure(figure, by=by, measure="places", is_public=True)
    assert told() == []
    choose(figure, by)
    assert told() == [("Tablets in Schränken", "1")]


def test_change_by_somebody_who_publishes_nothing_takes_it_back(school: School, it_staff: User, by: Actor) -> None:
    make_devices(1, school=school)
    figure = a_figure(Actor(it_staff), is_shared=True)
    change_figure(figure, by=by, is_public=True)
    choose(figure, by)

    change_figure(figure, by=Actor(it_staff), is_shared=True)
    assert len(told()) == 1
    change_figure(figure, by=Actor(it_staff), name="Anders")

    figure.refresh_from_db()
    assert (figure.public_at, told()) == (None, [])


def test_unshared_or_deleted_figure_is_gone(school: School, by: Actor) -> None:
    make_devices(1, school=school)
    figure, other = a_public_one(by), a_public_one(by, name="Zwei")
    for one in (figure, other):
        choose(one, by)
    change_figure(figure, by=by, is_shared=False)
    delete_figure(other, by=by)
    assert (public_keys() & {figure.key, other.key}, told()) == (set(), [])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"is_shared": False}, "unshared"),
        ({"subject": "costs", "measure": "sum"}, "money"),
        ({"measure": "sum"}, "money"),
        ({"query": "q=Meier"}, "search"),
        ({"measure": "share", "part_query": "q=Meier"}, "search"),
    ],
)
def test_some_are_never_public(by: Actor, values: dict[str, Any], code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        a_figure(by, **({"is_shared": True} | values), is_public=True)
    assert [(name, [one.code for one in found]) for name, found in refusal.value.error_dict.items()] == [
        ("is_public", [code])
    ]


def test_only_who_publishes_allows_it(it_staff: User) -> None:
    with pytest.raises(PermissionDenied):
        a_public_one(Actor(it_staff))


def test_page_offers_it_to_who_publishes(signed_in: Any, manager: User) -> None:
    page = "/reports/own-figures/new/"
    names = [
        "is_public" in signed_in(one).get(page).context["form"].fields
        for one in (make_user("ida.it", role=Role.IT_STAFF), manager)
    ]
    assert names == [False, True]
