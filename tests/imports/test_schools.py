"""Lists of schools, in the shape of the register of North Rhine-Westphalia and in simpler ones."""

from datetime import date
from pathlib import Path

import pytest

from audit.models import Entry
from schools.models import School
from tests.factories import make_room
from tests.imports.workbooks import import_file, import_text, write_csv, write_xlsx

pytestmark = pytest.mark.django_db

HEADER = (
    "Schulnummer;Schulform;Schulbezeichnung_1;Schulbezeichnung_2;Schulbezeichnung_3;Kurzbezeichnung;PLZ;Ort;Strasse;"
    "Telefonvorwahl;Telefon;E-Mail;Homepage;Traegernummer;Schulbetriebsschluessel;Schulbetriebsdatum;EPSG;"
    "UTMRechtswert;UTMHochwert;"
)


def register_row(number: str, name: str, *, kind: str = "02", authority: str = "10555", status: str = "1") -> str:
    cells = (
        f"{number};{kind};{name};Städt. Gem. Grundschule;- Primarstufe -;Kurz {name};46001;Lindenfurt;Weg {number};"
        f"0208;123456;{number}@schule.example;http://example.org;{authority};{status};01.08.1973;EPSG:25832;348225;5712051"
    )
    return ";".join(f'"{cell}"' for cell in cells.split(";"))


def register(path: Path, *rows: str) -> Path:
    return write_csv(path / "register.csv", ["sep=;", HEADER, *rows])


def test_register_takes_the_running_schools_of_the_authority(tmp_path):
    path = register(
        tmp_path,
        register_row("100029", "Öderschule"),
        register_row("104723", "Heideschule", status="9"),
        register_row("170653", "Kolleg", kind="25", authority="10017"),
        register_row("600119", "Schulamt", kind="0A", authority="0"),
    )
    result = import_file(path, "--kind", "schools", "--authority", "10555")
    assert (result.exit_code, result.counts) == (0, (1, 0, 0, 0, 3))
    assert [(p["row"], p["code"]) for p in result["problems"]] == [
        (3, "not_running"),
        (4, "other_authority"),
        (5, "other_authority"),
    ]
    assert "Heideschule (104723)" in result["problems"][0]["message"]
    school = School.objects.get()
    assert (school.number, school.name, school.school_type) == ("100029", "Öderschule", "02")
    assert school.name_addition == "Städt. Gem. Grundschule - Primarstufe -"
    assert (school.phone, school.opened_on) == ("0208 123456", date(1973, 8, 1))
    site = school.sites.get()
    assert (site.street, site.postcode, site.easting, site.northing) == ("Weg 100029", "46001", 348225, 5712051)


def test_postcode_regains_its_zero(tmp_path):
    rows = [
        ["Schulnummer", "Name", "Schulform", "Straße", "PLZ", "Ort"],
        ["100029", "A", "Gymnasium", "Weg 1", 1067, "D"],
    ]
    result = import_file(write_xlsx(tmp_path / "a.xlsx", rows), "--kind", "schools")
    assert (result.exit_code, School.objects.get().sites.get().postcode) == (0, "01067")


def test_register_changes_nothing_the_second_time(tmp_path):
    path = register(tmp_path, register_row("100029", "Öderschule"), register_row("100030", "Birkenschule"))
    import_file(path, "--kind", "schools")
    entries = Entry.objects.count()
    result = import_file(path, "--kind", "schools")
    assert (result.exit_code, result.counts) == (0, (0, 0, 2, 0, 0))
    assert Entry.objects.count() == entries


def test_school_that_closes_is_closed_and_not_left_out(tmp_path):
    import_file(register(tmp_path, register_row("100029", "Öderschule")), "--kind", "schools")
    closed = register_row("100029", "Öderschule", status="9").replace("01.08.1973", "31.07.2021")
    result = import_file(register(tmp_path, closed), "--kind", "schools")
    assert result.counts == (0, 1, 0, 0, 0)
    assert School.objects.get().closed_on == date(2021, 7, 31)
    assert import_file(register(tmp_path, closed), "--kind", "schools").counts == (0, 0, 1, 0, 0)


def test_school_that_moves_gets_another_main_site(tmp_path):
    import_file(register(tmp_path, register_row("100029", "Öderschule")), "--kind", "schools")
    moved = register_row("100029", "Öderschule").replace("Weg 100029", "Neuer Weg 1")
    assert import_file(register(tmp_path, moved), "--kind", "schools").counts == (0, 1, 0, 0, 0)
    assert School.objects.get().sites.get(uses__is_main=True).street == "Neuer Weg 1"
    assert Entry.objects.filter(changes__has_key="address").count() == 1


