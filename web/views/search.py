"""The search: one field, and the page of what it means where that is clear."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from common.parsing import clean_text
from reports.enums import SearchKind
from reports.search import LONGEST_TEXT, find
from schools.access import Right, require
from web.search_reading import lines_of, list_url, page_of, sections_of


@login_required
def search(request: HttpRequest) -> HttpResponse:
    """One exact hit is shown itself; with ``?all=1`` as a list, too."""
    require(request.user, Right.SEE)
    asked = request.GET.get("q", "")
    context: dict[str, Any] = {"asked": (clean_text(asked[: 2 * LONGEST_TEXT]) or "")[:LONGEST_TEXT]}
    if asked.strip():
        try:
            findings = find(asked, request.user)
        except ValidationError as error:
            return render(request, "search/search.html", context | {"problem": " ".join(error.messages)})
        if findings.only and not request.GET.get("all"):
            return redirect(page_of(findings.only))
        context |= {
            "findings": findings,
            "sections": sections_of(findings),
            "alike": lines_of(findings.alike),
            "device_list": list_url(SearchKind.DEVICE, findings.text),
        }
    return render(request, "search/search.html", context)
