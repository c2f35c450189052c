"""Which projects and standards a person may see."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Q

from common.dated import DatedQuerySet
from inventory.querysets import OpenQuerySet
from rollout.enums import RUNNING
from schools.access import sees_everything, visible_school_ids, visible_site_ids
from schools.querysets import ScopedQuerySet


class ProjectQuerySet(ScopedQuerySet):
    """A school sees the works on the sites that it uses."""

    def visible_to(self, user: Any) -> Self:
        existing = self.existing()
        return existing if sees_everything(user) else existing.filter(site__in=visible_site_ids(user))

    def existing(self) -> Self:
        """Without those whose recording was taken back."""
        return self.filter(revoked_by__isnull=True)

    def running(self) -> Self:
        return self.filter(status__in=RUNNING)


class ProjectStateQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.filter(project__site__in=visible_site_ids(user))


class AttainmentQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    pass


class StandardQuerySet(OpenQuerySet):
    def in_force(self, day: date, known_at: datetime | None = None) -> Self:
        """Versions that have begun by ``day``, the one in force first, as known at ``known_at``."""
        begun = self.filter(valid_from__lte=day).order_by("-valid_from")
        return begun if known_at is None else begun.filter(Q(recorded_at__isnull=True) | Q(recorded_at__lte=known_at))


class RequirementQuerySet(OpenQuerySet):
    """Lines for all and for a type of school are open; what one school alone must have is that school's."""

    def visible_to(self, user: Any) -> Self:
        lines = super().visible_to(user)
        if sees_everything(user):
            return lines
        return lines.filter(Q(school__isnull=True) | Q(school__in=visible_school_ids(user)))
