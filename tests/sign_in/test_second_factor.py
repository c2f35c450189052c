"""Second factors: whom a role obliges, and how to get rid of lost ones."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from schools.enums import Role
from schools.sign_ins import lacks_second_factor, reset_second_factors
from schools.tokens import create_token
from tests.factories import make_user
from tests.house.test_urls import addresses
from web.sign_in.adapters import MfaAdapter
from web.sign_in.middleware import OPEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(settings):
    settings.MFA_REQUIRED_ROLES = ["administrator"]
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


@pytest.mark.parametrize("address", ["/", "/schools/", "/devices/", "/users/", "/admin/", "/account/"])
def test_pages_send_to_the_set_up(signed_in, administrator, address):
    assert signed_in(administrator).get(address).url == "/account/security/"


def test_set_up_is_open(signed_in, administrator):
    client = signed_in(administrator)

    assert client.get("/account/security/").context["is_missing"] is True
    assert client.get("/account/second-factor/app/").url.startswith("/account/confirm/")
    assert client.post("/logout/").url == "/"


def test_open_pages_exist():
    names = {name.removeprefix("web:") for name, _view in addresses(get_resolver().url_patterns)}

    assert OPEN - names == set()


@pytest.mark.parametrize(("kind", "is_enough"), [("totp", True), ("webauthn", True), ("recovery_codes", False)])
def test_app_or_passkey_is_enough(signed_in, administrator, add_factor, kind, is_enough):
    add_factor(administrator, kind)

    assert (signed_in(administrator).get("/schools/").status_code == 200) is is_enough


def test_other_roles_are_not_asked(signed_in, it_staff, administrator):
    assert signed_in(it_staff).get("/schools/").status_code == 200


def test_superuser_counts_as_administrator(administrator):
    assert lacks_second_factor(make_user("root", is_superuser=True)) is True


def test_role_that_has_ended_asks_for_nothing(administrator):
    administrator.memberships.update(until=timezone.localdate() - timedelta(days=1))

    assert lacks_second_factor(administrator) is False


def test_session_is_refused_by_the_interface_for_machines(signed_in, administrator):
    answer = signed_in(administrator).get("/api/v1/schools/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")


@pytest.mark.parametrize("header", ["", "Basic eDp5", "Bearer x", "Digest x"])
def test_another_header_is_no_way_around(signed_in, administrator, header):
    answer = signed_in(administrator).get("/api/v1/schools/", headers={"Authorization": header})

    assert answer.status_code in (401, 403)


def test_token_is_not_asked(administrator):
    plain = create_token(administrator, "script", by=Actor(None, Channel.COMMAND))[1]

    assert Client().get("/api/v1/schools/", headers={"Authorization": f"Token {plain}"}).status_code == 200


def test_right_password_alone_does_not_let_in(client, enter, person, add_factor):
    add_factor(person)

    assert enter("petra.person").url == "/account/second-factor/"
    assert "_auth_user_id" not in client.session
    assert client.get("/schools/").url == "/login/?next=/schools/"


def test_factors_removed_at_the_last_step_lead_back_to_the_password(client, enter, person, add_factor):
    add_factor(person)
    enter("petra.person")

    reset_second_factors(person, by=Actor(None, Channel.COMMAND))

    assert client.get("/account/second-factor/").url == "/login/"
    assert client.get("/login/").status_code == 200
    assert enter("petra.person").url == "/"


def test_secret_of_the_app_is_sealed_and_survives_a_new_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "alt", []
    sealed = MfaAdapter().encrypt("JBSWY3DP")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "neu", ["alt"]

    assert "JBSWY3DP" not in sealed
    assert MfaAdapter().decrypt(sealed) == "JBSWY3DP"


def test_secret_that_was_sealed_long_ago_can_be_read(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "alt", []
    sealed = "gAAAAABrAyresmFrol8vTwrkGZRBP7xjdEGxUPCWLCfy50QeIFt_IebA8tGFVLo82c4A_wT9960WCYn77gSWNh-WAADRLAokKg=="

    assert MfaAdapter().decrypt(sealed) == "JBSWY3DP"


def test_lost_factors_are_forgotten_by_a_command(client, enter, person, add_factor, capsys):
    enter("petra.person")
    for kind in ("totp", "recovery_codes"):
        add_factor(person, kind)

    call_command("reset_second_factor", "petra.person")

    assert capsys.readouterr().out == "2 second factors forgotten.\n"
    assert person.authenticator_set.count() == 0
    assert client.get("/account/security/").status_code == 302
    act = Act.objects.get(verb="mfa.reset")
    assert (act.user, act.channel) == (None, "command")
    assert Entry.objects.get(act=act).changes == {"second_factor": ["recovery_codes, totp", None]}


def test_command_names_who_is_not_there():
    with pytest.raises(CommandError, match="There is no user 'wer'"):
        call_command("reset_second_factor", "wer")
