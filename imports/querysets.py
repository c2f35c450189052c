from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast

from imports.enums import Outcome
from schools.access import Right, has_right_everywhere, schools_with


class BatchQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Who may import for the authority sees all; who may import for schools, what they brought themselves."""
        schools = schools_with(user, Right.IMPORT)
        if schools is None:
            return self
        return self.filter(created_by=user) if schools else self.none()

    def with_counts(self) -> Self:
        """What its rows come to, without reading the whole summary; ``wanted``: what somebody must say first."""
        return self.annotate(**{name: F(f"summary__{name}") for name in (*Outcome.values, "wanted")})


class ProfileQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Profiles are shared by all who may import for the authority."""
        return self if has_right_everywhere(user, Right.IMPORT) else self.none()


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
