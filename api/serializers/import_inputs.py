"""What is sent to an import: files, how they are to be read, and answers."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from api.serializers.fields import StrictSerializer
from api.serializers.import_previews import KeyField
from api.serializers.related import LARGEST_KEY
from imports.answers import CREATE, MAP, REJECT, WITHDRAW
from imports.conflicts import KEEP, TAKE
from imports.enums import Blank, KindName, Mode
from imports.models import ImportProfile
from inventory.enums import DeviceStatus

#: Excel has no more rows.
MAX_ROW = 1_048_576
MOST_ANSWERS = 10_000


class OptionsInput(StrictSerializer):
    """How a file is to be read; what is not named is left to the file."""

    kind = serializers.ChoiceField(
        KindName.choices, required=False, allow_blank=True, help_text="empty: the headings decide"
    )
    mode = serializers.ChoiceField(Mode.choices, required=False, help_text="all rows or none; or the good rows")
    sheet = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="empty: all that fit")
    header_row = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_ROW, help_text="as Excel numbers it; 0: wherever headings are found"
    )
    blank = serializers.ChoiceField(Blank.choices, required=False, help_text="what a blank cell says")
    authority = serializers.CharField(
        required=False, allow_blank=True, max_length=10, help_text="take schools of this authority number only"
    )
    on = serializers.DateField(required=False, allow_null=True, help_text="day of facts without a date of their own")
    status = serializers.ChoiceField(
        DeviceStatus.choices, required=False, allow_blank=True, help_text="of new devices without one"
    )
    create_missing = serializers.BooleanField(required=False, help_text="create what is unknown where that is possible")
    profile = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=LARGEST_KEY,
        help_text="0: none; null: whichever knows the headings",
    )

    def validate_on(self, day: Any) -> Any:
        if day and day > timezone.localdate():
            raise serializers.ValidationError(_("Only what has happened can be recorded: choose a day up to today."))
        return day

    def validate_profile(self, key: int | None) -> int | None:
        seen = ImportProfile.objects.visible_to(self.context["request"].user)
        if key and not seen.filter(pk=key).exists():
            raise serializers.ValidationError(_("There is no such profile."), "does_not_exist")
        return key


class UploadInput(OptionsInput):
    """Excel, LibreOffice or CSV."""

    file = serializers.FileField(max_length=250, allow_empty_file=True)
    sender = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="who made the list")


class FileInput(StrictSerializer):
    file = serializers.FileField(max_length=250, allow_empty_file=True)


class ReadingInput(OptionsInput):
    """``mapping``: all headings that mean something else than was recognised; empty: none does."""

    mapping = serializers.DictField(
        child=serializers.CharField(max_length=60, allow_null=True),
        required=False,
        help_text="heading → column or null",
    )
    skip = serializers.ListField(
        child=serializers.CharField(max_length=60),
        required=False,
        max_length=200,
        help_text="columns whose changes of known records are not wanted",
    )


class RowAnswerInput(StrictSerializer):
    text = serializers.CharField(max_length=500, trim_whitespace=False)
    action = serializers.ChoiceField([(one, one) for one in (MAP, CREATE, REJECT, WITHDRAW)])
    to = KeyField(required=False, allow_null=True, help_text="the id of a suggestion, where it is mapped")


class ValueAnswerInput(RowAnswerInput):
    kind = serializers.CharField(max_length=60)
    manufacturer = serializers.CharField(required=False, max_length=100, help_text="of a model that is created")
    model = serializers.CharField(required=False, max_length=150)
    category = serializers.CharField(required=False, max_length=40)


class ValueAnswersInput(StrictSerializer):
    """Answers for values that are not known, and one for all others of a kind."""

    answers = ValueAnswerInput(many=True, required=False, max_length=MOST_ANSWERS)  # type: ignore[call-arg]
    others = serializers.DictField(
        child=serializers.ChoiceField([(one, one) for one in (CREATE, REJECT)]),
        required=False,
        help_text="kind → what to do with all that are not answered; created is what the list says enough about",
    )


class RowAnswersInput(StrictSerializer):
    answers = RowAnswerInput(many=True, allow_empty=False, max_length=MOST_ANSWERS)  # type: ignore[call-arg]


class ConflictsInput(StrictSerializer):
    """``keep`` what is now, or ``take`` what stands in the file."""

    answers = serializers.DictField(
        child=serializers.ChoiceField([(one, one) for one in (KEEP, TAKE)]),
        required=False,
        help_text="text of the conflict → answer",
    )
    others = serializers.ChoiceField([(one, one) for one in (KEEP, TAKE)], required=False)


class CellInput(StrictSerializer):
    sheet = serializers.CharField(max_length=100, trim_whitespace=False)
    cell = serializers.CharField(max_length=10)
    text = serializers.CharField(
        max_length=1000, allow_blank=True, allow_null=True, help_text="null: as the file has it"
    )


class CellsInput(StrictSerializer):
    cells = CellInput(many=True, allow_empty=False, max_length=5000)  # type: ignore[call-arg]


class TakeInput(StrictSerializer):
    mode = serializers.ChoiceField(Mode.choices, default=Mode.ALL, help_text="all rows or none; or the good rows")


class ProfileInput(StrictSerializer):
    name = serializers.CharField(max_length=100)
    sender = serializers.CharField(max_length=100, allow_blank=True, default="")


class ProfileChangeInput(StrictSerializer):
    name = serializers.CharField(max_length=100, required=False)
    sender = serializers.CharField(max_length=100, allow_blank=True, required=False)


class UndoInput(StrictSerializer):
    dry_run = serializers.BooleanField(default=False, help_text="say what would happen, change nothing")


class ChoicesQuery(StrictSerializer):
    kind = serializers.CharField(max_length=60, help_text="kind of the unknown value")
    text = serializers.CharField(max_length=500, trim_whitespace=False, help_text="the unknown value")


class NothingInput(StrictSerializer):
    """An empty object."""
