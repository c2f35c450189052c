"""Work that is interrupted, waits or comes twice."""

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult, get_date_max

from imports import services
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.progress import Cancelled
from imports.services import taking
from imports.tasks import preview_import, take_import
from inventory.models import Device
from schools.models import School
from tests.imports.services.batches import row

pytestmark = pytest.mark.django_db


def test_tasks_preview_and_take(upload, by):
    batch = upload(row())
    preview_import.enqueue(batch.pk, "de")
    batch.refresh_from_db()
    assert batch.status == BatchStatus.PREVIEWED
    services.begin_taking(batch, by=by, mode="all")
    take_import.enqueue(batch.pk, by.user.pk, "de")
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.TAKEN, 1)


def _left_running(task, *args):
    """A row as a worker leaves it that was killed in the middle."""
    return DBTaskResult.objects.create(
        status="RUNNING",
        task_path=f"imports.tasks.{task.func.__name__}",
        args_kwargs={"args": list(args), "kwargs": {}},
        backend_name="default",
        run_after=get_date_max(),
    )


def test_interrupted_taking_can_be_tried_again(upload, by):
    batch = services.begin_taking(services.preview_batch(upload(row())), by=by, mode="all")
    task = _left_running(take_import, batch.pk, by.user.pk, "en")

    call_command("release_imports", stdout=StringIO())

    task.refresh_from_db()
    batch.refresh_from_db()
    assert (task.status, batch.status) == ("FAILED", BatchStatus.PREVIEWED)
    assert batch.error == (
        "The server stopped while this was being taken. Nothing was written: take it again or discard it."
    )
    services.begin_taking(batch, by=by, mode="all")
    take_import.enqueue(batch.pk, by.user.pk, "en")
    batch.refresh_from_db()
    assert (batch.status, batch.error, Device.objects.count()) == (BatchStatus.TAKEN, "", 1)


def test_taking_that_still_waits_for_a_worker_is_left_alone(upload, by):
    batch = services.begin_taking(services.preview_batch(upload(row())), by=by, mode="all")
    DBTaskResult.objects.filter(pk=_left_running(take_import, batch.pk, by.user.pk, "en").pk).update(status="READY")
    assert services.release_interrupted() == 0
    batch.refresh_from_db()
    assert (batch.status, batch.error) == (BatchStatus.TAKING, "")


def test_interrupted_preview_is_made_again_once(upload):
    batch = upload(row())
    _left_running(preview_import, batch.pk, "en")
    assert services.release_interrupted() == 1
    batch.refresh_from_db()
    assert (batch.status, batch.summary["new"]) == (BatchStatus.PREVIEWED, 1)

    ImportBatch.objects.update(status=BatchStatus.UPLOADED, summary={})
    _left_running(preview_import, batch.pk, "en")
    services.release_interrupted()
    batch.refresh_from_db()
    assert (batch.status, batch.error) == (
        BatchStatus.FAILED,
        "The server stopped twice while reading this file. Split it into several files.",
    )


def test_batch_discarded_while_it_is_read_stays_discarded(upload, by, django_capture_on_commit_callbacks):
    batch = upload(row())
    with django_capture_on_commit_callbacks(execute=True):
        services.discard_batch(ImportBatch.objects.get(), by=by)
    with pytest.raises(Cancelled):
        services.preview_batch(batch)
    batch.refresh_from_db()
    assert (batch.status, bool(batch.file)) == (BatchStatus.DISCARDED, False)


def test_begin_taking_refuses_the_second_click(upload, by):
    batch = services.preview_batch(upload(row()))
    services.begin_taking(batch, by=by, mode="valid")
    with pytest.raises(ValidationError):
        services.begin_taking(batch, by=by, mode="valid")


def _refusing(monkeypatch, statement):
    """The database refuses the write for a reason of its own: a real statement that breaks a real promise."""

    def write(plan, act):
        statement()

    kind = services.plan_workbook

    def plan_workbook(*args, **kwargs):
        found, plan = kind(*args, **kwargs)
        return replace(found, write=write), plan

    monkeypatch.setattr(taking, "plan_workbook", plan_workbook)


def test_number_taken_meanwhile_is_blamed_on_somebody_else(upload, by, school, monkeypatch):
    _refusing(monkeypatch, lambda: School.objects.create(number=school.number, name="x", school_type="02"))
    with pytest.raises(ValidationError) as refused:
        services.take_batch(upload(row()), by=by)
    assert refused.value.code == "changed_meanwhile"


def test_any_other_refusal_is_logged_and_blamed_on_nobody(upload, by, school, monkeypatch, caplog):
    day = date(2020, 1, 1)
    _refusing(monkeypatch, lambda: School.objects.filter(pk=school.pk).update(opened_on=day, closed_on=day))
    with pytest.raises(ValidationError) as refused:
        services.take_batch(upload(row()), by=by)
    assert refused.value.code == "unexpected"
    assert [record.levelname for record in caplog.records if record.name == "imports.services"] == ["ERROR"]
