"""Costs: documents with their parts, what is sent to record one, and sums."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError as DomainError
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import SchoolField, StrictSerializer
from api.serializers.funding import AmountField, WhyInput
from api.serializers.queries import AsOfQuery
from api.serializers.related import (
    LARGEST_KEY,
    CategoryRef,
    OrderRef,
    ProgrammeRef,
    ProjectRef,
    Rows,
    SchoolRef,
    SiteRef,
)
from api.serializers.schools import ReasonInput
from common.files import StoredFile
from costs.enums import CostStage
from costs.models import CostEntry, CostFile, CostPart
from costs.services import split
from costs.sums import FIELDS
from schools.enums import Trade

MOST_PARTS = 500
_CENT = Decimal("0.01")


class CostPartSerializer(serializers.ModelSerializer[CostPart]):
    """``valid_until``: a plan that ended. Amounts of a credit note are negative."""

    programme = serializers.IntegerField(source="programme_id", read_only=True)
    programme_name = serializers.CharField(source="programme.name", read_only=True)
    category = serializers.CharField(source="category.key", default=None, allow_null=True, read_only=True)
    school = serializers.CharField(source="school.number", default=None, allow_null=True, read_only=True)
    order = serializers.IntegerField(source="order_id", allow_null=True, read_only=True)
    project = serializers.IntegerField(source="project_id", allow_null=True, read_only=True)
    site = serializers.IntegerField(source="site_id", allow_null=True, read_only=True)

    class Meta:
        model = CostPart
        fields = [
            "id",
            "programme",
            "programme_name",
            "amount",
            "trade",
            "category",
            "school",
            "site",
            "order",
            "project",
            "valid_until",
        ]
        read_only_fields = fields


class StoredFileSerializer(serializers.ModelSerializer[StoredFile]):
    class Meta:
        fields = ["id", "name", "size", "media_type", "digest", "added_at"]
        read_only_fields = fields


class CostFileSerializer(StoredFileSerializer):
    class Meta(StoredFileSerializer.Meta):
        model = CostFile


class CostSerializer(serializers.ModelSerializer[CostEntry]):
    """A document of a day; ``amount`` is the sum of its parts."""

    parts = CostPartSerializer(many=True, read_only=True, source="seen_parts")

    class Meta:
        model = CostEntry
        fields = ["id", "stage", "is_credit", "on", "number", "payee", "text", "amount", "net", "parts"]
        read_only_fields = fields


class PartInput(StrictSerializer):
    """Its amount, or its percentage of the whole ``amount``. Trade and site of a project need not be said."""

    programme = ProgrammeRef()
    amount = AmountField(required=False, min_value=_CENT)
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, required=False, min_value=_CENT, max_value=Decimal(100)
    )
    trade = serializers.ChoiceField(Trade.choices, required=False, allow_blank=True)
    category = CategoryRef(required=False, allow_null=True)
    school = SchoolRef(required=False, allow_null=True)
    site = SiteRef(required=False, allow_null=True)
    order = OrderRef(required=False, allow_null=True)
    project = ProjectRef(required=False, allow_null=True)


class CostInput(ReasonInput):
    """Amounts are gross and greater than 0; ``is_credit`` says that the money comes back.

    ``amount``: what the parts must sum up to; needed where they are percentages.
    """

    stage = serializers.ChoiceField(CostStage.choices)
    on = serializers.DateField(help_text="day of the document")
    number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    payee = serializers.CharField(max_length=150, required=False, allow_blank=True)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True)
    amount = AmountField(required=False, min_value=_CENT)
    net = AmountField(required=False, allow_null=True, min_value=_CENT, help_text="in euro, where it is stated")
    is_credit = serializers.BooleanField(required=False)
    parts = Rows(child=PartInput(), allow_empty=False, max_length=MOST_PARTS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Percentages become amounts, to the cent."""
        percents = [part.pop("percent", None) for part in attrs["parts"]]
        if any(percents):
            self._share(attrs, percents)
        missing: dict[str, Any] = {
            str(i): {"amount": [_("An amount or a percentage is needed.")]} for i in _without_amount(attrs["parts"])
        }
        if missing:
            raise serializers.ValidationError({"parts": missing}, "required")
        return attrs

    def _share(self, attrs: dict[str, Any], percents: Sequence[Decimal | None]) -> None:
        if not all(percents) or any("amount" in part for part in attrs["parts"]):
            message = _("All parts have an amount, or all have a percentage.")
            raise serializers.ValidationError({"parts": [message]}, "mixed")
        if "amount" not in attrs:
            raise serializers.ValidationError({"amount": [_("Percentages need the whole amount.")]}, "required")
        try:
            amounts = split(attrs["amount"], [percent for percent in percents if percent])
        except DomainError as error:
            raise serializers.ValidationError({"parts": error.messages}, "not_100") from error
        for part, amount in zip(attrs["parts"], amounts, strict=True):
            part["amount"] = amount


