"""Schools, sites, headcounts, aliases and roles."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from audit.models import Entry
from schools.access import Right, has_right, only_school_of, sees_everything
from schools.enums import Role
from schools.models import Headcount, Membership, School, Site
from schools.services import HeadcountRow, record_headcounts, remember_alias, update_schools
from tests.factories import an_act, make_school, make_user

pytestmark = pytest.mark.django_db
Y1, Y2, Y3 = date(2022, 10, 15), date(2023, 10, 15), date(2024, 10, 15)


def heads(school: School) -> list[tuple[object, ...]]:
    rows = Headcount.objects.filter(school=school, superseded_at=None).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_until", "pupils", "teachers"))


def test_schools_at_one_address_share_the_site() -> None:
    first = make_school(street="Am Markt 1")
    second = make_school(street="Am Markt 1")
    assert Site.objects.count() == 1
    assert list(Site.objects.get().schools.order_by("pk")) == [first, second]


def test_update_counts_and_audits_only_real_changes(school: School) -> None:
    act = an_act()
    assert update_schools([(school, {"name": "Ulmenschule", "phone": school.phone})], act) == 1
    assert Entry.objects.get(act=act).changes == {"name": ["Lindenschule", "Ulmenschule"]}
    assert School.objects.get(pk=school.pk).sort_key == "ulmenschule"
    assert update_schools([(school, {"name": "Ulmenschule"})], an_act()) == 0


def test_headcounts_follow_each_other(school: School) -> None:
    record_headcounts([HeadcountRow(school, Y1, pupils=200)], an_act())
    record_headcounts([HeadcountRow(school, Y3, pupils=220)], an_act())
    record_headcounts([HeadcountRow(school, Y2, pupils=210)], an_act())
    assert heads(school) == [(Y1, Y2, 200, None), (Y2, Y3, 210, None), (Y3, None, 220, None)]


def test_second_list_of_a_day_completes_the_first(school: School) -> None:
    record_headcounts([HeadcountRow(school, Y1, pupils=200)], an_act())
    assert record_headcounts([HeadcountRow(school, Y1, teachers=12)], an_act()) == 1
    assert heads(school) == [(Y1, None, 200, 12)]
    assert record_headcounts([HeadcountRow(school, Y1, pupils=200, teachers=12)], an_act()) == 0


def test_list_of_pupils_keeps_the_teachers_known_before(school: School) -> None:
    record_headcounts([HeadcountRow(school, Y1, pupils=200, teachers=12)], an_act())
    record_headcounts([HeadcountRow(school, Y2, pupils=210)], an_act())
    assert heads(school)[-1] == (Y2, None, 210, 12)


def test_alias_stands_for_one_school(school: School, other_school: School) -> None:
    remember_alias(school, "Linden-Schule", an_act())
    with pytest.raises(ValidationError):
        remember_alias(other_school, "lindenschule", an_act())


def test_roles_give_rights_until_they_end(school: School) -> None:
    user = make_user("x")
    Membership.objects.create(user=user, role=Role.MANAGER, until=date(2020, 1, 1))
    Membership.objects.create(user=user, role=Role.SCHOOL_ADMIN, school=school)
    assert not sees_everything(user)
    assert has_right(user, Right.EXPORT)
    assert not has_right(user, Right.IMPORT)
    assert only_school_of(user) == school.pk


def test_visible_to_shows_own_schools_only(school: School, other_school: School) -> None:
    own, staff, nobody = make_user("s"), make_user("i", role=Role.IT_STAFF), make_user("o")
    Membership.objects.create(user=own, role=Role.SCHOOL_READER, school=school)
    seen = {u.username: list(School.objects.visible_to(u).order_by("number")) for u in (own, staff, nobody)}
    assert seen == {"s": [school], "i": [school, other_school], "o": []}


def test_inactive_user_sees_nothing(school: School) -> None:
    user = make_user("x", role=Role.MANAGER, is_active=False)
    assert not School.objects.visible_to(user).exists()
    assert not has_right(user, Right.SEE)


def test_equal_count_of_another_day_is_a_fact_of_its_own(school: School) -> None:
    for day in (Y1, Y2, Y2):
        record_headcounts([HeadcountRow(school, day, pupils=200)], an_act())
    assert heads(school) == [(Y1, Y2, 200, None), (Y2, None, 200, None)]
