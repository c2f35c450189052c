"""What is written about people whom LDAP lets in. The directory itself is not part of the tests (docs/sign-in.md)."""

import pytest

from accounts.models import User
from audit.models import Act, Entry
from schools.models import Membership
from schools.sign_ins import DirectoryRole, admit_from_directory
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LENA = {"first_name": "Lena", "last_name": "Linde", "email": "lena@stadt.example"}
MANAGER = DirectoryRole("manager", None)


def admit(name="lena", told=LENA, roles=(MANAGER,)):
    return admit_from_directory(name, told, roles, via="LDAP")


def names_of(user):
    return {name: getattr(user, name) for name in LENA}


def trail():
    return list(Act.objects.order_by("pk").values_list("verb", "channel", "via", "user"))


def test_person_of_the_directory_gets_an_account_with_the_first_role():
    user = admit("Lena")

    assert (user.username, names_of(user), user.has_usable_password()) == ("lena", LENA, False)
    assert list(user.memberships.values_list("role", "source")) == [("manager", "directory")]
    assert trail() == [("membership.directory", "page", "LDAP", user.pk)]
    entry = Entry.objects.get(kind="accounts.user")
    assert entry.details.changes == {name: [None, text] for name, text in ({"username": "lena"} | LENA).items()}


@pytest.mark.parametrize("roles", [(), (DirectoryRole("school_admin", "999999"),)])
def test_person_without_a_role_leaves_nothing_behind(roles):
    assert admit(roles=roles) is None
    assert (User.objects.exists(), Act.objects.exists()) == (False, False)


def test_new_names_are_told_to_the_trail_and_can_be_deleted():
    user = admit()
    admit("LENA", LENA | {"last_name": "Lindner", "email": "lindner@stadt.example"})

    user.refresh_from_db()
    assert names_of(user) == LENA | {"last_name": "Lindner", "email": "lindner@stadt.example"}
    assert trail()[1:] == [("person.directory", "page", "LDAP", user.pk)]
    entry = Entry.objects.latest("pk")
    assert "Lind" not in str((entry.label, entry.changes))
    assert entry.details.changes == {
        "last_name": ["Linde", "Lindner"],
        "email": ["lena@stadt.example", "lindner@stadt.example"],
    }


def test_nothing_new_leaves_no_act():
    admit()
    before = trail()
    admit()
    assert trail() == before


def test_what_the_directory_does_not_say_or_what_does_not_fit_stays():
    user = admit()
    admit(told={"first_name": "L" * 200, "email": "keine Adresse"})
    user.refresh_from_db()
    assert names_of(user) == LENA


def test_person_with_a_role_given_here_comes_in_under_their_own_name():
    known = make_user("Lena", role="reader")

    assert admit(roles=()) == known
    assert set(known.memberships.values_list("role", "source")) == {("reader", "manual")}


def test_person_who_lost_the_last_group_stays_out_without_the_role():
    admit()
    assert admit(roles=()) is None
    assert (User.objects.count(), Membership.objects.exists()) == (1, False)


def test_deactivated_person_stays_out():
    make_user("lena", role="manager", is_active=False)
    assert admit() is None
