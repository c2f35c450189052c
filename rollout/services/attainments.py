"""Writing requirements that are fulfilled by hand, with the evidence for it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import locked
from audit.facts import believed
from audit.models import Act
from audit.services import Record, log_records, open_act
from audit.timelines import Timelines, check_not_future
from common.dated import Revision, replace_span, revise
from common.files import file_fields, kept_or_removed, remove_with_file
from rollout.enums import Measure
from rollout.models import Attainment, EvidenceFile, Requirement
from schools.models import School

#: Measures that no record of devices or works can answer.
BY_HAND = {Measure.MINIMUM.value, Measure.YES_NO.value}
#: What a fact states.
VALUES = ("value", "is_met", "evidence", "file")


@dataclass(frozen=True, slots=True)
class AttainmentFact:
    """What is so at a school from a day on: a ``value`` or ``is_met``; ``file``: key of an ``EvidenceFile``."""

    school: School
    key: str
    on: date
    value: Decimal | None = None
    is_met: bool | None = None
    evidence: str = ""
    file: int | None = None

    @property
    def values(self) -> tuple[Any, ...]:
        return self.value, self.is_met, self.evidence, self.file


def attain(
    school: School,
    key: str,
    *,
    by: Actor,
    on: date,
    value: Decimal | None = None,
    is_met: bool | None = None,
    evidence: str = "",
    upload: File | None = None,
    reason: str = "",
) -> None:
    """Record a requirement fulfilled by hand, e.g. the bandwidth in Mbit/s or a media concept.

    ``evidence``: where that can be read; ``upload``: the document. Raises ``ValidationError`` for a requirement that
    is counted, for which none asks, or that asks for the other of ``value`` and ``is_met``; at ``file`` for a file
    that is not kept.
    """
    _check_asked(key, Measure.MINIMUM if value is not None else Measure.YES_NO)
    with transaction.atomic():
        place = locked(school)
        act = open_act(by, "attainment.record", subject=key, reason=reason)
        with _kept(place, key, upload, act) as file:
            record_attainments([AttainmentFact(place, key, on, value, is_met, evidence, file)], act)


def record_attainments(facts: Iterable[AttainmentFact], act: Act) -> int:
    """Record facts; returns how many were new.

    Raises ``ValueError`` for two facts about the same requirement of one school.
    """
    by_key: dict[str, list[AttainmentFact]] = {}
    for fact in facts:
        check_not_future(fact.on, act.at)
        by_key.setdefault(fact.key, []).append(fact)
    count = 0
    for key, rows in by_key.items():
        if len({fact.school.pk for fact in rows}) < len(rows):
            raise ValueError("one fact per school, requirement and call")
        line = timelines_of(key)
        timelines = line.load(fact.school.pk for fact in rows)
        revisions = {f.school.pk: revise(timelines.get(f.school.pk, []), f.values, f.on) for f in rows}
        line.write(revisions, act)
        new = [fact for fact in rows if revisions[fact.school.pk]]
        names = _file_names(fact.file for fact in new)
        log_records(act, Attainment, (_record(f.school, key, (None,) * 4, f.values, names) for f in new))
        count += len(new)
    return count


def correct_attainment(
    fact: Attainment,
    *,
    by: Actor,
    on: date,
    value: Decimal | None = None,
    is_met: bool | None = None,
    evidence: str = "",
    upload: File | None = None,
    reason: str = "",
) -> None:
    """Supersede an entry that was wrong from the beginning. Without ``upload`` it keeps its file.

    Raises ``ValidationError`` as ``attain``; at ``on`` (``code="out_of_order"``) for a day beyond its neighbours.
    """
    _check_asked(fact.key, Measure.MINIMUM if value is not None else Measure.YES_NO)
    with transaction.atomic():
        place = locked(fact.school)
        current = believed(fact)
        act = open_act(by, "attainment.correct", subject=fact.key, reason=reason)
        check_not_future(on, act.at)
        with _kept(place, fact.key, upload, act) as file:
            _replace(current, place, (value, is_met, evidence, file or current.file_id), on, act)


def withdraw_attainment(fact: Attainment, *, by: Actor, reason: str = "") -> None:
    """Take an entry back: the one before it applies instead; before the first one nothing is known."""
    with transaction.atomic():
        place = locked(fact.school)
        current = believed(fact)
        act = open_act(by, "attainment.withdraw", subject=fact.key, reason=reason)
        _replace(current, place, None, None, act)


def remove_evidence(file: EvidenceFile, *, by: Actor, reason: str = "") -> None:
    """Delete a document; the entries that it proved stay, and the trail keeps its name and digest."""
    with transaction.atomic():
        place = locked(file.school)
        current = locked(file)
        act = open_act(by, "file.remove", subject=str(place), reason=reason)
        told = {"name": [current.name, None], "digest": [current.digest, None]}
        log_records(act, EvidenceFile, [Record(current.pk, current.name, place.pk, told)])
        remove_with_file(current)


def timelines_of(key: str) -> Timelines:
    """One timeline per school of the requirement ``key``."""
    return Timelines(Attainment, "school", VALUES, {"key": key})


def _replace(fact: Attainment, place: School, values: tuple[Any, ...] | None, on: date | None, act: Act) -> None:
    line = timelines_of(fact.key)
    timeline, _index = line.locate(place.pk, fact.pk)
    try:
        revision: Revision = replace_span(timeline, fact.pk, values, on)
    except ValueError as error:
        text = _("The new day must lie between the entry before and the entry after.")
        raise ValidationError({"on": ValidationError(text, "out_of_order")}) from error
    if not revision:
        return
    line.write({place.pk: revision}, act)
    old = (fact.value, fact.is_met, fact.evidence, fact.file_id)
    new = values or (None,) * 4
    record = _record(place, fact.key, old, new, _file_names((old[3], new[3])))
    days = [fact.valid_from, None if values is None else on or fact.valid_from]
    moved = {"valid_from": days} if days[0] != days[1] else {}
    log_records(act, Attainment, [record._replace(changes={**record.changes, **moved})])


@contextmanager
def _kept(school: School, key: str, upload: File | None, act: Act) -> Iterator[int | None]:
    """Key of the file, which goes again where the fact that it proves cannot be recorded."""
    if upload is None:
        yield None
        return
    file = EvidenceFile(school=school, key=key, **file_fields(upload, "", act.at))
    with kept_or_removed(file):
        file.full_clean()
        file.save()
        told: dict[str, list[Any]] = {name: [None, getattr(file, name)] for name in ("name", "size", "digest")}
        log_records(act, EvidenceFile, [Record(file.pk, file.name, school.pk, told)])
        yield file.pk


def _record(school: School, key: str, old: tuple[Any, ...], new: tuple[Any, ...], names: dict[int, str]) -> Record:
    """``{key: [stated before, stated now]}``, and of its evidence what is another one."""
    changes: dict[str, list[Any]] = {key: [_stated(old), _stated(new)]}
    if (old[2] or "") != (new[2] or ""):
        changes["evidence"] = [old[2], new[2]]
    if old[3] != new[3]:
        changes["file"] = [names.get(old[3]), names.get(new[3])]
    return Record(school.pk, str(school), school.pk, changes)


def _stated(values: tuple[Any, ...]) -> Any:
    return values[1] if values[0] is None else values[0]


def _file_names(keys: Iterable[int | None]) -> dict[int, str]:
    wanted = {key for key in keys if key}
    return dict(EvidenceFile.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}


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
