"""Writing progress entries of the wider programme, and choosing the figures of the public page."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import check_record, edit_record, told
from audit.models import Act
from audit.services import Record, log_records, open_act
from rollout.entry_periods import first_day
from rollout.enums import EntryState, Precision
from rollout.models import Initiative, ProgressEntry, PublicFigure
from rollout.services.plan import begin, check_reason, set_published, set_withdrawn

ENTRY_FIELDS = ("text", "on", "precision", "state")
_FIGURE_FIELDS = ("figure_key", "figure_value", "figure_text", "since", "as_of", "known_at")
_NO_FIGURE: dict[str, Any] = dict.fromkeys(_FIGURE_FIELDS) | {"figure_key": "", "figure_text": ""}


class FrozenValue(NamedTuple):
    """A declared figure as it stands: ``text`` as it is worded; ``since`` where it tells of a period."""

    key: str
    value: Decimal | None
    text: str
    as_of: date
    known_at: datetime
    since: date | None = None

    def fields(self) -> dict[str, Any]:
        return {"figure_key": self.key, "figure_value": self.value, "figure_text": self.text} | {
            name: getattr(self, name) for name in ("since", "as_of", "known_at")
        }


def write_entry(
    initiatives: Collection[Initiative],
    *,
    by: Actor,
    text: str,
    on: date,
    state: str,
    precision: str = Precision.DAY,
    figure: FrozenValue | None = None,
) -> ProgressEntry:
    """Add an entry to one or several projects, not published yet. Raises ``ValidationError`` by field."""
    with transaction.atomic():
        act = open_act(by, "entry.write", subject=text)
        entry = ProgressEntry(
            text=text, on=first_day(on, precision), precision=precision, state=state, act=act, changed_at=act.at
        )
        for name, value in (figure.fields() if figure else {}).items():
            setattr(entry, name, value)
        check_record(entry)
        _check_initiatives(initiatives)
        entry.save()
        entry.initiatives.set(initiatives)
        changes = {name: [None, told(getattr(entry, name))] for name in (*ENTRY_FIELDS, *_FIGURE_FIELDS)}
        changes = {name: pair for name, pair in changes.items() if pair[1] not in (None, "")}
        changes["initiatives"] = [None, _titles(initiatives)]
        log_records(act, ProgressEntry, [Record(entry.pk, str(entry), None, changes)])
        return entry


def change_entry(
    entry: ProgressEntry,
    *,
    by: Actor,
    changes: Mapping[str, Any],
    initiatives: Collection[Initiative] | None = None,
    figure: FrozenValue | None = None,
    drops_figure: bool = False,
    reason: str = "",
) -> ProgressEntry:
    """Set fields of ``ENTRY_FIELDS``, the projects, or the figure: another value, or (``drops_figure``) none.

    A published entry needs a ``reason``: what it said before stays in the audit trail with it.
    """
    if other := changes.keys() - set(ENTRY_FIELDS):
        raise TypeError(f"cannot be set: {', '.join(sorted(other))}")
    with transaction.atomic():
        current, act = begin(entry, "entry.change", by, reason)
        if current.published_at:
            check_reason(reason)
        values = {**changes, **(figure.fields() if figure else _NO_FIGURE if drops_figure else {})}
        values["on"] = first_day(values.get("on", current.on), values.get("precision", current.precision))
        edit_record(current, values, act, derived={"changed_at": act.at})
        if current.published_at:
            _check_day(current, act)
        if initiatives is not None:
            _set_initiatives(current, initiatives, act)
        return current


def publish_entry(entry: ProgressEntry, *, by: Actor) -> ProgressEntry:
    """From now on everybody may read the entry, as soon as one of its projects is published.

    Raises ``ValidationError`` for something done on a day that is still to come.
    """
    with transaction.atomic():
        current, act = begin(entry, "entry.publish", by)
        _check_day(current, act)
        return set_published(current, act, is_published=True)


def unpublish_entry(entry: ProgressEntry, *, by: Actor, reason: str) -> ProgressEntry:
    """Take an entry from the public page; it can be changed and published again."""
    check_reason(reason)
    with transaction.atomic():
        return set_published(*begin(entry, "entry.unpublish", by, reason), is_published=False)


def withdraw_entry(entry: ProgressEntry, *, by: Actor, reason: str = "") -> ProgressEntry:
    """Give up an entry: nobody sees it any more, the audit trail keeps it. A published one needs a reason."""
    with transaction.atomic():
        current, act = begin(entry, "entry.withdraw", by, reason)
        if current.published_at:
            check_reason(reason)
        return set_withdrawn(current, act)


def choose_public_figures(figures: Iterable[FrozenValue], *, by: Actor, reason: str = "") -> list[PublicFigure]:
    """Let the public page show exactly these figures, in this order, each with the value given here."""
    with transaction.atomic():
        act = open_act(by, "public.figures", reason=reason)
        before = {row.figure_key: row for row in PublicFigure.objects.select_for_update()}
        chosen = [_chosen(before.pop(one.key, None), one, place, act) for place, one in enumerate(figures)]
        gone = [
            Record(row.pk, row.figure_key, None, {"figure_text": [row.figure_text, None]}) for row in before.values()
        ]
        log_records(act, PublicFigure, gone)
        PublicFigure.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
        return chosen


def _chosen(row: PublicFigure | None, one: FrozenValue, place: int, act: Act) -> PublicFigure:
    values = {**one.fields(), "position": place}
    if row:
        edit_record(row, values, act)
        return row
    row = PublicFigure(**values)
    check_record(row)
    row.save()
    changes = {name: [None, told(value)] for name, value in values.items() if value is not None}
    log_records(act, PublicFigure, [Record(row.pk, row.figure_key, None, changes)])
    return row


def _set_initiatives(entry: ProgressEntry, initiatives: Collection[Initiative], act: Act) -> None:
    _check_initiatives(initiatives)
    before = list(entry.initiatives.all())
    if {one.pk for one in before} == {one.pk for one in initiatives}:
        return
    entry.initiatives.set(initiatives)
    ProgressEntry.objects.filter(pk=entry.pk).update(changed_at=act.at)
    changes = {"initiatives": [_titles(before), _titles(initiatives)]}
    log_records(act, ProgressEntry, [Record(entry.pk, str(entry), None, changes)])


def _titles(initiatives: Collection[Initiative]) -> str:
    return ", ".join(sorted(one.title for one in initiatives))


def _check_initiatives(initiatives: Collection[Initiative]) -> None:
    if not initiatives:
        raise ValidationError({"initiatives": ValidationError(_("Please choose a project."), "required")})
    if any(one.withdrawn_at for one in initiatives):
        raise ValidationError({"initiatives": ValidationError(_("This project was withdrawn."), "withdrawn")})


def _check_day(entry: ProgressEntry, act: Act) -> None:
    if entry.state == EntryState.DONE and entry.on > timezone.localdate(act.at):
        text = _("What is done cannot lie in the future: please correct the day or the state.")
        raise ValidationError({"on": ValidationError(text, "future_day")})
