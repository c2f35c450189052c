"""Which programmes and amounts a person may see."""

from typing import Any, Self

from django.db import models

from common.dated import DatedQuerySet
from schools.access import Right, has_right_everywhere, sees_everything


class AuthorityQuerySet(models.QuerySet[Any]):
    """Business of the authority: a school sees what its own devices and works say of it."""

    def visible_to(self, user: Any) -> Self:
        return self if sees_everything(user) else self.none()


class MoneyQuerySet(models.QuerySet[Any]):
    """Amounts: for people of the authority with the right to see money."""

    def visible_to(self, user: Any) -> Self:
        return self if has_right_everywhere(user, Right.MONEY) else self.none()


class DatedMoneyQuerySet(MoneyQuerySet, DatedQuerySet[Any]):
    pass
