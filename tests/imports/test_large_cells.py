"""Small files that could fill the memory: long cells, many problems, many unknown values."""

import gc
from datetime import date
from io import BytesIO

import pytest

from audit.actor import Actor
from audit.enums import Channel
from imports import preview, services
from imports.models import ImportBatch
from imports.preview import Plan
from imports.reader import Table
from imports.services import previewing
from imports.tasks import preview_import
from tests.factories import make_model
from tests.imports.workbooks import import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Seit", "Schule"]
LONG = "Z" * 30_000


@pytest.fixture(autouse=True)
def _catalogue(school):
    make_model("iPad 9")


def row(serial="S1", model="iPad 9", status="im Einsatz"):
    return [serial, "Apple", model, status, date(2021, 3, 12), "Lindenschule"]


@pytest.fixture
def previewed(tmp_path, by):
    def previewed(*rows, header=HEADER):
        path = write_xlsx(tmp_path / "a.xlsx", [header, *rows])
        batch = services.upload_batch(BytesIO(path.read_bytes()), name="a.xlsx", by=by, kind="devices")
        return services.preview_batch(batch)

    return previewed


def test_long_cell_is_kept_by_its_beginning(previewed):
    summary = previewed(row(status=LONG)).summary
    (problem,) = summary["problems"]
    assert problem["value"] == "Z" * 59 + "…"
    assert summary["sample"]["rows"][0]["cells"][3] == "Z" * 200 + "…"


def test_long_heading_and_remark_are_kept_by_their_beginning(previewed):
    summary = previewed([*row(), "x"], [f"Gesamt {LONG}"], header=[*HEADER, LONG]).summary
    assert list(summary["mapping"])[-1] == "Z" * 200 + "…"
    assert [len(problem["value"]) for problem in summary["problems"]] == [201]


def test_problems_beyond_the_limit_are_counted(previewed, monkeypatch):
    monkeypatch.setattr(preview, "_MOST_PROBLEMS", 3)
    summary = previewed(*([*row(f"S{i}")[:4], "nie"] for i in range(5))).summary
    assert (len(summary["problems"]), summary["problems_left_out"], summary["rejected"]) == (3, 2, 5)


def test_unknown_values_beyond_the_limit_are_asked_about_later(previewed, by, monkeypatch):
    monkeypatch.setattr(previewing, "_MOST_UNKNOWN", 2)
    batch = previewed(*(row(f"S{i}", model=f"iPad 1{i}") for i in range(5)))
    first = [entry["text"] for entry in batch.summary["unknown"]]
    assert (first, batch.summary["unknown_left_out"]) == (["Apple iPad 10", "Apple iPad 11"], 3)

    answers = {"model": {text: {"action": "reject"} for text in first}}
    summary = services.preview_batch(services.decide(batch, by=by, decisions=answers)).summary
    assert [entry["text"] for entry in summary["unknown"]] == ["Apple iPad 12", "Apple iPad 13"]


def test_page_says_how_many_unknown_values_are_asked_about_later(previewed, monkeypatch, it_staff, client):
    monkeypatch.setattr(previewing, "_MOST_UNKNOWN", 2)
    batch = previewed(*(row(f"S{i}", model=f"iPad 1{i}") for i in range(5)))
    client.force_login(it_staff)
    page = client.get(f"/imports/{batch.pk}/", headers={"accept-language": "en"}).content.decode()
    assert "3 more are asked about once these are answered" in " ".join(page.split())


def _tables_and_plans():
    return [thing for thing in gc.get_objects() if type(thing) in (Plan, Table)]  # isinstance would wake lazy objects


def test_task_leaves_nothing_of_the_file_in_the_memory(previewed):
    batch = services.decide(previewed(row(status="blau")), by=Actor(None, Channel.COMMAND))
    before = _tables_and_plans()  # kept alive so that no identity is used twice
    preview_import.enqueue(batch.pk, "en")
    assert {id(thing) for thing in _tables_and_plans()} <= {id(thing) for thing in before}


def test_discarded_batch_keeps_its_counts_only(previewed, by, it_staff, client):
    batch = services.discard_batch(previewed(row(), row("S2", status="blau")), by=by)
    kept = {"new": 1, "changed": 0, "unchanged": 0, "rejected": 1, "ambiguous": 0, "skipped": 0}
    assert ImportBatch.objects.get().summary == kept
    client.force_login(it_staff)
    assert client.get(f"/imports/{batch.pk}/").status_code == 200


def test_one_number_in_thousands_of_rows_names_a_few_of_them(tmp_path):
    lines = ["Seriennummer;Hersteller;Modell;Seit;Schule"]
    lines += ["S1;Apple;iPad 9;12.03.2021;Lindenschule"] * 15_000
    result = import_file(write_csv(tmp_path / "a.csv", lines), "--kind", "devices", "--dry-run")
    assert result.counts == (0, 0, 0, 15_000, 0)
    assert result["problems"][0]["message"].endswith("3, 4, 5, 6, 7, 8, 9, 10, 11, 12 ….")
