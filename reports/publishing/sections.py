"""The sections of a report that are computed, as tables and sentences."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from common.sheets.writer import Value
from reports.figures import shown
from reports.publishing.content import Content, Data
from reports.publishing.parts import Column, Section, Table, day_text, iso_text
from reports.publishing.texts import Passage


def computed_sections(content: Content) -> Iterator[Section | None]:
    yield _figures(content)
    yield _completion(content.data["completion"])
    yield _works(content.data["works"])
    yield _changes(content.data["changes"])
    yield Section(gettext("Outlook"), content.outlook) if content.outlook else None
    yield _definitions(content)


def _figures(content: Content) -> Section | None:
    day = day_text(content.publication.as_of)
    heading = gettext("Figures as of %(day)s") % {"day": day}
    parts: list[Any] = []
    if content.figures:
        columns = (
            Column(gettext("Figure"), share=5),
            Column(gettext("Value"), share=4),
            Column(gettext("Exact value"), "decimal", 0),
            Column(gettext("Unit"), share=0),
            Column(gettext("Note"), "long", 7),
        )
        rows = [[one["label"], one["said"], _exact(one), one["unit"], one["note"]] for one in content.figures]
        parts.append(Table(gettext("Figures"), columns, rows))
    if content.left_out:
        text = ngettext(
            "%(number)s figure is an amount and is shown to those who may see amounts.",
            "%(number)s figures are amounts and are shown to those who may see amounts.",
            content.left_out,
        )
        parts.append(_sentence(text % {"number": content.left_out}))
    return Section(heading, parts) if parts else None


def _exact(figure: Data) -> Value:
    value = figure["value"]
    return figure["text"] if isinstance(value, bool) else value


def _completion(data: Data | None) -> Section | None:
    """Grades are percent; without any graded school they are unknown."""
    if data is None:
        return None
    whole = data["all"]
    columns = (
        Column(gettext("School type"), share=5),
        Column(gettext("Schools"), "number"),
        Column(gettext("with a grade"), "number", 3),
        Column(gettext("complete"), "number"),
        Column(gettext("Basis"), "percent"),
        Column(gettext("Target"), "percent"),
    )
    rows = [[one["label"], *_means(one)] for one in data["types"]]
    rows.append([gettext("All schools"), *_means(whole)])
    parts: list[Any] = [
        _sentence(
            gettext("Mean of the schools with a grade, measured by the equipment standard in force on the as-of date.")
        ),
        Table(gettext("Completion by type"), columns, rows, has_total=True),
    ]
    if data["schools"]:
        parts.append(_schools(data["schools"]))
    return Section(gettext("Completion"), parts)


def _means(one: Data) -> list[Value]:
    return [one["schools"], one["known"], one["complete"], _share(one["grade"]), _share(one["grade_target"])]


def _schools(rows: list[Data]) -> Table:
    columns = (
        Column(gettext("School"), share=6),
        Column(gettext("Number"), share=0),
        Column(gettext("School type"), share=4),
        Column(gettext("Gaps"), "number"),
        Column(gettext("Basis"), "percent"),
        Column(gettext("Target"), "percent"),
    )
    cells = [
        [one["name"], one["number"], one["type"], one["gaps"], _share(one["grade"]), _share(one["grade_target"])]
        for one in rows
    ]
    return Table(gettext("Completion by school"), columns, cells, gettext("School by school"))


def _works(data: Data | None) -> Section | None:
    if data is None:
        return None
    if not data["projects"]:
        text = gettext("No construction project is recorded on this day.")
        return Section(gettext("Construction works"), [_sentence(text)])
    sites = data["sites_running"]
    text = ngettext(
        "Works are under way on %(sites)s site.", "Works are under way on %(sites)s sites at the same time.", sites
    )
    parts: list[Any] = [_sentence(text % {"sites": shown(sites)} + _moved(data))]
    states = [[one["label"], one["number"]] for one in data["states"]]
    columns = (Column(gettext("Status"), share=5), Column(gettext("Projects"), "number", 3))
    parts.append(Table(gettext("Works by status"), columns, states))
    parts += [make(data[key]) for key, make in _WORKS.items() if data[key]]
    return Section(gettext("Construction works"), parts)


def _moved(data: Data) -> str:
    if not data["before"]:
        return ""
    text = gettext(" Since %(day)s: %(begun)s begun, %(finished)s finished, %(slipped)s expected later.")
    numbers = {"begun": data["begun"], "finished": len(data["finished"]), "slipped": len(data["slipped"])}
    return text % {"day": iso_text(data["before"]), **numbers}


def _slipped(rows: list[Data]) -> Table:
    columns = (
        Column(gettext("Site"), share=4),
        Column(gettext("Trade")),
        Column(gettext("Phase")),
        Column(gettext("then"), "date"),
        Column(gettext("now"), "date"),
        Column(gettext("Days"), "number", 1),
        Column(gettext("Reason"), "long", 3),
    )
    cells = [
        [r["site"], r["trade"], r["phase"], _date(r["before"]), _date(r["after"]), r["days"], r["reason"]] for r in rows
    ]
    return Table(gettext("Later than expected"), columns, cells, gettext("Later than was expected then"))


def _finished(rows: list[Data]) -> Table:
    columns = (
        Column(gettext("Site"), share=6),
        Column(gettext("Trade"), share=4),
        Column(gettext("Accepted"), "date", 3),
    )
    cells = [[r["site"], r["trade"], _date(r["on"])] for r in rows]
    return Table(gettext("Finished"), columns, cells, gettext("Finished since then"))


def _running(rows: list[Data]) -> Table:
    columns = (
        Column(gettext("Site"), share=6),
        Column(gettext("Trade"), share=4),
        Column(gettext("begun"), "date", 3),
        Column(gettext("Acceptance expected"), "date", 3),
    )
    cells = [[r["site"], r["trade"], _date(r["since"]), _date(r["expected"])] for r in rows]
    return Table(gettext("Under construction"), columns, cells, gettext("Under construction"))


#: Part of the works in ``content`` → its table.
_WORKS = {"slipped": _slipped, "finished": _finished, "running": _running}


def _changes(data: Data | None) -> Section | None:
    if data is None or not data["figures"]:
        return None
    day, told = iso_text(data["before"]), data["report"]
    columns = [Column(gettext("Figure"), share=5)]
    if told:
        columns.append(Column(gettext("last report"), "decimal", 3))
    columns += [
        Column(gettext("%(day)s, as known now") % {"day": day} if told else day, "decimal", 3),
        Column(gettext("now"), "decimal", 3),
        Column(gettext("Difference"), "change"),
    ]
    rows = [
        [one["label"], *([one["published"]] if told else []), one["then"], one["now"], one["difference"]]
        for one in data["figures"]
    ]
    parts: list[Any] = [_sentence(_basis(data)), Table(gettext("Changes"), columns, rows)]
    corrected = [one["label"] for one in data["figures"] if one["is_corrected"]]
    if corrected:
        text = gettext("Booked or corrected after the last report: %(figures)s.")
        parts.append(_sentence(text % {"figures": ", ".join(corrected)}))
    return Section(gettext("Changes since %(day)s") % {"day": day}, parts)


def _basis(data: Data) -> str:
    told = data["report"]
    if not told:
        return gettext("Both days as known now.")
    text = gettext(
        "The last report, “%(title)s” for the session of %(session)s, told the state of %(day)s as it was known on "
        "%(known)s. Differences to what is known of that day now come from later bookings."
    )
    known = iso_text(told["known_at"])
    return text % {
        "title": told["title"],
        "session": iso_text(told["session_on"]),
        "day": iso_text(data["before"]),
        "known": known,
    }


def _definitions(content: Content) -> Section | None:
    if not content.figures:
        return None
    columns = (
        Column(gettext("Figure"), share=4),
        Column(gettext("Kind"), share=3),
        Column(gettext("Definition"), "long", 9),
    )
    rows = [[one["label"], one["kind_label"], one["definition"]] for one in content.figures]
    return Section(gettext("Definitions"), [Table(gettext("Definitions"), columns, rows)])


def _sentence(text: str) -> Passage:
    return Passage(False, (text,))


def _share(percent: float | None) -> Value:
    """Percent as a spreadsheet keeps it."""
    return None if percent is None else float(Decimal(str(percent)) / 100)


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
