"""Costs: a row is a part of a document; rows with the same number, company, stage and day are one document."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import ngettext_lazy

from audit.models import Act
from common.round_trip import ROUND_TRIP
from costs.columns import COST_COLUMNS
from costs.enums import CostStage
from costs.limits import warnings_of
from costs.models import CostEntry
from costs.services import NewCost, correct_costs, create_costs
from imports.enums import KindName
from imports.financings import resolve_shares
from imports.kinds.base import Kind
from imports.kinds.costs.documents import Recorded, find_known
from imports.kinds.costs.own import merge_costs
from imports.kinds.costs.references import References
from imports.kinds.costs.rows import CostRows
from imports.kinds.costs.telling import tell_documents
from imports.matching import Schools
from imports.options import Context
from imports.preview import Plan
from imports.reader import Table, read_cells, refuse_future
from imports.references import ask_for_school, mapped_aliases, remember_aliases, resolve_schools
from schools.access import Right
from schools.models import School

_COLUMNS = (*COST_COLUMNS, *ROUND_TRIP)


@dataclass(slots=True)
class CostWork:
    """``changes``: recorded entries by key, and what they should say."""

    aliases: dict[str, School]
    new: list[NewCost] = field(default_factory=list)
    changes: dict[int, NewCost] = field(default_factory=dict)


def plan_costs(table: Table, context: Context) -> Plan:
    plan = Plan(table, context)
    cells = read_cells(plan, _COLUMNS)
    refuse_future(plan, cells, "on")
    references = References(plan, cells)
    own = merge_costs(plan, cells, references)
    schools = Schools(context.user)
    references.schools = resolve_schools(plan, cells, schools, ask_for_school(plan, schools))
    rows = CostRows(plan, cells, references, resolve_shares(plan, cells), own)
    documents = rows.documents()
    recorded = Recorded(documents, own.values())
    documents = rows.with_own(documents, recorded)
    find_known(plan, documents, recorded)
    plan.work = CostWork(mapped_aliases(plan, schools))
    for document, cost in tell_documents(plan, documents):
        if document.known:
            plan.work.changes[document.known.pk] = cost
        else:
            plan.work.new.append(cost)
    _warn(plan, plan.work.new)
    return plan


def write_costs(plan: Plan, act: Act) -> None:
    work: CostWork = plan.work
    remember_aliases(work.aliases, act)
    create_costs(work.new, act)
    correct_costs(work.changes, act)


def _warn(plan: Plan, new: Sequence[NewCost]) -> None:
    """What all new documents of a stage exceed together."""
    told: dict[str, None] = {}
    for stage in CostStage:
        parts = tuple(part for cost in new for part in cost.parts if cost.stage == stage and not cost.is_credit)
        if parts:
            told |= dict.fromkeys(warnings_of(NewCost(stage, plan.context.today, parts), plan.context.today))
    plan.notes += told


COSTS = Kind(
    KindName.COSTS,
    _COLUMNS,
    (("amount",), ("programme",), ("stage",)),
    plan_costs,
    write_costs,
    counted=ngettext_lazy("%(n)s row of costs", "%(n)s rows of costs", "count"),
    record=CostEntry,
    right=Right.FUND,
)
