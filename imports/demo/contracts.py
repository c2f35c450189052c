"""Contracts for works in the demo city with their instalments, planned so that the published sums come out.

In the full city 25.5 million euro were paid for works in 2021 and 2022: 13.1 for WLAN and cabling, 6.7 for building
works, 4.1 for fibre (all of it in 2021); 1.6 are for other trades and fees. Smaller cities have their part of it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from imports.demo.catalogue import shared_out
from imports.demo.city import City, CitySize, SitePlan
from imports.demo.programmes import FIBRE, OWN, WORKS, Shares, whole
from imports.demo.works import ProjectPlan, WorksPlan
from rollout.enums import FINISHED, ProjectStatus
from schools.enums import Trade

#: Both days included.
FIRST, LAST = date(2021, 1, 1), date(2022, 12, 31)
_P = ProjectStatus
_NETWORK = (Trade.LAN, Trade.WLAN)
#: Paid from FIRST to LAST in the full city, in euro.
_SUMS = {
    _NETWORK: 13_118_400,
    (Trade.BUILDING,): 6_684_250,
    (Trade.ELECTRICAL, Trade.PRESENTATION): 720_350,
}
_FIBRE_SUM, _FEES = 4_112_000, 869_000
_FIBRE_DAYS = (date(2021, 2, 15), date(2021, 5, 17), date(2021, 8, 16), date(2021, 11, 8))
#: Per site and per teaching room, in euro, before the sums above are met.
_PRICES = {
    Trade.LAN: (60_000, 11_000),
    Trade.WLAN: (15_000, 3_500),
    Trade.BUILDING: (90_000, 13_000),
    Trade.ELECTRICAL: (12_000, 900),
    Trade.PRESENTATION: (4_000, 450),
    Trade.FIBRE: (85_000, 0),
}
COMPANIES = {
    Trade.LAN: ("Kabelbau Auental GmbH", "Elektro Hohenbach GmbH & Co. KG", "Netzwerk Brandt GmbH"),
    Trade.WLAN: ("Funkwerk Lindenfurt GmbH", "Kranich Systemhaus GmbH"),
    Trade.BUILDING: ("Bauunternehmung Steinkamp", "Hochbau Auental GmbH", "Gebr. Ohlendorf Bau KG"),
    Trade.ELECTRICAL: ("Elektro Hohenbach GmbH & Co. KG", "Elektro Wiesner e. K."),
    Trade.PRESENTATION: ("Medienhaus Auental KG",),
    Trade.FIBRE: ("Stadtnetz Lindenfurt GmbH",),
}
_ENGINEERS = "Ingenieurbüro Vossen und Partner"


@dataclass(slots=True)
class Instalment:
    """An invoice and its payment. A credit note has a positive ``amount`` as well."""

    on: date
    paid_on: date
    amount: Decimal
    is_credit: bool = False


@dataclass(slots=True, eq=False)
class Contract:
    """``weights``: how each instalment is shared out among ``projects``."""

    number: str
    company: str
    text: str
    on: date
    instalments: list[Instalment]
    projects: Sequence[ProjectPlan] = ()
    shares: Shares = field(default=whole(OWN))

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.instalments if not one.is_credit), Decimal(0))

    @property
    def last_invoice_on(self) -> date:
        return max(one.on for one in self.instalments)

    @property
    def trade(self) -> str:
        return self.projects[0].trade if self.projects else ""

    @property
    def halted_on(self) -> date | None:
        return self.projects[0].halted_on if len(self.projects) == 1 else None


def plan_contracts(city: City, works: WorksPlan, size: CitySize, seed: int) -> list[Contract]:
    """All contracts, also those of days to come; still without those who pay, apart from fibre and fees."""
    rng = Random(f"{seed}/contracts")
    rooms = Counter(room.site for school in city.schools for room in school.teaching_rooms)
    early = [p for p in works.projects if p.trade == Trade.FIBRE and p.site.opened_on is None]
    others = [p for p in works.projects if p not in early and p.reaches(*FINISHED)]
    contracts = [_contract(project, rooms, n, rng) for n, project in enumerate(others)]
    for trades, euro in _SUMS.items():
        _meet([c for c in contracts if c.trade in trades], size.money(euro))
    contracts += _fibre(early, size.money(_FIBRE_SUM))
    return contracts + _fees(size.money(_FEES), size)


def _contract(project: ProjectPlan, rooms: Counter[SitePlan], n: int, rng: Random) -> Contract:
    per_site, per_room = _PRICES[project.trade]
    price = Decimal(round((per_site + per_room * rooms[project.site]) * rng.uniform(0.85, 1.2)))
    awarded = project.reaches(_P.AWARDED) or project.course[0].on
    begin, end = project.reaches(_P.UNDER_CONSTRUCTION) or awarded, project.reaches(*FINISHED) or awarded
    span = (end - begin).days
    days = (begin + timedelta(span * 2 // 5), begin + timedelta(span * 4 // 5), end + timedelta(25))
    instalments = [
        Instalment(day, day + timedelta(rng.randrange(18, 35)), price * percent / 100)
        for day, percent in zip(days, (35, 35, 30), strict=True)
    ]
    if n % 11 == 5:
        on = instalments[-1].paid_on + timedelta(rng.randrange(20, 60))
        amount = Decimal(rng.randrange(1_240, 4_860))
        instalments.append(Instalment(on, on + timedelta(14), amount, is_credit=True))
    companies = COMPANIES[project.trade]
    number = f"V-{awarded.year}-{100 + n}"
    return Contract(
        number, rng.choice(companies), project.title, awarded, instalments, (project,), _payer(project.trade)
    )


def _payer(trade: str) -> Shares:
    """Who pays unless the plan of all money says something else."""
    return whole(WORKS if trade in (Trade.BUILDING, Trade.ELECTRICAL) else OWN)


def _meet(contracts: Iterable[Contract], euro: Decimal) -> None:
    """Set the amounts so that ``euro`` were paid from ``FIRST`` to ``LAST``; those outside by the same prices."""
    instalments = [one for contract in contracts for one in contract.instalments]
    refunded = sum((one.amount for one in instalments if one.is_credit and _counts(one)), Decimal(0))
    inside = [one for one in instalments if not one.is_credit and _counts(one)]
    total = sum((one.amount for one in inside), Decimal(0))
    factor = (euro + refunded) / total if total else Decimal(1)
    for one in instalments:
        if not one.is_credit:
            one.amount = (one.amount * factor).quantize(Decimal("0.01"))
    if inside:
        inside[-1].amount += euro + refunded - sum((one.amount for one in inside), Decimal(0))


def _counts(instalment: Instalment) -> bool:
    return FIRST <= instalment.paid_on <= LAST


def _fibre(projects: Sequence[ProjectPlan], euro: Decimal) -> list[Contract]:
    """One contract for all lines of the first programme, paid in four instalments of 2021."""
    if not projects:
        return []
    parts = shared_out(int(euro), (3, 3, 3, 1))
    instalments = [
        Instalment(day, day + timedelta(24), Decimal(part)) for day, part in zip(_FIBRE_DAYS, parts, strict=True)
    ]
    text = "Glasfaseranschluss der Schulstandorte"
    return [
        Contract("V-2020-001", COMPANIES[Trade.FIBRE][0], text, date(2020, 9, 10), instalments, projects, whole(FIBRE))
    ]


def _fees(euro: Decimal, size: CitySize) -> list[Contract]:
    """Design and site supervision by the quarter: nobody says for which trade."""
    contracts = []
    for year in range(2020, 2027):
        is_early = year < 2023
        of_year = euro / 2 if year in (2021, 2022) else size.money(240_000)
        parts = shared_out(int(of_year), (1, 1, 1, 1))
        days = [date(year, 3 * quarter, 5) for quarter in (1, 2, 3, 4)]
        instalments = [Instalment(day, day + timedelta(20), Decimal(p)) for day, p in zip(days, parts, strict=True)]
        contracts.append(
            Contract(
                f"V-{year}-000", _ENGINEERS, f"Planung und Bauleitung {year}", date(year, 1, 20), instalments, (),
                whole(WORKS if is_early else OWN),
            )
        )  # fmt: skip
    return contracts
