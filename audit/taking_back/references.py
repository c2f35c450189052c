"""Which rows still refer to a record, so that it cannot be deleted."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from audit.models import AuditedFact, Entry
from audit.taking_back.records import TakingBack, has_field
from common.bulk import ids


def needed(plan: TakingBack, model: type[models.Model], records: Iterable[int], parts: Sequence[str]) -> dict[int, str]:
    """``{record: reason}`` of those to which something will refer once the act is taken back.

    Superseded facts and revoked records refer as well: a report "as known then" needs the record. ``parts`` go with it.
    """
    used, past = _users(plan, model, list(records), parts)
    text = _("Reports “as known then” still need it.")
    return dict.fromkeys(past, text) | used


def used_today(
    plan: TakingBack, model: type[models.Model], records: Iterable[int], parts: Sequence[str]
) -> dict[int, str]:
    """The same for records that are revoked, not deleted: only what says something about today counts."""
    return _users(plan, model, list(records), parts)[0]


def _users(
    plan: TakingBack, model: type[models.Model], records: list[int], parts: Sequence[str]
) -> tuple[dict[int, str], set[int]]:
    """Who refers to which record today; and records to which only the past refers."""
    used: dict[int, list[str]] = {}
    past: set[int] = set()
    for other, name in _references(model, parts):
        rows = other._default_manager.filter(**{f"{name}__in": ids(records)}).exclude(_is_released(plan, other, name))
        counted = (
            rows.order_by().values_list(name).annotate(n=Count("pk"), live=Count("pk", filter=_is_live(plan, other)))
        )
        for pk, number, live in counted:
            if live:
                used.setdefault(pk, []).append(f"{live} {_named(other, live)}")
            elif number:
                past.add(pk)
    text = _("Still used: %(records)s.")
    return {pk: text % {"records": ", ".join(names)} for pk, names in used.items()}, past


def _references(model: type[models.Model], parts: Sequence[str]) -> Iterator[tuple[Any, str]]:
    """Models that refer to this one, and by which field; the audit trail does not bind."""
    relations: Iterable[Any] = model._meta.get_fields(include_hidden=True)
    for relation in relations:
        is_reverse = relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)
        if is_reverse and relation.related_model is not Entry and relation.name not in parts:
            yield relation.related_model, relation.field.name


def _is_released(plan: TakingBack, other: type[models.Model], name: str) -> Q:
    gone = set(plan.released.get(other, ()))
    revoked, clears = plan.revoked.get(other, (set(), ()))
    return Q(pk__in=ids(gone | revoked if name in clears else gone))


def _is_live(plan: TakingBack, other: type[models.Model]) -> Q:
    """Whether a row says something about today, once the act is taken back."""
    if issubclass(other, AuditedFact):
        owner, owners = plan.settled.get(other, ("pk", set()))
        return Q(superseded_at__isnull=True) & ~Q(**{f"{owner}__in": ids(owners)})
    if has_field(other, "revoked_by"):
        revoked, _clears = plan.revoked.get(other, (set(), ()))
        return Q(revoked_by__isnull=True) & ~Q(pk__in=ids(revoked))
    return Q(pk__isnull=False)


def _named(model: type[models.Model], number: int) -> Any:
    return model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
