"""OpenID Connect against a provider on this machine: who gets in, with which roles, and who does not."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.messages import get_messages
from oidc_provider_mock import run_server_in_thread

from accounts.models import User
from audit.models import Act
from config.directories import openid_connect_at
from schools.models import Membership
from tests.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of the provider's own libraries
]
MAIL = {"email": "dora@stadt.example", "email_verified": True}


@pytest.fixture
def provider(settings, monkeypatch):
    """Address of a provider that signs in whoever is asked for."""
    monkeypatch.setenv("OIDC_CLIENT_ID", "klassensatz")
    monkeypatch.setenv("OIDC_CLIENT_SECRET", "geheim")
    settings.DIRECTORY_GROUP_ROLES = {"it": "it_staff", "schule-{number}": "school_admin"}
    with run_server_in_thread() as server:
        url = f"http://localhost:{server.server_port}"
        settings.SOCIALACCOUNT_PROVIDERS = openid_connect_at(url)
        yield url


@pytest.fixture
def come(client, provider):
    """``come(groups, …)``: Dora comes back from the provider with these groups and claims."""

    def back(*groups, process="login", **claims):
        told = {"preferred_username": "dora", "groups": list(groups)} | claims
        requests.put(f"{provider}/users/dora", json=told, timeout=5)
        there = client.post(f"/account/directory/sso/login/?process={process}").url
        response = requests.post(there, data={"sub": "dora"}, allow_redirects=False, timeout=5)
        target = urlsplit(response.headers["Location"])
        return client.get(f"{target.path}?{target.query}")

    return back


def is_in(client):
    return "_auth_user_id" in client.session


def test_groups_decide_at_each_sign_in(client, come, school):
    assert come("it", "schule-100100").url == "/"
    assert set(Membership.objects.values_list("role", "school")) == {("it_staff", None), ("school_admin", school.pk)}

    client.post("/logout/")
    assert come("schule-100100").url == "/"
    assert set(Membership.objects.values_list("role", "school")) == {("school_admin", school.pk)}

    client.post("/logout/")
    assert come("alle").status_code == 403
    assert (Membership.objects.count(), is_in(client)) == (0, False)


@pytest.mark.parametrize("groups", [[], ["alle"], ["schule-999999"]])
def test_nobody_new_gets_in_without_a_role(client, come, groups):
    assert come(*groups).status_code == 403
    assert (User.objects.count(), is_in(client)) == (0, False)
    assert list(Act.objects.values_list("verb", "via")) == [("sign_in.failed", "directory")]


def test_role_given_here_is_enough(client, come, it_staff, school):
    come("it")
    Membership.objects.create(user=User.objects.get(username="dora"), role="school_reader", school=school)
    client.post("/logout/")

    assert come().url == "/"
    assert is_in(client)


def test_name_that_is_taken_is_not_taken_over(client, come):
    other = make_user("dora")

    assert come("it").url == "/"
    assert int(client.session["_auth_user_id"]) != other.pk


def test_account_with_the_same_address_is_not_taken_over(client, come):
    make_user("dora.alt", email="dora@stadt.example")

    assert come("it", **MAIL).status_code == 403
    assert (User.objects.count(), is_in(client)) == (1, False)


def test_setting_allows_to_match_by_an_address_that_the_directory_vouches_for(
    client, come, provider, settings, monkeypatch
):
    monkeypatch.setenv("OIDC_MATCH_EMAIL", "1")
    settings.SOCIALACCOUNT_PROVIDERS = openid_connect_at(provider)
    known = make_user("dora.alt", email="dora@stadt.example")

    assert come("it", email="dora@stadt.example", email_verified=False).status_code == 403
    assert not is_in(client)
    assert come("it", **MAIL).url == "/"
    assert int(client.session["_auth_user_id"]) == known.pk


def test_account_is_connected_by_who_has_its_password(client, come, enter):
    known = make_user("dora.alt", email="dora@stadt.example", role="manager")
    enter("dora.alt")
    assert come(process="connect", **MAIL).url == "/account/confirm/"
    assert client.post("/account/confirm/", {"password": "geheim"}).url == "/account/security/"
    client.post("/logout/")

    assert come("it", **MAIL).url == "/"
    assert int(client.session["_auth_user_id"]) == known.pk
    assert set(known.memberships.values_list("role", "source")) == {("manager", "manual"), ("it_staff", "directory")}


def test_person_who_left_does_not_get_in(client, come):
    come("it")
    client.post("/logout/")
    User.objects.update(is_active=False)

    assert come("it").status_code == 403
    assert not is_in(client)


def test_second_factor_is_asked_for_after_the_directory_too(client, come, add_factor):
    come("it")
    client.post("/logout/")
    add_factor(User.objects.get())

    assert come("it").url == "/account/second-factor/"
    assert not is_in(client)


def test_who_stops_at_the_provider_is_told_that_nothing_happened(client, provider):
    (state,) = parse_qs(urlsplit(client.post("/account/directory/sso/login/").url).query)["state"]
    answer = client.get("/account/directory/sso/callback/", {"error": "access_denied", "state": state})

    assert answer.url == "/account/directory/cancelled/"
    assert client.get(answer.url).status_code == 200
    assert User.objects.count() == 0


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?state=y&error=x"])
def test_forged_way_back_leads_nowhere(client, provider, query):
    answer = client.get(f"/account/directory/sso/callback/{query}")

    assert answer.status_code == 401
    assert not is_in(client)
    assert list(get_messages(answer.wsgi_request)) == []


def test_way_to_the_provider_asks_first_and_carries_a_challenge(client, provider):
    assert client.get("/account/directory/sso/login/").status_code == 200
    there = client.post("/account/directory/sso/login/").url

    assert there.startswith(f"{provider}/oauth2/authorize?")
    assert "code_challenge_method=S256" in there
    assert "state=" in there
