"""The end of devices: reasons, erasure, disposal, and what stands in the way."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext

from audit.models import Entry
from inventory.enums import DeviceStatus, RetirementGap, RetirementStep, RetirementWay
from inventory.filters import DeviceFilter
from inventory.models import Category, Device, Retirement, RetirementItem
from inventory.services import (
    change_device,
    correct_state,
    plan_undo,
    record_retirement,
    undo_act,
    withdraw_from_retirement,
    withdraw_state,
)
from tests.factories import make_device, make_model, make_school

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF\n"


def retire(devices, by, **given):
    given = {"way": RetirementWay.BROKEN, "on": date(2025, 6, 1), **given}
    return record_retirement(devices, step=RetirementStep.RETIRED, by=by, **given)


def erase(devices, by, **given):
    given = {"way": RetirementWay.OVERWRITTEN, "on": date(2025, 6, 2), **given}
    return record_retirement(devices, step=RetirementStep.ERASED, by=by, **given)


def dispose(devices, by, **given):
    given = {"way": RetirementWay.RECYCLED, "on": date(2025, 7, 1), "party": "Recycling Ruhr GmbH", **given}
    return record_retirement(devices, step=RetirementStep.DISPOSED, by=by, **given)


def with_gap(gap, user):
    class Request:
        pass

    request = Request()
    request.user = user
    found = DeviceFilter({"retirement": gap}, Device.objects.visible_to(user), request=request)
    assert found.form.is_valid(), found.form.errors
    return set(found.qs)


@pytest.fixture
def laptops():
    school = make_school()
    model = make_model(category="laptop")
    return [make_device(model=model, school=school, status="in_service", on=date(2020, 9, 1)) for _ in range(3)]


def test_whole_way_of_three_laptops(laptops, by):
    retired = retire(laptops, by, reason="Sammlung Sommer 2025")
    assert [d.status for d in Device.objects.order_by("pk")] == ["retired"] * 3
    upload = SimpleUploadedFile("Löschprotokoll.pdf", PDF, "application/pdf")
    erased = erase(laptops, by, party="Datenschutz GmbH", reference="LP-2025-17", upload=upload)
    disposed = dispose(laptops, by, reference="ÜS 4711")
    assert [d.status for d in Device.objects.order_by("pk")] == ["disposed"] * 3
    assert [(r.step, r.way, r.items.standing().count()) for r in (retired, erased, disposed)] == [
        ("retired", "broken", 3),
        ("erased", "overwritten", 3),
        ("disposed", "recycled", 3),
    ]
    assert erased.files.get().name == "Löschprotokoll.pdf"
    assert (retired.act.reason, erased.act.reason) == ("Sammlung Sommer 2025", "")


def test_disposal_without_proof_is_refused_by_name(laptops, by):
    retire(laptops, by)
    erase(laptops[:1], by)
    with pytest.raises(ValidationError) as refused:
        dispose(laptops, by)
    assert refused.value.messages == [
        f"{laptop}: {gettext('There is no proof that its data were erased. Please record the erasure first.')}"
        for laptop in laptops[1:]
    ]
    assert Retirement.objects.filter(step="disposed").count() == 0
    assert set(Device.objects.values_list("status", flat=True)) == {"retired"}


def test_disposal_without_proof_is_refused_on_every_way(laptops, by):
    laptop = laptops[0]
    retire([laptop], by)
    with pytest.raises(ValidationError) as refused:
        change_device(laptop, by=by, on=date(2025, 8, 1), status=DeviceStatus.DISPOSED)
    assert [error.code for error in refused.value.error_list] == ["no_erasure"]
    with pytest.raises(ValidationError) as refused:
        correct_state(laptop.states.known().get(status="retired"), by=by, status=DeviceStatus.DISPOSED)
    assert [error.code for error in refused.value.error_list] == ["no_erasure"]
    erase([laptop], by)
    assert change_device(laptop, by=by, on=date(2025, 8, 1), status=DeviceStatus.DISPOSED).status == "disposed"


def test_what_holds_no_data_needs_no_proof(by):
    projector = make_device(model=make_model(category="trolley"), status="in_stock", on=date(2020, 1, 1))
    retire([projector], by)
    dispose([projector], by)
    projector.refresh_from_db()
    assert projector.status == "disposed"


def test_proof_does_not_stand_once_the_device_was_in_service_again(laptops, by):
    laptop = laptops[0]
    change_device(laptop, by=by, on=date(2025, 1, 10), status="returned")
    erase([laptop], by, on=date(2025, 1, 15))
    assert RetirementItem.objects.standing().count() == 1
    change_device(laptop, by=by, on=date(2025, 2, 1), status="in_service")
    assert RetirementItem.objects.standing().count() == 0


def test_gaps(laptops, by):
    first, second, _third = laptops
    change_device(first, by=by, on=date(2025, 1, 10), status="retired")
    retire([second], by)
    erase([second], by)
    user = by.user
    assert with_gap(RetirementGap.REASON, user) == {first}
    assert with_gap(RetirementGap.ERASURE, user) == {first}
    assert with_gap(RetirementGap.DISPOSAL, user) == {first, second}
    # the reason is added later: the state stays as it was recorded
    retire([first], by, on=date(2025, 1, 10), way=RetirementWay.OUTDATED)
    assert with_gap(RetirementGap.REASON, user) == set()
    assert first.states.known().count() == 2


def test_undo_takes_states_and_paper_back(laptops, by):
    retired = retire(laptops, by)
    undone = undo_act(retired.act, by=by)
    assert (undone.plan.kept, undone.plan.failed) == ([], [])
    assert set(Device.objects.values_list("status", flat=True)) == {"in_service"}
    assert Retirement.objects.count() == 0


def test_undo_leaves_what_went_on(laptops, by):
    retired = retire(laptops, by)
    erase(laptops[:1], by)
    dispose(laptops[:1], by)
    plan = plan_undo(retired.act)
    assert [row.kind for row in plan.kept] == [Device, Retirement]
    assert [row.kind for row in plan.failed] == [RetirementItem]
    undo_act(retired.act, by=by)
    assert [d.status for d in Device.objects.order_by("pk")] == ["disposed", "in_service", "in_service"]
    assert [item.device for item in retired.items.all()] == laptops[:1]


def test_reason_falls_with_the_state(laptops, by):
    retired = retire(laptops[:1], by)
    withdraw_state(laptops[0].states.known().get(status="retired"), by=by)
    assert retired.items.standing().count() == 0


def test_device_taken_off_a_paper(laptops, by):
    erased = erase(laptops, by)
    item = erased.items.get(device=laptops[1])
    assert withdraw_from_retirement([item], by=by, reason="falsches Gerät") == 1
    assert [i.device for i in erased.items.standing()] == [laptops[0], laptops[2]]
    entry = Entry.objects.filter(act__verb="retirement.withdraw").get()
    assert entry.object_id == item.pk
    with pytest.raises(ValidationError) as refused:
        withdraw_from_retirement([item], by=by)
    assert [error.code for error in refused.value.error_list] == ["withdrawn"]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"way": RetirementWay.SOLD}, "way"), ({"on": timezone.localdate() + timedelta(days=1)}, "on")],
)
def test_bad_input(laptops, by, given, field):
    with pytest.raises(ValidationError) as refused:
        erase(laptops, by, **given)
    assert list(refused.value.error_dict) == [field]
    assert Retirement.objects.count() == 0


def test_same_number_of_queries_for_one_and_many(laptops, by):
    with CaptureQueriesContext(connection) as one:
        retire(laptops[:1], by)
    with CaptureQueriesContext(connection) as two:
        retire(laptops[1:], by)
    assert len(one) == len(two)


def test_categories_know_what_holds_data():
    holders = Category.objects.filter(holds_data=True).order_by("key").values_list("key", flat=True)
    assert list(holders) == ["board", "convertible", "desktop", "laptop", "server", "tablet"]
