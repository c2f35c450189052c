"""Completion of schools against the equipment standard, as of any day and as known then."""

from rollout.completion.facts import DeviceCount, count_devices
from rollout.completion.measures import Result, Rule
from rollout.completion.report import CompletionReport, SchoolCompletion, completion, required_trades, standard_on

__all__ = [
    "CompletionReport",
    "DeviceCount",
    "Result",
    "Rule",
    "SchoolCompletion",
    "completion",
    "count_devices",
    "required_trades",
    "standard_on",
]
