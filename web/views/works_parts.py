"""Parts of a project: milestones, defects, diary, files. One form a page, which works without JavaScript."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.queries import entries_about
from common.files import PICTURES
from rollout.models import ConstructionProject, JournalEntry, Milestone, ProjectFile, WorksDefect
from rollout.services import (
    add_defect,
    attach_file,
    correct_journal,
    drop_milestone,
    edit_defect,
    remove_file,
    reopen_defect,
    resolve_defect,
    withdraw_journal,
    write_journal,
)
from schools.access import Right, require
from schools.models import Room
from web.actors import actor_of
from web.changes import is_done, sent
from web.forms.reasons import ReasonForm
from web.forms.works_parts import (
    DefectEditForm,
    DefectForm,
    FileForm,
    JournalCorrectForm,
    JournalForm,
    ResolveForm,
)
from web.remarks import hint_at_persons
from web.works_reading import project_for


@login_required
def milestone_drop(request: HttpRequest, pk: int, phase: str) -> HttpResponse:
    planned = Milestone.objects.visible_to(request.user).planned().select_related("project__site", "project__building")
    milestone: Milestone = get_object_or_404(planned, project=pk, phase=phase)
    require(request.user, Right.CORRECT)
    project, form = milestone.project, ReasonForm(sent(request))

    def drop() -> None:
        drop_milestone(milestone, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, drop, _("The milestone is dropped."))
    words = {"about": f"{project}: {milestone.get_phase_display()}", "danger": _("Drop")}
    words["hint"] = _(
        "For a milestone that was planned by mistake: it is taken back with all that was said of it. "
        "If only its day is another one, change that instead."
    )
    return _answer(request, project, form, _("Drop milestone"), "milestones", done=done, **words)


@login_required
def defect_add(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for(request, pk, Right.BOOK)
    form = DefectForm(sent(request), sent_files(request), rooms=_rooms(request, project), today=timezone.localdate())

    def add() -> None:
        defect = add_defect(project, by=actor_of(request), **form.defect)
        _attach(request, project, form, defect)

    done = request.method == "POST" and _is_carried_out(request, project, form, add, _("The defect is on the list."))
    return _answer(request, project, form, _("New defect"), "defects", done=done)


@login_required
def defect_edit(request: HttpRequest, pk: int, defect_pk: int) -> HttpResponse:
    defect = _defect(request, pk, defect_pk)
    project, rooms, today = defect.project, _rooms(request, defect.project), timezone.localdate()
    form = DefectEditForm(
        sent(request), sent_files(request), defect=defect, rooms=rooms, today=today, trail=entries_about(defect)
    )

    def edit() -> None:
        if form.changes:
            edit_defect(defect, by=actor_of(request), changes=form.changes, reason=form.cleaned_data["reason"])
        _attach(request, project, form, defect)

    done = request.method == "POST" and _is_carried_out(request, project, form, edit, _("The defect is saved."))
    return _answer(request, project, form, _("Change defect"), "defects", done=done)


@login_required
def defect_resolve(request: HttpRequest, pk: int, defect_pk: int) -> HttpResponse:
    defect = _defect(request, pk, defect_pk)
    project, form = defect.project, ResolveForm(sent(request), today=timezone.localdate())

    def resolve() -> None:
        resolve_defect(defect, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, resolve, _("The defect is resolved."))
    return _answer(request, project, form, _("Defect resolved"), "defects", done=done, about=defect.text)


@login_required
def defect_reopen(request: HttpRequest, pk: int, defect_pk: int) -> HttpResponse:
    defect = _defect(request, pk, defect_pk)
    project, form = defect.project, ReasonForm(sent(request))

    def reopen() -> None:
        reopen_defect(defect, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, reopen, _("The defect is open again."))
    return _answer(request, project, form, _("Open the defect again"), "defects", done=done, about=defect.text)


@login_required
def journal_write(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for(request, pk, Right.BOOK)
    form = JournalForm(sent(request), today=timezone.localdate())

    def write() -> None:
        write_journal(project, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, write, _("The entry is saved."))
    return _answer(request, project, form, _("New entry in the diary"), "journal", done=done)


@login_required
def journal_correct(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    entry = _entry(request, pk, entry_pk)
    project = entry.project
    form = JournalCorrectForm(sent(request), entry=entry, today=timezone.localdate(), trail=entries_about(entry))

    def correct() -> None:
        correct_journal(entry, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, correct, _("The entry is corrected."))
    hint = _("The diary then shows the new text, and who corrected it when. The former one stays in the audit trail.")
    return _answer(request, project, form, _("Correct entry"), "journal", done=done, hint=hint)


@login_required
def journal_withdraw(request: HttpRequest, pk: int, entry_pk: int) -> HttpResponse:
    entry = _entry(request, pk, entry_pk)
    project, form = entry.project, ReasonForm(sent(request))

    def withdraw() -> None:
        withdraw_journal(entry, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, withdraw, _("The entry is withdrawn."))
    words = {"about": str(entry), "danger": _("Withdraw")}
    words["hint"] = _("The diary then says only that an entry was withdrawn. Its text stays in the audit trail.")
    return _answer(request, project, form, _("Withdraw entry"), "journal", done=done, **words)


@login_required
def project_file_attach(request: HttpRequest, pk: int) -> HttpResponse:
    project = project_for(request, pk, Right.BOOK)
    form = FileForm(sent(request), sent_files(request))

    def attach() -> None:
        _attach(request, project, form, name=form.cleaned_data["name"])

    done = request.method == "POST" and _is_carried_out(request, project, form, attach, _("The file is kept."))
    return _answer(request, project, form, _("Add a file"), "files", done=done)


@login_required
def project_file_remove(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    file = _file(request, pk, file_pk)
    require(request.user, Right.BOOK)
    project, form = file.project, ReasonForm(sent(request))

    def remove() -> None:
        remove_file(file, by=actor_of(request), **form.cleaned_data)

    done = request.method == "POST" and _is_carried_out(request, project, form, remove, _("The file is deleted."))
    part = "defects" if file.defect_id else "files"
    words = {"about": file.name, "danger": _("Delete")}
    return _answer(request, project, form, _("Delete file"), part, done=done, **words)


@login_required
def project_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """Never shown by the browser itself: its content is a stranger's."""
    return _served(_file(request, pk, file_pk), as_attachment=True)


