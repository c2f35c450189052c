"""Keeping, renaming and giving up profiles."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.actor import Actor
from audit.services import Record, log_records, open_act
from common.parsing import normalise_heading
from imports.enums import BatchStatus
from imports.models import ImportBatch, ImportProfile
from imports.options import VALUE
from imports.profiles import PERSONS, Decisions, decisions_of
from imports.services.state import locked, require_import

#: Options that belong to the sender. Day and sheet belong to the file; whether a part of it may be taken, and
#: whether what is unknown is created, is said anew each time.
_KEPT = ("authority", "status", "blank", "skip")


def save_profile(batch: ImportBatch, *, name: str, sender: str, by: Actor) -> ImportProfile:
    """Keep how ``batch`` is read, for the next list of this sender; its own profile of this name is renewed.

    Raises ``PermissionDenied``, and ``ValidationError`` where another profile is called so.
    """
    require_import(by)
    with transaction.atomic():
        batch = locked(batch, BatchStatus.PREVIEWED, BatchStatus.TAKEN)
        profile = batch.profile if batch.profile and batch.profile.name == name else None
        is_new = profile is None
        profile = profile or ImportProfile(name=name, created_by=by.user, created_at=timezone.now())
        old = {} if is_new else _described(profile)
        profile.kind, profile.sender = batch.kind, sender
        profile.fingerprint = batch.summary.get("headings_fingerprint", "")
        profile.mapping = {normalise_heading(text): key for text, key in batch.summary.get("mapping", {}).items()}
        profile.options = {key: value for key, value in batch.options.items() if key in _KEPT}
        profile.decisions = _kept_decisions(batch.summary, decisions_of(batch))
        _write(profile, "import_profile.create" if is_new else "import_profile.change", old, by)
        batch.profile, batch.sender = profile, sender
        batch.options = batch.options | {"profile": profile.pk}
        batch.save(update_fields=["profile", "sender", "options"])
    return profile


def change_profile(profile: ImportProfile, *, name: str, sender: str, by: Actor) -> ImportProfile:
    """Call it otherwise. Raises ``PermissionDenied``, and ``ValidationError`` where another one is called so."""
    require_import(by)
    with transaction.atomic():
        found: ImportProfile = ImportProfile.objects.select_for_update().get(pk=profile.pk)
        old = _described(found)
        found.name, found.sender = name, sender
        _write(found, "import_profile.change", old, by)
    return found


def delete_profile(profile: ImportProfile, *, by: Actor) -> None:
    """Imports that were read with it stay as they are."""
    require_import(by)
    with transaction.atomic():
        act = open_act(by, "import_profile.delete", subject=profile.name)
        gone = {name: [value, None] for name, value in _described(profile).items()}
        log_records(act, ImportProfile, [Record(profile.pk, profile.name, None, gone)])
        profile.delete()


def _kept_decisions(summary: Mapping[str, Any], decisions: Decisions) -> dict[str, dict[str, Any]]:
    """What words mean and which personal columns are used; what schools and models mean is remembered elsewhere."""
    kept = {
        kind: {text: one for text, one in given.items() if one}
        for kind, given in decisions.items()
        if kind.startswith(VALUE)
    }
    return kept | {PERSONS: {normalise_heading(text): {"action": "map"} for text in summary.get("personal_used", ())}}


def _write(profile: ImportProfile, verb: str, old: Mapping[str, Any], by: Actor) -> None:
    profile.full_clean(exclude=("mapping", "options", "decisions"))  # these may be empty
    profile.save()
    new = _described(profile)
    changes = {name: [old.get(name), value] for name, value in new.items() if value != old.get(name)}
    act = open_act(by, verb, subject=profile.name)
    log_records(act, ImportProfile, [Record(profile.pk, profile.name, None, changes)])


def _described(profile: ImportProfile) -> dict[str, Any]:
    """What the audit trail keeps of a profile."""
    used = ", ".join(f"{heading}: {key}" for heading, key in sorted(profile.mapping.items()) if key)
    return {"name": profile.name, "sender": profile.sender, "kind": profile.kind, "columns": used}
