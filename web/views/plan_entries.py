"""Progress entries of the wider programme: proposed from figures, written, published, corrected."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.models import Entry
from audit.queries import entries_about
from reports.proposals import Proposal, proposals
from rollout.enums import Precision
from rollout.models import Initiative, ProgressEntry
from rollout.services import (
    change_entry,
    choose_public_figures,
    publish_entry,
    unpublish_entry,
    withdraw_entry,
    write_entry,
)
from schools.access import Right, require, sees_everything
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.plan import EntryForm, PublicFiguresForm
from web.forms.reasons import ReasonForm
from web.plan_reading import (
    asked_figure,
    asked_figures,
    chosen_figures,
    corrections,
    figure_fields,
    figure_query,
    hints_of,
    hints_while_writing,
    renewal_query,
)


@login_required
def entry_detail(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    context = {
        "entry": entry,
        "initiatives": Initiative.objects.visible_to(request.user).filter(entries=entry),
        "hints": hints_of(entry),
        "renewal": renewal_query(entry) if entry.figure_key else "",
        "corrections": corrections(request.user, entry),
        "shows_reasons": sees_everything(request.user),
    }
    return render(request, "plan/entry_detail.html", context)


@login_required
def entry_proposals(request: HttpRequest, pk: int) -> HttpResponse:
    """What the figures say as of a day, each as a sentence that one click takes into the form."""
    initiative = _initiative(request, pk)
    form, question = asked_figures(request)
    found = proposals(question, request.user) if question else []
    context = {
        "initiative": initiative,
        "form": form,
        "rows": [(one, figure_query(one)) for one in found if one.is_told],
        "others": [(one, figure_query(one)) for one in found if not one.is_told],
    }
    return render(request, "plan/entry_proposals.html", context)


@login_required
def entry_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new entry of a project; ``?figure=`` binds it to the value of a figure."""
    initiative = _initiative(request, pk)
    found = asked_figure(request)
    initial = _first(found) | {"initiatives": [initiative.pk]}
    form = EntryForm(sent(request), user=request.user, initial=initial, trail=Entry.objects.none())
    made: list[ProgressEntry] = []

    def write() -> None:
        figure = found.figure if found else None
        chosen = form.cleaned_data["initiatives"]
        made.append(write_entry(chosen, by=actor_of(request), figure=figure, **form.values))

    rows = Initiative.objects.visible_to(request.user).filter(pk=pk)
    if request.method == "POST" and is_done(form, rows, write):
        messages.success(request, _("The entry is saved as a draft. Nobody else sees it until you publish it."))
        return redirect("web:entry_detail", pk=made[0].pk)
    return _entry_form(request, form, found, None, {"initiative": initiative})


