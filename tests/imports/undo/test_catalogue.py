"""What an import made beside its rows goes unless something needs it."""

import pytest

from imports.models import ImportBatch
from inventory.models import DeviceModel, Manufacturer
from schools.models import School
from tests.factories import DAY, make_device, make_model
from tests.imports.undo.batches import HEADER, Take, undone

pytestmark = pytest.mark.django_db


def test_models_rooms_and_makers_made_with_devices_stay_while_reports_need_them(take: Take, school: School) -> None:
    rows = [
        [*HEADER, "Kategorie"],
        ["OB1", "S1", "Beta", "Tab 7", "im Einsatz", DAY, "Lindenschule", "R 9", None, "Tablet"],
    ]
    batch = take(rows, "--create-missing")
    assert undone(batch) == (1, 4, 0)
    kinds = [one["kind"] for one in ImportBatch.objects.get().undo["kept_rows"]]
    assert kinds == ["inventory.devicemodel", "inventory.manufacturer", "schools.room", "schools.building"]


def test_catalogue_that_nothing_needs_is_deleted(take: Take) -> None:
    kept = make_model("Tab 1", manufacturer="Beta")
    batch = take(
        [
            ["Hersteller", "Modell", "Kategorie", "Preis"],
            ["Gamma", "Book", "Laptop", 800],
            ["Delta", "Book", "Laptop", 800],
            ["Beta", "Tab 1", "Tablet", 300],
        ]
    )
    make_device(model=DeviceModel.objects.get(manufacturer__name="Delta"), status="in_stock")
    assert undone(batch) == (3, 2, 0)
    kept.refresh_from_db()
    assert kept.price is None
    assert set(Manufacturer.objects.values_list("name", flat=True)) == {"Apple", "Beta", "Delta"}
    reasons = {one["label"]: one["reason"] for one in ImportBatch.objects.get().undo["kept_rows"]}
    assert set(reasons) == {"Delta Book", "Delta"}
