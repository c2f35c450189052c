"""The counted holdings say of every day what the states and tests of the devices say."""

from collections import Counter
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from random import Random

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from inventory.enums import COUNTS
from inventory.holdings import holdings_on
from inventory.models import Device, DeviceState, DeviceTest, Holding
from inventory.services import (
    PlacementChange,
    change_device,
    change_devices,
    correct_state,
    record_placements,
    record_tests,
    recounted,
    update_details,
    withdraw_state,
)
from inventory.services.holdings import expected_rows
from reports.verification import verify
from rollout.completion import count_devices, facts
from schools.models import School
from tests.factories import an_act, make_device, make_devices, make_model, make_school
from tests.imports.processes import end, shared_database, start

pytestmark = pytest.mark.django_db
BY = Actor(None, Channel.COMMAND)
DAY = date(2024, 1, 1)
DAYS = [DAY + timedelta(n) for n in range(-1, 40, 3)] + [date(2031, 1, 1)]


def counted(day: date) -> dict[int | None, Counter]:
    """As the facts say, a device at a time."""
    tested = set(DeviceTest.objects.as_of(day).values_list("device", flat=True))
    places: dict[int | None, Counter] = {}
    for state in DeviceState.objects.as_of(day).select_related("device"):
        kind = state.device.model_id, state.status, state.use, state.is_managed
        counts = places.setdefault(state.school_id, Counter())
        counts[*kind, "number"] += 1
        counts[*kind, "tested"] += state.status in COUNTS and state.device_id in tested
    return {place: +counts for place, counts in places.items()}


def held(day: date) -> dict[int | None, Counter]:
    return {
        place: +Counter(
            {
                (*kind, what): n
                for *kind, number, tested in counts
                for what, n in (("number", number), ("tested", tested))
            }
        )
        for place, counts in holdings_on(day)
    }


def rows() -> list[tuple]:
    return sorted(Holding.objects.values_list("school", "day", "counts"), key=str)


def expected() -> list[tuple]:
    return sorted((row for _schools, some in expected_rows() for row in some), key=str)


def test_device_is_held_from_its_first_day_on(school: School):
    device = make_device(school=school, on=DAY)

    kind = [device.model_id, "in_service", "pupils", None, 1, 0]
    assert rows() == [(school.pk, DAY, [kind])]
    assert dict(holdings_on(DAY - timedelta(1))) == {}
    assert dict(holdings_on(DAY)) == dict(holdings_on(DAY + timedelta(400))) == {school.pk: [kind]}


def test_move_leaves_one_place_and_reaches_the_other(school: School, other_school: School):
    device = make_device(school=school, on=DAY)
    moved, back = DAY + timedelta(5), DAY + timedelta(9)
    change_device(device, by=BY, on=moved, school=other_school)
    change_device(device, by=BY, on=back, school=None, status="in_stock")

    places = [{place for place, _counts in holdings_on(day)} for day in (DAY, moved, back)]
    assert places == [{school.pk}, {other_school.pk}, {None}]


def test_nothing_is_said_twice(school: School):
    """What is taken back leaves no row that repeats the one before."""
    device = make_device(school=school, on=DAY)
    change_device(device, by=BY, on=DAY + timedelta(5), status="in_repair")
    withdraw_state(device.states.known().get(status="in_repair"), by=BY)
    assert len(rows()) == 1


def test_back_dated_change_reaches_the_days_after_it(school: School):
    first, second = make_devices(2, school=school, on=DAY)
    change_device(first, by=BY, on=DAY + timedelta(20), status="in_repair")
    change_device(second, by=BY, on=DAY + timedelta(10), status="in_repair")

    numbers = [
        held(DAY + timedelta(n))[school.pk][first.model_id, "in_repair", "pupils", None, "number"]
        for n in (9, 10, 19, 20)
    ]
    assert numbers == [0, 1, 1, 2]


def test_tests_that_overlap_count_once_until_the_last_ends(school: School):
    device = make_device(school=school, on=DAY, model=make_model("Latitude", category="laptop"))
    for day in (DAY + timedelta(3), DAY + timedelta(30)):
        record_tests({device.pk: day}, an_act())

    tested = [
        holding[0][5] for day in (2, 3, 30, 368, 380, 396) for _place, holding in holdings_on(DAY + timedelta(day))
    ]
    assert tested == [0, 1, 1, 1, 1, 0]


def test_other_model_changes_the_whole_past_of_a_device(school: School):
    device, model = make_device(school=school, on=DAY), make_model("Galaxy Tab")
    update_details({device.pk: {"model": model, "manufacturer": model.manufacturer}}, an_act())
    assert [counts[0][0] for _place, counts in holdings_on(DAY)] == [model.pk]


