"""Lists of our own that come back: what was edited in them, and what somebody else changed meanwhile.

Each cell is known three times: as *exported*, as it is *now*, and as it stands in the file (*yours*). Equal
to what was exported it was not touched, and whatever happened since stays. Edited it is taken, unless the
value of now is neither: that is a conflict, which only a person can settle.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import Entry
from common.bulk import ids
from common.round_trip import ID, VERSION, Version
from imports.enums import Blank
from imports.findings import Conflict
from imports.preview import Plan
from imports.reader import Cells
from imports.texts import as_read

#: Kind of the decisions about conflicts; a decision is ``{"action": "keep"}`` or ``{"action": "take", "now": what
#: was to be overwritten}``: a value that came later was not seen by whoever decided.
CONFLICT = "conflict"
KEEP, TAKE = "keep", "take"


class Origin(NamedTuple):
    """The record that a row of our own list was written for, and what the list was made from."""

    record: int
    version: Version


class Since(NamedTuple):
    """One change of a record after a list went out. ``changes``: ``{field: [old, new]}`` as in the audit trail."""

    at: datetime
    who: str
    changes: Mapping[str, Sequence[Any]]


class Three(NamedTuple):
    exported: Any
    now: Any
    yours: Any

    @property
    def is_untouched(self) -> bool:
        return bool(self.yours == self.exported or self.yours == self.now)


def origins_of(cells: Cells) -> dict[int, Origin]:
    """Rows that carry both hidden columns."""
    pairs = zip(cells[ID.key], cells[VERSION.key], strict=True)
    return {i: Origin(pk, version) for i, (pk, version) in enumerate(pairs) if pk is not None and version}


def changes_since(model: type[models.Model], origins: Iterable[Origin]) -> dict[int, list[Since]]:
    """What happened to each record after its row was written, newest first. One query."""
    known_at = {origin.record: origin.version.known_at for origin in origins}
    if not known_at:
        return {}
    entries = Entry.objects.filter(
        kind=model._meta.label_lower, object_id__in=ids(known_at), act__at__gt=min(known_at.values())
    )
    names = ("object_id", "act__at", "act__user__first_name", "act__user__last_name", "act__user__username", "changes")
    found: dict[int, list[Since]] = {}
    for record, at, first, last, name, changes in entries.order_by("-act__at", "-pk").values_list(*names):
        if at > known_at[record]:
            found.setdefault(record, []).append(Since(at, f"{first or ''} {last or ''}".strip() or name or "", changes))
    return found


def undone(model: type[models.Model], now: Mapping[str, Any], since: Iterable[Since]) -> dict[str, Any]:
    """The values of ``now`` as they were before all of ``since``, which comes newest first."""
    values = dict(now)
    for one in since:
        for name in values.keys() & one.changes.keys():
            old = one.changes[name][0]
            field: Any = model._meta.get_field(name)
            plain = field.target_field if field.is_relation else field
            values[name] = (
                "" if old is None and not field.null and field.empty_strings_allowed else plain.to_python(old)
            )
    return values


class Merge:
    """The three-way comparison of one row; at its end ``plan.edited`` says which columns are to be read."""

    def __init__(self, plan: Plan, i: int, since: Sequence[Since]) -> None:
        self.plan = plan
        self.i = i
        self.since = since
        self.edited: set[str] = set()

    def look(self, key: str, three: Three, *, field: str = "", shown: Any = as_read) -> bool:
        """Whether the cell of ``key`` was edited and is to be taken. ``field``: its name in the audit trail."""
        blanks = self.plan.context.options.blank == Blank.CLEAR
        is_known_column = key in self.plan.table.index
        is_said = is_known_column and self.plan.table.rows[self.i][self.plan.table.index[key]] is not None
        if not is_known_column or (not is_said and not (blanks and three.exported not in (None, ""))):
            return False
        if is_said and three.yours is None:
            self.edited.add(key)  # what cannot be read was said to be a problem already
            return True
        if (not is_said and three.now in (None, "")) or three.is_untouched:
            return False
        if three.now == three.exported or self._is_taken(key, three, field or key, shown):
            self.edited.add(key)
            return True
        return False

    def _is_taken(self, key: str, three: Three, field: str, shown: Any) -> bool:
        """Whether somebody said that a conflict ends with what stands in the file."""
        plan, i = self.plan, self.i
        place = plan.place(i, key)
        text = f"{place.sheet}!{place.cell}"
        last = next((one for one in self.since if field in one.changes), None)
        who, at = (last.who, last.at.isoformat()) if last else ("", "")
        texts = (shown(three.exported), shown(three.now), shown(three.yours))
        given = plan.context.decisions.get(CONFLICT, {}).get(text) or {}
        is_of_before = given.get("action") == TAKE and given.get("now", texts[1]) != texts[1]
        answer = "" if is_of_before else str(given.get("action", ""))
        plan.conflicts.append(Conflict(text, *place, plan.labels[i], *texts, who, at, answer))
        if answer not in (KEEP, TAKE):
            message = _("Changed by somebody else since this list was exported: “%(old)s” became “%(now)s”.")
            plan.doubt(i, key, CONFLICT, message % {"old": texts[0] or "–", "now": texts[1] or "–"})
        return answer == TAKE

    def end(self, *together: tuple[str, str]) -> frozenset[str]:
        """``together``: pairs of columns that are read both or not at all."""
        for first, second in together:
            if self.edited & {first, second}:
                self.edited |= {first, second}
        edited = frozenset(self.edited)
        self.plan.edited[self.i] = edited
        return edited


def is_live(version: Version) -> bool:
    """Whether a list says what was so when it was made, and not on some earlier day."""
    return version.day >= timezone.localdate(version.known_at)
