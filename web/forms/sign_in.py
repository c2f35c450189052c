"""Forms of signing in: allauth's, in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

LABELS = {
    "oldpassword": _("Current password"),
    "password": _("Password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "email": _("E-mail address"),
    "code": _("Code"),
    "name": _("Name of the passkey"),
    "passwordless": _("Sign in with it alone, without a password"),
}
HINTS = {
    "password1": _(
        "At least eight characters. Long is better than complicated: four words that do not belong together."
    ),
    "name": _("So that you recognise it, such as “phone” or “blue key”."),
}

#: allauth's own words, which our catalogue translates: its German is on first-name terms with people.
SAID_BY_ALLAUTH = (gettext_noop("You must type the same password each time."),)


class Worded(forms.Form):
    """Labels and hints of our own; no placeholders, which vanish where they are needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HINTS.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class LoginForm(Worded, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name or e-mail address")
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def user_credentials(self) -> dict[str, Any]:
        """One name, whatever it looks like: the backend looks for the address first and for the user name then.

        Given as address *and* as name, the password of an existing address would be hashed twice, and the time that
        takes would tell existing addresses from others.
        """
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}


class ReauthenticateForm(Worded, account.ReauthenticateForm):
    pass


class ChangePasswordForm(Worded, account.ChangePasswordForm):
    pass


class SetPasswordForm(Worded, account.SetPasswordForm):
    pass


class ResetPasswordForm(Worded, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(Worded, account.ResetPasswordKeyForm):
    pass


class AuthenticateForm(Worded, mfa.AuthenticateForm):
    pass


class ReauthenticateCodeForm(Worded, mfa.ReauthenticateForm):
    pass


class ActivateTotpForm(Worded, totp.ActivateTOTPForm):
    pass


class AddPasskeyForm(Worded, webauthn.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditPasskeyForm(Worded, webauthn.EditWebAuthnForm):
    pass
