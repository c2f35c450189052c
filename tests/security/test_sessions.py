"""A session belongs to one sign-in."""

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

COOKIE = settings.SESSION_COOKIE_NAME


@pytest.fixture
def signed_in_by_form() -> Client:
    make_user("vera.vorne")
    client = Client()
    client.post("/login/", {"login": "vera.vorne", "password": "geheim"})
    assert client.get("/schools/").status_code == 200
    return client


def test_session_of_before_the_sign_in_is_worth_nothing_after_it() -> None:
    make_user("vera.vorne")
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[COOKIE] = session.session_key
    client.post("/login/", {"login": "vera.vorne", "password": "geheim"})
    assert client.cookies[COOKIE].value != session.session_key
    stranger = Client()
    stranger.cookies[COOKIE] = session.session_key
    assert stranger.get("/schools/").status_code == 302


def test_session_ends_with_the_sign_out(signed_in_by_form: Client) -> None:
    key = signed_in_by_form.cookies[COOKIE].value
    signed_in_by_form.post("/logout/")
    stranger = Client()
    stranger.cookies[COOKIE] = key
    assert stranger.get("/schools/").status_code == 302


def test_session_cookie_is_out_of_reach_for_scripts_and_other_sites(signed_in_by_form: Client) -> None:
    cookie = signed_in_by_form.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_person_who_may_no_longer_sign_in_is_out_at_once(signed_in_by_form: Client) -> None:
    make_user("ole.ohne")
    user_model = type(make_user("anna.andere"))
    user_model.objects.filter(username="vera.vorne").update(is_active=False)
    assert signed_in_by_form.get("/schools/").status_code == 302
