"""The audit trail for programs: changes with their values, as far as somebody may read them."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model

from audit.models import Entry
from audit.personal import is_veiled, with_details
from reports.trail import model_of, references

#: Stands for a value that the person asking may not read.
HIDDEN = "…"


def told_changes(
    entry: Entry,
    *,
    hidden: Collection[str],
    seen: Mapping[type[Model], Collection[int]],
    reads_personal: bool = False,
) -> dict[str, dict[str, Any]]:
    """``{field: {"old", "new"}}`` without the fields in ``hidden``; ``seen``: keys of records that may be named."""
    values = with_details(entry) if reads_personal else entry.changes
    fields = {field.name: field for field in model._meta.get_fields()} if (model := model_of(entry)) else {}
    return {
        name: {"old": _told(fields.get(name), pair[0], seen), "new": _told(fields.get(name), pair[1], seen)}
        for name, pair in values.items()
        if name not in hidden
    }


def seen_keys(user: Any, entries: Iterable[Entry]) -> dict[type[Model], set[int]]:
    """Which of the records that the changes refer to ``user`` may see. One query per model.

    Records of a model that knows nothing of scopes are told to nobody.
    """
    found: dict[type[Model], set[int]] = {}
    for model, keys in references(entries).items():
        rows: Any = model._default_manager
        if keys and hasattr(rows.all(), "visible_to"):
            seen = rows.visible_to(user).filter(pk__in=keys).order_by().values_list("pk", flat=True)
            found[model] = set(seen)
    return found


def _told(field: Any, value: Any, seen: Mapping[type[Model], Collection[int]]) -> Any:
    if is_veiled(value):
        return HIDDEN
    is_key = field is not None and field.is_relation and isinstance(value, int)
    return HIDDEN if is_key and value not in seen.get(field.related_model, ()) else value
