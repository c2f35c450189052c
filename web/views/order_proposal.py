"""From what is missing to an order: a proposal, changed by a person and placed with its distribution."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_under
from inventory.models import Order
from inventory.services import create_shared_order
from reports.order_proposal import OrderProposal, order_warnings, propose_order
from reports.workbooks.order_proposal import write_order_proposal
from rollout.completion import standard_on
from schools.access import Right, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.order_proposal import OrderProposalForm, ProposalQuery
from web.remarks import hint_at_persons
from web.report_reading import money_tabs, workbook_response


@login_required
def order_proposal(request: HttpRequest) -> HttpResponse:
    """What is asked stands in the address; the grid is posted to it, to see the sums or to place the order."""
    require(request.user, Right.MONEY)
    if request.method == "POST":
        require(request.user, Right.BOOK)
        require(request.user, Right.FUND)
    ask, proposal = _read(request)
    form = OrderProposalForm(sent(request), proposal=proposal, user=request.user, trail=entries_under(Order, []))
    if request.method == "POST" and not form.is_preview and (order := _placed(request, form)):
        return redirect("web:order_detail", order.pk)
    context = {"ask": ask, "proposal": proposal, "form": form, "tabs": money_tabs("web:order_proposal")}
    return render(request, "reports/order_proposal.html", context)


@login_required
def order_proposal_workbook(request: HttpRequest) -> FileResponse:
    require(request.user, Right.MONEY)
    require(request.user, Right.EXPORT)
    _ask, proposal = _read(request)
    file = BytesIO()
    write_order_proposal(file, proposal, now=timezone.now())
    return workbook_response(file, _("order-proposal-%(day)s.xlsx") % {"day": proposal.day})


def _read(request: HttpRequest) -> tuple[ProposalQuery, OrderProposal]:
    today = timezone.localdate()
    ask = ProposalQuery(request.GET, user=request.user)
    standard, level = ask.chosen
    return ask, propose_order(standard or standard_on(today), level, today)


def _placed(request: HttpRequest, form: OrderProposalForm) -> Order | None:
    made: list[Order] = []

    def place() -> None:
        financing = form.cleaned_data["financing"]
        if financing:
            form.confirm(order_warnings(form.purchases, financing, form.proposal.costs.money))
        made.append(create_shared_order(form.new, form.sharing(timezone.localdate()), by=actor_of(request)))

    if not is_done(form, Order.objects.visible_to(request.user).none(), place):
        return None
    messages.success(request, _("The order was saved, and who is to get what is planned."))
    hint_at_persons(request, form)
    return made[0]
