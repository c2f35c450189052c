"""Inviting somebody, and what the invited person sees."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.models import User
from schools.access import Right, require
from schools.invitations import (
    accept_as,
    accept_as_new,
    invite,
    is_for,
    is_mail_set_up,
    open_invitation,
    withdraw_invitation,
)
from schools.models import Invitation
from web.actors import actor_of
from web.changes import sent
from web.forms.people import AcceptForm, InvitationForm, is_saved, saved
from web.shown_once import redirect_with_secret, secret_to_show, shown


@never_cache
@login_required
def user_invite(request: HttpRequest) -> HttpResponse:
    """The form, and all invitations that are open. The link of a new one is shown once, on the page after the form."""
    require(request.user, Right.USERS)
    form, link = InvitationForm(sent(request), user=request.user), secret_to_show(request)
    if request.method == "POST":
        made = saved(form, lambda: invite(by=actor_of(request), link=partial(_link, request), **form.cleaned_data))
        if made:
            return redirect_with_secret(_link(request, made[1]), "web:user_invite")
    rows = Invitation.objects.visible_to(request.user).open(timezone.now()).select_related("school", "created_by")
    context = {
        "form": form,
        "invited": open_invitation(link.rstrip("/").rpartition("/")[2], timezone.now()) if link else None,
        "link": link,
        "is_mailed": is_mail_set_up(),
        "invitations": rows.order_by("-created_at", "-pk"),
    }
    return shown(render(request, "people/user_invite.html", context), request)


@login_required
@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    require(request.user, Right.USERS)
    rows = Invitation.objects.visible_to(request.user).filter(accepted_by__isnull=True)
    withdraw_invitation(get_object_or_404(rows, pk=pk), by=actor_of(request))
    messages.success(request, _("The invitation is withdrawn: its link leads nowhere now."))
    return redirect("web:user_invite")


@sensitive_post_parameters("password", "again")
@never_cache
@login_not_required
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link. A wrong, used, withdrawn or expired one is not told from one that never was."""
    invitation = open_invitation(token, timezone.now())
    if invitation is None:
        raise Http404
    if request.user.is_authenticated:
        return _taken_by(request, invitation, request.user)
    form = AcceptForm(sent(request))
    if request.method == "POST" and is_saved(form, lambda: accept_as_new(invitation, **form.person)):
        messages.success(request, _("Your account is ready. Please sign in."))
        return redirect("account_login")
    return render(request, "people/invitation_accept.html", {"invitation": invitation, "form": form})


def _taken_by(request: HttpRequest, invitation: Invitation, person: User) -> HttpResponse:
    if request.method == "POST":
        try:
            accept_as(invitation, person)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("You have a new role."))
            return redirect("web:account")
    context = {"invitation": invitation, "is_mine": is_for(invitation, person)}
    return render(request, "people/invitation_take.html", context)


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("web:invitation_accept", args=[token]))
