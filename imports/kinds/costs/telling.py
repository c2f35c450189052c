"""What taking the documents would do, row by row, and what speaks against it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from costs.enums import CostStage
from costs.rules import faults_of, lists_for
from costs.services import NewCost, is_same_cost
from imports.enums import Outcome
from imports.kinds.costs.documents import Document
from imports.kinds.costs.pairing import Paired
from imports.preview import Plan
from imports.texts import as_read
from schools.enums import Trade

_HEAD = ("stage", "on", "is_credit", "number", "payee", "text", "net")
_PART = ("amount", "programme", "trade", "category", "school", "site", "order", "project")
_WORDS: dict[str, Any] = {"stage": CostStage, "trade": Trade}


def tell_documents(plan: Plan, documents: Sequence[Document]) -> Iterator[tuple[Document, NewCost]]:
    """Those that are to be written, with what they should say."""
    readable = [document for document in documents if all(map(plan.is_open, document.rows))]
    said = [(document, *document.cost()) for document in readable]
    lists = lists_for([cost for _document, cost, _paired in said])
    for document, cost, paired in said:
        _name(plan, document, cost)
        for field, errors in faults_of(cost, lists).items():
            for text, code in {str(message): e.code or "invalid" for e in errors for message in e.messages}.items():
                _refuse(plan, document, paired, field, code, text)
        if not all(map(plan.is_open, document.rows)):
            continue
        before = document.before
        if before is None:
            _set(plan, document, Outcome.NEW)
            yield document, cost
        elif is_same_cost(cost, before):
            _set(plan, document, Outcome.UNCHANGED)
        else:
            _tell(plan, document, before, cost, paired)
            yield document, cost


def _name(plan: Plan, document: Document, cost: NewCost) -> None:
    label = " · ".join(filter(None, (cost.label, cost.payee)))
    known = document.known.pk if document.known else None
    for i in document.rows:
        by = plan.matched_by[i] or ("" if known is None else "number" if cost.number else "content")
        plan.matched(i, by, known, label)


def _refuse(plan: Plan, document: Document, paired: Paired, field: str, code: str, text: str) -> None:
    """At the cell that is wrong; what concerns the whole document at each of its rows."""
    if not field.startswith("parts-"):
        for i in document.rows:
            plan.reject(i, field, code, text)
        return
    _parts, number, key = field.split("-")
    draft = paired[int(number)][1]
    i = draft.row if draft else document.rows[0]
    plan.reject(i, "school_number" if key == "school" and "school" not in plan.table.index else key, code, text)
    for other in document.rows:
        if plan.is_open(other):
            message = _("Another row of this document cannot be taken: row %(rows)s.")
            plan.reject(other, "number", "document", message % {"rows": plan.table.numbers[i]})


def _set(plan: Plan, document: Document, outcome: Outcome) -> None:
    for i in document.rows:
        plan.outcomes[i] = outcome


def _tell(plan: Plan, document: Document, before: NewCost, cost: NewCost, paired: Paired) -> None:
    first = document.rows[0]
    for name in _HEAD:
        plan.change(first, name, _read(name, getattr(before, name)), _read(name, getattr(cost, name)))
    for part, draft, old in paired:
        for name in _PART if draft else ():
            assert draft is not None
            plan.change(draft.row, name, _read(name, getattr(old, name, None)), _read(name, getattr(part, name)))
    kept = [old for _part, _draft, old in paired]
    gone = [part for part in before.parts if part not in kept]
    if gone:
        message = _("Recorded, but not in the file any more: %(parts)s.")
        names = ", ".join(f"{part.programme} {as_read(part.amount)} €" for part in gone)
        plan.note(first, "amount", "part_gone", message % {"parts": names})
    changed = plan.changes.keys() & set(document.rows) or {first}
    for i in document.rows:
        plan.outcomes[i] = Outcome.CHANGED if i in changed else Outcome.UNCHANGED


def _read(name: str, value: Any) -> str | None:
    return as_read(_WORDS[name](value) if value and name in _WORDS else value)
