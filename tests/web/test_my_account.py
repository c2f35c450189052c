"""One's own account: roles in plain words, tokens, data, and taking an invitation."""

import json

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from audit.actor import Actor
from schools.enums import Role
from schools.invitations import invite, withdraw_invitation
from schools.models import ApiToken, Membership
from schools.tokens import create_token, token_digest
from tests.factories import make_user
from tests.web.pages import links, tables, text

pytestmark = pytest.mark.django_db
PASSWORD = "ein-langer-satz-2"


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.fixture
def invited(school):
    by = Actor(make_user("adam.admin", role=Role.ADMINISTRATOR))
    return invite("neu@schule.example", Role.SCHOOL_ADMIN, by=by, school=school)


# --- account ----------------------------------------------------------------------------------------------------------


def test_account_says_roles_and_rights_in_words(signed_in, school_admin, other_school):
    Membership.objects.create(user=school_admin, role=Role.SCHOOL_READER, school=other_school)

    roles = signed_in(school_admin).get("/account/").context["roles"]

    read, export = "see schools, devices and works", "take lists and reports away as files"
    assert [(str(row.membership.school), [str(right) for right in row.rights]) for row in roles] == [
        ("Lindenschule (100100)", [read, export, "report defects of devices"]),
        ("Kastanienschule (100200)", [read]),
    ]
    assert f"school reader · Kastanienschule {read}" in text(signed_in(school_admin).get("/account/"), "content")


def test_account_of_an_outsider_says_what_to_do(signed_in, outsider):
    assert "You have no role yet and see nothing." in text(signed_in(outsider).get("/account/"))


def test_name_is_corrected_by_oneself_only(signed_in, outsider, it_staff):
    browser = signed_in(outsider)

    answer = browser.post(f"/users/{outsider.pk}/name/", {"first_name": "Otto", "last_name": "Neu"})

    assert answer.url == "/account/"
    assert User.objects.get(pk=outsider.pk).get_full_name() == "Otto Neu"
    assert browser.post(f"/users/{it_staff.pk}/name/", {"first_name": "X"}).status_code == 404


def test_own_data_as_page_and_file(signed_in, it_staff, outsider):
    create_token(it_staff, "Skript", by=Actor(it_staff))
    browser = signed_in(it_staff)

    page, file = browser.get(f"/users/{it_staff.pk}/data/"), browser.get(f"/users/{it_staff.pk}/data.json")

    assert ["Skript" in text(page), "ina.it" in text(page)] == [True, True]
    assert json.loads(file.content)["person"]["username"] == "ina.it"
    assert file["Content-Disposition"] == f'attachment; filename="klassensatz-{it_staff.pk}.json"'
    assert browser.get(f"/users/{outsider.pk}/data/").status_code == 404


def test_data_page_calls_tables_of_packages_by_names_that_people_understand(signed_in, it_staff):
    titles = [section["title"] for section in signed_in(it_staff).get(f"/users/{it_staff.pk}/data/").context["own"]]

    assert titles == [
        "E-mail addresses", "Second factors", "default views", "saved views", "subscriptions",
        "API tokens", "memberships", "Accounts of the directory", "Sessions",
    ]  # fmt: skip


def test_every_title_of_the_data_page_is_german(signed_in, it_staff):
    """Also that of a model which gives no plural of its own: ``gettext`` does not know what Django makes of it then."""
    context = signed_in(it_staff).get(f"/users/{it_staff.pk}/data/").context
    titles = [section["title"] for section in [*context["own"], *context["deeds"]]]
    with translation.override("en"):
        english = [str(title) for title in titles]
    with translation.override("de"):
        german = [str(title) for title in titles]
        known = [translation.gettext(title) for title in english]

    assert german == known
    assert [title for title, source in zip(german, english, strict=True) if title == source] == []


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_token_is_shown_once(signed_in, it_staff, school):
    browser = signed_in(it_staff)

    data = {"name": "Skript", "scope": "read", "school": school.pk, "until": ""}
    answer = browser.post("/account/tokens/", data, follow=True)

    assert answer.redirect_chain == [("/account/tokens/", 302)]
    token = ApiToken.objects.get()
    (plain,) = [word for word in text(answer).split() if token_digest(word) == token.digest]
    assert (token.user, token.scope, token.school, token.expires_at) == (it_staff, "read", school, None)
    assert plain not in text(browser.get("/account/tokens/"))


