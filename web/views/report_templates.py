"""Templates of reports: somebody's own workbooks, filled with the figures of a day."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.sheets.filling import Left
from common.sheets.reader import SheetError
from reports.models import ReportTemplate
from reports.templates import keep_template, remove_template, what_it_asks, write_filled
from reports.workbooks.example_template import write_example
from reports.workbooks.progress import read_progress
from reports.workbooks.sheet import Progress
from schools.access import Right, has_right_everywhere
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.reasons import OptionalReasonForm
from web.forms.report_templates import TemplateForm
from web.forms.reports import ProgressForm
from web.report_reading import workbook_response
from web.stored_files import handed_out

#: Why something of a template is not filled.
REASONS = {
    "unknown": gettext_lazy("not a name that is known here; it stays as it is"),
    "no_cell": gettext_lazy("the name does not stand for a cell of this workbook"),
    "not_one_cell": gettext_lazy("the name stands for several cells; please let it stand for one"),
    "holds_formula": gettext_lazy("the cell holds a formula, which is kept; please name an empty cell"),
    "no_column": gettext_lazy("none of the headings is known: %(where)s"),
    "not_free": gettext_lazy(
        "something stands below the table (%(where)s); please move it, so that the table can grow"
    ),
}


@login_required
def report_template_list(request: HttpRequest) -> HttpResponse:
    """The templates, and a form to keep another one."""
    _require(request, Right.EXPORT)
    may_keep = has_right_everywhere(request.user, Right.PUBLISH)
    if request.method == "POST":
        _require(request, Right.PUBLISH)
    form = TemplateForm(sent(request), request.FILES if request.method == "POST" else None)
    kept: list[ReportTemplate] = []

    def keep() -> None:
        upload, name = form.cleaned_data["file"], form.cleaned_data["name"]
        kept.append(keep_template(upload, by=actor_of(request), name=name, progress=_today(request)))

    if request.method == "POST" and is_done(form, ReportTemplate.objects.visible_to(request.user).none(), keep):
        messages.success(request, _("The template is kept. Below stands what is filled in it."))
        return redirect("web:report_template", pk=kept[0].pk)
    templates = ReportTemplate.objects.visible_to(request.user)
    return render(request, "report_templates/list.html", {"templates": templates, "form": form, "may_keep": may_keep})


@login_required
def report_template_example(request: HttpRequest) -> FileResponse:
    """A template to begin with, which lists everything that can be asked for."""
    _require(request, Right.EXPORT)
    file = BytesIO()
    write_example(file, _today(request))
    return workbook_response(file, _("template.xlsx"))


@login_required
def report_template(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _template(request, pk))


@login_required
def report_template_filled(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The filled workbook: ``?as_of=&compare_with=&known_at=&language=``."""
    template = _template(request, pk)
    form = ProgressForm(request.GET, day=timezone.localdate())
    if not form.is_valid():
        return _page(request, template, form)
    choices = dict(form.cleaned_data)
    file = BytesIO()
    with translation.override(choices.pop("language")):
        try:
            write_filled(template, file, reader=request.user, now=timezone.now(), **choices)
        except SheetError as error:
            form.add_error(None, error.message)
            return _page(request, template, form)
    return workbook_response(file, f"{template.name.removesuffix('.xlsx')} {choices['as_of']}.xlsx")


@login_required
def report_template_file(request: HttpRequest, pk: int) -> FileResponse:
    return handed_out(_template(request, pk))


@login_required
def report_template_remove(request: HttpRequest, pk: int) -> HttpResponse:
    template = _template(request, pk)
    _require(request, Right.PUBLISH)
    form = OptionalReasonForm(sent(request))

    def remove() -> None:
        remove_template(template, by=actor_of(request), **form.cleaned_data)

    if request.method == "POST" and is_done(
        form, ReportTemplate.objects.visible_to(request.user).filter(pk=pk), remove
    ):
        messages.success(request, _("The template is deleted."))
        return redirect("web:report_template_list")
    return render(request, "report_templates/remove.html", {"template": template, "form": form})


def _template(request: HttpRequest, pk: int) -> ReportTemplate:
    template: ReportTemplate = get_object_or_404(ReportTemplate.objects.visible_to(request.user), pk=pk)
    return template


def _require(request: HttpRequest, right: Right) -> None:
    """Templates are filled with what the whole authority has."""
    if not has_right_everywhere(request.user, right):
        raise PermissionDenied


def _today(request: HttpRequest) -> Progress:
    return read_progress(timezone.localdate(), timezone.now(), reader=request.user)


def _page(request: HttpRequest, template: ReportTemplate, form: ProgressForm | None = None) -> HttpResponse:
    day = timezone.localdate()
    context: dict[str, Any] = {
        "template": template,
        "form": form or ProgressForm(day=day),
        "may_remove": has_right_everywhere(request.user, Right.PUBLISH),
    }
    try:
        filling = what_it_asks(template, _today(request))
        context |= {"filling": filling, "left": [(one.name, _why(one)) for one in filling.left]}
    except SheetError as error:
        context["fault"] = error.message
    return render(request, "report_templates/detail.html", context)


def _why(left: Left) -> str:
    return str(REASONS[left.reason]) % {"where": left.where}
