"""Hints for whoever writes a progress entry: what a reader would stumble over. They advise and never refuse."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from rollout.entry_periods import first_day, last_day
from rollout.enums import EntryState, Precision

#: So many characters are read in one go.
LONG_TEXT = 280
#: Days, years and quarters: numbers that no figure explains.
_TIMES = re.compile(
    r"\b\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{2,4})?|\b(?:19|20)\d{2}(?:/\d{2,4})?\b"
    r"|\b\d{1,2}\.\s(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Quartal"
    r"|Klasse|Jahrgang)"
)
_NUMBER = re.compile(r"\d")
_VAGUE = re.compile(
    r"\b(?:aktuell|derzeit|zurzeit|momentan|demnächst|bald|kürzlich|vor kurzem|dieses Jahr|in diesem Jahr|letztes Jahr"
    r"|nächstes Jahr|currently|soon|recently|this year|last year|next year)\b",
    re.IGNORECASE,
)


class Draft(NamedTuple):
    """What is written so far; ``figure``: the wording of the figure that the entry is bound to, ``""``: none."""

    text: str
    on: date | None
    precision: str
    state: str
    figure: str = ""
    as_of: date | None = None


def hints(draft: Draft, today: date) -> list[str]:
    """In the order of the form."""
    return [*_about_text(draft), *_about_time(draft, today), *_about_figure(draft)]


def _about_text(draft: Draft) -> Iterator[str]:
    if not draft.figure and _NUMBER.search(_TIMES.sub("", draft.text)):
        yield _("The text names a number. Take it from a figure: then it can be told where it comes from.")
    if vague := _VAGUE.search(draft.text):
        yield _("“%(word)s” will soon be out of date: the day of the entry says when.") % {"word": vague.group()}
    if len(draft.text) > LONG_TEXT:
        yield _("The text is long. One entry tells one thing; another one may tell the rest.")
    if draft.text and draft.text.strip()[-1:] not in ".!?":
        yield _("Entries are whole sentences and end with a full stop.")


def _about_time(draft: Draft, today: date) -> Iterator[str]:
    if draft.on is None:
        return
    first, last = first_day(draft.on, draft.precision), last_day(draft.on, draft.precision)
    if draft.state == EntryState.DONE and first > today:
        yield _("The day lies in the future: that cannot be done yet. Perhaps it is planned?")
    if draft.state == EntryState.PLANNED and last < today:
        yield _("What is planned for a time that has passed: has it been done meanwhile?")
    if draft.precision == Precision.DAY and draft.on.day == 1:
        yield _("Is really the first day of the month meant? Else say month, quarter or year as precision.")
    elif draft.precision == Precision.DAY and draft.state == EntryState.PLANNED and draft.on > today:
        yield _("Plans seldom hold to the day: month, quarter or year is more honest.")


def _about_figure(draft: Draft) -> Iterator[str]:
    if not draft.figure:
        return
    if _plain(draft.figure) not in _plain(draft.text) and _NUMBER.search(draft.figure):
        yield _("The figure says “%(figure)s”, but the text does not say it like that.") % {"figure": draft.figure}
    if draft.on and draft.as_of:
        last = last_day(draft.on, draft.precision)
        if not first_day(draft.on, draft.precision) <= draft.as_of <= last:
            yield _("The as-of date of the figure lies outside the time of the entry.")


def _plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split()).casefold()
