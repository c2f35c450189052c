"""The equipment standard: its versions, their lines, and changes of what is to come."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about
from rollout.models import Requirement, Standard
from rollout.services import standards as services
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, is_done, sent
from web.forms.reasons import ReasonForm
from web.forms.standards import RequirementForm, StandardForm
from web.remarks import hint_at_persons
from web.standards import blocks_of, late_warnings, standard_tabs


@login_required
def standard_list(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first."""
    versions = Standard.objects.visible_to(request.user)
    in_force = versions.in_force(timezone.localdate()).first()
    counted = versions.annotate(lines=Count("requirements__key", distinct=True)).order_by("-valid_from")
    context = {"standards": counted, "in_force": in_force, "today": timezone.localdate()}
    context["tabs"] = standard_tabs("web:standard_list")
    return render(request, "rollout/standard_list.html", context)


@login_required
def standard_detail(request: HttpRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(Standard.objects.visible_to(request.user), pk=pk)
    lines = Requirement.objects.visible_to(request.user).filter(standard=standard)
    return render(
        request,
        "rollout/standard_detail.html",
        {
            "standard": standard,
            "blocks": blocks_of(lines.select_related("school").prefetch_related("categories")),
            "is_open": standard.is_open(timezone.localdate()),
        },
    )


@login_required
def standard_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version with the lines of this one, open to changes until its first day."""
    standard = get_object_or_404(Standard.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.STANDARDS)
    form = StandardForm(sent(request), standard=standard, trail=entries_about(standard))
    made: list[Standard] = []

    def copy() -> int:
        made.append(services.create_standard_version(standard, by=actor_of(request), **form.cleaned_data))
        return 1

    if request.method == "POST" and carried_out(form, _rows(request, standard), copy):
        messages.success(request, _("The new version is there. It can be changed until its first day."))
        hint_at_persons(request, form)
        return redirect("web:standard_detail", pk=made[0].pk)
    return render(request, "rollout/standard_form.html", {"standard": standard, "form": form, "is_new": True})


@login_required
def standard_change(request: HttpRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(Standard.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.STANDARDS)
    is_open = standard.is_open(timezone.localdate())
    form = StandardForm(sent(request), standard=standard, is_open=is_open, trail=entries_about(standard))

    def change() -> Standard:
        form.confirm(late_warnings(request.user, form))
        reason = form.cleaned_data["reason"]
        return services.change_standard(standard, by=actor_of(request), reason=reason, **form.changes)

    if request.method == "POST" and is_done(form, _rows(request, standard), change):
        messages.success(request, _("The version is saved."))
        hint_at_persons(request, form)
        return redirect("web:standard_detail", pk=pk)
    return render(request, "rollout/standard_form.html", {"standard": standard, "form": form})


@login_required
def standard_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up a version before its first day."""
    standard = get_object_or_404(Standard.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.STANDARDS)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        services.withdraw_standard(standard, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, standard), withdraw):
        messages.success(request, _("The version is withdrawn. It stays in the audit trail."))
        hint_at_persons(request, form)
        return redirect("web:standard_list")
    return render(request, "rollout/standard_withdraw.html", {"standard": standard, "form": form})


@login_required
def requirement_create(request: HttpRequest, pk: int) -> HttpResponse:
    standard = get_object_or_404(Standard.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.STANDARDS)
    new = Requirement(standard=standard)
    is_preview = "refresh" in request.POST
    form = RequirementForm(
        sent(request),
        instance=new,
        user=request.user,
        is_open=True,
        is_preview=is_preview,
        trail=entries_about(standard).none(),
    )

    def create() -> Requirement:
        reason = form.cleaned_data["reason"]
        return services.create_requirement(standard, by=actor_of(request), reason=reason, **form.values)

    if request.method == "POST" and not is_preview and is_done(form, _rows(request, standard), create):
        messages.success(request, _("The requirement is added."))
        hint_at_persons(request, form)
        return redirect("web:standard_detail", pk=pk)
    return render(request, "rollout/requirement_form.html", {"standard": standard, "form": form})


@login_required
def requirement_change(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    is_open = line.standard.is_open(timezone.localdate())
    is_preview = "refresh" in request.POST
    form = RequirementForm(
        sent(request),
        instance=line,
        user=request.user,
        is_open=is_open,
        is_preview=is_preview,
        trail=entries_about(line),
    )

    def change() -> Requirement:
        reason = form.cleaned_data["reason"]
        return services.change_requirement(line, by=actor_of(request), reason=reason, **form.changes)

    if request.method == "POST" and not is_preview and is_done(form, _rows(request, line.standard), change):
        messages.success(request, _("The requirement is saved."))
        hint_at_persons(request, form)
        return redirect("web:standard_detail", pk=line.standard_id)
    context = {"standard": line.standard, "line": line, "is_open": is_open, "form": form}
    return render(request, "rollout/requirement_form.html", context)


@login_required
def requirement_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        services.withdraw_requirement(line, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, _rows(request, line.standard), withdraw):
        messages.success(request, _("The requirement is withdrawn. It stays in the audit trail."))
        hint_at_persons(request, form)
        return redirect("web:standard_detail", pk=line.standard_id)
    return render(request, "rollout/requirement_withdraw.html", {"standard": line.standard, "line": line, "form": form})


def _line(request: HttpRequest, pk: int) -> Requirement:
    lines = Requirement.objects.visible_to(request.user).select_related("standard", "school")
    line: Requirement = get_object_or_404(lines, pk=pk)
    require(request.user, Right.STANDARDS)
    return line


def _rows(request: HttpRequest, standard: Standard) -> Any:
    """Lines are locked with their version."""
    return Standard.objects.visible_to(request.user).filter(pk=standard.pk)
