"""The progress workbook: everything a manager hands on before a session of the committee."""

import gc
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext

from common.memory import without_collecting
from common.sheets.writer import BookWriter
from reports.enums import Part
from reports.figures import figure_values
from reports.queries import Records
from reports.workbooks.charts import write_charts
from reports.workbooks.cover import add_contents, write_cover
from reports.workbooks.definitions import write_definitions
from reports.workbooks.devices import write_devices
from reports.workbooks.schools import write_completion, write_gaps
from reports.workbooks.sheet import Progress, day_text
from reports.workbooks.works import write_works
from schools.querysets import SchoolQuerySet


def write_progress(
    target: str | Path | IO[bytes],
    *,
    as_of: date,
    now: datetime,
    known_at: datetime | None = None,
    compare_with: date | None = None,
    schools: SchoolQuerySet | None = None,
    reader: Any = None,
    parts: Collection[str] = (),
    keys: Collection[str] = (),
) -> None:
    """Write the workbook in the active language to a path or a binary stream.

    ``parts`` (``reports.enums.Part``) and ``keys`` of requirements narrow what it shows. ``schools`` went through
    ``visible_to`` (see ``reports.queries.schools_for``); ``None``: the whole authority. ``reader``: see
    ``reports.queries.Records``.
    """
    with without_collecting():
        progress = read_progress(
            as_of, now, known_at=known_at, compare_with=compare_with, schools=schools, reader=reader
        )
        write_workbook(target, replace(progress, parts=parts, keys=keys))
    gc.collect(0)  # sheets refer to each other: they would stay in memory for long


def read_progress(
    as_of: date,
    now: datetime,
    *,
    known_at: datetime | None = None,
    compare_with: date | None = None,
    schools: SchoolQuerySet | None = None,
    reader: Any = None,
) -> Progress:
    """Everything that the workbook shows; the figures are in the active language."""
    records = Records(as_of, known_at, schools=schools, reader=reader)
    before = Records(compare_with, known_at, schools=schools, reader=reader) if compare_with else None
    return Progress(
        records=records,
        values=figure_values(records),
        now=now,
        authority=getattr(settings, "AUTHORITY_NAME", ""),
        before=before,
        values_before=tuple(figure_values(before)) if before else (),
    )


def write_workbook(target: str | Path | IO[bytes], progress: Progress) -> None:
    title = gettext("Progress of school equipment as of %(day)s") % {"day": day_text(progress.records.as_of)}
    with BookWriter(target, title=title, author=progress.authority, created=progress.now) as book:
        _write_sheets(book, progress)


def _write_sheets(book: BookWriter, progress: Progress) -> None:
    """The sheets stand in reading order; they are filled in the order in which one needs the other."""
    cover = book.sheet(gettext("Cover"), tab="#1B3A57")
    completion = gaps = None
    if progress.has(Part.COMPLETION):
        completion = book.sheet(gettext("Completion"), tab="#2E7D4F")
        gaps = book.sheet(gettext("Gaps"), tab="#B3261E")
    devices = book.sheet(gettext("Devices"), tab="#0B5394") if progress.has(Part.DEVICES) else None
    works = book.sheet(gettext("Construction sites"), tab="#B45F06") if progress.has(Part.WORKS) else None
    charts = book.sheet(gettext("Charts"), tab="#6A4C93") if progress.has(Part.CHARTS) else None
    definitions = book.sheet(gettext("Definitions"), tab="#5F6B76")
    write_cover(cover, progress)
    placed = write_completion(completion, progress, write_gaps(gaps, progress)) if completion and gaps else None
    if works:
        write_works(works, progress)
    counted = write_devices(devices, progress) if devices else None
    if charts:
        write_charts(charts, progress, placed, counted)
    write_definitions(definitions, progress)
    contents = [
        (completion, gettext("every school against every requirement, in percent")),
        (gaps, gettext("what is missing, with the calculation in a sentence")),
        (devices, gettext("devices by category and state")),
        (works, gettext("construction projects by site and trade")),
        (charts, gettext("completion per school, devices by category")),
        (definitions, gettext("what each number means")),
    ]
    add_contents(cover, [(sheet, text) for sheet, text in contents if sheet])
