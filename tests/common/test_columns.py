"""Headings of real lists, German and English, found below title rows."""

import pytest
from django.utils import translation

from common.columns import Column, find_header_row, match_headings, repeated_headings
from common.sheets.workbook import CellError

SERIAL = Column("serial", "Seriennummer", "Serial number", ("SerNr", "S/N", "Serial"), identifies=True)
TAG = Column("asset_tag", "Inventarnummer", "Asset tag", ("Inv.-Nr.", "Barcode"), identifies=True)
MODEL = Column("model", "Modell", "Model", ("Produkt", "Gerätetyp"), required=True)
PLACE = Column("room", "Raum", "Room")
COLUMNS = [SERIAL, TAG, MODEL, PLACE]


@pytest.mark.parametrize(
    "headings",
    [
        ["Seriennummer", "Inventarnummer", "Modell", "Raum"],
        ["SERIAL_NUMBER", "asset tag", "Model", "room"],
        ["S/N", "inv-nr", "GERÄTETYP", "Raum:"],
        ["Ser.\nNr.", "Barcode\u00a0", "Geraetetyp", "Raum"],
        ["serial", "asset_tag", "model", "room"],
    ],
)
def test_headings_match_in_both_languages(headings):
    assert match_headings(headings, COLUMNS) == dict(enumerate(COLUMNS))


def test_headings_are_not_guessed():
    headings = ["Seriennummern", "Modell alt", None, "", "Sonst", CellError("#REF!"), 7]
    assert match_headings(headings, COLUMNS) == {}


def test_first_of_two_equal_headings_wins_and_the_other_is_told():
    headings = ["Modell", "S/N", None, "Produkt", "Seriennummer"]
    assert match_headings(headings, COLUMNS) == {0: MODEL, 1: SERIAL}
    assert repeated_headings(headings, COLUMNS) == {3: MODEL, 4: SERIAL}


def test_header_is_found_below_title_and_group_rows():
    rows = [
        ["Geräteliste 2025", None, None],
        [None, None, None],
        ["Gerät", None, "Ort"],
        ["Modell", "Seriennummer", "Raum"],
        ["iPad", "X1", "101"],
    ]
    assert find_header_row(rows, COLUMNS) == 3


def test_header_needs_two_headings_and_one_that_identifies():
    assert find_header_row([["Seriennummer", "x"]], COLUMNS) is None
    assert find_header_row([["Modell", "Raum"]], COLUMNS) is None
    assert find_header_row([["Modell", "Barcode"]], COLUMNS) == 0
    assert find_header_row([["Barcode", "Barcode"]], COLUMNS) is None


def test_row_with_most_headings_is_the_header():
    rows = [["Modell", "Barcode", None], ["Modell", "Barcode", "Raum"], ["Modell", "Barcode", "Raum"]]
    assert find_header_row(rows, COLUMNS) == 1


def test_header_is_searched_only_near_the_top():
    rows = [["x", "y"]] * 30 + [["Modell", "Barcode"]]
    assert find_header_row(rows, COLUMNS) is None
    assert find_header_row(rows, COLUMNS, search=31) == 30


def test_column_knows_its_heading_in_the_active_language():
    with translation.override("de"):
        assert SERIAL.heading() == "Seriennummer"
    with translation.override("en"):
        assert SERIAL.heading() == "Serial number"
    assert (SERIAL.heading("de"), SERIAL.heading("en-gb")) == ("Seriennummer", "Serial number")
