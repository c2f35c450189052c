"""Loading and writing timelines of dated facts, for one owner or for thousands.

A timeline is what is believed now about one owner (a device, a project, a school), in days.
Loading takes one query, writing two statements, whatever the number of owners.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from common.bulk import ids, insert_rows
from common.dated import NewSpan, Revision, Span, group_spans, replace_span
from common.diff import Diff, Outcome, RowDiff, RowsRefused, rejected, told
from common.workflow import Workflow


class Change(Protocol):
    """What is recorded about one owner, true from a day on."""

    @property
    def on(self) -> date: ...


_C = TypeVar("_C", bound=Change)


@dataclass(frozen=True, slots=True)
class Timelines:
    """``owner``: foreign key to the owner; ``values``: the fields that a fact states.

    ``scope`` narrows a model that keeps several timelines per owner (e.g. one per requirement).
    """

    model: type[models.Model]
    owner: str
    values: tuple[str, ...]
    scope: Mapping[str, Any] = field(default_factory=dict)

    def load(self, owners: Iterable[int]) -> dict[int, list[Span]]:
        """Believed rows per owner, sorted by first day."""
        rows = (
            self._facts()
            .filter(superseded_at__isnull=True, **self.scope, **{f"{self.owner}__in": ids(owners)})
            .order_by(self.owner, "valid_from")
            .values_list(self.owner, "pk", "valid_from", "valid_until", *self.values)
        )
        return group_spans(rows.iterator(chunk_size=5000))

    def write(self, revisions: Mapping[int, Revision], act: Act) -> None:
        """Supersede first, then insert: the database admits one open row per owner."""
        self._supersede([pk for revision in revisions.values() for pk in revision.supersede], act)
        self.insert(((owner, span) for owner, revision in revisions.items() for span in revision.insert), act)

    def insert(self, spans: Iterable[tuple[int, NewSpan]], act: Act) -> None:
        """Record spans of owners; the caller knows that nothing believed overlaps."""
        names = (self.owner, "valid_from", "valid_until", "recorded_at", "act", *self.scope, *self.values)
        scope = tuple(self.scope.values())
        rows = (
            (owner, span.valid_from, span.valid_until, act.at, act.pk, *scope, *span.values) for owner, span in spans
        )
        insert_rows(self.model, names, rows)

    def revise_each(
        self,
        changes: Mapping[int, _C],
        labels: Mapping[int, str],
        decide: Callable[[list[Span], _C], Revision],
        act: Act,
    ) -> tuple[dict[int, Revision], Diff]:
        """What one change per owner does to the timelines, still to be written; none where it says nothing new.

        ``decide`` says it of one. Raises one ``RowsRefused`` that names every owner that cannot be changed.
        """
        timelines = self.load(changes)
        revisions: dict[int, Revision] = {}
        rows: list[RowDiff] = []
        for owner, change in changes.items():
            label = labels[owner]
            try:
                check_not_future(change.on, act.at)
                revision = decide(timelines.get(owner, []), change)
            except ValidationError as error:
                rows.append(rejected(owner, label, error))
            else:
                if revision:
                    revisions[owner] = revision
                rows.append(told(owner, label, self.changes(revision) if revision else {}))
        diff = Diff(rows)
        if diff.count(Outcome.REJECTED):
            raise RowsRefused(diff)
        return revisions, diff

    def locate(self, owner: int, fact: int) -> tuple[list[Span], int]:
        """A timeline and the place of the entry ``fact`` in it. Raises ``ValidationError`` if it was superseded."""
        timeline = self.load([owner]).get(owner, [])
        index = next((i for i, span in enumerate(timeline) if span.pk == fact), None)
        if index is None:
            raise ValidationError(_("This entry was corrected by somebody else meanwhile."), "superseded")
        return timeline, index

    def take_back(self, act: Act, owners: Iterable[int], into: Act) -> dict[int, list[Span]]:
        """Believe again what was believed about the owners just before ``act``; returns those spans.

        What differs is superseded by ``into`` and recorded anew, in a constant number of statements. The
        caller holds the locks of the owners and knows that no later act about them shall last.
        """
        owners = list(owners)
        now, before = self.load(owners), self._load_before(act, owners)
        missing = _beyond(before, now)
        self._supersede([span.pk for _owner, span in _beyond(now, before)], into)
        self.insert(((owner, NewSpan(*span[1:])) for owner, span in missing), into)
        return before

    def changes(self, revision: Revision) -> dict[str, list[Any]]:
        """What a revision says for the audit trail: ``{field: [old, new]}`` and the first day."""
        if revision.is_withdrawal and revision.old:
            told = dict(zip(self.values, revision.old.values, strict=True))
            withdrawn = {name: [value, None] for name, value in told.items() if value not in (None, "")}
            return withdrawn | {"valid_from": [revision.old.valid_from, None]}
        span = revision.insert[-1]
        old = revision.old.values if revision.old else revision.before or (None,) * len(self.values)
        pairs = zip(self.values, old, span.values, strict=True)
        changed = {name: [before, after] for name, before, after in pairs if before != after}
        return changed | {"valid_from": [revision.old.valid_from if revision.old else None, span.valid_from]}

    def _load_before(self, act: Act, owners: Iterable[int]) -> dict[int, list[Span]]:
        """What was believed when ``act`` began; it superseded rows at its own instant."""
        rows = (
            self._facts()
            .filter(Q(superseded_at__isnull=True) | Q(superseded_at__gte=act.at), recorded_at__lte=act.at, **self.scope)
            .filter(**{f"{self.owner}__in": ids(owners)})
            .exclude(act=act)
            .order_by(self.owner, "valid_from")
            .values_list(self.owner, "pk", "valid_from", "valid_until", *self.values)
        )
        return group_spans(rows.iterator(chunk_size=5000))

    def _supersede(self, gone: Sequence[int], act: Act) -> None:
        if not gone:
            return
        rows = self._facts().filter(pk__in=ids(gone))
        if rows.filter(recorded_at__gt=act.at).exists():
            # Somebody wrote between the beginning of the act and its lock.
            text = _("Somebody else has changed the same entries meanwhile. Look at them again, then repeat.")
            raise ValidationError(text, "changed_meanwhile")
        rows.update(superseded_at=act.at)

    def _facts(self) -> models.QuerySet[Any]:
        return self.model._default_manager.all()


def _beyond(some: Mapping[int, list[Span]], others: Mapping[int, list[Span]]) -> list[tuple[int, Span]]:
    """Spans whose period and values ``others`` do not have."""
    found = []
    for owner, spans in some.items():
        known = {span[1:] for span in others.get(owner, ())}
        found += [(owner, span) for span in spans if span[1:] not in known]
    return found


def correct_status(
    timeline: Sequence[Span], index: int, values: tuple[Any, ...] | None, on: date | None, rules: Workflow, at: datetime
) -> Revision:
    """Correct or (``values=None``) withdraw one row; the status is the first value of each timeline that has one.

    Raises ``ValidationError`` where the steps before and after it would be forbidden, or the days out of order.
    """
    if on:
        check_not_future(on, at)
    before = timeline[index - 1].values[0] if index else None
    after = timeline[index + 1].values[0] if index + 1 < len(timeline) else None
    rules.check_correction(before, timeline[index].values[0], values[0] if values else None, after)
    try:
        return replace_span(timeline, timeline[index].pk, values, on)
    except ValueError as error:
        text = _("The new day must lie between the entry before and the entry after.")
        raise ValidationError(text, "out_of_order") from error


def check_not_future(on: date, at: datetime) -> None:
    """Facts are about the past and today. Raises ``ValidationError(code="future_day")``."""
    # The local day is never earlier than the day before in UTC: most facts need no time zone.
    if on >= at.date() and on > timezone.localdate(at):
        raise ValidationError(
            _("%(day)s lies in the future. Only what has happened can be recorded."),
            "future_day",
            {"day": on.strftime("%d.%m.%Y")},
        )
