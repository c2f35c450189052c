"""The rows of a batch as its page shows them: kept once per preview, so that a page reads fifty of them."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from common.bulk import insert_rows
from imports.enums import Outcome
from imports.findings import Problem
from imports.models import ImportBatch, ImportRow
from imports.preview import Plan
from imports.reader import cut

_FIELDS = (
    "batch",
    "position",
    "sheet",
    "number",
    "outcome",
    "label",
    "matched_by",
    "record",
    "changes",
    "problems",
)
#: So many examples are kept of the changes of a column.
_EXAMPLES = 4
_LABEL, _SHEET, _CODE = 199, 99, 30


def store_rows(batch: ImportBatch, plan: Plan) -> None:
    """Keep what ``plan`` does with each row instead of what an earlier one did. Callers hold the transaction."""
    drop_rows(batch)
    insert_rows(ImportRow, _FIELDS, _rows(batch.pk, plan))


def fingerprint(plan: Plan) -> str:
    """The same for two plans that do the same with each row: their rows need not be kept twice."""
    told = hashlib.blake2b(digest_size=16)
    for part in (plan.outcomes, plan.labels, plan.matched_by, plan.records):
        told.update("\0".join(map(str, part)).encode())
    told.update(repr((plan.changes, plan.problems, list(plan.unknown))).encode())
    return told.hexdigest()


def reading(plan: Plan) -> str:
    """The same for two plans that understand the file alike: its table, what the headings mean, options and answers."""
    table, context = plan.table, plan.context
    options = replace(context.options, mode="", profile=None, applied=None).as_json()
    answers = {kind: given for kind, given in context.decisions.items() if given}  # a profile may name a kind in vain
    told = [table.kind, table.sheet, table.header_row, table.mapping, options, answers]
    return hashlib.blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=16).hexdigest()


def drop_rows(batch: ImportBatch) -> None:
    ImportRow.objects.filter(batch=batch).delete()


def changes_by_column(plan: Plan) -> list[dict[str, Any]]:
    """``[{"key", "count", "examples": [{"row", "old", "new"}]}]``, in the order of the columns of the file."""
    counts: Counter[str] = Counter()
    examples: dict[str, list[dict[str, Any]]] = {}
    for i in sorted(plan.changes):
        for key, (old, new) in plan.changes[i].items() if plan.is_open(i) else ():
            counts[key] += 1
            shown = examples.setdefault(key, [])
            if len(shown) < _EXAMPLES and not any((old, new) == (one["old"], one["new"]) for one in shown):
                shown.append({"row": plan.table.numbers[i], "old": old, "new": new})
    index = plan.table.index
    keys = sorted(counts, key=lambda key: index.get(key, len(index)))
    return [{"key": key, "count": counts[key], "examples": examples[key]} for key in keys]


def row_problems(plan: Plan) -> Iterator[tuple[int, Problem]]:
    """All problems, each with the position of its row; an unknown value is one of each row that names it."""
    yield from plan.standing_problems()
    for entry, rows in plan.open_unknowns():
        message, severity = entry.message(len(rows)), "note" if entry.is_left_out else "error"
        for i in rows:
            place = plan.place(i, entry.key)
            text = cut(entry.text, _LABEL)
            yield i, Problem(*place[:2], place.heading, place.cell, text, entry.code, message, severity)


def _rows(batch: int, plan: Plan) -> Iterator[tuple[Any, ...]]:
    problems: dict[int, list[dict[str, Any]]] = {}
    for i, problem in row_problems(plan):
        told = problem._asdict()
        del told["sheet"], told["row"]
        problems.setdefault(i, []).append(told)
    nothing: dict[str, Any] = {}
    none: list[Any] = []
    table, changes = plan.table, plan.changes
    for i, outcome in enumerate(plan.outcomes):
        yield (
            batch,
            i,
            table.sheet_of(i)[:_SHEET],
            table.numbers[i],
            str(outcome),
            cut(plan.labels[i], _LABEL),
            plan.matched_by[i],
            plan.records[i],
            changes.get(i, nothing),
            problems.get(i, none),
        )
    for position, (sheet, number, text, _at) in enumerate(table.left_out, len(plan.outcomes)):
        label = cut(text, _LABEL)
        yield batch, position, sheet[:_SHEET], number, str(Outcome.SKIPPED), label, "", None, nothing, none
