"""What somebody chose for the headings of a file."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit.actor import Actor
from imports.headings import Choices
from imports.kinds import KINDS
from imports.models import ImportBatch
from imports.options import Options
from schools.access import Right, has_right


def mapping_of(
    batch: ImportBatch, by: Actor, *, kind: str | None, options: Options | None, mapping: Choices | None
) -> dict[str, str | None]:
    """The batch's choices from now on: the new ones, else those of before while kind and sheet stay the same.

    Raises ``ValidationError`` for a column that does not exist, and for personal data without the right.
    """
    if mapping is not None:
        if options is None or _reads_the_same_row(batch, options):
            _check_headings(batch, mapping)
        _check_columns(batch, mapping)
        _check_persons(batch, mapping, by)
        return dict(mapping)
    is_other = kind not in (None, batch.kind) or (options and options.sheet != batch.options.get("sheet", ""))
    return {} if is_other else batch.mapping


def _reads_the_same_row(batch: ImportBatch, options: Options) -> bool:
    return (options.sheet, options.header_row) == (batch.options.get("sheet", ""), batch.options.get("header_row", 0))


def _check_headings(batch: ImportBatch, mapping: Choices) -> None:
    for heading in mapping.keys() - set(batch.summary.get("headings", mapping)):
        raise ValidationError(_("The file has no heading “%(heading)s”."), "no_heading", {"heading": heading})


def _check_columns(batch: ImportBatch, mapping: Choices) -> None:
    known = {column.key for column in KINDS[batch.kind].columns} if batch.kind in KINDS else set()
    first: dict[str, str] = {}
    for heading, key in mapping.items():
        if key is not None and key not in known:
            raise ValidationError(_("There is no column “%(key)s”."), "unknown_column", {"key": key})
        if key is not None and first.setdefault(key, heading) != heading:
            params = {"column": key, "heading": first[key]}
            raise ValidationError(_("“%(column)s” is chosen for “%(heading)s” already."), "chosen_twice", params)


def _check_persons(batch: ImportBatch, mapping: Choices, by: Actor) -> None:
    """Commands on the server act without a user and may."""
    found = {*batch.summary.get("personal", ()), *batch.summary.get("personal_used", ())}
    message = _("The column “%(heading)s” may hold personal data: only a manager or an administrator may take it in.")
    for heading, key in mapping.items():
        is_new = key and heading in found and batch.mapping.get(heading) != key
        if is_new and by.user is not None and not has_right(by.user, Right.PERSONAL):
            raise ValidationError(message, "personal", {"heading": heading})
