"""The end of devices: the papers, a new one for chosen or scanned devices, one with its devices, taking it back."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.enums import RetirementStep
from inventory.models import Device, Retirement, RetirementItem
from inventory.services import may_be_undone, plan_undo, record_retirement, undo_act, withdraw_from_retirement
from reports.workbooks.retirement import write_retirement
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, is_done, sent
from web.forms.reasons import OptionalReasonForm, ReasonForm
from web.forms.retirement import RetirementForm
from web.lists import PER_PAGE
from web.remarks import hint_at_persons
from web.report_reading import workbook_response
from web.retirement_reading import gaps, items_of
from web.views.device_bulk import SHOWN, chosen_devices

#: One paper never names more devices.
MOST_DEVICES = 10_000


@login_required
def retirement_list(request: HttpRequest) -> HttpResponse:
    papers = Retirement.objects.visible_to(request.user)
    require(request.user, Right.MONEY)
    page = Paginator(papers.with_numbers(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "gaps": gaps(request.user), "steps": RetirementStep}
    return render(request, "retirement/retirement_list.html", context)


@login_required
def retirement_record(request: HttpRequest, step: str) -> HttpResponse:
    """The choice stands in the address (``scope=all`` and filters, or ``device=…``), else codes are asked for."""
    visible = Device.objects.visible_to(request.user).with_names()
    require(request.user, Right.BOOK)
    if step not in RetirementStep.values:
        raise Http404
    chosen = _chosen(request)
    if len(chosen) > MOST_DEVICES:
        messages.warning(request, _("These are more than %(most)d devices. Please filter.") % {"most": MOST_DEVICES})
        return redirect("web:device_list")
    files = request.FILES if request.method == "POST" else None
    today = timezone.localdate()
    form = RetirementForm(sent(request), files, step=step, devices=visible, chosen=chosen, today=today)
    if request.method == "POST" and (pk := _recorded(request, form)):
        return redirect("web:retirement_detail", pk)
    return render(request, "retirement/retirement_record.html", _record_context(form, chosen))


def _chosen(request: HttpRequest) -> list[Device]:
    if "scope" not in request.GET and "device" not in request.GET:
        return []
    named: Any = chosen_devices(request)
    return list(named.with_names().order_by("pk")[: MOST_DEVICES + 1])


def _recorded(request: HttpRequest, form: RetirementForm) -> int | None:
    """Key of the paper; of the one that the same form has recorded before, if it is sent again."""
    token = str(form.data.get("token") or "")
    if earlier := Retirement.objects.visible_to(request.user).filter(token=token).exclude(token="").first():
        messages.info(request, _("This was recorded already; nothing was recorded twice."))
        return earlier.pk
    made: list[Retirement] = []

    def record() -> int:
        made.append(record_retirement(form.devices, by=actor_of(request), **form.changes))
        return len(form.devices)

    number = carried_out(form, Device.objects.visible_to(request.user).none(), record, are_many=True)
    if number is None:
        return None
    text = ngettext("%(n)d device is on the new paper.", "%(n)d devices are on the new paper.", number)
    messages.success(request, text % {"n": number})
    hint_at_persons(request, form)
    return made[0].pk


def _record_context(form: RetirementForm, chosen: list[Device]) -> dict[str, Any]:
    return {
        "form": form,
        "step": RetirementStep(form.step),
        "number": len(chosen),
        "sample": chosen[:SHOWN],
    }


@login_required
def retirement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    retirement = _retirement(request, pk, Right.MONEY)
    page = Paginator(items_of(request.user, retirement), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "retirement": retirement,
        "page_obj": page,
        "files": retirement.files.visible_to(request.user),
        "may_undo": may_be_undone(retirement.act),
    }
    return render(request, "retirement/retirement_detail.html", context)


@login_required
def retirement_workbook(request: HttpRequest, pk: int) -> FileResponse:
    retirement, file = _retirement(request, pk, Right.MONEY), BytesIO()
    write_retirement(file, retirement, items_of(request.user, retirement), now=timezone.now())
    return workbook_response(file, f"{retirement.get_step_display()}-{retirement.on:%Y-%m-%d}-{pk}.xlsx")


@login_required
def retirement_withdraw(request: HttpRequest, pk: int, item_pk: int) -> HttpResponse:
    retirement = _retirement(request, pk, Right.CORRECT)
    items = RetirementItem.objects.visible_to(request.user).filter(retirement=retirement).select_related("device")
    item: RetirementItem = get_object_or_404(items, pk=item_pk)
    form = ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_from_retirement([item], by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, items.filter(pk=item_pk), withdraw):
        messages.success(request, _("%(device)s is taken off this paper.") % {"device": item.device})
        return redirect("web:retirement_detail", pk=pk)
    context = {"retirement": retirement, "form": form, "about": item.device, "heading": _("Take off the paper")}
    return render(request, "retirement/retirement_file.html", context | {"is_danger": True})


@login_required
def retirement_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What is taken back, and what stays because it went on since, is said before."""
    retirement = _retirement(request, pk, Right.CORRECT)
    if not may_be_undone(retirement.act):
        raise Http404
    form, rows = OptionalReasonForm(sent(request)), Retirement.objects.visible_to(request.user).filter(pk=pk)

    def undo() -> None:
        undo_act(retirement.act, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(form, rows, undo):
        messages.success(request, _("The paper is taken back, and with it what it changed."))
        return redirect("web:retirement_list")
    plan = plan_undo(retirement.act)
    stays = [row for row in (*plan.kept, *plan.failed) if row.kind is Device]
    context = {"retirement": retirement, "form": form, "stays": stays}
    return render(request, "retirement/retirement_undo.html", context)


def _retirement(request: HttpRequest, pk: int, right: Right) -> Retirement:
    papers: QuerySet[Retirement] = Retirement.objects.visible_to(request.user)
    retirement: Retirement = get_object_or_404(papers.select_related("act__user"), pk=pk)
    require(request.user, right)
    return retirement
