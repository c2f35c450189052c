"""What a heading means: by its name, a synonym, an earlier import, or because it is similar."""

import pytest
from django.utils import translation

from imports.enums import BatchStatus
from imports.headings import fingerprint, map_headings, notes_on
from imports.kinds import KINDS
from imports.models import ImportBatch
from imports.services import decide, preview_batch, take_batch, upload_batch
from inventory.models import Device
from tests.factories import make_model
from tests.imports.workbooks import import_file, write_xlsx

DEVICES = KINDS["devices"].columns


def matched(*headings, **given):
    """``heading → (key, how, guess)``"""
    return {match.heading: (match.key, match.how, match.guess) for match in map_headings(headings, DEVICES, **given)}


@pytest.mark.parametrize(
    ("heading", "key", "how"),
    [
        ("Seriennummer", "serial", "exact"),
        ("serial number", "serial", "exact"),
        ("S/N", "serial", "synonym"),
        ("Seriennumer", "serial", "fuzzy"),
        ("Sereinnummer", "serial", "fuzzy"),
        ("Geräte-Seriennummer (SN)", "serial", "fuzzy"),
        ("Ser. Nummer", "serial", "fuzzy"),
        ("Inventar Nr", "asset_tag", "synonym"),
        ("Aktueller Status", "status", "fuzzy"),
        ("Hersteler", "manufacturer", "fuzzy"),
        ("Kaufdatum (laut Rechnung)", "purchased_on", "fuzzy"),
    ],
)
def test_heading_is_recognised(heading, key, how):
    assert matched(heading) == {heading: (key, how, None)}


@pytest.mark.parametrize(
    ("heading", "guess"),
    [
        ("Alte Seriennummer", None),
        ("Seriennummer Netzteil", None),
        ("Verwendungszweck", "use"),
        ("Prüfdatum DGUV", "tested_on"),
        ("MAC-Adresse", None),
        ("Nutzer", None),
        ("Klasse", None),
        ("Preis (netto)", "price"),
        ("Schule (bisher)", "school"),
        ("Hersteller-Nr.", "manufacturer"),
    ],
)
def test_heading_that_is_not_similar_enough_is_only_suggested(heading, guess):
    assert matched(heading) == {heading: (None, "", guess)}


def test_confidence_is_a_hundred_for_a_name_and_less_for_what_is_similar():
    confidence = {match.heading: match.confidence for match in map_headings(["S/N", "Modelle", "Status"], DEVICES)}
    assert confidence == {"S/N": 97, "Modelle": 92, "Status": 100}


def test_surer_of_two_headings_is_used_and_the_other_named():
    headings = ["Seriennumer", "Seriennummer", "Modell"]
    matches = map_headings(headings, DEVICES)
    assert [(match.key, match.guess) for match in matches] == [(None, "serial"), ("serial", None), ("model", None)]
    with translation.override("en"):
        assert notes_on(matches, DEVICES) == [
            "The column “Seriennumer” is not used: “Serial number” is read from “Seriennummer”."
        ]


def test_choice_by_hand_goes_before_a_profile_and_both_before_names():
    given = {"chosen": {"Seriennummer": None, "Code": "serial"}, "profile": {"code": "asset_tag", "modell": "note"}}
    assert matched("Seriennummer", "Code", "Modell", **given) == {
        "Seriennummer": (None, "hand", None),
        "Code": ("serial", "hand", None),
        "Modell": ("note", "profile", None),
    }


def test_earlier_meaning_counts_only_where_no_name_is_known():
    history = {"Kennung": "serial", "Modell": "note"}
    assert matched("Kennung", "Modell", history=history) == {
        "Kennung": ("serial", "history", None),
        "Modell": ("model", "exact", None),
    }


def test_equal_headings_are_told_apart_by_their_columns():
    assert matched("Notiz", "Notiz", chosen={"Notiz (B)": "reason"}) == {
        "Notiz": ("note", "synonym", None),
        "Notiz (B)": (None, "synonym", "note"),
    }


def test_fingerprint_knows_headings_in_any_order():
    assert fingerprint(["SN", "Modell", "", None]) == fingerprint(["modell", " S/N "])
    assert fingerprint(["SN"]) != fingerprint(["SN", "Modell"])


@pytest.mark.django_db
def test_workbook_with_misspelt_headings_is_taken(tmp_path, school):
    make_model("iPad 9")
    rows = [
        ["Seriennumer", "Hersteler", "Modelle", "Aktueller Status", "Schule", "Farbe"],
        ["S1", "Apple", "iPad 9", "im Lager", "Lindenschule", "grau"],
    ]
    with translation.override("en"):
        result = import_file(write_xlsx(tmp_path / "d.xlsx", rows))
    assert (result.exit_code, result.counts) == (0, (1, 0, 0, 0, 0))
    assert result["mapping"]["Seriennumer"] == "serial"
    assert result["mapping"]["Farbe"] is None
    assert "The column “Seriennumer” is read as “Serial number”: similar (95 %)." in result["notes"]
    assert Device.objects.get().serial == "S1"


@pytest.mark.django_db
def test_choice_by_hand_in_a_taken_batch_is_remembered(tmp_path, by, school):
    make_model("iPad 9")
    rows = [["Inv.-Nr.", "Kennung X", "Hersteller", "Modell", "Status"], ["A1", "S1", "Apple", "iPad 9", "im Lager"]]

    def uploaded(name):
        with write_xlsx(tmp_path / name, rows).open("rb") as file:
            return upload_batch(file, name=name, by=by)

    batch = preview_batch(uploaded("a.xlsx"))
    assert batch.summary["mapping"]["Kennung X"] is None
    batch = preview_batch(decide(batch, by=by, mapping={"Kennung X": "serial"}))
    assert take_batch(batch, by=by).status == BatchStatus.TAKEN
    assert Device.objects.get().serial == "S1"

    preview_batch(uploaded("b.xlsx"))
    described = {column["heading"]: column for column in ImportBatch.objects.latest("pk").summary["columns"]}
    assert (described["Kennung X"]["key"], described["Kennung X"]["how"]) == ("serial", "history")