@login_required
def entry_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another text, day or state; ``?figure=`` binds the entry to another value."""
    entry = _entry(request, pk)
    require(request.user, Right.PUBLISH)
    found = asked_figure(request)
    names = ("text", "state", "on", "precision")
    initial = {name: getattr(entry, name) for name in names} | {"initiatives": [i.pk for i in entry.initiatives.all()]}
    form = EntryForm(sent(request), user=request.user, entry=entry, initial=initial, trail=entries_about(entry))

    def change() -> None:
        given = form.cleaned_data
        change_entry(
            entry,
            by=actor_of(request),
            changes=form.values,
            initiatives=given["initiatives"],
            figure=found.figure if found else None,
            drops_figure=given.get("drops_figure", False),
            reason=given["reason"],
        )

    rows = ProgressEntry.objects.visible_to(request.user).filter(pk=pk)
    if request.method == "POST" and is_done(form, rows, change):
        messages.success(request, _("The entry is saved."))
        return redirect("web:entry_detail", pk=pk)
    return _entry_form(request, form, found, entry, {})


@login_required
@require_POST
def entry_hints(request: HttpRequest) -> HttpResponse:
    """Hints about what stands in the form, while somebody writes."""
    require(request.user, Right.PUBLISH)
    key = request.POST.get("entry", "")
    rows = ProgressEntry.objects.visible_to(request.user)
    entry = rows.filter(pk=int(key)).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
    found = hints_while_writing(request.POST, request.user, asked_figure(request), entry)
    return render(request, "plan/_entry_hints.html", {"hints": found})


@login_required
@require_POST
def entry_publish(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    require(request.user, Right.PUBLISH)
    form = forms.Form(request.POST)
    rows = ProgressEntry.objects.visible_to(request.user).filter(pk=pk)
    if is_done(form, rows, lambda: publish_entry(entry, by=actor_of(request))):
        messages.success(request, _("The entry is published."))
    for error in form.non_field_errors():
        messages.error(request, str(error))
    return redirect("web:entry_detail", pk=pk)


@login_required
def entry_unpublish(request: HttpRequest, pk: int) -> HttpResponse:
    return _taken_back(
        request, pk, unpublish_entry, _("Take back publication"), _("The entry is a draft again: nobody else sees it.")
    )


@login_required
def entry_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _taken_back(
        request, pk, withdraw_entry, _("Withdraw entry"), _("The entry is withdrawn. It stays in the audit trail.")
    )


@login_required
def public_figures(request: HttpRequest) -> HttpResponse:
    """Which figures the public page shows, and with which values."""
    require(request.user, Right.PUBLISH)
    day_form, question = asked_figures(request)
    rows = chosen_figures(question, request.user) if question else []
    form = PublicFiguresForm(sent(request), choices=[(row.key, row.label) for row in rows])

    def choose() -> None:
        keys = form.cleaned_data["figures"]
        choose_public_figures([row.figure for row in rows if row.key in keys], by=actor_of(request))

    if request.method == "POST" and is_done(form, ProgressEntry.objects.visible_to(request.user).none(), choose):
        messages.success(request, _("The public page shows these figures now."))
        return redirect(request.get_full_path())
    context = {"day_form": day_form, "rows": rows, "form": form, "question": question}
    return render(request, "plan/public_figures.html", context)


def _entry_form(
    request: HttpRequest, form: EntryForm, found: Proposal | None, entry: ProgressEntry | None, more: dict[str, Any]
) -> HttpResponse:
    shown = hints_while_writing(request.POST, request.user, found, entry) if request.method == "POST" else []
    context = {"form": form, "proposal": found, "entry": entry, "hints": shown, **more}
    context["figure_fields"] = figure_fields(found) if found else {}
    return render(request, "plan/entry_form.html", context)


def _first(found: Proposal | None) -> dict[str, Any]:
    """What stands in the form of a new entry."""
    if found is None:
        return {"on": timezone.localdate(), "precision": Precision.MONTH}
    return {"text": found.text, "state": found.state, "on": found.figure.as_of, "precision": Precision.DAY}


def _taken_back(request: HttpRequest, pk: int, service: Any, heading: str, done: str) -> HttpResponse:
    entry = _entry(request, pk)
    require(request.user, Right.PUBLISH)
    form = ReasonForm(sent(request))
    rows = ProgressEntry.objects.visible_to(request.user).filter(pk=pk)
    if request.method == "POST" and is_done(
        form, rows, lambda: service(entry, by=actor_of(request), **form.cleaned_data)
    ):
        messages.success(request, done)
        seen = Initiative.objects.visible_to(request.user).filter(entries=entry).order_by("pk").first()
        return redirect("web:initiative_detail", pk=seen.pk) if seen else redirect("web:plan_overview")
    context = {"form": form, "heading": heading, "about": entry, "danger": heading}
    return render(request, "plan/plan_form.html", context | {"back": reverse("web:entry_detail", args=[pk])})


def _entry(request: HttpRequest, pk: int) -> ProgressEntry:
    rows = ProgressEntry.objects.visible_to(request.user).select_related("act__user")
    entry: ProgressEntry = get_object_or_404(rows, pk=pk)
    return entry


def _initiative(request: HttpRequest, pk: int) -> Initiative:
    """A project that somebody may write about."""
    rows = Initiative.objects.visible_to(request.user).select_related("objective__plan")
    initiative: Initiative = get_object_or_404(rows, pk=pk)
    require(request.user, Right.PUBLISH)
    return initiative
