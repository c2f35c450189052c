"""How records are taken back, and what taking an act back does to each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models

from audit.models import Act, AuditedFact
from audit.timelines import Timelines
from common.bulk import ids


@dataclass(frozen=True, slots=True)
class Undoable:
    """How records of one type are taken back.

    ``born``: the field that has no old value in the entry of a record's creation, and no new one in that of its
    removal. ``details``: fields without history. ``timelines``: dated facts about it; of the first it keeps today's
    copy, if it has a field ``since``. ``clears``: references that a revoked record gives up. ``parts``: rows deleted
    with it. ``facts``: where the entries are about facts of ``model`` (and not about itself), their model.
    ``obstacles``: ``{key: reason}`` of records for which something else stands in the way. ``settle``: what else
    follows once the details are set back. ``around``: entered with the keys while all of it is written. ``remarks``:
    fields of entries that change nothing about it, as that it was compared with a list: those do not make it stay.
    """

    model: type[models.Model]
    born: str = ""
    details: tuple[str, ...] = ()
    timelines: tuple[Timelines, ...] = ()
    clears: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    facts: type[AuditedFact] | None = None
    obstacles: "Callable[[TakingBack, Step], Mapping[int, Any]] | None" = None
    settle: "Callable[[Step], None] | None" = None
    around: Callable[[Iterable[int]], AbstractContextManager[Any]] = nullcontext
    remarks: tuple[str, ...] = ()

    @property
    def named(self) -> type[models.Model]:
        """The model by which the audit trail names these records."""
        return self.facts or self.model

    @property
    def is_revocable(self) -> bool:
        return has_field(self.model, "revoked_by")

    def parts_of(self, records: Iterable[int]) -> "Iterator[models.QuerySet[Any]]":
        """The rows that are deleted with these records."""
        for name in self.parts:
            relation: Any = self.model._meta.get_field(name)
            rows: models.QuerySet[Any] = relation.related_model._default_manager.all()
            yield rows.filter(**{f"{relation.field.name}__in": ids(records)})


@dataclass(slots=True)
class Touched:
    """What the act did to one record: all its entries in one."""

    label: str
    school: int | None
    changes: dict[str, list[Any]] = field(default_factory=dict)


class Stays(NamedTuple):
    """A record that is not reversed, and why. ``by`` and ``at``: of the change that came since."""

    kind: type[models.Model]
    record: int
    label: str
    reason: Any
    by: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Step:
    """Records of one type that can be reversed: made, removed or changed by the act."""

    undoable: Undoable
    created: dict[int, Touched] = field(default_factory=dict)
    removed: dict[int, Touched] = field(default_factory=dict)
    changed: dict[int, Touched] = field(default_factory=dict)

    @property
    def records(self) -> dict[int, Touched]:
        return self.created | self.removed | self.changed

    def pop(self, pk: int) -> Touched:
        """Leave a record out."""
        return next(group.pop(pk) for group in (self.created, self.removed, self.changed) if pk in group)


@dataclass(slots=True)
class TakingBack:
    """``released``: rows per model that refer to nothing which the act made, once it is taken back.

    ``revoked``: rows per model that are revoked by it. ``settled``: owners per model of facts whose facts of the act
    are not believed any more.
    """

    act: Act
    steps: list[Step] = field(default_factory=list)
    kept: list[Stays] = field(default_factory=list)
    failed: list[Stays] = field(default_factory=list)
    released: dict[type[models.Model], set[int]] = field(default_factory=dict)
    revoked: dict[type[models.Model], tuple[set[int], tuple[str, ...]]] = field(default_factory=dict)
    settled: dict[type[models.Model], tuple[str, set[int]]] = field(default_factory=dict)

    @property
    def reversed(self) -> int:
        return sum(len(step.records) for step in self.steps)

    def is_gone(self, model: type[models.Model], pk: int) -> bool:
        """Whether a row is deleted or revoked."""
        made = any(pk in step.created for step in self.steps if step.undoable.model is model)
        return made and (pk in self.released.get(model, ()) or pk in self.revoked.get(model, ((), ()))[0])


def value_of(model: type[models.Model], name: str, value: Any) -> Any:
    """A value of an entry as the database has it; references are keys of rows."""
    found = model._meta.get_field(name)
    if not isinstance(found, models.Field):
        raise TypeError(f"{model.__name__}.{name} is not a column")
    return found.to_python(value)


def has_field(model: type[models.Model], name: str) -> bool:
    return any(one.name == name for one in model._meta.get_fields())
