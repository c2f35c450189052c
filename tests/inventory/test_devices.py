"""Creating devices, details without history, electrical tests."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from audit.models import Act, Entry
from inventory.models import Category, Device, DeviceTest, Manufacturer
from inventory.services import NewDevice, create_devices, create_models, record_tests, update_details
from inventory.services.reference import NewModel
from inventory.services.states import Placed
from schools.models import School
from tests.factories import DAY, an_act, make_device, make_model, make_room

pytestmark = pytest.mark.django_db


def test_created_devices_keep_their_order_and_are_audited(school: School) -> None:
    act = an_act()
    new = [NewDevice(make_model(), DAY, Placed("in_service", school.pk), serial=f"S{i}") for i in range(3)]
    keys = create_devices(new, act)
    assert [Device.objects.get(pk=key).serial for key in keys] == ["S0", "S1", "S2"]
    assert list(Entry.objects.filter(act=act).values_list("object_id", "label")) == [
        (key, f"S{i}") for i, key in enumerate(keys)
    ]


def test_new_devices_that_may_not_begin_like_that_are_named(school: School, other_school: School) -> None:
    room = make_room(other_school)
    new = [
        NewDevice(make_model(), DAY, Placed("in_service", None), serial="S1"),
        NewDevice(make_model(), DAY, Placed("mounted", school.pk), serial="S2"),
        NewDevice(make_model(), DAY, Placed("in_stock", school.pk, room.pk), serial="S3"),
        NewDevice(make_model(), date(2199, 1, 1), Placed("in_stock"), serial="S4"),
        NewDevice(make_model(), DAY, Placed("in_stock"), serial="S5"),
    ]
    with pytest.raises(ValidationError) as error:
        create_devices(new, an_act())
    codes = [(e.code, e.params["device"]) for e in error.value.error_list]
    assert codes == [("no_school", "S1"), ("forbidden_step", "S2"), ("foreign_room", "S3"), ("future_day", "S4")]
    assert Device.objects.count() == 0


def test_details_change_only_where_they_differ(school: School) -> None:
    device, same = make_device(school=school), make_device(school=school)
    act = an_act()
    changed = update_details({device.pk: {"price": Decimal("12.50"), "note": "neu"}, same.pk: {"note": ""}}, act)
    device.refresh_from_db()
    assert (changed, device.price, device.note) == (1, Decimal("12.50"), "neu")
    assert Entry.objects.get(act=act).changes == {"price": [None, "12.50"], "note": ["", "neu"]}


def test_tests_are_valid_for_the_interval_of_the_category(school: School) -> None:
    board = make_device(school=school, model=make_model("Board", category="board"), use="room")
    assert record_tests({board.pk: DAY}, an_act()) == 1
    assert record_tests({board.pk: DAY}, an_act()) == 0
    assert DeviceTest.objects.get().valid_until == date(2028, 3, 1)


def test_test_of_a_category_without_interval_is_refused(school: School) -> None:
    tablet = make_device(school=school)
    with pytest.raises(ValidationError) as error:
        record_tests({tablet.pk: DAY}, an_act())
    assert error.value.code == "no_interval"


def test_test_in_the_future_is_refused(school: School) -> None:
    board = make_device(school=school, model=make_model("Board", category="board"), use="room")
    with pytest.raises(ValidationError):
        record_tests({board.pk: date.today() + timedelta(days=2)}, an_act())


def test_new_models_share_their_new_manufacturer() -> None:
    tablet = Category.objects.get(key="tablet")
    act = an_act()
    models = create_models([NewModel("Beta", "One", tablet), NewModel("BETA", "Two", tablet)], act)
    assert Manufacturer.objects.get(key="beta").models.count() == 2
    assert [str(m) for m in models] == ["Beta One", "Beta Two"]
    kinds = Act.objects.get(pk=act.pk).entries.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["inventory.manufacturer", "inventory.devicemodel", "inventory.devicemodel"]
