"""Signing in and out, light and dark, error pages."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone
from django.utils.translation import override

from schools.enums import Role
from tests.factories import make_school, make_user
from tests.web.pages import links, text
from web.navigation import navigation_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies["django_language"] = "en"


@pytest.mark.parametrize("address", ["/", "/schools/", "/schools/100100/"])
def test_anonymous_is_asked_to_sign_in(client, school, address):
    response = client.get(address)

    assert (response.status_code, response.url) == (302, f"/login/?next={address}")


def test_login_leads_to_the_page_asked_for(client, it_staff):
    response = client.post("/login/", {"login": "ina.it", "password": "geheim", "next": "/schools/"})

    assert (response.status_code, response.url) == (302, "/schools/")


def test_login_with_wrong_password_says_so(client, it_staff):
    response = client.post("/login/", {"login": "ina.it", "password": "falsch"})

    assert response.status_code == 200
    assert "User name or password is wrong, or there were too many attempts." in text(response, "content")


def test_school_admin_lands_on_the_own_school(client, school, school_admin):
    client.post("/login/", {"login": "selma.schule", "password": "geheim"})

    response = client.get("/")

    assert (response.status_code, response.url) == (302, "/schools/100100/")


def test_logout_ends_the_session(signed_in, it_staff):
    client = signed_in(it_staff)

    assert client.post("/logout/").url == "/"
    assert client.get("/").url == "/login/?next=/"


def test_navigation_follows_the_role(signed_in, it_staff, school_admin, outsider):
    def entries(user):
        names = list(links(signed_in(user).get("/accessibility/")))
        return [name for name in names if name in ("Overview", "Schools", "Deliveries", "Imports")]

    assert entries(it_staff) == ["Overview", "Schools", "Deliveries", "Imports"]
    assert entries(make_user("anna.audit", role=Role.AUDITOR)) == ["Overview", "Schools", "Deliveries"]
    assert entries(school_admin) == ["Overview"]
    assert entries(outsider) == []


def test_navigation_marks_where_one_is(signed_in, it_staff):
    page = signed_in(it_staff).get("/schools/").content.decode()

    assert page.count('aria-current="page"') == 2  # wide and narrow navigation, of which one is shown
    assert 'href="/schools/" aria-current="page"' in " ".join(page.split())


def test_school_is_the_overview_of_those_who_see_one(signed_in, school_admin):
    page = " ".join(signed_in(school_admin).get("/", follow=True).content.decode().split())

    assert page.count('href="/" aria-current="page"') == 2


@pytest.mark.parametrize(
    ("theme", "attribute"), [("dark", 'data-kern-theme="dark"'), ("light", 'data-kern-theme="light"')]
)
def test_theme_is_remembered(client, theme, attribute):
    response = client.post("/account/theme/", {"theme": theme, "next": "/accessibility/"})

    assert (response.status_code, response.url) == (302, "/accessibility/")
    assert attribute in client.get("/accessibility/").content.decode()


def test_theme_can_follow_the_system_again(client):
    client.post("/account/theme/", {"theme": "dark"})
    client.post("/account/theme/", {"theme": ""})

    assert "data-kern-theme" not in client.get("/accessibility/").content.decode()


def test_theme_leads_nowhere_else(client):
    response = client.post("/account/theme/", {"theme": "dark", "next": "https://example.org/"})

    assert response.url == "/"


def test_accessibility_statement_is_linked_from_each_page(client):
    assert links(client.get("/login/"))["Accessibility statement"] == "/accessibility/"


def test_accessibility_statement_names_the_contact(client, settings):
    settings.ACCESSIBILITY_CONTACT = "barrieren@stadt.example"

    assert "barrieren@stadt.example" in text(client.get("/accessibility/"), "content")


def test_page_that_is_not_there_says_so(signed_in, it_staff):
    response = signed_in(it_staff).get("/nirgends/")

    assert response.status_code == 404
    assert text(response, "content") == (
        "404 There is nothing here The address is wrong, the record is gone, or it belongs to a school that you do not "
        "look after. To the overview"
    )


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("quatsch", "“quatsch” is not a date. Shown is today."),
        ("2024-02-30", "“2024-02-30” is not a date. Shown is today."),
        ("2999-01-01", "The as-of date lies in the future. Shown is today."),
        ("1889-01-01", "There are no records from that time. Shown is today."),
    ],
)
def test_as_of_that_makes_no_sense_is_today(signed_in, it_staff, asked, message):
    response = signed_in(it_staff).get("/schools/", {"as_of": asked})

    assert response.status_code == 200
    assert response.context["day"] == timezone.localdate()
    assert [str(one) for one in get_messages(response.wsgi_request)] == [message]
    assert text(response, "messages") == message


@pytest.mark.parametrize("asked", ["2024-02-28", "28.02.2024", "28.2.2024"])
def test_as_of_is_read_as_people_write_it(signed_in, it_staff, asked):
    response = signed_in(it_staff).get("/schools/", {"as_of": asked})

    assert (response.context["day"].isoformat(), response.context["as_of_query"]) == ("2024-02-28", "?as_of=2024-02-28")
    assert "You are looking at" in text(response)


def test_person_with_two_schools_sees_the_overview(signed_in):
    user = make_user("zwei")
    for name in ("Eins", "Zwei"):
        user.memberships.create(role=Role.SCHOOL_ADMIN, school=make_school(name))

    response = signed_in(user).get("/")

    assert [row.school.name for row in response.context["rows"]] == ["Eins", "Zwei"]


@override("en")
def test_navigation_folds_what_belongs_together(signed_in, manager, it_staff, school_admin):
    def groups(user):
        entries = navigation_for(user, "/standards/1/")
        return {
            str(entry["label"]): [str(area["label"]) for area in entry["areas"]]
            for entry in entries
            if "areas" in entry
        }

    planning = ["Standards", "Master plan"]
    assert groups(manager) == {"Planning": planning, "Administration": ["Imports", "People and settings"]}
    assert groups(it_staff) == {"Planning": planning}  # one area alone needs no group
    assert groups(school_admin) == {}
    current = [str(entry["label"]) for entry in navigation_for(manager, "/standards/1/") if entry["is_current"]]
    assert current == ["Planning"]
