"""The result of an import as lines of text for a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imports.enums import BatchStatus, KindName, Outcome

#: A terminal shows so many problems of a file that has more.
_MOST_LINES = 200
#: … and so many records that are not in the file.
_MOST_ABSENT = 10


def as_text(result: Mapping[str, Any], name: str) -> str:
    """``result``: the JSON of ``import_workbook``; ``name``: of the file."""
    if "error" in result:
        message: str = result["error"]["message"]
        return message if name in message else f"{name}: {message}"
    lines = [
        _("%(name)s: %(kind)s, sheet “%(sheet)s”, headings in row %(row)d")
        % {"name": name, "kind": KindName(result["kind"]).label, "sheet": result["sheet"], "row": result["header_row"]},
        ", ".join(f"{outcome.label} {result[outcome]}" for outcome in Outcome),
    ]
    lines += [f"  {note}" for note in result["notes"]]
    unused = [heading for heading, key in result["mapping"].items() if key is None]
    if unused:
        lines.append("  " + _("Columns not used: %(headings)s") % {"headings": ", ".join(unused)})
    lines += _problem_lines(result["problems"], result["problems_left_out"])
    lines += _suggestion_lines([*result["unknown"], *_as_unknown(result["questions"])])
    lines += _absent_lines(result["absent"], result["absent_count"])
    lines += _errors_lines(result.get("errors"))
    lines.append(_conclusion(result))
    return "\n".join(lines)


def _problem_lines(problems: list[Mapping[str, Any]], left_out: int) -> Iterable[str]:
    for severity, title in (("note", _("Left out:")), ("error", _("Rejected:"))):
        chosen = [problem for problem in problems if problem["severity"] == severity]
        if chosen:
            yield title
        for problem in chosen[:_MOST_LINES]:
            where = _("row %(row)d") % {"row": problem["row"]}
            if problem["column"]:
                where += f", {problem['column']} ({problem['cell']})"
            yield f"  {where}: {problem['message']}"
        more = max(len(chosen) - _MOST_LINES, 0) + (left_out if severity == "error" else 0)
        if more:
            yield "  " + _("… and %(count)d more") % {"count": more}


def _suggestion_lines(unknown: list[Mapping[str, Any]]) -> Iterable[str]:
    for entry in unknown:
        if entry["suggestions"]:
            labels = ", ".join(choice["label"] for choice in entry["suggestions"])
            yield "  " + _("“%(text)s”: perhaps %(labels)s?") % {"text": entry["text"], "labels": labels}


def _as_unknown(questions: list[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """Rows that may mean several records, in the shape of unknown values."""
    for question in questions:
        yield {"text": _("row %(row)d") % question, "suggestions": question["candidates"]}


def _absent_lines(absent: list[Mapping[str, Any]], count: int) -> Iterable[str]:
    if not count:
        return
    yield ngettext(
        "%(count)d record is known here but not named in the file (it stays as it is):",
        "%(count)d records are known here but not named in the file (they stay as they are):",
        count,
    ) % {"count": count}
    yield from (f"  {record['label']}" for record in absent[:_MOST_ABSENT])
    if count > _MOST_ABSENT:
        yield "  " + _("… and %(count)d more") % {"count": count - _MOST_ABSENT}


def _errors_lines(errors: Mapping[str, Any] | None) -> Iterable[str]:
    if errors and errors["is_whole"]:
        yield _("The workbook with the problems marked: %(file)s") % errors
    elif errors:
        yield _("The rows with problems, marked (the file is too large to be returned whole): %(file)s") % errors


def _conclusion(result: Mapping[str, Any]) -> str:
    if result["status"] == "dry_run":
        return _("Only tried: nothing was written.")
    if result["status"] != BatchStatus.TAKEN:
        return _("Nothing was taken (import %(batch)d).") % {"batch": result["batch"]}
    if result["rejected"] or result["ambiguous"]:
        return _("The good rows were taken (import %(batch)d).") % {"batch": result["batch"]}
    return _("Everything was taken (import %(batch)d).") % {"batch": result["batch"]}
