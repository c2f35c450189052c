"""Whose rows may be written: each row is held against what its user may do in the schools that it touches.

A kind says of each row which schools it touches (``Plan.touches``). What it says nothing of belongs to the authority.
"""

from dataclasses import replace
from typing import Any, NamedTuple, Self

from django.utils.translation import gettext as _

from imports.enums import Outcome
from imports.kinds import Kind
from imports.options import Context
from imports.preview import Plan
from imports.reader import Table
from schools.access import Right, has_right_everywhere, schools_with

_CODE = "forbidden"
_NO_SCHOOL = frozenset({None})


class _Permits(NamedTuple):
    """Schools to which somebody may add records, and in which change them; ``None``: all."""

    add: frozenset[int] | None
    change: frozenset[int] | None

    @classmethod
    def of(cls, user: Any, right: Right | None) -> Self:
        """``right``: the one that decides for the whole authority, where the kind has such a right."""
        if right is not None:
            allowed = None if has_right_everywhere(user, right) else frozenset[int]()
            return cls(allowed, allowed)
        return cls(schools_with(user, Right.BOOK), schools_with(user, Right.BOOK, Right.CORRECT))


def plan_permitted(kind: Kind, table: Table, context: Context) -> Plan:
    """The plan of the rows that the user of ``context`` may write; each of the others says so.

    A refused row may have been the first of several about one record, so the others are planned again without it.
    """
    plan = kind.plan(table, context)
    permits = _Permits(None, None) if context.user is None else _Permits.of(context.user, kind.right)
    while refused := _refused(plan, permits):
        context = replace(context, refused={**context.refused, **refused})
        plan = kind.plan(table, context)
    _hide(plan)
    return plan


def _hide(plan: Plan) -> None:
    """Of refused rows only that is told: anything else might name records that their user does not see."""
    refused = plan.context.refused
    for i in refused:
        plan.labels[i], plan.matched_by[i], plan.records[i] = "", "", None
        plan.changes.pop(i, None)
        plan.unclear.pop(i, None)
    if refused:
        places = {plan.place(i)[:2] for i in refused}
        plan.conflicts = [conflict for conflict in plan.conflicts if (conflict.sheet, conflict.row) not in places]
        told = list(zip(plan.problem_rows, plan.problems, strict=True))
        told = [(i, problem) for i, problem in told if i not in refused or problem.code == _CODE]
        plan.problem_rows, plan.problems = [i for i, _problem in told], [problem for _i, problem in told]


def _refused(plan: Plan, permits: _Permits) -> dict[int, str]:
    """Row → why it must not be written, for rows about which that was not known yet."""
    if permits == (None, None):
        return {}
    rows = (i for i in range(len(plan.outcomes)) if i not in plan.context.refused)
    reasons = ((i, _reason(plan, i, permits)) for i in rows)
    return {i: reason for i, reason in reasons if reason}


def _reason(plan: Plan, i: int, permits: _Permits) -> str:
    outcome = plan.outcomes[i]
    if outcome is Outcome.SKIPPED or (outcome is Outcome.REJECTED and i not in plan.touched):
        return ""
    is_new = outcome is Outcome.NEW
    allowed = permits.add if is_new else permits.change
    if allowed is None or plan.touched.get(i, _NO_SCHOOL) <= allowed:
        return ""
    return _("You may not add records here.") if is_new else _("You may not change this record.")
