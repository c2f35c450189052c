"""What a scanner sends, and which device it means."""

import pytest
from django.db import connection

from inventory.codes import Folded, clean_code, find_devices, fold, split_codes
from inventory.models import Device
from tests.factories import make_device, make_model

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("sent", "codes"),
    [
        ("F2LX 1234\r\n", ["F2LX1234"]),
        ("ab-1\nab-2\tab-3;ab-4,ab-5", ["AB-1", "AB-2", "AB-3", "AB-4", "AB-5"]),
        ("\x02AB-1\x03\x1d", ["AB-1"]),
        ("https://alt.example/hardware/ob-00123", ["OB-00123"]),
        ("https://alt.example/hardware/ob-00123/", ["OB-00123"]),
        ("https://alt.example/scan?tag=ob-00123", ["OB-00123"]),
        ("1.23457E+15", ["1.23457E+15"]),
        ("12345", ["12345"]),
        (" \n \n", []),
    ],
)
def test_codes_of_what_a_scanner_sends(sent, codes):
    assert split_codes(sent) == codes


def test_database_folds_as_python_does():
    device = make_device(status="in_stock", serial="OIL0118", asset_tag="LIO-7")

    row = Device.objects.annotate(s=Folded("serial"), t=Folded("asset_tag")).values_list("s", "t").get(pk=device.pk)

    assert row == (fold("OIL0118"), fold("LIO-7")) == ("0110118", "110-7")


def test_serial_and_asset_tag_are_found():
    device = make_device(status="in_stock", serial="F2L001", asset_tag="KL-00017")

    by_serial, by_tag = find_devices(["F2L001", clean_code("kl-00017")], Device.objects.existing())

    assert (by_serial.device, by_serial.alike) == (device, ())
    assert (by_tag.device, by_tag.alike) == (device, ())


def test_serial_of_two_manufacturers_means_neither():
    first = make_device(status="in_stock", serial="4711", model=make_model())
    second = make_device(status="in_stock", serial="4711", model=make_model("Galaxy Tab", manufacturer="Samsung"))

    (found,) = find_devices(["4711"], Device.objects.existing())

    assert (found.devices, found.device) == ((first, second), None)


@pytest.mark.parametrize("misread", ["F2LO01", "F2LOOI", "FZLOO1", "F2I001", "SF2L001"])
def test_look_alike_is_suggested_never_assumed(misread):
    device = make_device(status="in_stock", serial="F2L001")

    (found,) = find_devices([misread], Device.objects.existing())

    assert found.devices == ()
    assert found.alike == (() if misread == "FZLOO1" else (device,))


def test_exact_number_needs_no_look_alike():
    exact, _other = make_device(status="in_stock", serial="F2L001"), make_device(status="in_stock", serial="F2LO01")

    (found,) = find_devices(["F2L001"], Device.objects.existing())

    assert (found.device, found.alike) == (exact, ())


def test_codes_are_found_in_one_query_by_the_index(django_assert_num_queries):
    devices = [make_device(status="in_stock", serial=f"F2L{n:04}") for n in range(5)]

    with django_assert_num_queries(1):
        found = find_devices([device.serial for device in devices] * 100, Device.objects.existing())
    assert [one.device for one in found] == devices * 100

    if connection.vendor == "sqlite":
        query = Device.objects.annotate(s=Folded("serial")).filter(s__in=["F2L0001"])
        assert "inventory_device_serial_folded" in query.explain()
