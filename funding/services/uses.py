"""What still uses a programme or a financing, so that it cannot be deleted."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


def refuse_used(*records: models.Model | None, besides: Iterable[models.Model] = ()) -> None:
    """Raise ``ValidationError(code="used")`` that says what refers to one of ``records``, apart from ``besides``.

    What goes with the records does not count. Superseded facts do: a report "as known then" needs them.
    """
    used = [text for record in records if record for text in _uses(record, set(besides))]
    if used:
        text = _("Still used, so it cannot be deleted: %(records)s.")
        raise ValidationError(text, "used", {"records": ", ".join(used)})


def _uses(record: models.Model, besides: set[models.Model]) -> Iterator[str]:
    relations: Iterable[Any] = record._meta.related_objects
    for relation in relations:
        if relation.on_delete is models.CASCADE:
            continue
        kept = [row.pk for row in besides if isinstance(row, relation.related_model)]
        rows = relation.related_model._default_manager.filter(**{relation.field.name: record}).exclude(pk__in=kept)
        if number := rows.count():
            names = relation.related_model._meta
            yield f"{number} {names.verbose_name if number == 1 else names.verbose_name_plural}"
