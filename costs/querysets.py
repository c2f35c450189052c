"""Which costs a person may see."""

from typing import Any, Self

from funding.querysets import DatedMoneyQuerySet, MoneyQuerySet


class CostEntryQuerySet(MoneyQuerySet):
    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).existing()

    def existing(self) -> Self:
        """Without those whose recording was taken back."""
        return self.filter(revoked_by__isnull=True)


class CostPartQuerySet(DatedMoneyQuerySet):
    """Parts of a withdrawn entry are superseded: as known now there are none; as known before they count as then."""


class CostFileQuerySet(MoneyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of a withdrawn entry none."""
        return super().visible_to(user).filter(entry__revoked_by__isnull=True)
