"""What a webhook is told, by whose rights it has."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from hooks import events
from hooks.events import bodies_of, collect_events, settled_act
from hooks.models import Webhook, WebhookDelivery
from hooks.sending import send_due
from inventory.models import Device
from inventory.services import change_device
from schools.models import Membership
from schools.people import rename_person
from tests.factories import DAY, make_device, make_user
from tests.hooks.receiver import Receiver

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=9)


def collected(hook: Webhook) -> list[str]:
    collect_events(timezone.now())
    acts = WebhookDelivery.objects.filter(webhook=hook).order_by("act")
    return list(acts.values_list("act__verb", flat=True))


def bodies() -> list[Any]:
    deliveries = WebhookDelivery.objects.select_related("act", "webhook__user").order_by("pk")
    return list(bodies_of(list(deliveries)).values())


def test_school_is_told_of_its_own_devices_only(
    make_hook: Any, school: Any, other_school: Any, school_admin: Any, by: Actor
) -> None:
    mine, foreign, moving = (make_device(school=one) for one in (school, other_school, other_school))
    hook = make_hook(school_admin)
    change_device(foreign, by=by, on=LATER, status="in_repair")
    assert collected(hook) == []

    change_device(mine, by=by, on=LATER, status="in_repair", reason="Kastanienschule leiht es")
    change_device(moving, by=by, on=LATER, school=school)
    assert collected(hook) == ["device.change", "device.change"]

    told = bodies()
    assert ["subject" in body for body in told] == [False, False]
    assert [[record["id"] for record in body["records"]] for body in told] == [[mine.pk], [moving.pk]]
    assert told[1]["records"][0]["changes"]["school"] == {"old": "…", "new": school.pk}
    assert "Kastanie" not in json.dumps(told)


def test_body_holds_what_the_user_may_see_when_it_is_sent(
    receiver: Receiver, make_hook: Any, school: Any, school_admin: Any, by: Actor
) -> None:
    device = make_device(school=school)
    make_hook(school_admin)
    change_device(device, by=by, on=LATER, status="in_repair")
    collect_events(timezone.now())
    Membership.objects.filter(user=school_admin).delete()

    assert send_due(timezone.now()) == 0
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.body, receiver.calls) == ("failed", {}, [])


def test_prices_are_for_those_who_may_see_money(make_hook: Any, school: Any, reader: Any, manager: Any) -> None:
    make_hook(reader), make_hook(manager)
    with transaction.atomic():
        act = open_act(Actor(None), "device.edit")
        log_records(act, Device, [Record(1, "T1", school.pk, {"price": ["1.00", "2.00"], "note": ["", "x"]})])
    collect_events(timezone.now())

    fields = {
        delivery.webhook.user: set(body["records"][0]["changes"])
        for delivery in WebhookDelivery.objects.all()
        if (body := bodies_of([delivery])[delivery.pk])
    }
    assert fields == {reader: {"note"}, manager: {"note", "price"}}


def test_personal_details_are_not_told(make_hook: Any, admin: Any) -> None:
    make_hook(admin)
    person = make_user("x", first_name="Wilhelmine")
    rename_person(person, first_name="Mechthild", last_name="Geheim", by=Actor(admin))
    collect_events(timezone.now())

    [body] = [body for body in bodies() if body["verb"] == "person.rename"]
    assert body["records"][0]["changes"]["first_name"] == {"old": "…", "new": "…"}
    assert {name for name in ("Wilhelmine", "Mechthild", "Geheim") if name in json.dumps(body)} == set()


def test_topics_choose_and_tests_are_for_one(make_hook: Any, admin: Any, school: Any, by: Actor) -> None:
    device = make_device(school=school)
    devices, orders = make_hook(admin, name="d", topics=["device"]), make_hook(admin, name="o", topics=["order"])
    change_device(device, by=by, on=LATER, status="in_repair")

    assert (collected(devices), collected(orders)) == (["device.change"], [])


def test_position_goes_on_where_it_was(make_hook: Any, admin: Any, school: Any, by: Actor) -> None:
    """Nothing but the database remembers it: a new process goes on there."""
    device = make_device(school=school)
    hook = make_hook(admin, topics=["device"])
    change_device(device, by=by, on=LATER, status="in_repair")
    assert collected(hook) == ["device.change"]
    hook.refresh_from_db()
    assert hook.position == Act.objects.latest("pk").pk

    change_device(device, by=by, on=LATER + timedelta(days=1), status="in_service")
    assert collected(hook) == ["device.change"] * 2
    assert collected(hook) == ["device.change"] * 2


def test_many_records_are_cut_off_with_the_address_of_all(
    make_hook: Any, admin: Any, school: Any, monkeypatch: pytest.MonkeyPatch, signed_in: Any
) -> None:
    monkeypatch.setattr(events, "MOST_RECORDS", 3)
    make_hook(admin, topics=["device"])
    with transaction.atomic():
        act = open_act(Actor(None), "device.edit")
        log_records(act, Device, [Record(n, f"T{n}", school.pk, {"note": ["", "x"]}) for n in range(1, 6)])
    collect_events(timezone.now())

    [body] = bodies()
    assert [record["label"] for record in body["records"]] == ["T1", "T2", "T3"]
    assert (body["truncated"], body["more"]) == (True, f"/api/v1/audit/entries/?act={act.pk}")
    listed = signed_in(admin).get(body["more"]).json()["results"]
    assert sorted(entry["label"] for entry in listed) == ["T1", "T2", "T3", "T4", "T5"]


@pytest.mark.parametrize("number", [1, 3])
def test_round_takes_the_same_number_of_queries(
    number: int, receiver: Receiver, make_hook: Any, admin: Any, school: Any, by: Actor, django_assert_num_queries: Any
) -> None:
    devices = [make_device(school=school) for _number in range(number)]
    make_hook(admin, topics=["device"])
    for device in devices:
        change_device(device, by=by, on=LATER, status="in_repair")
    now = timezone.now()

    with django_assert_num_queries(QUERIES_TO_COLLECT[connection.vendor]):
        collect_events(now)
    with django_assert_num_queries(QUERIES_TO_SEND):
        assert send_due(now) == number
    assert len(receiver.calls) == number


#: On PostgreSQL somebody who is writing is asked for, too.
QUERIES_TO_COLLECT = {"sqlite": 9, "postgresql": 10}
QUERIES_TO_SEND = 4


@pytest.mark.django_db(transaction=True)
def test_act_that_is_committed_late_is_not_passed_over() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with transaction.atomic():
        first = open_act(Actor(None), "device.edit")
    Webhook.objects.create(
        name="w", user=make_user("x"), url="https://1.1.1.1/", created_at=first.at, position=first.pk
    )
    opened, go_on, keys = threading.Event(), threading.Event(), []

    def write_slowly() -> None:
        with transaction.atomic():
            keys.append(open_act(Actor(None), "device.edit").pk)
            opened.set()
            go_on.wait(20)
        connection.close()

    thread = threading.Thread(target=write_slowly)
    thread.start()
    assert opened.wait(20)
    with transaction.atomic():
        later = open_act(Actor(None), "device.edit")
    assert (later.pk > keys[0], settled_act()) == (True, first.pk)
    go_on.set()
    thread.join()
    assert settled_act() == later.pk
