"""Bulk writing must store exactly what the ORM stores."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from audit.models import Act, Entry
from common.bulk import codes, ids, insert_rows, next_ids, update_rows
from inventory.models import Device, DeviceState
from rollout.models import Attainment
from schools.models import School
from tests.factories import DAY, an_act, make_device, make_devices, make_school

pytestmark = pytest.mark.django_db
NASTY = "Tab\tNewline\nBackslash\\N \\. „Umlaut äöü“ 'quote' \"double\""


def test_inserted_row_equals_the_one_that_the_orm_saves(school: School) -> None:
    device, act = make_device(school=school), an_act()
    at = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
    fields = {
        "device_id": device.pk,
        "valid_from": date(2020, 1, 1),
        "valid_until": date(2021, 1, 1),
        "recorded_at": at,
        "superseded_at": None,
        "act_id": act.pk,
        "status": "in_stock",
        "school_id": school.pk,
        "room_id": None,
        "use": "",
        "is_managed": True,
    }
    saved = DeviceState.objects.create(**fields | {"valid_from": date(2019, 1, 1), "valid_until": date(2020, 1, 1)})
    names = [name.removesuffix("_id") for name in fields]
    insert_rows(DeviceState, names, [tuple(fields.values())])
    inserted = DeviceState.objects.get(device=device, valid_from=date(2020, 1, 1))
    assert {name: getattr(inserted, name) for name in fields} == fields
    assert DeviceState.objects.filter(recorded_at=at).count() == 2
    assert saved.recorded_at == inserted.recorded_at


def test_nasty_texts_and_json_survive() -> None:
    act = an_act()
    row = (act.pk, "x.y", 7, NASTY, None, {"a": [NASTY, 1.5]})
    insert_rows(Entry, ("act", "kind", "object_id", "label", "school", "changes"), [row])
    entry = Entry.objects.get(kind="x.y")
    assert (entry.label, entry.changes) == (NASTY, {"a": [NASTY, 1.5]})


def test_reserved_keys_go_on_where_the_orm_does() -> None:
    first = an_act()
    keys = list(next_ids(Act, 3))
    now = first.at
    insert_rows(
        Act,
        ("id", "at", "user", "channel", "via", "verb", "subject", "reason"),
        [(k, now, None, "api", "", "x", "", "") for k in keys],
    )
    after = an_act()
    assert len({first.pk, *keys, after.pk}) == 5
    assert min(keys) > first.pk


def test_update_sets_only_the_named_fields(school: School) -> None:
    devices = make_devices(3, school=school)
    update_rows(Device, ("price", "since", "note"), [(d.pk, Decimal("10.25"), DAY, NASTY) for d in devices[:2]])
    rows = list(Device.objects.order_by("pk").values_list("price", "note", "status"))
    assert rows == [(Decimal("10.25"), NASTY, "in_service")] * 2 + [(None, "", "in_service")]


def test_decimals_compare_as_numbers(school: School) -> None:
    insert_rows(
        Attainment,
        ("school", "key", "valid_from", "valid_until", "recorded_at", "act", "value", "is_met", "evidence"),
        [(school.pk, "bandwidth", DAY, None, an_act().at, an_act().pk, Decimal("500"), None, "")],
    )
    assert Attainment.objects.filter(value__gte=Decimal("500")).get().value == Decimal("500.00")


def test_any_number_of_keys_and_codes_fits_one_statement() -> None:
    school = make_school()
    assert School.objects.filter(pk__in=ids([school.pk, *range(10**6, 10**6 + 50_000)])).get() == school
    assert School.objects.filter(number__in=codes([school.number, "ä'\"\\", *map(str, range(50_000))])).get() == school
