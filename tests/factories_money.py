"""Programmes, financings and costs for tests, each by the service that makes them for real."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from audit.actor import Actor
from audit.enums import Channel
from costs.models import CostEntry
from costs.services import NewCost, NewPart, record_cost
from funding.models import Drawdown, Financing, GrantNotice, Programme
from funding.services import add_drawdown, add_notice, create_financing, create_programme
from schools.models import School
from tests.factories import DAY, _numbers

COMMAND = Actor(None, Channel.COMMAND)


def make_programme(
    name: str = "",
    *,
    granted: str = "",
    schools: Mapping[School, Decimal | None] | None = None,
    **values: Any,
) -> Programme:
    """``granted``: amount of a notice of ``DAY``, in euro."""
    n = next(_numbers)
    values = {"name": name or f"Programm {n}", "key": f"p{n}"} | values
    programme = create_programme(by=COMMAND, values=values, schools=schools)
    if granted:
        make_notice(programme, granted)
    return programme


def make_notice(programme: Programme, amount: str, *, on: date = DAY, number: str = "") -> GrantNotice:
    return add_notice(programme, by=COMMAND, on=on, number=number or f"ZB-{next(_numbers)}", amount=Decimal(amount))


def make_drawdown(programme: Programme, amount: str, *, on: date = DAY) -> Drawdown:
    return add_drawdown(programme, by=COMMAND, on=on, amount=Decimal(amount))


def whole(programme: Programme) -> Financing:
    """The financing "100 percent" of a programme."""
    return Financing.objects.get(name=programme.name)


def make_financing(shares: Mapping[Programme, int | str], name: str = "") -> Financing:
    percents = {programme: Decimal(percent) for programme, percent in shares.items()}
    return create_financing(name or f"Finanzierung {next(_numbers)}", percents, by=COMMAND)


def own_money() -> Programme:
    return Programme.objects.get(key="own")


def make_cost(
    amount: str = "100.00",
    *,
    programme: Programme | None = None,
    stage: str = "paid",
    on: date = DAY,
    parts: tuple[NewPart, ...] = (),
    number: str = "",
    is_credit: bool = False,
    **part: Any,
) -> CostEntry:
    """One entry of ``parts``, or of one part with the fields ``part`` of ``NewPart``."""
    parts = parts or (NewPart(programme or own_money(), Decimal(amount), **part),)
    return record_cost(NewCost(stage, on, parts, number=number, is_credit=is_credit), by=COMMAND)
