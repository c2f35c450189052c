"""The command: what it takes, says and refuses."""

import pytest

from audit.models import Act
from imports.models import ImportBatch
from imports.services import previewing
from inventory.models import Device
from tests.factories import make_user
from tests.imports.services.batches import HEADER, row
from tests.imports.workbooks import import_file, import_text, write_csv, write_xlsx

pytestmark = pytest.mark.django_db


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
