"""Figures of one's own: the list, making one of a list's filters, changing and deleting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.queries import entries_about
from reports.custom_figures import change_figure, create_figure, delete_figure, may_change
from reports.enums import FigureMeasure, FigureSubject
from reports.figures.custom import definition_of
from reports.figures.subjects import SUBJECTS
from reports.models import CustomFigure
from schools.access import Right, has_right_everywhere, require, sees_everything
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.custom_figures import CustomFigureForm
from web.forms.publications import PlainForm
from web.remarks import hint_at_persons


@login_required
def custom_figure_list(request: HttpRequest) -> HttpResponse:
    """One's own and those that others share, with what they mean."""
    require(request.user, Right.EXPORT)
    found = CustomFigure.objects.visible_to(request.user).select_related("owner")
    lines = [(one, definition_of(one, request.user), may_change(one, request.user)) for one in found]
    return render(request, "figures/custom_figure_list.html", {"lines": lines})


@login_required
def custom_figure_create(request: HttpRequest) -> HttpResponse:
    """``?subject=``: of which list."""
    require(request.user, Right.EXPORT)
    subjects = _subjects(request)
    chosen = request.GET.get("subject") or FigureSubject.DEVICES.value
    if chosen not in subjects:
        raise Http404
    new = CustomFigure(subject=chosen, measure=FigureMeasure.COUNT)
    form = CustomFigureForm(sent(request), figure=new, user=request.user, trail=entries_about(new).none())
    made: list[CustomFigure] = []

    def create() -> None:
        made.append(create_figure(by=actor_of(request), subject=chosen, **form.values))

    if request.method == "POST" and is_done(form, _rows(request, None), create):
        messages.success(request, _("The figure is saved. It stands with all others now."))
        hint_at_persons(request, form)
        return redirect("web:figure_detail", key=made[0].key)
    page = reverse("web:custom_figure_create")
    tabs = [
        {"label": FigureSubject(one).label, "url": f"{page}?subject={one}", "is_current": one == chosen}
        for one in subjects
    ]
    return render(request, "figures/custom_figure_form.html", {"form": form, "tabs": tabs})


@login_required
def custom_figure_change(request: HttpRequest, pk: int) -> HttpResponse:
    figure = _changeable(request, pk)
    form = CustomFigureForm(sent(request), figure=figure, user=request.user, trail=entries_about(figure))

    def change() -> None:
        change_figure(figure, by=actor_of(request), **form.values)

    if request.method == "POST" and is_done(form, _rows(request, pk), change):
        messages.success(request, _("The figure is saved. What was published keeps what it said."))
        hint_at_persons(request, form)
        return redirect("web:figure_detail", key=figure.key)
    return render(request, "figures/custom_figure_form.html", {"form": form, "figure": figure})


@login_required
def custom_figure_delete(request: HttpRequest, pk: int) -> HttpResponse:
    figure = _changeable(request, pk)
    form = PlainForm(sent(request))

    def delete() -> None:
        delete_figure(figure, by=actor_of(request))

    if request.method == "POST" and is_done(form, _rows(request, pk), delete):
        messages.success(request, _("The figure is deleted."))
        return redirect("web:custom_figure_list")
    return render(request, "figures/custom_figure_delete.html", {"form": form, "figure": figure})


def _subjects(request: HttpRequest) -> list[str]:
    """Lists of which the person may see at least one measure; orders are nobody's at a single school."""
    sees_money = has_right_everywhere(request.user, Right.MONEY)
    hidden = () if sees_everything(request.user) else (FigureSubject.ORDERS,)
    shown = (one for one in SUBJECTS.items() if one[0] not in hidden)
    return [name for name, one in shown if sees_money or set(one.measures) - one.guarded]


def _changeable(request: HttpRequest, pk: int) -> CustomFigure:
    figure: CustomFigure = get_object_or_404(CustomFigure.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.EXPORT)
    if not may_change(figure, request.user):
        raise PermissionDenied
    return figure


def _rows(request: HttpRequest, pk: int | None) -> QuerySet[CustomFigure]:
    rows: QuerySet[CustomFigure] = CustomFigure.objects.visible_to(request.user).filter(pk__in=[pk] if pk else [])
    return rows
