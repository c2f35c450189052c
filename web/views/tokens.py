"""Tokens of one's own for other programs."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from schools.access import Right, require
from schools.models import ApiToken
from schools.tokens import create_token, revoke_token
from web.actors import actor_of
from web.changes import sent
from web.forms.people import TokenForm, saved
from web.shown_once import redirect_with_secret, secret_to_show, shown


@never_cache
@login_required
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens. A new one is shown once, on the page after the form."""
    require(request.user, Right.SEE)
    person = cast(User, request.user)
    form = TokenForm(sent(request), user=person)
    if request.method == "POST":
        made = saved(form, lambda: create_token(person, by=actor_of(request), **form.token))
        if made:
            return redirect_with_secret(made[1], "web:token_list")
    rows = ApiToken.objects.visible_to(person).filter(user=person).select_related("school")
    context = {
        "form": form,
        "secret": secret_to_show(request),
        "tokens": rows.order_by("name", "pk"),
        "now": timezone.now(),
    }
    return shown(render(request, "people/token_list.html", context), request)


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    rows = ApiToken.objects.visible_to(request.user).filter(user=cast(User, request.user))
    revoke_token(get_object_or_404(rows, pk=pk), by=actor_of(request))
    messages.success(request, _("The token is withdrawn."))
    return redirect("web:token_list")