class CostCorrectionInput(CostInput, WhyInput):
    """All that the document says; nothing of what was recorded stays."""

    reason = serializers.CharField(max_length=500, help_text="why, for the audit trail")


class EndInput(ReasonInput):
    on = serializers.DateField(help_text="the first day on which the plan does not hold any more")


class CostCheckSerializer(serializers.Serializer[Any]):
    amount = AmountField()
    parts = serializers.ListField(child=AmountField(), help_text="amounts of the parts in their order")
    warnings = serializers.ListField(child=serializers.CharField(), help_text="none of them forbids it")


class CostAsOfQuery(StrictSerializer):
    as_of = serializers.DateField(required=False, help_text="with the parts that held on this day (default: all)")


class ByField(serializers.CharField):
    """Names by comma, each once."""

    def to_internal_value(self, data: Any) -> Any:
        names = [name for name in super().to_internal_value(data).split(",") if name]
        if unknown := sorted({name for name in names if name not in FIELDS or names.count(name) > 1}):
            message = _("Costs cannot be summed by: %(names)s.")
            raise serializers.ValidationError(message % {"names": ", ".join(unknown)}, "unknown_field")
        return names


class SumsQuery(AsOfQuery):
    by = ByField(
        required=False, allow_blank=True, max_length=200, help_text="by comma: " + ", ".join(FIELDS) + "; without: all"
    )
    since = serializers.DateField(required=False, help_text="only what is dated from this day on")
    programme = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_KEY, help_text="this one only")
    school = SchoolField(required=False, help_text="this school only")
    stage = serializers.ChoiceField(CostStage.choices, required=False, help_text="this stage only")


class CostSumSerializer(serializers.Serializer[Any]):
    """Only the fields that were asked for; ``null`` and an empty trade: what names none."""

    programme = serializers.IntegerField(required=False)
    category = serializers.CharField(required=False, allow_null=True)
    school = serializers.CharField(required=False, allow_null=True)
    site = serializers.IntegerField(required=False, allow_null=True)
    order = serializers.IntegerField(required=False, allow_null=True)
    project = serializers.IntegerField(required=False, allow_null=True)
    stage = serializers.ChoiceField(CostStage.choices, required=False)
    year = serializers.IntegerField(required=False)
    trade = serializers.ChoiceField(Trade.choices, required=False, allow_blank=True)
    amount = AmountField()

    def to_representation(self, instance: Any) -> Any:
        shown = super().to_representation(instance)
        return {name: value for name, value in shown.items() if name in instance}


class CostSumsSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    by = serializers.ListField(child=serializers.CharField())
    sums = CostSumSerializer(many=True)


class StoredFileInput(StrictSerializer):
    """A PDF, a picture, a text document or a workbook."""

    file = serializers.FileField(max_length=250, allow_empty_file=True)
    name = serializers.CharField(max_length=150, required=False, allow_blank=True, help_text="without: the file's")


def _without_amount(parts: Sequence[dict[str, Any]]) -> list[int]:
    return [i for i, part in enumerate(parts) if "amount" not in part]
