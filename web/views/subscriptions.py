"""Reports by mail: what somebody ordered, what was sent, and giving it up, also by the link in a mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.actor import Actor
from audit.enums import Channel
from reports.figures.declarations import declared
from reports.models import Subscription, SubscriptionMail
from reports.queries import Records, schools_for
from reports.subscriptions import of_token, subscribe, unsubscribe
from schools.access import Right, require
from schools.invitations import is_mail_set_up
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.subscriptions import SubscriptionForm
from web.subscription_links import page_of

#: So many mails are listed.
_MOST = 20


@login_required
def subscription_list(request: HttpRequest) -> HttpResponse:
    """One's own, with what became of the last mails; ``?figure=`` is chosen in the form."""
    require(request.user, Right.EXPORT)
    today = timezone.localdate()
    records = Records(today, schools=schools_for(request.user), reader=request.user)
    labels = {figure.key: str(figure.label) for figure in declared(records)}
    chosen = {"what": request.GET.get("figure", "")}
    form = SubscriptionForm(sent(request), user=request.user, figures=list(labels.items()), initial=chosen)

    def order() -> None:
        address = request.build_absolute_uri("/").rstrip("/")
        language = get_language() or settings.LANGUAGE_CODE
        subscribe(by=actor_of(request), on=today, address=address, language=language, **form.values)

    found = Subscription.objects.visible_to(request.user)
    if request.method == "POST" and is_done(form, found.none(), order):
        messages.success(request, _("It will come by mail."))
        return redirect("web:subscription_list")
    mails = SubscriptionMail.objects.visible_to(request.user).select_related("subscription")[:_MOST]
    context = {
        "form": form,
        "lines": [(one, labels.get(one.figure, one.figure), page_of(one)) for one in found],
        "mails": [(one, labels.get(one.subscription.figure, one.subscription.figure)) for one in mails],
        "is_mailed": is_mail_set_up(),
    }
    return render(request, "people/subscription_list.html", context)


@login_required
@require_POST
def subscription_end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Subscription.objects.visible_to(request.user), pk=pk)
    unsubscribe(found, by=actor_of(request))
    messages.success(request, _("It does not come any more."))
    return redirect("web:subscription_list")


@never_cache
@login_not_required
def subscription_end_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the mail may end it, without signing in; the link alone ends nothing, its button does."""
    found = of_token(token)
    if found is None:
        raise Http404
    if request.method == "POST":
        unsubscribe(found, by=Actor(found.owner, Channel.PAGE, via="mail"))
    context = {"subscription": found, "is_ended": request.method == "POST"}
    return render(request, "people/subscription_end.html", context)
