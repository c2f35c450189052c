"""The way of a batch: uploaded, previewed, decided, taken or discarded."""

from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django_tasks_db.models import DBTaskResult, get_date_max

from audit.actor import Actor
from audit.enums import Channel
from audit.models import Act, Entry
from audit.services import open_act
from common.sheets.reader import read_workbook
from imports import services
from imports.enums import BatchStatus
from imports.models import ImportBatch
from imports.options import Options
from imports.progress import Cancelled
from imports.services import previewing, taking
from imports.tasks import preview_import, take_import
from inventory.models import Device, DeviceModel
from schools.models import School, SchoolAlias
from tests.factories import make_device, make_model, make_user
from tests.imports.workbooks import import_file, import_text, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule"]


@pytest.fixture(autouse=True)
def _catalogue(school):
    make_model("iPad 9")


def row(serial="S1", model="iPad 9", school="Lindenschule"):
    return [serial, "Apple", model, "im Einsatz", date(2021, 3, 12), school]


@pytest.fixture
def upload(tmp_path, by):
    def upload(*rows, **extra):
        path = write_xlsx(tmp_path / "geräte.xlsx", [HEADER, *rows])
        return services.upload_batch(BytesIO(path.read_bytes()), name="geräte.xlsx", by=by, **extra)

    return upload


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


def test_command_dry_run_writes_nothing(tmp_path):
    result = import_file(write_xlsx(tmp_path / "a.xlsx", [HEADER, row()]), "--dry-run")
    assert (result.exit_code, result["batch"], result.counts) == (0, None, (1, 0, 0, 0, 0))
    assert not Device.objects.exists()
    assert not ImportBatch.objects.exists()


def test_command_names_the_person(tmp_path, it_staff):
    import_file(write_xlsx(tmp_path / "a.xlsx", [HEADER, row()]), "--by", it_staff.username)
    assert Act.objects.get(verb="import.take").user == it_staff


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--by", "niemand"), "unknown_user"),
        (("--by", "otto.fremd"), "forbidden"),
        (("--by", "otto.fremd", "--dry-run"), "forbidden"),
        (("--on", "31.12.2024"), "option"),
        (("--kind", "sonstiges"), "option"),
        (("--mode", "beides"), "option"),
        (("--status", "verzaubert"), "option"),
    ],
)
def test_command_refuses_what_it_cannot_use_with_one_sentence(tmp_path, options, code):
    make_user("otto.fremd")
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, row()])
    result = import_file(path, *options)
    assert (result.exit_code, result["error"]["code"]) == (2, code)
    assert import_text(path, *options) == f"a.xlsx: {result['error']['message']}\nexit 2"
    assert not ImportBatch.objects.exists()


def test_command_json_has_all_keys_when_the_file_is_unusable(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"%PDF-1.7 nothing here")
    result = import_file(path, "--kind", "devices")
    error = result.pop("error")
    assert error["message"]
    assert result == {
        "batch": None,
        "status": "unusable",
        "kind": "devices",
        "sheet": None,
        "header_row": None,
        "new": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": 0,
        "ambiguous": 0,
        "skipped": 0,
        "mapping": {},
        "problems": [],
        "unknown": [],
        "notes": [],
        "questions": [],
        "absent": [],
        "absent_count": 0,
    }


def test_command_json_names_all_problems_and_the_batch_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr(previewing, "_MOST_PROBLEMS", 2)
    rows = [[*row(f"S{n}")[:4], "irgendwann"] for n in range(5)]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", [HEADER, *rows]))
    assert (len(result["problems"]), result["problems_left_out"]) == (5, 0)
    summary = ImportBatch.objects.get().summary
    assert (len(summary["problems"]), summary["problems_left_out"]) == (2, 3)


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


def test_columns_about_persons_are_named(tmp_path):
    header = [*HEADER, "Name", "Lehrkraft", "Klasse", "E-Mail", "Name"]
    data = [*row(), "Muster", "Frau Muster", "7b", "m@schule.example", "doppelt"]
    path = write_xlsx(tmp_path / "a.xlsx", [header, data])
    result = import_file(path)
    named = ["Name", "Lehrkraft", "Klasse", "E-Mail", "Name (K)"]
    assert result["personal"] == named
    assert [note.split("“")[0].split("„")[-1] for note in result["notes"]] == named
    assert {heading: result["mapping"][heading] for heading in named} == dict.fromkeys(named)
    assert "Muster" not in str(ImportBatch.objects.get().summary)


def test_command_json_has_the_promised_keys(tmp_path):
    result = import_file(write_xlsx(tmp_path / "a.xlsx", [HEADER, row()], sheet="Geräte"))
    assert (result["batch"], result["sheet"], result["header_row"]) == (ImportBatch.objects.get().pk, "Geräte", 1)
    assert list(result["mapping"].values()) == ["serial", "manufacturer", "model", "status", "since", "school"]
    assert result["problems"] == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["Obst;Menge", "Apfel;3"], "no_header"),
        (["Schulnummer;Schule;Schulform", "100029;Öderschule;Grundschule"], "wrong_kind"),
        (["Seriennummer;Modell;Status"], "no_rows"),
    ],
)
def test_unusable_table_is_exit_2_and_leaves_nothing(tmp_path, lines, code):
    result = import_file(write_csv(tmp_path / "a.csv", lines), "--kind", "devices")
    assert (result.exit_code, result["error"]["code"]) == (2, code)
    assert result["error"]["message"]
    assert not ImportBatch.objects.exists()


def test_unusable_file_is_exit_2_with_one_sentence(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 broken")
    text = import_text(tmp_path / "a.xlsx")
    assert text.endswith("exit 2")
    assert len(text.splitlines()) == 2
    assert text.count("a.xlsx") == 1


def test_text_names_rows_cells_and_suggestions(tmp_path):
    text = import_text(write_xlsx(tmp_path / "a.xlsx", [HEADER, row(model="iPad 99")]))
    assert "C2" in text
    assert "Apple iPad 9?" in text
    assert text.endswith("exit 1")
