"""What a proof of use states of a programme as of a day: cost entries, items, sums."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from common.bulk import ids
from costs.enums import CostStage
from costs.models import CostPart
from costs.splitting import split
from costs.sums import ProgrammeMoney, programme_money, sums_by
from funding.binding import binding_end
from funding.enums import BindingStart, ProgrammeKind
from funding.models import Drawdown, FinancingShare, GrantNotice, Programme
from inventory.models import Category, Device, DeviceModel, DeviceState
from rollout.models import ConstructionProject
from schools.enums import Trade

_NOTHING = Decimal("0.00")
_STAGES = {stage.value: place for place, stage in enumerate(CostStage)}


class CostLine(NamedTuple):
    """A part of a cost entry, in euro. ``subject``: trade or category, empty where neither is said.

    ``grant`` and ``own`` are rounded so that each stage sums up to what the funder bears of the whole.
    """

    stage: str
    on: date
    number: str
    payee: str
    text: str
    subject: str
    school: str
    site: str
    occasion: str
    amount: Decimal
    grant: Decimal
    own: Decimal


class Item(NamedTuple):
    """A device that the programme pays, or its share of it; ``price`` and ``share`` in euro, ``None``: unknown."""

    device: int
    serial: str
    asset_tag: str
    model: str
    category: str
    school: str
    room: str
    status: str
    bound_until: date | None
    invoices: str
    price: Decimal | None
    percent: Decimal
    share: Decimal | None


class SubjectSum(NamedTuple):
    """Sums of a trade or a category per stage; ``subject`` is empty for what names neither."""

    subject: str
    stages: Mapping[str, Decimal]
    items: int
    shares: Decimal


@dataclass(frozen=True, slots=True)
class ProofOfUse:
    """``money`` is what the pages show of the programme on the day."""

    day: date
    known_at: datetime | None
    money: ProgrammeMoney
    notices: list[GrantNotice]
    drawdowns: list[Drawdown]
    lines: list[CostLine]
    items: list[Item]
    sums: list[SubjectSum]

    @property
    def programme(self) -> Programme:
        return self.money.programme

    @property
    def unpriced(self) -> int:
        """Items whose price is not known."""
        return sum(item.price is None for item in self.items)


def read_proof(programme: Programme, day: date, known_at: datetime | None = None) -> ProofOfUse:
    """Everything about ``programme`` as of ``day``. How a device is financed is as it stands today.

    A constant number of queries.
    """
    money = next(one for one in programme_money(day, known_at) if one.programme.pk == programme.pk)
    categories = {category.pk: str(category) for category in Category.objects.all()}
    items = list(_items(programme, day, known_at, categories))
    return ProofOfUse(
        day=day,
        known_at=known_at,
        money=money,
        notices=list(GrantNotice.objects.as_of(day, known_at).filter(programme=programme)),
        drawdowns=list(Drawdown.objects.as_of(day, known_at).filter(programme=programme)),
        lines=list(_lines(money, day, known_at, categories)),
        items=items,
        sums=_sums(programme, day, known_at, categories, items),
    )


def borne(money: ProgrammeMoney, amount: Decimal) -> Decimal:
    """The funder's part; own money has no funder."""
    return _NOTHING if money.programme.kind == ProgrammeKind.OWN else money.funded(amount)


def unfinanced(day: date) -> int:
    """Devices of the day of which nobody has said how they are paid: they are in no proof."""
    return int(DeviceState.objects.as_of(day).filter(device__financing__isnull=True).count())


def _lines(
    money: ProgrammeMoney, day: date, known_at: datetime | None, categories: Mapping[int, str]
) -> Iterator[CostLine]:
    parts = CostPart.objects.as_of(day, known_at).filter(programme=money.programme)
    rows = list(
        parts.order_by("valid_from", "entry_id", "pk").values_list(
            "stage",
            "valid_from",
            "entry__number",
            "entry__payee",
            "entry__text",
            "trade",
            "category",
            "school__name",
            "site__name",
            "order__number",
            "project",
            "amount",
        )
    )
    projects = _projects({row[10] for row in rows if row[10]})
    trades = {trade.value: str(trade.label) for trade in Trade}
    total: dict[str, Decimal] = defaultdict(lambda: _NOTHING)
    for row in sorted(rows, key=_by_stage):
        stage, on, number, payee, text, trade, category, school, site, order, project, amount = row
        before = borne(money, total[stage])
        total[stage] += amount
        grant = borne(money, total[stage]) - before
        subject = trades.get(trade) or categories.get(category, "")
        occasion = order or projects.get(project, "")
        said = (stage, on, number, payee, text, subject, school or "", site or "", occasion)
        yield CostLine(*said, amount, grant, amount - grant)


def _by_stage(row: Sequence[Any]) -> int:
    return _STAGES[row[0]]


def _projects(keys: set[int]) -> dict[int, str]:
    found = ConstructionProject.objects.filter(pk__in=ids(keys)).select_related("site")
    return {project.pk: project.title or str(project) for project in found}


