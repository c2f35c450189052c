"""What a plan finds in a file and tells people: problems, unknown values, rows that may mean several records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils.translation import ngettext

from imports.options import VALUE


class Place(NamedTuple):
    """Where something stands in the file. ``row``: as Excel numbers it; ``cell``: as in ``C7``."""

    sheet: str
    row: int
    cell: str | None
    heading: str | None


class Problem(NamedTuple):
    """``row``: Excel row; ``column``: heading; ``severity``: ``error`` rejects the row, ``note`` does not."""

    sheet: str
    row: int | None
    column: str | None
    cell: str | None
    value: str
    code: str
    message: str
    severity: str = "error"


class Choice(NamedTuple):
    """A record, or one of a few values, that an unknown text or a row may mean; ``score``: similarity, of 100."""

    id: int | str
    label: str
    score: int | None = None


@dataclass(slots=True)
class Unknown:
    """A reference or word that nothing answers to, listed once however many rows name it (``at``)."""

    kind: str
    text: str
    key: str
    at: list[int] = field(default_factory=list)
    obstacle: str = ""
    is_left_out: bool = False
    find: Callable[[str], Sequence[Choice]] = field(default=lambda text: ())

    @property
    def code(self) -> str:
        return "unknown_choice" if self.kind.startswith(VALUE) else f"unknown_{self.kind}"

    def message(self, rows: int) -> str:
        """What is said of it, with the number of rows that name it."""
        params = {"text": self.text, "rows": rows}
        other = ngettext(
            "“%(text)s” is not known here (%(rows)d row).", "“%(text)s” is not known here (%(rows)d rows).", rows
        )
        messages = {
            "model": ngettext(
                "The model “%(text)s” is not in the catalogue (%(rows)d row).",
                "The model “%(text)s” is not in the catalogue (%(rows)d rows).",
                rows,
            ),
            "school": ngettext(
                "The school “%(text)s” is not known (%(rows)d row).",
                "The school “%(text)s” is not known (%(rows)d rows).",
                rows,
            ),
            "order": ngettext(
                "There is no order “%(text)s” (%(rows)d row).",
                "There is no order “%(text)s” (%(rows)d rows).",
                rows,
            ),
            "room": ngettext(
                "The room “%(text)s” is not known (%(rows)d row).",
                "The room “%(text)s” is not known (%(rows)d rows).",
                rows,
            ),
            "date_order": ngettext(
                "In the column “%(text)s” either the day or the month may come first (%(rows)d row).",
                "In the column “%(text)s” either the day or the month may come first (%(rows)d rows).",
                rows,
            ),
            "programme": ngettext(
                "There is no programme “%(text)s” (%(rows)d row).",
                "There is no programme “%(text)s” (%(rows)d rows).",
                rows,
            ),
            "financing": ngettext(
                "There is no financing “%(text)s” (%(rows)d row).",
                "There is no financing “%(text)s” (%(rows)d rows).",
                rows,
            ),
            "category": ngettext(
                "The category “%(text)s” is not known (%(rows)d row).",
                "The category “%(text)s” is not known (%(rows)d rows).",
                rows,
            ),
        }
        return f"{messages.get(self.kind, other) % params} {self.obstacle}".strip()


class Conflict(NamedTuple):
    """A cell edited in a list of our own, of a value that somebody else changed since the list went out.

    ``text``: how a decision names it. ``exported``, ``now``, ``yours``: as people read them, ``None`` is
    blank. ``who`` and ``at`` (ISO): the other change. ``answer``: ``keep``, ``take``, or empty so far.
    """

    text: str
    sheet: str
    row: int
    cell: str | None
    heading: str | None
    label: str
    exported: str | None
    now: str | None
    yours: str | None
    who: str = ""
    at: str = ""
    answer: str = ""


class Ambiguity(NamedTuple):
    """A row that may mean each of ``candidates``, or, where ``can_create``, a new record."""

    key: str | None
    candidates: Sequence[Choice]
    can_create: bool
    message: str

    def as_json(self, place: Place, text: str) -> dict[str, Any]:
        """``text``: by which the row is answered for (decisions of the kind ``row``)."""
        return {
            "text": text,
            **place._asdict(),
            "message": self.message,
            "can_create": self.can_create,
            "candidates": [choice._asdict() for choice in self.candidates],
        }
