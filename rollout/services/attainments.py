"""Writing requirements that are fulfilled by hand."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future
from common.dated import revise
from rollout.enums import Measure
from rollout.models import Attainment, Requirement
from schools.models import School

#: Measures that no record of devices or works can answer.
BY_HAND = {Measure.MINIMUM.value, Measure.YES_NO.value}


def attain(
    school: School,
    key: str,
    *,
    by: Actor,
    on: date,
    value: Decimal | None = None,
    is_met: bool | None = None,
    reason: str = "",
) -> None:
    """Record a requirement fulfilled by hand, e.g. the bandwidth in Mbit/s or a media concept.

    Raises ``ValidationError`` for one that is counted, for which none asks, or that asks for the other of
    ``value`` and ``is_met``.
    """
    _check_asked(key, Measure.MINIMUM if value is not None else Measure.YES_NO)
    with transaction.atomic():
        act = open_act(by, "attainment.record", subject=key, reason=reason)
        record_attainments([(school, key, on, value, is_met)], act)


def record_attainments(facts: Iterable[tuple[School, str, date, Decimal | None, bool | None]], act: Act) -> int:
    """Record ``(school, requirement key, on, value, is_met)``; returns how many were new.

    Raises ``ValueError`` for two facts about the same requirement of one school.
    """
    by_key: dict[str, list[tuple[School, date, tuple[Any, ...]]]] = {}
    for school, key, on, value, is_met in facts:
        check_not_future(on, act.at)
        by_key.setdefault(key, []).append((school, on, (value, is_met)))
    count = 0
    for key, rows in by_key.items():
        if len({school.pk for school, _on, _values in rows}) < len(rows):
            raise ValueError("one fact per school, requirement and call")
        line = Timelines(Attainment, "school", ("value", "is_met"), {"key": key})
        timelines = line.load(school.pk for school, _on, _values in rows)
        revisions = {s.pk: revise(timelines.get(s.pk, []), values, on) for s, on, values in rows}
        line.write(revisions, act)
        new = [(s, on, v) for s, on, v in rows if revisions[s.pk]]
        log_records(
            act,
            Attainment,
            (Record(s.pk, str(s), s.pk, {key: [None, v[0] if v[0] is not None else v[1]]}) for s, _on, v in new),
        )
        count += len(new)
    return count


def _check_asked(key: str, measure: str) -> None:
    """Whether any version of the standard asks for ``key`` like that: a fact may be older than the version."""
    asked = set(Requirement.objects.filter(key=key).values_list("measure", flat=True)) & BY_HAND
    if not asked:
        text = _("No requirement “%(key)s” is stated by hand.")
        raise ValidationError({"key": ValidationError(text, "unknown_requirement", {"key": key})})
    if measure not in asked:
        name, text = (
            ("value", _("This requirement asks for a value."))
            if measure == Measure.YES_NO
            else ("is_met", _("This requirement asks for yes or no."))
        )
        raise ValidationError({name: ValidationError(text, "other_measure")})
