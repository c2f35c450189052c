"""A workbook on its way through the interface: upload, preview, answers, taking, undo and redo."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.actor import Actor
from audit.models import Act
from imports.answers import Answer, decide_values
from imports.models import ImportBatch
from inventory.models import Device, DeviceModel
from schools.tokens import create_token
from tests.api.batches import URL, Imports, counts, row, send_file, workbook
from tests.factories import make_model, make_user
from tests.imports.workbooks import write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(api, it_staff):
    return Imports(api(it_staff))


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


def test_rejected_rows_stop_all_and_the_good_ones_can_be_taken(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1), row(2, since="31.02.2024")))
    (problem,) = mine.detail(pk)["problems"]
    assert {name: problem[name] for name in ("sheet", "row", "column", "cell", "value", "severity")} == {
        "sheet": "Geräte",
        "row": 3,
        "column": "Seit",
        "cell": "G3",
        "value": "31.02.2024",
        "severity": "error",
    }

    assert mine.send(pk, "take/").json()["status"] == "previewed"
    assert Device.objects.count() == 0
    assert mine.send(pk, "take/", {"mode": "valid"}).json()["status"] == "taken"
    assert list(Device.objects.values_list("serial", flat=True)) == ["SN1"]


def test_unknown_values_are_answered(mine, tmp_path, school, other_school):
    known = make_model()
    pk = mine.upload(workbook(tmp_path, row(1, model="iPad Neun"), row(2, model="Nordbook"), row(3, school="Linden")))
    asked = {(one["kind"], one["text"]) for one in mine.detail(pk)["unknown"]}
    assert asked == {("model", "Apple iPad Neun"), ("model", "Apple Nordbook"), ("school", "Linden")}
    choices = mine.get(pk, "choices/", kind="school", text="Linden").json()["choices"]
    assert sorted(choice["id"] for choice in choices) == [school.pk, other_school.pk]

    answers = [
        {"kind": "model", "text": "Apple iPad Neun", "action": "map", "to": known.pk},
        {
            "kind": "model",
            "text": "Apple Nordbook",
            "action": "create",
            "manufacturer": "Nord",
            "model": "Nordbook 1",
            "category": "laptop",
        },
    ]
    answer = mine.send(pk, "decide/", {"answers": answers, "others": {"school": "reject"}})

    assert (answer.status_code, counts(answer.json())) == (202, (2, 0, 0, 0, 0, 1))
    given = {(one["kind"], one["text"], one["action"], one["to"]) for one in mine.detail(pk)["decisions"]}
    assert given == {
        ("model", "Apple iPad Neun", "map", known.pk),
        ("model", "Apple Nordbook", "create", None),
        ("school", "Linden", "reject", None),
    }
    withdrawn = mine.send(pk, "decide/", {"answers": [{"kind": "school", "text": "Linden", "action": "withdraw"}]})
    assert counts(withdrawn.json()) == (2, 0, 0, 1, 0, 0)
    assert mine.send(pk, "take/", {"mode": "valid"}).json()["status"] == "taken"
    assert DeviceModel.objects.filter(name="Nordbook 1", category__key="laptop").count() == 1


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"kind": "model", "text": "Apple X", "action": "map", "to": 987654321}, "not_offered"),
        ({"kind": "model", "text": "Apple X", "action": "map", "to": "1"}, "not_offered"),
        ({"kind": "model", "text": "Apple X", "action": "map"}, "not_offered"),
        ({"kind": "model", "text": "Apple Y", "action": "reject"}, "no_question"),
        ({"kind": "model", "text": "Apple X", "action": "create", "manufacturer": "Nord"}, "incomplete"),
        (
            {
                "kind": "model",
                "text": "Apple X",
                "action": "create",
                "manufacturer": "N",
                "model": "X",
                "category": "nonsense",
            },
            "incomplete",
        ),
        ({"kind": "model", "text": "Apple X", "action": "withdraw"}, "not_answered"),
        ({"kind": "nonsense", "text": "Apple X", "action": "withdraw"}, "not_answered"),
    ],
)
def test_answer_to_nothing_that_was_asked_is_refused(mine, tmp_path, school, refused, answer, code):
    make_model("Y")
    pk = mine.upload(workbook(tmp_path, row(1, model="X")))
    before = mine.detail(pk)

    assert refused(mine.send(pk, "decide/", {"answers": [answer]}), 400) == [("", code)]
    assert mine.detail(pk) == before


def test_school_of_somebody_else_is_no_answer(school, other_school):
    """The same question to somebody who does not see the other school."""
    user = make_user("sara", role="school_admin", school=school)
    batch = ImportBatch(summary={"unknown": [_unknown_school()]})
    answer = Answer("school", "Linden", "map", other_school.pk)
    with pytest.raises(ValidationError) as refusal:
        decide_values(batch, user, [answer], {})
    assert [one.code for one in refusal.value.error_list] == ["not_offered"]


def _unknown_school():
    return {"kind": "school", "text": "Linden", "can_create": False, "suggestions": []}


def test_corrected_cell_is_read_instead_of_the_file(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1, since="31.02.2024")))

    answer = mine.send(pk, "correct/", {"cells": [{"sheet": "Geräte", "cell": "G2", "text": "28.02.2024"}]})

    assert (answer.status_code, counts(answer.json())) == (202, (1, 0, 0, 0, 0, 0))
    assert mine.detail(pk)["corrections"] == [{"sheet": "Geräte", "cell": "G2", "text": "28.02.2024"}]
    back = mine.send(pk, "correct/", {"cells": [{"sheet": "Geräte", "cell": "G2", "text": None}]})
    assert counts(back.json()) == (0, 0, 0, 1, 0, 0)


def test_headings_and_options_are_chosen(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))
    change = {"mapping": {"Kategorie": None}, "status": "in_stock", "skip": ["note"], "mode": "valid"}

    answer = mine.send(pk, "", change, method="patch")

    assert answer.status_code == 202
    detail = mine.detail(pk)
    assert detail["mapping"] == {"Kategorie": None}
    assert [one["key"] for one in detail["columns"] if one["heading"] == "Kategorie"] == [None]
    assert {name: detail["options"][name] for name in ("status", "skip", "mode")} == {
        "status": "in_stock",
        "skip": ["note"],
        "mode": "valid",
    }
    mine.send(pk, "", {"mapping": {}}, method="patch")
    assert [one["key"] for one in mine.detail(pk)["columns"] if one["heading"] == "Kategorie"] == ["category"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"mapping": {"Nichts": "serial"}}, ("", "no_heading")),
        ({"mapping": {"SerNr": "nonsense"}}, ("", "unknown_column")),
        ({"mapping": {"SerNr": "serial", "Modell": "serial"}}, ("", "chosen_twice")),
        ({"skip": ["nonsense"]}, ("skip", "unknown_column")),
        ({"sheet": "Tabelle 9"}, ("sheet", "no_sheet")),
        ({"on": "2999-01-01"}, ("on", "invalid")),
        ({"profile": 987654321}, ("profile", "does_not_exist")),
        ({"kind": "nonsense"}, ("kind", "invalid_choice")),
        ({"colour": "red"}, ("colour", "unknown_field")),
        ({}, ("", "nothing_to_change")),
    ],
)
def test_wrong_reading_is_refused(mine, tmp_path, school, refused, change, problem):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))

    assert refused(mine.send(pk, "", change, method="patch"), 400) == [problem]


def test_who_decides_on_an_older_preview_is_told(mine, tmp_path, school, refused):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1)))
    seen = mine.version(pk)
    mine.send(pk, "", {"status": "in_stock"}, method="patch")

    answer = mine.send(pk, "take/", version=seen)

    assert refused(answer, 412) == []
    assert (answer.json()["current"]["id"], answer["ETag"]) == (pk, mine.version(pk))
    assert refused(mine.client.post(f"{URL}{pk}/take/", {}), 428) == []
    assert Device.objects.count() == 0


def test_reading_alone_changes_no_version(mine, tmp_path, school):
    pk = mine.upload(workbook(tmp_path, row(1)))
    assert mine.version(pk) == mine.version(pk)


def test_progress_says_that_nobody_works(mine, tmp_path, school, it_staff):
    pk = mine.upload(workbook(tmp_path, row(1)))
    expected = {
        "id": pk,
        "status": "previewed",
        "phase": "waiting",
        "done": 0,
        "total": 0,
        "error": "",
        "is_stuck": False,
    }
    assert mine.get(pk, "progress/").json() == expected


def test_batch_that_waits_can_be_cancelled_and_discarded(mine, tmp_path, school, refused):
    pk = mine.upload(workbook(tmp_path, row(1)))
    assert refused(mine.send(pk, "cancel/"), 400) == [("", "too_late")]
    assert mine.send(pk, "discard/").json()["status"] == "discarded"
    assert refused(mine.send(pk, "discard/"), 400) == [("", "finished")]
    assert refused(mine.send(pk, "take/"), 400) == [("", "finished")]
    assert mine.get(pk, "file/").status_code == 404

    ImportBatch.objects.filter(pk=pk).update(status="uploaded", summary={})
    assert mine.send(pk, "cancel/").json()["status"] == "discarded"


def test_corrected_workbook_goes_on_with_what_was_chosen(mine, tmp_path, school):
    make_model()
    pk = mine.upload(workbook(tmp_path, row(1, since="31.02.2024")), sender="Nord")
    better = workbook(tmp_path, row(1), name="besser.xlsx")

    answer = send_file(mine.client, f"{URL}{pk}/replace/", better, {"If-Match": mine.version(pk)})

    new = answer.json()["id"]
    assert (answer.status_code, answer["Location"]) == (201, f"http://testserver{URL}{new}/")
    assert (answer.json()["replaces"], answer.json()["sender"], counts(answer.json())) == (
        pk,
        "Nord",
        (1, 0, 0, 0, 0, 0),
    )
    old = mine.detail(pk)
    assert (old["status"], old["replaced_by"]) == ("discarded", new)


def test_file_and_marked_workbook_are_attachments(mine, tmp_path, school):
    make_model()
    path = workbook(tmp_path, row(1, since="31.02.2024"))
    pk = mine.upload(path)

    file, marked = mine.get(pk, "file/"), mine.get(pk, "marked/")

    assert b"".join(file) == path.read_bytes()
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert file["Content-Disposition"] == 'attachment; filename="liste.xlsx"'
    assert marked["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert marked["Content-Disposition"].startswith("attachment; filename")
    assert b"".join(marked)[:2] == b"PK"


def test_page_that_calls_itself_a_workbook_is_never_shown(mine, tmp_path):
    path = tmp_path / "seite.html"
    path.write_text("<script>alert(1)</script>")
    pk = mine.upload(path)
    batch = ImportBatch.objects.get()
    batch.file.save("seite.html", SimpleUploadedFile("seite.html", path.read_bytes()))

    file = mine.get(pk, "file/")

    assert b"".join(file) == path.read_bytes()
    assert (file["Content-Type"], file["Content-Disposition"]) == (
        "application/octet-stream",
        'attachment; filename="seite.html"',
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [("leer.xlsx", b""), ("bild.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 99), ("rest.xlsx", b"PK\x03\x04 half a zip")],
)
def test_unusable_file_fails_with_one_sentence(mine, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    pk = mine.upload(path)

    detail = mine.detail(pk)
    assert (detail["status"], bool(detail["error"]), counts(detail)) == ("failed", True, (None,) * 6)
    assert mine.send(pk, "take/").status_code == 400


def test_file_above_the_limit_is_refused(mine, tmp_path, settings, refused):
    settings.UPLOAD_MAX_BYTES = 1024
    path = write_csv(tmp_path / "gross.csv", ["Seriennummer", *(f"S{n:09}" for n in range(9000))])

    answer = send_file(mine.client, URL, path)

    assert refused(answer, 413) == []
    assert answer.json()["detail"].startswith("Die Datei ist größer als 0 MB")
    assert ImportBatch.objects.count() == 0
    path.write_bytes(path.read_bytes()[:2000])
    assert refused(send_file(mine.client, URL, path), 413) == []


def test_upload_without_a_file_names_the_field(mine, refused):
    assert refused(mine.client.post(URL, {"kind": "devices"}, format="multipart"), 400) == [("file", "required")]
    assert refused(mine.client.post(URL, {"file": "x"}, format="multipart"), 400) == [("file", "invalid")]
    assert refused(mine.client.post(URL, {"file": "x"}), 415) == []


def test_upload_that_is_repeated_with_its_key_is_one(mine, tmp_path, school):
    path, key = workbook(tmp_path, row(1)), {"Idempotency-Key": "a1"}

    first, second = (send_file(mine.client, URL, path, key) for _ in range(2))

    assert (first.status_code, second.status_code, second["Idempotency-Replayed"]) == (201, 201, "true")
    assert (first.json(), ImportBatch.objects.count()) == (second.json(), 1)


@pytest.mark.parametrize("user", ["reader", "school_admin", "outsider"])
def test_import_is_hidden_from_all_who_may_not_import(user, request, api, mine, tmp_path, school, refused):
    pk = mine.upload(workbook(tmp_path, row(1)))
    other = Imports(api(request.getfixturevalue(user)))

    assert refused(other.client.get(URL), 403) == []
    assert refused(send_file(other.client, URL, workbook(tmp_path, row(1))), 403) == []
    paths = [
        "",
        "progress/",
        "choices/?kind=a&text=b",
        "undo/",
        "file/",
        "marked/",
        "rows/",
        "findings/",
        "findings/workbook/",
    ]
    for path in paths:
        assert refused(other.client.get(f"{URL}{pk}/{path}"), 404) == [], path
        assert other.client.get(f"{URL}{pk}/{path}").content == other.client.get(f"{URL}987654/{path}").content, path
    for path in (
        "decide/",
        "answer/",
        "conflicts/",
        "correct/",
        "take/",
        "cancel/",
        "discard/",
        "undo/",
        "redo/",
        "profile/",
    ):
        assert refused(other.send(pk, path, {"x": 1}, version="*"), 404) == [], path
    assert refused(other.send(pk, "", {}, version="*", method="patch"), 404) == []
    assert refused(other.send(pk, "findings/act/", {}, version="*"), 404) == []


def test_token_for_one_school_sees_no_imports(api, mine, tmp_path, school, it_staff, refused):
    pk = mine.upload(workbook(tmp_path, row(1)))
    _row, plain = create_token(it_staff, "eng", by=Actor(it_staff), school=school)
    client = api(token=plain)

    assert refused(client.get(URL), 403) == []
    assert refused(client.get(f"{URL}{pk}/"), 404) == []
    assert refused(send_file(client, URL, workbook(tmp_path, row(1))), 403) == []
    assert refused(client.get("/api/v1/import-profiles/"), 403) == []
