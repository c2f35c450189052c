"""Until when devices are covered, as it is shown and as it is filtered."""

from datetime import date, timedelta

import pytest

from inventory.filters import DeviceAsOfFilter, DeviceFilter
from inventory.models import Device, DeviceModel, DeviceState
from inventory.warranty import cover_of, support_q, warranty_q
from tests.factories import make_device, make_model

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 31)


def a_model(name: str, months: int | None, until: date | None = None) -> DeviceModel:
    model = make_model(name)
    model.warranty_months, model.support_until = months, until
    model.save()
    return model


def bought(model: DeviceModel, on: date | None) -> Device:
    device = make_device(model=model, status="in_stock")
    Device.objects.filter(pk=device.pk).update(purchased_on=on)
    return Device.objects.select_related("model", "delivery").get(pk=device.pk)


def test_warranty_runs_from_the_purchase() -> None:
    model = a_model("A", 24, TODAY)
    cover = cover_of(bought(model, date(2024, 4, 1)), TODAY)
    assert (cover.warranty_until, cover.has_warranty, cover.has_support) == (TODAY, True, True)
    cover = cover_of(bought(model, date(2024, 3, 31)), TODAY)
    assert (cover.warranty_until, cover.has_warranty) == (TODAY - timedelta(days=1), False)


def test_unknown_stays_unknown() -> None:
    for device in (bought(a_model("A", None), date(2025, 1, 1)), bought(a_model("B", 24), None)):
        cover = cover_of(device, TODAY)
        assert (cover.warranty_until, cover.has_warranty, cover.has_support) == (None, None, None)


@pytest.mark.parametrize("months", [1, 12, 24])
def test_filter_says_the_same_as_the_page_about_every_day(months: int) -> None:
    model = a_model("A", months)
    first = date(2023, 12, 25)
    devices = [bought(model, first + timedelta(days=n)) for n in range(0, 75, 5)]
    devices += [bought(model, None), bought(a_model("B", None), first)]
    words = {True: "runs", False: "ended", None: "unknown"}
    for day in (date(2024, 2, 29), date(2024, 12, 31), date(2026, 2, 28)):
        shown = {device.pk: words[cover_of(device, day).has_warranty] for device in devices}
        found = {
            pk: state
            for state in words.values()
            for pk in Device.objects.filter(warranty_q(state, day, str)).values_list("pk", flat=True)
        }
        assert found == shown


def test_support_is_filtered_by_its_last_day() -> None:
    ends = bought(a_model("A", None, TODAY), None)
    unknown = bought(a_model("B", None), None)

    def found(state: str, day: date) -> list[Device]:
        return list(Device.objects.filter(support_q(state, day, str)))

    assert [found("runs", TODAY), found("ended", TODAY + timedelta(days=1)), found("unknown", TODAY)] == [
        [ends],
        [ends],
        [unknown],
    ]


def test_lists_of_today_and_of_a_day_ask_alike() -> None:
    bought(a_model("A", 600), date(2024, 1, 1))
    for rows, filters in ((Device.objects.all(), DeviceFilter), (DeviceState.objects.all(), DeviceAsOfFilter)):
        numbers = [filters({"warranty": state}, rows).qs.count() for state in ("", "runs", "ended", "unknown")]
        assert numbers == [1, 1, 0, 0]
