"""Figures of one's own: filters and a measure, answered like every figure of the catalogue."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from inventory.enums import DeviceStatus
from inventory.models import Device
from inventory.services import change_devices
from reports.comparison import Comparison, Question
from reports.custom_figures import change_figure, create_figure, delete_figure
from reports.figures import FigureValue, figure_values
from reports.figures.behind import figure_of, records_behind
from reports.figures.custom import definition_of
from reports.models import CustomFigure
from reports.proposals import Question as Asked
from reports.proposals import proposals
from reports.publishing import content_of, create_publication, publish
from reports.queries import Records, schools_for
from schools.enums import Role
from schools.models import School
from tests.factories import DAY, make_devices, make_headcount, make_project, make_user
from tests.factories_money import make_cost

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(30)


@pytest.fixture
def by(manager: User) -> Actor:
    return Actor(manager, Channel.PAGE)


def a_figure(by: Actor, **values: Any) -> CustomFigure:
    given = {"name": "Tablets in Schränken", "subject": "devices", "measure": "count", "query": ""}
    return create_figure(by=by, **{**given, **values})


def value_of(figure: CustomFigure, records: Records) -> FigureValue:
    return next(value for value in figure_values(records) if value.figure.key == figure.key)


def records_of(user: User | None, day: date = LATER, **options: Any) -> Records:
    schools = None if user is None else schools_for(user)
    return Records(day, options.pop("known_at", None), options.pop("since", None), schools, user)


def test_count_of_what_the_filter_finds(school: School, by: Actor) -> None:
    make_devices(3, school=school)
    make_devices(2, school=school, status=DeviceStatus.IN_STOCK)
    figure = a_figure(by, query="status=in_service&status=configured")

    value = value_of(figure, records_of(by.user))

    assert (value.value, str(value.figure.unit), value.figure.label) == (3, gettext("devices"), "Tablets in Schränken")


def test_every_measure_agrees_with_its_records(school: School, other_school: School, by: Actor) -> None:
    make_devices(3, school=school)
    make_devices(1, school=other_school)
    make_devices(4, status=DeviceStatus.IN_STOCK)
    Device.objects.filter(school=school).update(price=Decimal("399.50"))
    make_headcount(school, pupils=700)
    make_headcount(other_school, pupils=300)
    make_project(school, status="under_construction")
    make_cost("250.00", school=school)
    made = {
        ("devices", "count", "status=in_service", ""): 4,
        ("devices", "sum", "status=in_service", ""): Decimal("1198.50"),
        ("devices", "share", "", "status=in_service"): Decimal("50.0"),
        ("devices", "places", "status=in_service", ""): 2,
        ("projects", "count", "status=under_construction", ""): 1,
        ("projects", "places", "", ""): 1,
        ("costs", "sum", "stage=paid", ""): Decimal("250.00"),
        ("costs", "places", "", ""): 1,
        ("schools", "count", "", ""): 2,
        ("schools", "sum", "", ""): 1000,
        ("schools", "share", "", f"q={school.number}"): Decimal("50.0"),
    }
    for number, (subject, measure, query, part) in enumerate(made):
        a_figure(by, name=f"N{number}", subject=subject, measure=measure, query=query, part_query=part)

    records = records_of(by.user)
    values = [value for value in figure_values(records) if value.figure.key.startswith("custom_")]

    by_name = {value.figure.label: value for value in values}
    assert [by_name[f"N{number}"].value for number in range(len(made))] == list(made.values())
    assert [value.figure.behind(records).total() for value in values] == [value.value for value in values]
    assert all(value.figure.behind(records).sentence(value.value, str(value.figure.unit)) for value in values)


def test_nothing_recorded_is_unknown_and_nothing_found_is_zero(school: School, by: Actor) -> None:
    figure = a_figure(by, query="status=defective")
    assert value_of(figure, records_of(by.user)).value is None
    make_devices(1, school=school)
    assert value_of(figure, records_of(by.user)).value == 0


def test_sum_without_any_price_is_unknown(school: School, by: Actor) -> None:
    make_devices(2, school=school)
    value = value_of(a_figure(by, measure="sum"), records_of(by.user))
    assert (value.value, value.note) == (None, "2 Einträge ohne Wert.")


def test_share_of_nothing_is_unknown(school: School, by: Actor) -> None:
    make_devices(1, school=school)
    figure = a_figure(by, measure="share", query="status=defective", part_query="use=teachers")
    assert value_of(figure, records_of(by.user)).value is None


def test_definition_says_what_is_counted(school: School, by: Actor) -> None:
    query = f"category=tablet&status=in_service&status=configured&school={school.number}"
    value = value_of(a_figure(by, query=query), records_of(by.user))
    with override("en"):
        assert str(value.figure.definition) == (
            "Counted are: devices as they are on the as-of date "
            f"(Category: Tablet; Status: in service, configured; School: {school})."
        )


def test_past_day_and_past_knowledge_are_answered_like_all_others(school: School, by: Actor) -> None:
    make_devices(2, school=school, on=DAY + timedelta(10))
    figure, known_at = a_figure(by), timezone.now()
    make_devices(3, school=school, on=DAY)

    assert value_of(figure, records_of(by.user, DAY + timedelta(5))).value == 3
    assert value_of(figure, records_of(by.user)).value == 5
    assert value_of(figure, records_of(by.user, known_at=known_at)).value == 2


def test_late_booking_is_named_by_the_comparison(school: School, by: Actor) -> None:
    make_devices(1, school=school)
    figure, known_at = a_figure(by), timezone.now()
    late = make_devices(2, school=school)

    comparison = Comparison(Question(LATER, LATER, known_at), reader=by.user)

    line, (step,) = comparison.line(figure.key), comparison.steps(figure.key)
    assert (line.then.value, line.now.value, line.late) == (1, 3, 2)
    told = list(step.told(entered=True))
    assert {row[0] for row, _booking in told} == {device.pk for device in late}
    assert {booking.act.verb for _row, booking in told if booking and booking.act} == {"test"}


def test_share_names_records_that_meet_the_condition_now(school: School, by: Actor) -> None:
    device, _other = make_devices(2, school=school, on=DAY)
    figure = a_figure(by, measure="share", part_query="status=in_repair")
    change_devices([device], by=by, on=DAY + timedelta(5), status=DeviceStatus.IN_REPAIR)

    comparison = Comparison(Question(DAY, DAY + timedelta(9)), reader=by.user)

    assert comparison.line(figure.key).difference == Decimal("50.0")
    (step,) = comparison.steps(figure.key)
    assert [(one.row[0], one.before, one.after) for one in step.changed()] == [
        (device.pk, gettext("no"), gettext("yes"))
    ]


def test_reader_is_answered_with_his_own_rights(
    school: School, other_school: School, school_admin: User, by: Actor
) -> None:
    make_devices(2, school=school)
    make_devices(3, school=other_school)
    figure = a_figure(by, is_shared=True)
    elsewhere = a_figure(by, name="Anderswo", query=f"school={other_school.number}", is_shared=True)

    assert value_of(figure, records_of(by.user)).value == 5
    assert value_of(figure, records_of(school_admin)).value == 2
    hidden = value_of(elsewhere, records_of(school_admin))
    assert hidden.value is None
    assert other_school.name not in str(hidden.figure.definition)
    assert len(hidden.figure.behind(records_of(school_admin)).rows) == 0


def test_private_figure_is_for_its_owner_alone(school: School, it_staff: User, by: Actor) -> None:
    make_devices(1, school=school)
    figure = a_figure(by)

    assert figure_of(figure.key, records_of(by.user)) is not None
    assert [figure_of(figure.key, records_of(one)) for one in (it_staff, None)] == [None, None]
    change_figure(figure, by=by, is_shared=True)
    shared = [figure_of(figure.key, records_of(one)) for one in (it_staff, None)]
    assert [one and one.label for one in shared] == ["Tablets in Schränken"] * 2


def test_amounts_are_for_those_who_see_money(school: School, reader: User, by: Actor) -> None:
    make_devices(1, school=school)
    figures = [
        a_figure(by, name=f"{subject} {measure}", subject=subject, measure=measure, is_shared=True)
        for subject, measure in (("devices", "sum"), ("costs", "count"), ("devices", "count"))
    ]

    assert [figure_of(one.key, records_of(reader)) is not None for one in figures] == [False, False, True]
    assert records_behind(figures[0].key, records_of(reader)) is None
    with pytest.raises(PermissionDenied):
        a_figure(Actor(reader), name="Preise", measure="sum")


def test_report_freezes_a_shared_figure(school: School, by: Actor) -> None:
    make_devices(2, school=school)
    figure = a_figure(by, is_shared=True)
    choices = [f"{figure.key}:exact"]
    draft = create_publication(
        by=by, title="Sachstand", committee="Ausschuss", session_on=LATER, as_of=LATER, choices=choices
    )
    report = publish(draft, by=by)
    definition = definition_of(figure, by.user)
    change_figure(figure, by=by, query="status=defective")
    make_devices(5, school=school)
    delete_figure(figure, by=by)

    report.refresh_from_db()
    (frozen,) = content_of(report, None, today=LATER).figures
    assert (frozen["value"], frozen["label"], frozen["said"]) == (2, "Tablets in Schränken", "2 Geräte")
    assert frozen["definition"] == definition


def test_shared_figure_is_proposed_for_progress_entries(school: School, by: Actor) -> None:
    make_devices(2, school=school)
    a_figure(by, name="Meine")
    a_figure(by, name="Unsere", is_shared=True)

    found = proposals(Asked(LATER, timezone.now()), by.user)

    assert [one.text for one in found if one.figure.key.startswith("custom_")] == ["Unsere: 2."]


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"query": "school=999999"}, "query"),
        ({"measure": "share"}, "part_query"),
        ({"part_query": "use=teachers"}, "part_query"),
        ({"subject": "schools", "measure": "places"}, "measure"),
        ({"subject": "trees"}, "subject"),
        ({"name": "Vergeben"}, "name"),
        ({"name": ""}, "name"),
    ],
)
def test_unusable_figure_is_refused_at_its_place(by: Actor, values: dict[str, Any], place: str) -> None:
    a_figure(by, name="Vergeben")
    with pytest.raises(ValidationError) as refusal:
        a_figure(by, **values)
    assert list(refusal.value.error_dict) == [place]


def test_only_what_the_filters_know_is_kept(by: Actor) -> None:
    figure = a_figure(by, query="status=in_service&page=3&ordering=school&next=//elsewhere")
    assert figure.query == "status=in_service"


def test_others_change_what_is_shared_only_if_they_publish(it_staff: User, by: Actor) -> None:
    figure = a_figure(by, is_shared=True)
    with pytest.raises(PermissionDenied):
        change_figure(figure, by=Actor(it_staff), name="Anders")
    other = make_user("lotte.leitung", role=Role.MANAGER)
    assert change_figure(figure, by=Actor(other), name="Anders").owner == by.user
    mine = a_figure(by, name="Nur meine")
    with pytest.raises(PermissionDenied):
        delete_figure(mine, by=Actor(other))


def test_figure_costs_a_fixed_number_of_queries(school: School, by: Actor, django_assert_max_num_queries: Any) -> None:
    """One for all of them, and two for each: what it finds, and the category that it names."""
    make_devices(3, school=school)

    def ask() -> None:
        list(figure_values(records_of(by.user)))

    with CaptureQueriesContext(connection) as none:
        ask()
    for number in range(3):
        a_figure(by, name=f"N{number}", query="status=in_service")
    with django_assert_max_num_queries(len(none) + 3):
        ask()
