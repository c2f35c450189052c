"""Waivers and grace periods: what they do to a result, to the grade and to the gaps; as of any day and known then."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from audit.models import Act, Entry
from rollout.completion import completion, completion_under
from rollout.enums import Outcome
from rollout.models import Requirement, Standard, Waiver
from rollout.services import create_standard_version, end_waiver, grant_waiver, withdraw_waiver
from schools.models import School
from tests.factories import DAY, make_devices, make_headcount, make_room, make_school

pytestmark = pytest.mark.django_db
KEY = "pupil_devices"
TODAY = date(2024, 6, 1)
REASON = "Das Gebäude wird im Sommer abgerissen."


@pytest.fixture
def lacking(school: School) -> School:
    """31 pupils at one device per three need 11 devices; there is one."""
    make_headcount(school, pupils=31)
    make_devices(1, school=school)
    return school


def result(school: School, day: date = TODAY, key: str = KEY, known_at=None):
    report = completion(day, known_at, School.objects.filter(pk=school.pk))
    found = report.schools[0].result(key)
    assert found
    return found


def refused(act) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as info:
        act()
    error = info.value
    if hasattr(error, "error_dict"):
        return [(name, one.code) for name, errors in error.error_dict.items() for one in errors]
    return [("", one.code) for one in error.error_list]


def test_waiver_covers_what_is_not_met(by, lacking):
    assert (result(lacking).state, result(lacking).gap) == (Outcome.PARTLY, 10)
    with_gap = completion(TODAY).schools[0]

    grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON, last_day=date(2030, 7, 31))

    found, one = result(lacking), completion(TODAY).schools[0]
    assert (found.state, found.required, found.actual) == (Outcome.COVERED, 11, 1)
    assert (found.gap, found.percent, found.fulfilment) == (None, None, None)
    assert KEY in [gap.key for gap in with_gap.gaps]
    assert [gap.key for gap in one.gaps] == [gap.key for gap in with_gap.gaps if gap.key != KEY]
    assert one.grade != with_gap.grade


def test_waiver_is_told_in_the_explanation(by, lacking):
    grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON, last_day=date(2030, 7, 31))

    with translation.override("en"):
        told = result(lacking).explanation()

    assert told.endswith(f" Covered by a waiver from 1 Mar 2024 to 31 Jul 2030: {REASON}")
    assert told.startswith("31 pupils")


def test_reason_may_hold_percent_signs(by, lacking):
    grant_waiver(lacking, KEY, by=by, on=DAY, reason="Zu 100 %(x)s belegt")

    with translation.override("en"):
        assert result(lacking).explanation().endswith("without an end: Zu 100 %(x)s belegt")


def test_what_is_met_stays_met_under_a_waiver(by, lacking):
    make_devices(10, school=lacking)
    grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON)

    assert (result(lacking).state, result(lacking).waiver) == (Outcome.MET, None)


def test_waiver_covers_what_is_unknown(by, school):
    assert result(school).state == Outcome.UNKNOWN
    grant_waiver(school, KEY, by=by, on=DAY, reason=REASON)

    assert result(school).state == Outcome.COVERED


def test_share_of_a_waived_requirement_is_still_asked(by, lacking):
    make_room(lacking)
    grant_waiver(lacking, "presentation", by=by, on=DAY, reason=REASON)

    whole, part = (result(lacking, key=key) for key in ("presentation", "boards"))
    assert (whole.state, part.state, part.required) == (Outcome.COVERED, Outcome.NOT_MET, 1)


def test_waiver_applies_from_its_first_to_its_last_day(by, lacking):
    grant_waiver(lacking, KEY, by=by, on=date(2024, 4, 1), reason=REASON, last_day=date(2024, 4, 30))

    days = [date(2024, 3, 31), date(2024, 4, 1), date(2024, 4, 30), date(2024, 5, 1)]
    covered = [result(lacking, day).state == Outcome.COVERED for day in days]

    assert covered == [False, True, True, False]


def test_what_was_known_then_knows_no_later_waiver(by, lacking):
    before = timezone.now()
    waiver = grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON)
    between = timezone.now()
    withdraw_waiver(waiver, by=by)

    states = [result(lacking, known_at=at).state for at in (before, between, None)]

    assert states == [Outcome.PARTLY, Outcome.COVERED, Outcome.PARTLY]


def test_end_keeps_author_of_the_grant_in_the_trail(by, lacking):
    waiver = grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON)

    ended = end_waiver(waiver, by=by, last_day=date(2024, 12, 31), reason="Umzug")

    assert (ended.reason, ended.valid_from, ended.last_day) == (REASON, DAY, date(2024, 12, 31))
    assert list(Waiver.objects.known()) == [ended]
    act = Act.objects.latest("pk")
    entry = Entry.objects.get(act=act)
    assert (act.verb, act.reason, entry.school) == ("waiver.end", "Umzug", lacking)
    assert entry.changes == {"valid_until": [None, "2025-01-01"]}


def test_two_waivers_never_overlap(by, lacking):
    grant_waiver(lacking, KEY, by=by, on=date(2024, 4, 1), reason=REASON, last_day=date(2024, 4, 30))

    def again(on: date, last_day: date | None):
        return lambda: grant_waiver(lacking, KEY, by=by, on=on, reason=REASON, last_day=last_day)

    assert refused(again(date(2024, 4, 30), None)) == [("", "overlaps")]
    assert refused(again(date(2024, 3, 1), date(2024, 4, 1))) == [("", "overlaps")]
    again(date(2024, 5, 1), None)()
    again(date(2024, 3, 1), date(2024, 3, 31))()
    assert Waiver.objects.known().count() == 3


def test_ended_waiver_may_not_run_into_the_next(by, lacking):
    first = grant_waiver(lacking, KEY, by=by, on=date(2024, 4, 1), reason=REASON, last_day=date(2024, 4, 30))
    grant_waiver(lacking, KEY, by=by, on=date(2024, 5, 1), reason=REASON)

    assert refused(lambda: end_waiver(first, by=by, last_day=None)) == [("", "overlaps")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"key": "nonsense"}, [("key", "unknown_requirement")]),
        ({"reason": ""}, [("reason", "blank")]),
        ({"last_day": DAY - timedelta(1)}, [("last_day", "before_first")]),
        ({"on": date(2999, 1, 1)}, [("on", "future_day")]),
    ],
)
def test_waiver_is_refused(by, school, changes, expected):
    values = {"key": KEY, "on": DAY, "reason": REASON} | changes

    assert refused(lambda: grant_waiver(school, by=by, **values)) == expected


def test_corrected_waiver_cannot_be_ended_again(by, lacking):
    waiver = grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON)
    end_waiver(waiver, by=by, last_day=date(2024, 12, 31))

    assert refused(lambda: end_waiver(waiver, by=by, last_day=None)) == [("", "superseded")]


# --- grace periods ----------------------------------------------------------------------------------------------------


def _grace(months: int, key: str = KEY) -> date:
    """All lines of the requirement in the first version; returns its first day."""
    Requirement.objects.filter(key=key).update(grace_months=months)
    return Standard.objects.get().valid_from


def test_unmet_requirement_is_not_due_in_its_grace_period(lacking):
    first = _grace(240)

    found, one = result(lacking), completion(TODAY).schools[0]

    assert (found.state, found.gap, found.due_on) == (Outcome.NOT_DUE, 10, first.replace(year=first.year + 20))
    assert KEY in [gap.key for gap in one.gaps]
    with translation.override("en"):
        assert "10 missing. Not due until " in found.explanation()


def test_grade_leaves_out_what_is_not_due(lacking):
    before = completion(TODAY).schools[0].grade
    _grace(240)
    after = completion(TODAY).schools[0]

    assert before is not None
    assert after.grade != before


def test_grace_period_ends_on_its_day(lacking):
    first = _grace(12)
    due = first.replace(year=first.year + 1)
    make_headcount(lacking, pupils=31, on=first)

    assert [result(lacking, day).state for day in (due - timedelta(1), due)] == [Outcome.NOT_DUE, Outcome.NOT_MET]


def test_what_is_met_in_its_grace_period_is_met(lacking):
    _grace(240)
    make_devices(10, school=lacking)

    assert (result(lacking).state, result(lacking).due_on) == (Outcome.MET, None)


def test_school_that_opened_later_has_its_whole_grace_period(lacking):
    _grace(12)
    School.objects.filter(pk=lacking.pk).update(opened_on=TODAY - timedelta(100))

    assert result(lacking).state == Outcome.NOT_DUE
    School.objects.filter(pk=lacking.pk).update(opened_on=TODAY - timedelta(400))
    assert result(lacking).state == Outcome.PARTLY


def test_grace_period_counts_from_the_first_version_that_asks(by, lacking):
    old = Standard.objects.get()
    start = timezone.localdate() + timedelta(10)
    new = create_standard_version(old, by=by, valid_from=start)
    new.requirements.update(grace_months=6)
    added = Requirement.objects.get(standard=new, key="bandwidth", school_type="")
    old.requirements.filter(key="bandwidth", school_type="").delete()

    (report,) = completion_under([new], start, schools=School.objects.filter(pk=lacking.pk))

    assert added.grace_months == 6
    one = report.schools[0]
    assert one.result(KEY).state == Outcome.PARTLY


def test_waiver_is_told_before_the_grace_period(by, lacking):
    _grace(240)
    grant_waiver(lacking, KEY, by=by, on=DAY, reason=REASON)

    assert (result(lacking).state, result(lacking).due_on) == (Outcome.COVERED, None)


def test_grace_costs_one_query_and_only_where_there_is_one(lacking, django_assert_num_queries):
    _grace(12)
    for _more in range(2):
        make_school()
    with django_assert_num_queries(13):
        completion(TODAY)
