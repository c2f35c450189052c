"""Lists of the school statistics."""

from datetime import date

import pytest

from schools.models import Headcount, School
from tests.imports.workbooks import import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _schools(school: School, other_school: School) -> None:
    pass


def counts(school: School, day: date) -> tuple[int | None, ...]:
    return Headcount.objects.as_of(day).filter(school=school).values_list("pupils", "teachers", "classes").get()


def test_statistics_list_leaves_out_schools_of_others(tmp_path, school):
    lines = [
        "Schuljahr;Schulform;Schulnummer;Amtliche Bezeichnung 1;Offizielle E-Mail-Adresse;Anzahl;Sozialindex",
        "2024/25;Grundschule;100100;Lindenschule;100100@schule.example;325;3.0",
        "2024/25;Gesamtschule;195443;Schule des Landes;195443@schule.example;165;",
    ]
    path = write_csv(tmp_path / "statistik.csv", lines)
    result = import_file(path, "--kind", "headcounts")
    assert (result.exit_code, result.counts) == (0, (1, 0, 0, 0, 1))
    assert "Schule des Landes (195443)" in result["problems"][0]["message"]
    assert counts(school, date(2024, 10, 15)) == (325, None, None)
    assert import_file(path).counts == (0, 0, 1, 0, 1)


def test_several_days_of_one_file_become_a_history(tmp_path, school):
    rows = [
        ["Schule", "Stichtag", "Schülerzahl", "Lehrkräfte", "Klassen"],
        ["Lindenschule", date(2023, 10, 15), 310, 22, 13],
        ["Lindenschule", date(2021, 10, 15), 290, 20, 12],
        ["Lindenschule", date(2022, 10, 15), "1.300", None, None],
    ]
    result = import_file(write_xlsx(tmp_path / "h.xlsx", rows))
    assert result.counts == (3, 0, 0, 0, 0)
    assert counts(school, date(2021, 12, 1)) == (290, 20, 12)
    assert counts(school, date(2022, 12, 1)) == (1300, 20, 12)
    assert counts(school, date(2023, 12, 1)) == (310, 22, 13)
    assert import_file(tmp_path / "h.xlsx").counts == (0, 0, 3, 0, 0)


def test_count_of_a_known_day_is_completed(tmp_path, school):
    header = ["Schulnummer", "Schuljahr", "Schülerzahl", "Lehrkräfte"]
    import_file(write_xlsx(tmp_path / "a.xlsx", [header, ["100100", "2023/24", 310, None]]))
    result = import_file(write_xlsx(tmp_path / "b.xlsx", [header, ["100100", "2023/24", None, 22]]))
    assert result.counts == (0, 1, 0, 0, 0)
    assert counts(school, date(2023, 10, 15)) == (310, 22, None)


def test_all_problems_are_told_at_once(tmp_path):
    rows = [
        ["Schulnummer", "Schuljahr", "Schülerzahl"],
        ["100100", "2023/24", "viele"],
        ["100200", "irgendwann", -3],
        ["100100", "2022/23", None],
        ["100200", "2022/23", 10],
        ["100200", "2022/23", 11],
        ["100200", date(2999, 1, 1), 11],
    ]
    result = import_file(write_xlsx(tmp_path / "h.xlsx", rows), "--mode", "valid")
    assert result.cells == [
        (2, "Schülerzahl", "not_a_number"),
        (3, "Schuljahr", "not_a_date"),
        (3, "Schülerzahl", "negative"),
        (4, None, "missing"),
        (5, "Schulnummer", "duplicate"),
        (6, "Schulnummer", "duplicate"),
        (7, "Schuljahr", "future_day"),
    ]
    assert (result.exit_code, result.counts) == (1, (0, 0, 0, 6, 0))
    assert not Headcount.objects.exists()
