"""Lists of construction projects and their histories."""

from datetime import date

import pytest

from rollout.models import ConstructionProject, ProjectState
from schools.models import Building
from tests.factories import main_site, make_project
from tests.imports.workbooks import import_file, write_xlsx

pytestmark = pytest.mark.django_db
STEPS = {
    "WLAN": [("abgenommen", date(2022, 5, 1))],
    "LAN": [("geplant", date(2021, 5, 1)), ("in Betrieb", date(2022, 5, 1))],
}
HEADER = ["Schule", "Standort", "Gebäude", "Gewerk", "Status", "Datum", "Grund"]


@pytest.fixture(autouse=True)
def _schools(school, other_school):
    Building.objects.create(site=main_site(school), name="Altbau")


def sheet(tmp_path, *rows, name="bau.xlsx"):
    return write_xlsx(tmp_path / name, [["Baumaßnahmen"], HEADER, *rows])


def row(status, on, *, school="Lindenschule", trade="LWL", building=None, site=None, reason=None):
    return [school, site, building, trade, status, on, reason]


def test_rows_of_one_project_are_its_history(tmp_path, school):
    path = sheet(
        tmp_path,
        row("in Betrieb", date(2023, 1, 31)),
        row("geplant", date(2020, 8, 1)),
        row("im Bau", "01.03.2022"),
        row("gestoppt", date(2022, 6, 1), reason="Asbest"),
        row("im Bau", date(2022, 9, 1)),
        row("abgenommen", date(2022, 12, 15)),
    )
    result = import_file(path)
    assert (result["kind"], result.counts) == ("projects", (1, 5, 0, 0, 0))
    project = ConstructionProject.objects.get()
    assert (project.site, project.trade, project.status) == (main_site(school), "fibre", "live")
    known = ProjectState.objects.known().order_by("valid_from")
    assert list(known.values_list("status", "valid_from", "reason")) == [
        ("planned", date(2020, 8, 1), ""),
        ("under_construction", date(2022, 3, 1), ""),
        ("blocked", date(2022, 6, 1), "Asbest"),
        ("under_construction", date(2022, 9, 1), ""),
        ("accepted", date(2022, 12, 15), ""),
        ("live", date(2023, 1, 31), ""),
    ]
    assert import_file(path).counts == (0, 0, 6, 0, 0)


def test_site_may_be_named_instead_of_the_school(tmp_path, school):
    street = main_site(school).street
    result = import_file(sheet(tmp_path, row("geplant", date(2020, 8, 1), school=None, site=street)))
    assert result.counts == (1, 0, 0, 0, 0)


def test_projects_of_a_building_stand_beside_those_of_the_site(tmp_path):
    rows = [row("geplant", date(2020, 8, 1), building=name) for name in (None, "Altbau", "Neubau")]
    result = import_file(sheet(tmp_path, *rows), "--mode", "valid")
    assert (result.counts, result.cells) == ((2, 0, 0, 1, 0), [(5, "Gebäude", "unknown_building")])


def test_acceptance_without_build_is_told_at_the_status(tmp_path, school):
    make_project(school, trade="wlan", on=date(2022, 1, 1))
    rows = [row(status, on, trade=trade) for trade in ("WLAN", "LAN") for status, on in STEPS[trade]]
    result = import_file(sheet(tmp_path, *rows), "--mode", "valid")
    assert (result.counts, result.cells) == (
        (1, 0, 0, 2, 0),
        [(3, "Status", "without_build"), (5, "Status", "without_build")],
    )
    built = [row("im Bau", date(2022, 4, 1), trade=trade) for trade in STEPS]
    assert import_file(sheet(tmp_path, *built, *rows, name="gebaut.xlsx")).counts == (0, 4, 1, 0, 0)


def test_problems_of_projects_are_told_at_once(tmp_path, school):
    make_project(school, trade="wlan", status="live", on=date(2022, 1, 1))
    result = import_file(
        sheet(
            tmp_path,
            row("im Bau", date(2022, 5, 1), trade="WLAN"),
            row("blockiert", date(2022, 5, 1)),
            row("fast fertig", date(2022, 5, 1), trade="Dach"),
            row("geplant", date(2022, 5, 1), school="Unbekannt"),
            row("geplant", date(2022, 5, 1), school="Kastanienschule"),
            row("im Bau", date(2022, 5, 1), school="Kastanienschule"),
            row("geplant", date(2022, 5, 1), school=None),
        )
    )
    assert result.cells == [
        (3, "Status", "forbidden_step"),
        (4, "Grund", "no_reason"),
        (5, "Gewerk", "unknown_choice"),
        (5, "Status", "unknown_choice"),
        (6, "Schule", "unknown_school"),
        (7, "Gewerk", "duplicate"),
        (8, "Gewerk", "duplicate"),
        (9, "Standort", "missing"),
    ]
    assert result.exit_code == 1
