"""Rows, conflicts, findings, profiles and templates of imports through the interface."""

from datetime import date
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from imports.models import Finding, ImportBatch, ImportProfile
from inventory.models import Device
from inventory.services import book_delivery, update_details
from inventory.services.receipt import Code
from reports.exports import write_devices
from tests.api.batches import URL, Imports, counts, row, send_file, workbook
from tests.factories import DAY, an_act, make_device, make_devices, make_model, make_order
from tests.imports.workbooks import import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def mine(api, it_staff):
    return Imports(api(it_staff))


def reconciled(tmp_path, school, number=1):
    """An import with ``number`` strange devices and as many that the MDM does not name."""
    here = make_devices(number + 1, school=school)
    header = ["Serial Number", "Model", "Last Check-in"]
    rows = [[serial, "iPad 9", date(2024, 5, 1)] for serial in (here[0].serial, *(f"X{n}" for n in range(number)))]
    result = import_file(write_xlsx(tmp_path / "mdm.xlsx", [header, *rows]), "--by", "ina.it")
    return ImportBatch.objects.get(pk=result["batch"])


def test_rows_show_what_changes(mine, tmp_path, school, other_school):
    device = make_device(school=school)
    known = [
        device.asset_tag,
        device.serial,
        "Apple",
        "iPad 9",
        "Tablet",
        "im Einsatz",
        date(2024, 5, 1),
        "Kastanienschule",
    ]
    pk = mine.upload(workbook(tmp_path, known, row(2), row(3, since="31.02.2024")))

    answer = mine.get(pk, "rows/").json()

    assert [(one["position"], one["row"], one["outcome"]) for one in answer["results"]] == [
        (0, 2, "changed"),
        (1, 3, "new"),
        (2, 4, "rejected"),
    ]
    first, _new, bad = answer["results"]
    assert first == {
        "position": 0,
        "sheet": "Geräte",
        "row": 2,
        "outcome": "changed",
        "label": first["label"],
        "matched_by": "serial",
        "record": device.pk,
        "changes": {"school": {"old": "Lindenschule (100100)", "new": "Kastanienschule (100200)"}},
        "problems": [],
    }
    (problem,) = bad["problems"]
    assert (problem["column"], problem["cell"], problem["severity"]) == ("Seit", "G4", "error")
    rows = {
        "outcome": mine.get(pk, "rows/", outcome="new"),
        "q": mine.get(pk, "rows/", q="OB-2"),
        "column": mine.get(pk, "rows/", column="school"),
        "problem": mine.get(pk, "rows/", problem=problem["code"]),
    }
    assert {name: [one["row"] for one in found.json()["results"]] for name, found in rows.items()} == {
        "outcome": [3],
        "q": [3],
        "column": [2],
        "problem": [4],
    }


def test_rows_come_in_pages(mine, tmp_path, school):
    pk = mine.upload(workbook(tmp_path, *(row(n) for n in range(5))))

    first = mine.get(pk, "rows/", page_size=3).json()
    second = mine.client.get(first["next"]).json()

    assert [one["row"] for one in first["results"] + second["results"]] == [2, 3, 4, 5, 6]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [({"outcome": "nonsense"}, ("outcome", "invalid_choice")), ({"colour": "red"}, ("colour", "unknown_parameter"))],
)
def test_wrong_filter_of_rows_is_refused(mine, tmp_path, school, refused, parameters, problem):
    pk = mine.upload(workbook(tmp_path, row(1)))
    assert refused(mine.get(pk, "rows/", **parameters), 400) == [problem]


