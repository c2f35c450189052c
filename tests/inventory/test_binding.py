"""Devices bound to the programmes that paid for them: who is, until when, and what follows."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from audit.actor import Actor
from audit.enums import Channel
from common.diff import RowsRefused
from funding.models import Programme
from inventory.binding import binding_warnings, bindings_of, financing_warnings
from inventory.models import Category, Device, DeviceState
from inventory.services import (
    NewDevice,
    PlacementChange,
    change_device,
    change_devices,
    correct_state,
    create_devices,
    finance_devices,
    record_placements,
    record_retirement,
    set_eligible_categories,
    update_details,
    withdraw_state,
)
from inventory.services.states import Placed
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_school
from tests.factories_money import COMMAND, make_financing, make_programme, own_money, whole

pytestmark = pytest.mark.django_db
LATER = DAY + timedelta(days=30)


@pytest.fixture
def pakt() -> Programme:
    return make_programme(
        "DigitalPakt", binding_start="end_of_period", binding_years=5, ends_on=date(2024, 10, 31), rate=Decimal(90)
    )


@pytest.fixture
def land() -> Programme:
    return make_programme("Land", binding_start="purchase", binding_years=4)


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def paid_by(programme: Programme, **extra: object) -> Device:
    device = make_device(**{"school": make_school()} | extra)
    finance_devices([device], whole(programme), by=COMMAND)
    return Device.objects.get(pk=device.pk)


def bought(device: Device, on: date) -> None:
    update_details({device.pk: {"purchased_on": on}}, an_act())


def test_end_counts_from_the_purchase_else_the_first_state(pakt: Programme, land: Programme):
    pakts, bought_before, only_state, unfunded = paid_by(pakt), paid_by(land), paid_by(land), make_device(status="lost")
    bought(bought_before, date(2023, 7, 5))

    found = bindings_of([pakts, bought_before, only_state, unfunded])

    assert {pk: binding.until for pk, binding in found.items()} == {
        pakts.pk: date(2029, 12, 31),
        bought_before.pk: date(2027, 7, 5),
        only_state.pk: date(2028, 3, 1),
    }


def test_longest_binding_of_a_mix_counts(pakt: Programme, land: Programme):
    device = make_device(status="in_stock")
    finance_devices([device], make_financing({pakt: 90, land: 10}), by=COMMAND)

    (binding,) = bindings_of([device]).values()

    assert [(b.programme, b.until) for b in binding.bindings] == [(pakt, date(2029, 12, 31)), (land, date(2028, 3, 1))]
    assert binding.until == date(2029, 12, 31)


def test_bound_devices_are_found_by_day(pakt: Programme, land: Programme):
    pakts, lands, _own = paid_by(pakt), paid_by(land), paid_by(own_money())
    make_device(status="in_stock")

    def on(day: date) -> set[int]:
        return set(Device.objects.bound_on(day).values_list("pk", flat=True))

    assert on(date(2028, 3, 1)) == {pakts.pk, lands.pk}
    assert on(date(2028, 3, 2)) == {pakts.pk}
    assert on(date(2030, 1, 1)) == set()


def test_devices_leaving_binding_are_found_by_period(pakt: Programme, land: Programme):
    pakts, lands = paid_by(pakt), paid_by(land)

    def between(first: date, until: date) -> list[Device]:
        return list(Device.objects.leaving_binding(first, until))

    assert between(date(2028, 3, 1), date(2028, 3, 2)) == [lands]
    assert between(date(2028, 3, 2), date(2029, 12, 31)) == []
    assert between(date(2028, 1, 1), date(2030, 1, 1)) == [lands, pakts]


def test_lists_by_binding_take_a_constant_number_of_queries(
    pakt: Programme, land: Programme, django_assert_num_queries
):
    devices = [paid_by(pakt), paid_by(land), paid_by(land)]
    for number in (1, 3):
        with django_assert_num_queries(3):
            list(Device.objects.leaving_binding(DAY, LATER))
        with django_assert_num_queries(2):
            bindings_of(devices[:number])


def test_retirement_of_what_is_bound_is_refused(pakt: Programme, by: Actor):
    device = paid_by(pakt)

    with pytest.raises(RowsRefused) as refused:
        change_device(device, by=by, on=LATER, status="retired", reason="kaputt")

    assert [(p.field, p.code) for p in refused.value.diff.rows[0].problems] == [("", "bound")]
    assert Device.objects.get(pk=device.pk).status == "in_service"


def test_retirement_of_what_is_bound_needs_right_and_reason(pakt: Programme, manager: User, by: Actor):
    device, leads = paid_by(pakt), Actor(manager, Channel.PAGE)

    with pytest.raises(RowsRefused):
        change_device(device, by=leads, on=LATER, status="retired")
    change_device(device, by=leads, on=LATER, status="retired", reason="Totalschaden, Ersatz aus Eigenmitteln")
    record_retirement([device], step="erased", way="carrier_destroyed", by=by, on=LATER)
    change_device(device, by=by, on=LATER + timedelta(days=1), status="disposed")

    assert Device.objects.get(pk=device.pk).status == "disposed"


def test_command_retires_what_is_bound_with_a_reason(pakt: Programme):
    device = paid_by(pakt)

    with pytest.raises(RowsRefused):
        change_device(device, by=COMMAND, on=LATER, status="retired")
    change_device(device, by=COMMAND, on=LATER, status="retired", reason="Übernahme des Altbestands")

    assert Device.objects.get(pk=device.pk).status == "retired"


def test_retirement_after_the_last_day_is_free(by: Actor):
    short = make_programme(binding_start="fixed", binding_until=LATER)
    first, second = paid_by(short), paid_by(short)

    with pytest.raises(RowsRefused):
        change_device(first, by=by, on=LATER, status="retired")
    change_device(second, by=by, on=LATER + timedelta(days=1), status="retired")

    assert set(Device.objects.values_list("status", flat=True)) == {"in_service", "retired"}


def test_loss_of_what_is_bound_is_no_retirement(pakt: Programme, by: Actor):
    device = paid_by(pakt)

    change_device(device, by=by, on=LATER, status="stolen")

    assert Device.objects.get(pk=device.pk).status == "stolen"


def test_device_comes_with_its_past(pakt: Programme):
    act, placed = an_act(), Placed("in_stock")
    new = NewDevice(make_model(), DAY, placed, serial="S1", financing=whole(pakt).pk)
    (key,) = create_devices([new], act)

    record_placements([PlacementChange(key, LATER, "retired")], act)

    assert Device.objects.get().status == "retired"


def test_bulk_retirement_names_each_bound_device(pakt: Programme, by: Actor):
    bound, free = paid_by(pakt), make_device(school=make_school())

    with pytest.raises(RowsRefused) as refused:
        change_devices([bound, free], by=by, on=LATER, status="retired")

    assert [(row.id, row.outcome) for row in refused.value.diff.rows] == [(bound.pk, "rejected"), (free.pk, "changed")]


def test_correction_into_retirement_is_refused_too(by: Actor, manager: User):
    short = make_programme(binding_start="fixed", binding_until=LATER)
    device = paid_by(short)
    change_device(device, by=by, on=LATER + timedelta(days=9), status="retired")
    state = DeviceState.objects.get(device=device, status="retired")

    with pytest.raises(ValidationError) as earlier:
        correct_state(state, by=by, on=LATER)
    assert earlier.value.code == "bound"
    correct_state(state, by=Actor(manager, Channel.PAGE), on=LATER, reason="war früher")
    withdraw_state(DeviceState.objects.get(device=device, status="retired", superseded_at=None), by=by)

    assert Device.objects.get(pk=device.pk).status == "in_service"


def test_bulk_retirement_asks_a_constant_number_of_questions(by: Actor):
    devices = make_devices(4, school=make_school())
    finance_devices(devices, whole(make_programme()), by=by)

    def number(some: list[Device]) -> int:
        with CaptureQueriesContext(connection) as queries:
            change_devices(some, by=by, on=LATER, status="retired")
        return len(queries)

    assert number(devices[:1]) == number(devices[1:])


@pytest.mark.usefixtures("english")
def test_move_to_a_school_outside_the_list_warns():
    listed, other = make_school(), make_school("Schule am Park")
    tied = make_programme("Offensive", is_tied=True, schools={listed: None})
    devices = [paid_by(tied), paid_by(tied), paid_by(own_money())]

    assert binding_warnings(devices, listed, None, DAY) == []
    assert binding_warnings(devices, None, None, DAY) == []
    assert binding_warnings(devices, other, None, DAY) == [
        f"2 devices are tied to the schools of Offensive; {other} is none of them."
    ]


def test_money_is_tied_until_its_binding_ends():
    other = make_school()
    tied = make_programme(is_tied=True, schools={}, binding_start="fixed", binding_until=LATER)
    device = paid_by(tied)

    assert len(binding_warnings([device], other, None, LATER)) == 1
    assert binding_warnings([device], other, None, LATER + timedelta(days=1)) == []


@pytest.mark.usefixtures("english")
def test_retirement_warns_before_it_is_refused(pakt: Programme):
    device = paid_by(pakt)

    assert binding_warnings([device], None, "retired", LATER) == [
        "1 device is bound by DigitalPakt until 31 Dec 2029: to retire it earlier needs a reason, and the right to "
        "look after binding periods."
    ]
    assert binding_warnings([device], None, "in_repair", LATER) == []


@pytest.mark.usefixtures("english")
def test_financing_warns_of_what_the_programme_does_not_pay():
    listed, other = make_school(), make_school()
    programme = make_programme("Land", is_tied=True, schools={listed: None}, begins_on=DAY, ends_on=LATER)
    set_eligible_categories(programme, {Category.objects.get(key="tablet"): Decimal(500)}, by=COMMAND)
    good, dear, elsewhere = make_devices(1, school=listed) + make_devices(2, school=other)
    update_details({dear.pk: {"price": Decimal("500.01")}, good.pk: {"price": Decimal(500)}}, an_act())
    early = make_device(school=listed, model=make_model("B", category="board"), on=DAY - timedelta(days=1))

    assert financing_warnings([good], whole(programme)) == []
    assert financing_warnings([good, dear, elsewhere, early], whole(programme)) == [
        "1 device: The price is above the cap of Land.",
        "2 devices: The money of Land is tied to other schools.",
        "1 device: Land does not pay for this category.",
        "1 device: Bought outside the implementation period of Land.",
    ]
