"""Taking back what one act did to many devices, as a whole; what went on since is named before."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.models import Act
from audit.taking_back import TakingBack
from inventory.models import Device
from inventory.services import Undone, may_be_undone, plan_undo, undo_act
from reports.verbs import verb_text
from schools.access import Right, require, sees_everything
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.reasons import OptionalReasonForm
from web.lists import PER_PAGE
from web.remarks import hint_at_persons


@login_required
def act_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """For people who see all that the act did."""
    acts = Act.objects.visible_to(request.user).select_related("user")
    act: Act = get_object_or_404(acts, pk=pk)
    require(request.user, Right.UNDO)
    if not sees_everything(request.user) or not may_be_undone(act):
        raise Http404
    form = OptionalReasonForm(sent(request))
    if request.method == "POST" and (undone := _undone(request, act, form)):
        _say(request, undone)
        hint_at_persons(request, form)
        return redirect("web:audit_act", undone.act.pk)
    context = {"act": act, "verb": verb_text(act.verb, act.channel), "form": form}
    try:
        plan = plan_undo(act)
    except ValidationError as error:
        context["refusal"] = " ".join(error.messages)
    else:
        stays = [row for row in (*plan.kept, *plan.failed) if row.kind is Device]
        page = Paginator(stays, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"reversed": _devices(plan), "page_obj": page}
    return render(request, "audit/act_undo.html", context)


def _devices(plan: TakingBack) -> int:
    return sum(len(step.records) for step in plan.steps if step.undoable.model is Device)


def _undone(request: HttpRequest, act: Act, form: OptionalReasonForm) -> Undone | None:
    done: list[Undone] = []

    def undo() -> None:
        done.append(undo_act(act, by=actor_of(request), **form.cleaned_data))

    return done[0] if is_done(form, Act.objects.visible_to(request.user).none(), undo) else None


def _say(request: HttpRequest, undone: Undone) -> None:
    number = _devices(undone.plan)
    text = ngettext("%(count)d device was taken back.", "%(count)d devices were taken back.", number)
    messages.success(request, text % {"count": number})
    if undone.plan.kept or undone.plan.failed:
        messages.warning(request, _("Some records stay, because somebody changed them since."))