@pytest.mark.parametrize("seed", range(6))
def test_holdings_are_what_the_facts_say_whatever_happens(seed: int, monkeypatch):
    """Moves, corrections, withdrawals, tests and other models in any order, on any day."""
    random, schools = Random(seed), [make_school() for _n in range(3)]
    models = [make_model("Latitude", category="laptop"), make_model("Tab", category="tablet")]
    born = [(models[n % 2], random.choice(schools), DAY + timedelta(random.randrange(9))) for n in range(6)]
    devices = [device for model, at, on in born for device in make_devices(2, model=model, school=at, on=on)]
    instants = [timezone.now()]
    for _step in range(40):
        instants.append(timezone.now())
        device, day = random.choice(devices), DAY + timedelta(9 + random.randrange(30))
        match random.randrange(6):
            case 0 | 1:
                change_devices(random.sample(devices, 3), by=BY, on=day, school=random.choice(schools))
            case 2:
                change_device(device, by=BY, on=day, is_managed=random.choice([None, True, False]))
            case 3:
                states = list(device.states.known().order_by("-valid_from"))
                if len(states) > 1:
                    withdraw_state(states[0], by=BY)
            case 4:
                state = random.choice(list(device.states.known()))
                correct_state(state, by=BY, use=random.choice(["pupils", "teachers"]))
            case _:
                laptop = random.choice([d for d in devices if d.model.category.key == "laptop"])
                record_tests({laptop.pk: day}, an_act())
    assert rows() == expected()
    assert [held(day) for day in DAYS] == [counted(day) for day in DAYS]
    for known_at in random.sample(instants, 5):
        monkeypatch.setattr(facts, "MOST_TOLD", 10**6)
        corrected = [sorted(count_devices(day, known_at), key=str) for day in DAYS]
        monkeypatch.setattr(facts, "MOST_TOLD", -1)
        assert corrected == [sorted(count_devices(day, known_at), key=str) for day in DAYS]
    assert verify() == []


def test_an_act_of_several_steps_is_counted_at_its_end(school: School, django_assert_num_queries):
    """And one that fails leaves nothing to the next."""
    device = make_device(school=school, on=DAY)
    with transaction.atomic(), recounted():
        for days, status in ((3, "in_repair"), (6, "in_service"), (9, "lost")):
            record_placements([PlacementChange(device.pk, DAY + timedelta(days), status)], an_act())
        assert len(rows()) == 1
    assert len(rows()) == 4
    with pytest.raises(ZeroDivisionError), transaction.atomic(), recounted([device.pk]):
        raise ZeroDivisionError
    make_device(school=school, on=DAY)
    assert rows() == expected()


def test_change_of_many_takes_as_many_queries_as_of_one(school: School, other_school: School):
    few, many = make_devices(2, school=school, on=DAY), make_devices(30, school=other_school, on=DAY)
    queries = []
    for devices in (few, many):
        with transaction.atomic():
            before = len(connection.queries_log)
            connection.force_debug_cursor = True
            change_devices(devices, by=BY, on=DAY + timedelta(4), status="in_repair")
            queries.append(len(connection.queries_log) - before)
            connection.force_debug_cursor = False
    assert queries[0] == queries[1] > 0


def test_wrong_rows_are_found_and_counted_anew(school: School, capsys):
    make_devices(3, school=school, on=DAY)
    right = rows()
    Holding.objects.update(counts=[])
    assert [broken.check.key for broken in verify()] == ["holdings"]

    call_command("recount")
    assert "1" in capsys.readouterr().out
    assert rows() == right
    assert verify() == []


def test_migration_counts_what_was_recorded_before(school: School):
    device, _stored = make_device(school=school, on=DAY), make_device(status="in_stock", on=DAY)
    change_device(device, by=BY, on=DAY + timedelta(8), status="in_repair")
    right = rows()
    Holding.objects.all().delete()
    import_module("inventory.migrations.0008_holdings").count_holdings(apps, None)
    assert len(right) == 3
    assert rows() == right


@pytest.mark.django_db(transaction=True)
def test_two_acts_on_devices_of_one_school_are_both_counted(tmp_path, transactional_db):
    """Each in a process of its own, many times over; neither forgets what the other has added."""
    with shared_database(tmp_path):
        school = make_school()
        groups = [make_devices(4, school=school, on=DAY) for _n in range(2)]
        pids = [start(partial(_back_and_forth, [device.pk for device in devices])) for devices in groups]
        assert [end(pid) for pid in pids] == [0, 0]
        assert rows() == expected()
        assert Holding.objects.count() > 6


def _back_and_forth(devices: list[int]) -> None:
    for n in range(12):
        there = list(Device.objects.filter(pk__in=devices))
        change_devices(there, by=BY, on=DAY + timedelta(n + 1), status="in_repair" if n % 2 == 0 else "in_service")


def test_holdings_of_today_are_those_that_are_known_now(school: School):
    """The two ways to count agree: from the holdings, and from the facts as known at this instant."""
    make_devices(3, school=school, on=DAY)
    make_device(status="in_stock", on=DAY)
    assert sorted(count_devices(DAY), key=str) == sorted(count_devices(DAY, timezone.now()), key=str)
