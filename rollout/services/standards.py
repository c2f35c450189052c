"""Writing versions of the equipment standard and their lines.

What a version asks for can be edited until its first day. From then on completion is computed with it, so
only its wording can be corrected: whoever wants to ask for something else makes a new version.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.models import Act
from audit.services import Record, log_records, open_act
from rollout.enums import BY_CATEGORY, Measure
from rollout.models import Requirement, Standard

#: What a line asks for.
PARAMETERS = (
    "level",
    "weight",
    "is_applicable",
    "grace_months",
    "measure",
    "head",
    "per",
    "quantity",
    "percent",
    "of_key",
    "amount",
    "amount_per_class",
    "unit",
    "trade",
    "room_kinds",
    "use",
    "categories",
)
#: What no figure depends on.
WORDING = ("name", "name_en", "position")
#: For whom a line is; fixed once it is there.
LAYER = ("key", "school_type", "school")
ABOUT = ("name", "committee", "presented_on")


def create_standard_version(
    standard: Standard,
    *,
    by: Actor,
    valid_from: date,
    name: str = "",
    committee: str = "",
    presented_on: date | None = None,
    reason: str = "",
) -> Standard:
    """Begin a new version with the lines of ``standard``; it is open to edits until its first day.

    Raises ``ValidationError`` for a first day that has come already, or on which another version begins.
    """
    with transaction.atomic():
        act = open_act(by, "standard.create", subject=name or standard.name, reason=reason)
        _check_to_come(valid_from, act)
        new = Standard(
            name=name or standard.name,
            valid_from=valid_from,
            committee=committee,
            presented_on=presented_on,
            recorded_at=act.at,
        )
        new.full_clean()
        new.save()
        told: dict[str, list[Any]]
        told = {"name": [None, new.name], "valid_from": [None, valid_from], "copied_from": [None, standard.pk]}
        log_records(act, Standard, [Record(new.pk, new.name, None, told)])
        _copy_lines(standard, new, act)
        return new


def change_standard(standard: Standard, *, by: Actor, reason: str = "", **values: Any) -> Standard:
    """Set ``name``, ``committee``, ``presented_on``, and while it is open the first day ``valid_from``.

    The first day of an open version may be moved to any day after that of the first version, also to a past
    one: from then on it is in force, and reports "as known before" do not count it.
    """
    _check_names(values, (*ABOUT, "valid_from"))
    with transaction.atomic():
        current = _locked(standard.pk)
        act = open_act(by, "standard.change", subject=current.name, reason=reason)
        pairs = _set(current, values)
        if "valid_from" in pairs:
            _check_open(pairs["valid_from"][0], act)
            _check_not_first(current)
            current.recorded_at = act.at
        current.full_clean()
        if pairs:
            current.save(update_fields=[*pairs, "recorded_at"])
            log_records(act, Standard, [Record(current.pk, current.name, None, pairs)])
        return current


def withdraw_standard(standard: Standard, *, by: Actor, reason: str = "") -> None:
    """Give up a version that is still open, with its lines."""
    with transaction.atomic():
        current = _locked(standard.pk)
        act = open_act(by, "standard.withdraw", subject=current.name, reason=reason)
        _check_open(current.valid_from, act)
        lines = list(current.requirements.all())
        log_records(act, Requirement, [_gone(line) for line in lines])
        told: dict[str, list[Any]] = {"name": [current.name, None], "valid_from": [current.valid_from, None]}
        log_records(act, Standard, [Record(current.pk, current.name, None, told)])
        current.delete()


def create_requirement(standard: Standard, *, by: Actor, reason: str = "", **values: Any) -> Requirement:
    """Add a line: ``key``, ``name``, ``measure`` and its parameters; ``school_type`` or ``school`` for a special layer.

    ``categories``: those that fulfil it. Raises ``ValidationError``, also where the version is in force.
    """
    _check_names(values, (*LAYER, *WORDING, *PARAMETERS))
    with transaction.atomic():
        version = _locked(standard.pk)
        act = open_act(by, "requirement.create", subject=str(values.get("name", "")), reason=reason)
        _check_open(version.valid_from, act)
        categories = values.pop("categories", ())
        line = Requirement(standard=version, **values)
        line.full_clean()
        _check_whole(line)
        _check_counted(line, categories)
        line.save()
        line.categories.set(categories)
        told = {name: [None, _told(line, name)] for name in (*LAYER, *WORDING, *PARAMETERS)}
        told = {name: pair for name, pair in told.items() if pair[1] not in (None, "")}
        log_records(act, Requirement, [Record(line.pk, line.name, line.school_id, told)])
        return line


def change_requirement(requirement: Requirement, *, by: Actor, reason: str = "", **values: Any) -> Requirement:
    """Set parameters and wording of a line; of a version in force only the wording.

    Raises ``ValidationError(code="in_force")`` for the others: make a new version for them.
    """
    _check_names(values, (*WORDING, *PARAMETERS))
    with transaction.atomic():
        version, line = _locked_line(requirement)
        act = open_act(by, "requirement.change", subject=line.name, reason=reason)
        label, categories = line.name, values.pop("categories", None)
        before = _told(line, "categories")
        pairs = _set(line, values)
        if categories is not None and _keys(categories) != before:
            pairs["categories"] = [before, _keys(categories)]
        if pairs.keys() - set(WORDING):
            _check_open(version.valid_from, act)
        line.full_clean()
        _check_whole(line)
        if pairs.keys() & {"categories", "measure", "is_applicable"}:
            _check_counted(line, line.categories.all() if categories is None else categories)
        if columns := [name for name in pairs if name != "categories"]:
            line.save(update_fields=columns)
        if "categories" in pairs:
            line.categories.set(categories)
        if pairs:
            log_records(act, Requirement, [Record(line.pk, label, line.school_id, pairs)])
        return line


def withdraw_requirement(requirement: Requirement, *, by: Actor, reason: str = "") -> None:
    """Take a line out of a version that is still open."""
    with transaction.atomic():
        version, line = _locked_line(requirement)
        act = open_act(by, "requirement.withdraw", subject=line.name, reason=reason)
        _check_open(version.valid_from, act)
        others = version.requirements.exclude(pk=line.pk)
        shares = others.filter(measure=Measure.SHARE, is_applicable=True, of_key=line.key)
        if shares.exists() and not others.filter(key=line.key).exists():
            raise ValidationError(_("Another requirement is a share of this one."), "still_used")
        log_records(act, Requirement, [_gone(line)])
        line.delete()


def _copy_lines(old: Standard, new: Standard, act: Act) -> None:
    lines = list(old.requirements.order_by("pk"))
    former = [line.pk for line in lines]
    for line in lines:
        line.pk, line.standard = None, new
        line._state.adding = True
    Requirement.objects.bulk_create(lines)
    now = {before: line.pk for before, line in zip(former, lines, strict=True)}
    through = Requirement.categories.through
    rows = through.objects.filter(requirement__in=former).values_list("requirement", "category")
    through.objects.bulk_create(through(requirement_id=now[line], category_id=category) for line, category in rows)
    told = ((line, {"standard": [None, new.pk], "key": [None, line.key]}) for line in lines)
    log_records(act, Requirement, [Record(line.pk, line.name, line.school_id, changes) for line, changes in told])


def _locked(standard: int) -> Standard:
    found = Standard.objects.select_for_update().filter(pk=standard).first()
    if found is None:
        raise ValidationError(_("This version of the standard is not there any more."), "gone")
    return found


def _locked_line(requirement: Requirement) -> tuple[Standard, Requirement]:
    version = _locked(requirement.standard_id)
    line = Requirement.objects.select_for_update(of=("self",)).filter(pk=requirement.pk).first()
    if line is None:
        raise ValidationError(_("This requirement is not there any more."), "gone")
    return version, line


def _check_names(values: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    if unknown := sorted(values.keys() - set(allowed)):
        raise TypeError(f"cannot be set: {', '.join(unknown)}")


def _check_to_come(day: date, act: Act) -> None:
    if day <= timezone.localdate(act.at):
        text = _("A new version begins on a day that is still to come: until then it can be edited.")
        raise ValidationError({"valid_from": ValidationError(text, "not_to_come")})


def _check_open(day: date, act: Act) -> None:
    if day <= timezone.localdate(act.at):
        text = _(
            "This version of the standard is in force: figures were computed with it. Please make a new version, "
            "in which everything can be changed."
        )
        raise ValidationError(text, "in_force")


def _check_not_first(standard: Standard) -> None:
    """Days that had a standard keep one."""
    first = Standard.objects.exclude(pk=standard.pk).order_by("valid_from").values_list("valid_from", flat=True).first()
    if first and standard.valid_from < first:
        text = _("Before the first version of the standard there is none to replace.")
        raise ValidationError({"valid_from": ValidationError(text, "before_first")})


def _check_whole(line: Requirement) -> None:
    """A share is one of another requirement of the same version."""
    if line.measure != Measure.SHARE or not line.is_applicable:
        return
    others = Requirement.objects.filter(standard=line.standard_id, key=line.of_key)
    if line.of_key == line.key or not others.exists():
        text = _("The standard has no other requirement “%(key)s”.")
        raise ValidationError({"of_key": ValidationError(text, "unknown_requirement", {"key": line.of_key})})


def _check_counted(line: Requirement, categories: Any) -> None:
    """Without a category no device could ever fulfil it."""
    if line.is_applicable and line.measure in BY_CATEGORY and not categories:
        text = _("Please choose at least one category: without one, no device could ever fulfil it.")
        raise ValidationError({"categories": ValidationError(text, "no_category")})


def _set(record: Standard | Requirement, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set what is another value; ``{field: [old, new]}``."""
    pairs = {}
    for name, value in values.items():
        if getattr(record, name) != value:
            old = _told(record, name)
            setattr(record, name, value)
            pairs[name] = [old, _told(record, name)]
    return pairs


def _told(record: Standard | Requirement, name: str) -> Any:
    """A value as the audit trail keeps it."""
    if name == "categories":
        return _keys(record.categories.all()) if isinstance(record, Requirement) else ""
    value = getattr(record, name)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return getattr(value, "number", value)


def _keys(categories: Any) -> str:
    return ", ".join(sorted(category.key for category in categories))


def _gone(line: Requirement) -> Record:
    told = {name: [_told(line, name), None] for name in (*LAYER, *WORDING, *PARAMETERS)}
    told = {name: pair for name, pair in told.items() if pair[0] not in (None, "")}
    return Record(line.pk, line.name, line.school_id, {"standard": [line.standard_id, None]} | told)
