"""Converters of cells that know what the database can hold: lengths, amounts, choices."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from django.db.models import TextChoices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.parsing import ParseError, clean_text, normalise_code, normalise_heading, parse_decimal, parse_int
from common.sheets.workbook import CellValue

_CENT = Decimal("0.01")
_NOISE = Decimal("0.000001")  # what a spreadsheet program's arithmetic adds to 498.61: 498.60999999999996
_LARGEST_COUNT = 1_000_000


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


def code_up_to(length: int) -> Callable[[CellValue], str | None]:
    """Serial numbers and asset tags: capitals, no blanks."""
    return _limited(normalise_code, length)


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
    amount = parse_decimal(value)
    if amount is None:
        return None
    if amount < 0:
        raise CellRefused("negative", _("“%(value)s” is negative. A price cannot be."), value)
    if amount >= 10**8:
        raise CellRefused("too_large", _("“%(value)s” is too large."), value)
    rounded = amount.quantize(_CENT, ROUND_HALF_UP)
    if abs(amount - rounded) > _NOISE:
        raise CellRefused(
            "fraction_of_cent", _("“%(value)s” has more than two decimals: a price ends with cents."), value
        )
    return rounded


def parse_count(value: CellValue) -> int | None:
    """A number of people or things."""
    number = parse_int(value)
    if number is None:
        return None
    if number < 0:
        raise CellRefused("negative", _("“%(value)s” is negative. A number of people or things cannot be."), value)
    if number > _LARGEST_COUNT:
        raise CellRefused("too_large", _("“%(value)s” is too large."), value)
    return number


def choice_of(choices: type[TextChoices], synonyms: Mapping[str, str]) -> Callable[[CellValue], str | None]:
    """One of ``choices`` by its key, its label in either language, or a usual word.

    ``synonyms``: value → words separated by ``|``. What is not known is a problem that names the labels.
    """

    @cache
    def table() -> dict[str, str]:
        known: dict[str, str] = {}
        for value, words in synonyms.items():
            known.update((normalise_heading(word), str(value)) for word in words.split("|"))
        for language in ("de", "en"):
            with translation.override(language):
                known.update((normalise_heading(choice.label), str(choice.value)) for choice in choices)
        known.update((normalise_heading(choice.value), str(choice.value)) for choice in choices)
        return known

    def parse(value: CellValue) -> str | None:
        text = clean_text(value)
        if text is None:
            return None
        found = table().get(normalise_heading(text))
        if found is None:
            labels = ", ".join(str(choice.label) for choice in choices)
            raise ParseError("unknown_choice", text, choices=labels)
        return found

    return parse
