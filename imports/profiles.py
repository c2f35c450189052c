"""How the lists of one sender are read: kept under a name, and recognised again by their headings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.sheets.workbook import Sheet, Workbook
from imports.enums import BatchStatus, KindName
from imports.headings import Choices, Learned, fingerprint
from imports.kinds import Kind
from imports.models import ImportBatch, ImportProfile
from imports.options import Options
from imports.reader import Table
from imports.recognition import find_table

#: The headings are looked for in so many rows.
_HEADER_WITHIN = 30
#: So many earlier imports are asked what a heading meant there.
_EARLIER = 500

#: Kind of the decisions about columns that hold personal data and are used nevertheless.
PERSONS = "persons"

Decisions = Mapping[str, Mapping[str, Any]]


class Reading(NamedTuple):
    """A table with what was said about it, by the profile and for this file."""

    kind: Kind
    table: Table
    options: Options
    decisions: Decisions
    profile: ImportProfile | None


def read_table(
    book: Workbook, *, kind: str, options: Options, decisions: Decisions | None = None, mapping: Choices | None = None
) -> Reading:
    """The table of a workbook, read with the profile that was chosen or that knows its headings.

    ``mapping``: heading → key of a column, as chosen by hand. Raises ``UnusableTable``.
    """
    profiles = _profiles(options, kind)
    profile = next(iter(profiles.values()), None) if options.profile else _by_rows(book, options.sheet, profiles)
    history = earlier_mappings()

    def find(by: ImportProfile | None) -> tuple[Kind, Table]:
        learned = {name: Learned(mapping, history=history.get(name)) for name in KindName.values}
        if by:
            persons = {heading: by.mapping.get(heading) for heading in by.decisions.get(PERSONS, ())}
            learned[by.kind] = Learned({**persons, **(mapping or {})}, by.mapping, history.get(by.kind))
        return find_table(book, kind or (by.kind if by else ""), options.sheet, learned, options.header_row)

    found, table = find(profile)
    if profile is None and (known := profiles.get(fingerprint(table.file_headings))) and known.kind in ("", found.name):
        profile = known  # its headings stand in several rows, so no single one was recognised
        found, table = find(profile)
    options = _with_usual_options(options, profile)
    if profile is None:
        return Reading(found, table, options, decisions or {}, None)
    table.notes.insert(0, _("Read with the profile “%(profile)s”.") % {"profile": profile})
    return Reading(
        found,
        table,
        options,
        with_usual(decisions or {}, profile.decisions),
        profile,
    )


def earlier_mappings() -> dict[str, dict[str, str | None]]:
    """Kind → heading → key: what headings meant in profiles and, by hand, in imports that were taken."""
    batches = ImportBatch.objects.filter(status=BatchStatus.TAKEN).exclude(mapping={})
    rows = [
        *ImportProfile.objects.order_by("created_at").values_list("kind", "mapping"),
        *reversed(batches.order_by("-created_at").values_list("kind", "mapping")[:_EARLIER]),
    ]
    found: dict[str, dict[str, str | None]] = {}
    for kind, mapping in rows:
        found.setdefault(kind, {}).update({heading: key for heading, key in mapping.items() if key})
    return found


def profile_named(name: str) -> ImportProfile:
    """Raises ``ValidationError`` that names the profiles there are."""
    profile = ImportProfile.objects.filter(name=name).first()
    if profile is None:
        known = ", ".join(f"“{known}”" for known in ImportProfile.objects.all()) or "–"
        message = _("There is no profile “%(name)s”. Known are: %(known)s.")
        raise ValidationError(message, "unknown_profile", {"name": name, "known": known})
    return profile


def decisions_of(batch: ImportBatch) -> dict[str, dict[str, Any]]:
    """What was decided about unknown values, for this file or in its profile."""
    return with_usual(batch.decisions, batch.profile.decisions if batch.profile else {})


def note_use(profile: ImportProfile | None, at: datetime) -> None:
    """The profile was of use once more."""
    if profile:
        ImportProfile.objects.filter(pk=profile.pk).update(last_used_at=at)


def _with_usual_options(options: Options, profile: ImportProfile | None) -> Options:
    """The profile's options where nothing was chosen, added once: from then on people see and change them.

    Those of another profile, by which the file was read before, go.
    """
    wanted = profile.pk if profile else None
    if options.applied == wanted:
        return options
    former = ImportProfile.objects.filter(pk=options.applied).first() if options.applied else None
    if former:
        options = replace(options.without(Options.of_json(former.options)), profile=options.profile)
    if profile:
        options = options.over(Options.of_json(profile.options))
    return replace(options, applied=wanted)


def _profiles(options: Options, kind: str) -> dict[str, ImportProfile]:
    """Profiles that may apply, by fingerprint; of two for the same headings the one that was used last."""
    if options.profile == 0:
        return {}
    rows = ImportProfile.objects.order_by("created_at")
    if options.profile:
        rows = rows.filter(pk=options.profile)
    elif kind:
        rows = rows.filter(kind=kind)
    return {
        profile.fingerprint: profile for profile in sorted(rows, key=lambda row: row.last_used_at or row.created_at)
    }


def _by_rows(book: Workbook, sheet: str, profiles: Mapping[str, ImportProfile]) -> ImportProfile | None:
    """The profile that knows the headings of one of the first rows."""
    sheets: list[Sheet] = [one for one in book.sheets if not sheet or one.name == sheet] if profiles else []
    rows = (row for one in sheets for row in one.rows[:_HEADER_WITHIN])
    prints = (fingerprint(row) for row in rows if any(isinstance(cell, str) for cell in row))
    return next((profiles[one] for one in prints if one in profiles), None)


def with_usual(chosen: Decisions, usual: Decisions) -> dict[str, dict[str, Any]]:
    """Answers for this file, and those of the profile where nothing else was said."""
    merged = {kind: dict(given) for kind, given in usual.items()}
    for kind, given in chosen.items():
        merged.setdefault(kind, {}).update(given)
    return merged
