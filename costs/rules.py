"""What a cost must be so that it can be recorded: pure, so that a preview can ask the same question."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from common.bulk import ids
from costs.enums import CREDITABLE, CostStage
from costs.models import CostEntry
from costs.splitting import CENT
from funding.binding import tied_schools
from funding.models import Programme
from inventory.models import Category, Order
from rollout.models import ConstructionProject
from schools.enums import Trade
from schools.models import School, Site, SiteUse

#: Stages that must lie in the implementation period of a programme. What was invoiced in it may be paid later.
IN_PERIOD = (CostStage.COMMITTED, CostStage.INVOICED)
_LARGEST = Decimal(10) ** 12


class NewPart(NamedTuple):
    """A part of a cost; ``amount`` gross in euro, greater than 0 also in a credit note.

    Trade and site of a project need not be said.
    """

    programme: Programme
    amount: Decimal
    trade: str = ""
    category: Category | None = None
    school: School | None = None
    site: Site | None = None
    order: Order | None = None
    project: ConstructionProject | None = None


class NewCost(NamedTuple):
    """A document of the day ``on``. Amounts are greater than 0; ``is_credit`` says that the money comes back.

    ``net``: where the document states it. ``amount``: what the parts must sum up to, where that is said.
    """

    stage: str
    on: date
    parts: tuple[NewPart, ...]
    number: str = ""
    payee: str = ""
    text: str = ""
    net: Decimal | None = None
    is_credit: bool = False
    amount: Decimal | None = None

    @property
    def total(self) -> Decimal:
        return sum((part.amount for part in self.parts), Decimal(0))

    @property
    def label(self) -> str:
        return self.number or self.text or f"{self.on:%d.%m.%Y}"


class Lists(NamedTuple):
    """Schools to which the money of tied programmes goes, and sites used by each school; by keys."""

    tied: Mapping[int, Collection[int]]
    sites: Mapping[int, Collection[int]]


#: What speaks against a cost, by field; of part 0 at ``parts-0-amount``.
Faults = dict[str, list[ValidationError]]


def lists_for(costs: Iterable[NewCost]) -> Lists:
    """What the rules need to know, in two queries."""
    parts = [part for cost in costs for part in cost.parts]
    sites: dict[int, set[int]] = {part.school.pk: set() for part in parts if part.school and site_of(part)}
    for school, site in SiteUse.objects.filter(school__in=ids(sites)).values_list("school", "site"):
        sites[school].add(site)
    return Lists(tied_schools({part.programme for part in parts}), sites)


def site_of(part: NewPart) -> int | None:
    """Key of the site, that of the project where none is said."""
    return part.site.pk if part.site else part.project.site_id if part.project else None


def trade_of(part: NewPart) -> str:
    """The trade, that of the project where neither trade nor category is said."""
    return part.project.trade if part.project and not (part.trade or part.category) else part.trade


def faults_of(new: NewCost, lists: Lists) -> Faults:
    """What speaks against a cost."""
    faults: Faults = {}
    for field, text, code, params in _said(new, lists):
        faults.setdefault(field, []).append(ValidationError(text, code, params))
    record = CostEntry(stage=new.stage, on=new.on, number=new.number, payee=new.payee, text=new.text)
    try:
        record.clean_fields(exclude={"amount", "net", "revoked_by"})
    except ValidationError as error:
        error.update_error_dict(faults)
    return faults


def _euro(amount: Decimal) -> str:
    return number_format(amount, 2, force_grouping=True)


_Said = tuple[str, Any, str, dict[str, Any] | None]


def _said(new: NewCost, lists: Lists) -> Iterator[_Said]:
    if not new.parts:
        yield "parts", _("A cost needs at least one part."), "no_parts", None
    if new.is_credit and new.stage not in CREDITABLE:
        yield "is_credit", _("A plan is changed, not credited."), "credited_plan", None
    if new.amount is not None and new.amount != new.total:
        text = _("The parts sum up to %(sum)s euro, not to %(amount)s.")
        yield "parts", text, "other_sum", {"sum": _euro(new.total), "amount": _euro(new.amount)}
    if new.net is not None and not 0 < new.net <= new.total:
        yield "net", _("The net amount is greater than 0 and not greater than the gross amount."), "net", None
    for i, part in enumerate(new.parts):
        for name, *rest in _part_faults(part, lists):
            yield f"parts-{i}-{name}", *rest
        begins, ends = part.programme.begins_on, part.programme.ends_on
        if new.stage in IN_PERIOD and ((begins and new.on < begins) or (ends and new.on > ends)):
            text = _("The day lies outside the implementation period of %(programme)s (%(period)s).")
            period = " – ".join(f"{day:%d.%m.%Y}" if day else "…" for day in (begins, ends))
            yield "on", text, "outside_period", {"programme": part.programme, "period": period}


def _part_faults(part: NewPart, lists: Lists) -> Iterator[_Said]:
    yield from _amount_faults(part.amount)
    if part.trade and part.trade not in Trade.values:
        yield "trade", _("There is no trade “%(trade)s”."), "unknown_trade", {"trade": part.trade}
    if part.trade and part.category:
        yield "category", _("A part is for a trade or for a category, not for both."), "trade_and_category", None
    if part.order and part.project:
        text = _("A part belongs to an order or to a construction project, not to both.")
        yield "project", text, "order_and_project", None
    if part.project and part.trade not in ("", part.project.trade):
        yield "trade", _("The construction project is of another trade."), "other_trade", None
    if part.project and part.site and part.site.pk != part.project.site_id:
        yield "site", _("The construction project is at another site."), "other_site", None
    yield from _school_faults(part, lists)


def _amount_faults(amount: Decimal) -> Iterator[_Said]:
    if amount <= 0:
        text = _("An amount must be greater than 0; money that comes back is a credit note.")
        yield "amount", text, "not_positive", None
    elif amount >= _LARGEST:
        yield "amount", _("This amount is too large."), "too_large", None
    elif amount != amount.quantize(CENT):
        yield "amount", _("An amount has two digits after the comma."), "fraction", None


def _school_faults(part: NewPart, lists: Lists) -> Iterator[_Said]:
    school = part.school
    if school is None:
        return
    if school.pk not in lists.tied.get(part.programme.pk, {school.pk}):
        text = _("The money of %(programme)s is tied to other schools than %(school)s.")
        yield "school", text, "not_listed", {"programme": part.programme, "school": school}
    if site_of(part) not in {None, *lists.sites.get(school.pk, ())}:
        yield "school", _("The school does not use this site."), "foreign_site", None
