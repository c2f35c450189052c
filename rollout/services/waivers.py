"""Granting and ending waivers: a school need not meet a requirement for a while."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import locked
from audit.facts import believed, correct_fact, record_fact, withdraw_fact
from audit.services import open_act
from rollout.models import Requirement, Waiver
from schools.models import School

_TOLD = ("key", "reason")


def grant_waiver(school: School, key: str, *, by: Actor, on: date, reason: str, last_day: date | None = None) -> Waiver:
    """From ``on`` until ``last_day`` (``None``: until it is ended) the school need not meet the requirement ``key``.

    Raises ``ValidationError`` by field: no version asks for ``key``, there is a waiver for some of these days
    already (``code="overlaps"``), no reason, an end before the beginning.
    """
    with transaction.atomic():
        place = locked(school)
        act = open_act(by, "waiver.grant", subject=_name_of(key), reason=reason)
        until = last_day and last_day + timedelta(1)
        waiver = Waiver(school=place, key=key, reason=reason, valid_from=on, valid_until=until)
        _check_period(on, last_day)
        _check_free(waiver, until)
        return record_fact(waiver, act, _TOLD, school=place.pk)


def end_waiver(waiver: Waiver, *, by: Actor, last_day: date | None, reason: str = "") -> Waiver:
    """Let it end on another day; ``None``: it is open again. Says the same of all days until then."""
    with transaction.atomic():
        place = locked(waiver.school)
        current = believed(waiver)
        act = open_act(by, "waiver.end", subject=_name_of(current.key), reason=reason)
        _check_period(current.valid_from, last_day)
        until = last_day and last_day + timedelta(1)
        _check_free(current, until)
        return correct_fact(current, {"valid_until": until}, act, _TOLD, school=place.pk)


def withdraw_waiver(waiver: Waiver, *, by: Actor, reason: str = "") -> None:
    """Take it back from its first day on: it should never have been recorded."""
    with transaction.atomic():
        place = locked(waiver.school)
        current = believed(waiver)
        act = open_act(by, "waiver.withdraw", subject=_name_of(current.key), reason=reason)
        withdraw_fact(current, act, _TOLD, school=place.pk)


def _name_of(key: str) -> str:
    """As the newest version calls it. Raises ``ValidationError`` for what no version asks."""
    line = Requirement.objects.filter(key=key).order_by("-standard__valid_from", "pk").first()
    if line is None:
        text = _("No version of the standard has a requirement “%(key)s”.")
        raise ValidationError({"key": ValidationError(text, "unknown_requirement", {"key": key})})
    return line.name


def _check_period(first: date, last_day: date | None) -> None:
    if last_day and last_day < first:
        raise ValidationError({"last_day": ValidationError(_("The end must be after the beginning."), "before_first")})


def _check_free(waiver: Waiver, until: date | None) -> None:
    rows = Waiver.objects.known().filter(school=waiver.school_id, key=waiver.key).exclude(pk=waiver.pk)
    rows = rows.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=waiver.valid_from))
    if until:
        rows = rows.filter(valid_from__lt=until)
    if other := rows.first():
        text = _("The school already has a waiver for this requirement from %(day)s on.")
        day = other.valid_from.strftime("%d.%m.%Y")
        raise ValidationError(ValidationError(text, "overlaps", {"day": day}))
