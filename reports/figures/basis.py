"""The records behind a figure, and how its value comes from them, in one sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reports.enums import Adding
from reports.figures.base import Number, shown
from reports.figures.rows import Column, ListRows, QueryRows

#: So many parts of a whole are named; the others are added up.
MOST_PARTS = 4
_SENTENCES = {
    Adding.COUNT: _("Counted are %(records)s%(parts)s."),
    Adding.DISTINCT: _("%(records)s, on %(value)s different %(unit)s."),
    Adding.SUM: _("%(records)s add up to %(value)s %(unit)s%(parts)s."),
    Adding.SHARE: _("%(true)s of %(records)s meet the condition: %(value)s %(unit)s."),
    Adding.MEAN: _("%(records)s: the %(known)s known values add up to %(sum)s; their mean is %(value)s %(unit)s."),
    Adding.ALL: _("%(true)s of %(records)s meet the condition; the answer is yes when all do."),
    Adding.ANY: _("%(true)s of %(records)s meet the condition; the answer is yes when one does."),
}


class Part(NamedTuple):
    """What of the value belongs to a kind of records."""

    label: str
    value: int | Decimal


class ListLink(NamedTuple):
    """A list of the interface that shows the same records: its name, and its filters."""

    name: str
    filters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Behind:
    """The records behind a figure.

    ``noun``: "%(number)s devices", lazily by number ``n``. ``record``: what the key of a row is the key of.
    ``adds``: how the value comes from the rows; ``measure``: path of what is added up, told apart or ``wanted``.
    ``parts``: by which the value is broken down. ``link``: the list with these records, where there is one.
    """

    noun: Any
    rows: QueryRows | ListRows
    record: str
    adds: Adding = Adding.COUNT
    measure: str = ""
    wanted: tuple[Any, ...] = (True,)
    parts: Column | None = None
    link: ListLink | None = None

    def told(self, number: int) -> str:
        """So many of these records, in words."""
        return str(self.noun % {"n": number, "number": shown(number)})

    def total(self) -> Number:
        """The value, once more from the rows that are shown."""
        number = len(self.rows)
        match self.adds:
            case Adding.COUNT:
                return number
            case Adding.DISTINCT:
                return self.rows.distinct(self.measure)
            case Adding.SUM:
                return self.rows.total(self.measure)
            case Adding.SHARE:
                return _tenths(Decimal(100 * self._true()) / number) if number else None
            case Adding.MEAN:
                return self._mean()
            case Adding.ALL:
                return self._true() == number > 0
        return self._true() > 0

    def sentence(self, value: Number, unit: str) -> str:
        """How the value comes from the records, with what went into it."""
        told = {"records": self.told(len(self.rows)), "value": shown(value), "unit": unit, "parts": self._told_parts()}
        if self.adds == Adding.MEAN:
            told |= {"known": shown(self.known()), "sum": shown(self.rows.total(self.measure))}
        elif self.adds in (Adding.ALL, Adding.ANY, Adding.SHARE):
            told["true"] = shown(self._true())
        return capfirst(str(_SENTENCES[self.adds]) % told)

    def split(self) -> list[Part]:
        """The value by ``parts``, largest first; what is left beyond the first few as one."""
        if self.parts is None:
            return []
        path = self.parts.path
        found = self.rows.sums_of(path, self.measure) if self.adds == Adding.SUM else self.rows.values_of(path)
        named = (Part(str(self.parts.cell(value) or gettext("not named")), number) for value, number in found)
        parts = sorted(named, key=lambda part: (-part.value, part.label))
        if len(parts) <= MOST_PARTS + 1:
            return parts
        return [*parts[:MOST_PARTS], Part(gettext("everything else"), sum(p.value for p in parts[MOST_PARTS:]))]

    def _told_parts(self) -> str:
        parts = self.split()
        if len(parts) < 2:
            return ""
        return gettext(", of this %(parts)s") % {"parts": "; ".join(f"{p.label} {shown(p.value)}" for p in parts)}

    def _mean(self) -> Decimal | None:
        known = self.known()
        return _tenths(Decimal(self.rows.total(self.measure)) / known) if known else None

    def known(self) -> int:
        """So many rows have a value."""
        return sum(number for value, number in self.rows.values_of(self.measure) if value is not None)

    def _true(self) -> int:
        return sum(number for value, number in self.rows.values_of(self.measure) if value in self.wanted)


def _tenths(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)
