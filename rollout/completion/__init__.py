"""Completion of schools against the equipment standard, as of any day and as known then."""

from rollout.completion.measures import Result
from rollout.completion.report import CompletionReport, SchoolCompletion, completion

__all__ = ["CompletionReport", "Result", "SchoolCompletion", "completion"]
