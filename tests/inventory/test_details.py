"""Editing what a device has beside its history; adding devices by hand."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actor import Actor
from audit.models import Act, Entry
from common.diff import Outcome, RowsRefused
from inventory.models import Category, Device
from inventory.services import (
    NewDevice,
    add_category,
    add_devices,
    create_devices,
    edit_category,
    edit_device,
    edit_model,
)
from inventory.services.states import Placed
from tests.factories import DAY, an_act, make_device, make_model

pytestmark = pytest.mark.django_db


def new(serial: str = "", **extra: object) -> NewDevice:
    return NewDevice(make_model(), DAY, Placed("in_stock"), serial=serial, **extra)  # type: ignore[arg-type]


def test_edit_normalises_numbers_and_audits_what_differs(by: Actor) -> None:
    device = make_device(status="in_stock")

    edited = edit_device(device, by=by, reason="Etikett", asset_tag=" lf 1", serial=device.serial.lower())

    assert (edited.asset_tag, edited.serial) == ("LF1", device.serial)
    entry = Entry.objects.latest("pk")
    assert (entry.act.reason, entry.changes) == ("Etikett", {"asset_tag": [device.asset_tag, "LF1"]})


def test_model_brings_its_maker_and_the_serial_is_one_of_the_new_maker(by: Actor) -> None:
    device = make_device(status="in_stock")
    other = make_model("Galaxy", manufacturer="Samsung")
    create_devices([NewDevice(other, DAY, Placed("in_stock"), serial=device.serial)], an_act())

    with pytest.raises(ValidationError) as error:
        edit_device(device, by=by, model=other)
    assert list(error.value.error_dict) == ["serial"]
    edited = edit_device(device, by=by, model=other, serial="anders")
    device.refresh_from_db()
    assert (device.manufacturer, device.serial, edited.model) == (other.manufacturer, "ANDERS", other)


def test_edit_tells_all_problems_by_field_and_changes_nothing(by: Actor) -> None:
    device = make_device(status="in_stock")

    with pytest.raises(ValidationError) as error:
        edit_device(device, by=by, serial="", asset_tag="", note="x" * 301, price=-1)

    assert sorted(error.value.error_dict) == ["__all__", "note", "price"]
    assert not Act.objects.filter(verb="device.edit").exists()


def test_revoked_device_and_unknown_field_are_refused(by: Actor) -> None:
    device = make_device(status="in_stock")
    with pytest.raises(TypeError):
        edit_device(device, by=by, status="lost")
    Device.objects.filter(pk=device.pk).update(revoked_by=an_act())
    with pytest.raises(ValidationError) as error:
        edit_device(device, by=by, note="x")
    assert error.value.code == "revoked"


def test_added_devices_are_all_or_none(by: Actor) -> None:
    with pytest.raises(RowsRefused) as error:
        add_devices([new("a"), new("A "), new(), new("b", asset_tag="T"), new("c", asset_tag="t")], by=by)

    rows = error.value.diff.rows
    assert [row.outcome for row in rows] == [
        Outcome.NEW,
        Outcome.REJECTED,
        Outcome.REJECTED,
        Outcome.NEW,
        Outcome.REJECTED,
    ]
    assert [[problem.field for problem in row.problems] for row in rows] == [[], ["serial"], [""], [], ["asset_tag"]]
    assert not Device.objects.exists()
    assert add_devices([new("a"), new("b")], by=by).count(Outcome.NEW) == Device.objects.count() == 2


def test_adding_takes_a_constant_number_of_statements(by: Actor) -> None:
    counts = []
    model = new().model
    assert model.category.rules
    for number in (2, 500):
        devices = [new(f"{number}-{i}", asset_tag=f"{number}-{i}")._replace(model=model) for i in range(number)]
        with CaptureQueriesContext(connection) as queries:
            add_devices(devices, by=by)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_category_keeps_key_and_workflow(by: Actor) -> None:
    category = add_category(by=by, key="robot", name="Roboter", workflow="portable")
    with pytest.raises(TypeError):
        edit_category(category, by=by, workflow="installed")
    assert edit_category(category, by=by, name_en="Robot").name_en == "Robot"
    assert Entry.objects.latest("pk").changes == {"name_en": ["", "Robot"]}


def test_model_of_another_workflow_is_refused(by: Actor) -> None:
    with pytest.raises(ValidationError) as error:
        edit_model(make_model(), by=by, category=Category.objects.get(key="board"))
    assert error.value.code == "other_workflow"
