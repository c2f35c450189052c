"""Cells of our own lists that somebody else changed meanwhile: keep what is now, or take what stands in the file."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from imports.answers import decide_conflicts
from imports.models import ImportBatch
from imports.services import decide
from imports.tasks import preview_import
from schools.access import Right, require
from web.actors import actor_of


@login_required
@require_POST
def import_conflicts(request: HttpRequest, pk: int) -> HttpResponse:
    """``answer`` per conflict (``<position>=keep|take``), or ``all`` for those without one."""
    batch = get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)
    require(request.user, Right.IMPORT)
    answers = {
        conflict["text"]: answer
        for position, conflict in enumerate(batch.summary.get("conflicts", ()))
        if (answer := request.POST.get(f"conflict-{position}"))
    }
    try:
        decisions = decide_conflicts(batch, answers, request.POST.get("all", ""))
        decide(batch, by=actor_of(request), decisions=decisions)
        preview_import.enqueue(batch.pk, get_language() or "")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("web:import_detail", pk)
