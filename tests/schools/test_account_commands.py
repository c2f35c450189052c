"""Django's own commands about accounts: as ever, and with an entry in the audit trail."""

import getpass
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command, get_commands

from accounts.models import User
from audit.actor import Actor
from audit.models import Act, Entry
from schools.people import create_superuser
from schools.privacy import erase_person
from schools.sign_ins import change_password

pytestmark = pytest.mark.django_db
GOOD = "vier worte ohne sinn"


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``type_in(password, …)``: what a person types at the prompts, one after the other; there is no terminal here."""

    def typed(*words: str) -> None:
        waiting = iter(words)
        monkeypatch.setattr(getpass, "getpass", lambda prompt: next(waiting))

    return typed


def trail() -> list[tuple[str, str, str, str]]:
    return list(Act.objects.order_by("pk").values_list("verb", "channel", "via", "subject"))


@pytest.mark.parametrize("name", ["createsuperuser", "changepassword"])
def test_command_is_ours(name: str) -> None:
    assert get_commands()[name] == "schools"


# --- createsuperuser --------------------------------------------------------------------------------------------------


def test_superuser_is_created_with_an_entry(type_in: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    type_in(GOOD, GOOD)
    call_command("createsuperuser", username="adam", email="adam@Stadt.example")

    person = User.objects.get()
    assert (person.username, person.email, person.is_staff, person.is_superuser) == (
        "adam",
        "adam@stadt.example",
        True,
        True,
    )
    assert person.check_password(GOOD)
    assert trail() == [("person.create", "command", "createsuperuser", f"#{person.pk}")]
    entry = Entry.objects.get()
    assert entry.changes["is_superuser"] == [None, True]
    assert "adam" not in str((entry.label, entry.changes))
    assert entry.details.changes == {"username": [None, "adam"], "email": [None, "adam@stadt.example"]}
    assert "adam" in capsys.readouterr().out


def test_name_is_asked_for(type_in: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(GOOD, GOOD)
    monkeypatch.setattr("builtins.input", lambda prompt: "adam")
    call_command("createsuperuser")
    assert User.objects.get().username == "adam"


def test_superuser_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"USERNAME": "adam", "EMAIL": "adam@stadt.example", "PASSWORD": GOOD}.items():
        monkeypatch.setenv(f"DJANGO_SUPERUSER_{name}", value)
    call_command("createsuperuser", "--noinput")
    person = User.objects.get()
    assert (person.username, person.email, person.check_password(GOOD)) == ("adam", "adam@stadt.example", True)


def test_superuser_without_a_password_cannot_sign_in_yet() -> None:
    call_command("createsuperuser", "--noinput", username="adam")
    assert User.objects.get().has_usable_password() is False


def test_superuser_needs_a_name() -> None:
    with pytest.raises(CommandError, match="--username"):
        call_command("createsuperuser", "--noinput")


@pytest.mark.parametrize(("name", "password"), [("ina.it", GOOD), ("a b", GOOD), ("adam", "adam"), ("adam", "12345")])
def test_superuser_that_cannot_be_is_refused(
    name: str, password: str, it_staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("createsuperuser", "--noinput", username=name)
    assert (User.objects.count(), trail()) == (1, [])


def test_superuser_without_an_entry_is_none() -> None:
    with pytest.raises(ValueError, match="unsaved"):
        create_superuser(User(username="adam"), password=GOOD, by=Actor(User()))
    assert not User.objects.exists()


# --- changepassword ---------------------------------------------------------------------------------------------------


def test_password_is_changed_with_an_entry(it_staff: User, type_in: Callable[..., None]) -> None:
    type_in(GOOD, GOOD)
    call_command("changepassword", "ina.it")

    it_staff.refresh_from_db()
    assert it_staff.check_password(GOOD)
    assert trail() == [("password.change", "command", "changepassword", f"#{it_staff.pk}")]
    assert list(Entry.objects.values_list("kind", "object_id", "changes")) == [("accounts.user", it_staff.pk, {})]


def test_session_ends_with_the_password(it_staff: User, client, type_in: Callable[..., None]) -> None:
    client.post("/login/", {"login": "ina.it", "password": "geheim"})
    assert client.get("/account/security/").status_code == 200

    type_in(GOOD, GOOD)
    call_command("changepassword", "ina.it")
    assert client.get("/account/security/").url == "/login/?next=/account/security/"


def test_two_tries_may_fail(it_staff: User, type_in: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    type_in(GOOD, "anders", "12345", "12345", GOOD, GOOD)
    call_command("changepassword", "ina.it")
    it_staff.refresh_from_db()
    assert it_staff.check_password(GOOD)
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_password_stays_after_three_tries(it_staff: User, type_in: Callable[..., None]) -> None:
    type_in(*["12345"] * 6)
    with pytest.raises(CommandError):
        call_command("changepassword", "ina.it")
    it_staff.refresh_from_db()
    assert (it_staff.check_password("geheim"), trail()) == (True, [])


def test_unknown_person_is_named() -> None:
    with pytest.raises(CommandError, match="niemand"):
        call_command("changepassword", "niemand")


def test_deleted_person_gets_no_password(it_staff: User, type_in: Callable[..., None]) -> None:
    erase_person(it_staff, by=Actor(None))
    type_in(GOOD, GOOD)
    with pytest.raises(CommandError):
        call_command("changepassword", f"deleted-{it_staff.pk}")
    it_staff.refresh_from_db()
    assert it_staff.has_usable_password() is False


def test_password_without_an_entry_stays(it_staff: User) -> None:
    with pytest.raises(ValueError, match="unsaved"):
        change_password(it_staff, GOOD, by=Actor(User()))
    it_staff.refresh_from_db()
    assert it_staff.check_password("geheim")
