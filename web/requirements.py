"""Requirements that no record of devices or works can answer: somebody states by hand what is so."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from rollout.completion import Result, completion
from rollout.enums import Measure, Outcome
from rollout.models import Attainment
from schools.models import School
from web.histories import next_after, until_text


def is_by_hand(result: Result) -> bool:
    return result.rule.measure in (Measure.MINIMUM, Measure.YES_NO) and result.state != Outcome.NOT_APPLICABLE


def result_by_hand(user: Any, school: School, key: str, day: date) -> Result:
    """How the school stands on ``day``. Raises ``Http404`` for what no standard asks of it or what is counted."""
    report = completion(day, schools=School.objects.visible_to(user).filter(pk=school.pk))
    found = next((one.result(key) for one in report.schools), None)
    if found is None or not is_by_hand(found):
        raise Http404
    return found


def attainments_of(user: Any, school: School, key: str) -> Any:
    """All that was ever stated, by day: believed now or not."""
    return Attainment.objects.visible_to(user).filter(school=school, key=key).order_by("valid_from", "pk")


def recorded_text(user: Any, school: School, result: Result, day: date) -> str:
    """The message after something was stated from ``day`` on; where a later entry follows, until when it applies."""
    text = _("“%(requirement)s” is recorded.") % {"requirement": result.label}
    later = next_after(attainments_of(user, school, result.key).known(), day)
    return f"{text} {until_text(later, _stated(later, result))}" if later else text


def _stated(fact: Attainment, result: Result) -> str:
    if fact.value is None:
        return _("yes") if fact.is_met else _("no")
    shown = number_format(fact.value.normalize(), use_l10n=True, force_grouping=True)
    return f"{shown} {result.rule.unit}".rstrip()
