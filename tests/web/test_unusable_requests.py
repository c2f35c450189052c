"""Requests that no form of ours sends: they get an answer in words."""

import pytest
from django.test import Client

from imports.enums import BatchStatus
from imports.models import ImportBatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(signed_in, it_staff) -> Client:
    return signed_in(it_staff)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", "multipart/form-data; boundary=BB"), (b'{"file": 1}', "application/json"), (b"x", "text/plain")],
)
def test_upload_without_any_field_is_told_what_is_missing(page, body, content_type):
    answer = page.post("/imports/", body, content_type=content_type)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["file"]
    assert not ImportBatch.objects.exists()


def test_upload_in_an_unknown_form_is_a_page_in_words(page):
    answer = page.post("/imports/", b"x", content_type="multipart/form-data")
    assert answer.status_code == 400
    assert '<p class="bare__code">400</p>' in answer.content.decode()


@pytest.mark.parametrize("status", [BatchStatus.UPLOADED, BatchStatus.TAKING])
def test_waiting_import_that_was_never_read_is_gone_when_cancelled(page, status):
    batch = ImportBatch.objects.create(
        name="a.csv", sha256="", size=1, created_at="2024-01-01T00:00Z", file="x", status=status
    )
    address = f"/imports/{batch.pk}/cancel/"
    assert f'action="{address}"' in page.get(f"/imports/{batch.pk}/").content.decode()
    page.post(address)
    batch.refresh_from_db()
    assert batch.status == BatchStatus.DISCARDED


def test_form_of_an_old_page_is_refused_in_words():
    answer = Client(enforce_csrf_checks=True).post("/login/", {"login": "a"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "<h1>This page was open for too long</h1>" in answer.content.decode()
