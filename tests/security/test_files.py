"""Files of strangers: told by what they are, kept out of reach, given back as attachments only."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from imports.models import ImportBatch
from tests.house.world import World

pytestmark = pytest.mark.django_db

PAGE = b"<html><script>alert(1)</script></html>"
TABLE = b"Seriennummer;Hersteller;Modell\n<script>alert(1)</script>;Apple;iPad 9\n"


def test_file_is_given_back_as_it_came_and_never_shown(world: World) -> None:
    client = world.client("it_staff")
    client.post("/imports/", {"file": SimpleUploadedFile("liste.csv", TABLE, "text/html"), "kind": "devices"})
    batch = ImportBatch.objects.latest("pk")
    ImportBatch.objects.filter(pk=batch.pk).update(name='b"\r\nX-Evil: 1\r\n\r\n<script>.html')
    answer = client.get(f"/imports/{batch.pk}/file/")
    if answer.streaming:
        for close in answer._resource_closers:
            close()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("liste.xlsx", PAGE, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("liste.xlsx", b"MZ\x90\x00" + b"\x00" * 200, "application/vnd.ms-excel"),
        ("liste.xls", b"%PDF-1.7\n", "application/vnd.ms-excel"),
        ("liste.ods", b"PK\x03\x04kaputt", "application/vnd.oasis.opendocument.spreadsheet"),
        ("../../liste.xlsx", b"\x7fELF" + b"\x00" * 100, "text/csv"),
    ],
)
def test_name_and_announced_type_are_not_believed(name: str, content: bytes, kind: str, world: World) -> None:
    answer = world.client("it_staff").post(
        "/imports/", {"file": SimpleUploadedFile(name, content, kind), "kind": "devices"}
    )
    batch = ImportBatch.objects.latest("pk")
    if answer.context is None:
        assert batch.status == "failed"
        assert batch.error
    else:
        assert answer.context["form"].errors["file"]


def test_kept_files_lie_where_no_address_leads(world: World) -> None:
    client = world.client("it_staff")
    client.post("/imports/", {"file": SimpleUploadedFile("../../../boese.csv", b"a;b\n1;2\n", "text/csv"), "kind": ""})
    batch = ImportBatch.objects.latest("pk")
    assert batch.file.path.startswith(str(settings.MEDIA_ROOT))
    assert ".." not in batch.file.name
    for path in (f"/files/{batch.file.name}", f"/media/{batch.file.name}", f"/static/{batch.file.name}"):
        assert client.get(path).status_code == 404
