"""Lists whose columns, order and groups can be chosen, as page and as files, and the views of them that are kept."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.parsing import sort_key
from reports.enums import ListName
from reports.models import SavedView
from reports.saved_views import begin_with, change_view, delete_view, save_view
from reports.tables import write_table, write_table_csv
from schools.access import Right, require, sees_everything
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.tables import SavedViewForm
from web.lists import render_list
from web.report_reading import workbook_response
from web.table_reading import Asked, address_of, asked_for, begins_with_view, lists_for, table_context, views_of

CSV = "text/csv; charset=utf-8"


@login_required
@begins_with_view()
def list_table(request: HttpRequest, name: str) -> HttpResponse:
    """``?columns=&group=&ordering=&as_of=`` and the filters of the list."""
    asked = asked_for(request, name)
    return render_list(request, "lists/list_table.html", "lists/_table.html", table_context(request, asked))


@login_required
def list_workbook(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """The whole result with the chosen columns."""
    require(request.user, Right.EXPORT)
    asked, file = asked_for(request, name), BytesIO()
    if asked.is_too_long:
        return _back_to_narrow(request, asked)
    rows = (values for _key, values in asked.rows(request.user))
    write_table(file, name, asked.columns, rows, number=asked.records.count(), now=timezone.now())
    return workbook_response(file, _file_name(asked, "xlsx"))


@login_required
def list_csv(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """The same as text."""
    require(request.user, Right.EXPORT)
    asked, file = asked_for(request, name), BytesIO()
    if asked.is_too_long:
        return _back_to_narrow(request, asked)
    write_table_csv(file, asked.columns, (values for _key, values in asked.rows(request.user)))
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_file_name(asked, "csv"), content_type=CSV)


@login_required
def view_list(request: HttpRequest) -> HttpResponse:
    """All lists that somebody may see, and the views of them that somebody may open."""
    context = {
        "lists": lists_for(request.user),
        "views": views_of(request),
        "sees_everything": sees_everything(request.user),
    }
    return render(request, "lists/view_list.html", context)


@login_required
def view_open(request: HttpRequest, pk: int) -> HttpResponse:
    """The address by which a view is shared: it leads to the list, which asks for the reader's own rights."""
    return redirect(address_of(_view(request, pk)))


@login_required
def view_save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep what the address asks of the list."""
    asked = asked_for(request, name)
    form = SavedViewForm(sent(request))
    saved: list[SavedView] = []

    def save() -> None:
        values = dict(form.cleaned_data)
        is_default = values.pop("is_default")
        query = request.GET.urlencode()
        saved.append(save_view(by=actor_of(request), list_name=name, query=query, **values))
        if is_default:
            begin_with(saved[0], by=actor_of(request))

    if request.method == "POST" and is_done(form, SavedView.objects.visible_to(request.user).none(), save):
        messages.success(request, _("The view is kept."))
        return redirect(address_of(saved[0]))
    context = {"form": form, "list": asked.name.label, "back": f"?{request.GET.urlencode()}", "name": name}
    return render(request, "lists/view_form.html", context)


@login_required
def view_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, or shared with others; what it shows is changed on the list itself."""
    view = _own(request, pk)
    initial = {name: getattr(view, name) for name in SavedViewForm.base_fields}
    form = SavedViewForm(sent(request), initial=initial)

    def change() -> None:
        values = dict(form.cleaned_data)
        is_default = values.pop("is_default")
        change_view(view, by=actor_of(request), **values)
        if is_default != view.is_default:
            begin_with(view, by=actor_of(request), is_default=is_default)

    if request.method == "POST" and is_done(form, SavedView.objects.visible_to(request.user).filter(pk=pk), change):
        messages.success(request, _("The view is changed."))
        return redirect("web:view_list")
    return render(request, "lists/view_form.html", {"form": form, "view": view, "list": view.get_list_name_display()})


@login_required
@require_POST
def view_keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a view show from now on what the address asks for."""
    view = change_view(_own(request, pk), by=actor_of(request), query=request.GET.urlencode())
    messages.success(request, _("The view now shows the list as you have set it."))
    return redirect(address_of(view))


@login_required
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = _own(request, pk)
    if request.method == "POST":
        delete_view(view, by=actor_of(request))
        messages.success(request, _("The view is deleted."))
        return redirect("web:view_list")
    return render(request, "lists/view_delete.html", {"view": view})


@login_required
@require_POST
def view_begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the list begin with a view, or, where it does, no longer."""
    view = _view(request, pk)
    begin_with(view, by=actor_of(request), is_default=not view.is_default)
    return redirect("web:view_list")


def _view(request: HttpRequest, pk: int) -> SavedView:
    view: SavedView = get_object_or_404(views_of(request), pk=pk)
    return view


def _own(request: HttpRequest, pk: int) -> SavedView:
    view = _view(request, pk)
    if view.owner_id != request.user.pk:
        raise PermissionDenied
    return view


def _back_to_narrow(request: HttpRequest, asked: Asked) -> HttpResponse:
    text = _("A file takes up to %(most)s rows; these are more. Narrow them by the filters first.")
    messages.error(request, text % {"most": number_format(asked.table.most or 0, force_grouping=True)})
    return redirect(f"{reverse('web:list_table', args=[asked.name])}?{request.GET.urlencode()}")


def _file_name(asked: Asked, ending: str) -> str:
    return f"{sort_key(str(ListName(asked.name).label)).replace(' ', '-')}-{asked.day}.{ending}"
