"""A requirement at one school: how it stands, what was stated by hand about it, and waivers."""

from datetime import date
from typing import Any

from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from audit.queries import entries_under
from rollout.completion import Result, Rule, SchoolCompletion, completion
from rollout.enums import DEVICE_MEASURES, Measure, Outcome
from rollout.models import Attainment, EvidenceFile, Waiver
from rollout.services.attainments import VALUES
from schools.models import School
from web.gaps import gap_text
from web.histories import history_context, next_after, until_text


def is_by_hand(result: Result) -> bool:
    return result.rule.measure in (Measure.MINIMUM, Measure.YES_NO) and result.state != Outcome.NOT_APPLICABLE


def result_of(user: Any, school: School, key: str, day: date) -> tuple[SchoolCompletion, Result]:
    """How the school stands on ``day``. Raises ``Http404`` for what the standard of the day does not ask of it."""
    report = completion(day, schools=School.objects.visible_to(user).filter(pk=school.pk))
    for one in report.schools:
        if found := one.result(key):
            return one, found
    raise Http404


def attainments_of(user: Any, school: School, key: str) -> Any:
    """All that was ever stated, by day: believed now or not."""
    facts = Attainment.objects.visible_to(user).filter(school=school, key=key).select_related("act__user", "file")
    return facts.order_by("valid_from", "pk")


def trail_of(school: School, key: str) -> Any:
    """What was written about the requirement at the school."""
    return entries_under(Attainment, [school.pk]).filter(changes__has_key=key)


def requirement_context(user: Any, one: SchoolCompletion, result: Result, *, is_whole: bool) -> dict[str, Any]:
    """What the page of a requirement shows. ``is_whole``: also what is believed no longer."""
    facts = list(attainments_of(user, one.school, result.key))
    waivers = Waiver.objects.visible_to(user).known().filter(school=one.school, key=result.key)
    files = EvidenceFile.objects.visible_to(user).filter(school=one.school, key=result.key)
    return {
        "school": one.school,
        "result": result,
        "explanation": result.explanation(),
        "gap": gap_text(result),
        "is_by_hand": is_by_hand(result),
        "waivers": waivers.select_related("act__user").order_by("-valid_from"),
        "files": files.order_by("-pk"),
        "also_counted": also_counted(one, result),
        **history_context(facts, VALUES, trail_of(one.school, result.key), is_whole=is_whole),
        "can_withdraw": True,
    }


def also_counted(one: SchoolCompletion, result: Result) -> list[Rule]:
    """Other requirements for which some of the same devices count as well."""
    return [other.rule for other in one.results if _shares_devices(other.rule, result.rule)]


def _shares_devices(other: Rule, rule: Rule) -> bool:
    if other.key == rule.key or {rule.measure, other.measure} - DEVICE_MEASURES:
        return False
    is_same_use = not (rule.use and other.use) or rule.use == other.use
    return is_same_use and bool(other.categories & rule.categories)


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
