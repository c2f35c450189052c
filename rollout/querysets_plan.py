"""What of the wider programme a person may see: whoever publishes everything, all others what is published."""

from typing import Any, Self

from django.db import models

from schools.access import Right, has_right, has_right_everywhere


class PlanQuerySet(models.QuerySet[Any]):
    """Programmes and objectives: published with the first of their projects, found by ``initiatives``."""

    initiatives = ""

    def visible_to(self, user: Any) -> Self:
        if has_right_everywhere(user, Right.PUBLISH):
            return self.existing()
        return self.published() if has_right(user, Right.SEE) else self.none()

    def existing(self) -> Self:
        """Without what was withdrawn."""
        return self

    def published(self) -> Self:
        """What everybody may read, also on the public page."""
        return self.filter(pk__in=_published_with(self.model, self.initiatives))


class MasterPlanQuerySet(PlanQuerySet):
    initiatives = "objectives__initiatives"


class ObjectiveQuerySet(PlanQuerySet):
    initiatives = "initiatives"


class InitiativeQuerySet(PlanQuerySet):
    def existing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class ProgressEntryQuerySet(PlanQuerySet):
    """An entry is read with any published project that it serves."""

    initiatives = "initiatives"

    def existing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def published(self) -> Self:
        return super().published().filter(published_at__isnull=False)


class PublicFigureQuerySet(models.QuerySet[Any]):
    """Chosen for everybody who sees anything here; the public page shows them to the rest where it is switched on."""

    def visible_to(self, user: Any) -> Self:
        return self if has_right(user, Right.SEE) else self.none()


def _published_with(model: Any, initiatives: str) -> models.QuerySet[Any, Any]:
    """Keys of the rows with a published project. A subquery: rows that are locked cannot be told apart by DISTINCT."""
    found: models.QuerySet[Any, Any] = model._default_manager.filter(**{f"{initiatives}__published_at__isnull": False})
    return found.order_by().values("pk")
