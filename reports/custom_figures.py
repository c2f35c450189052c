"""Figures of one's own: made, changed, shared and deleted."""

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.services import Record, log_records, open_act
from reports.figures.subjects import SUBJECTS
from reports.models import CustomFigure
from schools.access import Right, has_right_everywhere, require

_TOLD = ("name", "subject", "measure", "query", "part_query", "is_shared", "public_at")
#: What it says: who allows it for the public page allows this.
_MEANING = ("name", "measure", "query", "part_query")
_CHANGED = frozenset({*_MEANING, "is_shared"})
_PLACES = {
    "reports_customfigure_name": "name",
    "reports_customfigure_part": "part_query",
    "reports_customfigure_places": "measure",
    "reports_customfigure_sum": "measure",
    "reports_customfigure_public": "is_public",
}
_NOT_SHARED = _("Figures are shared by people who work for the whole authority.")
_NOT_PUBLIC = {
    "unshared": _("Only a figure that is shared can be shown to the public."),
    "money": _("Amounts of money are not shown to the public by figures of one's own."),
    "search": _("A figure with a free search is not shown to the public: its words may be names."),
}


def create_figure(*, by: Actor, is_public: bool = False, **values: Any) -> CustomFigure:
    """Values by field; ``is_public``: it may be chosen for the public page.

    Raises ``ValidationError`` by field, ``PermissionDenied`` for records that one may not see and for ``is_public``
    by somebody who publishes nothing.
    """
    with transaction.atomic():
        figure = CustomFigure(owner=by.user, **values)
        act = open_act(by, "figure.create", subject=figure.name)
        _check(figure, by)
        if is_public:
            _allow(figure, by, act.at)
        return insert_record(figure, act, _TOLD, places=_PLACES)


def change_figure(figure: CustomFigure, *, by: Actor, is_public: bool | None = None, **values: Any) -> CustomFigure:
    """Change its name, measure or filters; what is published keeps what it said. Raises as ``create_figure``.

    Without ``is_public`` what was allowed for the public page stays so, unless it means something else from now on.
    """
    if unknown := values.keys() - _CHANGED:
        raise TypeError(f"not changed: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current = _changeable(figure, by)
        act = open_act(by, "figure.change", subject=current.name)
        kept = {name: values.get(name, getattr(current, name)) for name in _TOLD}
        new = CustomFigure(owner=current.owner, **kept)
        _check(new, by)
        says_the_same = all(getattr(new, name) == getattr(current, name) for name in _MEANING)
        if is_public is False or not (says_the_same and new.is_shared):
            new.public_at = None
        if is_public and new.public_at is None:
            _allow(new, by, act.at)
        edit_record(current, {name: getattr(new, name) for name in (*values, "public_at")}, act, places=_PLACES)
        return current


def delete_figure(figure: CustomFigure, *, by: Actor) -> None:
    """Delete it for good; drafts leave it out from then on, what is published keeps it."""
    with transaction.atomic():
        current = _changeable(figure, by)
        act = open_act(by, "figure.delete", subject=current.name)
        gone = {name: [getattr(current, name), None] for name in _TOLD}
        log_records(act, CustomFigure, [Record(current.pk, str(current), None, gone)])
        current.delete()


def may_change(figure: CustomFigure, user: Any) -> bool:
    """Its owner; one that is shared, also those who publish reports."""
    return figure.owner_id == user.pk or (figure.is_shared and may_publish(user))


def may_publish(user: Any) -> bool:
    """Who publishes says what the public may be shown."""
    return has_right_everywhere(user, Right.PUBLISH)


def may_share(user: Any) -> bool:
    """A figure of one school is not to stand in the catalogue of all others."""
    return has_right_everywhere(user, Right.EXPORT)


def _changeable(figure: CustomFigure, by: Actor) -> CustomFigure:
    current = locked(figure)
    if not may_change(current, by.user):
        raise PermissionDenied
    return current


def _allow(figure: CustomFigure, by: Actor, at: datetime) -> None:
    """For the public page, as it is now."""
    if not may_publish(by.user):
        raise PermissionDenied
    subject = SUBJECTS.get(figure.subject)
    asked = {name for query in (figure.query, figure.part_query) for name, _value in parse_qsl(query)}
    reasons = {
        "unshared": not figure.is_shared,
        "money": subject is not None and subject.right(figure.measure) is not None,
        "search": "q" in asked,
    }
    if code := next((code for code, holds in reasons.items() if holds), ""):
        raise ValidationError({"is_public": ValidationError(_NOT_PUBLIC[code], code)})
    figure.public_at = at


def _check(figure: CustomFigure, by: Actor) -> None:
    """Leave of both queries what its filters know, and refuse what these cannot use."""
    require(by.user, Right.EXPORT)
    if figure.is_shared and not may_share(by.user):
        raise ValidationError({"is_shared": ValidationError(_NOT_SHARED, "shared")})
    subject = SUBJECTS.get(figure.subject)
    if subject is None:
        return  # said with the other fields
    if (right := subject.right(figure.measure)) and not has_right_everywhere(by.user, right):
        raise PermissionDenied
    for name in ("query", "part_query"):
        asked = subject.asked(getattr(figure, name), by.user)
        if asked.errors:
            text = _("These filters cannot be used: %(why)s")
            why = " ".join(message for messages in asked.errors.values() for message in messages)
            raise ValidationError({name: ValidationError(text, "filter", {"why": why})})
        pairs = parse_qsl(getattr(figure, name))
        setattr(figure, name, urlencode([(key, value) for key, value in pairs if key in asked.form.fields]))
