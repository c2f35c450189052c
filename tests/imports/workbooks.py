"""Real workbooks for the tests of the import, and the import itself in one call."""

import json
from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.management import call_command

Rows = Sequence[Sequence[Any]]


def write_xlsx(path: Path, rows: Rows, *, sheet: str = "Tabelle1") -> Path:
    """Cells by type; ``#N/A`` becomes a formula with that error; ``None`` stays empty."""
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value == "#N/A":
                    page.write_formula(number, column, "=NA()", None, "#N/A")
                elif isinstance(value, date):
                    page.write_datetime(number, column, value, day)
                elif isinstance(value, str):
                    page.write_string(number, column, value)
                elif value is not None:
                    page.write(number, column, value)
    return path


def write_csv(path: Path, lines: Sequence[str], *, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


class Result(dict[str, Any]):
    """The JSON of the command, and its exit code."""

    exit_code = 0

    @property
    def counts(self) -> tuple[int, ...]:
        """new, changed, unchanged, rejected, skipped"""
        return tuple(self[name] for name in ("new", "changed", "unchanged", "rejected", "skipped"))

    @property
    def cells(self) -> list[tuple[int, str | None, str]]:
        """Row, heading and code of every problem that rejects a row."""
        return [(p["row"], p["column"], p["code"]) for p in self["problems"] if p["severity"] == "error"]


def import_file(path: Path, *options: str) -> Result:
    """Run ``import_workbook --json``."""
    out = StringIO()
    code = 0
    try:
        call_command("import_workbook", str(path), "--json", *options, stdout=out)
    except SystemExit as error:
        code = int(error.code or 0)
    result = Result(json.loads(out.getvalue()))
    result.exit_code = code
    return result


def import_text(path: Path, *options: str) -> str:
    """Run ``import_workbook`` as a person would."""
    out = StringIO()
    try:
        call_command("import_workbook", str(path), *options, stdout=out)
    except SystemExit as error:
        return f"{out.getvalue()}exit {error.code}"
    return out.getvalue()
