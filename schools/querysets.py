"""Which schools, sites and rooms a person may see."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from common.dated import DatedQuerySet
from schools.access import (
    Right,
    has_right_everywhere,
    is_limited,
    sees_everything,
    visible_school_ids,
    visible_site_ids,
)
from schools.enums import TEACHING_ROOMS


class ScopedQuerySet(models.QuerySet[Any]):
    """Scoping by a path to the school; ``school_path`` is set per subclass."""

    school_path = "school"

    def visible_to(self, user: Any) -> Self:
        if sees_everything(user):
            return self
        return self.filter(**{f"{self.school_path}__in": visible_school_ids(user)})


class SchoolQuerySet(ScopedQuerySet):
    school_path = "pk"

    def open_on(self, day: date) -> Self:
        """Schools that existed on ``day``; without dates a school counts as open."""
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day),
            Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        )


class SiteQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.filter(pk__in=visible_site_ids(user))


class SiteUseQuerySet(ScopedQuerySet):
    pass


class BuildingQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.filter(site__in=visible_site_ids(user))


class RoomQuerySet(ScopedQuerySet):
    def teaching(self) -> Self:
        return self.filter(kind__in=TEACHING_ROOMS)


class HeadcountQuerySet(ScopedQuerySet, DatedQuerySet[Any]):
    pass


class AliasQuerySet(ScopedQuerySet):
    pass


class MembershipQuerySet(models.QuerySet[Any]):
    """Everybody sees their own roles; who looks after people sees all."""

    def visible_to(self, user: Any) -> Self:
        return _own(self, user)

    def valid(self) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.localdate()))


class TokenQuerySet(models.QuerySet[Any]):
    """Everybody sees their own tokens; who looks after people sees all; by a token for one school only such."""

    def visible_to(self, user: Any) -> Self:
        own: Self = _own(self, user)
        return own.filter(school__in=visible_school_ids(user)) if is_limited(user) else own


class InvitationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        return self if has_right_everywhere(user, Right.USERS) else self.none()

    def open(self, now: datetime) -> Self:
        return self.filter(accepted_by__isnull=True, expires_at__gt=now)


def _own(rows: Any, user: Any) -> Any:
    if has_right_everywhere(user, Right.USERS):
        return rows
    return rows.filter(user=user) if getattr(user, "is_authenticated", False) and user.is_active else rows.none()
