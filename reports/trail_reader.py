"""What somebody may read of audit entries: fields, people, and the names of records that changes refer to."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from audit.models import Act, Entry
from reports.trail import Names, Reader, references
from reports.verbs import verb_text
from rollout.models import Attainment, Requirement
from schools.access import Right, has_right_everywhere, sees_everything
from schools.audit_scope import fields_hidden_from
from schools.people import people_visible_to

#: What names of these records need besides their own row.
_WITH = {
    "inventory.devicemodel": ("manufacturer",),
    "rollout.constructionproject": ("site",),
    "schools.membership": ("user",),
}


def reader_for(user: Any) -> Reader:
    audits = has_right_everywhere(user, Right.AUDIT)
    return Reader(fields_hidden_from(user), sees_everything(user), audits, lambda entries: _names(user, entries))


def told_acts(user: Any) -> Callable[[Act | None], str]:
    """How acts are told to ``user`` in one line: what was done, and by whom as far as that is said."""
    reader = reader_for(user)

    def told(act: Act | None) -> str:
        if act is None:
            return ""
        said = (verb_text(act.verb, act.channel), reader.who(act), reader.place(act), reader.subject(act))
        return " · ".join(filter(None, said))

    return told


def _names(user: Any, entries: Collection[Entry]) -> Names:
    """Names of records that changes refer to, as far as the person sees them. One query per model."""
    found: dict[Any, dict[Any, str]] = {}
    for model, keys in references(entries).items():
        rows = _visible(user, model)
        if keys and rows is not None:
            chosen = rows.filter(pk__in=keys).select_related(*_WITH.get(model._meta.label_lower, ()))
            found[model] = {row.pk: str(row) for row in chosen}
    if any(entry.kind == Attainment._meta.label_lower for entry in entries):
        found[Requirement] = _requirements()
    return found


def _requirements() -> dict[str, str]:
    """``{key: name}`` as the newest standard has it, for all schools before those of one type."""
    rows = Requirement.objects.filter(school=None).order_by("-school_type", "standard__valid_from")
    return {row.key: row.label for row in rows}


def _visible(user: Any, model: Any) -> QuerySet[Any] | None:
    """``None`` where nobody says who may see records of the model."""
    if model is User:
        return people_visible_to(user)
    try:
        rows: QuerySet[Any] = model._default_manager.visible_to(user)
    except AttributeError:
        return None
    return rows
