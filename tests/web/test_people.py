"""The pages about people, as an administrator sees them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.actor import Actor
from schools.enums import Role
from schools.models import ApiToken, Invitation, Membership
from schools.roles import grant_role
from schools.tokens import create_token
from tests.factories import make_user
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def admin():
    return make_user("adam.admin", role=Role.ADMINISTRATOR, first_name="Adam", last_name="Admin")


@pytest.fixture
def page(signed_in, admin):
    return signed_in(admin)


@pytest.fixture
def petra(school, other_school):
    """School admin of one school, reader of another."""
    petra = make_user("petra", first_name="Petra", last_name="Plan", email="petra@schule.example")
    Membership.objects.create(user=petra, role=Role.SCHOOL_ADMIN, school=school)
    Membership.objects.create(
        user=petra, role=Role.SCHOOL_READER, school=other_school, until=timezone.localdate() + timedelta(days=3)
    )
    return petra


def _names(response):
    return [row[1] for table in tables(response, "user-table") for row in table[1:]]


# --- the way in -------------------------------------------------------------------------------------------------------


def test_administration_shows_to_each_their_parts(signed_in, admin, manager):
    everything = links(signed_in(admin).get("/administration/"), "content")
    part = links(signed_in(manager).get("/administration/"), "content")

    assert {"People", "Invitations", "Who may do what", "What is kept for how long"} <= set(everything)
    assert {"People", "Invitations"}.isdisjoint(part)
    assert "Who may do what" in part


def test_administration_is_in_the_navigation_of_those_who_may(signed_in, admin, it_staff):
    assert links(signed_in(admin).get("/users/"))["People and settings"] == "/administration/"
    assert 'href="/administration/" aria-current="page"' in " ".join(
        signed_in(admin).get("/users/").content.decode().split()
    )
    assert "People and settings" not in links(signed_in(it_staff).get("/devices/"))


def test_role_table_says_what_access_says(page):
    heading, roles, *lines = tables(page.get("/administration/roles/"), "content")[0]

    assert heading == ["", "for the whole authority", "for one school"]
    assert (roles[0], len(roles)) == ("Right", len(Role) + 1)
    money = next(line for line in lines if line[0] == "See prices and amounts")
    assert money[1:] == ["–no", "yes", "yes", "yes", "yes", "–no", "–no", "–no"]


# --- list -------------------------------------------------------------------------------------------------------------


def test_list_shows_people_with_their_roles(page, petra):
    today = f"{timezone.localdate():%-d %b %Y}"

    assert tables(page.get("/users/"), "user-table")[0][1:] == [
        ["Adam Admin", "adam.admin", "administrator", today, "may sign in"],
        [
            "Petra Planpetra@schule.example",
            "petra",
            "school admin · Lindenschule school reader · Kastanienschule "
            f"until {(timezone.localdate() + timedelta(days=3)):%-d %b %Y}",
            "–",
            "may sign in",
        ],
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=plan petra", ["petra"]),
        ("q=schule.example", ["petra"]),
        ("role=school_admin", ["petra"]),
        ("role=school_admin&school=100200", []),
        ("role=school_reader&school=100200", ["petra"]),
        ("state=inactive", ["weg"]),
        ("state=without_role", ["weg"]),
        ("state=idle", ["petra"]),
        ("state=erased", ["deleted-1"]),
        ("ordering=-username", ["weg", "petra", "adam.admin"]),
        ("state=nonsense", []),
    ],
)
def test_list_is_filtered(page, petra, query, names):
    make_user("weg", is_active=False, last_name="Zett")
    make_user("deleted-1", is_active=False, erased_at=timezone.now())

    assert _names(page.get(f"/users/?{query}")) == names


def test_list_needs_as_many_queries_for_three_as_for_one(page, petra, school):
    page.get("/users/")
    with CaptureQueriesContext(connection) as few:
        page.get("/users/")
    for name in "abc":
        make_user(name, role=Role.SCHOOL_ADMIN, school=school)
    with CaptureQueriesContext(connection) as many:
        page.get("/users/")

    assert len(many) == len(few)


# --- one person -------------------------------------------------------------------------------------------------------


def test_person_page_shows_roles_tokens_and_deeds(page, petra, admin):
    grant_role(petra, Role.READER, by=Actor(admin))
    create_token(petra, "Skript", by=Actor(petra))

    answer = page.get(f"/users/{petra.pk}/")

    roles, tokens = tables(answer, "content")
    assert [row[:2] for row in roles[1:]] == [
        ["school admin", "Lindenschule (100100)"],
        ["school reader", "Kastanienschule (100200)"],
        ["reader", "whole authority"],
    ]
    assert [row[0] for row in tokens[1:]] == ["Skript"]
    assert ["Role granted" in text(answer), "Access token made" in text(answer)] == [True, True]


def test_way_to_a_person_names_them_and_not_their_account(page, petra):
    ways = [links(page.get(f"/users/{petra.pk}/{part}")) for part in ("", "name/")]

    assert [way.get("People and settings") for way in ways] == ["/administration/"] * 2
    assert [way.get("Petra Plan") for way in ways] == [None, f"/users/{petra.pk}/"]


def test_person_page_needs_as_many_queries_however_much_there_is(page, petra, school, admin):
    create_token(petra, "a", by=Actor(petra), school=school)
    page.get(f"/users/{petra.pk}/")
    with CaptureQueriesContext(connection) as few:
        page.get(f"/users/{petra.pk}/")
    for name in "bcd":
        create_token(petra, name, by=Actor(petra), school=school)
    grant_role(petra, Role.MANAGER, by=Actor(admin))
    with CaptureQueriesContext(connection) as many:
        page.get(f"/users/{petra.pk}/")

    assert len(many) == len(few)


def test_role_is_granted(page, outsider, school):
    answer = page.post(f"/users/{outsider.pk}/roles/", {"role": "school_admin", "school": school.pk}, follow=True)

    assert outsider.memberships.values_list("role", "school", "until").get() == ("school_admin", school.pk, None)
    assert "The role is granted." in text(answer)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"role": "school_admin"}, "This role needs a school."),
        ({"role": "manager", "school": "own"}, "“manager” is a role for the whole authority: leave the school empty."),
        ({"role": "manager", "until": "2020-01-01"}, "The end of a role lies ahead."),
        ({"role": "school_admin", "school": "0"}, "Select a valid choice."),
        ({"role": "king"}, "Select a valid choice."),
        ({}, "This field is required."),
    ],
)
def test_role_is_refused_with_a_sentence(page, outsider, school, sent, sentence):
    if sent.get("school") == "own":
        sent = sent | {"school": school.pk}

    answer = page.post(f"/users/{outsider.pk}/roles/", sent)

    assert sentence in text(answer)
    assert not outsider.memberships.exists()


def test_role_ends_later_or_at_once(page, petra):
    first, second = petra.memberships.order_by("pk")
    day = timezone.localdate() + timedelta(days=9)

    page.post(f"/users/{petra.pk}/roles/{first.pk}/", {"until": day.isoformat()})
    page.post(f"/users/{petra.pk}/roles/{second.pk}/", {"now": "1"})

    assert list(petra.memberships.order_by("pk").values_list("until", flat=True)) == [day, timezone.localdate()]


def test_role_of_somebody_else_is_not_found_below_a_person(page, petra, outsider):
    membership = petra.memberships.first()

    assert page.post(f"/users/{outsider.pk}/roles/{membership.pk}/", {"now": "1"}).status_code == 404


def test_administrator_cannot_lock_themselves_out(page, admin):
    own = admin.memberships.get()

    answer = page.post(f"/users/{admin.pk}/roles/{own.pk}/", {"now": "1"})
    assert "Nobody changes their own roles" in text(answer)
    assert "Nobody changes their own roles" in text(page.post(f"/users/{admin.pk}/deactivate/", follow=True))
    assert (User.objects.get(pk=admin.pk).is_active, Membership.objects.get(pk=own.pk).until) == (True, None)


def test_person_is_deactivated_and_back(page, petra):
    page.post(f"/users/{petra.pk}/deactivate/")
    assert not User.objects.get(pk=petra.pk).is_active
    page.post(f"/users/{petra.pk}/reactivate/")
    assert User.objects.get(pk=petra.pk).is_active


def test_erasing_asks_for_the_user_name(page, petra):
    refused = page.post(f"/users/{petra.pk}/erase/", {"username": "falsch"})
    assert "This is not the user name of the person." in text(refused)

    page.post(f"/users/{petra.pk}/erase/", {"username": "petra", "reason": "Antrag"})

    assert User.objects.get(pk=petra.pk).username == f"deleted-{petra.pk}"
    assert text(page.get(f"/users/{petra.pk}/")).count("deleted person") >= 1


def test_tokens_of_a_person_are_withdrawn(page, petra, outsider):
    token, _plain = create_token(petra, "Skript", by=Actor(petra))

    assert page.post(f"/users/{outsider.pk}/tokens/{token.pk}/revoke/").status_code == 404
    page.post(f"/users/{petra.pk}/tokens/{token.pk}/revoke/")

    assert ApiToken.objects.count() == 0


# --- invitations ------------------------------------------------------------------------------------------------------


def test_invitation_shows_its_link_once(page, school):
    data = {"email": "neu@schule.example", "role": "school_admin", "school": school.pk}
    answer = page.post("/users/invite/", data, follow=True)

    assert answer.redirect_chain == [("/users/invite/", 302)]
    assert "neu@schule.example is invited as school admin." in text(answer)
    (link,) = [word for word in text(answer).split() if "/invitations/" in word]
    assert link.startswith("http://testserver/invitations/")
    again = page.get("/users/invite/")
    assert link not in text(again)
    assert [row[:2] for row in tables(again, "content")[0][1:]] == [
        ["neu@schule.example", "school admin · Lindenschule"]
    ]
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_invitation_is_withdrawn(page):
    page.post("/users/invite/", {"email": "neu@schule.example", "role": "reader"})

    page.post(f"/users/invite/{Invitation.objects.get().pk}/withdraw/")

    assert Invitation.objects.count() == 0


def test_invitations_need_as_many_queries_for_three_as_for_one(page, school):
    def sent(name):
        data = {"email": f"{name}@b.example", "role": "school_admin", "school": school.pk}
        page.post("/users/invite/", data, follow=True)

    sent("a")
    with CaptureQueriesContext(connection) as one:
        page.get("/users/invite/")
    sent("b"), sent("c")
    with CaptureQueriesContext(connection) as three:
        page.get("/users/invite/")

    assert len(three) == len(one)
