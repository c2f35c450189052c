"""Views of lists."""

from typing import Any

from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from reports.enums import ListName
from reports.models import SavedView
from reports.models.saved_views import LONGEST
from schools.access import sees_everything


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    """``owner`` is told to those who see the whole authority."""

    is_mine = serializers.SerializerMethodField(help_text="whether you keep it, and may change it")
    is_default = serializers.BooleanField(read_only=True, help_text="whether the list begins with it for you")
    owner = serializers.SerializerMethodField()

    class Meta:
        model = SavedView
        fields = ["id", "list_name", "name", "query", "is_shared", "is_mine", "is_default", "owner"]
        read_only_fields = fields

    def get_is_mine(self, view: SavedView) -> bool:
        return bool(view.owner_id == self.context["request"].user.pk)

    def get_owner(self, view: SavedView) -> str | None:
        return str(view.owner.username) if sees_everything(self.context["request"].user) else None


class SavedViewChange(StrictSerializer):
    name = serializers.CharField(max_length=80)
    query = serializers.CharField(
        max_length=LONGEST,
        required=False,
        allow_blank=True,
        help_text="filters, columns, order, group and day of its list, as in an address; nothing else is kept",
    )
    is_shared = serializers.BooleanField(required=False)


class SavedViewInput(SavedViewChange):
    list_name = serializers.ChoiceField(ListName.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return {"query": ""} | attrs


class BeginInput(StrictSerializer):
    is_default = serializers.BooleanField(default=True, help_text="false: the list begins as usual again")
