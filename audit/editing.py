"""One record, written by hand: locked, checked by its model, saved where it differs, and told in the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from audit.models import Act
from audit.services import Record, log_records

M = TypeVar("M", bound=Model)


def locked(record: M) -> M:
    """The record as it is now, and nobody else's until the end of the transaction."""
    rows = type(record)._default_manager.select_for_update(of=("self",))
    current: M | None = rows.filter(pk=record.pk).first()
    if current is None:
        raise ValidationError(_("The record is not there any more."), "gone")
    return current


def check_record(record: Model, places: Mapping[str, str] | None = None) -> None:
    """Raise ``ValidationError`` by field; ``places``: ``{constraint: field}`` at which a broken one is said."""
    errors: dict[str, Any] = {}
    try:
        record.full_clean(validate_constraints=False)
    except ValidationError as error:
        errors = error.update_error_dict(errors)
    for constraint in record._meta.constraints:
        try:
            constraint.validate(type(record), record, exclude=set(errors))
        except ValidationError as error:
            place = (places or {}).get(constraint.name, NON_FIELD_ERRORS)
            errors.setdefault(place, []).extend(error.error_list)
    if errors:
        raise ValidationError(errors)


def insert_record(
    record: M, act: Act, names: Sequence[str], *, school: int | None = None, places: Mapping[str, str] | None = None
) -> M:
    """Check and save a new record; the trail tells the fields ``names`` as far as they are filled.

    Raises ``ValidationError`` by field, as ``check_record``.
    """
    check_record(record, places)
    record.save()
    values = {name: told(getattr(record, name)) for name in names}
    changes: dict[str, list[Any]] = {n: [None, value] for n, value in values.items() if value not in (None, "")}
    log_records(act, type(record), [Record(record.pk, str(record), school, changes)])
    return record


def edit_record(
    record: Model,
    values: Mapping[str, Any],
    act: Act,
    *,
    school: int | None = None,
    derived: Mapping[str, Any] | None = None,
    places: Mapping[str, str] | None = None,
) -> bool:
    """Set ``values`` of a locked record; says whether any was another one.

    ``derived``: columns computed from them, which the trail need not tell. Raises ``ValidationError`` by field, as
    ``check_record``.
    """
    label = str(record)
    pairs = {name: [getattr(record, name), value] for name, value in values.items()}
    pairs = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    columns = dict(values) | dict(derived or {})
    for name, value in columns.items():
        setattr(record, name, value)
    check_record(record, places)
    if not pairs:
        return False
    record.save(update_fields=list(columns))
    changes = {name: [told(value) for value in pair] for name, pair in pairs.items()}
    log_records(act, type(record), [Record(record.pk, label, school, changes)])
    return True


def told(value: Any) -> Any:
    """A value as the trail keeps it: related records by their key, a list as one text."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.pk if isinstance(value, Model) else value
