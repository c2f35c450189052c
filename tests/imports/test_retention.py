"""Uploaded files go after a time; what was taken from them stays, and what lacks its file says so."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Entry
from imports.models import ImportBatch, ImportRow
from imports.services import forget_old_files, preview_batch, take_batch, upload_batch
from imports.undo import redo_batch, undo_batch
from schools.models import School
from tests.web.pages import text

pytestmark = pytest.mark.django_db
FILE = b"Schulnummer;Name;Schulform\n123456;Ulmenschule;Grundschule\n"


@pytest.fixture
def batch(it_staff):
    by = Actor(it_staff, Channel.IMPORT)
    return preview_batch(upload_batch(BytesIO(FILE), name="schulen.csv", by=by, kind="schools"))


def _later(settings):
    return timezone.now() + timedelta(days=settings.IMPORT_FILE_DAYS, seconds=1)


def _forget(settings, callbacks):
    with callbacks(execute=True):
        return forget_old_files(by=Actor(None, Channel.COMMAND), now=_later(settings))


def test_file_and_cells_of_a_taken_import_go(batch, by, settings, django_capture_on_commit_callbacks):
    batch = take_batch(batch, by=by)
    stored, storage = batch.file.name, batch.file.storage

    assert _forget(settings, django_capture_on_commit_callbacks) == 1

    batch.refresh_from_db()
    assert (batch.status, batch.file.name, storage.exists(stored)) == ("taken", "", False)
    assert (ImportRow.objects.count(), batch.summary["new"], "sample" in batch.summary) == (0, 1, False)
    assert Entry.objects.get(act__verb="import.forget").changes == {"file": [batch.sha256, None]}
    assert School.objects.get().name == "Ulmenschule"
    assert _forget(settings, django_capture_on_commit_callbacks) == 0


def test_import_without_its_file_is_undone_but_not_redone(batch, by, settings, django_capture_on_commit_callbacks):
    batch = take_batch(batch, by=by)
    _forget(settings, django_capture_on_commit_callbacks)
    batch.refresh_from_db()

    undo_batch(batch, by=by)
    with pytest.raises(ValidationError) as caught:
        redo_batch(ImportBatch.objects.get(), by=by)

    assert (School.objects.count(), caught.value.code) == (0, "no_file")


def test_waiting_import_is_discarded_with_its_file(batch, settings, django_capture_on_commit_callbacks):
    assert _forget(settings, django_capture_on_commit_callbacks) == 1

    assert ImportBatch.objects.get().status == "discarded"


def test_young_and_busy_files_stay(batch, by, settings):
    now = timezone.now()
    assert forget_old_files(by=by, now=now) == 0
    ImportBatch.objects.update(status="taking")
    assert forget_old_files(by=by, now=_later(settings)) == 0
    ImportBatch.objects.update(status="previewed")
    settings.IMPORT_FILE_DAYS = 0
    assert forget_old_files(by=by, now=now + timedelta(days=9999)) == 0


def test_file_that_vanished_is_said_so(batch, by):
    batch.file.storage.delete(batch.file.name)

    with pytest.raises(ValidationError) as caught:
        take_batch(batch, by=by)

    assert caught.value.code == "no_file"


def test_pages_of_an_import_without_file(batch, by, signed_in, it_staff, settings, django_capture_on_commit_callbacks):
    take_batch(batch, by=by)
    _forget(settings, django_capture_on_commit_callbacks)
    browser = signed_in(it_staff)
    browser.cookies["django_language"] = "en"

    assert "The file and its cells are no longer kept." in text(browser.get(f"/imports/{batch.pk}/"))
    assert browser.get(f"/imports/{batch.pk}/undo/").status_code == 200
    assert browser.get(f"/imports/{batch.pk}/rows/").status_code == 200
    assert browser.get(f"/imports/{batch.pk}/file/").status_code == 404
    undo_batch(ImportBatch.objects.get(), by=by)
    assert "Its file is no longer kept." in text(browser.get(f"/imports/{batch.pk}/undo/"))
