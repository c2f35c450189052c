"""Columns about persons are found by heading and by content, left out, and taken only by decision."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from audit.actor import Actor
from imports.models import ImportRow
from imports.personal import holds_persons, is_person, names_person
from imports.services import decide, preview_batch, save_profile, upload_batch
from schools.access import RIGHTS, Right
from schools.enums import Role
from tests.factories import make_model
from tests.imports.workbooks import import_file, write_xlsx

HEADER = ["Seriennummer", "Hersteller", "Modell", "Status", "Zuordnung", "Bemerkung"]
PEOPLE = ["Erika Mustermann", "Yılmaz, Ayşe", "Jan Kowalski", "max.meier@schule.example", "Karim Haddad"]


@pytest.mark.parametrize("text", [*PEOPLE, "Müller, Hüseyin", "Anna-Lena Schmidt", "Frau Dr. Kaiser", "Max Mustermann"])
def test_name_or_address_is_a_person(text):
    assert is_person(text)


@pytest.mark.parametrize("text", ["iPad Pro", "Carl Zeiss", "Erich Kästner Schule", "Raum Anna", "Otto GmbH", "S1", ""])
def test_other_words_are_no_person(text):
    assert not is_person(text)


@pytest.mark.parametrize(
    "text", ["für Frau Müller", "Ausgabe an Max Mustermann", "bitte an it@schule.example", "Zugang Peter Meier, 3. OG"]
)
def test_remark_that_names_somebody_is_found(text):
    assert names_person(text)


@pytest.mark.parametrize("text", ["Display defekt", "Rücken an Hülle gebrochen", "Raum Anna", "Herr", "für Klasse 5b"])
def test_remark_about_a_thing_is_not(text):
    assert not names_person(text)


def test_three_in_ten_different_values_make_a_column_of_persons():
    others = [f"Wagen {n}" for n in range(7)]
    assert holds_persons([*PEOPLE[:3], *others, None, 3], least=1)
    assert not holds_persons([*PEOPLE[:2], *others, "Schrank"], least=1)
    assert not holds_persons([PEOPLE[0]], least=2)


def test_managers_and_administrators_may_take_persons_in():
    assert {role for role in RIGHTS if Right.PERSONAL in RIGHTS[role]} == {Role.MANAGER, Role.ADMINISTRATOR}


@pytest.fixture
def upload(tmp_path, by, school):
    make_model("iPad 9")

    def upload(*notes, header=HEADER):
        rows = [
            [f"S{n}", "Apple", "iPad 9", "im Lager", person, note]
            for n, (person, note) in enumerate(zip(PEOPLE, [*notes, *[None] * 5][:5], strict=True))
        ]
        with write_xlsx(tmp_path / "d.xlsx", [header, *rows]).open("rb") as file:
            return upload_batch(file, name="d.xlsx", by=by)

    return upload


@pytest.mark.django_db
def test_column_of_names_is_left_out_whatever_it_is_called(upload):
    batch = preview_batch(upload())
    assert batch.summary["personal"] == ["Zuordnung"]
    assert "Erika" not in str(batch.summary)


@pytest.mark.django_db
def test_row_without_a_device_does_not_bring_its_person_in(tmp_path, by, school):
    make_model("iPad 9")
    header = ["Besitzerin", "Seriennummer", "Hersteller", "Modell", "Status", "Besitzer"]
    rows = [[None, "S1", "Apple", "iPad 9", "im Lager", None], [None, None, None, None, None, "Petra Schmidt"]]
    with write_xlsx(tmp_path / "d.xlsx", [header, *rows]).open("rb") as file:
        batch = preview_batch(upload_batch(file, name="d.xlsx", by=by))
    assert (batch.summary["new"], batch.summary["skipped"]) == (1, 1)
    kept = [*ImportRow.objects.values_list("label", "changes", "problems")]
    assert "Petra" not in str(batch.summary) + str(kept)


@pytest.mark.django_db
def test_known_column_full_of_names_is_left_out_too(upload):
    header = [*HEADER[:4], "Verwendung", "Bemerkung"]
    batch = preview_batch(upload(header=header))
    assert (batch.summary["personal"], batch.summary["mapping"]["Verwendung"]) == (["Verwendung"], None)
    assert (batch.summary["new"], batch.summary["unknown"]) == (5, [])
    assert "Erika" not in str(batch.summary)


@pytest.mark.django_db
def test_column_of_names_is_chosen_by_hand_only_with_the_right(upload, by, manager):
    batch = preview_batch(upload())
    with translation.override("en"), pytest.raises(ValidationError, match="only a manager or an administrator"):
        decide(batch, by=by, mapping={"Zuordnung": "note", "Bemerkung": None})
    batch = preview_batch(decide(batch, by=Actor(manager), mapping={"Zuordnung": "note", "Bemerkung": None}))
    assert (batch.summary["personal"], batch.summary["personal_used"]) == ([], ["Zuordnung"])
    # … and somebody else may keep what was decided
    decide(batch, by=by, mapping={"Zuordnung": "note", "Bemerkung": None})


@pytest.mark.django_db
def test_profile_keeps_the_decision_about_a_column_of_names(upload, manager):
    batch = decide(preview_batch(upload()), by=Actor(manager), mapping={"Zuordnung": "note", "Bemerkung": None})
    profile = save_profile(preview_batch(batch), name="P", sender="", by=Actor(manager))
    assert list(profile.decisions["persons"]) == ["zuordnung"]
    again = preview_batch(upload())
    assert (again.profile, again.summary["mapping"]["Zuordnung"]) == (profile, "note")


@pytest.mark.django_db
def test_profile_does_not_open_columns_about_which_nobody_decided(upload, by, tmp_path):
    rows = [HEADER, ["S1", "Apple", "iPad 9", "im Lager", "Wagen 3", "Riss"]]
    with write_xlsx(tmp_path / "w.xlsx", rows).open("rb") as file:
        batch = upload_batch(file, name="w.xlsx", by=by)
    batch = preview_batch(decide(preview_batch(batch), by=by, mapping={"Zuordnung": "room"}))
    save_profile(batch, name="P", sender="", by=by)
    again = preview_batch(upload())
    assert (again.summary["personal"], again.summary["mapping"]["Zuordnung"]) == (["Zuordnung"], None)


@pytest.mark.django_db
def test_remark_that_names_somebody_is_marked_at_its_cell_and_taken(tmp_path, school):
    make_model("iPad 9")
    notes = ["Ausgabe an Max Mustermann", "Riss im Glas", "Hülle fehlt", "Akku schwach", None]
    rows = [[f"S{n}", "Apple", "iPad 9", "im Lager", note] for n, note in enumerate(notes)]
    result = import_file(write_xlsx(tmp_path / "d.xlsx", [[*HEADER[:4], "Bemerkung"], *rows]))
    marked = [(p["row"], p["cell"], p["severity"]) for p in result["problems"] if p["code"] == "personal_text"]
    assert (result.exit_code, result.counts) == (0, (5, 0, 0, 0, 0))
    assert marked == [(2, "E2", "note")]
