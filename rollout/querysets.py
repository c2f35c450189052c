"""Which projects and standards a person may see."""

from datetime import date, datetime
from typing import Any, Self

from django.db.models import F, Q

from common.dated import DatedQuerySet
from inventory.querysets import OpenQuerySet
from rollout.enums import FINISHED, RUNNING, ProjectStatus
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


class ProjectPartQuerySet(ScopedQuerySet):
    """What belongs to a project is seen with it."""

    project_path = "project"

    def visible_to(self, user: Any) -> Self:
        existing = self.filter(**{f"{self.project_path}__revoked_by__isnull": True})
        if sees_everything(user):
            return existing
        return existing.filter(**{f"{self.project_path}__site__in": visible_site_ids(user)})


class MilestoneQuerySet(ProjectPartQuerySet):
    def planned(self) -> Self:
        """Without those that were dropped or taken back: of these only the history is left."""
        return self.exclude(planned_on__isnull=True, forecast_on__isnull=True)

    def late(self) -> Self:
        """Of unfinished works, expected later than planned."""
        unfinished = self.exclude(project__status__in=(*FINISHED, ProjectStatus.CANCELLED))
        return unfinished.filter(forecast_on__gt=F("planned_on"))


class MilestoneStateQuerySet(ProjectPartQuerySet, DatedQuerySet[Any]):
    project_path = "milestone__project"


class ProjectRoomQuerySet(ProjectPartQuerySet):
    """Of a site that several schools use, a school sees the works in its own rooms."""

    room_path = "room"

    def visible_to(self, user: Any) -> Self:
        rooms = super().visible_to(user)
        if sees_everything(user):
            return rooms
        return rooms.filter(**{f"{self.room_path}__school__in": visible_school_ids(user)})


class ProjectRoomStateQuerySet(ProjectRoomQuerySet, DatedQuerySet[Any]):
    project_path = "covered__project"
    room_path = "covered__room"


class ProjectFileQuerySet(ProjectPartQuerySet):
    """A school sees the photos of defects; documents such as contracts and invoices are the authority's."""

    def visible_to(self, user: Any) -> Self:
        files = super().visible_to(user)
        return files if sees_everything(user) else files.filter(defect__isnull=False)


class JournalQuerySet(ProjectPartQuerySet):
    """The diary is the authority's: it names contractors and money."""

    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user) if sees_everything(user) else self.none()


class AttainmentQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    pass


class EvidenceFileQuerySet(ScopedQuerySet):
    pass


class WaiverQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
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
