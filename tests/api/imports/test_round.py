"""From the upload to devices and back, and what lists show."""

import pytest

from audit.models import Act
from imports.models import ImportBatch
from inventory.models import Device
from tests.api.batches import counts, row, workbook
from tests.factories import make_model

pytestmark = pytest.mark.django_db


def test_workbook_goes_from_upload_to_devices_and_back(mine, tmp_path, school, it_staff):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1), row(2)), sender="Nord", kind="devices", on="2024-03-01")

    batch = ImportBatch.objects.get()
    detail = mine.detail(pk)
    assert {name: detail[name] for name in ("id", "name", "kind", "sender", "status", "phase", "done", "error")} == {
        "id": batch.pk,
        "name": "liste.xlsx",
        "kind": "devices",
        "sender": "Nord",
        "status": "previewed",
        "phase": "waiting",
        "done": 0,
        "error": "",
    }
    assert counts(detail) == (2, 0, 0, 0, 0, 0)
    assert (detail["sheet"], detail["header_row"], detail["sheets"]) == ("Geräte", 1, ["Geräte"])
    assert detail["options"]["on"] == "2024-03-01"
    assert detail["columns"][1] == {
        "heading": "SerNr",
        "key": "serial",
        "how": "synonym",
        "confidence": 99,
        "guess": None,
        "values": ["SN1", "SN2"],
    }
    assert (detail["problems"], detail["unknown"], detail["questions"]) == ([], [], [])
    assert Device.objects.count() == 0

    taken = mine.send(pk, "take/")
    assert (taken.status_code, taken.json()["status"], taken.json()["act"]) == (
        202,
        "taken",
        Act.objects.latest("pk").pk,
    )
    assert sorted(Device.objects.values_list("serial", "school__number")) == [("SN1", "100100"), ("SN2", "100100")]

    tried = mine.send(pk, "undo/", {"dry_run": True})
    assert (tried.status_code, tried.json()) == (
        200,
        {
            "is_done": False,
            "reversed": 2,
            "kept": 0,
            "failed": 0,
            "kinds": [{"kind": "inventory.device", "reversed": 2, "kept": 0, "failed": 0}],
            "kept_rows": [],
            "failed_rows": [],
        },
    )
    assert Device.objects.existing().count() == 2

    undone = mine.send(pk, "undo/")
    assert (undone.status_code, undone.json()["status"]) == (202, "undone")
    assert Device.objects.existing().count() == 0
    act = Act.objects.get(verb="import.undo")
    assert (act.user, act.channel, act.via) == (it_staff, "api", "test")
    assert mine.get(pk, "undo/").json() == tried.json() | {"is_done": True}

    redone = mine.send(pk, "redo/")
    assert (redone.status_code, redone.json()["status"], counts(redone.json())) == (
        202,
        "previewed",
        (2, 0, 0, 0, 0, 0),
    )
    assert mine.send(pk, "take/").json()["status"] == "taken"
    assert Device.objects.existing().count() == 2


def test_taking_names_the_person_and_the_token(mine, tmp_path, school, it_staff):
    make_model()
    mine.send(mine.upload(workbook(tmp_path, row(1))), "take/")

    act = Act.objects.get(verb="import.take")
    assert (act.user, act.channel, act.via) == (it_staff, "import", "test")


def test_list_shows_counts_and_no_details(mine, tmp_path, school, get, it_staff):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1), row(2, since="31.02.2024")))

    status, body = get(it_staff, "imports/")

    assert (status, [one["id"] for one in body["results"]]) == (200, [pk])
    (one,) = body["results"]
    assert one["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "rejected": 1, "ambiguous": 0, "skipped": 0}
    assert (one["created_by"], one["replaces"], one["replaced_by"], one["profile"]) == ("ina.it", None, None, None)
    assert not {"problems", "unknown", "summary", "decisions"} & set(one)
