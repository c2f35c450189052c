"""Free texts in forms: a hint where one seems to name somebody. It warns and never refuses."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from imports.personal import names_person

#: Fields in which people write what they like.
FREE = ("note", "reason", "blocked_by", "title", "text", "evidence")


def hint_at_persons(request: HttpRequest, form: forms.Form) -> None:
    """After saving ``form``: a message for each free text that may hold a name, an address or a number of somebody."""
    for name in FREE:
        text = form.cleaned_data.get(name)
        if isinstance(text, str) and names_person(text):
            message = _(
                "“%(field)s” may name a person or how to reach one. If so, please take it out: it is kept for long."
            )
            messages.warning(request, message % {"field": form[name].label})
