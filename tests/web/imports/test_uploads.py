"""Uploads that cannot be read, must not come in or come back as they were."""

import io

import pytest
from django.test import Client

from imports.models import ImportBatch
from tests.factories import make_model
from tests.imports.workbooks import write_csv
from tests.web.imports.batches import LIST, at, devices, row, upload, uploaded
from tests.web.pages import text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("leer.xlsx", b"", "is empty"),
        ("brief.pdf", b"%PDF-1.4 ...", "is a PDF document, not a workbook"),
        ("kaputt.xlsx", b"PK\x03\x04" + b"\0" * 60, "is damaged or incomplete"),
        ("brief.txt", b"Guten Tag\r\nanbei\r\n", "No row with known headings was found"),
    ],
)
def test_unusable_file_gets_one_sentence(page, tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    batch = uploaded(page, tmp_path / name)
    response = page.get(at(batch))
    assert sentence in text(response)
    assert "How to go on" in text(response)
    assert page.get(at(batch, "file")).status_code == 404


def test_huge_upload_is_refused_unread(page):
    class Endless(io.RawIOBase):
        """Counts what is taken of 200 MB, and how much at a time."""

        taken, most = 0, 0

        def read(self, size=-1):
            self.most = max(self.most, size)
            size = min(size, 200_000_000 - self.taken)
            self.taken += size
            return b"x" * size

    body = Endless()
    response = page.generic(
        "POST",
        LIST,
        content_type="multipart/form-data; boundary=x",
        **{"CONTENT_LENGTH": "200000000", "wsgi.input": body},
    )
    assert response.status_code == 413
    assert "The file is larger than 50 MB and was not taken." in text(response)
    assert 0 < body.most <= 1024 * 1024
    assert ImportBatch.objects.count() == 0


def test_upload_needs_the_token(it_staff, tmp_path):
    client = Client(enforce_csrf_checks=True)
    client.force_login(it_staff)
    assert upload(client, write_csv(tmp_path / "a.csv", ["a"])).status_code == 403
    assert ImportBatch.objects.count() == 0


def test_upload_without_a_file_stays_on_the_page(page):
    response = page.post(LIST, {"kind": "devices", "on": "2999-01-01"})
    assert response.status_code == 200
    assert "Only what has happened can be recorded" in text(response)


def test_original_file_comes_back_as_it_was(page, tmp_path, school):
    make_model()
    path = devices(tmp_path, row(1), name="böse <b> datei.xlsx")
    batch = uploaded(page, path)
    response = page.get(at(batch, "file"))
    assert b"".join(response.streaming_content) == path.read_bytes()
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename")


def test_hostile_texts_are_escaped(page, tmp_path, school):
    attack = "<script>alert(1)</script>"
    batch = uploaded(page, devices(tmp_path, row(1, model=attack, school=f"{attack}&"), name="<img src=x>.xlsx"))
    source = page.get(at(batch)).content.decode()
    assert attack not in source
    assert "<img src=x>" not in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert "<img src=x>" not in page.get(LIST).content.decode()
