"""Batches from the upload to what was taken, and what is decided between."""

from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from audit.services import open_act
from common.sheets.reader import read_workbook
from imports import services
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.options import Options
from inventory.models import Device, DeviceModel
from schools.models import SchoolAlias
from tests.factories import make_device, make_model
from tests.imports.services.batches import row
from tests.imports.workbooks import write_xlsx

pytestmark = pytest.mark.django_db


def test_upload_keeps_the_file_as_it_came(upload, tmp_path):
    batch = upload(row())
    with batch.file.open() as kept:
        assert kept.read() == (tmp_path / "geräte.xlsx").read_bytes()
    assert (batch.status, batch.name, len(batch.sha256)) == (BatchStatus.UPLOADED, "geräte.xlsx", 64)


def test_upload_above_the_limit_is_refused(by, settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(ValidationError):
        services.upload_batch(BytesIO(b"x" * 11), name="a.xlsx", by=by)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("name", ["school_admin", "outsider", "reader"])
def test_import_needs_the_right(request, name):
    user = request.getfixturevalue(name)
    with pytest.raises(PermissionDenied):
        services.upload_batch(BytesIO(b"x"), name="a.xlsx", by=Actor(user, Channel.PAGE))


def test_preview_writes_nothing(upload):
    batch = services.preview_batch(upload(row()))
    assert (batch.status, batch.kind, batch.summary["new"]) == (BatchStatus.PREVIEWED, "devices", 1)
    assert not Device.objects.exists()


def test_preview_of_an_unusable_file_says_why_and_drops_it(by):
    batch = services.upload_batch(BytesIO(b"%PDF-1.7 nothing here"), name="a.xlsx", by=by)
    batch = services.preview_batch(batch)
    assert (batch.status, bool(batch.error), bool(batch.file)) == (BatchStatus.FAILED, True, False)


def test_taking_writes_within_one_act_of_the_importer(upload, by):
    batch = services.take_batch(services.preview_batch(upload(row())), by=by)
    assert (batch.status, batch.act.verb, batch.act.channel) == (BatchStatus.TAKEN, "import.take", Channel.IMPORT)
    assert (batch.act.user, batch.act.subject) == (by.user, "geräte.xlsx")
    assert Entry.objects.filter(act=batch.act).count() == Device.objects.count() == 1


def test_batch_is_taken_once(upload, by):
    batch = services.take_batch(upload(row()), by=by)
    with pytest.raises(ValidationError):
        services.take_batch(batch, by=by)
    assert Device.objects.count() == 1


def test_mode_all_leaves_a_batch_with_problems_at_its_preview(upload, by):
    batch = services.take_batch(upload(row(), row("S2", "iPad 8")), by=by)
    assert (batch.status, batch.act) == (BatchStatus.PREVIEWED, None)
    assert not Device.objects.exists()


def test_failure_while_writing_leaves_nothing_behind(upload, by, school):
    """Between planning and writing somebody else takes the serial number: the database refuses it."""
    batch = services.preview_batch(upload(row(model="iPad 10"), row("S2")))
    device = make_device(school=school)
    book = read_workbook(batch.file.path)
    decisions = {"model": {"Apple iPad 10": {"action": "create", "category": "tablet"}}}
    kind, plan = services.plan_workbook(book, kind="devices", options=Options(), decisions=decisions)
    Device.objects.filter(pk=device.pk).update(serial="S2")
    acts = Act.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        kind.write(plan, open_act(by, "import.take"))
    assert (Act.objects.count(), Device.objects.count()) == (acts, 1)
    assert not DeviceModel.objects.filter(name="iPad 10").exists()


def test_unknown_model_is_mapped_as_decided(upload, by):
    batch = services.preview_batch(upload(row(model="iPad neun")))
    (unknown,) = batch.summary["unknown"]
    decision = {"model": {unknown["text"]: {"action": "map", "to": make_model("iPad 9").pk}}}
    services.decide(batch, by=by, decisions=decision)
    batch = services.take_batch(ImportBatch.objects.get(), by=by)
    assert (batch.status, batch.summary["new"]) == (BatchStatus.TAKEN, 1)
    assert Device.objects.get().model == make_model("iPad 9")


def test_unknown_model_is_created_with_the_decided_category(upload, by):
    batch = services.decide(
        upload(row(model="iPad 10")),
        by=by,
        decisions={"model": {"Apple iPad 10": {"action": "create", "category": "tablet"}}},
    )
    assert services.take_batch(batch, by=by).summary["new"] == 1
    assert str(Device.objects.get().model) == "Apple iPad 10"


def test_unknown_model_that_is_left_out_does_not_hold_up_the_others(upload, by):
    batch = upload(row(), row("S2", "iPad 8"))
    batch = services.decide(batch, by=by, decisions={"model": {"Apple iPad 8": {"action": "reject"}}})
    batch = services.take_batch(batch, by=by)
    assert (batch.status, batch.summary["new"], batch.summary["skipped"]) == (BatchStatus.TAKEN, 1, 1)


def test_mapped_school_is_remembered_for_the_next_file(upload, by, school):
    batch = upload(row(school="Schule am Lindenhof"))
    decision = {"school": {"Schule am Lindenhof": {"action": "map", "to": school.pk}}}
    services.take_batch(services.decide(batch, by=by, decisions=decision), by=by)
    assert SchoolAlias.objects.get().school == school
    batch = services.preview_batch(upload(row("S2", school="schule am lindenhof")))
    assert batch.summary["new"] == 1


def test_discarded_batch_loses_its_file(upload, by, django_capture_on_commit_callbacks):
    batch = upload(row())
    storage, name = batch.file.storage, batch.file.name
    with django_capture_on_commit_callbacks(execute=True):
        batch = services.discard_batch(batch, by=by)
    assert (batch.status, storage.exists(name)) == (BatchStatus.DISCARDED, False)
    with pytest.raises(ValidationError):
        services.take_batch(batch, by=by)


def test_rows_of_an_unknown_school_number_can_be_left_out(upload, by, tmp_path):
    header = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schulnummer", "Raum"]
    rows = [header, row(school="100100"), [*row("S2", school="999123"), "101"], [*row("S3", school="999123")]]
    rows[3][4] = "31.02.2021"
    path = write_xlsx(tmp_path / "nummern.xlsx", rows)
    batch = services.upload_batch(BytesIO(path.read_bytes()), name="nummern.xlsx", by=by)
    batch = services.preview_batch(batch)
    assert [(p["row"], p["code"]) for p in batch.summary["problems"]] == [(3, "unknown_school"), (4, "impossible_date")]
    services.decide(batch, by=by, decisions={"school": {"999123": {"action": "reject"}}})
    batch = services.take_batch(batch, by=by)
    assert (batch.status, [batch.summary[name] for name in ("new", "rejected", "skipped")]) == ("taken", [1, 0, 2])
    assert [(p["row"], p["code"], p["severity"]) for p in batch.summary["problems"]] == [(3, "unknown_school", "note")]
    assert [unknown["rows"] for unknown in batch.summary["unknown"]] == [2]


def test_rows_left_out_ask_nothing_else(upload, by):
    """The model is unknown only in a row of a school that is left out: nobody needs to decide about it."""
    batch = upload(row(), row("S2", "iPad 8", school="Fremde Schule"))
    services.decide(batch, by=by, decisions={"school": {"Fremde Schule": {"action": "reject"}}})
    batch = services.take_batch(batch, by=by)
    assert [(unknown["kind"], unknown["rows"]) for unknown in batch.summary["unknown"]] == [("school", 1)]
    assert [p["severity"] for p in batch.summary["problems"]] == ["note"]
    assert batch.status == BatchStatus.TAKEN
