"""Programmes with their schools and categories, what was granted and drawn, and financings. Amounts for few."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import RestrictedFields, StrictSerializer, sees_money
from api.serializers.related import CategoryRef, ProgrammeRef, Rows, SchoolRef
from api.serializers.schools import ReasonInput
from funding.binding import binding_end
from funding.enums import BindingStart, ProgrammeKind
from funding.models import Drawdown, Financing, FinancingShare, GrantNotice, Programme, ProgrammeMilestone
from funding.models import ProgrammeSchool as ListedSchool
from funding.services.programmes import FIELDS
from inventory.models import FundedCategory
from schools.enums import Trade

_CENT = Decimal("0.01")


class AmountField(serializers.DecimalField):
    """Gross, in euro."""

    def __init__(self, max_digits: int = 14, **options: Any) -> None:
        options.setdefault("help_text", "gross, in euro")
        super().__init__(max_digits=max_digits, decimal_places=2, **options)


class ListedSchoolSerializer(RestrictedFields, serializers.ModelSerializer[ListedSchool]):
    restricted = {"cap": sees_money}
    school = serializers.CharField(source="school.number", read_only=True)
    cap = AmountField(required=False, allow_null=True)

    class Meta:
        model = ListedSchool
        fields = ["school", "cap"]


class FundedCategorySerializer(RestrictedFields, serializers.ModelSerializer[FundedCategory]):
    restricted = {"cap": sees_money}
    category = serializers.CharField(source="category.key", read_only=True)
    cap = AmountField(required=False, allow_null=True, help_text="per device")

    class Meta:
        model = FundedCategory
        fields = ["category", "cap"]


class ProgrammeSerializer(RestrictedFields, serializers.ModelSerializer[Programme]):
    """A programme with the schools to which it is tied and the categories it pays for; without any: for all."""

    restricted = {"cap_per_device": sees_money}
    trades = serializers.ListField(child=serializers.ChoiceField(Trade.choices), read_only=True)
    cap_per_device = AmountField(required=False, allow_null=True)
    binding_end = serializers.SerializerMethodField(help_text="last day of the binding period, where all have the same")
    schools = ListedSchoolSerializer(many=True, read_only=True)
    categories = FundedCategorySerializer(many=True, read_only=True)

    class Meta:
        model = Programme
        fields = ["id", *FIELDS, "binding_end", "schools", "categories"]
        read_only_fields = [name for name in fields if name != "cap_per_device"]

    def get_binding_end(self, programme: Programme) -> date | None:
        return binding_end(programme, None)


class ListedSchoolInput(StrictSerializer):
    school = SchoolRef()
    cap = AmountField(max_digits=12, required=False, allow_null=True, default=None, min_value=_CENT)


class FundedCategoryInput(StrictSerializer):
    category = CategoryRef()
    cap = AmountField(max_digits=10, required=False, allow_null=True, default=None, min_value=_CENT)


class ProgrammeInput(ReasonInput):
    """``schools`` and ``categories``: the whole list; who is not in it is taken off."""

    key = serializers.RegexField(r"^[a-zA-Z0-9_-]+$", max_length=40, required=False, help_text="without: of the name")
    name = serializers.CharField(max_length=150)
    kind = serializers.ChoiceField(ProgrammeKind.choices, required=False)
    funder = serializers.CharField(max_length=150, required=False, allow_blank=True)
    rate = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        required=False,
        min_value=_CENT,
        max_value=Decimal(100),
        help_text="percent of the eligible costs that the funder bears",
    )
    begins_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    proof_due_on = serializers.DateField(required=False, allow_null=True)
    binding_start = serializers.ChoiceField(BindingStart.choices, required=False)
    binding_years = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=100)
    binding_until = serializers.DateField(required=False, allow_null=True)
    trades = serializers.ListField(
        child=serializers.ChoiceField(Trade.choices), required=False, max_length=20, help_text="empty: all"
    )
    is_tied = serializers.BooleanField(required=False)
    cap_per_device = AmountField(max_digits=10, required=False, allow_null=True, min_value=_CENT)
    contact = serializers.CharField(max_length=200, required=False, allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    schools = Rows(child=ListedSchoolInput(), required=False, max_length=10_000)
    categories = Rows(child=FundedCategoryInput(), required=False, max_length=1000)


class FactSerializer(serializers.ModelSerializer[Any]):
    """An amount of a day; a correction leaves a new entry and supersedes the old one."""

    on = serializers.DateField(source="valid_from", read_only=True)
    recorded_by = serializers.CharField(source="act.user.username", default=None, allow_null=True, read_only=True)

    class Meta:
        fields = ["id", "on", "number", "amount", "note", "recorded_at", "superseded_at", "recorded_by"]
        read_only_fields = [name for name in fields if name not in ("on", "recorded_by")]


class NoticeSerializer(FactSerializer):
    class Meta(FactSerializer.Meta):
        model = GrantNotice


class DrawdownSerializer(FactSerializer):
    class Meta(FactSerializer.Meta):
        model = Drawdown


class DrawdownInput(ReasonInput):
    on = serializers.DateField()
    number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    amount = AmountField(help_text="in euro")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class NoticeInput(DrawdownInput):
    number = serializers.CharField(max_length=60)
    amount = AmountField(help_text="in euro; negative where it takes back some of what was granted")


class WhyInput(StrictSerializer):
    reason = serializers.CharField(max_length=500, help_text="why, for the audit trail")


class FactCorrectionInput(WhyInput):
    """What is not named stays."""

    on = serializers.DateField(required=False)
    number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    amount = AmountField(required=False, help_text="in euro")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.keys() <= {"reason"}:
            raise serializers.ValidationError(_("Nothing is named that should change."), "nothing_to_change")
        return attrs


class ProgrammeMilestoneSerializer(serializers.ModelSerializer[ProgrammeMilestone]):
    class Meta:
        model = ProgrammeMilestone
        fields = ["id", "name", "due_on", "done_on"]
        read_only_fields = fields


class ProgrammeMilestoneChange(ReasonInput):
    due_on = serializers.DateField()
    done_on = serializers.DateField(required=False, allow_null=True)


class ProgrammeMilestoneInput(ReasonInput):
    """A milestone of this name is moved, else there is a new one."""

    name = serializers.CharField(max_length=150)
    due_on = serializers.DateField()


class ProgrammeMoneySerializer(serializers.Serializer[Any]):
    """What there is of a programme on a day, in euro; ``rest`` is negative where the budget is exceeded."""

    programme = serializers.IntegerField(source="programme.pk")
    key = serializers.CharField(source="programme.key")
    name = serializers.CharField(source="programme.name")
    granted = AmountField(help_text="by all notices")
    budget = AmountField(help_text="eligible costs for which the grant is enough: with the own share")
    planned = AmountField()
    bound = AmountField()
    invoiced = AmountField()
    paid = AmountField()
    rest = AmountField(help_text="of the budget")
    drawn = AmountField()
    undrawn = AmountField(help_text="granted and not drawn")
    grant_part = AmountField(help_text="what the funder bears of what is paid")
    own_share = AmountField(help_text="what the authority bears of what is paid")
    to_draw = AmountField(help_text="what the funder bears of what is paid and has not sent yet")


class MoneyOverviewSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateField()
    known_at = serializers.DateTimeField(allow_null=True)
    programmes = ProgrammeMoneySerializer(many=True)


class FinancingShareSerializer(serializers.ModelSerializer[FinancingShare]):
    programme = serializers.IntegerField(source="programme_id", read_only=True)
    programme_name = serializers.CharField(source="programme.name", read_only=True)

    class Meta:
        model = FinancingShare
        fields = ["programme", "programme_name", "percent"]
        read_only_fields = fields


class FinancingSerializer(serializers.ModelSerializer[Financing]):
    shares = FinancingShareSerializer(many=True, read_only=True)

    class Meta:
        model = Financing
        fields = ["id", "name", "shares"]
        read_only_fields = fields


class ShareInput(StrictSerializer):
    programme = ProgrammeRef()
    percent = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=_CENT, max_value=Decimal(100))


class FinancingInput(ReasonInput):
    name = serializers.CharField(max_length=150)
    shares = Rows(child=ShareInput(), allow_empty=False, max_length=100, help_text="100 percent in all")

    def validate_shares(self, shares: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({share["programme"] for share in shares}) < len(shares):
            raise serializers.ValidationError(_("The financing already names this programme."), "twice")
        return shares
