"""The list of costs of the demo city, as the finance office keeps it: a row for each part of a document."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from common.sheets.writer import Field, Value
from costs.enums import CostStage
from imports.demo.catalogue import shared_out
from imports.demo.city import City, SitePlan
from imports.demo.costs import CostPlan, PartPlan
from imports.demo.money import MoneyPlan
from imports.demo.names import CITY
from imports.demo.programmes import GRANTS, MIXES, OWN
from imports.demo.workbooks import CATEGORY_WORDS, Workbook
from imports.enums import KindName

_STAGE_WORDS = {
    CostStage.PLANNED: "geplant",
    CostStage.COMMITTED: "vertraglich gebunden",
    CostStage.INVOICED: "in Rechnung gestellt",
    CostStage.PAID: "bezahlt",
}
#: Who pays, as the list calls it.
_PAYERS = MIXES | {((key, 100),): plan.name for key, plan in GRANTS.items()} | {((OWN, 100),): "Eigenmittel"}
_COSTS = (
    Field("Belegnummer", 16), Field("Datum", 12, "date"), Field("Stand", 20), Field("Gutschrift", 11, "bool"),
    Field("Firma", 30), Field("Verwendungszweck", 44), Field("Programm", 34), Field("Betrag brutto", 15, "money"),
    Field("Betrag netto", 15, "money"), Field("Kategorie", 18), Field("Schulnummer", 12), Field("Standort", 26),
    Field("Bestellnummer", 15), Field("Baumaßnahme", 38),
)  # fmt: skip


def cost_workbook(city: City, money: MoneyPlan) -> Workbook:
    titles = ("Kostenliste Digitale Schule", f"Schulträger {CITY}: je Zeile ein Teil eines Belegs")
    return Workbook("Kostenliste", KindName.COSTS, _COSTS, lambda: _rows(city, money), titles)


def _rows(city: City, money: MoneyPlan) -> Iterator[Sequence[Value]]:
    users = _only_users(city)
    for cost in money.costs:
        for part, net in zip(cost.parts, _nets(cost), strict=True):
            yield (
                cost.number or None, cost.on, _STAGE_WORDS[cost.stage], cost.is_credit, cost.payee or None, cost.text,
                _PAYERS[cost.shares], part.amount, net, CATEGORY_WORDS.get(part.category), *_place(part, users),
                part.order or None, part.project.title if part.project else None,
            )  # fmt: skip


def _nets(cost: CostPlan) -> Sequence[Decimal | None]:
    """What the document states, shared out among its parts to the cent."""
    if cost.net is None:
        return [None] * len(cost.parts)
    cents = shared_out(int(cost.net * 100), [float(part.amount) for part in cost.parts])
    return [Decimal(part) / 100 for part in cents]


def _place(part: PartPlan, users: dict[SitePlan, str]) -> tuple[str | None, str | None]:
    """Number of the school and street of the site; works on a shared site are for no school alone."""
    if part.project is None:
        return part.school or None, None
    return users.get(part.project.site), part.project.site.street


def _only_users(city: City) -> dict[SitePlan, str]:
    """Number of the school of each site that only one school uses."""
    users: dict[SitePlan, list[str]] = {}
    for school in city.schools:
        for site in school.sites:
            users.setdefault(site, []).append(school.number)
    return {site: numbers[0] for site, numbers in users.items() if len(numbers) == 1}
