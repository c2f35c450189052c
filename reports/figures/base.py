"""What a figure is, and how its value is written."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext

from reports.queries import Records
from schools.access import Right

if TYPE_CHECKING:
    from reports.figures.basis import Behind  # it writes values as this module does

Number = int | Decimal | bool | None


class Answer(NamedTuple):
    """A value, and what a reader should know about it in this report."""

    value: Number
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """``ref``: number of the published figure that it reproduces; ``definition``: what is counted, in words.

    ``behind``: the records that it comes from.
    ``needs``: right in the whole authority without which the figure is not shown. ``is_private``: for one reader
    alone, so that it stands in nothing that others read.
    """

    key: str
    label: Any
    unit: Any
    kind: str
    definition: Any
    compute: Callable[[Records], Answer]
    behind: "Callable[[Records], Behind]"
    ref: str | None = None
    needs: Right | None = None
    is_private: bool = False

    @property
    def is_money(self) -> bool:
        """An amount in euro."""
        return str(self.unit) == gettext("euro")


@dataclass(frozen=True, slots=True)
class FigureValue:
    """A figure as of a day."""

    figure: Figure
    value: Number
    note: str

    @property
    def text(self) -> str:
        """The value as the reader's language writes it."""
        return shown(self.value)

    def as_data(self) -> dict[str, Any]:
        """The figure for JSON; ``value`` is a number, true, false or null."""
        figure = self.figure
        return {
            "key": figure.key,
            "ref": figure.ref,
            "label": str(figure.label),
            "unit": str(figure.unit),
            "kind": str(figure.kind),
            "value": float(self.value) if isinstance(self.value, Decimal) else self.value,
            "text": self.text,
            "note": self.note,
            "definition": str(figure.definition),
        }


def shown(value: Number) -> str:
    """``9.600``, ``81,8``, yes, no or unknown, in the active language."""
    if value is None:
        return gettext("unknown")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return number_format(value, use_l10n=True, force_grouping=True)
