"""Converters of cells that know what the database can hold: lengths, amounts, choices."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, NoReturn

from django.db.models import TextChoices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.codes import split_codes
from common.parsing import ParseError, clean_text, normalise_code, normalise_heading, parse_decimal, parse_int
from common.sheets.workbook import CellValue

_CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")  # what a spreadsheet program's arithmetic adds to 498.61: 498.60999999999996
#: Signs and usual short names of other money than euro.
_OTHER_CURRENCY = re.compile(r"[$£¥₺₽₤¢]|\b(?:USD|GBP|CHF|SFr|PLN|DKK|SEK|NOK|CZK|HUF|TRY|JPY|CNY|DM)\b|\bzł", re.I)
_LARGEST_COUNT = 1_000_000
_COUNTED = re.compile(
    r"(\d[\d. ]*)\s*(?:x|stk\.?|stck\.?|st\.?|stück|pcs?\.?|sus|schüler(?:innen)?|lul|lehrkräfte|klassen|personen)",
    re.I,
)
_LONGEST_COUNT = 50
_MOST_CODES = 5
#: What lists write instead of nothing.
_UNKNOWN_WORDS = "unbekannt|unknown|n/a|n\\.a\\.|k\\. ?a\\.|nicht bekannt|keine angabe|null|none|nan|tbd"
_PLACEHOLDER = re.compile(rf"(?:(?:raum|room|zimmer)\W*(?:9{{3,}}|0{{2,}})|{_UNKNOWN_WORDS})", re.I)
_UNKNOWN_CODES = frozenset(
    {"UNBEKANNT", "UNKNOWN", "N/A", "N.A.", "K.A.", "NICHTBEKANNT", "KEINEANGABE", "NULL", "NONE", "NAN", "TBD"}
)


class CellRefused(ParseError):
    """A cell that can be read but not be used."""

    def __init__(self, code: str, text: str | Promise, value: object, **params: Any) -> None:
        super().__init__(code, value, **params)
        self._text = text

    @property
    def message(self) -> str:
        return str(self._text) % self.params


def text_up_to(length: int) -> Callable[[CellValue], str | None]:
    return _limited(clean_text, length)


class CodeUpTo:
    """Serial numbers and asset tags: capitals, no blanks, one in each cell. A class, so that its columns are known."""

    def __init__(self, length: int) -> None:
        self._parse = _limited(_one_code, length)

    def __call__(self, value: CellValue) -> str | None:
        return self._parse(value)


def name_up_to(length: int) -> Callable[[CellValue], str | None]:
    """Names of rooms and the like: no date, which a spreadsheet makes of `1.10`, and nothing that means unknown."""
    return _limited(_name, length)


def _one_code(value: CellValue) -> str | None:
    code = normalise_code(value)
    if code in _UNKNOWN_CODES:
        _refuse_placeholder(value)
    codes = split_codes(value) if isinstance(value, str) else ()
    if len(codes) > 1:
        message = _(
            "There are several numbers in this cell: %(codes)s. Please give each its own row, or write how many pieces "
            "the row stands for."
        )
        named = ", ".join(str(_("“%(heading)s”")) % {"heading": code} for code in codes[:_MOST_CODES])
        raise CellRefused("several_codes", message, value, codes=named + (" …" if len(codes) > _MOST_CODES else ""))
    return code


def _name(value: CellValue) -> str | None:
    if isinstance(value, date):
        raise ParseError("date_as_code", value)
    text = clean_text(value)
    return text if text is None or not _PLACEHOLDER.fullmatch(text) else _refuse_placeholder(value)


def _refuse_placeholder(value: CellValue) -> NoReturn:
    message = _("“%(value)s” stands for something unknown. Write what it is, or leave the cell empty.")
    raise CellRefused("placeholder", message, clean_text(value))


def _limited(parse: Callable[[CellValue], str | None], length: int) -> Callable[[CellValue], str | None]:
    message = _("“%(value)s” is too long: at most %(length)s characters.")

    def parse_limited(value: CellValue) -> str | None:
        text = parse(value)
        if text is not None and len(text) > length:
            raise CellRefused("too_long", message, text, length=str(length))
        return text

    return parse_limited


def parse_money(value: CellValue) -> Decimal | None:
    """An amount in euro and whole cents; never negative, below 100 million."""
    amount = parse_amount(value)
    if amount is not None and amount < 0:
        raise CellRefused("negative", _("“%(value)s” is negative. A price cannot be."), value)
    return amount


def parse_amount(value: CellValue) -> Decimal | None:
    """An amount in euro and whole cents, below 100 million; negative where money comes back."""
    if isinstance(value, str) and _OTHER_CURRENCY.search(value):
        raise CellRefused("other_currency", _("“%(value)s” is not in euro. Please write the amount in euro."), value)
    amount = parse_decimal(value)
    if amount is None:
        return None
    if abs(amount) >= 10**8:
        raise CellRefused("too_large", _("“%(value)s” is too large."), value)
    rounded = amount.quantize(_CENT, ROUND_HALF_UP)
    if abs(amount - rounded) > _NOISE:
        raise CellRefused(
            "fraction_of_cent", _("“%(value)s” has more than two decimals: a price ends with cents."), value
        )
    return rounded


def parse_count(value: CellValue) -> int | None:
    """A number of people or things, which may be named behind it: `3 Stk.`"""
    named = _COUNTED.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= _LONGEST_COUNT else None
    number = parse_int(named[1] if named else value)
    if number is None:
        return None
    if number < 0:
        raise CellRefused("negative", _("“%(value)s” is negative. A number of people or things cannot be."), value)
    if number > _LARGEST_COUNT:
        raise CellRefused("too_large", _("“%(value)s” is too large."), value)
    return number


class ChoiceOf:
    """One of ``choices`` by its key, its label in either language, or a usual word.

    ``synonyms``: value → words separated by ``|``. What is not known is a problem that names the labels.
    """

    def __init__(self, choices: type[TextChoices], synonyms: Mapping[str, str]) -> None:
        self.choices = choices
        self._synonyms = synonyms

    def __call__(self, value: CellValue) -> str | None:
        text = clean_text(value)
        if text is None:
            return None
        found = self.words.get(normalise_heading(text))
        if found is None:
            labels = ", ".join(str(choice.label) for choice in self.choices)
            raise ParseError("unknown_choice", text, choices=labels)
        return found

    @cached_property
    def words(self) -> dict[str, str]:
        """Every normalised word that is understood → value."""
        known: dict[str, str] = {}
        for value, words in self._synonyms.items():
            known.update((normalise_heading(word), str(value)) for word in words.split("|"))
        for language in ("de", "en"):
            with translation.override(language):
                known.update((normalise_heading(choice.label), str(choice.value)) for choice in self.choices)
        known.update((normalise_heading(choice.value), str(choice.value)) for choice in self.choices)
        return known
