"""Webhooks: other programs that are told of what happens here, with the log of what was sent."""

import json
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from audit.models import Entry
from audit.queries import entries_about
from hooks.models import Webhook, WebhookDelivery
from hooks.services import change_webhook, create_webhook, delete_webhook, retry_delivery, send_test
from schools.access import Right, require
from web.actors import actor_of
from web.changes import carried_out, sent
from web.forms.people import saved
from web.forms.webhooks import WebhookForm
from web.lists import PER_PAGE, render_list
from web.shown_once import redirect_with_secret, secret_to_show, shown


@login_required
def webhook_list(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.CONNECT)
    hooks = Webhook.objects.visible_to(request.user).select_related("user").with_counts().order_by("name", "pk")
    return render(request, "webhooks/webhook_list.html", {"hooks": hooks})


@never_cache
@login_required
def webhook_create(request: HttpRequest) -> HttpResponse:
    """The page of the new webhook shows its secret, once."""
    require(request.user, Right.CONNECT)
    user = cast(User, request.user)
    trail = Entry.objects.none()
    form = WebhookForm(sent(request), user=user, trail=trail, initial={"user": user})
    made = saved(form, lambda: _made(request, form)) if request.method == "POST" else None
    if made:
        return redirect_with_secret(made[1], "web:webhook_detail", made[0].pk)
    return render(request, "webhooks/webhook_form.html", {"form": form})


@never_cache
@login_required
def webhook_detail(request: HttpRequest, pk: int) -> HttpResponse:
    context = _context(request, _webhook(request, pk)) | {"secret": secret_to_show(request)}
    answer = render_list(request, "webhooks/webhook_detail.html", "webhooks/_delivery_table.html", context)
    return shown(answer, request)


@login_required
def webhook_change(request: HttpRequest, pk: int) -> HttpResponse:
    hook = _webhook(request, pk)
    initial = {name: getattr(hook, name) for name in ("name", "url", "user", "topics")}
    form = WebhookForm(sent(request), user=request.user, trail=entries_about(hook), initial=initial)
    rows = Webhook.objects.visible_to(request.user).filter(pk=pk)
    if request.method == "POST" and carried_out(form, rows, lambda: _changed(request, hook, form)):
        messages.success(request, _("The webhook is saved."))
        return redirect("web:webhook_detail", pk)
    return render(request, "webhooks/webhook_form.html", {"form": form, "webhook": hook})


@login_required
@require_POST
def webhook_switch(request: HttpRequest, pk: int) -> HttpResponse:
    hook, is_on = _webhook(request, pk), "on" in request.POST
    change_webhook(hook, by=actor_of(request), is_active=is_on)
    off = _("The webhook is switched off. What happens until it is switched on again is not told to it.")
    messages.success(request, _("The webhook is switched on.") if is_on else off)
    return redirect("web:webhook_detail", pk)


@login_required
@require_POST
def webhook_test(request: HttpRequest, pk: int) -> HttpResponse:
    hook = _webhook(request, pk)
    try:
        send_test(hook, by=actor_of(request))
        messages.success(request, _("A test is on its way. In a few seconds the log shows what became of it."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("web:webhook_detail", pk)


@login_required
def webhook_delete(request: HttpRequest, pk: int) -> HttpResponse:
    hook = _webhook(request, pk)
    if request.method == "POST":
        delete_webhook(hook, by=actor_of(request))
        messages.success(request, _("The webhook is deleted."))
        return redirect("web:webhook_list")
    return render(request, "webhooks/webhook_delete.html", {"webhook": hook})


@login_required
def webhook_delivery(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    delivery = _delivery(request, pk, delivery_pk)
    body = json.dumps(delivery.body, ensure_ascii=False, indent=2) if delivery.body else ""
    return render(request, "webhooks/webhook_delivery.html", {"delivery": delivery, "body": body})


@login_required
@require_POST
def webhook_retry(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    retry_delivery(_delivery(request, pk, delivery_pk), by=actor_of(request))
    messages.success(request, _("It is sent again in a few seconds."))
    return redirect("web:webhook_detail", pk)


def _webhook(request: HttpRequest, pk: int) -> Webhook:
    hooks = Webhook.objects.visible_to(request.user).select_related("user")
    hook: Webhook = get_object_or_404(hooks, pk=pk)
    return hook


def _delivery(request: HttpRequest, pk: int, delivery_pk: int) -> WebhookDelivery:
    deliveries = WebhookDelivery.objects.visible_to(request.user).filter(webhook=pk).select_related("act", "webhook")
    delivery: WebhookDelivery = get_object_or_404(deliveries, pk=delivery_pk)
    return delivery


def _made(request: HttpRequest, form: WebhookForm) -> tuple[Webhook, str]:
    values = dict(form.cleaned_data)
    return create_webhook(values.pop("user"), **values, by=actor_of(request))


def _changed(request: HttpRequest, hook: Webhook, form: WebhookForm) -> int:
    change_webhook(hook, by=actor_of(request), **form.cleaned_data)
    return 1


def _context(request: HttpRequest, hook: Webhook) -> dict[str, Any]:
    deliveries = WebhookDelivery.objects.visible_to(request.user).filter(webhook=hook).defer("body")
    rows = deliveries.select_related("act").order_by("-act", "-pk")
    return {"webhook": hook, "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))}
