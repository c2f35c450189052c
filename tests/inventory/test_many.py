"""One change of many devices: preview, refusals, undo."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Act, Entry
from common.diff import Outcome, RowsRefused
from inventory.models import Device, DeviceState
from inventory.services import ManyChange, change_many, preview_many, undo_act
from tests.factories import make_device, make_devices, make_model, make_school

pytestmark = pytest.mark.django_db
ON = date(2024, 6, 1)


def facts():
    return (
        list(Device.objects.order_by("pk").values()),
        list(DeviceState.objects.known().order_by("device", "valid_from").values_list("device", "status", "school")),
    )


def test_state_and_details_in_one_act_and_back(by):
    school, other = make_school(), make_school()
    make_devices(3, school=school)
    before = facts()
    change = ManyChange(
        ON, {"school": other.pk, "status": "in_repair"}, {"note": "Rückruf", "price": Decimal("399.00")}, "Rückruf 7"
    )

    changed = change_many(Device.objects.all(), change, by=by)

    assert set(Device.objects.values_list("status", "school", "note", "price")) == {
        ("in_repair", other.pk, "Rückruf", Decimal("399.00"))
    }
    assert (changed.act.verb, changed.act.reason, changed.diff.changed) == ("device.change", "Rückruf 7", 3)
    assert changed.diff.rows[0].changes.keys() == {"status", "school", "note", "price", "valid_from"}
    undo_act(changed.act, by=by)
    assert facts() == before


def test_preview_says_what_is_done_and_writes_nothing(by):
    school = make_school()
    make_devices(2, school=school)
    make_device(school=school, status="lost")
    before, acts, entries = facts(), Act.objects.count(), Entry.objects.count()
    change = ManyChange(ON, {"status": "stolen"}, {"note": "x"})

    seen = preview_many(Device.objects.all(), change, by=by)

    assert (facts(), Act.objects.count(), Entry.objects.count()) == (before, acts, entries)
    done = change_many(Device.objects.all(), change, by=by, leaves_out_refused=True)
    assert done.diff == seen
    assert [row.outcome for row in seen.rows] == [Outcome.CHANGED, Outcome.CHANGED, Outcome.REJECTED]
    assert list(Device.objects.order_by("pk").values_list("status", "note")) == [
        ("stolen", "x"),
        ("stolen", "x"),
        ("lost", ""),
    ]


def test_all_or_none(by):
    school = make_school()
    make_device(school=school)
    lost = make_device(school=school, status="lost")
    before = facts()
    with pytest.raises(RowsRefused) as refused:
        change_many(Device.objects.all(), ManyChange(ON, {"status": "stolen"}, {"note": "x"}), by=by)
    assert [row.label for row in refused.value.diff.rows if row.outcome is Outcome.REJECTED] == [lost.asset_tag]
    assert facts() == before


def test_model_of_another_maker_goes_with_its_maker(by):
    apple, lenovo = make_model(), make_model("L13", manufacturer="Lenovo", category="laptop")
    first, second = make_devices(2, model=apple, status="in_stock")
    make_device(model=lenovo, status="in_stock", serial=second.serial)
    board = make_device(model=make_model("Board", category="board"), status="in_stock")
    wanted = Device.objects.filter(pk__in=[first.pk, second.pk, board.pk])

    done = change_many(wanted, ManyChange(ON, {}, {"model": lenovo}), by=by, leaves_out_refused=True)

    assert [(row.outcome, [p.code for p in row.problems]) for row in done.diff.rows] == [
        (Outcome.CHANGED, []),
        (Outcome.REJECTED, ["taken"]),
        (Outcome.REJECTED, ["other_workflow"]),
    ]
    first.refresh_from_db()
    assert (first.model, first.manufacturer_id) == (lenovo, lenovo.manufacturer_id)
    undo_act(done.act, by=by)
    first.refresh_from_db()
    assert (first.model, first.manufacturer_id) == (apple, apple.manufacturer_id)


def test_two_makers_serial_meets_in_the_new_one(by):
    first = make_device(model=make_model(manufacturer="A"), status="in_stock", serial="GLEICH1")
    second = make_device(model=make_model(manufacturer="B"), status="in_stock", serial="GLEICH1")
    model = make_model("C 1", manufacturer="C")
    with pytest.raises(RowsRefused) as refused:
        change_many(Device.objects.filter(pk__in=[first.pk, second.pk]), ManyChange(ON, {}, {"model": model}), by=by)
    assert [row.id for row in refused.value.diff.rows if row.problems] == [second.pk]


def test_what_was_changed_since_stays(by):
    first, _second = make_devices(2, school=make_school())
    done = change_many(Device.objects.all(), ManyChange(ON, {}, {"note": "x"}), by=by)
    change_many(Device.objects.filter(pk=first.pk), ManyChange(ON, {}, {"note": "y"}), by=by)
    undone = undo_act(done.act, by=by)
    assert [stays.record for stays in undone.plan.kept] == [first.pk]
    assert list(Device.objects.order_by("pk").values_list("note", flat=True)) == ["y", ""]


@pytest.mark.parametrize(("details", "field"), [({"price": Decimal("-1")}, "price"), ({"note": "x" * 301}, "note")])
def test_values_that_fit_none(by, details, field):
    make_device(status="in_stock")
    with pytest.raises(ValidationError) as refused:
        change_many(Device.objects.all(), ManyChange(ON, {}, details), by=by)
    assert list(refused.value.error_dict) == [field]


def test_numbers_of_a_device_are_its_own(by):
    with pytest.raises(TypeError, match="serial"):
        change_many(Device.objects.all(), ManyChange(ON, {}, {"serial": "X"}), by=by)


def test_constant_number_of_queries(by):
    school, lenovo = make_school(), make_model("L13", manufacturer="Lenovo", category="laptop")
    counts = []
    for number in (1, 4):
        pks = [device.pk for device in make_devices(number, school=school)]
        change = ManyChange(ON, {"status": "in_repair"}, {"model": lenovo, "note": "x"})
        with CaptureQueriesContext(connection) as queries:
            change_many(Device.objects.filter(pk__in=pks), change, by=by)
        counts.append(len(queries))
    assert counts[0] == counts[1]
