"""The page "Security": one's own sessions, and ending them."""

import pytest
from django.test import Client

from audit.models import Act
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def elsewhere(person):
    """Signed in with another browser."""
    client = Client(headers={"User-Agent": FIREFOX})
    client.post("/login/", {"login": "petra.person", "password": "geheim"})
    return client


def test_sessions_are_listed(client, enter, person, elsewhere):
    enter("petra.person")

    page = client.get("/account/security/")

    assert len(page.context["sessions"]) == 2
    assert "Firefox · Windows" in page.content.decode()


def test_one_session_is_ended(client, enter, person, elsewhere):
    enter("petra.person")
    session = person.usersession_set.get(session_key=elsewhere.session.session_key)

    assert client.post("/account/sessions/end/", {"session": session.pk}).url == "/account/security/"

    assert elsewhere.get("/account/security/").status_code == 302
    assert client.get("/account/security/").status_code == 200
    assert Act.objects.latest("pk").verb == "session.end"


def test_all_others_are_ended_and_this_one_stays(client, enter, person, elsewhere):
    enter("petra.person")

    client.post("/account/sessions/end/")

    assert elsewhere.get("/account/security/").status_code == 302
    assert client.get("/account/security/").status_code == 200


@pytest.mark.parametrize("what", ["x", "-1", "9" * 30])
def test_session_of_somebody_else_stays(client, enter, person, elsewhere, what):
    make_user("fremd")
    client.post("/login/", {"login": "fremd", "password": "geheim"})
    foreign = person.usersession_set.get()

    for session in (foreign.pk, what):
        client.post("/account/sessions/end/", {"session": session})

    assert elsewhere.get("/account/security/").status_code == 200
