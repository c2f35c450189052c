"""Which projects and standards a person may see."""

from typing import Any, Self

from common.dated import DatedQuerySet
from inventory.querysets import OpenQuerySet
from rollout.enums import RUNNING
from schools.access import sees_everything, visible_site_ids
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
    pass
