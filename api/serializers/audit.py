"""The audit trail: acts, and what each did to which record."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Model
from rest_framework import serializers

from api.serializers.fields import RestrictedFields
from audit.enums import Channel
from audit.models import Act, Entry
from audit.personal import is_veiled, with_details
from reports.trail import model_of, references
from schools.access import sees_everything

#: Stands for a value that the person asking may not read.
HIDDEN = "…"


class ActSerializer(RestrictedFields, serializers.ModelSerializer[Act]):
    """One deliberate deed. Who and why is told to those who work for the authority."""

    restricted = dict.fromkeys(("user", "via", "subject", "reason"), sees_everything)
    user = serializers.CharField(source="user.username", default=None, allow_null=True, required=False)
    channel = serializers.ChoiceField(Channel.choices, read_only=True)
    via = serializers.CharField(required=False)
    subject = serializers.CharField(required=False)
    reason = serializers.CharField(required=False)

    class Meta:
        model = Act
        fields = ["id", "at", "verb", "channel", "user", "via", "subject", "reason", "undoes"]
        read_only_fields = [name for name in fields if name not in ("user", "via", "subject", "reason")]


class ValuesSerializer(serializers.Serializer[Any]):
    """``…`` stands for what you may not read, and for personal data that are kept apart."""

    old = serializers.JSONField(allow_null=True)
    new = serializers.JSONField(allow_null=True)


class EntrySerializer(RestrictedFields, serializers.ModelSerializer[Entry]):
    """What an act did to one record. ``kind`` and ``record`` name it, ``label`` is what it was called then."""

    restricted = {"user": sees_everything}
    at = serializers.DateTimeField(source="act.at", read_only=True)
    verb = serializers.CharField(source="act.verb", read_only=True)
    channel = serializers.ChoiceField(Channel.choices, source="act.channel", read_only=True)
    user = serializers.CharField(source="act.user.username", default=None, allow_null=True, required=False)
    record = serializers.IntegerField(source="object_id", read_only=True)
    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)
    changes = serializers.DictField(child=ValuesSerializer(), source="told", read_only=True)

    class Meta:
        model = Entry
        fields = ["id", "act", "at", "verb", "channel", "user", "kind", "record", "label", "school", "changes"]
        read_only_fields = [name for name in fields if name != "user"]


def told_changes(
    entry: Entry, *, hidden: Collection[str], reads_personal: bool, seen: Mapping[type[Model], Collection[int]]
) -> dict[str, dict[str, Any]]:
    """``{field: {"old", "new"}}`` without the fields in ``hidden``; ``seen``: keys of records that may be named."""
    values = with_details(entry) if reads_personal else entry.changes
    fields = {field.name: field for field in model._meta.get_fields()} if (model := model_of(entry)) else {}
    return {
        name: {"old": _told(fields.get(name), pair[0], seen), "new": _told(fields.get(name), pair[1], seen)}
        for name, pair in values.items()
        if name not in hidden
    }


def visible_keys(entries: Iterable[Entry], user: Any) -> dict[type[Model], set[int]]:
    """Of the records that changes refer to, those that ``user`` may see. One query per model.

    Records of a model that knows nothing of scopes are told to nobody.
    """
    return {model: _visible(model, keys, user) for model, keys in references(entries).items()}


def _visible(model: type[Model], keys: set[int], user: Any) -> set[int]:
    rows: Any = model._meta.default_manager
    if not keys or not hasattr(rows, "visible_to"):
        return set()
    return set(rows.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))


def _told(field: Any, value: Any, seen: Mapping[type[Model], Collection[int]]) -> Any:
    if is_veiled(value):
        return HIDDEN
    is_key = field is not None and field.is_relation and isinstance(value, int)
    return HIDDEN if is_key and value not in seen.get(field.related_model, ()) else value
