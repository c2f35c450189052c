"""How far works are on a day: read in a constant number of queries, compared, watched."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from audit.actor import Actor
from rollout.enums import Concern, Lack, Readiness
from rollout.models import ConstructionProject
from rollout.progress import WorksOnDay, compare, critical, ready_on, works_on
from rollout.services import add_project, change_project, correct_project_state, edit_project, resolve_defect
from schools.models import School
from tests.factories import DAY, main_site, make_project, make_room, make_school
from tests.factories_works import finish_project, make_defect, make_milestone, make_project_rooms

pytestmark = pytest.mark.django_db


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def on(number: int, *projects: ConstructionProject) -> list[WorksOnDay]:
    return works_on(projects or ConstructionProject.objects.select_related("site").order_by("pk"), day(number))


def test_project_goes_through_its_life(school: School, by: Actor) -> None:
    """With a slip, a block and two defects."""
    project = make_project(school, trade="wlan")
    edit_project(project, by=by, changes={"warranty_years": 4})
    project.refresh_from_db()
    for phase, planned in (("under_construction", 20), ("accepted", 60)):
        make_milestone(project, phase, planned_on=day(planned), forecast_on=day(planned))
    make_project_rooms(project, 3)
    make_project_rooms(project, 1, done=1, on=day(30))
    change_project(project, by=by, on=day(25), status="under_construction")
    change_project(project, by=by, on=day(40), status="blocked", reason="Asbest")
    make_milestone(project, planned_on=day(60), forecast_on=day(90), on=day(41), reason="Asbest")
    change_project(project, by=by, on=day(50), status="under_construction")
    change_project(project, by=by, on=day(95), status="accepted")
    defects = [make_defect(project, on=day(95), due_on=day(100 + n)) for n in range(2)]
    resolve_defect(defects[0], by=by, on=day(110))

    days = [0, 22, 30, 45, 92, 95, 105, 115]
    told = [on(number, project)[0] for number in days]

    assert [one.status for one in told] == [
        "planned", "planned", "under_construction", "blocked", "under_construction", "accepted", "accepted", "accepted",
    ]  # fmt: skip
    assert [one.reason for one in told[2:5]] == ["", "Asbest", ""]
    assert [one.slip for one in told] == [0, 0, 0, 30, 30, 35, 35, 35]
    assert [one.milestones["under_construction"].slip for one in told[:3]] == [0, 0, 5]
    assert [one.is_overdue for one in told] == [False, True, False, False, True, False, False, False]
    assert [one.accepted_or_forecast for one in told[2:6]] == [day(60), day(90), day(90), day(95)]
    assert [(one.rooms_done, one.rooms_total) for one in told[:3]] == [(0, 3), (0, 3), (1, 4)]
    assert [(one.open_defects, one.overdue_defects) for one in told[4:]] == [(0, 0), (2, 0), (2, 2), (1, 1)]
    assert told[3].milestones["accepted"].reason == "Asbest"
    assert [one.warranty_until for one in told[4:6]] == [None, date(2028, 6, 4)]


def test_project_is_not_told_before_it_was_there(school: School) -> None:
    make_project(school, on=day(5))

    assert (on(4), len(on(5))) == ([], 1)


def test_phases_that_the_status_named_are_told_without_a_plan(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=day(10), status="awarded")

    (works,) = on(10)

    assert {phase: one.actual_on for phase, one in works.milestones.items()} == {"awarded": day(10)}
    assert (works.slip, works.is_overdue, works.accepted_or_forecast) == (None, False, None)


def test_skipped_milestone_counts_as_reached(school: School, by: Actor) -> None:
    project = make_project(school)
    make_milestone(project, "tendered", planned_on=day(5))
    change_project(project, by=by, on=day(12), status="awarded")

    (works,) = on(20)

    assert (works.milestones["tendered"].actual_on, works.milestones["tendered"].slip) == (day(12), 7)


def test_reading_is_as_known_at_an_instant(school: School, by: Actor) -> None:
    project = make_project(school)
    make_milestone(project)
    known = timezone.now()
    make_milestone(project, forecast_on=day(150), reason="Tippfehler")
    correct_project_state(project.states.get(), by=by, status="tendered")

    (then,), (now,) = works_on([project], day(30), known), works_on([project], day(30))

    assert (then.status, then.accepted_or_forecast) == ("planned", day(100))
    assert (now.status, now.accepted_or_forecast) == ("tendered", day(150))


def test_number_of_queries_is_constant(school: School, by: Actor, django_assert_num_queries: Any) -> None:
    def furnish(place: School) -> None:
        for trade in ("wlan", "lan", "presentation", "electrical"):
            project = make_project(place, trade=trade)
            make_milestone(project)
            make_project_rooms(project, 2, done=1)
            make_defect(project)

    furnish(school)
    for _ in range(2):
        projects = list(ConstructionProject.objects.filter(trade="wlan").select_related("site"))
        with django_assert_num_queries(6):
            told = works_on(projects, day(30))
            [(one.slip, one.is_overdue, one.waits_for, one.warranty_until) for one in told]
        for _ in range(2):
            furnish(make_school())


def test_works_wait_for_those_that_come_first(school: School, by: Actor) -> None:
    lan, wlan = make_project(school, trade="lan"), make_project(school, trade="wlan")
    make_project(make_school(), trade="lan")
    make_milestone(lan, forecast_on=day(40))

    (told,) = on(10, wlan)
    assert [(one.project, one.status, one.expected_on) for one in told.waits_for] == [(lan, "planned", day(40))]
    assert on(10, lan)[0].waits_for == []

    finish_project(lan, on=day(50))
    assert [[one.project for one in on(number, wlan)[0].waits_for] for number in (49, 50)] == [[lan], []]


def test_works_that_have_begun_wait_no_longer(school: School, by: Actor) -> None:
    make_project(school, trade="lan")
    wlan = make_project(school, trade="wlan")
    change_project(wlan, by=by, on=day(5), status="under_construction")
    change_project(wlan, by=by, on=day(6), status="blocked", reason="Kabel fehlt")

    assert [len(on(number, wlan)[0].waits_for) for number in (4, 6)] == [1, 0]


def test_works_in_other_buildings_do_not_wait_for_each_other(school: School, by: Actor) -> None:
    first = make_room(school).building
    second = first.site.buildings.create(name="Turnhalle")
    place: dict[str, Any] = {"by": by, "status": "planned", "on": DAY}
    wlan = add_project(main_site(school), trade="wlan", building=first, **place)
    add_project(main_site(school), trade="lan", building=second, **place)
    assert on(5, wlan)[0].waits_for == []
    whole = add_project(main_site(school), trade="lan", **place)
    assert [one.project for one in on(5, wlan)[0].waits_for] == [whole]


def test_comparing_tells_what_slipped(school: School, other_school: School, by: Actor) -> None:
    slipped, same = make_project(school), make_project(other_school)
    for project in (slipped, same):
        make_milestone(project, "under_construction", forecast_on=day(50))
        make_milestone(project)
    make_milestone(slipped, forecast_on=day(130), on=day(20), reason="Lieferzeit")
    new = make_project(make_school(), on=day(15))

    (first, second) = compare(on(10), on(20))

    assert (first.after.project, first.slipped, second.after.project, second.slipped) == (slipped, 30, new, None)
    assert [(m.phase, m.before, m.after, m.days, m.reason) for m in first.moves] == [
        ("accepted", day(100), day(130), 30, "Lieferzeit")
    ]
    assert second.before is None
    assert compare(on(10), on(10)) == []


def test_comparing_tells_another_status(school: School, by: Actor) -> None:
    project = make_project(school)
    change_project(project, by=by, on=day(15), status="awarded")

    (told,) = compare(on(10), on(20))

    assert (told.before.status, told.after.status) == ("planned", "awarded")  # type: ignore[union-attr]
    assert [(move.phase, move.before, move.after) for move in told.moves] == [("awarded", None, day(15))]


def test_critical_works_are_listed_with_their_reasons(school: School, by: Actor) -> None:
    fine, blocked, late, finished = (
        make_project(school, trade=trade) for trade in ("electrical", "fibre", "building", "presentation")
    )
    for project in (fine, late):
        make_milestone(project, forecast_on=day(20 if project == late else 80))
    change_project(blocked, by=by, on=day(10), status="blocked", reason="Asbest")
    finish_project(finished, on=day(15))

    found = critical(on(30), day(30))

    assert {one.works.project: list(one.concerns) for one in found} == {
        blocked: [Concern.BLOCKED, Concern.NO_FORECAST],
        late: [Concern.OVERDUE],
    }


@pytest.mark.parametrize(("forecast", "concerns"), [(40, []), (60, [Concern.WAITING]), (None, [Concern.WAITING])])
def test_waiting_is_critical_where_the_other_works_come_too_late(school, by, forecast, concerns):
    lan, wlan = make_project(school, trade="lan"), make_project(school, trade="wlan")
    make_milestone(wlan, "under_construction", forecast_on=day(50))
    make_milestone(wlan)
    if forecast:
        make_milestone(lan, forecast_on=day(forecast))

    found = {one.works.project: list(one.concerns) for one in critical(on(10), day(10))}

    assert found.get(wlan, []) == concerns


def test_school_is_ready_when_all_trades_are_accepted(school: School, by: Actor) -> None:
    lan, wlan = make_project(school, trade="lan"), make_project(school, trade="wlan")
    finish_project(lan, on=day(20))
    make_milestone(wlan)
    finish_project(wlan, on=day(110))
    trades = ("lan", "wlan")

    told = [ready_on(school, on(number), trades, day(number)) for number in (30, 105, 110)]

    assert [(one.state, one.on) for one in told] == [
        (Readiness.EXPECTED, day(100)),
        (Readiness.UNKNOWN, None),
        (Readiness.READY, day(110)),
    ]
    assert [(one.trade, one.site, one.lack) for one in told[1].missing] == [
        ("wlan", main_site(school).pk, Lack.OVERDUE)
    ]


def test_readiness_is_unknown_without_project_or_forecast(school: School, by: Actor) -> None:
    make_project(school, trade="lan")
    cancelled = make_project(school, trade="wlan")
    change_project(cancelled, by=by, on=day(5), status="cancelled")

    told = ready_on(school, on(10), ("lan", "wlan"), day(10))

    assert (told.state, told.on) == (Readiness.UNKNOWN, None)
    assert [(one.trade, one.lack) for one in told.missing] == [("lan", Lack.NO_FORECAST), ("wlan", Lack.NO_PROJECT)]
    assert ready_on(school, [], (), day(10)).state == Readiness.UNKNOWN


def test_works_blocked_after_their_acceptance_say_so(school: School, by: Actor) -> None:
    lan = make_project(school, trade="lan")
    finish_project(lan, on=day(20))
    change_project(lan, by=by, on=day(30), status="blocked", reason="Brandschutz")

    told = ready_on(school, on(40), ("lan",), day(40))

    assert (told.state, [(one.trade, one.lack) for one in told.missing]) == (
        Readiness.UNKNOWN,
        [("lan", Lack.BLOCKED)],
    )
