"""Cells as they arrive in real workbooks, and what becomes of them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db.models import TextChoices
from django.utils import translation

from common.cell_types import ChoiceOf
from common.parsing import (
    ParseError,
    clean_text,
    normalise_code,
    normalise_heading,
    parse_bool,
    parse_date,
    parse_decimal,
    parse_int,
    parse_school_number,
    parse_school_year,
    sort_key,
)
from common.sheets.workbook import CellError

_ALL = [
    clean_text,
    normalise_code,
    parse_bool,
    parse_date,
    parse_decimal,
    parse_int,
    parse_school_number,
    parse_school_year,
]
_MOMENT = datetime(2025, 12, 31, 8, 30)  # noqa: DTZ001 (a cell knows no time zone)


def _code(parse, value):
    with pytest.raises(ParseError) as caught:
        parse(value)
    assert "%" not in caught.value.message
    return caught.value.code


@pytest.mark.parametrize("parse", _ALL)
@pytest.mark.parametrize("blank", [None, "", " ", "\u00a0", " \t\n\u202f"])
def test_blank_cell_is_none(parse, blank):
    assert parse(blank) is None


@pytest.mark.parametrize("parse", _ALL)
def test_error_cell_is_a_problem_and_never_a_blank(parse):
    with pytest.raises(ParseError) as caught:
        parse(CellError("#N/A"))
    assert caught.value.code == "error_cell"
    assert "#N/A" in caught.value.message


def test_message_is_in_the_language_of_the_reader():
    with pytest.raises(ParseError) as caught:
        parse_date("bald")
    with translation.override("en"):
        assert caught.value.message == (
            "“bald” is not a date. Write day, month and year, as in 31.12.2025, or leave the cell empty."
        )


def test_long_value_is_shortened_in_the_message():
    with pytest.raises(ParseError) as caught:
        parse_int("x" * 500)
    assert len(caught.value.params["value"]) == 60


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("  Albert\u00a0 Schweitzer\n-Schule ", "Albert Schweitzer -Schule"),
        ("Scho\u0308ne", "Schöne"),
        ("a\x00b\u200bc", "abc"),
        (12, "12"),
        (12.5, "12.5"),
        (date(2025, 8, 2), "02.08.2025"),
        ("=SUMME(A1)", "=SUMME(A1)"),
    ],
)
def test_clean_text_has_one_form(value, text):
    assert clean_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        date(2025, 12, 31),
        _MOMENT,
        "31.12.2025",
        "31.12.25",
        " 31. 12. 2025 ",
        "31.12.2025 00:00:00",
        "2025-12-31",
        "2025-12-31 00:00:00",
        "2025-12-31T00:00:00.000Z",
        "2025/12/31",
        "31/12/2025",
        "12/31/2025",
        "31-12-2025",
        "31. Dezember 2025",
        "31 Dec 2025",
        "31. Dez. 2025",
        46022,
        46022.75,
    ],
)
def test_date_is_read_in_every_clear_notation(value):
    assert parse_date(value) == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("01.08.73", date(1973, 8, 1)),
        ("01.02.2018", date(2018, 2, 1)),
        ("29.02.2024", date(2024, 2, 29)),
        ("3. März 2021", date(2021, 3, 3)),
        ("03/03/2021", date(2021, 3, 3)),
    ],
)
def test_date_of_other_days(value, day):
    assert parse_date(value) == day


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("31.02.2024", "impossible_date"),
        ("29.02.2023", "impossible_date"),
        ("2024-13-01", "impossible_date"),
        ("0.0.2024", "impossible_date"),
        ("2019", "bare_year"),
        (2019, "bare_year"),
        ("bis Nov. 2019", "only_month"),
        ("Nov. 2019", "only_month"),
        ("11/2019", "only_month"),
        ("3/4/25", "ambiguous_date"),
        ("8/20/2", "not_a_date"),
        ("31. Foo 2025", "not_a_date"),
        ("unbekannt", "not_a_date"),
        ("46022", "not_a_date"),
        (12, "not_a_date"),
        (99999, "not_a_date"),
        (True, "not_a_date"),
        ("01/01/1970", "placeholder_date"),
        (date(1970, 1, 1), "placeholder_date"),
        (date(1899, 12, 31), "placeholder_date"),
        ("03/04/2025", "ambiguous_date"),
    ],
)
def test_date_that_is_none_is_refused(value, code):
    assert _code(parse_date, value) == code


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234", "1234"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1,234", "1.234"),
        ("0.250", "0.250"),
        ("12 €", "12"),
        ("€ 12,50", "12.50"),
        ("EUR 1.234,00", "1234.00"),
        ("379,50\u00a0EUR", "379.50"),
        ("12,-", "12"),
        ("1 234,5", "1234.5"),
        ("1'234.50", "1234.50"),
        ("-3,5", "-3.5"),
        ("208.0", "208.0"),
        (12, "12"),
        (379.9, "379.9"),
    ],
)
def test_decimal_is_read_in_both_notations(value, number):
    assert parse_decimal(value) == Decimal(number)


@pytest.mark.parametrize("value", ["zwölf", "1.23.4", "1,2,3", "12 Stk", "--", "1e5", float("nan"), float("inf"), True])
def test_decimal_that_is_none_is_refused(value):
    assert _code(parse_decimal, value) == "not_a_number"


@pytest.mark.parametrize(
    ("value", "number"), [("208.0", 208), ("1.234", 1234), (12, 12), (12.0, 12), ("-4", -4), ("7,0", 7)]
)
def test_int_is_read(value, number):
    assert parse_int(value) == number


@pytest.mark.parametrize(
    ("value", "code"), [("12,5", "not_whole"), (0.5, "not_whole"), ("viele", "not_a_number"), (True, "not_a_number")]
)
def test_int_that_is_none_is_refused(value, code):
    assert _code(parse_int, value) == code


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        *[(value, True) for value in ("Ja", "x", "YES", "wahr", 1, "1", True)],
        *[(value, False) for value in ("nein", "No", "FALSE", 0, "0", False)],
    ],
)
def test_bool_is_read(value, answer):
    assert parse_bool(value) is answer


def test_bool_that_is_none_is_refused():
    assert _code(parse_bool, "vielleicht") == "not_yes_or_no"


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *[(value, "100029") for value in ("100029", 100029, "100029.0", 100029.0)],
        *[(value, "012345") for value in (" 012345 ", "12345", 12345)],
        ("1234", "001234"),
    ],
)
def test_school_number_regains_its_zeros(value, number):
    assert parse_school_number(value) == number


@pytest.mark.parametrize("value", ["1000290", "7", "10002a", "100029.5", 1.5, -100029, date(2025, 1, 1), "02.01.2025"])
def test_school_number_that_is_none_is_refused(value):
    assert _code(parse_school_number, value) == "school_number"


@pytest.mark.parametrize(
    "value", ["2024/25", "2024/2025", "2024-25", "Schuljahr 2024/25", "SJ 2024/25", date(2024, 10, 15)]
)
def test_school_year_is_its_statistics_day(value):
    assert parse_school_year(value) == date(2024, 10, 15)


def test_school_year_over_the_century():
    assert parse_school_year("1999/00") == date(1999, 10, 15)


@pytest.mark.parametrize("value", ["2024/26", "2024", 2024, "24/25", "bald"])
def test_school_year_that_is_none_is_refused(value):
    assert _code(parse_school_year, value) == "school_year"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (" f9fw\u00a0k 2x ", "F9FWK2X"),
        ("ＡＢ１２", "AB12"),
        ("ab\u200b\x0012", "AB12"),
        ("ob-000-1", "OB-000-1"),
        (123456789012345, "123456789012345"),
        (12345.0, "12345"),
        ("12345.0", "12345"),
        ("0012", "0012"),
        ("1234E12", "1234E12"),
        ("5E10", "5E10"),
    ],
)
def test_code_has_one_form(value, code):
    assert normalise_code(value) == code


@pytest.mark.parametrize("value", ["1.23457E+15", "1,23457e+15", "1E+15", 1.23457e15, 1234567890123456, 1e300])
def test_code_with_lost_digits_is_refused(value):
    assert _code(normalise_code, value) == "damaged_number"


def test_code_turned_into_a_date_is_refused():
    assert _code(normalise_code, date(2002, 8, 20)) == "date_as_code"


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Inv.-Nr.", "invnr"),
        ("S/N", "sn"),
        ("SERIAL_NUMBER", "serialnumber"),
        ("Größe (m²)", "groessem2"),
        ("Straße", "strasse"),
        ("U\u0308bergabe\nam", "uebergabeam"),
        ("Café", "cafe"),
        ("\u00a0", ""),
        (None, ""),
        (2024, "2024"),
    ],
)
def test_heading_has_one_form(heading, key):
    assert normalise_heading(heading) == key
    assert normalise_heading(key) == key


def test_sort_key_orders_german_names():
    names = ["Zeppelin-Schule", "Ökopark", "Oberschule", "äpfel", "Anne-Frank-Schule", "Strasse 2", "Straße"]
    assert sorted(names, key=sort_key) == [
        "äpfel", "Anne-Frank-Schule", "Oberschule", "Ökopark", "Straße", "Strasse 2", "Zeppelin-Schule",
    ]  # fmt: skip
    assert sort_key("  Städt. Grundschule (Süd) ") == "staedt grundschule sued"


class Place(TextChoices):
    USED = "in_service", "Im Einsatz"
    KEPT = "in_stock", "Lager"


def test_choice_is_compared_like_a_heading():
    parse = ChoiceOf(Place, {Place.USED: "in service|aktiv"})
    assert [parse("im  einsatz"), parse("IN-SERVICE"), parse("lager ")] == ["in_service", "in_service", "in_stock"]


def test_unknown_choice_names_the_possible_ones():
    with pytest.raises(ParseError) as caught:
        ChoiceOf(Place, {})("kaputt")
    assert caught.value.code == "unknown_choice"
    assert "Im Einsatz, Lager" in caught.value.message
