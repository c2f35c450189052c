"""Waiting, cancelling, discarding."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from imports.enums import BatchStatus, Phase
from imports.models import ImportBatch
from inventory.models import Device
from tests.factories import make_model
from tests.web.imports.batches import at, devices, row, uploaded
from tests.web.pages import text

pytestmark = pytest.mark.django_db


def test_waiting_batch_asks_for_itself_until_it_is_read(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.TAKING)
    waiting = page.get(at(batch))
    assert f'hx-get="{at(batch, "progress")}"' in waiting.content.decode()
    assert '<noscript><meta http-equiv="refresh"' in waiting.content.decode()
    assert "HX-Refresh" not in page.get(at(batch, "progress"))

    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.PREVIEWED)
    assert page.get(at(batch, "progress"))["HX-Refresh"] == "true"


def test_waiting_says_once_that_no_worker_is_there(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UPLOADED)
    task = DBTaskResult.objects.create(args_kwargs={}, run_after=timezone.now(), backend_name="default")
    stuck = "The background service does not seem to be running"

    def is_told(address, **query):
        return stuck in page.get(address, query).content.decode()

    assert [is_told(at(batch, name)) for name in ("detail", "progress")] == [False, False]
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=timezone.now() - timedelta(seconds=20))
    assert [is_told(at(batch, name)) for name in ("detail", "progress")] == [True, True]
    told = page.get(at(batch, "progress"), {"told": "1"}).content.decode()
    assert (stuck in told, "<progress" in told) == (False, True)
    assert f'{at(batch, "progress")}?told=1"' in page.get(at(batch, "progress")).content.decode()
    DBTaskResult.objects.create(
        args_kwargs={}, run_after=timezone.now(), backend_name="default", status="RUNNING", started_at=timezone.now()
    )
    assert [is_told(at(batch, name)) for name in ("detail", "progress")] == [False, False]


def test_progress_is_shown_while_the_rows_are_taken(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    far = {"status": BatchStatus.TAKING, "phase": Phase.CHECKING, "done": 4500, "total": 15000}
    ImportBatch.objects.filter(pk=batch.pk).update(**far)
    for name in ("detail", "progress"):
        source = page.get(at(batch, name)).content.decode()
        assert 'value="4500" max="15000"' in source
        assert "checking the rows: 4,500 of 15,000 rows" in " ".join(source.split())


def test_cancelled_batch_can_be_taken_again(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.TAKING)
    stopped = page.post(at(batch, "cancel"), follow=True)
    assert "Cancelled. Nothing was written: take it again or discard it." in text(stopped)
    page.post(at(batch, "take"), {"mode": "all"})
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.TAKEN, 1)
    late = page.post(at(batch, "cancel"), follow=True)
    assert "There is nothing left to cancel: taken." in text(late)


def test_batch_cancelled_before_it_was_read_is_gone(page, tmp_path, school):
    batch = uploaded(page, devices(tmp_path, row(1)))
    ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.UPLOADED, summary={})
    gone = page.post(at(batch, "cancel"), follow=True)
    assert "was discarded; nothing was written." in text(gone)
    batch.refresh_from_db()
    assert (batch.status, bool(batch.file)) == (BatchStatus.DISCARDED, False)


def test_discarded_batch_cannot_be_taken(page, tmp_path, school):
    make_model()
    batch = uploaded(page, devices(tmp_path, row(1)))
    gone = page.post(at(batch, "discard"), follow=True)
    assert "was discarded; nothing was written." in text(gone)
    page.post(at(batch, "take"), {"mode": "all"})
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.DISCARDED, 0)
    assert page.get(at(batch, "file")).status_code == 404
    assert page.get(at(batch)).status_code == 200
