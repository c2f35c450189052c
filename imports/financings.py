"""Which programme or financing a text means: by name or key, as somebody decided, never created by a list."""

from decimal import Decimal

from django.utils.translation import gettext as _

from common.parsing import normalise_heading
from funding.models import Financing, FinancingShare, Programme
from imports.matching import similar
from imports.preview import Choice, Plan
from imports.reader import Cells

#: Programmes with their percents, which sum up to 100.
Shares = tuple[tuple[Programme, Decimal], ...]


class Programmes:
    """All programmes, and the mixes of them, by name and key."""

    def __init__(self) -> None:
        self.all = {programme.pk: programme for programme in Programme.objects.all()}
        self.financings = {financing.pk: financing for financing in Financing.objects.all()}
        self._by_name = {normalise_heading(p.name): p for p in self.all.values()}
        self._by_name |= {normalise_heading(p.key): p for p in self.all.values()}
        self._mixes = {normalise_heading(f.name): f for f in self.financings.values()}

    def find(self, text: str) -> Programme | None:
        return self._by_name.get(normalise_heading(text))

    def financing(self, text: str) -> Financing | None:
        """The mix of that name; of a programme the one in which it pays everything, which has its name."""
        programme = self.find(text)
        return self._mixes.get(normalise_heading(programme.name if programme else text))

    def similar(self, text: str) -> list[Choice]:
        return similar(text, [(programme.pk, programme.name) for programme in self.all.values()])

    def similar_financings(self, text: str) -> list[Choice]:
        return similar(text, [(financing.pk, financing.name) for financing in self.financings.values()])


def resolve_financings(plan: Plan, cells: Cells, programmes: Programmes) -> list[Financing | None]:
    """Financing per row; an unknown one is asked about."""
    obstacle = _("A financing is put together on the pages of the programmes.")
    found: list[Financing | None] = []
    for i, text in enumerate(cells["financing"]):
        financing = programmes.financing(text) if text else None
        if text and financing is None:
            decision = plan.context.decision("financing", text)
            is_mapped = decision is not None and decision.action == "map"
            financing = programmes.financings.get(decision.to or 0) if decision and is_mapped else None
            if financing is None:
                plan.wonder(i, "financing", "financing", text, programmes.similar_financings, obstacle)
        found.append(financing)
    return found


def resolve_shares(plan: Plan, cells: Cells) -> list[Shares]:
    """Programmes per row with their percents: one that pays all of it, or those of a mix; none for an unknown text."""
    programmes = Programmes()
    mixes: dict[int, list[tuple[Programme, Decimal]]] = {}
    for share in FinancingShare.objects.order_by("financing", "-percent", "pk"):
        mixes.setdefault(share.financing_id, []).append((programmes.all[share.programme_id], share.percent))
    return [_shares(plan, i, text, programmes, mixes) for i, text in enumerate(cells["programme"])]


def _shares(
    plan: Plan,
    i: int,
    text: str | None,
    programmes: Programmes,
    mixes: dict[int, list[tuple[Programme, Decimal]]],
) -> Shares:
    if not text:
        return ()
    programme = programmes.find(text) or _decided(plan, text, programmes)
    if programme:
        return ((programme, Decimal(100)),)
    if mix := programmes.financing(text):
        return tuple(mixes.get(mix.pk, ()))
    plan.wonder(i, "programme", "programme", text, programmes.similar, _("A programme is recorded on its own page."))
    return ()


def _decided(plan: Plan, text: str, programmes: Programmes) -> Programme | None:
    decision = plan.context.decision("programme", text)
    return programmes.all.get(decision.to or 0) if decision and decision.action == "map" else None
