"""Financings (named mixes of programmes), and what leaves its binding period."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from audit.queries import entries_about, entries_under
from funding.models import Financing, Programme
from funding.services import create_financing, delete_financing, edit_financing
from schools.access import Right, require
from web.actors import actor_of
from web.binding_reading import binding_context
from web.changes import is_done, sent
from web.forms.funding import FinancingForm
from web.forms.reasons import OptionalReasonForm
from web.funding_reading import tabs
from web.lists import PER_PAGE, render_list


@login_required
def financing_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.MONEY)
    found = Financing.objects.visible_to(request.user).annotate(device_count=Count("devices")).order_by("name", "pk")
    page = Paginator(found.prefetch_related("shares__programme"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "funding/financing_list.html", {"page_obj": page, "tabs": tabs("web:financing_list")})


@login_required
def financing_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.FUND)
    programmes = Programme.objects.visible_to(request.user)
    form = FinancingForm(sent(request), programmes=programmes, trail=entries_under(Financing, []))

    def create() -> None:
        name, reason = form.cleaned_data["name"], form.cleaned_data["reason"]
        create_financing(name, form.shares, by=actor_of(request), reason=reason)

    if request.method == "POST" and is_done(form, Financing.objects.visible_to(request.user).none(), create):
        messages.success(request, _("The financing is there."))
        return redirect("web:financing_list")
    return render(request, "funding/financing_form.html", {"form": form})


@login_required
def financing_change(request: HttpRequest, pk: int) -> HttpResponse:
    financing = _looked_after(request, pk)
    programmes = Programme.objects.visible_to(request.user)
    form = FinancingForm(sent(request), programmes=programmes, financing=financing, trail=entries_about(financing))

    def change() -> None:
        edit_financing(
            financing,
            by=actor_of(request),
            name=form.cleaned_data["name"],
            shares=form.shares,
            reason=form.cleaned_data["reason"],
        )

    rows = Financing.objects.visible_to(request.user).filter(pk=pk)
    if request.method == "POST" and is_done(form, rows, change):
        messages.success(request, _("The financing is saved."))
        return redirect("web:financing_list")
    return render(request, "funding/financing_form.html", {"financing": financing, "form": form})


@login_required
def financing_delete(request: HttpRequest, pk: int) -> HttpResponse:
    financing = _looked_after(request, pk)
    form = OptionalReasonForm(sent(request))

    def delete() -> None:
        delete_financing(financing, by=actor_of(request), **form.cleaned_data)

    rows = Financing.objects.visible_to(request.user).filter(pk=pk)
    if request.method == "POST" and is_done(form, rows, delete):
        messages.success(request, _("The financing is deleted."))
        return redirect("web:financing_list")
    return render(request, "funding/financing_delete.html", {"financing": financing, "form": form})


@login_required
def binding_list(request: HttpRequest) -> HttpResponse:
    """For schools, too: it is about their devices, and no amount is in it."""
    return render_list(request, "funding/binding_list.html", "funding/_binding_table.html", binding_context(request))


def _looked_after(request: HttpRequest, pk: int) -> Financing:
    financing: Financing = get_object_or_404(Financing.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.FUND)
    return financing