def test_row_that_may_mean_two_devices_is_answered(mine, tmp_path, school):
    one, two = make_devices(2, school=school)
    both = [one.asset_tag, two.serial, "Apple", "iPad 9", "Tablet", "im Einsatz", date(2024, 5, 1), "Lindenschule"]
    pk = mine.upload(workbook(tmp_path, both))
    (question,) = mine.detail(pk)["questions"]
    assert sorted(candidate["id"] for candidate in question["candidates"]) == [one.pk, two.pk]

    refused = mine.send(pk, "answer/", {"answers": [{"text": question["text"], "action": "map", "to": 987654}]})
    assert refused.json()["errors"][0]["code"] == "not_offered"
    answer = mine.send(pk, "answer/", {"answers": [{"text": question["text"], "action": "reject"}]})

    assert (answer.status_code, counts(answer.json())) == (202, (0, 0, 0, 0, 0, 1))


def test_conflict_is_settled(mine, tmp_path, school):
    device = make_device(school=school)
    path = tmp_path / "liste.xlsx"
    write_devices(path, as_of=timezone.localdate())
    update_details({device.pk: {"note": "von hier"}}, an_act())
    book = load_workbook(path)
    page = book.active
    at = next(cell.column for cell in page[1] if cell.value == "Bemerkung")
    page.cell(2, at, "aus der Liste")
    book.save(path)
    pk = mine.upload(path)
    (conflict,) = mine.detail(pk)["conflicts"]
    assert (conflict["exported"], conflict["now"], conflict["yours"]) == (None, "von hier", "aus der Liste")

    wrong = mine.send(pk, "conflicts/", {"answers": {"nirgends": "take"}})
    assert wrong.json()["errors"][0]["code"] == "no_question"
    answer = mine.send(pk, "conflicts/", {"answers": {conflict["text"]: "take"}})

    assert counts(answer.json()) == (0, 1, 0, 0, 0, 0)
    mine.send(pk, "take/")
    device.refresh_from_db()
    assert device.note == "aus der Liste"


def test_findings_are_listed_filtered_and_dealt_with(mine, tmp_path, school, it_staff):
    batch = reconciled(tmp_path, school, 2)
    found = mine.get(batch.pk, "findings/").json()["results"]
    assert [(one["kind"], one["serial"], one["school"], one["status"]) for one in found] == [
        (one.kind, one.serial, one.device and one.device.school.number, "open")
        for one in Finding.objects.order_by("pk")
    ]
    assert len(mine.get(batch.pk, "findings/", school="100100").json()["results"]) == 2
    strange = [one["id"] for one in found if one["kind"] == "not_in_stock"]
    body = {"deed": "receive", "ids": strange, "on": "2024-06-01", "school": "100100", "status": "in_service"}

    tried = mine.client.post(f"{URL}{batch.pk}/findings/act/", body | {"dry_run": True})
    assert (tried.status_code, tried.json()) == (200, {"dry_run": True, "selected": 2, "changed": 2})
    assert Device.objects.filter(serial__startswith="X").count() == 0
    done = mine.client.post(f"{URL}{batch.pk}/findings/act/", body)
    assert done.json() == {"dry_run": False, "selected": 2, "changed": 2}

    assert sorted(Device.objects.filter(serial__startswith="X").values_list("serial", "status", "school__number")) == [
        ("X0", "in_service", "100100"),
        ("X1", "in_service", "100100"),
    ]
    assert {one["done_by"] for one in mine.get(batch.pk, "findings/", status="done").json()["results"]} == {"ina.it"}


def test_findings_of_another_import_are_not_dealt_with(mine, tmp_path, school, refused):
    batch = reconciled(tmp_path, school)
    other = ImportBatch.objects.create(name="x", size=1, created_at=timezone.now())
    body = {"deed": "finish", "ids": [Finding.objects.earliest("pk").pk]}

    assert refused(mine.client.post(f"{URL}{other.pk}/findings/act/", body), 404) == []
    assert batch.findings.filter(status="done").count() == 0


def test_findings_go_out_as_a_workbook(mine, tmp_path, school, refused):
    batch = reconciled(tmp_path, school)

    answer = mine.get(batch.pk, "findings/workbook/", kind="not_in_stock")

    content = b"".join(answer)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (XLSX, "nosniff")
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert [cell.value for cell in load_workbook(BytesIO(content)).active["B"]][1:] == ["X0"]
    assert refused(mine.get(batch.pk, "findings/workbook/", kind="nonsense"), 400) == [("kind", "invalid_choice")]


