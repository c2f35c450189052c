"""Places in odd shapes: the school as the name of a sheet; room, building or status beside it in one cell."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.cell_types import CellRefused
from common.columns import Column
from common.parsing import ParseError, clean_text, normalise_heading
from common.sheets.workbook import Workbook
from imports.matching import Schools, room_key
from imports.shapes import LONGEST_TEXT, Area
from imports.tables import Table
from schools.models import School

_SCHOOL_KEYS = ("school", "school_number")
_NUMBER = re.compile(r"(?<!\d)\d{6}(?!\d)")
#: Between a school and what else stands in its cell.
_SEPARATOR = re.compile(r"\s*[,;|\n/(]\s*|\s+[–-]\s+|:\s+|\s+(?=(?:R|Raum|Zi|Zimmer)\b\.?\s*[A-Z]?\d)", re.I)
_PIECES = re.compile(r"\s*[,;|\n/()]\s*|\s+[–-]\s+")
_ROOM = re.compile(
    r"(?:(?:r|raum|room|rm|zi|zimmer|klassenraum|klasse|fachraum)\b\.?\s*(?:nr\.?\s*)?)?"
    r"[A-Z]{0,2}[ .-]?\d{1,4}(?:[. -]?\d{1,3})?[a-z]?"
    r"|(?:[^\W\d]+[ -]?)?(?:raum|zimmer|halle|saal|labor|werkstatt|bibliothek|sekretariat|aula|mensa|foyer|küche)"
    r"(?: ?[A-Z]?\d{1,3})?",
    re.I,
)
_BUILDING = re.compile(
    r"(?:haus|gebäude|trakt|bauteil|pavillon|container|building)\b.{0,30}"
    r"|(?:haupt|neben|alt|neu|erweiterungs)(?:bau|gebäude)",
    re.I,
)


class SheetNames:
    """Which schools the sheets of a workbook, or tables beside each other, are called after."""

    def __init__(self, book: Workbook) -> None:
        self._has_sheets = book.format != "csv"  # a text table is called after its file

    @cached_property
    def schools(self) -> Schools:
        return Schools()

    def name_of(self, area: Area) -> str:
        """Of the area's title and the name of its sheet the one that is a school's, else the latter."""
        title = area.title
        return title if title and self.schools.find(title) else area.sheet.name

    def school_of(self, area: Area) -> School | None:
        return self.schools.find(self.name_of(area)) if self._has_sheets else None

    @staticmethod
    def are_needed(keys: Iterable[str], columns: Sequence[Column]) -> bool:
        """Whether the kind wants a school and no column of the file tells it."""
        return any(column.key == "school" for column in columns) and not set(_SCHOOL_KEYS) & set(keys)


def name_schools(table: Table, columns: Sequence[Column], names: SheetNames) -> None:
    """One sheet per school: its name is the school of all its rows. One name that is no school is asked about."""
    if not names.are_needed(table.index, columns) or not any(names.school_of(part.area) for part in table.parts):
        return
    is_titled = any(names.name_of(part.area) != part.area.sheet.name for part in table.parts)
    heading = _("Title of the table") if is_titled else _("Name of the sheet")
    ends = [*(part.start for part in table.parts[1:]), len(table.rows)]
    texts: dict[int, str] = {}
    for part, end in zip(table.parts, ends, strict=True):
        texts.update(dict.fromkeys(range(part.start, end), names.name_of(part.area)))
    table.put("school", heading, texts)
    shown = ", ".join(dict.fromkeys(names.name_of(part.area) for part in table.parts))
    by_title = _("The school is told by the title of the table: %(names)s.")
    by_sheet = _("The school is told by the name of the sheet: %(names)s.")
    table.notes.append((by_title if is_titled else by_sheet) % {"names": shown})


# --- one cell for several things --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Place:
    """What a cell in the column of schools says. ``texts``: by key, what belongs into other columns."""

    school: str | None
    texts: dict[str, str] = field(default_factory=dict)
    rest: str = ""


def split_places(table: Table, columns: Sequence[Column], names: SheetNames) -> None:
    """Room, building and status that stand beside the school go where they belong; what else does is a problem."""
    at = table.index.get("school")
    keys = {column.key for column in columns}
    if at is None or "room" not in keys:
        return
    status = next((column for column in columns if column.key == "status"), None)
    reader = _PlaceReader(names.schools, keys, status)
    texts = {cell for row in table.rows if type(cell := row[at]) is str and len(cell) <= LONGEST_TEXT}
    places = {text: place for text in texts if (place := reader.read(text))}
    if places:
        cells = ((i, row[at]) for i, row in enumerate(table.rows))
        _Settling(table, at, status).settle(
            {i: places[text] for i, text in cells if type(text) is str and text in places}
        )


class _PlaceReader:
    """Tells a school from what stands beside it."""

    def __init__(self, schools: Schools, keys: set[str], status: Column | None) -> None:
        self._schools, self._keys, self._status = schools, keys, status

    def read(self, text: str) -> _Place | None:
        """``None`` for a cell that is to be read as it is."""
        known = self._schools.find(text)
        if known and not _NUMBER.search(text):
            return None
        if not known and self._is_status(text):
            return _Place(None, {"status": text.strip()})
        for gap in reversed(list(_SEPARATOR.finditer(text))):
            if school := self._schools.find(text[: gap.start()]):
                place = self._beside(text[: gap.start()], school, text[gap.end() :])
                is_plain = not (place.texts or place.rest)
                return None if is_plain or (known and place.rest) else place
        return None

    def _beside(self, name: str, school: School, rest: str) -> _Place:
        place = _Place(name)
        unknown = []
        for piece in filter(None, map(str.strip, _PIECES.split(rest))):
            key = self._key_of(piece)
            if key and key not in place.texts:
                place.texts[key] = piece
            elif self._schools.find(piece) is not school:
                unknown.append(piece)
        place.rest = ", ".join(unknown)
        return place

    def _key_of(self, piece: str) -> str:
        if "building" in self._keys and _BUILDING.fullmatch(piece):
            return "building"
        if self._is_status(piece):
            return "status"
        return "room" if _ROOM.fullmatch(piece) and not _NUMBER.fullmatch(piece) else ""

    def _is_status(self, text: str) -> bool:
        return _parsed(self._status, text) is not None


def _parsed(column: Column | None, text: Any) -> Any:
    try:
        return column.parse(text) if column else None
    except ParseError:
        return None


class _Settling:
    """Puts what stands beside schools into the cells where it belongs, unless something else stands there."""

    def __init__(self, table: Table, at: int, status: Column | None) -> None:
        self._table, self._status = table, status
        self._heading = table.headings[at]

    def settle(self, places: Mapping[int, _Place]) -> None:
        faults: dict[int, ParseError] = {}
        found: dict[str, dict[int, str]] = {}
        for i, place in places.items():
            against = [text for key, text in place.texts.items() if not self._fits(i, key, text)]
            if place.rest or against:
                faults[i] = self._fault(place, ", ".join(filter(None, [place.rest, *against])))
                continue
            for key, text in place.texts.items():
                found.setdefault(key, {})[i] = text
        self._table.faults["school"] = faults
        schools = {i: place.school for i, place in places.items() if i not in faults}
        self._table.put("school", "", {i: text for i, text in schools.items() if text})
        self._table.blank("school", [i for i, text in schools.items() if not text])
        for key, texts in found.items():
            self._put(key, texts)

    def _fits(self, i: int, key: str, text: str) -> bool:
        """Whether the row's own cell says nothing else."""
        if not self._table.has_value(i, key):
            return True
        given = self._table.text(i, key)
        if key == "status":
            return bool(_parsed(self._status, given) == _parsed(self._status, text))
        same = room_key if key == "room" else normalise_heading
        return same(given) == same(text)

    def _fault(self, place: _Place, rest: str) -> ParseError:
        if place.school is None:
            message = _("“%(value)s” says how the device is and not where, and the row says something else of it.")
            return CellRefused("status_in_place", message, rest)
        message = _(
            "Beside the school “%(school)s” this cell says “%(value)s”. Write that in the column where it belongs, or "
            "delete it."
        )
        return CellRefused("more_than_school", message, rest, school=clean_text(place.school) or "")

    def _put(self, key: str, texts: Mapping[int, str]) -> None:
        names = {"heading": self._heading, "rows": len(texts)}
        heading = {
            "room": _("Room in “%(heading)s”"),
            "building": _("Building in “%(heading)s”"),
            "status": _("Status in “%(heading)s”"),
        }[key] % names
        message = {
            "room": ngettext(
                "%(rows)d row names a room in “%(heading)s”; it is read as such.",
                "%(rows)d rows name a room in “%(heading)s”; it is read as such.",
                len(texts),
            ),
            "building": ngettext(
                "%(rows)d row names a building in “%(heading)s”; it is read as such.",
                "%(rows)d rows name a building in “%(heading)s”; it is read as such.",
                len(texts),
            ),
            "status": ngettext(
                "%(rows)d row says the status in “%(heading)s”; it is read as such.",
                "%(rows)d rows say the status in “%(heading)s”; it is read as such.",
                len(texts),
            ),
        }[key]
        self._table.put(key, heading, texts)
        self._table.notes.append(message % names)
