"""From the cell of a workbook to a value: pure converters.

Each takes a cell as `common.sheets` delivers it, returns None for a blank one and raises
`ParseError` with a sentence that says what to write instead. German notation comes first:
`1.234` is one thousand two hundred and thirty-four, `1,234` is a bit more than one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.sheets.workbook import CellError, CellValue

STATISTICS_DAY = (10, 15)  # month and day of the official school statistics in NRW

_MESSAGES: dict[str, str | Promise] = {
    "error_cell": _("The cell shows the error %(value)s. Correct the formula or write the value itself."),
    "no_result": _(
        "The file does not hold the result of the formula %(value)s. Open the file in your spreadsheet program, save "
        "it and choose it again, or write the value itself."
    ),
    "not_a_date": _("“%(value)s” is not a date. Write day, month and year, as in 31.12.2025, or leave the cell empty."),
    "bare_year": _("“%(value)s” is only a year. Write day, month and year, as in 31.12.%(value)s."),
    "only_month": _("“%(value)s” names a month and no day. Write day, month and year, as in 31.12.2025."),
    "impossible_date": _("There is no day %(value)s. Correct the date."),
    "placeholder_date": _("%(value)s stands for an unknown day. Write the true date or leave the cell empty."),
    "ambiguous_date": _("“%(value)s” can be read as two different days. Write it as in 31.12.2025."),
    "other_date_order": _(
        "In “%(value)s” day and month stand the other way round than in the rest of the column. Write it as in "
        "31.12.2025."
    ),
    "not_a_number": _("“%(value)s” is not a number. Write it as in 1.234,56."),
    "not_whole": _("“%(value)s” is not a whole number."),
    "not_yes_or_no": _("“%(value)s” is neither yes nor no."),
    "school_number": _("“%(value)s” is not a school number. It has six digits, as in 012345."),
    "school_year": _("“%(value)s” is not a school year. Write it as in 2024/25."),
    "damaged_number": _(
        "“%(value)s” was damaged by a spreadsheet: digits are lost. Format the column as text and enter the number "
        "again."
    ),
    "date_as_code": _(
        "A spreadsheet has turned this number into the date %(value)s. Format the column as text and enter the number "
        "again."
    ),
    "unknown_choice": _("“%(value)s” is not known here. Possible are: %(choices)s."),
}


class ParseError(ValueError):
    """A cell that cannot be used. `code` names the reason, `message` says it in the active language."""

    def __init__(self, code: str, value: object, **params: str) -> None:
        super().__init__(code, value)
        self.code = code
        self.params = {"value": _shown(value)} | params

    @property
    def message(self) -> str:
        return str(_MESSAGES[self.code]) % self.params

    def __str__(self) -> str:
        return self.message


def _shown(value: object) -> str:
    text = value.strftime("%d.%m.%Y") if isinstance(value, date) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


# --- text -------------------------------------------------------------------------------------------------------------


def clean_text(value: CellValue) -> str | None:
    """Return text in normal form (NFC) with single blanks and no control characters."""
    text = " ".join(_as_text(value).split())  # splits at no-break spaces and line breaks too
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable())
    return text or None


def _as_text(value: CellValue) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, CellError):
        raise ParseError("no_result" if value.is_formula else "error_cell", value)
    return _shown(value) if isinstance(value, date) else str(value)


def normalise_code(value: CellValue) -> str | None:
    """Return a serial number or asset tag as it is compared: capitals, no blanks of any kind.

    Excel keeps 15 digits of a number; a longer one, or one like 1.23457E+15, is damaged.
    """
    if isinstance(value, date):
        raise ParseError("date_as_code", value)
    if isinstance(value, (int, float)) and abs(value) >= 10**15:
        raise ParseError("damaged_number", value)
    text = _as_text(value)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    code = "".join(text.split()).upper()
    if not code.isprintable():
        code = "".join(letter for letter in code if letter.isprintable())
    if _SCIENTIFIC.fullmatch(code):
        raise ParseError("damaged_number", code)
    return (code.partition(".")[0] if _WHOLE_FLOAT.fullmatch(code) else code) or None


_SCIENTIFIC = re.compile(r"\d+[.,]\d+E[+-]?\d+|\d+E[+-]\d+")
_WHOLE_FLOAT = re.compile(r"\d+\.0+")
_PUNCTUATION = re.compile(r"[\W_]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _fold(text: str) -> str:
    """Return letters without case, umlauts spelt out, other accents dropped."""
    if text.isascii():
        return text.lower()
    spelt = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    letters = unicodedata.normalize("NFKD", spelt)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def normalise_heading(value: object) -> str:
    """Return a heading or label as it is compared: `Inv.-Nr.` is `invnr`, `Größe` is `groesse`.

    An underscore in front stays: it marks a column of our own, and a stranger's `ID` is not our `_id`.
    """
    text = "" if value is None else str(value)
    return ("_" if text[:1] == "_" else "") + _PUNCTUATION.sub("", _fold(text))


def sort_key(text: str) -> str:
    """Return the key by which German text sorts the same in every database (DIN 5007-2)."""
    return _PUNCTUATION.sub(" ", _fold(text)).strip()


# --- numbers ----------------------------------------------------------------------------------------------------------

_CURRENCY = re.compile(r"€|EUR\b|Euro\b", re.I)
_GERMAN = re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+|,-+)?")
_ENGLISH = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")


def parse_decimal(value: CellValue) -> Decimal | None:
    """Return a number from German or English notation; where both fit, it is German.

    `1.234,56`, `1,234.56`, `1234.5`, `12 €`, `1 234,5` and `1.234` (thousand) are understood.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = Decimal(repr(value))
        if number.is_finite():
            return number
    text = clean_text(value)
    if text is None:
        return None
    plain = _CURRENCY.sub("", text).replace(" ", "").replace("'", "").replace("−", "-")
    if _GERMAN.fullmatch(plain):
        return Decimal(plain.rstrip("-").replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(plain):
        return Decimal(plain.replace(",", ""))
    raise ParseError("not_a_number", text)


def parse_int(value: CellValue) -> int | None:
    """Return a whole number; `208.0`, which spreadsheets make of 208, is one."""
    if type(value) is int:
        return value
    number = parse_decimal(value)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ParseError("not_whole", value)
    return int(number)


_YES = frozenset({"ja", "j", "yes", "y", "x", "true", "wahr", "1", "✓", "✔"})
_NO = frozenset({"nein", "n", "no", "false", "falsch", "0"})


def parse_bool(value: CellValue) -> bool | None:
    """Return yes or no; a blank cell is neither."""
    if isinstance(value, bool):
        return value
    text = clean_text(value)
    if text is None:
        return None
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise ParseError("not_yes_or_no", text)


_SCHOOL_NUMBER = re.compile(r"(\d{4,6})(?:\.0)?")


def parse_school_number(value: CellValue) -> str | None:
    """Return the six digits of a school number, leading zeros regained (up to two get lost)."""
    text = clean_text(value)
    if text is None:
        return None
    match = _SCHOOL_NUMBER.fullmatch(text)
    if not match or isinstance(value, date):
        raise ParseError("school_number", value)
    return match[1].zfill(6)


# --- days -------------------------------------------------------------------------------------------------------------

_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_GERMAN_DAY = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d{2})" + _TIME)
_ISO_DAY = re.compile(r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})" + _TIME)
SLASHED_DAY = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4}|(?<=/)\d{2})" + _TIME)
_MONTH = re.compile(
    r"(?:(?:bis|ab|seit|vor|nach|ca\.?|until|since) )?(?:[^\W\d]{3,9}\.?|\d{1,2} ?[./-]) ?(?:19|20)\d\d", re.I
)
_DAY_WITH_NAME = re.compile(r"(\d{1,2})\.? ?([^\W\d]+)\.? ?(\d{4})")
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "mrz": 3, "maer": 3, "apr": 4, "may": 5, "mai": 5, "jun": 6}
_MONTHS |= {"jul": 7, "aug": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12, "dez": 12}
_SERIAL_ZERO = date(1899, 12, 30)  # day 0 of Excel, its leap year 1900 allowed for
_SERIALS = range((date(1990, 1, 1) - _SERIAL_ZERO).days, (date(2100, 1, 1) - _SERIAL_ZERO).days)
_PLACEHOLDERS = frozenset(
    {date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31)}
)


