"""Where somebody who found a weakness may say so (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

#: The RFC asks for an end within a year, so that what is found in an archive is not believed.
VALID = timedelta(days=180)


@login_not_required
def security_txt(request: HttpRequest) -> HttpResponse:
    if not settings.SECURITY_CONTACT:
        raise Http404
    lines = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": (timezone.now() + VALID).strftime("%Y-%m-%dT00:00:00Z"),
        "Preferred-Languages": "de, en",
        "Canonical": request.build_absolute_uri(reverse("web:security_txt")),
    }
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