def _items(programme: Programme, day: date, known_at: datetime | None, categories: Mapping[int, str]) -> Iterator[Item]:
    """One for each device of which the programme pays a share, gone ones included."""
    shares = _Shares(programme)
    models = {model.pk: (str(model), model.category_id) for model in DeviceModel.objects.select_related("manufacturer")}
    invoices, bought = _Invoices(day, known_at), _bought_on(programme, shares)
    until = binding_end(programme, None)
    rows = DeviceState.objects.as_of(day, known_at).filter(device__financing__in=ids(shares.percents))
    place = Trim(Concat(Coalesce("room__building__name", Value("")), Value(" "), Coalesce("room__name", Value(""))))
    by_school = F("school__sort_key").asc(nulls_last=True)
    ordered = rows.order_by(by_school, "device__model", "device__asset_tag", "device__serial", "pk")
    for pk, serial, tag, model, school, room, status, price, financing, order in ordered.values_list(
        "device",
        "device__serial",
        "device__asset_tag",
        "device__model",
        "school__name",
        NullIf(place, Value("")),
        "status",
        Coalesce("device__price", "device__order_line__unit_price"),
        "device__financing",
        Coalesce("device__order_line__order", "device__delivery__order"),
    ).iterator(chunk_size=5000):
        name, category = models[model]
        yield Item(
            pk,
            serial,
            tag,
            name,
            categories[category],
            school or "",
            room or "",
            status,
            binding_end(programme, bought[pk]) if pk in bought else until,
            invoices.of(order, category),
            price,
            shares.percents[financing],
            shares.of(financing, price),
        )


class _Shares:
    """What a programme bears of a device by its financing: to the cent, all programmes together the price."""

    def __init__(self, programme: Programme) -> None:
        own = FinancingShare.objects.filter(programme=programme)
        self.percents: dict[int, Decimal] = dict(own.values_list("financing", "percent"))
        self._mixes: dict[int, list[Decimal]] = defaultdict(list)
        self._place: dict[int, int] = {}
        self._known: dict[tuple[int, Decimal], Decimal] = {}
        rows = FinancingShare.objects.filter(financing__in=ids(self.percents)).order_by("financing", "-percent", "pk")
        for financing, of_programme, percent in rows.values_list("financing", "programme", "percent"):
            if of_programme == programme.pk:
                self._place[financing] = len(self._mixes[financing])
            self._mixes[financing].append(percent)

    def of(self, financing: int, price: Decimal | None) -> Decimal | None:
        if price is None:
            return None
        key = (financing, price)
        if key not in self._known:
            self._known[key] = split(price, self._mixes[financing])[self._place[financing]]
        return self._known[key]


class _Invoices:
    """Numbers of the invoices of an order, of those for a category only to devices of it."""

    def __init__(self, day: date, known_at: datetime | None) -> None:
        parts = CostPart.objects.as_of(day, known_at).filter(
            stage=CostStage.INVOICED, order__isnull=False, amount__gt=0
        )
        self._numbers: dict[int, list[tuple[int | None, str]]] = defaultdict(list)
        self._known: dict[tuple[int, int], str] = {}
        rows = parts.order_by("valid_from", "entry_id", "pk").values_list("order", "category", "entry__number")
        for order, category, number in rows:
            self._numbers[order].append((category, number))

    def of(self, order: int | None, category: int) -> str:
        if order is None or order not in self._numbers:
            return ""
        key = (order, category)
        if key not in self._known:
            found = (number for of_part, number in self._numbers[order] if of_part in (None, category) and number)
            self._known[key] = ", ".join(dict.fromkeys(found))
        return self._known[key]


def _bought_on(programme: Programme, shares: _Shares) -> dict[int, date | None]:
    """The day per device, where the binding period is counted from it."""
    if programme.binding_start != BindingStart.PURCHASE:
        return {}
    devices = Device.objects.existing().filter(financing__in=ids(shares.percents)).with_bought_on().order_by()
    return dict(devices.values_list("pk", "bought_on"))


def _sums(
    programme: Programme, day: date, known_at: datetime | None, categories: Mapping[int, str], items: list[Item]
) -> list[SubjectSum]:
    """Trades, then categories, then what names neither; all that has a cost or an item."""
    stages: dict[str, dict[str, Decimal]] = defaultdict(dict)
    trades = {trade.value: str(trade.label) for trade in Trade}
    for row in sums_by("trade", "category", "stage", day=day, known_at=known_at, programme=programme.pk):
        subject = trades.get(row["trade"]) or categories.get(row["category"], "")
        stages[subject][row["stage"]] = stages[subject].get(row["stage"], _NOTHING) + row["amount"]
    numbers = Counter(item.category for item in items)
    shares: dict[str, Decimal] = defaultdict(lambda: _NOTHING)
    for item in items:
        shares[item.category] += item.share or _NOTHING
    subjects = [*trades.values(), *categories.values(), ""]
    used = (subject for subject in dict.fromkeys(subjects) if subject in stages or subject in numbers)
    return [SubjectSum(subject, stages[subject], numbers[subject], shares[subject]) for subject in used]
