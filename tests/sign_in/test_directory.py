"""Groups of the directory become roles."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from audit.actor import Actor
from audit.models import Act, Entry
from config.directories import group_roles, origins
from schools.enums import MembershipSource
from schools.models import Membership
from schools.sign_ins import DirectoryRole, directory_roles, set_directory_roles, table_errors
from tests.factories import make_user
from web.sign_in.adapters import roles_in
from web.sign_in.checks import check_directory

TABLE = {"it": "it_staff", "linde": "school_reader@100100", "schule-{number}-admin": "school_admin"}
LINES = "it -> it_staff\n\n  linde -> school_reader@100100\nschule-{number}-admin -> school_admin\n"


@pytest.mark.parametrize(
    "text", [LINES, '{"it": "it_staff", "linde": "school_reader@100100", "schule-{number}-admin": "school_admin"}']
)
def test_table_is_read_from_lines_or_json(text):
    assert group_roles(text) == TABLE


@pytest.mark.parametrize("text", ["it", "it -> a -> b", "{nein"])
def test_table_that_is_none_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured):
        group_roles(text)


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        ([], set()),
        (["alle", "IT", "it-x"], set()),
        (["it"], {DirectoryRole("it_staff", None)}),
        (["linde", "it"], {DirectoryRole("school_reader", "100100"), DirectoryRole("it_staff", None)}),
        (["schule-100200-admin"], {DirectoryRole("school_admin", "100200")}),
        (["schule-1002001-admin", "schule--admin", "x-schule-100200-admin"], set()),
    ],
)
def test_groups_give_roles(groups, roles):
    assert directory_roles(groups, TABLE) == roles


def test_group_is_no_pattern_of_its_own():
    assert directory_roles(["it"], {".*": "administrator", "i.": "administrator"}) == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        ("a", "chef"),
        ("a", "school_admin"),
        ("a", "it_staff@100100"),
        ("a-{number}", "it_staff"),
        ("a", "school_admin@1"),
    ],
)
def test_line_that_makes_no_sense_is_named(line, settings):
    settings.DIRECTORY_GROUP_ROLES = TABLE | dict([line])

    assert table_errors(settings.DIRECTORY_GROUP_ROLES) == [" -> ".join(line)]
    assert [error.id for error in check_directory()] == ["klassensatz.E001"]


def test_role_that_is_none_is_named(settings):
    settings.MFA_REQUIRED_ROLES = ["manager", "chef"]

    assert [error.id for error in check_directory()] == ["klassensatz.E002"]


def test_groups_come_from_the_token_or_the_answer_about_the_person(told, settings):
    settings.DIRECTORY_GROUP_ROLES = TABLE
    userinfo = told([])
    userinfo.account.extra_data["userinfo"] = {"groups": "it"}

    assert roles_in(told(["it"])) == roles_in(userinfo) == {DirectoryRole("it_staff", None)}
    assert roles_in(told(["alle"])) == roles_in(told([{"name": "it"}, 5])) == frozenset()


def test_origin_of_the_provider():
    assert (origins("https://sso.example/realms/x"), origins("")) == (["https://sso.example"], [])


# --- memberships ------------------------------------------------------------------------------------------------------


@pytest.fixture
def sync(db):
    user = make_user("dora")

    def synchronised(*roles):
        return set_directory_roles(user, {DirectoryRole(*role) for role in roles}, by=Actor(user))

    synchronised.user = user
    return synchronised


def held(user):
    return set(user.memberships.values_list("role", "school__number", "source"))


def test_memberships_become_exactly_what_the_groups_say(sync, school, other_school):
    assert sync(("school_admin", "100100"), ("reader", None)) is True
    assert held(sync.user) == {("school_admin", "100100", "directory"), ("reader", None, "directory")}

    assert sync(("school_admin", "100200")) is True
    assert held(sync.user) == {("school_admin", "100200", "directory")}

    assert sync() is False
    assert held(sync.user) == set()


def test_membership_given_here_stays(sync, school):
    Membership.objects.create(user=sync.user, role="school_reader", school=school)

    assert sync(("school_reader", "100100")) is True
    assert sync() is True
    assert held(sync.user) == {("school_reader", "100100", "manual")}


def test_end_that_was_set_here_is_undone(sync, school, django_assert_num_queries):
    sync(("school_admin", "100100"))
    Membership.objects.update(until="2020-01-01")

    assert sync(("school_admin", "100100")) is True
    assert list(Membership.objects.values_list("until", "source")) == [(None, MembershipSource.DIRECTORY)]


def test_ended_membership_given_here_makes_room(sync, school):
    Membership.objects.create(user=sync.user, role="school_admin", school=school, until="2020-01-01")

    assert sync(("school_admin", "100100")) is True
    assert held(sync.user) == {("school_admin", "100100", "directory")}


def test_nothing_new_leaves_no_act(sync, school):
    sync(("school_admin", "100100"))
    before = Act.objects.count()
    sync(("school_admin", "100100"))

    assert Act.objects.count() == before


def test_change_is_in_the_trail_of_the_school(sync, school):
    sync(("school_admin", "100100"))
    sync()

    created, *entries = Entry.objects.filter(act__verb="membership.directory").order_by("pk")
    assert (created.kind, created.object_id) == ("accounts.user", sync.user.pk)
    assert [(entry.school, entry.changes) for entry in entries] == [
        (school, {"role": [None, "school_admin"]}),
        (school, {"role": ["school_admin", None]}),
    ]


def test_school_that_does_not_exist_is_noted(sync):
    assert sync(("school_admin", "999999")) is False
    assert Act.objects.get(verb="membership.directory").reason == "No school with the number 999999"


def test_last_administrator_stays_one_whatever_the_directory_says(sync):
    sync(("administrator", None))

    assert sync() is True
    assert held(sync.user) == {("administrator", None, "directory")}
    assert Act.objects.latest("pk").reason == "The last administrator stays one, though no group says so"

    make_user("adam", role="administrator")
    assert sync() is False
    assert held(sync.user) == set()