@login_required
def project_picture(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """A photo to be shown in a page; only what is a picture by its content."""
    file = _file(request, pk, file_pk)
    if file.media_type not in PICTURES:
        raise Http404
    return _served(file, as_attachment=False)


def sent_files(request: HttpRequest) -> Any:
    return request.FILES if request.method == "POST" else None


def _served(file: ProjectFile, *, as_attachment: bool) -> FileResponse:
    if not file.file.storage.exists(file.file.name or ""):
        raise Http404
    kind = "application/octet-stream" if as_attachment else file.media_type
    headers = {"X-Content-Type-Options": "nosniff"}
    if not as_attachment:
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    kept = file.file.open("rb")
    return FileResponse(kept, as_attachment=as_attachment, filename=_name(file), content_type=kind, headers=headers)


def _name(file: ProjectFile) -> str:
    """With the ending of its type, whatever it was called."""
    ending = PurePosixPath(file.file.name or "").suffix
    return file.name if file.name.lower().endswith(ending) else f"{file.name}{ending}"


def _file(request: HttpRequest, pk: int, file_pk: int) -> ProjectFile:
    visible = ProjectFile.objects.visible_to(request.user).filter(project=pk)
    file: ProjectFile = get_object_or_404(visible.select_related("project__site", "project__building"), pk=file_pk)
    return file


def _defect(request: HttpRequest, pk: int, defect_pk: int) -> WorksDefect:
    visible = WorksDefect.objects.visible_to(request.user).filter(project=pk)
    defect: WorksDefect = get_object_or_404(
        visible.select_related("project__site", "project__building", "room"), pk=defect_pk
    )
    require(request.user, Right.BOOK)
    return defect


def _entry(request: HttpRequest, pk: int, entry_pk: int) -> JournalEntry:
    visible = JournalEntry.objects.visible_to(request.user).filter(project=pk).exclude(text="")
    entry: JournalEntry = get_object_or_404(visible.select_related("project__site", "project__building"), pk=entry_pk)
    require(request.user, Right.CORRECT)
    return entry


def _rooms(request: HttpRequest, project: ConstructionProject) -> Any:
    there = {"building": project.building} if project.building else {"building__site": project.site}
    return Room.objects.visible_to(request.user).filter(**there)


def _attach(
    request: HttpRequest,
    project: ConstructionProject,
    form: forms.Form,
    defect: WorksDefect | None = None,
    name: str = "",
) -> None:
    if upload := form.cleaned_data.get("file"):
        attach_file(project, upload, by=actor_of(request), name=name, defect=defect)


def _is_carried_out(
    request: HttpRequest, project: ConstructionProject, form: forms.Form, act: Callable[[], None], text: str
) -> bool:
    if not is_done(form, ConstructionProject.objects.visible_to(request.user).filter(pk=project.pk), act):
        return False
    messages.success(request, text)
    hint_at_persons(request, form)
    return True


def _answer(
    request: HttpRequest,
    project: ConstructionProject,
    form: forms.Form,
    heading: str,
    part: str,
    *,
    done: bool,
    about: str = "",
    hint: str = "",
    danger: str = "",
) -> HttpResponse:
    """The form, or back to the part of the project's page that it was about. ``danger``: what a red button says."""
    back = f"{reverse('web:project_detail', args=[project.pk])}#{part}"
    if done:
        return redirect(back)
    words = {"heading": heading, "about": about, "hint": hint, "danger": danger}
    return render(request, "rollout/project_part.html", {"project": project, "form": form, "back": back, **words})
