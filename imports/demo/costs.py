"""A document about money, as the demo city plans it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from costs.enums import CostStage
from costs.splitting import CENT, split
from imports.demo.programmes import Shares
from imports.demo.works import ProjectPlan

#: With value added tax of 19 percent.
_GROSS = Decimal("1.19")


class PartPlan(NamedTuple):
    """``school``: its number; ``order``: number of the order."""

    amount: Decimal
    category: str = ""
    school: str = ""
    order: str = ""
    project: ProjectPlan | None = None


class CostPlan(NamedTuple):
    """``shares``: who pays each of the parts. Amounts are greater than 0 in a credit note, too."""

    stage: CostStage
    on: date
    number: str
    payee: str
    text: str
    shares: Shares
    parts: tuple[PartPlan, ...]
    is_credit: bool = False

    @property
    def net(self) -> Decimal | None:
        """An invoice states it."""
        total = sum((part.amount for part in self.parts), Decimal(0))
        return (total / _GROSS).quantize(CENT) if self.stage == CostStage.INVOICED else None

    def split(self) -> Iterator[tuple[str, PartPlan]]:
        """The parts per programme (its key), divided to the cent."""
        for part in self.parts:
            amounts = split(part.amount, [Decimal(percent) for _key, percent in self.shares])
            for (key, _percent), amount in zip(self.shares, amounts, strict=True):
                if amount:
                    yield key, part._replace(amount=amount)

    def of(self, key: str) -> Decimal:
        """What the programme of this key pays; negative in a credit note."""
        total = sum((part.amount for programme, part in self.split() if programme == key), Decimal(0))
        return -total if self.is_credit else total