def test_unknown_type_is_a_problem_at_its_cell(tmp_path):
    result = import_file(register(tmp_path, register_row("600119", "Schulamt", kind="0A")), "--kind", "schools")
    assert (result.exit_code, result.cells) == (1, [(2, "Schulform", "unknown_choice")])
    assert result["problems"][0]["cell"] == "B2"
    assert result["problems"][0]["value"] == "0A"


def test_simple_list_with_title_rows_and_lost_zeros(tmp_path):
    rows = [
        ["Schulen der Stadt Lindenfurt"],
        [],
        ["School number", "School", "School type", "Street", "Postcode", "Town"],
        [12345, "Oak School", "GE", "Oak Road 1", 46001, "Lindenfurt"],
        ["Summe", 1, None, None, None, None],
    ]
    result = import_file(write_xlsx(tmp_path / "schools.xlsx", rows))
    assert (result["kind"], result["header_row"], result.counts) == ("schools", 3, (1, 0, 0, 0, 1))
    assert School.objects.get().number == "012345"
    assert School.objects.get().school_type == "15"


def test_list_in_cp1252_is_read(tmp_path):
    lines = ["Schulnummer;Schule;Schulform;Straße", "100029;Schule am Süßbach;Grundschule;Süßbachstraße 1"]
    result = import_file(write_csv(tmp_path / "alt.csv", lines, encoding="cp1252"))
    assert result.counts == (1, 0, 0, 0, 0)
    assert School.objects.get().name == "Schule am Süßbach"


def test_same_number_twice_names_both_rows(tmp_path):
    path = register(tmp_path, register_row("100029", "Eins"), register_row("100029", "Zwei"))
    result = import_file(path, "--kind", "schools")
    assert result.cells == [(2, "Schulnummer", "duplicate"), (3, "Schulnummer", "duplicate")]
    assert "3" in result["problems"][0]["message"]
    assert not School.objects.exists()


def test_text_names_what_was_left_out_and_why(tmp_path):
    path = register(tmp_path, register_row("100029", "Öderschule"), register_row("104723", "Heideschule", status="9"))
    text = import_text(path, "--kind", "schools")
    assert "Heideschule (104723)" in text
    assert "Homepage" in text


def state(number: str, status: str, since: str) -> str:
    return register_row(number, "Öderschule", status=status).replace("01.08.1973", since)


def test_school_that_runs_again_is_no_longer_closed(tmp_path):
    for status, since in (("1", "01.08.1973"), ("4", "31.07.2020"), ("1", "01.08.2023")):
        path = register(tmp_path, state("100029", status, since))
        assert import_file(path, "--kind", "schools").exit_code == 0
    school = School.objects.get()
    assert (school.operating_status, school.opened_on, school.closed_on) == ("1", date(1973, 8, 1), None)
    assert Entry.objects.filter(changes__has_key="closed_on").count() == 2
    assert import_file(path, "--kind", "schools").counts == (0, 0, 1, 0, 0)


def test_school_cannot_close_before_it_has_opened(tmp_path):
    import_file(register(tmp_path, state("100029", "1", "01.08.1973")), "--kind", "schools")
    result = import_file(register(tmp_path, state("100029", "9", "31.07.1970")), "--kind", "schools")
    assert result.cells == [(2, "Schulbetriebsdatum", "closed_before_opened")]
    assert School.objects.get().closed_on is None


def test_opening_that_is_put_off_moves_the_day(tmp_path):
    import_file(register(tmp_path, state("100029", "3", "01.08.2024")), "--kind", "schools")
    import_file(register(tmp_path, state("100029", "1", "01.08.2025")), "--kind", "schools")
    assert School.objects.get().opened_on == date(2025, 8, 1)


def test_school_that_moves_keeps_the_old_site_only_with_rooms(tmp_path):
    import_file(register(tmp_path, register_row("100029", "Öderschule")), "--kind", "schools")
    school = School.objects.get()
    for street, sites in (("Neuer Weg 1", ["Neuer Weg 1"]), ("Neuer Weg 2", ["Neuer Weg 1", "Neuer Weg 2"])):
        moved = register_row("100029", "Öderschule").replace("Weg 100029", street)
        assert import_file(register(tmp_path, moved), "--kind", "schools").counts == (0, 1, 0, 0, 0)
        assert list(school.sites.order_by("street").values_list("street", flat=True)) == sites
        make_room(school, "101")
    changes = [entry.changes for entry in Entry.objects.filter(changes__has_key="main_site").order_by("pk")]
    assert changes == [
        {
            "main_site": ["Weg 100029, Lindenfurt", "Neuer Weg 1, Lindenfurt"],
            "site": ["Weg 100029, Lindenfurt", None],
        },
        {"main_site": ["Neuer Weg 1, Lindenfurt", "Neuer Weg 2, Lindenfurt"]},
    ]
