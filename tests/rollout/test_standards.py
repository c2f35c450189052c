"""Versions of the standard: open until their first day, closed from then on, honest about what was known."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act, Entry
from inventory.models import Category
from rollout.completion import completion
from rollout.models import Requirement, Standard
from rollout.services import (
    attain,
    change_requirement,
    change_standard,
    create_requirement,
    create_standard_version,
    withdraw_requirement,
    withdraw_standard,
)
from schools.models import School
from tests.factories import DAY, make_headcount

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=30)


@pytest.fixture
def in_force() -> Standard:
    return Standard.objects.get()


@pytest.fixture
def open_version(in_force: Standard, by: Actor) -> Standard:
    return create_standard_version(in_force, by=by, valid_from=SOON, name="Standard 2")


def line(standard: Standard, key: str = "pupil_devices") -> Requirement:
    return standard.requirements.get(key=key, school_type="", school=None)


def code_of(error: pytest.ExceptionInfo[ValidationError]) -> list[str | None]:
    raised = error.value
    lists = raised.error_dict.values() if hasattr(raised, "error_dict") else [raised.error_list]
    return [one.code for errors in lists for one in errors]


def required(school: School, day: date, **options: object) -> Decimal | None:
    report = completion(day, schools=School.objects.filter(pk=school.pk), **options)  # type: ignore[arg-type]
    return report.schools[0].result("pupil_devices").required


def test_new_version_has_the_lines_of_the_old_one(in_force: Standard, open_version: Standard) -> None:
    def lines(standard: Standard) -> list[tuple[object, ...]]:
        rows = standard.requirements.prefetch_related("categories").order_by("key", "school_type")
        keys = [sorted(category.key for category in row.categories.all()) for row in rows]
        return [(row.key, row.school_type, row.per, row.amount, key) for row, key in zip(rows, keys, strict=True)]

    assert lines(open_version) == lines(in_force)
    act = Act.objects.get(verb="standard.create")
    assert Entry.objects.filter(act=act).count() == 1 + in_force.requirements.count()
    assert open_version.is_open(TODAY)
    assert not in_force.is_open(TODAY)


def test_open_line_changes_and_the_trail_keeps_old_and_new(open_version: Standard, by: Actor) -> None:
    categories = list(Category.objects.filter(key__in=["tablet", "laptop"]))

    changed = change_requirement(line(open_version), by=by, reason="Beschluss", per=5, categories=categories)

    assert (changed.per, set(changed.categories.all())) == (5, set(categories))
    entry = Entry.objects.latest("pk")
    assert (entry.act.verb, entry.act.reason) == ("requirement.change", "Beschluss")
    assert entry.changes == {"per": [3, 5], "categories": ["convertible, laptop, tablet", "laptop, tablet"]}


def test_version_in_force_keeps_what_it_asks_for(in_force: Standard, by: Actor, school: School) -> None:
    make_headcount(school, pupils=30)
    before = required(school, TODAY)

    for deed in (
        lambda: change_requirement(line(in_force), by=by, per=5),
        lambda: change_requirement(line(in_force), by=by, categories=[]),
        lambda: withdraw_requirement(line(in_force), by=by),
        lambda: create_requirement(in_force, by=by, key="new", name="Neu", measure="yes_no"),
        lambda: withdraw_standard(in_force, by=by),
        lambda: change_standard(in_force, by=by, valid_from=SOON),
    ):
        with pytest.raises(ValidationError) as error:
            deed()
        assert code_of(error) == ["in_force"]

    assert required(school, TODAY) == before == 10
    assert change_requirement(line(in_force), by=by, name="Geräte").name == "Geräte"
    assert change_standard(in_force, by=by, committee="Schulausschuss").committee == "Schulausschuss"


def test_version_begins_after_today_and_on_a_free_day(in_force: Standard, open_version: Standard, by: Actor) -> None:
    for day, code in ((TODAY, "not_to_come"), (SOON, None)):
        with pytest.raises(ValidationError) as error:
            create_standard_version(in_force, by=by, valid_from=day)
        assert code is None or code_of(error) == [code]
    assert Standard.objects.count() == 2


def test_first_day_moved_to_the_past_counts_from_there_but_was_not_known_before(
    open_version: Standard, by: Actor, school: School
) -> None:
    make_headcount(school, on=date(2023, 10, 15), pupils=30)
    change_requirement(line(open_version), by=by, per=5)
    before = timezone.now()  # the headcount is known, the new first day is not

    put = change_standard(open_version, by=by, valid_from=DAY)

    assert required(school, DAY) == 6
    assert required(school, DAY - timedelta(days=1)) == 10
    assert required(school, DAY, known_at=before) == 10
    with pytest.raises(ValidationError) as error:
        change_standard(put, by=by, valid_from=SOON)
    assert code_of(error) == ["in_force"]


def test_no_version_comes_before_the_first(in_force: Standard, open_version: Standard, by: Actor) -> None:
    with pytest.raises(ValidationError) as error:
        change_standard(open_version, by=by, valid_from=in_force.valid_from - timedelta(days=1))
    assert code_of(error) == ["before_first"]


def test_open_version_is_given_up_with_its_lines(open_version: Standard, by: Actor) -> None:
    count = open_version.requirements.count()

    withdraw_standard(open_version, by=by, reason="verworfen")

    assert Standard.objects.count() == 1
    entries = Entry.objects.filter(act=Act.objects.get(verb="standard.withdraw"))
    assert entries.count() == count + 1
    with pytest.raises(ValidationError) as error:
        change_standard(open_version, by=by, name="x")
    assert code_of(error) == ["gone"]


def test_share_needs_its_whole(open_version: Standard, by: Actor) -> None:
    share = {"name": "x", "measure": "share", "percent": Decimal(5)}
    for of_key in ("nothing", "spare"):
        with pytest.raises(ValidationError) as error:
            create_requirement(open_version, by=by, key="spare", of_key=of_key, **share)
        assert code_of(error) == ["unknown_requirement"]
    with pytest.raises(ValidationError) as error:
        withdraw_requirement(line(open_version, "presentation"), by=by)
    assert code_of(error) == ["still_used"]
    tablets = Category.objects.filter(key="tablet")
    made = create_requirement(open_version, by=by, key="spare", of_key="pupil_devices", categories=tablets, **share)
    withdraw_requirement(made, by=by)
    assert not open_version.requirements.filter(key="spare").exists()


def test_line_of_one_school_is_seen_by_that_school(
    open_version: Standard, by: Actor, school: School, other_school: School, school_admin: object, manager: object
) -> None:
    for one in (school, other_school):
        create_requirement(open_version, by=by, key="own", name=one.name, measure="yes_no", school=one)
    rows = Requirement.objects.filter(key="own")
    assert [row.school for row in rows.visible_to(school_admin)] == [school]
    assert rows.visible_to(manager).count() == 2


def test_parameters_that_do_not_fit_are_refused_and_nothing_is_left(open_version: Standard, by: Actor) -> None:
    with pytest.raises(ValidationError):
        change_requirement(line(open_version), by=by, per=None)
    with pytest.raises(ValidationError):
        change_requirement(line(open_version), by=by, room_kinds=["castle"])
    with pytest.raises(TypeError):
        change_requirement(line(open_version), by=by, key="other")
    assert line(open_version).per == 3
    assert not Act.objects.filter(verb="requirement.change").exists()


def test_attained_is_only_what_is_stated_by_hand(school: School, by: Actor) -> None:
    for key, values, code in (
        ("nothing", {"is_met": True}, "unknown_requirement"),
        ("pupil_devices", {"value": Decimal(3)}, "unknown_requirement"),
        ("bandwidth", {"is_met": True}, "other_measure"),
        ("media_concept", {"value": Decimal(3)}, "other_measure"),
    ):
        with pytest.raises(ValidationError) as error:
            attain(school, key, by=by, on=DAY, **values)  # type: ignore[arg-type]
        assert code_of(error) == [code]


@pytest.mark.parametrize("measure", ["devices_flat", "managed"])
def test_counted_line_needs_a_category(open_version: Standard, by: Actor, measure: str) -> None:
    values = {"name": "x", "measure": measure, "quantity": 1, "percent": Decimal(5)}
    with pytest.raises(ValidationError) as error:
        create_requirement(open_version, by=by, key="spare", **values)
    assert code_of(error) == ["no_category"]

    create_requirement(open_version, by=by, key="spare", is_applicable=False, **values)
