"""What the pages that compare two reports show."""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.utils import timezone

from reports.bookings import Booking
from reports.comparison import Changed, Comparison, Line, Step
from reports.models import Publication
from reports.queries import schools_for
from reports.trail_reader import told_acts
from web.figure_reading import ShownRow, shown_rows
from web.forms.figures import CompareReportsForm

#: So many records of each kind are on the page; the workbook has all.
MOST = 100


class Told(NamedTuple):
    """A record that entered or left, and how that was booked."""

    row: ShownRow
    booking: Booking | None
    who: str


class ShownStep(NamedTuple):
    """``entered`` and ``left``: how many, and the first of them."""

    step: Step
    columns: Any
    entered: int
    left: int
    groups: list[tuple[bool, int, list[Told]]]
    changed: list[Changed]


def read_comparison(request: HttpRequest) -> tuple[CompareReportsForm, Comparison | None]:
    """``?as_of=&known_at=&with=&with_known_at=&since=``."""
    form = CompareReportsForm(request.GET, today=timezone.localdate())
    asked = form.question
    return form, Comparison(asked, schools_for(request.user), request.user) if asked else None


def compare_context(request: HttpRequest) -> dict[str, Any]:
    """``?all=1``: also what is the same in both."""
    form, comparison = read_comparison(request)
    context: dict[str, Any] = {"form": form, "comparison": comparison, "last": _last_published(request.user)}
    if comparison is None:
        return context
    lines = comparison.lines()
    changed = [line for line in lines if line.has_changed]
    is_whole = request.GET.get("all") == "1"
    return {
        **context,
        "lines": lines if is_whole else changed,
        "is_whole": is_whole,
        "number": len(lines),
        "changed": len(changed),
        "late": sum(line.is_late for line in lines),
        "query": _query(form),
    }


def figure_context(request: HttpRequest, key: str) -> dict[str, Any]:
    form, comparison, line = figure_in(request, key)
    steps = [_shown(step, request.user) for step in comparison.steps(key)]
    return {"form": form, "comparison": comparison, "line": line, "steps": steps, "query": _query(form), "most": MOST}


def figure_in(request: HttpRequest, key: str) -> tuple[CompareReportsForm, Comparison, Line]:
    """404 for a figure that there is not, and for a question that says nothing."""
    form, comparison = read_comparison(request)
    if comparison is None or key not in comparison.figures:
        raise Http404
    return form, comparison, comparison.line(key)


def _shown(step: Step, user: Any) -> ShownStep:
    entered, left = len(step.entered), len(step.left)
    groups = [
        (is_new, number, _told(step, user, is_new)) for is_new, number in ((True, entered), (False, left)) if number
    ]
    return ShownStep(step, step.after.rows.columns, entered, left, groups, step.changed()[:MOST])


def _told(step: Step, user: Any, is_new: bool) -> list[Told]:
    told = list(step.told(entered=is_new, most=MOST))
    rows = shown_rows(step.after, [row for row, _booking in told], user)
    who = told_acts(user)
    return [Told(row, one, who(one.act) if one else "") for row, (_row, one) in zip(rows, told, strict=True)]


def _last_published(user: Any) -> Publication | None:
    """The report of the latest session, in its newest edition."""
    found: Publication | None = (
        Publication.objects.visible_to(user).published().newest().order_by("-session_on", "-pk").first()
    )
    return found


def _query(form: CompareReportsForm) -> str:
    """The question, for links to the figures."""
    values = {form.add_prefix(name): form[name].value() for name in form.fields}
    return urlencode({name: value for name, value in values.items() if value})
