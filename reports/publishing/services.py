"""Writing, publishing and correcting reports to a committee."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from audit.actor import Actor
from audit.editing import edit_record, insert_record, locked
from audit.services import Record, log_records, open_act
from reports.enums import Wording
from reports.models import Publication
from reports.models.publications import TEXT
from reports.publishing.content import chosen_values, compute, last_before, said
from reports.publishing.texts import blocks
from reports.queries import Records

#: What can be written while a report is a draft.
WRITTEN = (
    "title",
    "committee",
    "session_on",
    "as_of",
    "since",
    "compare_with",
    "blocks",
    "choices",
    "completion",
    "has_works",
    "has_changes",
    "outlook",
)
_HEADING, _MOST_BLOCKS = 150, 30
_PLACES = {"reports_publication_since": "since", "reports_publication_compare_with": "compare_with"}


def create_publication(*, by: Actor, reason: str = "", **values: Any) -> Publication:
    """Begin a draft. Without ``choices`` it has the figures and wordings of the report before.

    Raises ``ValidationError`` by field.
    """
    with transaction.atomic():
        publication = Publication(**_known(values))
        act = open_act(by, "publication.create", subject=publication.title, reason=reason)
        last = last_before(publication) if publication.session_on else None
        if "choices" not in values and last:
            publication.choices = last.choices
        _check(publication)
        return insert_record(publication, act, WRITTEN, places=_PLACES)


def change_publication(publication: Publication, *, by: Actor, reason: str = "", **values: Any) -> Publication:
    """Change a draft. Raises ``ValidationError`` by field, and (code ``published``) for one that is published."""
    with transaction.atomic():
        current = _draft(publication)
        act = open_act(by, "publication.change", subject=current.title, reason=reason)
        changed = _known(values)
        for name in ("blocks", "choices"):
            if name in changed:
                _check(Publication(**{name: changed[name]}))
        edit_record(current, changed, act, places=_PLACES)
        return current


def delete_publication(publication: Publication, *, by: Actor, reason: str = "") -> None:
    """Give a draft up. Raises ``ValidationError`` (code ``published``) for one that is published."""
    with transaction.atomic():
        current = _draft(publication)
        act = open_act(by, "publication.delete", subject=current.title, reason=reason)
        told: dict[str, list[Any]] = {"title": [current.title, None], "session_on": [current.session_on, None]}
        log_records(act, Publication, [Record(current.pk, str(current), None, told)])
        current.delete()


def publish(publication: Publication, *, by: Actor, reason: str = "") -> Publication:
    """Freeze a draft with all that it says, as known at this instant. From then on nothing changes it.

    Raises ``ValidationError``: published already, nothing in it, a wording that is not true of its value.
    """
    with transaction.atomic():
        current = _draft(publication)
        act = open_act(by, "publication.publish", subject=current.title, reason=reason)
        _check_complete(current, Records(current.as_of, act.at, current.since))
        current.language = get_language() or "de"
        current.published_at = current.known_at = act.at
        current.published_by = by.user
        current.frozen = compute(current, known_at=act.at, today=timezone.localdate(act.at))
        current.full_clean()
        current.save(update_fields=["language", "published_at", "known_at", "published_by", "frozen"])
        told = {"published_at": [None, act.at.isoformat()]}
        log_records(act, Publication, [Record(current.pk, str(current), None, told)])
        return current


def correct_publication(publication: Publication, *, by: Actor, correction: str) -> Publication:
    """Begin a new edition, a draft with the same texts and choices. ``correction``: what is corrected, and why.

    Raises ``ValidationError`` for a draft, and where a new edition was begun already (code ``has_edition``).
    """
    with transaction.atomic():
        current = locked(publication)
        if not current.is_published:
            raise ValidationError(_("Only a published report is corrected; a draft can be changed."), "draft")
        if current.next_edition:
            raise ValidationError(_("A new edition has been begun already."), "has_edition")
        if not correction.strip():
            raise ValidationError({"correction": ValidationError(_("Please say what is corrected."), "required")})
        act = open_act(by, "publication.correct", subject=current.title, reason=correction)
        new = Publication(**{name: getattr(current, name) for name in WRITTEN})
        new.previous, new.edition, new.correction = current, current.edition + 1, correction.strip()
        return insert_record(new, act, (*WRITTEN, "edition", "correction"))


def _draft(publication: Publication) -> Publication:
    current = locked(publication)
    if current.is_published:
        text = _("This report is published and does not change any more. Correct it by a new edition.")
        raise ValidationError(text, "published")
    return current


def _known(values: dict[str, Any]) -> dict[str, Any]:
    if unknown := values.keys() - set(WRITTEN):
        raise TypeError(f"not written by hand: {', '.join(sorted(unknown))}")
    return values


def _check(publication: Publication) -> None:
    """Texts and choices are as ``texts.blocks`` and ``chosen_values`` read them."""
    for choice in publication.choices:
        key, _colon, wording = choice.partition(":")
        if not key or wording not in Wording.values:
            text = _("“%(choice)s” is no figure with a wording.")
            raise ValidationError({"choices": ValidationError(text, "choice", {"choice": choice})})
    if len({choice.partition(":")[0] for choice in publication.choices}) < len(publication.choices):
        raise ValidationError({"choices": ValidationError(_("Each figure can be chosen once."), "twice")})
    found = blocks(publication.blocks)
    if len(found) > _MOST_BLOCKS or any(len(one.heading) > _HEADING or len(one.text) > TEXT for one in found):
        text = _("A report has up to %(number)s texts of %(length)s characters, their headings up to %(heading)s.")
        sizes = {"number": _MOST_BLOCKS, "length": TEXT, "heading": _HEADING}
        raise ValidationError({"blocks": ValidationError(text, "too_long", sizes)})


def _check_complete(publication: Publication, records: Records) -> None:
    values = chosen_values(publication, records)
    if not values and not publication.blocks:
        raise ValidationError(_("There is nothing in this report yet: choose figures or write a text."), "empty")
    problems = []
    for value, wording in values:
        try:
            said(value, wording)
        except ValidationError as error:
            problems += [f"{value.figure.label}: {message}" for message in error.messages]
    if problems:
        raise ValidationError([ValidationError(problem, "wording") for problem in problems])
