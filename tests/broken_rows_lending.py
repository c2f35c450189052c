"""Rows of defects, swaps and hand-outs that break one constraint each; as ``tests/broken_rows.py``."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from inventory.models import (
    DeviceDefect,
    DeviceSwap,
    HandOut,
    InstallationStep,
    Retirement,
    RetirementItem,
    ReturnCampaign,
    ReturnItem,
    ReturnScan,
)
from tests.broken_rows import NOW, Made, recorded, timeline, twice
from tests.factories import DAY, an_act, make_device, make_school

BEFORE = DAY - timedelta(days=1)


def of_repair() -> dict[str, Callable[[], Made]]:
    device = cache(lambda: make_device(status="in_stock"))

    def defect(**fields: Any) -> DeviceDefect:
        return DeviceDefect(**{"device": device(), "kind": "screen", "reported_on": DAY, "status_on": DAY} | fields)

    def swap() -> DeviceSwap:
        return DeviceSwap(device=device(), replacement=device(), school=make_school(), on=DAY, act=an_act())

    def step(**fields: Any) -> InstallationStep:
        return InstallationStep(**recorded(device=device(), kind="trained", valid_from=DAY) | fields)

    return {
        "inventory_devicedefect_one_open": lambda: [defect(), defect()],
        "inventory_devicedefect_order": lambda: defect(status_on=BEFORE),
        "inventory_devicedefect_result": lambda: defect(result="repaired"),
        "inventory_deviceswap_other": swap,
        "inventory_installationstep_valid_period": lambda: step(valid_until=DAY),
        "inventory_installationstep_recorded_period": lambda: step(superseded_at=NOW - timedelta(days=1)),
        "inventory_installationstep_one_per_day": lambda: [step(), step()],
        "inventory_installationstep_fits": lambda: step(mount="wall"),
    }


def hand_outs(**fields: Any) -> Made:
    fact = recorded(device=make_device(status="in_stock"), school=make_school(), kind="pool")
    return [HandOut(**fact, valid_from=DAY), HandOut(**(fact | fields))]


def of_lending() -> dict[str, Callable[[], Made]]:
    school, act = cache(make_school), cache(an_act)

    def campaign(**fields: Any) -> ReturnCampaign:
        return ReturnCampaign(**{"school": school(), "name": "x", "started_on": DAY} | fields)

    @cache
    def kept() -> ReturnCampaign:
        made = campaign()
        made.save()
        return made

    @cache
    def device() -> Any:
        return make_device(status="in_stock")

    return {
        **timeline("inventory_handout", hand_outs),
        "inventory_returncampaign_one_open": twice(campaign),
        "inventory_returncampaign_due": lambda: campaign(due_on=BEFORE),
        "inventory_returncampaign_closed": lambda: campaign(closed_on=BEFORE),
        "inventory_returnitem_once": twice(lambda: ReturnItem(campaign=kept(), device=device())),
        "inventory_returnscan_once": twice(
            lambda: ReturnScan(campaign=kept(), key=UUID(int=1), code="x", outcome="unknown", act=act())
        ),
    }


def of_retirement() -> dict[str, Callable[[], Made]]:
    act = cache(an_act)

    def paper(**fields: Any) -> Retirement:
        return Retirement(**{"step": "retired", "way": "broken", "on": DAY, "act": act()} | fields)

    def item() -> list[RetirementItem]:
        kept, device = paper(), make_device(status="in_stock")
        kept.save()
        return [RetirementItem(retirement=kept, device=device) for _ in range(2)]

    return {
        "inventory_retirement_way": lambda: paper(way="sold"),
        "inventory_retirement_token": twice(lambda: paper(token="x")),
        "inventory_retirementitem_device": item,
    }
