"""Which published reports somebody may read, and those that went before."""

from datetime import date
from typing import Any, Self

from django.db import models

from schools.access import Right, has_right_everywhere


class PublicationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Drafts for whoever publishes; published ones for whoever takes away reports of the whole authority."""
        if has_right_everywhere(user, Right.PUBLISH):
            return self
        return self.published() if has_right_everywhere(user, Right.EXPORT) else self.none()

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)

    def newest(self) -> Self:
        """Without editions that a later published one took the place of."""
        return self.exclude(following__published_at__isnull=False)

    def before(self, session: date) -> Self:
        """Published for earlier sessions, the latest first; of each report its newest edition."""
        return self.published().newest().filter(session_on__lt=session).order_by("-session_on", "-pk")


class ReportTemplateQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """For whoever takes away reports of the whole authority: they are filled with its figures."""
        return self if has_right_everywhere(user, Right.EXPORT) else self.none()
