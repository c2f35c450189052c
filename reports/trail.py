"""The audit trail for people: each change in words, and all of it as a workbook."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, NamedTuple

from django.apps import apps
from django.db.models import Field, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.enums import Channel
from audit.models import Act, Entry
from audit.personal import is_veiled, with_details
from common.bulk import in_chunks
from common.sheets.writer import LARGE, BookWriter, Value
from common.sheets.writer import Field as Column
from reports.verbs import verb_text
from rollout.models import Attainment, Requirement

#: More entries than these are no list that anybody reads.
MOST = 50_000
_AT_ONCE = 1000
#: Said of dated facts instead of the name of a field.
_LABELS = {
    "valid_from": gettext_lazy("from"),
    "withdrawn": gettext_lazy("withdrawn"),
    # Facts of other tables that are told with the record that they are about.
    "site": gettext_lazy("site"),
    "devices": gettext_lazy("devices"),
    "tested_on": gettext_lazy("tested on"),
    "due": gettext_lazy("next test"),
    "failed_on": gettext_lazy("test not passed on"),
    "mounted_on": gettext_lazy("mounted on"),
    "accepted_on": gettext_lazy("accepted on"),
    "trained_on": gettext_lazy("training held on"),
    "remark": gettext_lazy("remark"),
    "mount": gettext_lazy("mount"),
    "acceptor": gettext_lazy("accepted by"),
    "participants": gettext_lazy("participants"),
    "protocol": gettext_lazy("protocol"),
    "copied_from": gettext_lazy("copied from"),
    # What is told of a sign-in is no column of the account (schools.sign_ins).
    "address": gettext_lazy("network address"),
    "program": gettext_lazy("browser"),
    "second_factor": gettext_lazy("second factor"),
    "sessions": gettext_lazy("sessions"),
}
#: Ways to sign in, and what was wrong with a failed one (``web.sign_in.trail``).
_WAYS = {
    "password": gettext_lazy("password"),
    "password_reset": gettext_lazy("link to a new password"),
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
    "socialaccount": gettext_lazy("directory"),
    "directory": gettext_lazy("directory"),
    "second factor": gettext_lazy("second factor"),
    "locked": gettext_lazy("locked after too many attempts"),
}
#: ``{model: {key: name}}`` of records that a change may refer to; of requirements by the key that all versions share.
Names = Mapping[type[Model], Mapping[Any, str]]


class Change(NamedTuple):
    """``old`` and ``new`` in words; ``is_personal``: the values are kept apart, or were deleted."""

    label: str
    old: str
    new: str
    is_personal: bool = False


class Reader(NamedTuple):
    """What somebody may read of entries. ``names``: of the records that they may see.

    ``sees_people``: who acted, by which token, and why; a school reads what was recorded, not by whom.
    """

    hidden: Collection[str]
    sees_people: bool
    reads_personal: bool
    names: Callable[[Collection[Entry]], Names]

    def who(self, act: Act) -> str:
        user = act.user if self.sees_people else None
        return (user.get_full_name() or user.get_username()) if user else ""

    def subject(self, act: Act) -> str:
        """It may name people and other schools."""
        return act.subject if self.sees_people else ""

    def reason(self, act: Act) -> str:
        """Written for the authority: it may name people and other schools, too."""
        return act.reason if self.sees_people else ""

    def place(self, act: Act) -> str:
        """From where: the door, and what within it."""
        door = str(act.get_channel_display())
        via = _ways(act.via, " + ") if act.channel == Channel.PAGE else act.via
        return f"{door}: {via}" if via and self.sees_people else door


def model_of(entry: Entry) -> type[Model] | None:
    """``None`` for a kind of record that there is no longer."""
    try:
        return apps.get_model(entry.kind)
    except LookupError:
        return None


def kind_text(entry: Entry) -> str:
    model = model_of(entry)
    return str(model._meta.verbose_name) if model else entry.kind


def references(entries: Iterable[Entry]) -> dict[type[Model], set[int]]:
    """Keys of other records in the changes, per model."""
    found: dict[type[Model], set[int]] = {}
    for entry in entries:
        for name, pair in entry.changes.items():
            field = field_of(model_of(entry), name)
            if field is not None and field.is_relation and isinstance(field.related_model, type):
                found.setdefault(field.related_model, set()).update(key for key in pair if isinstance(key, int))
    return found


def changes_of(entry: Entry, reader: Reader, names: Names) -> list[Change]:
    model = model_of(entry)
    values = with_details(entry) if reader.reads_personal else entry.changes
    return [_change(model, name, pair, names) for name, pair in values.items() if name not in reader.hidden]


def write_trail(
    target: str | Path | IO[bytes],
    entries: Any,
    *,
    reader: Reader,
    created: datetime | None = None,
) -> int:
    """Entries that went through ``visible_to`` and filters as a workbook, one change a row; returns the entries.

    Raises ``ValueError`` above ``MOST``.
    """
    number = int(entries.count())
    if number > MOST:
        raise ValueError(number)
    columns = [
        Column(_("When"), 17, "instant"), Column(_("Who"), 22), Column(_("From where"), 18), Column(_("What"), 30),
        Column(_("Subject"), 30), Column(_("Reason"), 30), Column(_("Kind"), 18), Column(_("Data record"), 28),
        Column(_("School"), 28), Column(_("Field"), 20), Column(_("old"), 24), Column(_("new"), 24),
        Column(_("Act"), 10, "number"),
    ]  # fmt: skip
    with BookWriter(target, title=_("Audit trail"), created=created, large=number > LARGE) as book:
        book.sheet(_("Audit trail")).table(0, columns, _rows(entries, reader), frozen=1)
    return number


def _rows(entries: Any, reader: Reader) -> Iterator[list[Value]]:
    ordered = entries.select_related("act__user", "school", "details").order_by("-act", "pk")
    for some in in_chunks(ordered.iterator(chunk_size=_AT_ONCE), _AT_ONCE):
        names = reader.names(some)
        for entry in some:
            act = entry.act
            said: list[Value] = [
                act.at, reader.who(act), reader.place(act), verb_text(act.verb, act.channel), reader.subject(act),
                reader.reason(act), kind_text(entry), entry.label, str(entry.school or ""),
            ]  # fmt: skip
            for change in changes_of(entry, reader, names) or [Change("", "", "")]:
                yield [*said, change.label, change.old, change.new, act.pk]


def _ways(text: str, separator: str) -> str:
    return separator.join(str(_WAYS.get(way, way)) for way in text.split(separator))


def _change(model: type[Model] | None, name: str, pair: Any, names: Names) -> Change:
    field = field_of(model, name)
    # A requirement fulfilled by hand is told as ``{its key: [None, value]}``.
    label = names.get(Requirement, {}).get(name) if model is Attainment else None
    label = label or label_of(model, name)
    if name == "second_factor":
        old, new = (_ways(value or "", ", ") for value in pair)
        return Change(label, old, new)
    if any(map(is_veiled, pair)):
        old, new = ("" if value is None else "…" for value in pair)
        return Change(label, old, new, is_personal=True)
    old, new = (in_words(field, value, names) for value in pair)
    return Change(label, old, new)


def label_of(model: type[Model] | None, name: str) -> str:
    """What people call what an entry keeps under ``name``."""
    field = field_of(model, name)
    return str(_LABELS.get(name) or (field.verbose_name if field else name))


def field_of(model: type[Model] | None, name: str) -> Any:
    """``None`` for a name that the model has no column for (any more)."""
    fields = model._meta.get_fields() if model else ()
    return next((field for field in fields if field.name == name and isinstance(field, Field)), None)


def in_words(field: Any, value: Any, names: Names) -> str:
    """A value of an entry as people read it; empty where there was none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if field is not None and field.is_relation and isinstance(value, int):
        return names.get(field.related_model, {}).get(value, "…")
    return _day(str(value))


def _day(text: str) -> str:
    """A day or an instant in the JSON of an entry is ISO text; anything else is shown as it is."""
    try:
        if len(text) > len("2024-12-31"):
            return date_format(timezone.localtime(datetime.fromisoformat(text)), "SHORT_DATETIME_FORMAT")
        return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
    except ValueError:
        return text
