"""One's own account: roles and rights in plain words, and all that is stored about somebody."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from accounts.models import User
from schools.people import people_visible_to
from schools.privacy import data_about
from schools.retention import retention
from web.people_reading import roles_of_person, told_data


@login_required
def account(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    roles = [row for row in roles_of_person(request, person) if row.is_valid]
    return render(request, "people/account.html", {"person": person, "roles": roles})


@never_cache
@login_required
def user_data(request: HttpRequest, pk: int) -> HttpResponse:
    """What is stored about oneself; for those who look after people, about anybody (Art. 15 GDPR)."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    return render(request, "people/user_data.html", {"person": person, **told_data(request, data_about(person))})


@never_cache
@login_required
def user_data_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for machines (Art. 20 GDPR)."""
    person = get_object_or_404(people_visible_to(request.user), pk=pk)
    headers = {"Content-Disposition": f'attachment; filename="klassensatz-{person.pk}.json"'}
    return JsonResponse(data_about(person), headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})


@login_required
def retention_table(request: HttpRequest) -> HttpResponse:
    return render(request, "people/retention_table.html", {"rows": retention()})
