"""Granting and ending roles: what is recorded, and what is refused."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.models import Entry
from schools.access import Right, has_right
from schools.enums import Role
from schools.models import Membership
from schools.people import deactivate_person, people_visible_to, reactivate_person, rename_person
from schools.privacy import erase_person
from schools.roles import change_role_end, end_role, grant_role
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def admin():
    return make_user("adam.admin", role=Role.ADMINISTRATOR)


@pytest.fixture
def by_admin(admin):
    return Actor(admin)


def _refused(code, act):
    with pytest.raises(ValidationError) as caught:
        act()
    errors = caught.value.error_dict.values() if hasattr(caught.value, "error_dict") else [caught.value.error_list]
    assert [error.code for group in errors for error in group] == [code]


def test_granted_role_counts_until_its_end(outsider, by_admin, today):
    membership = grant_role(outsider, Role.READER, by=by_admin, until=today + timedelta(days=1))

    assert has_right(outsider, Right.SEE)
    assert Entry.objects.filter(act__verb="membership.grant").values_list("label", "changes").get() == (
        f"#{outsider.pk}: reader",
        {"user": [None, outsider.pk], "role": [None, "reader"], "until": [None, str(today + timedelta(days=1))]},
    )
    end_role(membership, by=by_admin)
    outsider.refresh_from_db()
    assert not has_right(type(outsider).objects.get(pk=outsider.pk), Right.SEE)


def test_ended_role_is_granted_anew(outsider, by_admin, today):
    first = grant_role(outsider, Role.READER, by=by_admin)
    end_role(first, by=by_admin)

    second = grant_role(outsider, Role.READER, by=by_admin)

    assert (second.pk, second.until) == (first.pk, None)
    assert Entry.objects.filter(act__verb="membership.grant").latest("pk").changes["until"] == [str(today), None]


def test_several_schools_with_a_role_each(outsider, by_admin, school, other_school):
    grant_role(outsider, Role.SCHOOL_ADMIN, by=by_admin, school=school)
    grant_role(outsider, Role.SCHOOL_READER, by=by_admin, school=other_school)

    assert set(outsider.memberships.values_list("role", "school")) == {
        ("school_admin", school.pk),
        ("school_reader", other_school.pk),
    }


def test_grant_refuses(outsider, school, by_admin, admin, today):
    grant_role(outsider, Role.READER, by=by_admin)
    inactive = make_user("weg", is_active=False)

    with pytest.raises(ValidationError, match="bereits"):
        grant_role(outsider, Role.READER, by=by_admin)
    with pytest.raises(ValidationError, match="Schule"):
        grant_role(outsider, Role.SCHOOL_READER, by=by_admin)
    _refused("past", lambda: grant_role(outsider, Role.MANAGER, by=by_admin, until=today))
    _refused("oneself", lambda: grant_role(admin, Role.MANAGER, by=by_admin))
    _refused("inactive_user", lambda: grant_role(inactive, Role.READER, by=by_admin))
    assert Membership.objects.count() == 2


def test_end_is_moved_and_recorded(outsider, by_admin, today):
    membership = grant_role(outsider, Role.READER, by=by_admin)
    later = today + timedelta(days=30)

    change_role_end(membership, until=later, by=by_admin)

    assert Membership.objects.get(pk=membership.pk).until == later
    assert Entry.objects.get(act__verb="membership.change").changes == {"until": [None, str(later)]}


def test_nobody_ends_their_own_role(admin, by_admin):
    membership = admin.memberships.get()

    _refused("oneself", lambda: end_role(membership, by=by_admin))
    _refused("oneself", lambda: deactivate_person(admin, by=by_admin))
    _refused("oneself", lambda: erase_person(admin, by=by_admin))


def test_last_administrator_stays(admin, today):
    by = Actor(None, "command")
    second = make_user("berta")
    grant_role(second, Role.ADMINISTRATOR, by=by, until=today + timedelta(days=5))
    membership = admin.memberships.get()

    _refused("last_administrator", lambda: change_role_end(membership, until=today + timedelta(days=9), by=by))
    change_role_end(membership, until=today + timedelta(days=4), by=by)
    last = second.memberships.get()
    end_role(membership, by=by)
    _refused("last_administrator", lambda: end_role(last, by=by))
    _refused("last_administrator", lambda: deactivate_person(second, by=by))
    _refused("last_administrator", lambda: erase_person(second, by=by))


def test_ended_and_directory_roles_are_not_changed_here(outsider, by_admin, today):
    membership = grant_role(outsider, Role.READER, by=by_admin)
    end_role(membership, by=by_admin)
    _refused("ended", lambda: end_role(membership, by=by_admin))

    Membership.objects.filter(pk=membership.pk).update(source="directory", until=None)
    _refused("from_directory", lambda: end_role(membership, by=by_admin))


def test_deactivated_person_is_out_and_back(it_staff, by_admin, client):
    client.post("/login/", {"login": "ina.it", "password": "geheim"})
    assert client.get("/devices/").status_code == 200

    deactivate_person(it_staff, by=by_admin)
    assert client.get("/devices/").status_code == 302

    reactivate_person(it_staff, by=by_admin)
    assert client.get("/devices/").status_code == 302  # the session did not revive
    assert list(
        Entry.objects.filter(act__user=by_admin.user, kind="accounts.user")
        .order_by("pk")
        .values_list("label", "changes")
    ) == [
        (f"#{it_staff.pk}", {"is_active": [True, False]}),
        (f"#{it_staff.pk}", {"is_active": [False, True]}),
    ]


def test_renaming_keeps_the_names_out_of_the_trail(it_staff, by_admin):
    rename_person(it_staff, first_name=" Ina ", last_name="Neu", by=by_admin)

    it_staff.refresh_from_db()
    assert it_staff.get_full_name() == "Ina Neu"
    assert "Neu" not in str(list(Entry.objects.values_list("label", "changes", "act__subject")))


def test_people_are_visible_to_those_who_look_after_them(admin, it_staff, outsider):
    inactive = make_user("weg", role=Role.ADMINISTRATOR, is_active=False)

    assert set(people_visible_to(admin)) == {admin, it_staff, outsider, inactive}
    assert list(people_visible_to(it_staff)) == [it_staff]
    assert list(people_visible_to(outsider)) == [outsider]
    assert list(people_visible_to(inactive)) == []
