"""Construction projects on the day, by site and trade."""

from collections.abc import Iterator

from django.utils.translation import gettext

from common.sheets.writer import Field, SheetWriter, Value
from reports.workbooks.sheet import TOP, Progress, entitle, mark
from rollout.enums import FINISHED, ProjectStatus
from schools.enums import Trade


def write_works(sheet: SheetWriter, progress: Progress) -> None:
    entitle(sheet, progress)
    fields = [
        Field(gettext("Site"), 32),
        Field(gettext("Schools"), 38, "long"),
        Field(gettext("Building"), 16),
        Field(gettext("Trade"), 22),
        Field(gettext("Project"), 34, "long"),
        Field(gettext("Status"), 18),
        Field(gettext("Since"), 12, "date"),
        Field(gettext("Reason"), 44, "long"),
    ]
    area = sheet.table(TOP, fields, _rows(progress), frozen=1)
    tones = {str(status.label): "good" for status in FINISHED}
    tones |= {str(ProjectStatus.BLOCKED.label): "bad", str(ProjectStatus.UNDER_CONSTRUCTION.label): "fair"}
    mark(sheet, area, 5, tones)


def _rows(progress: Progress) -> Iterator[list[Value]]:
    trades = {trade.value: str(trade.label) for trade in Trade}
    states = {status.value: str(status.label) for status in ProjectStatus}
    for work in progress.records.works:
        yield [
            work.site_name,
            "\n".join(work.schools),
            work.building,
            trades[work.trade],
            work.title,
            states[work.status],
            work.since,
            work.reason,
        ]
