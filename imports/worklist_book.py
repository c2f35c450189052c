"""A work-list as a workbook, for people who go through it with paper or in a storeroom."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext

from common.sheets.writer import LARGE, BookWriter, Field, Value
from imports.models import Finding


def write_findings(
    target: str | Path | IO[bytes], findings: Iterable[Finding], *, number: int, created: datetime
) -> None:
    """``findings`` with their names (``with_names``), ``number`` of them."""
    fields = [
        Field(gettext("Finding"), 26),
        Field(gettext("Serial number"), 18),
        Field(gettext("Asset tag"), 16),
        Field(gettext("School number"), 13),
        Field(gettext("School"), 34),
        Field(gettext("What was found"), 60, "long"),
        Field(gettext("Status"), 10),
        Field(gettext("Note"), 34, "long"),
        Field(gettext("Done by"), 18),
        Field(gettext("Done at"), 16, "instant"),
    ]
    title = gettext("Findings")
    with BookWriter(target, title=title, created=created, large=number > LARGE) as book:
        book.sheet(title).table(0, fields, _rows(findings), frozen=2)


def _rows(findings: Iterable[Finding]) -> Iterator[list[Value]]:
    for one in findings:
        school = one.device.school if one.device else None
        yield [
            one.get_kind_display(),
            one.serial,
            one.device.asset_tag if one.device else "",
            school.number if school else "",
            school.name if school else "",
            one.text,
            one.get_status_display(),
            one.note,
            str(one.done_by) if one.done_by else "",
            one.done_at,
        ]
