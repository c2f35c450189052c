"""Lists of rooms, and of models of the catalogue."""

from decimal import Decimal

import pytest

from inventory.models import DeviceModel
from schools.enums import RoomKind
from schools.models import Room
from tests.factories import make_model, make_room
from tests.imports.workbooks import import_file, write_csv, write_xlsx

pytestmark = pytest.mark.django_db
ROOMS = ["Schulnummer", "Gebäude", "Raum", "Raumart"]
MODELS = ["Hersteller", "Modell", "Kategorie", "Preis"]


def test_rooms_are_created_changed_and_left_alone(tmp_path, school):
    make_room(school, "101", kind=RoomKind.OTHER)
    rows = [ROOMS, ["100100", None, "Raum 101", "Klassenzimmer"], ["100100", "Neubau", 102.0, "Fachraum"]]
    path = write_xlsx(tmp_path / "rooms.xlsx", rows)
    assert import_file(path).counts == (1, 1, 0, 0, 0)
    assert set(Room.objects.values_list("building__name", "name", "kind")) == {
        ("Hauptgebäude", "101", "classroom"),
        ("Neubau", "102", "specialist"),
    }
    assert import_file(path).counts == (0, 0, 2, 0, 0)


def test_building_that_is_not_known_yet_is_named(tmp_path, school):
    make_room(school, "101")
    rows = [
        ROOMS,
        ["100100", "Hauptgebäude", "102", "Aula"],
        *(["100100", "Neubau", n, "Aula"] for n in ("201", "202")),
    ]
    result = import_file(write_xlsx(tmp_path / "rooms.xlsx", rows), "--dry-run")
    assert result["notes"] == [f"Diese Gebäude sind noch nicht bekannt und werden angelegt: Neubau ({school})."]


def test_manufacturer_that_is_not_known_yet_is_named(tmp_path):
    make_model("iPad 9")
    rows = [MODELS, ["Apple", "iPad 10", "Tablet", 389], *(["Neuco", f"Tab {n}", "Tablet", 1] for n in (1, 2))]
    result = import_file(write_xlsx(tmp_path / "models.xlsx", rows), "--dry-run")
    assert result["notes"] == ["Diese Hersteller sind noch nicht bekannt und werden angelegt: Neuco."]


def test_problems_of_rooms_are_told_at_once(tmp_path, school, other_school):
    rows = [
        ROOMS,
        ["100100", None, "101", None],
        ["100100", None, "102", "Turm"],
        ["999999", None, "103", "Aula"],
        ["100100", None, "104", "Aula"],
        ["100100", "Hauptgebäude", "104", "Aula"],
        ["100100", None, None, "Aula"],
    ]
    result = import_file(write_xlsx(tmp_path / "rooms.xlsx", rows), "--kind", "rooms")
    assert result.cells == [
        (2, "Raumart", "missing"),
        (3, "Raumart", "unknown_choice"),
        (4, "Schulnummer", "unknown_school"),
        (6, "Raum", "duplicate"),
        (7, "Raum", "missing"),
    ]


def test_models_are_created_changed_and_left_alone(tmp_path):
    make_model("iPad 9")
    rows = [MODELS, ["Apple", "iPad 9", None, 389], ["Lenovo", "ThinkPad L13", "Notebook", "1.099,00 €"]]
    path = write_xlsx(tmp_path / "models.xlsx", rows)
    result = import_file(path, "--kind", "auto")
    assert (result["kind"], result.counts) == ("models", (1, 1, 0, 0, 0))
    assert {(str(m), m.category.key, m.price) for m in DeviceModel.objects.all()} == {
        ("Apple iPad 9", "tablet", Decimal("389.00")),
        ("Lenovo ThinkPad L13", "laptop", Decimal("1099.00")),
    }
    assert import_file(path).counts == (0, 0, 2, 0, 0)


def test_problems_of_models_are_told_at_once(tmp_path):
    make_model("iPad 9")
    lines = [
        ";".join(MODELS),
        "Apple;iPad 9;Digitale Tafel;",
        ";Surface;Tablet;",
        "Apple;iPad 10;Zauberkasten;",
        "Apple;iPad 11;;-5",
        "Apple;iPad 12;Tablet;",
        "Apple;Apple iPad 12;Tablet;",
    ]
    result = import_file(write_csv(tmp_path / "models.csv", lines))
    assert result.cells == [
        (2, "Kategorie", "other_workflow"),
        (3, "Hersteller", "missing"),
        (4, "Kategorie", "unknown_category"),
        (5, "Kategorie", "missing"),
        (5, "Preis", "negative"),
        (7, "Modell", "duplicate"),
    ]
    assert not DeviceModel.objects.exclude(name="iPad 9").exists()


def test_rooms_of_similar_names_are_two_doors_when_both_are_there(tmp_path, school):
    make_room(school, "103")
    rows = [ROOMS, *(["100100", None, name, "Aula"] for name in ("R 101", "101", "R 102", "Raum 102", "R 103"))]
    path = write_xlsx(tmp_path / "rooms.xlsx", rows)
    assert import_file(path).counts == (4, 1, 0, 0, 0)
    assert sorted(Room.objects.values_list("name", flat=True)) == ["101", "103", "R 101", "R 102", "Raum 102"]
    assert import_file(path).counts == (0, 0, 5, 0, 0)


def test_two_names_that_can_only_mean_one_known_room_are_a_duplicate(tmp_path, school):
    make_room(school, "101")
    rows = [ROOMS, ["100100", None, "R 101", "Aula"], ["100100", None, "Raum 101", "Aula"]]
    result = import_file(write_xlsx(tmp_path / "rooms.xlsx", rows))
    assert result.cells == [(3, "Raum", "duplicate")]


def test_room_named_beside_its_known_twin_is_new(tmp_path, school):
    make_room(school, "101")
    rows = [ROOMS, ["100100", None, "R 101", "Aula"], ["100100", None, "101", None]]
    path = write_xlsx(tmp_path / "rooms.xlsx", rows)
    assert import_file(path).counts == (1, 0, 1, 0, 0)
    assert import_file(path).counts == (0, 0, 2, 0, 0)
