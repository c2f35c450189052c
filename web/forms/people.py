"""Forms about people: roles, invitations, names, tokens. They clean; the services decide."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from schools.enums import AUTHORITY_ROLES, SCHOOL_ROLES, Role, TokenScope
from schools.models import School
from web.changes import day_field
from web.forms.choices import PLEASE_CHOOSE
from web.forms.sign_in import HINTS

T = TypeVar("T")
_ROLES = [
    ("", PLEASE_CHOOSE),
    (_("for the whole authority"), [(role.value, role.label) for role in AUTHORITY_ROLES]),
    (_("for one school"), [(role.value, role.label) for role in SCHOOL_ROLES]),
]
_END = _("First day without the role. Empty: it has no end.")


class RoleForm(forms.Form):
    """A role, for the authority or for one school. Choices of schools are those that ``user`` sees."""

    role = forms.ChoiceField(label=_("Role"), choices=_ROLES)
    school = forms.ModelChoiceField(
        School.objects.none(),
        label=_("School"),
        required=False,
        empty_label=_("whole authority"),
        help_text=_("Only for roles of one school."),
    )
    until = day_field(label=_("End"), required=False, help_text=_END)

    def __init__(self, data: Any = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = School.objects.visible_to(user)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        role, school = cleaned.get("role"), cleaned.get("school")
        if role in SCHOOL_ROLES and not school and "school" not in self.errors:
            self.add_error("school", ValidationError(_("This role needs a school."), "no_school"))
        if role and role not in SCHOOL_ROLES and school:
            text = _("“%(role)s” is a role for the whole authority: leave the school empty.")
            self.add_error("school", ValidationError(text, "no_school_role", {"role": Role(role).label}))
        return cleaned


class InvitationForm(RoleForm):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    field_order = ("email", "role", "school", "until")


class RoleEndForm(forms.Form):
    until = day_field(label=_("End"), required=False, help_text=_END)


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name")


class EraseForm(forms.Form):
    """``username`` is typed so that nobody deletes the wrong person."""

    username = forms.CharField(label=_("User name of the person, to confirm"), max_length=150)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, help_text=_("Without names: the reason is kept.")
    )

    def __init__(self, data: Any = None, *, person: User, **options: Any) -> None:
        super().__init__(data, **options)
        self.person = person
        self.fields["username"].widget.attrs["autocomplete"] = "off"

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"].strip()
        if typed != self.person.username:
            raise ValidationError(_("This is not the user name of the person."), "other_name")
        return typed


class AcceptForm(forms.Form):
    """What a new person chooses for themselves."""

    username = forms.CharField(label=_("User name"), max_length=150)
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["username"].widget.attrs["autocomplete"] = "username"
        self.fields["first_name"].widget.attrs["autocomplete"] = "given-name"
        self.fields["last_name"].widget.attrs["autocomplete"] = "family-name"
        self.fields["password"].help_text = HINTS["password1"]

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password"):
            raise ValidationError(_("The two passwords differ."), "differ")
        return again

    @property
    def person(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("username", "password", "first_name", "last_name")}


class TokenForm(forms.Form):
    """A token of one's own; it ends at the beginning of ``until``."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("What it is for, such as “monitoring”. No names of people.")
    )
    scope = forms.ChoiceField(label=_("It may"), choices=TokenScope.choices, initial=TokenScope.READ)
    school = forms.ModelChoiceField(
        School.objects.none(), label=_("Only for the school"), required=False, empty_label=_("all that I see")
    )
    until = day_field(label=_("End"), required=False, help_text=_("First day without it. Empty: it has no end."))

    def __init__(self, data: Any = None, *, user: Any, **options: Any) -> None:
        super().__init__(data, **options)
        field = self.fields["school"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = School.objects.visible_to(user)

    @property
    def token(self) -> dict[str, Any]:
        day = self.cleaned_data["until"]
        expires_at = timezone.make_aware(datetime.combine(day, time.min)) if day else None
        return {name: self.cleaned_data[name] for name in ("name", "scope", "school")} | {"expires_at": expires_at}


def saved(form: forms.Form | forms.ModelForm, save: Callable[[], T]) -> T | None:
    """What ``save`` returns for a valid form; ``None``: refused, the form says why and where."""
    if not form.is_valid():
        return None
    try:
        return save()
    except ValidationError as error:
        by_field = error.error_dict if hasattr(error, "error_dict") else {"": error.error_list}
        for name, refusals in by_field.items():
            place = {"expires_at": "until"}.get(name, name)
            form.add_error(place if place in form.fields else None, refusals)
        return None


def is_saved(form: forms.Form | forms.ModelForm, save: Callable[[], object]) -> bool:
    """``saved`` where nobody asks for what was saved."""
    return saved(form, save) is not None
