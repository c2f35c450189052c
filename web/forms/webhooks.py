"""Forms about webhooks. They clean; the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hooks.enums import Topic
from schools.people import people_visible_to
from web.changes import VersionedForm
from web.forms.choices import PLEASE_CHOOSE


class WebhookForm(VersionedForm):
    """Choices of people are those whom ``user`` sees, and who may still sign in."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for, such as “help desk”. No names of people.")
    )
    url = forms.CharField(
        label=_("Address"), max_length=500, help_text=_("An https address, such as https://example.org/hook.")
    )
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("With the rights of"),
        empty_label=PLEASE_CHOOSE,
        help_text=_("The receiver is told what this person may see, and no more."),
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        choices=Topic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: everything that the person sees."),
    )

    def __init__(self, data: Any = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people_visible_to(user).filter(is_active=True).order_by("last_name", "username")
        self.fields["url"].widget.input_type = "url"
