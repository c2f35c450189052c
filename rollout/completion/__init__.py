"""Completion of schools against the equipment standard, as of any day and as known then."""

from rollout.completion.arrivals import Arrivals, read_arrivals
from rollout.completion.facts import DeviceCount, Waived, count_devices
from rollout.completion.forecast import SchoolForecast, expected, forecast
from rollout.completion.groups import Group, RequirementSum, grade_of, groups_by
from rollout.completion.measures import Result, Rule
from rollout.completion.report import (
    CompletionReport,
    SchoolCompletion,
    completion,
    completion_under,
    required_trades,
    standard_on,
    usual_uses,
)
from rollout.completion.trend import completion_over, month_ends

__all__ = [
    "Arrivals",
    "CompletionReport",
    "DeviceCount",
    "Group",
    "RequirementSum",
    "Result",
    "Rule",
    "SchoolCompletion",
    "SchoolForecast",
    "Waived",
    "completion",
    "completion_over",
    "completion_under",
    "count_devices",
    "expected",
    "forecast",
    "grade_of",
    "groups_by",
    "month_ends",
    "read_arrivals",
    "required_trades",
    "standard_on",
    "usual_uses",
]
