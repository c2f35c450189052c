"""What the headings of a workbook mean, and the profiles in which that is kept."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from imports.models import ImportBatch, ImportProfile
from imports.options import Options
from imports.services import change_profile, decide, delete_profile, save_profile
from imports.tasks import preview_import
from schools.access import Right, require
from web.actors import actor_of
from web.forms.import_columns import ColumnsForm, ProfileChoiceForm, ProfileForm


@login_required
@require_POST
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Use the headings as chosen; ``reset``: as they were recognised."""
    batch = _batch(request, pk)
    form = ColumnsForm(batch, request.POST)
    if "reset" in request.POST:
        return _decided(request, batch, mapping={})
    if form.is_valid():
        try:
            decide(batch, by=actor_of(request), mapping=form.mapping())
            return _read_again(batch)
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "imports/import_columns.html", {"batch": batch, "form": form}, status=422)


@login_required
@require_POST
def import_profile(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the file with another profile, or with none."""
    batch = _batch(request, pk)
    form = ProfileChoiceForm(batch, request.user, request.POST)
    if not form.is_valid():
        return redirect("web:import_detail", pk=pk)
    options = Options.of_json(batch.options | {"profile": form.cleaned_data["profile"]})
    return _decided(request, batch, options=options)


@login_required
@require_POST
def import_profile_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep how this file is read under a name; the profile by which it was read is renewed under its own."""
    batch = _batch(request, pk)
    form = ProfileForm(request.POST, instance=batch.profile)
    name, sender = request.POST.get("name", "").strip(), request.POST.get("sender", "").strip()
    try:
        profile = save_profile(batch, name=name, sender=sender, by=actor_of(request))
    except ValidationError as error:
        form.add_error(None, error.messages)
        return render(request, "imports/profile_save.html", {"batch": batch, "form": form}, status=422)
    text = _("Kept as the profile “%(name)s”. Lists with the same headings are read like this from now on.")
    messages.success(request, text % {"name": profile})
    return redirect("web:import_detail", pk=pk)


@login_required
def profile_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.IMPORT)
    profiles = ImportProfile.objects.visible_to(request.user).select_related("created_by")
    return render(request, "imports/profile_list.html", {"profiles": profiles})


@login_required
def profile_change(request: HttpRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=profile)
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(profile, **form.cleaned_data, by=actor_of(request))
            return redirect("web:profile_list")
        except ValidationError as error:
            form.add_error(None, error.messages)
    return render(request, "imports/profile_change.html", {"profile": profile, "form": form})


@login_required
@require_POST
def profile_delete(request: HttpRequest, pk: int) -> HttpResponse:
    profile = _profile(request, pk)
    delete_profile(profile, by=actor_of(request))
    messages.success(request, _("The profile “%(name)s” was deleted.") % {"name": profile})
    return redirect("web:profile_list")


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    """Not visible: 404; visible, but without the right: 403."""
    rows = ImportBatch.objects.visible_to(request.user).select_related("profile")
    batch: ImportBatch = get_object_or_404(rows, pk=pk)
    require(request.user, Right.IMPORT)
    return batch


def _profile(request: HttpRequest, pk: int) -> ImportProfile:
    profile: ImportProfile = get_object_or_404(ImportProfile.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.IMPORT)
    return profile


def _decided(request: HttpRequest, batch: ImportBatch, **choices: Any) -> HttpResponse:
    try:
        decide(batch, by=actor_of(request), **choices)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("web:import_detail", pk=batch.pk)
    return _read_again(batch)


def _read_again(batch: ImportBatch) -> HttpResponse:
    preview_import.enqueue(batch.pk, get_language() or "")
    return redirect("web:import_detail", pk=batch.pk)
