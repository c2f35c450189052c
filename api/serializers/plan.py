"""The wider programme: programmes, objectives, projects, progress entries, and figures frozen for them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import KnownAtField, RestrictedFields, StrictSerializer
from api.serializers.related import InitiativeRef, MasterPlanRef, ObjectiveRef
from api.serializers.schools import ReasonInput
from reports.enums import Wording
from rollout.enums import EntryState, Precision
from rollout.models import Initiative, MasterPlan, Objective, ProgressEntry, PublicFigure
from schools.access import sees_everything

_BLANK: dict[str, Any] = {"required": False, "allow_blank": True}
_LONG: dict[str, Any] = {"max_length": 2000, **_BLANK}
_PLACE: dict[str, Any] = {"min_value": 0, "max_value": 32767, "required": False}
_FROZEN = ["figure_key", "figure_value", "figure_text", "since", "as_of", "known_at"]


class MasterPlanSerializer(serializers.ModelSerializer[MasterPlan]):
    class Meta:
        model = MasterPlan
        fields = ["id", "title", "description", "position"]
        read_only_fields = fields


class MasterPlanInput(ReasonInput):
    title = serializers.CharField(max_length=150)
    description = serializers.CharField(**_LONG)
    position = serializers.IntegerField(**_PLACE)


class ObjectiveSerializer(serializers.ModelSerializer[Objective]):
    class Meta:
        model = Objective
        fields = ["id", "plan", "title", "goal", "measures", "position"]
        read_only_fields = fields


class ObjectiveChange(ReasonInput):
    title = serializers.CharField(max_length=150)
    goal = serializers.CharField(**_LONG)
    measures = serializers.CharField(help_text="what we do", **_LONG)
    position = serializers.IntegerField(**_PLACE)


class ObjectiveInput(ObjectiveChange):
    plan = MasterPlanRef()


class InitiativeSerializer(serializers.ModelSerializer[Initiative]):
    """``published_at``: ``null`` for one that only those see who may publish it."""

    class Meta:
        model = Initiative
        fields = [
            "id",
            "objective",
            "title",
            "description",
            "is_focus",
            "position",
            "unit",
            "contact",
            "published_at",
            "changed_at",
        ]
        read_only_fields = fields


class InitiativeChange(ReasonInput):
    """A published project needs a reason."""

    title = serializers.CharField(max_length=150)
    description = serializers.CharField(**_LONG)
    is_focus = serializers.BooleanField(required=False)
    position = serializers.IntegerField(**_PLACE)
    unit = serializers.CharField(max_length=150, help_text="who is responsible", **_BLANK)
    contact = serializers.EmailField(help_text="address of an office, never of a person: it is public", **_BLANK)


class InitiativeInput(InitiativeChange):
    objective = ObjectiveRef()


class FigureAsked(StrictSerializer):
    """Which value a figure has: the same question with the same ``known_at`` always has the same answer."""

    as_of = serializers.DateField()
    since = serializers.DateField(required=False, allow_null=True, help_text="begin of the period of a flow or sum")
    known_at = KnownAtField(required=False, help_text="without: as known now")
    wording = serializers.ChoiceField(Wording.choices, required=False)

    def validate_as_of(self, value: Any) -> Any:
        if value > timezone.localdate():
            raise serializers.ValidationError(_("Figures of days to come cannot be published."), "future_day")
        return value


class FigureOfEntry(FigureAsked):
    key = serializers.SlugField(max_length=60, help_text="of a declared figure")


class ProposalSerializer(serializers.Serializer[Any]):
    """A sentence about a figure. To make an entry of it, name ``figure`` as it stands here."""

    label = serializers.CharField()  # type: ignore[assignment]
    definition = serializers.CharField()
    text = serializers.CharField()
    state = serializers.ChoiceField(EntryState.choices)
    figure = FigureOfEntry()


class ProgressEntrySerializer(RestrictedFields, serializers.ModelSerializer[ProgressEntry]):
    """``on``: first day of the period that ``precision`` names. ``hints``: what a reader would stumble over."""

    restricted = {"author": sees_everything}
    period = serializers.CharField(read_only=True, help_text="the period in words")
    author = serializers.CharField(source="act.user.username", default=None, required=False, allow_null=True)

    class Meta:
        model = ProgressEntry
        fields = [
            "id",
            "initiatives",
            "text",
            "on",
            "precision",
            "period",
            "state",
            *_FROZEN,
            "published_at",
            "changed_at",
            "author",
        ]
        read_only_fields = [name for name in fields if name not in ("author", "period")]


class ProgressEntryInput(StrictSerializer):
    """Saved as a draft. ``figure``: its value is computed now and kept with the entry."""

    initiatives = serializers.ListField(child=InitiativeRef(), min_length=1, max_length=50)
    text = serializers.CharField(max_length=500)
    on = serializers.DateField()
    precision = serializers.ChoiceField(Precision.choices, required=False)
    state = serializers.ChoiceField(EntryState.choices)
    figure = FigureOfEntry(required=False, allow_null=True)


class ProgressEntryChange(ReasonInput, ProgressEntryInput):
    """A published entry needs a reason. ``figure``: ``null`` binds the entry to none any more."""


class ProgressEntryQuery(StrictSerializer):
    initiative = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    state = serializers.ChoiceField(EntryState.choices, required=False)


class GivenReason(StrictSerializer):
    reason = serializers.CharField(max_length=500, help_text="why, for the audit trail")


class NothingInput(StrictSerializer):
    """No body is needed."""


class PublicFigureSerializer(serializers.ModelSerializer[PublicFigure]):
    class Meta:
        model = PublicFigure
        fields = [*_FROZEN, "position"]
        read_only_fields = fields


class PublicFiguresInput(FigureAsked):
    """The whole choice: figures that are not named are shown no more."""

    keys = serializers.ListField(child=serializers.SlugField(max_length=60), max_length=100)
