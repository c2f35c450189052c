"""One dated fact that belongs to no timeline, such as a grant notice: recorded, corrected, withdrawn."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from audit.editing import check_record, told
from audit.models import Act, AuditedFact
from audit.services import Record, log_records
from audit.timelines import check_not_future

F = TypeVar("F", bound=AuditedFact)
_DATES = ("valid_from", "valid_until")
_EMPTY = (None, "")


def believed(fact: F) -> F:
    """The fact, locked. Raises ``ValidationError`` if it was superseded meanwhile."""
    rows = type(fact)._default_manager.select_for_update(of=("self",))
    current: F | None = rows.filter(pk=fact.pk, superseded_at__isnull=True).first()
    if current is None:
        raise ValidationError(_("This entry was corrected by somebody else meanwhile."), "superseded")
    return current


def record_fact(
    fact: F, act: Act, names: Sequence[str], *, school: int | None = None, places: Mapping[str, str] | None = None
) -> F:
    """Check and save a new fact; the trail tells the fields ``names`` and its days.

    Raises ``ValidationError`` by field, as ``check_record``; of its first day at ``on``.
    """
    _save(fact, act, places)
    log_records(act, type(fact), [Record(fact.pk, str(fact), school, _changes(None, fact, names))])
    return fact


def correct_fact(
    fact: F,
    values: Mapping[str, Any],
    act: Act,
    names: Sequence[str],
    *,
    school: int | None = None,
    places: Mapping[str, str] | None = None,
) -> F:
    """Supersede a believed fact by one with other ``values``; returns the one that is believed then."""
    before = {field.attname: getattr(fact, field.attname) for field in fact._meta.concrete_fields}
    new = type(fact)(**before | {"id": None, "superseded_at": None})
    for name, value in values.items():
        setattr(new, name, value)
    changes = _changes(fact, new, names)
    if not changes:
        return fact
    _supersede(fact, act)
    _save(new, act, places)
    log_records(act, type(fact), [Record(new.pk, str(new), school, changes)])
    return new


def withdraw_fact(fact: AuditedFact, act: Act, names: Sequence[str], *, school: int | None = None) -> None:
    """Believe it no longer."""
    _supersede(fact, act)
    log_records(act, type(fact), [Record(fact.pk, str(fact), school, _changes(fact, None, names))])


def day_errors(on: date, act: Act) -> dict[str, Any]:
    """What speaks against a first day, for the field ``on``."""
    try:
        check_not_future(on, act.at)
    except ValidationError as error:
        return {"on": error.error_list}
    return {}


def _save(fact: AuditedFact, act: Act, places: Mapping[str, str] | None) -> None:
    fact.act, fact.recorded_at = act, act.at
    errors = day_errors(fact.valid_from, act)
    try:
        check_record(fact, places)
    except ValidationError as error:
        errors = error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)
    fact.save()


def _supersede(fact: AuditedFact, act: Act) -> None:
    fact.superseded_at = act.at
    fact.save(update_fields=["superseded_at"])


def _changes(old: AuditedFact | None, new: AuditedFact | None, names: Sequence[str]) -> dict[str, list[Any]]:
    pairs = {name: [told(getattr(one, name, None)) for one in (old, new)] for name in (*names, *_DATES)}
    return {n: pair for n, pair in pairs.items() if pair[0] != pair[1] and set(pair) - set(_EMPTY)}
