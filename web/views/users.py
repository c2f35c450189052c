"""People: the list, one person with their roles, tokens and history, and what an administrator does about them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from schools.access import Right, require
from schools.models import ApiToken, Membership
from schools.people import deactivate_person, people_visible_to, reactivate_person, rename_person
from schools.privacy import erase_person
from schools.roles import change_role_end, end_role, grant_role
from schools.sign_ins import reset_second_factors
from schools.tokens import revoke_token
from web.actors import actor_of
from web.changes import sent
from web.forms.people import EraseForm, NameForm, RoleEndForm, RoleForm, is_saved
from web.lists import render_list
from web.people_reading import list_context, person_context


@login_required
def user_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.USERS)
    return render_list(request, "people/user_list.html", "people/_user_table.html", list_context(request))


@login_required
def user_detail(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = RoleForm(user=request.user)
    return render(request, "people/user_detail.html", person_context(request, person) | {"form": form})


@login_required
@require_POST
def role_grant(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = RoleForm(sent(request), user=request.user)
    if is_saved(form, lambda: grant_role(person, by=actor_of(request), **form.cleaned_data)):
        messages.success(request, _("The role is granted."))
        return redirect("web:user_detail", pk)
    return render(request, "people/user_detail.html", person_context(request, person) | {"form": form})


@login_required
def role_change(request: HttpRequest, pk: int, role_pk: int) -> HttpResponse:
    """Another end of a role, or its end at once."""
    membership = _membership(request, pk, role_pk)
    form = RoleEndForm(sent(request), initial={"until": membership.until})
    if request.method == "POST" and is_saved(form, lambda: _ended(request, membership, form)):
        messages.success(request, _("The end of the role is recorded."))
        return redirect("web:user_detail", pk)
    context = {"person": membership.user, "membership": membership, "form": form}
    return render(request, "people/role_change.html", context)


@login_required
def user_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody corrects their own name; who looks after people corrects all."""
    person = get_object_or_404(people_visible_to(request.user).filter(erased_at__isnull=True), pk=pk)
    form = NameForm(sent(request), instance=User(first_name=person.first_name, last_name=person.last_name))
    if request.method == "POST" and is_saved(
        form, lambda: rename_person(person, by=actor_of(request), **form.cleaned_data)
    ):
        messages.success(request, _("The name is saved."))
        return redirect("web:account") if person.pk == request.user.pk else redirect("web:user_detail", pk)
    return render(request, "people/user_rename.html", {"person": person, "form": form})


@login_required
@require_POST
def user_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    text = _("Nobody signs in as this person any more. Their sessions are over, their tokens are refused.")
    return _changed(request, _person(request, pk), deactivate_person, text)


@login_required
@require_POST
def user_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    return _changed(request, _person(request, pk), reactivate_person, _("This person may sign in again."))


@login_required
@require_POST
def user_factors_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """For somebody who has lost telephone and keys."""
    text = _("The second factors are removed, and the sessions are over.")
    return _changed(request, _person(request, pk), reset_second_factors, text)


@login_required
def user_erase(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = EraseForm(sent(request), person=person)
    if request.method == "POST" and is_saved(
        form, lambda: erase_person(person, by=actor_of(request), reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("The personal data are deleted. What this person did stays on record."))
        return redirect("web:user_list")
    return render(request, "people/user_erase.html", {"person": person, "form": form})


@login_required
@require_POST
def user_token_revoke(request: HttpRequest, pk: int, token_pk: int) -> HttpResponse:
    person = _person(request, pk)
    token = get_object_or_404(ApiToken.objects.visible_to(request.user).filter(user=person), pk=token_pk)
    revoke_token(token, by=actor_of(request))
    messages.success(request, _("The token is withdrawn."))
    return redirect("web:user_detail", pk)


def _person(request: HttpRequest, pk: int) -> User:
    """Not visible: 404; visible, but without the right: 403."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    require(request.user, Right.USERS)
    return person


def _membership(request: HttpRequest, pk: int, role_pk: int) -> Membership:
    roles = Membership.objects.visible_to(request.user).filter(user=pk).select_related("user", "school")
    membership: Membership = get_object_or_404(roles, pk=role_pk)
    require(request.user, Right.USERS)
    return membership


def _ended(request: HttpRequest, membership: Membership, form: RoleEndForm) -> Membership:
    if "now" in request.POST:
        return end_role(membership, by=actor_of(request))
    return change_role_end(membership, until=form.cleaned_data["until"], by=actor_of(request))


def _changed(request: HttpRequest, person: User, change: Callable[..., Any], text: str) -> HttpResponse:
    try:
        change(person, by=actor_of(request))
        messages.success(request, text)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("web:user_detail", person.pk)
