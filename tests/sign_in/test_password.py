"""Password sign-in: who gets in, and what those learn who do not."""

import re
import statistics
import time

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail

from audit.models import Act, Entry
from tests.web.pages import text

pytestmark = pytest.mark.django_db
ARGON2 = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def said(response):
    """The page without what is new at each request."""
    return re.sub(r'(name="csrfmiddlewaretoken" value|value)="[^"]*"', "", response.content.decode())


@pytest.mark.parametrize("name", ["petra.person", "PETRA.PERSON", "petra@stadt.example", " Petra@Stadt.example "])
def test_user_name_or_address_lets_in(enter, person, name):
    assert enter(name).url == "/"


def test_session_key_is_new_after_signing_in(client, enter, person):
    client.get("/login/")
    client.session["x"] = 1
    before = client.session.session_key
    enter("petra.person")

    assert client.session.session_key != before


def test_older_hash_becomes_argon2(enter, person, settings):
    settings.PASSWORD_HASHERS = ARGON2
    person.password = make_password("geheim", hasher="pbkdf2_sha256")
    person.save()

    enter("petra.person")

    person.refresh_from_db()
    assert person.password.split("$")[:2] == ["argon2", "argon2id"]


@pytest.mark.parametrize(
    "target", ["https://boese.example/", "//boese.example/", "javascript:alert(1)", "/\\boese.example"]
)
def test_next_leads_nowhere_else(enter, person, target):
    assert enter("petra.person", next=target).url == "/"


def test_unknown_name_and_wrong_password_get_the_same_answer(enter, person):
    answers = [enter("niemand", "falsch"), enter("petra.person", "falsch"), enter("petra@stadt.example", "falsch")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({said(answer) for answer in answers}) == 1


def test_unknown_name_takes_as_long_as_a_wrong_password(enter, person, settings):
    """Half the time or double: what a second hashing of the password would cost; less drowns in the noise here."""
    settings.PASSWORD_HASHERS = ARGON2
    person.set_password("geheim")
    person.save()
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login_failed": "1000/m/ip"}

    def took(name):
        started = time.perf_counter()
        enter(name, "falsch")
        return time.perf_counter() - started

    names = ("niemand", "petra.person", "petra@stadt.example")
    rounds = [[took(name) for name in names] for _round in range(7)]
    unknown, by_name, by_address = (statistics.median(column) for column in zip(*rounds, strict=True))

    assert 0.6 < unknown / by_name < 1.6
    assert 0.6 < unknown / by_address < 1.6


@pytest.mark.parametrize("name", ["petra.person", "niemand"])
def test_five_failures_lock_the_name_whoever_it_is(client, enter, person, name):
    wrong = [said(enter(name, f"falsch{n}")) for n in range(5)]
    locked = [said(enter(name, password)) for password in ("falsch", "geheim")]

    assert set(locked) == set(wrong)
    assert "_auth_user_id" not in client.session


def test_lock_is_about_one_name(enter, person):
    for n in range(6):
        enter("niemand", f"falsch{n}")

    assert enter("petra.person").url == "/"


def test_person_who_left_does_not_get_in(client, enter, person):
    person.is_active = False
    person.save()

    assert enter("petra.person").url == "/account/inactive/"
    assert "_auth_user_id" not in client.session


def test_signing_up_is_closed(client, django_user_model):
    data = {"username": "neu", "email": "neu@stadt.example", "password1": "ein-langes-passwort"}

    assert client.post("/account/signup/", data).status_code == 200
    assert django_user_model.objects.count() == 0


# --- forgotten password -----------------------------------------------------------------------------------------------


def test_reset_says_the_same_to_everybody_and_mails_only_who_is_here(client, person):
    answers = [
        client.post("/account/password/reset/", {"email": address}, follow=True)
        for address in ("petra@stadt.example", "niemand@stadt.example")
    ]

    assert said(answers[0]) == said(answers[1])
    assert [letter.to for letter in mail.outbox] == [["petra@stadt.example"]]


def test_link_of_the_mail_sets_a_password_once(client, enter, person):
    client.post("/account/password/reset/", {"email": "petra@stadt.example"})
    link = re.search(r"http://testserver(\S+)", mail.outbox[0].body).group(1)
    words = {"password1": "vier worte ohne sinn", "password2": "vier worte ohne sinn"}

    form = client.get(link)
    assert client.post(form.url, words).url == "/account/password/reset/done/"
    assert verbs() == [("password.change", "")]
    client.cookies.clear()

    assert "form" not in text(client.get(link), "content")
    assert client.get(link).context["token_fail"] is True
    assert enter("petra.person").status_code == 200
    assert enter("petra.person", "vier worte ohne sinn").url == "/"


def test_link_is_no_use_to_somebody_without_access(client, person):
    person.is_active = False
    person.save()
    client.post("/account/password/reset/", {"email": "petra@stadt.example"})

    assert mail.outbox == []


# --- administration ---------------------------------------------------------------------------------------------------


def test_administration_has_no_sign_in_of_its_own(client, person):
    assert client.get("/admin/login/").url == "/login/?next=%2Fadmin%2Flogin%2F"
    assert client.post("/admin/login/", {"username": "petra.person", "password": "geheim"}).status_code == 302


# --- audit trail ------------------------------------------------------------------------------------------------------


def verbs():
    return list(Act.objects.order_by("pk").values_list("verb", "via"))


def test_signing_in_and_out_is_in_the_trail(client, enter, person):
    enter("petra.person")
    client.post("/logout/")

    assert verbs() == [("sign_in", "password"), ("sign_out", "")]
    assert list(Entry.objects.values_list("kind", "object_id")) == [("accounts.user", person.pk)] * 2


def test_failures_are_in_the_trail_once_a_minute_and_without_what_was_typed(enter, person):
    for name in ("petra.person", "mein-passwort-im-falschen-feld"):
        for n in range(7):
            enter(name, f"falsch{n}")

    assert verbs() == [("sign_in.failed", what) for what in ("password", "locked")] * 2
    assert list(Act.objects.order_by("pk").values_list("subject", flat=True)) == [f"#{person.pk}"] * 2 + [""] * 2


@pytest.mark.parametrize(("name", "verb"), [("petra.person", "sign_in"), ("niemand", "sign_in.failed")])
def test_address_and_program_are_kept_apart_from_the_trail(client, person, name, verb):
    client.post("/login/", {"login": name, "password": "geheim"}, headers={"User-Agent": "Firefox"})

    entry = Entry.objects.get(act__verb=verb)
    assert "127.0.0.1" not in str(entry.changes)
    assert entry.details.changes == {"address": [None, "127.0.0.1"], "program": [None, "Firefox"]}
    assert entry.details.retention == "sign_in"


def test_nobody_floods_the_trail(enter, db):
    for n in range(30):
        enter(f"name{n}", "falsch")

    assert Act.objects.count() == 20


def test_changed_password_is_in_the_trail_and_ends_the_other_sessions(client, enter, person):
    other = type(client)()
    other.post("/login/", {"login": "petra.person", "password": "geheim"})
    enter("petra.person")
    words = {"oldpassword": "geheim", "password1": "vier worte ohne sinn", "password2": "vier worte ohne sinn"}

    assert client.post("/account/password/change/", words).url == "/account/security/"

    assert verbs()[-1] == ("password.change", "")
    assert client.get("/account/security/").status_code == 200
    assert other.get("/account/security/").status_code == 302
