"""What the worker tells of its progress, and how it stops."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from imports import services
from imports.enums import BatchStatus, Phase
from imports.models import ImportBatch
from imports.options import Options
from imports.progress import Cancelled, report, reporter
from imports.services import previewing, taking
from imports.tasks import preview_import, take_import
from inventory.models import Device
from tests.factories import make_model
from tests.imports.workbooks import write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def batch(tmp_path, by, school):
    make_model("iPad 9")
    rows = [[f"S{n}", "Apple", "iPad 9", "im Einsatz", "12.03.2021", "Lindenschule"] for n in range(3)]
    path = write_xlsx(tmp_path / "geräte.xlsx", [HEADER, *rows])
    return services.upload_batch(BytesIO(path.read_bytes()), name="geräte.xlsx", by=by)


def progress(batch):
    batch.refresh_from_db()
    return batch.phase, batch.done, batch.total


def test_report_is_kept_with_the_batch(batch):
    report(batch, Phase.CHECKING, 4, 9)
    assert progress(batch) == (Phase.CHECKING, 4, 9)


def test_reporter_begins_at_once_and_then_takes_its_time(batch):
    step = reporter(batch, Phase.READING)
    assert progress(batch) == (Phase.READING, 0, 0)
    for done in range(1000):
        step(done, 1000)
    assert progress(batch) == (Phase.READING, 0, 0)


def test_report_of_a_cancelled_batch_ends_the_work(batch, by):
    services.preview_batch(batch)
    services.begin_taking(batch, by=by, mode="all")
    services.cancel_batch(batch, by=by)
    with pytest.raises(Cancelled):
        report(batch, Phase.CHECKING, 4, 9)


def test_every_phase_is_told_and_over_afterwards(batch, by, monkeypatch):
    told = []

    def listening(batch, phase, done=0, total=0):
        told.append((phase, done, total))
        report(batch, phase, done, total)

    monkeypatch.setattr("imports.progress.report", listening)
    monkeypatch.setattr(taking, "report", listening)
    services.take_batch(services.preview_batch(batch), by=by)
    read = [(Phase.READING, 0, 0), (Phase.CHECKING, 0, 0)]
    assert told == [*read, *read, (Phase.WRITING, 0, 3)]
    assert progress(batch) == (Phase.WAITING, 0, 0)


def _cancelling(monkeypatch, module, by, batch):
    """Somebody presses the button while the rows are checked."""
    planned = module.plan_workbook

    def plan_workbook(*args, **kwargs):
        result = planned(*args, **kwargs)
        services.cancel_batch(batch, by=by)
        return result

    monkeypatch.setattr(module, "plan_workbook", plan_workbook)


def test_cancel_while_taking_leaves_the_preview_and_nothing_else(batch, by, monkeypatch):
    batch = services.begin_taking(services.preview_batch(batch), by=by, mode="all")
    with monkeypatch.context() as patched:
        _cancelling(patched, taking, by, batch)
        take_import.enqueue(batch.pk, by.user.pk, "en")
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.PREVIEWED, 0)
    assert batch.error == "Cancelled. Nothing was written: take it again or discard it."

    services.begin_taking(batch, by=by, mode="all")
    take_import.enqueue(batch.pk, by.user.pk, "en")
    batch.refresh_from_db()
    assert (batch.status, batch.error, Device.objects.count()) == (BatchStatus.TAKEN, "", 3)


def test_cancel_while_a_batch_is_read_for_the_first_time_discards_it(batch, by, monkeypatch):
    with monkeypatch.context() as patched:
        _cancelling(patched, previewing, by, batch)
        preview_import.enqueue(batch.pk, "en")
    batch.refresh_from_db()
    assert (batch.status, batch.summary, batch.error) == (BatchStatus.DISCARDED, {}, "")


def test_task_of_a_batch_cancelled_in_the_queue_does_nothing(batch, by):
    batch = services.begin_taking(services.preview_batch(batch), by=by, mode="all")
    services.cancel_batch(batch, by=by)
    take_import.enqueue(batch.pk, by.user.pk, "en")
    batch.refresh_from_db()
    assert (batch.status, Device.objects.count()) == (BatchStatus.PREVIEWED, 0)


@pytest.mark.parametrize("is_read_again", [False, True])
def test_task_of_a_cancelled_batch_takes_nothing_that_was_chosen_since(batch, by, is_read_again):
    batch = services.begin_taking(services.preview_batch(batch), by=by, mode="all")
    services.cancel_batch(batch, by=by)
    batch = services.decide(batch, by=by, options=Options(blank="clear"))
    if is_read_again:
        batch = services.preview_batch(batch)
    take_import.enqueue(batch.pk, by.user.pk, "en")
    status = BatchStatus.PREVIEWED if is_read_again else BatchStatus.UPLOADED
    assert (ImportBatch.objects.get().status, Device.objects.count()) == (status, 0)


def test_choice_made_after_the_cancel_is_not_taken_by_who_is_still_checking(batch, by, monkeypatch):
    batch = services.begin_taking(services.preview_batch(batch), by=by, mode="all")
    planned = taking.plan_workbook

    def plan_workbook(*args, **kwargs):
        result = planned(*args, **kwargs)
        services.cancel_batch(batch, by=by)
        services.decide(batch, by=by, options=Options(blank="clear"))
        return result

    monkeypatch.setattr(taking, "plan_workbook", plan_workbook)
    take_import.enqueue(batch.pk, by.user.pk, "en")
    assert (ImportBatch.objects.get().status, Device.objects.count()) == (BatchStatus.UPLOADED, 0)


def test_second_preview_in_the_queue_leaves_a_taking_alone(batch, by):
    batch = services.begin_taking(services.preview_batch(batch), by=by, mode="all")
    preview_import.enqueue(batch.pk, "en")
    assert ImportBatch.objects.get().status == BatchStatus.TAKING


def test_cancel_after_the_end_is_too_late_and_says_so(batch, by):
    batch = services.take_batch(batch, by=by)
    with pytest.raises(ValidationError) as refused:
        services.cancel_batch(batch, by=by)
    assert refused.value.code == "too_late"


def test_choice_made_while_reading_is_not_overwritten_by_the_old_preview(batch, by, monkeypatch):
    planned = previewing.plan_workbook

    def plan_workbook(*args, **kwargs):
        services.decide(batch, by=by, kind="devices")
        return planned(*args, **kwargs)

    monkeypatch.setattr(previewing, "plan_workbook", plan_workbook)
    services.preview_batch(batch)
    assert ImportBatch.objects.get().status == BatchStatus.UPLOADED


def test_interrupted_undo_can_be_tried_again(batch, by):
    batch = services.take_batch(batch, by=by)
    ImportBatch.objects.update(status=BatchStatus.UNDOING)
    services.release_interrupted()
    batch.refresh_from_db()
    assert batch.status == BatchStatus.TAKEN
    assert batch.error == "The server stopped while this was being undone. Nothing was undone: try it again."
