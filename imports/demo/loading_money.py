"""Taking in the money of the demo city through the services: programmes, financings, plans. Its costs are a list."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from audit.actor import Actor
from audit.enums import Channel
from audit.services import open_act
from common.bulk import ids
from funding.models import Financing, Programme
from funding.services import (
    add_drawdown,
    add_notice,
    create_financing,
    create_programme,
    set_programme_milestone,
    set_programme_milestone_done,
)
from imports.demo.loading_works import Projects, of_plan
from imports.demo.money import HandOverPlan, MoneyPlan
from imports.demo.names import CITY
from imports.demo.programmes import GRANTS, MIXES, OWN, REACT, ProgrammePlan, Shares
from inventory.enums import DeviceStatus
from inventory.models import Category, Device, OrderLine
from inventory.services import (
    NewHandOver,
    change_devices,
    finance_devices,
    finance_line,
    plan_hand_overs,
    set_eligible_categories,
)
from rollout.services import update_projects
from schools.enums import Trade
from schools.models import School

_WRITTEN_OFF = "Totalschaden nach Sturz; der Bewilligungsbehörde angezeigt"
Programmes = Mapping[str, Programme]


def load_money(money: MoneyPlan, projects: Projects, speeds: Mapping[str, tuple[int, int]], by: Actor) -> None:
    """``speeds``: in Mbit/s, of the line of a school before and after its fibre works."""
    schools = {school.number: school for school in School.objects.all()}
    categories = {category.key: category for category in Category.objects.all()}
    programmes = _load_programmes(money, schools, categories, by)
    financings = _load_financings(programmes, by)
    _finance(money, financings, by)
    act = open_act(by, "project.edit", subject=CITY)
    update_projects(dict(_details(money, projects, financings, speeds)), act)
    _plan_hand_overs(money.hand_overs, programmes, schools, categories, by)
    _write_off(money)


def _load_programmes(
    money: MoneyPlan, schools: Mapping[str, School], categories: Mapping[str, Category], by: Actor
) -> dict[str, Programme]:
    programmes = {OWN: Programme.objects.get(key=OWN)}
    tied: dict[School, Decimal | None] = {schools[number]: None for number in money.tied}
    for key, plan in GRANTS.items():
        listed = tied if key == REACT else None
        programme = programmes[key] = create_programme(by=by, values=_values(plan), schools=listed)
        set_eligible_categories(programme, {categories[name]: None for name in plan.categories}, by=by)
        for due in plan.milestones:
            milestone = set_programme_milestone(programme, due.name, by=by, due_on=due.on)
            if due.done_on:
                set_programme_milestone_done(milestone, by=by, on=due.done_on)
    for notice in money.notices:
        programme = programmes[notice.programme]
        add_notice(programme, by=by, on=notice.on, number=notice.number, amount=notice.amount)
    for drawn in money.drawdowns:
        add_drawdown(programmes[drawn.programme], by=by, on=drawn.on, number=drawn.number, amount=drawn.amount)
    return programmes


def _values(plan: ProgrammePlan) -> dict[str, Any]:
    start, years = plan.binding
    names = ("key", "name", "funder", "begins_on", "ends_on", "proof_due_on", "is_tied", "cap_per_device", "contact")
    return {name: getattr(plan, name) for name in (*names, "note")} | {
        "rate": Decimal(plan.rate),
        "binding_start": start,
        "binding_years": years,
        "trades": [Trade(trade).value for trade in plan.trades],
    }


def _load_financings(programmes: Programmes, by: Actor) -> dict[Shares, Financing]:
    """Those of one programme are there with it."""
    names = {financing.name: financing for financing in Financing.objects.all()}
    financings: dict[Shares, Financing] = {((key, 100),): names[one.name] for key, one in programmes.items()}
    for shares, name in MIXES.items():
        percents = {programmes[key]: Decimal(percent) for key, percent in shares}
        financings[shares] = create_financing(name, percents, by=by)
    return financings


def _finance(money: MoneyPlan, financings: Mapping[Shares, Financing], by: Actor) -> None:
    """Order lines, whose devices follow; then the devices without an order."""
    by_order = {device.order: shares for device, shares in money.devices.items() if device.order}
    for line in OrderLine.objects.select_related("order").order_by("pk"):
        finance_line(line, financings[by_order.get(line.order.number, ((OWN, 100),))], by=by)
    found = dict(Device.objects.existing().filter(financing=None).values_list("asset_tag", "pk"))
    groups: dict[Shares, list[int]] = {}
    for device, shares in money.devices.items():
        if device.asset_tag in found:
            groups.setdefault(shares, []).append(found[device.asset_tag])
    for shares, keys in groups.items():
        finance_devices(Device.objects.existing().filter(pk__in=ids(keys)), financings[shares], by=by)


def _details(
    money: MoneyPlan,
    projects: Projects,
    financings: Mapping[Shares, Financing],
    speeds: Mapping[str, tuple[int, int]],
) -> Iterator[tuple[int, dict[str, Any]]]:
    for contract in money.contracts:
        for plan in contract.projects:
            details: dict[str, Any] = {
                "financing": financings[contract.shares].pk,
                "warranty_years": 5 if plan.trade == Trade.BUILDING else 4,
            }
            if contract.on <= money.until:
                details["contractor"] = contract.company
            if contract.on <= money.until and len(contract.projects) == 1:
                details["contract_sum"] = contract.amount
            if plan.trade == Trade.FIBRE and plan.site == plan.school.sites[0] and plan.school.number in speeds:
                details["bandwidth_before"], details["bandwidth_after"] = speeds[plan.school.number]
            yield of_plan(projects, plan).pk, details


def _plan_hand_overs(
    plans: Sequence[HandOverPlan],
    programmes: Programmes,
    schools: Mapping[str, School],
    categories: Mapping[str, Category],
    by: Actor,
) -> None:
    lines = {
        (line.order.number, line.model.name): line
        for line in OrderLine.objects.select_related("order", "model__category")
    }
    rows = []
    for plan in plans:
        line = lines[plan.order] if plan.order else None
        rows.append(
            NewHandOver(
                categories[plan.category],
                plan.quantity,
                plan.due_from,
                plan.due_until,
                plan.on,
                line.model if line else None,
                schools.get(plan.school),
                programmes.get(plan.programme),
                line,
                plan.note,
            )
        )
    plan_hand_overs(rows, by=by)


def _write_off(money: MoneyPlan) -> None:
    """Bound devices are retired by somebody with the right to it, who says why."""
    day, tags = money.write_offs
    devices = Device.objects.existing().filter(asset_tag__in=tags)
    by = Actor(None, Channel.SETUP, "demo")
    change_devices(devices, by=by, on=day, status=DeviceStatus.RETIRED, reason=_WRITTEN_OFF)
