"""The sender's workbook with the problems of an import marked at its cells."""

from collections.abc import Iterator
from pathlib import Path

from common.sheets.marking import Mark, mark_workbook
from imports.enums import Outcome
from imports.models import ImportBatch
from imports.preview import Plan
from imports.rows import row_problems


def mark_plan(plan: Plan, path: Path, out: Path) -> bool:
    """Mark what ``plan`` found in the workbook at ``path``. As ``mark_workbook``."""
    return mark_workbook(path, out, _of_plan(plan), name=path.name, header_row=plan.table.header_row)


def mark_batch(batch: ImportBatch, out: Path) -> bool:
    """Mark what the last preview of ``batch`` found, with the cells that were corrected in the browser."""
    header_row = batch.summary.get("header_row") or 1
    path = Path(batch.file.path)
    marks = _of_batch(batch)
    return mark_workbook(path, out, marks, name=batch.name, header_row=header_row, corrections=batch.corrections)


def _of_plan(plan: Plan) -> Iterator[Mark]:
    for _i, p in sorted(row_problems(plan), key=lambda found: found[0]):
        if p.severity == "error":
            yield Mark(p.sheet, p.row or 1, p.cell, p.column or "", p.value, p.message)


def _of_batch(batch: ImportBatch) -> Iterator[Mark]:
    rows = batch.rows.filter(outcome__in=(Outcome.REJECTED, Outcome.AMBIGUOUS)).order_by("position")
    for sheet, number, problems in rows.values_list("sheet", "number", "problems").iterator(chunk_size=2000):
        for p in problems:
            if p["severity"] == "error":
                yield Mark(sheet, number, p["cell"], p["column"] or "", p["value"], p["message"])
