"""All money of the demo city: who pays what, what was granted and drawn, what is planned to be handed over.

In the full city contracts of 15.0 million euro are bound by the DigitalPakt on 31.01.2023 and 150 boards are planned
for that year, 69 of them by the extra programme; of own money a bit more than 2 million are paid each year.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from costs.enums import CostStage
from imports.demo import catalogue
from imports.demo.catalogue import shared_out
from imports.demo.city import City, CitySize
from imports.demo.contracts import Contract, plan_contracts
from imports.demo.costs import CostPlan, PartPlan
from imports.demo.devices import DevicePlan
from imports.demo.installed import BOARD_ORDER
from imports.demo.orders import OrderPlan
from imports.demo.programmes import DIGITALPAKT, DIGITALPAKT_2, GRANTS, NETWORK_MIX, OWN, REACT, WORKS, Shares, whole
from imports.demo.purchases import finance_devices, plan_purchases
from imports.demo.works import REPORT_DAY, WorksPlan
from inventory.enums import DeviceStatus
from schools.enums import Trade

#: Bound by the DigitalPakt on the day of the published figures.
_BOUND = 15_020_000
#: Own money paid per year.
_OWN = {
    2019: 2_040_000, 2020: 2_120_000, 2021: 2_180_000, 2022: 2_230_000, 2023: 2_310_000, 2024: 2_270_000,
    2025: 2_360_000, 2026: 2_410_000,
}  # fmt: skip
_ELIGIBLE = (Trade.LAN, Trade.WLAN, Trade.PRESENTATION)
_BOARDS_OF_2023 = 150
_BOARDS_DECIDED, _LAPTOPS = date(2022, 11, 28), "laptop"
_SERVICE = "Lindenfurter IT-Betriebe"


class HandOverPlan(NamedTuple):
    """``school``: its number, empty where it is not decided yet; ``programme``: its key; ``order``: with its model."""

    on: date
    category: str
    quantity: int
    due_from: date
    due_until: date
    programme: str = ""
    school: str = ""
    order: tuple[str, str] | None = None
    note: str = ""


class Amount(NamedTuple):
    """A notice or a drawdown of a programme (its key)."""

    programme: str
    on: date
    number: str
    amount: Decimal


@dataclass(slots=True)
class MoneyPlan:
    """``tied``: numbers of the schools to which the extra programme is tied; ``write_offs``: asset tags, and when.

    ``contracts``: also those that are awarded after ``until``: who will pay is known before.
    """

    until: date

    costs: list[CostPlan]
    notices: list[Amount]
    drawdowns: list[Amount]
    devices: dict[DevicePlan, Shares]
    contracts: list[Contract]
    hand_overs: list[HandOverPlan]
    tied: list[str]
    write_offs: tuple[date, list[str]]


def plan_money(
    city: City,
    works: WorksPlan,
    devices: Sequence[DevicePlan],
    orders: Sequence[OrderPlan],
    size: CitySize,
    seed: int,
    until: date,
) -> MoneyPlan:
    """Nothing in it lies after ``until``, apart from contracts and days for which something is planned."""
    financed = finance_devices(devices, size)
    purchases = list(plan_purchases(orders, financed))
    contracts = plan_contracts(city, works, size, seed)
    _assign(contracts, purchases, size)
    costs = [*purchases, *(cost for contract in contracts for cost in _costs(contract))]
    costs += _service(costs, size)
    granted = list(_granted(costs))
    boards = {device: shares for device, shares in financed.items() if device.model == catalogue.BOARD_86}
    _finance_network(devices, contracts, financed)
    return MoneyPlan(
        until=until,
        costs=sorted((cost for cost in costs if cost.on <= until), key=lambda cost: (cost.on, cost.number, cost.stage)),
        notices=[one for one in granted if one.on <= until],
        drawdowns=list(_drawn(costs, until)),
        devices=financed,
        contracts=contracts,
        hand_overs=[plan for plan in _hand_overs(boards, size) if plan.on <= until],
        tied=list(dict.fromkeys(_school(board) for board, shares in boards.items() if shares == whole(REACT))),
        write_offs=_write_offs(devices, until),
    )


# --- who pays ---------------------------------------------------------------------------------------------------------


def _assign(contracts: Sequence[Contract], purchases: Iterable[CostPlan], size: CitySize) -> None:
    """All WLAN, then the largest of the others, as long as there is money; the rest is paid from elsewhere."""
    devices = (cost for cost in purchases if cost.stage == CostStage.COMMITTED and cost.on <= REPORT_DAY)
    rest = size.money(_BOUND) - sum((cost.of(DIGITALPAKT) for cost in devices), Decimal(0))
    eligible = [contract for contract in contracts if contract.trade in _ELIGIBLE]
    for n, contract in enumerate(sorted(eligible, key=lambda one: (one.trade != Trade.WLAN, -one.amount, one.number))):
        shares = NETWORK_MIX if n % 7 == 2 and contract.trade == Trade.LAN else whole(DIGITALPAKT)
        amount = contract.amount * shares[0][1] / 100
        if _covers(DIGITALPAKT, contract) and (contract.on > REPORT_DAY or amount <= rest):
            contract.shares = shares
            rest -= amount if contract.on <= REPORT_DAY else 0
        else:
            contract.shares = whole(next((key for key in (DIGITALPAKT_2, WORKS) if _covers(key, contract)), OWN))
    for contract in contracts:
        (key, *_rest), *_others = contract.shares
        if key in GRANTS and not _covers(key, contract):
            contract.shares = whole(OWN)


def _covers(key: str, contract: Contract) -> bool:
    return GRANTS[key].covers(contract.on, contract.last_invoice_on)


def _finance_network(
    devices: Sequence[DevicePlan], contracts: Iterable[Contract], financed: dict[DevicePlan, Shares]
) -> None:
    """Access points and switches are paid with the works of their site."""
    payers = {(project.site, project.trade): c.shares for c in contracts for project in c.projects}
    trades = {"access_point": Trade.WLAN, "switch": Trade.LAN}
    for device in devices:
        room = device.states[0].room
        if room and device.model.category in trades:
            financed[device] = payers[room.site, trades[device.model.category]]


# --- documents --------------------------------------------------------------------------------------------------------


def _costs(contract: Contract) -> Iterator[CostPlan]:
    """Estimate, contract, invoices, payments; nothing after works have come to a halt."""
    for cost in _all_costs(contract):
        if contract.halted_on is None or cost.on <= contract.halted_on:
            yield cost


def _all_costs(contract: Contract) -> Iterator[CostPlan]:
    shares, company = contract.shares, contract.company
    if len(contract.projects) == 1:
        planned, text = contract.projects[0].course[0].on + timedelta(14), f"Kostenschätzung {contract.text}"
        parts = _parts(contract, round(contract.amount, -3))
        yield CostPlan(CostStage.PLANNED, planned, "", "", text, shares, parts)
    parts = _parts(contract, contract.amount)
    yield CostPlan(CostStage.COMMITTED, contract.on, contract.number, company, contract.text, shares, parts)
    for n, one in enumerate(contract.instalments, 1):
        number = f"{contract.number}/{'GS' if one.is_credit else n}"
        word = "Gutschrift" if one.is_credit else "Schlussrechnung" if n == 3 else f"{n}. Abschlag"
        text, parts = f"{word} {contract.text}", _parts(contract, one.amount)
        for stage, on in ((CostStage.INVOICED, one.on), (CostStage.PAID, one.paid_on)):
            yield CostPlan(stage, on, number, company, text, shares, parts, one.is_credit)


def _parts(contract: Contract, amount: Decimal) -> tuple[PartPlan, ...]:
    if not contract.projects:
        return (PartPlan(amount),)
    cents = shared_out(int(amount * 100), [1.0] * len(contract.projects))
    return tuple(
        PartPlan(Decimal(part) / 100, project=project) for part, project in zip(cents, contract.projects, strict=True)
    )


def _service(costs: Sequence[CostPlan], size: CitySize) -> Iterator[CostPlan]:
    """Care for devices and servers by the quarter: the rest of the own money of each year."""
    for year, euro in _OWN.items():
        paid = (cost.of(OWN) for cost in costs if cost.stage == CostStage.PAID and cost.on.year == year)
        rest = size.money(euro) - sum(paid, Decimal(0))
        if rest < 100:
            continue
        text = f"Betreuung der Endgeräte und Schulserver {year}"
        number = f"IT-{year}"
        yield CostPlan(CostStage.COMMITTED, date(year, 1, 15), number, _SERVICE, text, whole(OWN), _service_parts(rest))
        for quarter, cents in enumerate(shared_out(int(rest * 100), (1, 1, 1, 1)), 1):
            on, parts = date(year, 3 * quarter, 2), _service_parts(Decimal(cents) / 100)
            for stage, day in ((CostStage.INVOICED, on), (CostStage.PAID, on + timedelta(21))):
                yield CostPlan(stage, day, f"{number}/{quarter}", _SERVICE, text, whole(OWN), parts)


def _service_parts(amount: Decimal) -> tuple[PartPlan, ...]:
    for_servers = (amount * 3 / 10).quantize(Decimal("0.01"))
    return (PartPlan(amount - for_servers, category=_LAPTOPS), PartPlan(for_servers, category="server"))


# --- what funders give ------------------------------------------------------------------------------------------------


def _granted(costs: Iterable[CostPlan]) -> Iterator[Amount]:
    """A bit more than is needed for all contracts, now and later; of own money a budget for each year."""
    contracts = [cost for cost in costs if cost.stage == CostStage.COMMITTED]
    for year in sorted({cost.on.year for cost in contracts}):
        bound = sum((cost.of(OWN) for cost in contracts if cost.on.year == year), Decimal(0))
        if bound:
            yield Amount(OWN, date(year - 1, 12, 12), f"Haushalt {year}", _rounded_up(bound * 103 / 100))
    for key, plan in GRANTS.items():
        bound = sum((cost.of(key) for cost in contracts), Decimal(0))
        total = int(_rounded_up(bound * plan.rate * 103 / 10_000))
        parts = shared_out(total, [percent for _on, _number, percent in plan.notices]) if total else []
        for (on, number, _percent), part in zip(plan.notices, parts, strict=False):
            yield Amount(key, on, number, Decimal(part))


def _rounded_up(euro: Decimal) -> Decimal:
    """To thousands."""
    return (euro / 1000).to_integral_value("ROUND_CEILING") * 1000


def _drawn(costs: Iterable[CostPlan], until: date) -> Iterator[Amount]:
    """Twice a year the funder's part of what was paid since the last time."""
    paid = [(cost.on, key, cost.of(key)) for cost in costs if cost.stage == CostStage.PAID for key, _p in cost.shares]
    for key, plan in GRANTS.items():
        drawn = Decimal(0)
        for n in range(2 * (until.year - 2017) + 2):
            on = date(2017 + n // 2, 10 if n % 2 else 4, 20)
            total = sum((amount for day, of, amount in paid if of == key and day <= on), Decimal(0))
            amount = (total * plan.rate / 100 - drawn).quantize(Decimal(1), "ROUND_DOWN")
            if amount > 0 and on <= until:
                drawn += amount
                yield Amount(key, on, f"MA {on:%m/%Y}", amount)


# --- plans and losses -------------------------------------------------------------------------------------------------


def _hand_overs(boards: dict[DevicePlan, Shares], size: CitySize) -> Iterator[HandOverPlan]:
    """What the council was told of the boards of 2023; what the order of 2026 brings."""
    year = (date(2023, 1, 1), date(2024, 1, 1))
    planned = Counter((shares[0][0], _school(board)) for board, shares in boards.items() if not board.order)
    for (key, school), number in planned.items():
        yield HandOverPlan(_BOARDS_DECIDED, "board", number, *year, key, school)
    rest = size.scaled(_BOARDS_OF_2023) - planned.total()
    if rest > 0:
        yield HandOverPlan(_BOARDS_DECIDED, "board", rest, *year, DIGITALPAKT, note="Noch nicht auf Schulen verteilt")
    later = sum(1 for board in boards if board.order)
    if later:
        due = (date(2026, 7, 1), date(2027, 2, 1))
        order = (BOARD_ORDER, catalogue.BOARD_86.name)
        yield HandOverPlan(date(2026, 4, 20), "board", later, *due, DIGITALPAKT_2, order=order)


def _school(device: DevicePlan) -> str:
    return next(state.school.number for state in device.states if state.school)


def _write_offs(devices: Sequence[DevicePlan], until: date) -> tuple[date, list[str]]:
    """Three convertibles that are beyond repair although the DigitalPakt binds them."""
    day = until - timedelta(24)
    possible = [
        device
        for device in devices
        if device.model == catalogue.CONVERTIBLE
        and device.states[-1].status == DeviceStatus.IN_SERVICE
        and max([device.states[-1].on, *device.tests]) < day
    ]
    return day, [device.asset_tag for device in possible[:3]]
