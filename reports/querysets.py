"""Which published reports, templates and views of lists somebody may see."""

from datetime import date
from typing import Any, Self

from django.db import models

from reports.list_rights import lists_hidden_from
from schools.access import Right, has_right, has_right_everywhere


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


class SavedViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """One's own and those that are shared, of lists that ``user`` may see."""
        if not has_right(user, Right.SEE):
            return self.none()
        hidden = lists_hidden_from(user)
        return self.filter(models.Q(owner=user) | models.Q(is_shared=True)).exclude(list_name__in=hidden)

    def with_default(self, user: Any) -> Self:
        """``is_default``: whether the list begins with it for ``user``."""
        mine = self.model._meta.get_field("defaults").related_model._default_manager.filter(view=models.OuterRef("pk"))
        return self.annotate(is_default=models.Exists(mine.filter(user=user.pk)))


class DefaultViewQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """One's own, as far as its view may still be seen."""
        views = self.model._meta.get_field("view").related_model._default_manager.visible_to(user)
        return self.filter(user=user, view__in=views) if has_right(user, Right.SEE) else self.none()


class CustomFigureQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """One's own and those that are shared. Amounts among them are for the catalogue to hold back."""
        return (
            self.filter(models.Q(owner=user) | models.Q(is_shared=True)) if has_right(user, Right.SEE) else self.none()
        )


class OfOwnerQuerySet(models.QuerySet[Any]):
    owner_path = "owner"

    def visible_to(self, user: Any) -> Self:
        """One's own."""
        return self.filter(**{self.owner_path: user}) if has_right(user, Right.SEE) else self.none()


class SubscriptionMailQuerySet(OfOwnerQuerySet):
    owner_path = "subscription__owner"
