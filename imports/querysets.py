from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from schools.access import Right, has_right, is_limited, sees_everything


class BatchQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """The uploader's own batches, but not by a token for one school; who may import for the authority sees all."""
        if sees_everything(user) and has_right(user, Right.IMPORT):
            return self
        if not getattr(user, "is_authenticated", False) or is_limited(user):
            return self.none()
        return self.filter(created_by=user)


class ProfileQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Profiles are shared by all who may import."""
        return self if has_right(user, Right.IMPORT) else self.none()


class RowQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """The rows of the batches that ``user`` sees."""
        batches = self.model._meta.get_field("batch").related_model
        return self.filter(batch__in=batches.objects.visible_to(user))

    def naming(self, text: str) -> Self:
        """Rows of that label, or of that number in the file."""
        found = Q(label__icontains=text)
        return self.filter(found | Q(number=int(text)) if text.isdecimal() and len(text) < 9 else found)

    def with_problem(self, code: str) -> Self:
        """Rows that have a problem of that code."""
        return self.annotate(_told=Cast("problems", models.TextField())).filter(_told__contains=f'"{code}"')


class FindingQuerySet(RowQuerySet):
    def with_names(self) -> Self:
        """All that a list shows, in one query."""
        return self.select_related("device__school", "device__model__manufacturer", "model__manufacturer", "done_by")
