"""Handing devices out, and campaigns in which they come back: scans clear what is expected."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.models import Device, ReturnCampaign
from inventory.services import close_campaign, hand_out_devices, start_campaign
from schools.access import Right, has_right, require
from schools.models import School
from web.actors import actor_of
from web.changes import carried_out, is_done, sent
from web.forms.lending import CampaignForm, HandOutForm, ReturnScanForm
from web.forms.reasons import OptionalReasonForm
from web.lending_reading import campaign_context, campaigns_of, scanned
from web.remarks import hint_at_persons
from web.scanning import is_queued, scans_codes


@login_required
def device_hand_out(request: HttpRequest) -> HttpResponse:
    devices = Device.objects.visible_to(request.user)
    require(request.user, Right.BOOK)
    form = HandOutForm(sent(request), user=request.user, devices=devices, today=timezone.localdate())

    def hand_out() -> int:
        return hand_out_devices(form.cleaned_data["codes"], by=actor_of(request), **form.changes)

    number = carried_out(form, devices.none(), hand_out, are_many=True) if request.method == "POST" else None
    if number is not None:
        text = ngettext("%(n)d device is handed out.", "%(n)d devices are handed out.", number)
        messages.success(request, text % {"n": number})
        return redirect("web:device_hand_out")
    return render(request, "lending/device_hand_out.html", {"form": form})


@login_required
def return_list(request: HttpRequest) -> HttpResponse:
    campaigns = campaigns_of(request.user)
    require(request.user, Right.SEE)
    return render(request, "lending/return_list.html", {"campaigns": campaigns})


@login_required
def return_create(request: HttpRequest) -> HttpResponse:
    """``?school=``: the one that is chosen already."""
    schools = School.objects.visible_to(request.user)
    require(request.user, Right.BOOK)
    chosen = schools.filter(number=request.GET.get("school") or None).first()
    form, made = CampaignForm(sent(request), user=request.user, school=chosen), []

    def start() -> None:
        made.append(start_campaign(by=actor_of(request), on=timezone.localdate(), **form.cleaned_data))

    if request.method == "POST" and is_done(form, schools.none(), start):
        messages.success(request, _("The campaign is started. Scan what comes back."))
        hint_at_persons(request, form)
        return redirect("web:return_detail", made[0].pk)
    return render(request, "lending/return_create.html", {"form": form})


@login_required
@scans_codes
def return_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Posted codes are recorded: as a page, or for the queue of the browser as the lines of what came of them."""
    campaign: Any = get_object_or_404(campaigns_of(request.user), pk=pk)
    if request.method == "POST":
        require(request.user, Right.BOOK)
        return _answer_scan(request, campaign)
    may_scan = campaign.is_open and has_right(request.user, Right.BOOK)
    context = campaign_context(request.user, campaign) | {
        "may_scan": may_scan,
        "form": ReturnScanForm(initial={"key": uuid4()}),
    }
    return render(request, "lending/return_detail.html", context)


def _answer_scan(request: HttpRequest, campaign: ReturnCampaign) -> HttpResponse:
    form, is_queue = ReturnScanForm(request.POST), is_queued(request)
    results, problem = [], ""
    if form.is_valid():
        try:
            results = scanned(request, campaign, form.cleaned_data["code"], form.key_given)
        except ValidationError as error:
            problem = error.messages[0]
    problem = problem or ("" if results else _("Nothing that could be read was scanned."))
    if is_queue and problem:
        return HttpResponse(problem, status=422, content_type="text/plain; charset=utf-8")
    if is_queue:
        return render(request, "lending/_results.html", {"results": results})
    if problem:
        messages.error(request, problem)
    return redirect("web:return_detail", campaign.pk)


@login_required
def return_close(request: HttpRequest, pk: int) -> HttpResponse:
    campaign: Any = get_object_or_404(campaigns_of(request.user), pk=pk)
    require(request.user, Right.BOOK)
    form = OptionalReasonForm(sent(request))

    def close() -> None:
        close_campaign(campaign, by=actor_of(request), on=timezone.localdate(), **form.cleaned_data)

    if request.method == "POST" and is_done(form, ReturnCampaign.objects.visible_to(request.user).none(), close):
        messages.success(request, _("The campaign is closed."))
        hint_at_persons(request, form)
        return redirect("web:return_detail", pk)
    return render(request, "lending/return_close.html", {"campaign": campaign, "form": form})