def test_delivery_is_compared_with_the_suppliers_list(api, mine, tmp_path, school, it_staff, by, school_admin, refused):
    order = make_order()
    line = order.lines.select_related("model__category").get()
    delivery = book_delivery(order, note_number="L", delivered_on=DAY, serials=[Code(line, "N1")], by=by, school=school)
    url, path = f"/api/v1/deliveries/{delivery.pk}/compare/", write_csv(tmp_path / "liste.csv", ["Seriennummer", "X9"])

    answer = send_file(mine.client, url, path)

    assert (answer.status_code, answer.json()["status"]) == (201, "taken")
    found = mine.get(answer.json()["id"], "findings/").json()["results"]
    assert sorted((one["kind"], one["serial"]) for one in found) == [("not_delivered", "X9"), ("not_listed", "N1")]
    assert refused(send_file(api(school_admin), url, path), 403) == []
    assert refused(send_file(mine.client, "/api/v1/deliveries/987654/compare/", path), 404) == []
    unusable = write_csv(tmp_path / "leer.csv", ["Farbe", "rot"])
    assert refused(send_file(mine.client, url, unusable), 400) == [("", "no_serials")]


def test_profile_is_kept_renamed_and_deleted(mine, tmp_path, school, it_staff, refused):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))

    kept = mine.send(pk, "profile/", {"name": "Nord", "sender": "Nord GmbH"})

    profile = ImportProfile.objects.get()
    assert (kept.status_code, kept.json()["name"], kept.json()["mapping"]["sernr"]) == (201, "Nord", "serial")
    url = f"/api/v1/import-profiles/{profile.pk}/"
    shown = mine.client.get(url)
    assert {name: shown.json()[name] for name in ("id", "name", "kind", "sender", "created_by")} == {
        "id": profile.pk,
        "name": "Nord",
        "kind": "devices",
        "sender": "Nord GmbH",
        "created_by": "ina.it",
    }
    changed = mine.client.patch(url, {"name": "Nord 2"}, headers={"If-Match": shown["ETag"]})
    assert (changed.status_code, changed.json()["name"], changed.json()["sender"]) == (200, "Nord 2", "Nord GmbH")
    assert refused(mine.client.delete(url, headers={"If-Match": shown["ETag"]}), 412) == []
    assert mine.client.delete(url, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert ImportProfile.objects.count() == 0


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_profiles_and_templates_are_for_those_who_import(user, request, api, refused):
    profile = ImportProfile.objects.create(name="P", kind="devices", fingerprint="0" * 64, created_at=timezone.now())
    client = api(request.getfixturevalue(user))

    assert refused(client.get("/api/v1/import-profiles/"), 403) == []
    assert refused(client.get(f"/api/v1/import-profiles/{profile.pk}/"), 404) == []
    assert refused(client.patch(f"/api/v1/import-profiles/{profile.pk}/", {"name": "Q"}), 404) == []
    assert refused(client.delete(f"/api/v1/import-profiles/{profile.pk}/"), 404) == []
    assert refused(client.get("/api/v1/import-templates/"), 403) == []
    assert refused(client.get("/api/v1/import-templates/devices/"), 403) == []


def test_templates_are_named_and_given(mine, refused):
    found = mine.client.get("/api/v1/import-templates/").json()["templates"]
    (url,) = [one["url"] for one in found if one["kind"] == "devices"]

    file = mine.client.get(url, headers={"Accept": XLSX})

    assert url == "http://testserver/api/v1/import-templates/devices/"
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == (XLSX, "nosniff")
    assert load_workbook(BytesIO(b"".join(file))).sheetnames
    assert refused(mine.client.get("/api/v1/import-templates/nonsense/", headers={"Accept": XLSX}), 404) == []
