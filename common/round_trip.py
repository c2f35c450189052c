"""What an exported list carries in hidden columns, so that it can come back: which record, known when.

A cell of the file is compared with what it said when it went out. For that nothing but the day of the
list and an instant is needed: dated facts and the audit trail know what was believed then.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple, Self

from common.columns import Column
from common.parsing import clean_text
from common.sheets.workbook import CellValue


class Version(NamedTuple):
    """The list of ``day`` as everything written up to ``known_at`` (aware) says it."""

    day: date
    known_at: datetime

    @classmethod
    def of_text(cls, text: str) -> Self:
        """Raises ``ValueError`` for what is none."""
        day, _slash, instant = text.partition("/")
        known_at = datetime.fromisoformat(instant)
        if known_at.tzinfo is None:
            raise ValueError("an instant without its zone")
        return cls(date.fromisoformat(day), known_at)

    def __str__(self) -> str:
        return f"{self.day.isoformat()}/{self.known_at.astimezone(UTC).isoformat()}"


def parse_id(value: CellValue) -> int | None:
    """Key of a record; whatever is none is passed over, since people do not look at the column."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = clean_text(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def parse_version(value: CellValue) -> Version | None:
    """What stands in the column of another program's list is none of ours."""
    text = clean_text(value) if isinstance(value, str) else None
    try:
        return Version.of_text(text) if text else None
    except ValueError:
        return None


ID = Column("_id", "_id", "_id", parse=parse_id, width=10, kind="number", is_hidden=True)
VERSION = Column("_version", "_version", "_version", parse=parse_version, width=40, is_hidden=True)
ROUND_TRIP = (ID, VERSION)
