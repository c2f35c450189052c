"""Files are what their content is."""

from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from common.files import file_fields, file_type
from tests.common.sample_files import HEIC, JPEG, PDF, PNG, WEBP, zipped

AT = datetime(2024, 3, 1, tzinfo=UTC)
ODT = "application/vnd.oasis.opendocument.text"


def real_workbook() -> bytes:
    content = BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (PDF, "pdf"),
        (JPEG, "jpg"),
        (PNG, "png"),
        (WEBP, "webp"),
        (HEIC, "heic"),
        (real_workbook(), "xlsx"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("content.xml", mimetype=ODT), "odt"),
        (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
    ],
)
def test_type_is_read_from_the_content(content, extension):
    assert file_type(ContentFile(content)).extension == extension


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\n%PDF-1.7",
        b"PK\x03\x04 no archive",
        zipped("anything.txt"),
        zipped("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        zipped("content.xml", mimetype="application/java-archive"),
        zipped("content.xml", "mimetype"),
        b"GIF89a",
    ],
)
def test_other_types_are_not_kept(content):
    assert file_type(ContentFile(content)) is None


def test_fields_say_what_was_sent():
    fields = file_fields(SimpleUploadedFile("..\\..\\Abnahme  Lindenschule.PDF", PDF), "", AT)

    stored = fields.pop("file")
    assert (stored.read(), stored.name.endswith(".pdf"), "Abnahme" in stored.name) == (PDF, True, False)
    assert fields == {
        "name": "Abnahme Lindenschule.PDF",
        "size": len(PDF),
        "media_type": "application/pdf",
        "digest": sha256(PDF).hexdigest(),
        "added_at": AT,
    }


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty"), (PDF + b"x" * 1024 * 1024, "too_large"), (b"MZ", "unknown_type")]
)
def test_bad_file_is_said_at_its_field(settings, content, code):
    settings.FILE_MAX_BYTES = 1024 * 1024

    with pytest.raises(ValidationError) as error:
        file_fields(SimpleUploadedFile("x.pdf", content), "x", AT)

    assert [one.code for one in error.value.error_dict["file"]] == [code]
