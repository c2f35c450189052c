"""Rows that retire what is bound to a programme."""

from datetime import date

import pytest

from inventory.models import Device
from inventory.services import finance_devices
from tests.factories_money import COMMAND, make_programme, whole
from tests.imports.devices.sheets import row, sheet
from tests.imports.workbooks import import_file

pytestmark = pytest.mark.django_db


def test_retirement_of_what_is_bound_is_a_problem_at_its_status_cell(tmp_path):
    import_file(sheet(tmp_path, row(), row("OB-2", "S2")))
    programme = make_programme(binding_start="fixed", binding_until=date(2026, 12, 31))
    finance_devices(Device.objects.filter(asset_tag="OB-1"), whole(programme), by=COMMAND)
    gone = {"status": "ausgesondert", "on": date(2023, 5, 1)}

    result = import_file(sheet(tmp_path, row(**gone), row("OB-2", "S2", **gone), name="b.xlsx"), "--mode", "valid")

    assert result.cells == [(2, "Status", "bound")]
    assert list(Device.objects.order_by("asset_tag").values_list("status", flat=True)) == ["in_service", "retired"]