def test_token_ends_with_the_beginning_of_a_day(signed_in, it_staff):
    signed_in(it_staff).post("/account/tokens/", {"name": "a", "scope": "write", "until": "2099-03-01"})

    assert timezone.localtime(ApiToken.objects.get().expires_at).isoformat() == "2099-03-01T00:00:00+01:00"


def test_token_is_refused_with_a_sentence(signed_in, school_admin, other_school):
    browser = signed_in(school_admin)

    past = browser.post("/account/tokens/", {"name": "a", "scope": "read", "until": "2001-01-01"})
    foreign = browser.post("/account/tokens/", {"name": "a", "scope": "read", "school": other_school.pk})

    assert "This moment has passed." in text(past)
    assert "Select a valid choice." in text(foreign)
    assert ApiToken.objects.count() == 0


def test_only_own_tokens_are_listed_and_withdrawn(signed_in, it_staff, manager):
    own, _plain = create_token(it_staff, "meins", by=Actor(it_staff))
    other, _plain = create_token(manager, "fremd", by=Actor(manager))
    browser = signed_in(it_staff)

    assert [row[0] for row in tables(browser.get("/account/tokens/"), "content")[0][1:]] == ["meins"]
    assert browser.post(f"/account/tokens/{other.pk}/revoke/").status_code == 404
    browser.post(f"/account/tokens/{own.pk}/revoke/")
    assert list(ApiToken.objects.all()) == [other]


# --- taking an invitation ---------------------------------------------------------------------------------------------


def _sent(**fields):
    return {"username": "neu", "first_name": "N", "last_name": "Eu", "password": PASSWORD, "again": PASSWORD} | fields


def test_invited_person_makes_an_account(client, invited, school):
    _invitation, plain = invited
    page = client.get(f"/invitations/{plain}/")
    assert "You are invited as school admin of the school “Lindenschule”." in text(page)
    assert "neu@schule.example" not in text(page)

    answer = client.post(f"/invitations/{plain}/", _sent())

    assert answer.url == "/login/"
    person = User.objects.get(username="neu")
    assert person.check_password(PASSWORD)
    assert person.memberships.values_list("role", "school").get() == ("school_admin", school.pk)
    assert client.get(f"/invitations/{plain}/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("again", "etwas-anderes-7", "The two passwords differ."),
        ("username", "adam.admin", "A user with that username already exists."),
        ("username", "zwei worte", "Enter a valid username."),
        ("password", "kurz", "This password is too short."),
    ],
)
def test_account_is_refused_with_a_sentence(client, invited, field, value, sentence):
    given = _sent(**{field: value}) | ({"again": value} if field == "password" else {})

    answer = client.post(f"/invitations/{invited[1]}/", given)

    assert sentence in text(answer)
    assert User.objects.count() == 1


def test_signed_in_person_takes_the_role(signed_in, invited, school):
    person = make_user("da", email="neu@schule.example")
    browser = signed_in(person)
    assert "The role is added to your account." in text(browser.get(f"/invitations/{invited[1]}/"))

    assert browser.post(f"/invitations/{invited[1]}/").url == "/account/"

    assert person.memberships.values_list("role", "school").get() == ("school_admin", school.pk)


def test_signed_in_person_of_another_address_does_not(signed_in, invited, outsider):
    browser = signed_in(outsider)

    told = text(browser.get(f"/invitations/{invited[1]}/")) + text(browser.post(f"/invitations/{invited[1]}/"))

    assert told.count("This invitation is for another address") >= 2
    assert not outsider.memberships.exists()


def test_closed_invitation_looks_like_none(client, invited):
    invitation, plain = invited
    withdraw_invitation(invitation, by=Actor(None, "command"))

    withdrawn, invented = client.get(f"/invitations/{plain}/"), Client().get(f"/invitations/{'x' * 43}/")

    assert (withdrawn.status_code, invented.status_code) == (404, 404)


def test_user_menu_leads_to_the_account(signed_in, it_staff):
    assert links(signed_in(it_staff).get("/devices/"))["My account"] == "/account/"


def test_school_admin_of_two_schools_sees_both_and_no_third(signed_in, school, other_school):
    two = make_user("zora", role=Role.SCHOOL_ADMIN, school=school)
    Membership.objects.create(user=two, role=Role.SCHOOL_ADMIN, school=other_school)
    browser = signed_in(two)

    assert browser.get("/").status_code == 200
    names = [row[0] for row in tables(browser.get("/schools/"), "content")[0][1:]]
    assert sorted(name[:6] for name in names) == ["Kastan", "Linden"]