def parse_date(value: CellValue) -> date | None:
    """Return a day from a date cell, a serial number of Excel (1990 to 2099), or text in which it is unambiguous."""
    if value is None:
        return None
    day = _day_of_cell(value) or _day_of_text(value)
    return None if day is None else refuse_placeholder(day)


def refuse_placeholder(day: date) -> date:
    """The day itself. Raises ParseError for one that programs write where they know none."""
    if day in _PLACEHOLDERS:
        raise ParseError("placeholder_date", day)
    return day


def _day_of_cell(value: CellValue) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and int(value) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(value))
    return None


def _day_of_text(value: CellValue) -> date | None:
    text = clean_text(value)
    if text is None:
        return None
    if re.fullmatch(r"(?:19|20)\d\d", text):
        raise ParseError("bare_year", text)
    parts = _parts_of_day(text)
    if parts is None:
        raise ParseError("only_month" if _MONTH.fullmatch(text) else "not_a_date", text)
    try:
        return date(*parts)
    except ValueError as error:
        raise ParseError("impossible_date", text) from error


def _parts_of_day(text: str) -> tuple[int, int, int] | None:
    """Return year, month, day of a day in any notation, or None."""
    if match := _GERMAN_DAY.fullmatch(text):
        return full_year(match[3]), int(match[2]), int(match[1])
    if match := _ISO_DAY.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := SLASHED_DAY.fullmatch(text):
        return _parts_of_slashed_day(int(match[1]), int(match[3]), full_year(match[4]), text)
    if match := _DAY_WITH_NAME.fullmatch(text):
        name = _fold(match[2])
        month = _MONTHS.get(name[:3]) or _MONTHS.get(name[:4])
        return (int(match[3]), month, int(match[1])) if month else None
    return None


def full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _parts_of_slashed_day(first: int, second: int, year: int, text: str) -> tuple[int, int, int]:
    """Tell 31/12/2025 from 12/31/2025; 03/04/2025 could be either."""
    if first <= 12 and second <= 12 and first != second:
        raise ParseError("ambiguous_date", text)
    return (year, first, second) if second > 12 else (year, second, first)


_SCHOOL_YEAR = re.compile(r"(?:SJ|Schuljahr)? ?(\d{4}) ?[/-] ?(\d{4}|\d{2})", re.I)


def parse_school_year(value: CellValue) -> date | None:
    """Return the day of the official statistics in a school year such as `2024/25`; a date stays itself."""
    if isinstance(value, date):
        return parse_date(value)
    text = clean_text(value)
    if text is None:
        return None
    match = _SCHOOL_YEAR.fullmatch(text)
    if not match or (int(match[1]) + 1) % 100 != int(match[2]) % 100:
        raise ParseError("school_year", text)
    return date(int(match[1]), *STATISTICS_DAY)


Parser = Callable[[CellValue], Any]
