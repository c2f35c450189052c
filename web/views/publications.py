"""Reports to a committee: the list with session dates, drafts that are edited, published ones that stay as they are."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about
from reports import publishing as services
from reports.figures import figure_values
from reports.models import Publication
from reports.publishing import files
from reports.publishing.comparing import against_now
from reports.queries import Records
from schools.access import Right, has_right_everywhere, require
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.publications import CorrectionForm, FiguresForm, PlainForm, PublicationForm, TextsForm
from web.publication_reading import blank, detail_context
from web.remarks import hint_at_persons
from web.report_reading import workbook_response

PDF = "application/pdf"


@login_required
def publication_list(request: HttpRequest) -> HttpResponse:
    """All reports by session, the latest first."""
    _require_reader(request)
    found = Publication.objects.visible_to(request.user).select_related("published_by", "following")
    return render(request, "publications/publication_list.html", {"publications": found})


@login_required
def publication_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as it would be published now; a published report as it is."""
    publication = _publication(request, pk)
    return render(request, "publications/publication_detail.html", detail_context(request, publication))


@login_required
def publication_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What the report said, and what is known now of the same day."""
    publication = _publication(request, pk)
    if not publication.is_published:
        return redirect("web:publication_detail", pk=pk)
    content = services.content_of(publication, request.user, today=timezone.localdate())
    lines = against_now(content, reader=request.user)
    context = {"publication": publication, "content": content, "lines": lines, "now": timezone.now()}
    return render(request, "publications/publication_compare.html", context)


@login_required
def publication_pdf(request: HttpRequest, pk: int) -> FileResponse:
    publication = _publication(request, pk)
    file = BytesIO(files.pdf(publication, reader=request.user, now=timezone.now()))
    name = files.file_name(publication, "pdf")
    return FileResponse(file, as_attachment=True, filename=name, content_type=PDF)


@login_required
def publication_workbook(request: HttpRequest, pk: int) -> FileResponse:
    publication = _publication(request, pk)
    file = BytesIO()
    files.write_workbook(file, publication, reader=request.user, now=timezone.now())
    return workbook_response(file, files.file_name(publication, "xlsx"))


@login_required
def publication_create(request: HttpRequest) -> HttpResponse:
    require(request.user, Right.PUBLISH)
    new = blank(request.user, timezone.localdate())
    form = PublicationForm(sent(request), publication=new, trail=entries_about(new).none())
    made: list[Publication] = []

    def create() -> None:
        made.append(services.create_publication(by=actor_of(request), **form.cleaned_data))

    if request.method == "POST" and is_done(form, _rows(request, None), create):
        messages.success(request, _("The draft is there. Now choose figures and write texts."))
        hint_at_persons(request, form)
        return redirect("web:publication_figures", pk=made[0].pk)
    return render(request, "publications/publication_form.html", {"form": form})


@login_required
def publication_change(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _to_write(request, pk)
    form = PublicationForm(sent(request), publication=publication, trail=entries_about(publication))

    def change() -> None:
        services.change_publication(publication, by=actor_of(request), **form.changes)

    if request.method == "POST" and is_done(form, _rows(request, pk), change):
        messages.success(request, _("The draft is saved."))
        hint_at_persons(request, form)
        return redirect("web:publication_detail", pk=pk)
    context = {"form": form, "publication": publication}
    return render(request, "publications/publication_form.html", context)


@login_required
def publication_texts(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _to_write(request, pk)
    form = TextsForm(sent(request), publication=publication, trail=entries_about(publication))

    def change() -> None:
        services.change_publication(publication, by=actor_of(request), blocks=form.blocks)

    if request.method == "POST" and is_done(form, _rows(request, pk), change):
        messages.success(request, _("The texts are saved."))
        more = "more" in request.POST
        return redirect("web:publication_texts" if more else "web:publication_detail", pk=pk)
    context = {"form": form, "publication": publication}
    return render(request, "publications/publication_texts.html", context)


@login_required
def publication_figures(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _to_write(request, pk)
    records = Records(publication.as_of, None, publication.since, reader=request.user)
    values = [value for value in figure_values(records) if not value.figure.is_private]
    form = FiguresForm(sent(request), publication=publication, values=values, trail=entries_about(publication))

    def change() -> None:
        services.change_publication(publication, by=actor_of(request), choices=form.choices)

    if request.method == "POST" and is_done(form, _rows(request, pk), change):
        messages.success(request, _("The figures are chosen."))
        return redirect("web:publication_detail", pk=pk)
    context = {"form": form, "publication": publication}
    return render(request, "publications/publication_figures.html", context)


@login_required
def publication_publish(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _to_write(request, pk)
    form = PlainForm(sent(request))

    def publish() -> None:
        services.publish(publication, by=actor_of(request))

    if request.method == "POST" and is_done(form, _rows(request, pk), publish):
        messages.success(request, _("The report is published. It does not change any more."))
        return redirect("web:publication_detail", pk=pk)
    context = detail_context(request, publication) | {"form": form}
    return render(request, "publications/publication_publish.html", context)


@login_required
def publication_delete(request: HttpRequest, pk: int) -> HttpResponse:
    publication = _to_write(request, pk)
    form = PlainForm(sent(request))

    def delete() -> None:
        services.delete_publication(publication, by=actor_of(request))

    if request.method == "POST" and is_done(form, _rows(request, pk), delete):
        messages.success(request, _("The draft is deleted."))
        return redirect("web:publication_list")
    return render(request, "publications/publication_delete.html", {"form": form, "publication": publication})


@login_required
def publication_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a new edition of a published report."""
    publication = _publication(request, pk)
    require(request.user, Right.PUBLISH)
    form = CorrectionForm(sent(request))
    made: list[Publication] = []

    def correct() -> None:
        made.append(services.correct_publication(publication, by=actor_of(request), **form.cleaned_data))

    if request.method == "POST" and is_done(form, _rows(request, pk), correct):
        messages.success(request, _("The new edition is a draft with the same texts and figures."))
        hint_at_persons(request, form)
        return redirect("web:publication_detail", pk=made[0].pk)
    return render(request, "publications/publication_correct.html", {"form": form, "publication": publication})


def _publication(request: HttpRequest, pk: int) -> Publication:
    found = Publication.objects.visible_to(request.user).select_related("published_by", "previous", "following")
    publication: Publication = get_object_or_404(found, pk=pk)
    return publication


def _to_write(request: HttpRequest, pk: int) -> Publication:
    """A draft; one that is published is refused as a whole: 403."""
    publication = _publication(request, pk)
    require(request.user, Right.PUBLISH)
    if publication.is_published:
        raise PermissionDenied(_("This report is published and does not change any more."))
    return publication


def _require_reader(request: HttpRequest) -> None:
    """Reports are about the whole authority: a right in one school is not enough."""
    if not has_right_everywhere(request.user, Right.EXPORT):
        raise PermissionDenied


def _rows(request: HttpRequest, pk: int | None) -> QuerySet[Any]:
    return Publication.objects.visible_to(request.user).filter(pk__in=[pk] if pk else [])
