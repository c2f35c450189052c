"""Native charts over the tables of the other sheets."""

from typing import Any

from django.utils.translation import gettext
from xlsxwriter.chart import Chart

from common.sheets.writer import INK, LINE, MUTED, BookWriter, SheetWriter
from reports.enums import StatusGroup
from reports.workbooks.schools import GRADE, NAME
from reports.workbooks.sheet import TOP, Placed, Progress, entitle
from rollout.enums import Level

#: Colours of the groups of states that can be told apart without seeing red and green.
COLOURS: dict[str, str] = {
    StatusGroup.IN_SERVICE: "#1B6E4A",
    StatusGroup.ON_THE_WAY: "#6BAED6",
    StatusGroup.IN_RESERVE: "#C6DBEF",
    StatusGroup.UNDER_REPAIR: "#F2A541",
    StatusGroup.PLANNED: "#D9D9D9",
    StatusGroup.GONE: "#7F7F7F",
}


def write_charts(sheet: SheetWriter, progress: Progress, schools: Placed | None, devices: Placed | None) -> None:
    entitle(sheet, progress)
    sheet.raw.fit_to_pages(1, 1)
    if schools and progress.records.completion.schools:
        sheet.raw.insert_chart(TOP, 0, _grades(sheet.book, progress, schools))
    below = TOP
    if devices:
        height = max(300, 130 + 34 * (devices.area.last - devices.area.head))
        sheet.raw.insert_chart(TOP, 10, _devices(sheet.book, devices, height))
        below += height // 20 + 2
    if schools and progress.rules:
        sheet.raw.insert_chart(below, 10, _requirements(sheet.book, progress, schools))


def _grades(book: BookWriter, progress: Progress, schools: Placed) -> Chart:
    """A bar per school, in the order of the table; a school without a grade says so instead of showing 0."""
    chart = book.book.add_chart({"type": "bar"})
    unknown = {"value": gettext("unknown"), "font": {"italic": True, "color": MUTED, "size": 8}}
    grades = [one.grade for one in progress.records.completion.schools]
    labels = [unknown if grade is None else None for grade in grades]
    series: dict[str, Any] = {
        "name": gettext("Grade (basis)"),
        "categories": "=" + schools.cells(NAME),
        "values": "=" + schools.cells(GRADE),
        "fill": {"color": INK},
        "gap": 40,
        "data_labels": {"value": True, "num_format": "0.0 %", "font": {"size": 8}, "custom": labels},
    }
    chart.add_series(series)
    chart.set_title({"name": gettext("Completion per school (basis)"), **_TITLE})
    chart.set_legend({"none": True})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0 %", "major_gridlines": _GRID, "num_font": {"size": 9}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}, "interval_unit": 1})
    height = max(260, 90 + 17 * len(grades))
    # In pixels of the chart: room for title and axis above, for a name at the left, for a number at the right.
    chart.set_plotarea({"layout": {"x": 0.36, "y": 80 / height, "width": 0.55, "height": 1 - 95 / height}})
    chart.set_size({"width": 620, "height": height})
    return chart


def _requirements(book: BookWriter, progress: Progress, schools: Placed) -> Chart:
    """A bar per requirement of the basis: the mean of the schools, from the line below the table."""
    chart = book.book.add_chart({"type": "bar"})
    number = sum(rule.level == Level.BASIS for rule in progress.rules) or len(progress.rules)
    left = schools.area.right + 1 - len(progress.rules)
    name, head, mean = schools.sheet.title, schools.area.head, schools.area.last + 1
    series: dict[str, Any] = {
        "name": gettext("Mean of the schools"),
        "categories": [name, head, left, head, left + number - 1],
        "values": [name, mean, left, mean, left + number - 1],
        "fill": {"color": "#4A7BA6"},
        "gap": 40,
        "data_labels": {"value": True, "num_format": "0.0 %", "font": {"size": 9}},
    }
    chart.add_series(series)
    chart.set_title({"name": gettext("Completion per requirement (basis), mean of the schools"), **_TITLE})
    chart.set_legend({"none": True})
    chart.set_x_axis({"min": 0, "max": 1, "num_format": "0 %", "major_gridlines": _GRID, "num_font": {"size": 9}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_plotarea({"layout": {"x": 0.3, "y": 0.2, "width": 0.6, "height": 0.76}})
    chart.set_size({"width": 620, "height": 110 + 28 * number})
    return chart


def _devices(book: BookWriter, devices: Placed, height: int) -> Chart:
    chart = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, group in enumerate(devices.keys, 1):
        series: dict[str, Any] = {
            "name": str(StatusGroup(group).label),
            "categories": "=" + devices.cells(0),
            "values": "=" + devices.cells(column),
            "fill": {"color": COLOURS[group]},
            "gap": 50,
        }
        chart.add_series(series)
    chart.set_title({"name": gettext("Devices by category and state"), **_TITLE})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"num_format": "#,##0", "major_gridlines": _GRID, "num_font": {"size": 9}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_size({"width": 620, "height": height})
    return chart


_TITLE = {"name_font": {"size": 13, "color": INK}}
_GRID = {"visible": True, "line": {"color": LINE, "width": 0.75}}
