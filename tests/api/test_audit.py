"""The audit trail through the interface: whose entries, and which of their values."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from inventory.services import change_device, update_details
from schools.tokens import create_token
from tests.factories import an_act, make_device

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(school, other_school, it_staff):
    """A device of the school that went to the other one, as one act by a program."""
    device = make_device(school=school)
    by = Actor(it_staff, Channel.API, "monitoring")
    change_device(device, by=by, on=date(2024, 6, 1), school=other_school, reason="Umzug")
    return device


def test_entries_say_what_was_done(get, reader, moved, school, other_school):
    act = Act.objects.get(verb="device.change")

    status, body = get(reader, "audit/entries/", verb="device.change")

    entry = next(one for one in body["results"] if "school" in one["changes"])
    assert len(body["results"]) == Entry.objects.filter(act=act).count()
    assert (status, {name: entry[name] for name in ("act", "verb", "channel", "user", "kind", "record")}) == (
        200,
        {
            "act": act.pk,
            "verb": "device.change",
            "channel": "api",
            "user": "ina.it",
            "kind": "inventory.device",
            "record": moved.pk,
        },
    )
    assert entry["changes"]["school"] == {"old": school.pk, "new": other_school.pk}
    assert get(reader, f"audit/entries/{entry['id']}/")[1] == entry


def test_acts_say_who_from_where_and_why(get, reader, moved):
    act = Act.objects.get(verb="device.change")

    status, body = get(reader, "audit/acts/", verb="device.change")

    expected = {
        "id": act.pk,
        "verb": "device.change",
        "channel": "api",
        "user": "ina.it",
        "via": "monitoring",
        "subject": act.subject,
        "reason": "Umzug",
        "undoes": None,
    }
    (found,) = body["results"]
    assert (status, {name: value for name, value in found.items() if name != "at"}) == (200, expected)
    assert get(reader, f"audit/acts/{act.pk}/")[1] == found


def test_school_reads_its_own_entries_without_names_of_others(get, school_admin, moved, other_school):
    elsewhere = make_device(school=other_school)

    status, body = get(school_admin, "audit/entries/", kind="inventory.device")

    assert status == 200
    assert {entry["school"] for entry in body["results"]} <= {"100100"}
    assert elsewhere.pk not in {entry["record"] for entry in body["results"]}
    assert all("user" not in entry for entry in body["results"])
    keys = {change["new"] for entry in body["results"] for change in [entry["changes"].get("school", {"new": None})]}
    assert other_school.pk not in keys
    foreign = Entry.objects.filter(object_id=elsewhere.pk, kind="inventory.device").earliest("pk")
    assert get(school_admin, f"audit/entries/{foreign.pk}/")[0] == 404
    assert get(school_admin, f"audit/acts/{foreign.act_id}/")[0] == 404


def test_prices_are_for_those_who_see_money(get, reader, it_staff, school):
    device = make_device(school=school)
    update_details({device.pk: {"price": Decimal("399.00")}}, an_act())
    seen = {
        user: "price" in get(user, "audit/entries/", record=device.pk)[1]["results"][0]["changes"]
        for user in (reader, it_staff)
    }
    assert seen == {reader: False, it_staff: True}


def test_filters_narrow_and_refuse(get, manager, moved, school):
    status, body = get(manager, "audit/acts/", channel="nonsense")
    assert (status, [(one["field"], one["code"]) for one in body["errors"]]) == (400, [("channel", "invalid_choice")])
    status, body = get(manager, "audit/entries/", colour="red")
    assert (status, [(one["field"], one["code"]) for one in body["errors"]]) == (400, [("colour", "unknown_parameter")])
    assert len(get(manager, "audit/entries/", school="100100", verb="device.change")[1]["results"]) == len(
        Entry.objects.filter(school=school, act__verb="device.change")
    )


def test_trail_is_read_only(api, manager, moved, refused):
    pk = Entry.objects.latest("pk").pk
    for method in ("post", "patch", "delete", "put"):
        assert refused(getattr(api(manager), method)(f"/api/v1/audit/entries/{pk}/", {}), 405) == []


def test_token_for_one_school_reads_that_school(api, manager, moved, school):
    _row, plain = create_token(manager, "eng", by=Actor(manager), school=school)

    entries = api(token=plain).get("/api/v1/audit/entries/").json()["results"]

    assert {entry["school"] for entry in entries} == {"100100"}


@pytest.mark.parametrize("path", ["audit/acts/", "audit/entries/"])
def test_outsider_reads_nothing(api, outsider, refused, path, db):
    assert refused(api(outsider).get(f"/api/v1/{path}"), 403) == []


def test_trail_goes_out_as_a_workbook(api, it_staff, school):
    device = make_device(school=school)
    change_device(device, by=Actor(it_staff, Channel.API), on=date(2024, 6, 1), status="lost")

    answer = api(it_staff).get("/api/v1/audit/workbook/", {"kind": "inventory.device", "verb": "device.change"})

    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert answer["Content-Disposition"].startswith("attachment")
    assert [(row[7], row[9], row[11]) for row in rows[1:]] == [
        (str(device), "Status", "verloren"),
        (str(device), "von", "01.06.2024"),
    ]


def test_trail_that_is_too_long_for_a_workbook_is_refused(api, it_staff, school, refused, monkeypatch):
    make_device(school=school)
    monkeypatch.setattr("reports.trail.MOST", 0)

    assert refused(api(it_staff).get("/api/v1/audit/workbook/"), 400) == [("", "too_many")]
