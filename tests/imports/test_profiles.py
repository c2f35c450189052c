"""How the lists of one sender are read is kept, recognised by their headings, and used by name."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from audit.actor import Actor
from audit.models import Entry
from imports.models import ImportBatch, ImportProfile
from imports.options import Options
from imports.services import (
    begin_taking,
    change_profile,
    decide,
    delete_profile,
    preview_batch,
    save_profile,
    take_batch,
    upload_batch,
)
from inventory.models import Device
from tests.factories import make_model
from tests.imports.workbooks import import_file, import_text, write_xlsx

pytestmark = pytest.mark.django_db
HEADER = ["Kennung X", "Hersteller", "Modell", "Lage"]
WORD = {"value:status": {"Klasse 5b iPad-Schrank": {"action": "map", "to": "in_service", "label": "in Betrieb"}}}


@pytest.fixture
def upload(tmp_path, by, school):
    make_model("iPad 9")

    def upload(*serials, header=HEADER, **extra):
        rows = [header, *([serial, "Apple", "iPad 9", "Klasse 5b iPad-Schrank"] for serial in serials)]
        with write_xlsx(tmp_path / f"{serials[0]}.xlsx", rows).open("rb") as file:
            return upload_batch(file, name="liste.xlsx", by=by, kind="devices", **extra)

    return upload


@pytest.fixture
def profile(upload, by) -> ImportProfile:
    """Of a list whose headings nobody knows: chosen by hand, with a word that somebody explained."""
    batch = ImportBatch.objects.get(pk=upload("S0").pk)
    batch.kind, batch.status, batch.summary = "devices", "previewed", {"mapping": {}}
    batch.save()
    decide(batch, by=by, mapping={"Kennung X": "serial", "Lage": "status"}, decisions=WORD)
    batch = preview_batch(ImportBatch.objects.get(pk=batch.pk))
    assert batch.summary["new"] == 0  # no school yet: devices in service are somewhere
    return save_profile(batch, name="Lieferant Bechtle", sender="Bechtle", by=by)


def test_profile_keeps_columns_words_and_options(profile, by):
    assert (profile.kind, profile.sender, profile.created_by) == ("devices", "Bechtle", by.user)
    assert profile.mapping == {"kennungx": "serial", "hersteller": "manufacturer", "modell": "model", "lage": "status"}
    assert profile.decisions == WORD | {"persons": {}}
    assert "on" not in profile.options


def test_list_with_the_same_headings_is_read_with_its_profile(profile, upload):
    with translation.override("en"):
        batch = preview_batch(upload("S1", "S2", header=["Kennung X", "Hersteller", "MODELL", "Lage"]))
    assert (batch.profile, batch.sender) == (profile, "Bechtle")
    assert batch.summary["notes"][0] == "Read with the profile “Lieferant Bechtle”."
    assert batch.summary["mapping"]["Kennung X"] == "serial"
    assert batch.summary["unknown"] == []


def test_profile_can_be_switched_off(profile, upload, by):
    batch = preview_batch(upload("S1"))
    batch = decide(batch, by=by, options=Options(profile=0), mapping={"Kennung X": "serial", "Lage": "status"})
    batch = preview_batch(batch)
    assert (batch.profile, [entry["text"] for entry in batch.summary["unknown"]]) == (None, ["Klasse 5b iPad-Schrank"])


def test_answer_of_a_profile_can_be_taken_back(profile, upload, by):
    batch = preview_batch(upload("S1"))
    batch = decide(batch, by=by, decisions={"value:status": {"Klasse 5b iPad-Schrank": None}})
    batch = preview_batch(batch)
    assert [entry["text"] for entry in batch.summary["unknown"]] == ["Klasse 5b iPad-Schrank"]
    assert profile.decisions["value:status"]


def test_saving_under_its_name_renews_the_profile_of_a_batch(profile, upload, by):
    batch = decide(preview_batch(upload("S1")), by=by, mapping={"Lage": "note"})
    renewed = save_profile(preview_batch(batch), name=profile.name, sender="Bechtle AG", by=by)
    assert (renewed.pk, renewed.mapping["lage"], renewed.sender) == (profile.pk, "note", "Bechtle AG")


def test_name_of_another_profile_is_refused(profile, upload, by):
    batch = decide(preview_batch(upload("S1")), by=by, options=Options(profile=0), mapping={"Kennung X": "serial"})
    with pytest.raises(ValidationError):
        save_profile(preview_batch(batch), name=profile.name, sender="", by=by)


def test_profile_is_renamed_and_deleted_with_its_trail(profile, by):
    profile = change_profile(profile, name="Bechtle", sender="", by=by)
    pk = profile.pk
    delete_profile(profile, by=by)
    entries = Entry.objects.filter(kind="imports.importprofile", object_id=pk).order_by("pk")
    assert [entry.act.verb for entry in entries] == [
        "import_profile.create",
        "import_profile.change",
        "import_profile.delete",
    ]
    assert entries[1].changes == {"name": ["Lieferant Bechtle", "Bechtle"], "sender": ["Bechtle", ""]}
    assert not ImportProfile.objects.exists()


def test_profiles_need_the_right_to_import(profile, reader):
    with pytest.raises(PermissionDenied):
        change_profile(profile, name="x", sender="", by=Actor(reader))


def test_choice_of_a_person_is_above_the_profile(profile, upload, by):
    ImportProfile.objects.update(options={"blank": "clear", "status": "in_stock", "skip": ["note"]})
    batch = preview_batch(upload("S1", options=Options(status="in_repair")))
    assert [batch.options[name] for name in ("blank", "status", "skip")] == ["clear", "in_repair", ["note"]]
    chosen = replace(Options.of_json(batch.options), blank="keep", skip=())
    batch = preview_batch(decide(batch, by=by, options=chosen))
    assert [batch.options[name] for name in ("blank", "status", "skip")] == ["keep", "in_repair", []]


def test_options_of_a_profile_go_with_it(profile, upload, by):
    ImportProfile.objects.update(options={"blank": "clear", "status": "in_stock"})
    batch = preview_batch(upload("S1", options=Options(authority="31")))
    chosen = replace(Options.of_json(batch.options), profile=0)
    batch = preview_batch(decide(batch, by=by, options=chosen))
    assert [batch.options[name] for name in ("blank", "status", "authority")] == ["keep", "", "31"]


def test_profile_neither_takes_parts_nor_creates(profile, upload, by):
    batch = preview_batch(upload("S1", options=Options(mode="valid", create_missing=True)))
    profile = save_profile(batch, name=profile.name, sender="", by=by)
    assert profile.options == {"authority": "", "status": "", "blank": "keep", "skip": []}


def test_what_was_not_seen_in_the_preview_is_not_taken(upload, by):
    """A profile that somebody else keeps meanwhile gives a heading another meaning."""
    header = ["Seriennummer", "Hersteller", "Modell", "Zusatz"]
    batch = preview_batch(upload("S1", header=header, options=Options(status="in_stock")))
    other = preview_batch(upload("S2", header=header, options=Options(status="in_stock")))
    other = preview_batch(decide(other, by=by, mapping={"Zusatz": "note"}))
    save_profile(other, name="Zusätze", sender="", by=by)

    batch = take_batch(begin_taking(batch, by=by, mode="all"), by=by)
    assert (batch.status, Device.objects.count()) == ("previewed", 0)
    assert batch.error
    assert batch.summary["mapping"]["Zusatz"] == "note"
    batch = take_batch(begin_taking(batch, by=by, mode="all"), by=by)
    assert (batch.status, batch.error, Device.objects.get().note) == ("taken", "", "Klasse 5b iPad-Schrank")


def test_use_of_a_profile_is_noted_when_it_is_taken(profile, upload, by, school, tmp_path):
    rows = [[*HEADER, "Schule"], ["S9", "Apple", "iPad 9", "Klasse 5b iPad-Schrank", "Lindenschule"]]
    path = write_xlsx(tmp_path / "neu.xlsx", rows)
    with path.open("rb") as file:
        batch = upload_batch(file, name="neu.xlsx", by=by, options=Options(profile=profile.pk))
    batch = take_batch(preview_batch(batch), by=by)
    assert (batch.status, batch.profile) == ("taken", profile)
    profile.refresh_from_db()
    assert profile.last_used_at == batch.act.at
    assert Device.objects.get().status == "in_service"


def test_command_takes_a_profile_by_name(profile, tmp_path, school):
    rows = [[*HEADER, "Schule"], ["S1", "Apple", "iPad 9", "Klasse 5b iPad-Schrank", "Lindenschule"]]
    path = write_xlsx(tmp_path / "d.xlsx", rows)
    result = import_file(path, "--kind", "devices", "--profile", "Lieferant Bechtle")
    assert (result.exit_code, result.counts) == (0, (1, 0, 0, 0, 0))
    assert Device.objects.get().status == "in_service"


def test_command_names_the_profiles_there_are(profile, tmp_path):
    path = write_xlsx(tmp_path / "d.xlsx", [["Seriennummer"], ["S1"]])
    with translation.override("en"):
        text = import_text(path, "--profile", "Unbekannt")
    assert "There is no profile “Unbekannt”. Known are: “Lieferant Bechtle”." in text
    assert text.endswith("exit 2")
