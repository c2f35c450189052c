"""Figures of one's own: made, changed, shared and deleted."""

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

_TOLD = ("name", "subject", "measure", "query", "part_query", "is_shared")
_CHANGED = frozenset(_TOLD) - {"subject"}
_PLACES = {
    "reports_customfigure_name": "name",
    "reports_customfigure_part": "part_query",
    "reports_customfigure_places": "measure",
}
_NOT_SHARED = _("Figures are shared by people who work for the whole authority.")


def create_figure(*, by: Actor, **values: Any) -> CustomFigure:
    """Values by field. Raises ``ValidationError`` by field, ``PermissionDenied`` for records that one may not see."""
    with transaction.atomic():
        figure = CustomFigure(owner=by.user, **values)
        act = open_act(by, "figure.create", subject=figure.name)
        _check(figure, by)
        return insert_record(figure, act, _TOLD, places=_PLACES)


def change_figure(figure: CustomFigure, *, by: Actor, **values: Any) -> CustomFigure:
    """Change its name, measure or filters; what is published keeps what it said. Raises as ``create_figure``."""
    if unknown := values.keys() - _CHANGED:
        raise TypeError(f"not changed: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        current = _changeable(figure, by)
        act = open_act(by, "figure.change", subject=current.name)
        kept = {name: values.get(name, getattr(current, name)) for name in _TOLD}
        new = CustomFigure(owner=current.owner, **kept)
        _check(new, by)
        edit_record(current, {name: getattr(new, name) for name in values}, act, places=_PLACES)
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
    return figure.owner_id == user.pk or (figure.is_shared and has_right_everywhere(user, Right.PUBLISH))


def may_share(user: Any) -> bool:
    """A figure of one school is not to stand in the catalogue of all others."""
    return has_right_everywhere(user, Right.EXPORT)


def _changeable(figure: CustomFigure, by: Actor) -> CustomFigure:
    current = locked(figure)
    if not may_change(current, by.user):
        raise PermissionDenied
    return current


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
