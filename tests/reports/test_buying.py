"""What is bought for each requirement, of any standard and whatever comes: nothing twice and nothing too little."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.coming import FreeDevices, PlannedDevices
from reports.buying import Bought, Coming, reckon
from rollout.completion import CompletionReport, Result, Rule, SchoolCompletion
from rollout.completion.facts import SchoolFacts, Tally
from rollout.enums import Level, Measure, Outcome
from schools.models import School

DAY = date(2024, 5, 1)
CATEGORIES = (1, 2, 3)
#: A busy machine is no defect of what is tested.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
few = st.integers(0, 9)
rules = st.builds(
    Rule,
    key=st.just(""),
    label=st.just("Geräte"),
    level=st.sampled_from(Level.values),
    weight=st.just(Decimal(1)),
    measure=st.just(Measure.DEVICES_FLAT),
    categories=st.frozensets(st.sampled_from(CATEGORIES), min_size=1),
    use=st.sampled_from(["", "pupils", "teachers"]),
)
states = st.sampled_from([Outcome.PARTLY, Outcome.PARTLY, Outcome.NOT_DUE, Outcome.COVERED])
unknown = st.just((Outcome.UNKNOWN, None, None, 0))
numbers = st.one_of(st.tuples(states, few, few, few), unknown)
in_use = st.builds(
    Tally, st.sampled_from(CATEGORIES), st.just("in_service"), st.sampled_from(["pupils", "teachers"]), st.none(), few
)


@st.composite
def reports(draw: st.DrawFn) -> CompletionReport:
    drawn = draw(st.lists(rules, min_size=1, max_size=4))
    asked = [replace(rule, key=f"devices_{number}") for number, rule in enumerate(drawn)]
    schools = [
        SchoolCompletion(
            School(pk=pk), tuple(Result(rule, *draw(numbers)) for rule in asked), SchoolFacts(devices=[draw(in_use)])
        )
        for pk in range(1, 4)
    ]
    return CompletionReport(None, DAY, None, tuple(schools))


comings = st.builds(
    Coming,
    st.lists(st.builds(PlannedDevices, st.integers(1, 4), st.sampled_from(CATEGORIES), few, st.just(DAY)), max_size=4),
    st.lists(st.builds(FreeDevices, st.sampled_from(CATEGORIES), few), max_size=3),
)


def is_narrower(one: Rule, other: Rule) -> bool:
    return one.categories <= other.categories and other.use in ("", one.use)


def given_for(bought: Bought) -> int:
    return (bought.to_buy or 0) + bought.planned + bought.shared


@unhurried
@given(reports(), comings)
def test_each_gap_is_filled_and_nothing_is_counted_twice(report: CompletionReport, coming: Coming) -> None:
    found = reckon(report, coming)
    planned: Counter[int] = Counter()
    for one in report.schools:
        pk = one.school.pk
        for result in one.results:
            got = found[pk, result.key]
            planned[pk] += got.planned
            if result.gap is None:
                is_unknown = result.state == Outcome.UNKNOWN
                assert (got.to_buy, got.planned, got.shared) == (None if is_unknown else 0, 0, 0)
                continue
            there = [other for other in one.results if is_narrower(other.rule, result.rule)]
            filled = result.on_the_way + sum(given_for(found[pk, other.key]) for other in there)
            assert filled >= result.gap
            if given_for(got) and all(not is_narrower(result.rule, other.rule) for other in there if other != result):
                assert filled == result.gap
    for pk, number in planned.items():
        assert number <= sum(plan.number for plan in coming.planned if plan.school == pk)
    assert sum(one.shared for one in found.values()) <= sum(one.number for one in coming.free)


@unhurried
@given(reports(), comings)
def test_nothing_is_bought_while_something_for_it_is_left(report: CompletionReport, coming: Coming) -> None:
    """With one requirement all that comes is used, and the shares are whole and sum up."""
    rule = report.schools[0].results[0].rule
    schools = tuple(SchoolCompletion(one.school, one.results[:1], one.facts) for one in report.schools)
    found = reckon(CompletionReport(None, DAY, None, schools), coming)
    free = sum(one.number for one in coming.free if one.category in rule.categories)
    rest = 0
    for one in schools:
        got, (result,) = found[one.school.pk, rule.key], one.results
        own = sum(p.number for p in coming.planned if p.school == one.school.pk and p.category in rule.categories)
        lacking = max(int(result.gap or 0) - result.on_the_way, 0)
        assert got.planned == min(own, lacking)
        assert given_for(got) == lacking
        rest += lacking - got.planned
    assert sum(got.shared for got in found.values()) == min(free, rest)
