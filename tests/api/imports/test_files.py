"""Uploads and files that come back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.models import ImportBatch
from tests.api.batches import URL, counts, row, send_file, workbook
from tests.factories import make_model
from tests.imports.workbooks import write_csv

pytestmark = pytest.mark.django_db


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
