"""Commands of the reports: keys of their JSON, exit codes, one sentence for a question without an answer."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command
from django.utils import translation
from openpyxl import load_workbook

from reports.management.base import read_day, read_instant
from rollout.models import Standard
from schools.models import School
from tests.factories import make_devices, make_headcount, make_project

pytestmark = pytest.mark.django_db
DAY = "2024-04-30"


def run(*arguments: str) -> str:
    out = StringIO()
    with translation.override("en"):
        call_command(*arguments, stdout=out)
    return out.getvalue()


def answer(*arguments: str) -> Any:
    return json.loads(run(*arguments, "--json"))


def refusal(*arguments: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught, translation.override("en"):
        call_command(*arguments, stdout=StringIO())
    return caught.value.returncode, str(caught.value)


def test_figures_as_json(school: School):
    make_devices(3, school=school)
    data = answer("figures", "--as-of", DAY, "--since", "2024-01-01")
    assert (data["as_of"], data["known_at"], data["since"], data["notes"]) == (DAY, None, "2024-01-01", [])
    figures = {figure["key"]: figure for figure in data["figures"]}
    found = figures["put_into_service"]
    assert {key: found[key] for key in ("ref", "kind", "value", "text")} == {
        "ref": "F13",
        "kind": "flow",
        "value": 3,
        "text": "3",
    }
    assert (figures["tablets_ordered"]["value"], figures["tablets_ordered"]["text"]) == (None, "unknown")


def test_figures_of_one_school(school: School, other_school: School):
    make_devices(3, school=school)
    make_devices(2, school=other_school)
    data = answer("figures", "--as-of", DAY, "--school", "100200")
    assert next(f["value"] for f in data["figures"] if f["key"] == "devices_in_service") == 2


def test_figures_as_text_name_each_figure(school: School):
    lines = run("figures", "--as-of", DAY).splitlines()
    assert lines[0] == "Figures as of 30 Apr 2024"
    assert any(line.startswith("F15") and "Digital boards in service" in line for line in lines)


def test_text_writes_days_in_the_language_of_the_reader(school: School):
    for command in ("figures", "completion"):
        out = StringIO()
        with translation.override("de"):
            call_command(command, "--as-of", DAY, stdout=out)
        assert "30.04.2024" in out.getvalue().splitlines()[0]


def test_yes_and_no_have_no_unit(school: School):
    make_project(school, trade="fibre", status="live")
    line = next(line for line in run("figures", "--as-of", DAY).splitlines() if line.startswith("F9 "))
    assert " ".join(line.split()) == "F9 Fibre works finished yes Fibre projects accepted or live: 1 of 1."


def test_completion_as_json(school: School, other_school: School):
    make_headcount(school, pupils=30)
    make_devices(4, school=school)
    data = answer("completion", "--as-of", DAY, "--school", "100100")
    assert (data["as_of"], data["standard"]) == (DAY, "Ausstattungsstandard (Vorgabe)")
    (one,) = data["schools"]
    assert (one["number"], one["name"]) == ("100100", "Lindenschule")
    result = next(result for result in one["requirements"] if result["key"] == "pupil_devices")
    keys = ("required", "actual", "on_the_way", "gap", "state")
    assert [result[key] for key in keys] == [10, 4, 0, 6, "partly"]
    assert result["explanation"].startswith("30 pupils")
    unknown = next(result for result in one["requirements"] if result["key"] == "bandwidth")
    assert [unknown[key] for key in keys] == [None, None, None, None, "unknown"]


def test_completion_before_the_first_standard_is_empty_and_not_met(school: School):
    Standard.objects.all().delete()
    data = answer("completion", "--as-of", DAY)
    assert (data["standard"], data["schools"][0]["grade"], data["schools"][0]["requirements"]) == (None, None, [])


@pytest.mark.parametrize("command", [["figures"], ["completion"], ["export_progress", "out.xlsx"]])
def test_impossible_day_is_refused_in_one_sentence(command: list[str]):
    code, sentence = refusal(*command, "--as-of", "2023-02-30")
    assert (code, sentence) == (2, "--as-of: “2023-02-30” is not a day. Please write it like 2023-01-31.")


@pytest.mark.parametrize(
    "command", [["figures", "--as-of", DAY], ["completion", "--as-of", DAY], ["export_devices", "o"]]
)
def test_unknown_school_is_refused_in_one_sentence(command: list[str]):
    assert refusal(*command, "--school", "999999") == (2, "There is no school with the number 999999.")


def test_window_that_begins_after_its_end_is_refused():
    assert refusal("figures", "--as-of", DAY, "--since", "2024-05-01") == (2, "--since lies after --as-of.")


def test_unknown_state_is_refused_with_the_possible_ones():
    code, sentence = refusal("export_devices", "out.xlsx", "--status", "kaputt")
    assert code == 2
    assert "kaputt" in sentence
    assert "in_service" in sentence


def test_day_in_the_future_is_answered_and_noted():
    assert answer("figures", "--as-of", "2999-01-01")["notes"] == [
        "The as-of date lies in the future: shown is what is known now."
    ]


def test_export_progress_writes_a_workbook_in_the_language_asked_for(school: School, tmp_path: Path):
    for language, name in (("de", "Lücken"), ("en", "Gaps")):
        path = tmp_path / f"{language}.xlsx"
        run("export_progress", str(path), "--as-of", DAY, "--language", language)
        assert name in load_workbook(path).sheetnames


def test_export_that_cannot_be_written_is_refused(school: School, tmp_path: Path):
    code, sentence = refusal("export_devices", str(tmp_path / "no" / "where.xlsx"))
    assert code == 2
    assert sentence.startswith("The workbook cannot be written to ")


def test_verify_says_that_all_holds(school: School):
    make_devices(2, school=school)
    assert run("verify").startswith("All ")


def test_days_are_read_as_people_write_them():
    assert {read_day(text, "--as-of").isoformat() for text in ("2024-04-30", "30.04.2024", " 30.4.2024 ")} == {DAY}


def test_day_alone_means_known_at_its_end():
    assert [str(read_instant(text)) for text in ("2024-04-30", "2024-04-30T12:00")] == [
        "2024-04-30 23:59:59.999999+02:00",
        "2024-04-30 12:00:00+02:00",
    ]
    assert read_instant(None) is None


def test_export_progress_fills_a_workbook_of_ones_own(school: School, tmp_path: Path):
    template, out = tmp_path / "own.xlsx", tmp_path / "out.xlsx"
    with xlsxwriter.Workbook(template) as book:
        book.add_worksheet("S")
        book.define_name("schools", "=S!$A$1")
        book.define_name("Fremdes", "=S!$A$2")

    said = StringIO()
    call_command("export_progress", str(out), "--as-of", DAY, "--template", str(template), stderr=said)

    assert load_workbook(out)["S"]["A1"].value == 1
    assert said.getvalue() == "Nicht ausgefüllt: Fremdes (S!$A$2)\n"


def test_export_progress_refuses_a_template_that_is_no_workbook(school: School, tmp_path: Path):
    template = tmp_path / "own.xlsx"
    template.write_bytes(b"Schule;1")
    out = tmp_path / "out.xlsx"
    code, sentence = refusal("export_progress", str(out), "--as-of", DAY, "--template", str(template))
    assert code == 2
    assert sentence.startswith("Die Datei „own.xlsx“ ist beschädigt")
    assert not out.exists()
