"""How each figure comes from the records: the value, and the note that belongs to it in this report."""

from collections.abc import Callable, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from inventory.enums import DeviceStatus
from reports.enums import NOT_DELIVERED, STATES, StatusGroup
from reports.figures.base import Answer
from reports.queries import Records, Work
from rollout.completion import SchoolCompletion
from rollout.enums import FINISHED, RUNNING, Level, Measure, ProjectStatus
from schools.enums import SchoolType, Trade

#: What the source calls iPads and convertibles.
TABLETS = ("tablet", "convertible")
BOARDS = ("board",)
DELIVERED = tuple(status for status in DeviceStatus if status not in NOT_DELIVERED)
#: So many sessions are named beside their number.
MOST_SESSIONS = 4
_TRADE_MEASURES = (Measure.TRADE_ACCEPTED, Measure.TRADE_LIVE)


def schools(records: Records) -> Answer:
    return Answer(len(records.open_schools) or None)


def pupils(records: Records) -> Answer:
    return _sum_of_pupils(records.completion.schools)


def pupils_without_vocational(records: Records) -> Answer:
    return _sum_of_pupils(
        [one for one in records.completion.schools if one.school.school_type != SchoolType.VOCATIONAL]
    )


def _sum_of_pupils(schools: Sequence[SchoolCompletion]) -> Answer:
    known = [heads for one in schools if (heads := one.facts.heads) and heads.pupils is not None]
    if not known:
        return Answer(None, gettext("No school statistics are recorded for this day."))
    days = sorted({one.on for one in known})
    note = gettext("Schools with a number: %(known)s of %(all)s; school statistics of %(days)s.") % {
        "known": len(known),
        "all": len(schools),
        "days": " – ".join(date_format(day, "SHORT_DATE_FORMAT") for day in dict.fromkeys((days[0], days[-1]))),
    }
    return Answer(sum(one.pupils or 0 for one in known), note)


def grade(level: str) -> Callable[[Records], Answer]:
    def compute(records: Records) -> Answer:
        report = records.completion
        grades = [one.grade if level == Level.BASIS else one.grade_target for one in report.schools]
        known = sum(grade is not None for grade in grades)
        note = gettext("Mean of the schools with a grade: %(known)s of %(all)s.") % {"known": known, "all": len(grades)}
        return Answer(report.mean_grade(level), note)

    return compute


def in_group(group: str) -> Callable[[Records], Answer]:
    return lambda records: Answer(records.devices(tuple(STATES[group])))


def boards(records: Records) -> Answer:
    return Answer(records.devices(STATES[StatusGroup.IN_SERVICE], BOARDS))


def ordered(records: Records) -> Answer:
    if not records.is_whole:
        return Answer(None, gettext("Orders are placed for the whole authority, not for single schools."))
    if records.ordered is None:
        return Answer(None, gettext("No order is recorded up to this day."))
    return Answer(sum(number for category, number in records.ordered.items() if category in TABLETS))


def delivered(records: Records) -> Answer:
    return Answer(records.devices(DELIVERED, TABLETS))


def put_into_service(records: Records) -> Answer:
    return Answer(records.first_in_service, period(records))


def period(records: Records) -> str:
    """The window of a flow, in words."""
    until = date_format(records.as_of, "SHORT_DATE_FORMAT")
    if records.since is None:
        return gettext("up to %(until)s") % {"until": until}
    since = date_format(records.since, "SHORT_DATE_FORMAT")
    return gettext("from %(since)s to %(until)s") % {"since": since, "until": until}


def fibre_finished(records: Records) -> Answer:
    works = [w for w in records.works if w.trade == Trade.FIBRE and w.status != ProjectStatus.CANCELLED]
    if not works:
        return Answer(None, gettext("No fibre project is recorded on this day."))
    done = sum(work.status in FINISHED for work in works)
    note = gettext("Fibre projects accepted or live: %(done)s of %(all)s.") % {"done": done, "all": len(works)}
    return Answer(done == len(works), note)


def finished_schools(records: Records) -> Answer:
    if not records.works:
        return Answer(None, gettext("No construction project is recorded on this day."))
    number = len(records.open_schools)
    note = ngettext("of %(all)s school", "of %(all)s schools", number) % {"all": number}
    return Answer(len(schools_finished(records)), note)


def schools_finished(records: Records) -> list[SchoolCompletion]:
    """Schools on whose sites all works are done that there are and that the standard wants."""
    by_site: dict[int, list[Work]] = {}
    for work in records.works:
        if work.status != ProjectStatus.CANCELLED:
            by_site.setdefault(work.site, []).append(work)
    found = []
    for one in records.completion.schools:
        required = {r.rule.trade for r in one.results if r.rule.measure in _TRADE_MEASURES and r.rule.is_applicable}
        works = [by_site.get(site, []) for site in one.facts.sites]
        if any(works) and all(_is_finished(on_site, required) for on_site in works):
            found.append(one)
    return found


def _is_finished(works: list[Work], required: set[str]) -> bool:
    """Every project on the site is finished, and none of the trades that the standard requires is missing."""
    return all(work.status in FINISHED for work in works) and required <= {work.trade for work in works}


def sites_under_construction(records: Records) -> Answer:
    if not records.works:
        return Answer(None, gettext("No construction project is recorded on this day."))
    running = [work for work in records.works if work.status in RUNNING]
    note = gettext("Projects under construction on these sites: %(projects)s.") % {"projects": len(running)}
    return Answer(len({work.site for work in running}), note)


def blocked(records: Records) -> Answer:
    if not records.works:
        return Answer(None, gettext("No construction project is recorded on this day."))
    return Answer(sum(work.status == ProjectStatus.BLOCKED for work in records.works))


def standard(records: Records) -> Answer:
    standard = records.completion.standard
    if standard is None:
        return Answer(None, gettext("No equipment standard is in force on this day."))
    presented = standard.presented_on
    if presented is None or presented > records.as_of:
        note = gettext("“%(standard)s”, in force since %(day)s, has not been presented to a committee.")
        return Answer(
            False, note % {"standard": standard, "day": date_format(standard.valid_from, "SHORT_DATE_FORMAT")}
        )
    note = gettext("“%(standard)s”, presented on %(day)s: %(committee)s.")
    day = date_format(presented, "SHORT_DATE_FORMAT")
    return Answer(True, note % {"standard": standard, "day": day, "committee": standard.committee or "–"})


def committee_reports(records: Records) -> Answer:
    if not records.is_whole:
        return Answer(None, gettext("Reports are about the whole authority, not about single schools."))
    sessions = list(records.publications.order_by("session_on").values_list("session_on", flat=True))
    if not sessions:
        return Answer(None, gettext("No report is published up to this day."))
    days = ", ".join(date_format(day, "SHORT_DATE_FORMAT") for day in sessions[-MOST_SESSIONS:])
    return Answer(len(sessions), gettext("Last sessions: %(days)s.") % {"days": days})
